<?php
// newcomer.sh's commands in PHP, over the installed package: CARTWHEEL_AUTOLOAD says where that is.
require getenv('CARTWHEEL_AUTOLOAD');

use Cartwheel\Engine;
use Cartwheel\Worker;

[, $command, $file, $other] = $argv;
$engine = new Engine($file, ['shared' => 0]);

function record(Engine $engine, string $playbook): void
{
    $engine->load(file_get_contents($playbook));
    for ($number = 0; $number < 60; ++$number) {
        $result = $engine->ingest([
            ['type' => 'consent_granted', 'customer' => "c$number", 'properties' => ['medium' => 'sms', 'scope' => ['ad', 'ad_night']]],
            ['type' => 'endpoint_added', 'customer' => "c$number", 'properties' => ['channel' => 'sms', 'address' => "010-$number"]],
            ['type' => 'product_added', 'customer' => "c$number", 'properties' => ['product_id' => 'mug', 'name' => '머그컵']],
        ]);
        if ($result->accepted !== 3 || $result->warnings !== []) {
            throw new LogicException('expected three events');
        }
    }
}

$send = static function (array $messages) use ($other): iterable {
    foreach ($messages as $message) {
        file_put_contents($other, "{$message['address']}\n", FILE_APPEND);
        usleep(20_000);
        yield ['id' => $message['id'], 'outcome' => 'accepted'];
    }
};
$command === 'record' ? record($engine, $other) : (new Worker($engine, ['sms' => $send]))->run();
$engine->close();
