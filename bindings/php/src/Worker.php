<?php
declare(strict_types=1);

namespace Cartwheel;

/**
 * The loop of a worker: the library folds, claims, and judges its channels (cartwheel_worker_turn); here their functions are called, and what they throw or
 * answer is told.
 *
 *     (new Cartwheel\Worker($engine, ['sms' => send_sms(...)]))->run();
 *
 * A channel's function gets a list of messages and answers an outcome for each, as an array or by yield: ['id' => ..., 'outcome' => 'accepted']. What it does not
 * mention is unknown, which an advertisement never survives; so is what it throws, unless that is NotSent. A channel begins with one message a call,
 * which doubles while every message is answered; one that throws is left alone for a while.
 */
final class Worker
{
    private const TRAITS = ['batch_max' => 1, 'timeout_ms' => 1, 'idempotency_ms' => 0, 'messages_per_second' => 0];  // the least of each
    private const SIGNALS = ['SIGTERM', 'SIGINT'];
    private const SIGNAL_LOOK_MS = 250;  // a signal's handler runs between two calls of the library

    public ?\Throwable $lastError = null;
    /** @var array<string, callable> */
    private array $sends = [];
    /** @var array<string, array<string, int|float>|object> */
    private array $table = [];
    private bool $stopping = false;

    /**
     * @param array<string, callable|array<string, mixed>> $channels functions, or ['send' => function, 'idempotency_ms' => ...]
     * @param null|callable(string, \Throwable): void $onError
     */
    public function __construct(private readonly Engine $engine, array $channels, private readonly int $waitMs = 1_000, private readonly mixed $onError = null)
    {
        foreach ($channels as $name => $given) {
            $send = is_array($given) && isset($given['send']) ? $given['send'] : $given;
            $traits = is_array($given) && isset($given['send']) ? array_diff_key($given, ['send' => 0]) : [];
            if (!is_callable($send)) {
                throw new Error(Error::INVALID, "channel $name: expected a function of a list of messages");
            }
            if ((new \ReflectionFunction(\Closure::fromCallable($send)))->getNumberOfRequiredParameters() > 1) {
                throw new Error(Error::INVALID, "channel $name: its function needs more than one argument, expected a function of a list of messages");
            }
            foreach ($traits as $trait => $value) {
                $least = self::TRAITS[$trait] ?? throw new Error(Error::INVALID, "channel $name: unknown \"$trait\", expected send, " . implode(', ', array_keys(self::TRAITS)));
                $number = is_int($value) || ($trait === 'messages_per_second' && is_float($value) && is_finite($value));
                if (!$number || $value < $least) {
                    throw new Error(Error::INVALID, sprintf('channel %s: %s is %s: expected a number, at least %d', $name, $trait, var_export($value, true), $least));
                }
            }
            $this->sends[$name] = $send;
            $this->table[$name] = (object) $traits;
        }
        if ($this->table === []) {
            throw new Error(Error::INVALID, 'Worker: no channel, expected at least one, such as [\'sms\' => $send]');
        }
    }

    /** Works until SIGTERM, SIGINT (both with the extension pcntl), stop(), or $seconds have passed. The handlers of before are put back. */
    public function run(float $seconds = INF): void
    {
        $handlers = $this->installHandlers();
        try {
            $this->loop(microtime(true) + $seconds);
        } finally {
            foreach ($handlers as $signal => $handler) {
                pcntl_signal($signal, $handler);
            }
        }
    }

    /** Ends run() after the call that is at work. */
    public function stop(): void
    {
        $this->stopping = true;
    }

    /** Works until there is nothing to do, as tests do it. The number of messages handed over. */
    public function turn(int|float|\DateTimeInterface|null $now = null): int
    {
        $handedOver = 0;
        $answer = null;
        while (true) {
            $next = $this->next($answer, 0, $now === null ? [] : ['now' => Values::ms($now)]);
            if ($next['messages'] === [] && $next['idle']) {
                return $handedOver;
            }
            $handedOver += count($next['messages']);
            $answer = $this->send($next);
        }
    }

