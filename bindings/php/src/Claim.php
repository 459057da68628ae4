<?php
declare(strict_types=1);

namespace Cartwheel;

use DateTimeInterface;

/**
 * Messages that were claimed. Looped over, it gives back what the loop did not come to (by break, return or an exception): that may be claimed again at once.
 *
 *     foreach ($claim = $engine->claim('sms') as $message) {
 *         $claim->settle($message, send($message));
 *     }
 *
 * @implements \IteratorAggregate<int, array<string, mixed>>
 */
final class Claim implements \IteratorAggregate, \Countable
{
    /**
     * $behind: too many events are not folded, so no advertisement is handed out. $heldBack: messages that wait for the next advance. $settled: of the outcomes that were given.
     * @param list<array<string, mixed>> $messages as cartwheel.h describes them
     */
    public function __construct(public readonly array $messages, public readonly bool $behind, public readonly int $heldBack, public readonly Settled $settled,
        private readonly Engine $engine, private readonly int|float|DateTimeInterface|null $now)
    {
    }

    public function getIterator(): \Generator
    {
        $rest = $this->messages;
        try {
            while ($rest !== []) {
                yield array_shift($rest);
            }
        } finally {
            $this->release($rest);
        }
    }

    public function count(): int
    {
        return count($this->messages);
    }

    /** Says what became of one of them, at once. */
    public function settle(array $message, string $outcome, string $reason = '', int $retryAfterMs = 0): void
    {
        $said = ['id' => $message['id'], 'token' => $message['token'], 'outcome' => $outcome];
        $this->engine->settle([$said + ($reason === '' ? [] : ['reason' => $reason]) + ($retryAfterMs === 0 ? [] : ['retry_after_ms' => $retryAfterMs])], $this->now);
    }

    private function release(array $rest): void
    {
        if ($rest === [] || $this->engine->isClosed()) {  // closed meanwhile: their lease lapses
            return;
        }
        $this->engine->settle(array_map(static fn (array $message): array
            => ['id' => $message['id'], 'token' => $message['token'], 'outcome' => 'released'], $rest), $this->now);
    }
}
