<?php
declare(strict_types=1);

namespace App\Console;

use App\Services\Sms;
use Cartwheel\Engine;
use Cartwheel\Error;
use Illuminate\Console\Command;

/** The worker: one at a time folds and sends; a second one waits for its place. Run it from supervisor, as queue workers are. */
final class CartwheelWork extends Command
{
    protected $signature = 'cartwheel:work {--once : one round, then stop}';
    protected $description = 'Sends the reminders that are due';

    public function handle(Engine $engine, Sms $sms): int
    {
        $engine->load(file_get_contents(config('cartwheel.playbook')));
        do {
            try {
                while ($engine->advance(waitMs: $this->option('once') ? 0 : 1_000)->more) {
                }
            } catch (Error $error) {
                if ($error->getCode() !== Error::BUSY) {
                    throw $error;
                }
                continue;  // another worker is at work
            }
            foreach ($engine->claim('sms')->messages as $message) {
                $outcome = $sms->send($message['address'], $message['payload']['text'], idempotencyKey: $message['key']) ? 'accepted' : 'retry';
                $engine->settle([['id' => $message['id'], 'token' => $message['token'], 'outcome' => $outcome]]);
            }
        } while (!$this->option('once'));
        return self::SUCCESS;
    }
}
