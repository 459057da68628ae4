<?php
// What a worker does: fold, fire, send, say what became of it. Run one from systemd or supervisor; a second one waits for its place. SIGTERM stops it after
// the call that is at work (with the extension pcntl).
//
//   php drain_messages.php shop.db playbook.json [seconds]
require __DIR__ . '/../autoload.php';

use Cartwheel\Engine;
use Cartwheel\Worker;

// Your provider's call: an outcome for each message. Throw what goes wrong; Cartwheel\NotSent, when surely nothing left.
function send_sms(array $messages): iterable
{
    foreach ($messages as $message) {
        echo $message['address'], ' ', $message['payload']['text'], "\n";
        yield ['id' => $message['id'], 'outcome' => 'accepted'];
    }
}

$engine = new Engine($argv[1], shared: false);
$engine->load(file_get_contents($argv[2]));
$worker = new Worker($engine, ['sms' => send_sms(...)], onError: static function (string $channel, Throwable $error): void {
    error_log("$channel fails: {$error->getMessage()}");
});
$worker->run((float) ($argv[3] ?? INF));
echo "stopped\n";
