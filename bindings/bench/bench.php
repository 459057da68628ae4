<?php
// The PHP row: bench.php INPUT FOLDER (see README.md)
declare(strict_types=1);

const NOW = 1_780_272_000_000;
const CALLS = 20_000;
const MESSAGES = 20_000;
const BATCH = 1_000;
ini_set('memory_limit', '1G');

function now(): float
{
    return hrtime(true) / 1e9;
}
function resident_mb(): float
{
    preg_match('~VmRSS:\s+(\d+)~', file_get_contents('/proc/self/status'), $found);
    return $found[1] / 1024;
}

$began = now();
require __DIR__ . '/../php/autoload.php';
Cartwheel\Library::ffi()->cartwheel_version();
$load = (now() - $began) * 1e3;

[, $input, $folder] = $argv;
$lines = file($input);
$batches = array_map('implode', array_chunk($lines, BATCH));
$objects = array_map(static fn (array $chunk) => array_map(static fn (string $line) => json_decode($line, true), $chunk), array_chunk($lines, BATCH));

function ingest_all(Cartwheel\Engine $engine, array $inputs, int $events): float
{
    $began = now();
    foreach ($inputs as $each) {
        $engine->ingest($each);
    }
    return (now() - $began) * 1e6 / $events;
}

$held = resident_mb();
$engine = new Cartwheel\Engine("$folder/php.db", ['shared' => 0]);
$ingest = ingest_all($engine, $batches, count($lines));
$held = resident_mb() - $held;
$began = now();
for ($i = 0; $i < CALLS; ++$i) {
    $engine->ingest('');
}
$call = (now() - $began) * 1e6 / CALLS;
$engine->close();
$engine = new Cartwheel\Engine("$folder/php-objects.db", ['shared' => 0]);
$objects = ingest_all($engine, $objects, count($lines));
$engine->close();

$engine = new Cartwheel\Engine("$folder/php-claim.db", ['shared' => 0]);
$engine->load(['playbook' => 1, 'revision' => 1, 'policy' => ['consent' => 'assumed_by_shop', 'rules' => []],
    'shop' => ['name' => 'Shop', 'contact' => '02-123-4567', 'timezone' => 'Asia/Seoul', 'currency' => 'KRW', 'locale' => 'ko-KR'],
    'templates' => ['note' => ['purpose' => 'order', 'class' => 'transactional', 'sms' => ['text' => '{{ customer.id }}: thank you']]],
    'channels' => ['sms' => ['address_by_id' => true]],
    'journeys' => ['note' => ['enter' => ['on' => 'order_completed'], 'reenter' => 'always', 'steps' => [['send' => 'note', 'via' => ['sms'], 'latest' => '24h']]]]]);
$engine->ingest(array_map(static fn (int $i) => ['type' => 'order_completed', 'customer' => "c$i", 'at' => NOW,
    'properties' => ['order_id' => "o$i", 'total' => 9000]], range(1, MESSAGES)), now: NOW);
while ($engine->advance(NOW)->more) {
}
$settled = 0;
$began = now();
for ($i = 0; $i < MESSAGES / BATCH; ++$i) {
    $outcomes = [];
    foreach ($engine->claim('sms', BATCH, now: NOW)->messages as $message) {
        $outcomes[] = ['id' => $message['id'], 'token' => $message['token'], 'outcome' => 'accepted'];
    }
    $settled += $engine->settle($outcomes, NOW)->settled;
    $engine->advance(NOW);
}
$claim = (now() - $began) * 1e6 / MESSAGES;
$settled === MESSAGES || exit("$settled messages were settled\n");
echo json_encode(['load' => $load, 'ingest' => $ingest, 'objects' => $objects, 'call' => $call, 'claim' => $claim, 'memory' => $held]), "\n";