    private function loop(float $until): void
    {
        $answer = null;
        $waitMs = function_exists('pcntl_async_signals') ? min($this->waitMs, self::SIGNAL_LOOK_MS) : $this->waitMs;
        while (!$this->stopping && microtime(true) < $until) {
            try {
                $left = (int) min($waitMs, max(0, ($until - microtime(true)) * 1000));
                $answer = $this->send($this->next($answer, $left));
            } catch (Error $error) {
                if ($error->getCode() !== Error::BUSY) {
                    $this->heard('', $error);
                }
                if (in_array($error->getCode(), [Error::BROKEN, Error::MISUSE, Error::INVALID], true)) {
                    throw $error;
                }
                usleep($error->getCode() === Error::BUSY ? 100_000 : 1_000_000);
            }
        }
        $this->engine->turn($this->request($answer, 0) + ['stop' => true]);
    }

    /** @return array<string, mixed> the messages to send next */
    private function next(?array $answer, int $waitMs, array $more = []): array
    {
        $next = $this->engine->turn($this->request($answer, $waitMs) + $more);
        $failure = $next['failure'];
        // What was thrown was heard when it was: here of a channel that answered, and nothing that helps, or that no playbook names.
        if ($failure !== null && ($failure['failures'] === 0 || ($answer !== null && !isset($answer['failure'])))) {
            $this->heard($failure['channel'], new Error(Error::INVALID, $failure['reason']));
        }
        return $next;
    }

    /** @return array<string, mixed> */
    private function request(?array $answer, int $waitMs): array
    {
        return ['channels' => $this->table, 'wait_ms' => $waitMs] + ($answer === null ? [] : ['answer' => $answer]);
    }

    /** Calls the channel; the answer that the next turn is told. */
    private function send(array $next): ?array
    {
        if ($next['messages'] === []) {
            return null;
        }
        if ($this->stopping) {
            return ['released' => true, 'failure' => 'the worker stops'];
        }
        $outcomes = [];
        try {
            $answer = ($this->sends[$next['channel']])($next['messages']);
            if (!is_iterable($answer)) {
                throw new \TypeError(sprintf('the function answered %s, expected a list of outcomes, one for each message', get_debug_type($answer)));
            }
            if (is_array($answer)) {
                return ['outcomes' => Values::outcomes($answer)];
            }
            foreach ($answer as $outcome) {  // made one by one: settled when it is done, and not when the last one is
                $outcomes[] = Values::outcomes([$outcome])[0];
                $this->tellSome(end($outcomes));
            }
            return ['outcomes' => $outcomes];
        } catch (\Throwable $error) {  // a channel's mistake is no reason to stop the others
            $this->heard($next['channel'], $error);
            return ['outcomes' => $outcomes, 'failure' => get_class($error) . ': ' . $error->getMessage(), 'not_sent' => $error instanceof NotSent];
        }
    }

    private function tellSome(mixed $outcome): void
    {
        try {
            $this->engine->turn(['channels' => $this->table, 'answer' => ['outcomes' => [$outcome], 'more' => true]]);
        } catch (Error) {  // it is told again with the whole answer
        }
    }

    private function heard(string $channel, \Throwable $error): void
    {
        $this->lastError = $error;
        try {
            if ($this->onError !== null) {
                ($this->onError)($channel, $error);
            }
        } catch (\Throwable $wrong) {  // its own mistake does not end the worker
            $this->lastError = $wrong;
        }
    }

    /** @return array<int, mixed> the handlers of before, by signal */
    private function installHandlers(): array
    {
        $handlers = [];
        if (!function_exists('pcntl_async_signals')) {
            return $handlers;
        }
        pcntl_async_signals(true);
        foreach (self::SIGNALS as $name) {
            $signal = constant($name);
            $handlers[$signal] = pcntl_signal_get_handler($signal);
            pcntl_signal($signal, fn () => $this->stop());
        }
        return $handlers;
    }
}
