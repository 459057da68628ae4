<?php
// What a worker does: fold, fire, send, say what became of it. Run one from systemd or supervisor; a second one waits for its place. The
// program `cartwheel worker` does the same in C++.
//
//   php drain_messages.php shop.db playbook.json [seconds]
require __DIR__ . '/../autoload.php';

use Cartwheel\Engine;
use Cartwheel\Error;

function send_sms(array $message): string
{
    echo $message['address'], ' ', $message['payload']['text'], "\n";  // your provider's call
    return 'accepted';
}

$engine = new Engine($argv[1], ['shared' => 0]);
$engine->load(file_get_contents($argv[2]));
$until = microtime(true) + (float) ($argv[3] ?? INF);
while (microtime(true) < $until) {
    try {
        while ($engine->advance(waitMs: 500)->more) {
        }
    } catch (Error $error) {
        if ($error->getCode() !== Error::BUSY) {
            throw $error;
        }
        continue;  // another worker is at work
    }
    foreach ($engine->claim('sms')->messages as $message) {
        $engine->settle([['id' => $message['id'], 'token' => $message['token'], 'outcome' => send_sms($message)]]);
    }
}
echo "stopped\n";
