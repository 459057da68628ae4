<?php
declare(strict_types=1);

namespace App\Console;

use App\Services\Sms;
use Cartwheel\Engine;
use Cartwheel\Worker;
use Illuminate\Console\Command;
use Illuminate\Support\Facades\Log;

/** The worker: one at a time folds and sends; a second one waits for its place. Run it from supervisor, as queue workers are; SIGTERM stops it well. */
final class CartwheelWork extends Command
{
    protected $signature = 'cartwheel:work {--once : until nothing is due, then stop}';
    protected $description = 'Sends the reminders that are due';

    public function handle(Engine $engine, Sms $sms): int
    {
        $engine->load(file_get_contents(config('cartwheel.playbook')));
        $send = static function (array $messages) use ($sms): iterable {
            foreach ($messages as $message) {
                $taken = $sms->send($message['address'], $message['payload']['text'], idempotencyKey: $message['key']);
                yield ['id' => $message['id'], 'outcome' => $taken ? 'accepted' : 'retry'];
            }
        };
        $worker = new Worker($engine, ['sms' => $send], onError: static fn (string $channel, \Throwable $error) => Log::error("cartwheel: $channel: {$error->getMessage()}"));
        $this->option('once') ? $worker->turn() : $worker->run();
        return self::SUCCESS;
    }
}
