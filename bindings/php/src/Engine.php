<?php
declare(strict_types=1);

namespace Cartwheel;

use DateTimeInterface;
use FFI;
use FFI\CData;

/**
 * One database: events go in, messages come out.
 *
 *     $engine = new Cartwheel\Engine('/var/lib/shop/cartwheel.db');
 *     $engine->ingest(['type' => 'product_added', 'customer' => 'kim', 'properties' => ['product_id' => 'mug']]);
 *
 * A web worker shares one engine over all its requests: the first one opens the file, the others take microseconds. Times are milliseconds
 * since 1970 UTC, or DateTimeInterface.
 */
final class Engine
{
    private const MORE = 1;
    private const BEHIND = 4;

    private FFI $ffi;
    private ?CData $handle = null;
    private CData $error;

    /** @param array<string, int|bool|string> $options those of cartwheel_options; durability is 'full' or 'normal'; shared is on by default */
    public function __construct(string $path, array $options = [])
    {
        $this->ffi = Library::ffi();
        $this->error = $this->struct('cartwheel_error');
        $given = $this->struct('cartwheel_options');
        $given->shared = 1;
        foreach ($options as $name => $value) {
            if ($name === 'durability') {
                $value = ['full' => 0, 'normal' => 1][$value] ?? throw new Error(Error::INVALID, "durability is \"$value\", expected \"full\" or \"normal\"");
            }
            try {
                $given->$name = (int) $value;
            } catch (\FFI\Exception) {
                throw new Error(Error::INVALID, "unknown option \"$name\": cartwheel_options of cartwheel.h lists them");
            }
        }
        $handle = $this->ffi->new('cartwheel_engine *');
        $this->call($this->ffi->cartwheel_open($path, strlen($path), FFI::addr($given), FFI::addr($handle), FFI::addr($this->error)));
        $this->handle = $handle;
    }

    public function __destruct()
    {
        if ($this->handle !== null) {
            $this->ffi->cartwheel_close($this->handle, null);
        }
    }

    /** Puts a playbook in force: JSON, or an array. An error's text holds every line of what is wrong. */
    public function load(string|array $playbook): Loaded
    {
        $text = self::json($playbook);
        $result = $this->ffi->new('cartwheel_result *');
        try {
            $this->call($this->ffi->cartwheel_load($this->open(), $text, strlen($text), FFI::addr($result), FFI::addr($this->error)));
        } catch (Error $error) {
            $whole = FFI::isNull($result) ? null : $this->take($result);
            throw $whole === null ? $error : new Error($error->getCode(), $whole['errors']);
        }
        $loaded = $this->take($result);
        return new Loaded($loaded['revision'], $loaded['note']);
    }

    /** Makes events durable: one (an array with a type), a list of them, or JSON (an array, or an object a line). */
    public function ingest(string|array $events, string $format = 'native', int|DateTimeInterface|null $now = null): Ingested
    {
        $text = self::json($events);
        $options = $this->struct('cartwheel_ingest_options');
        $name = $this->ffi->new('char[' . (strlen($format) + 1) . ']');
        FFI::memcpy($name, $format, strlen($format));
        $options->format = $this->ffi->cast('char *', FFI::addr($name[0]));
        $options->format_size = strlen($format);
        $options->now_ms = self::ms($now);
        $counts = $this->struct('cartwheel_ingested');
        $answer = $this->ffi->new('cartwheel_result *');
        $this->call($this->ffi->cartwheel_ingest(
            $this->open(), $text, strlen($text), FFI::addr($options), FFI::addr($counts), FFI::addr($answer), FFI::addr($this->error)
        ));
        $found = FFI::isNull($answer) ? ['rejected' => [], 'warnings' => []] : $this->take($answer);
        return new Ingested($counts->accepted, $found['rejected'], $found['warnings']);
    }

    /** Folds and fires. With nothing to do it waits for $waitMs, or until there is something. */
    public function advance(int|DateTimeInterface|null $now = null, int $waitMs = 0): Advanced
    {
        $options = $this->struct('cartwheel_advance_options');
        $options->now_ms = self::ms($now);
        $options->wait_ms = $waitMs;
        $done = $this->struct('cartwheel_advanced');
        $code = $this->call($this->ffi->cartwheel_advance($this->open(), FFI::addr($options), FFI::addr($done), FFI::addr($this->error)));
        return new Advanced(
            $done->events, $done->duplicates, $done->refused, $done->alarms, $done->enrolments, $done->messages, $done->exits,
            $done->next_due_ms, $code === self::MORE
        );
    }

    /** Takes messages to send. Settle each within its lease. */
    public function claim(
        string $channel,
        int $max = 100,
        int $leaseMs = 60_000,
        bool $honoursIdempotencyKeys = false,
        int|DateTimeInterface|null $now = null,
    ): Claim {
        $options = $this->struct('cartwheel_claim_options');
        $options->max = $max;
        $options->lease_ms = $leaseMs;
        $options->honours_idempotency_keys = (int) $honoursIdempotencyKeys;
        $options->now_ms = self::ms($now);
        $messages = $this->ffi->new('cartwheel_result *');
        $code = $this->call($this->ffi->cartwheel_claim(
            $this->open(), $channel, strlen($channel), FFI::addr($options), FFI::addr($messages), FFI::addr($this->error)
        ));
        $claimed = $this->take($messages);
        return new Claim($claimed['messages'], $code === self::BEHIND, $claimed['held_back']);
    }

    /**
     * Says what became of claimed messages.
     * @param string|list<array{id: int, token: int, outcome: string, reason?: string, retry_after_ms?: int}> $outcomes
     */
    public function settle(string|array $outcomes, int|DateTimeInterface|null $now = null): Settled
    {
        $text = is_string($outcomes) ? $outcomes : self::json(array_values($outcomes));
        $counts = $this->struct('cartwheel_settled');
        $this->call($this->ffi->cartwheel_settle($this->open(), $text, strlen($text), self::ms($now), FFI::addr($counts), FFI::addr($this->error)));
        return new Settled($counts->settled, $counts->late, $counts->unknown);
    }

    /** Reads: query('why', customer: 'kim'). The answer of 'metrics' is text, any other an array. */
    public function query(string $query, string|int ...$request): array|string
    {
        $text = self::json(['query' => $query] + $request);
        $answer = $this->ffi->new('cartwheel_result *');
        $this->call($this->ffi->cartwheel_query($this->open(), $text, strlen($text), FFI::addr($answer), FFI::addr($this->error)));
        return $this->take($answer, decode: $query !== 'metrics');
    }

    /** Gives the handle back; again: nothing. The destructor does it too. */
    public function close(): void
    {
        if ($this->handle === null) {
            return;
        }
        $handle = $this->handle;
        $this->handle = null;
        $this->call($this->ffi->cartwheel_close($handle, FFI::addr($this->error)));
    }

    private function open(): CData
    {
        return $this->handle ?? throw new Error(Error::MISUSE, 'the engine is closed');
    }

    private function struct(string $name): CData
    {
        $struct = $this->ffi->new($name);
        $struct->size = FFI::sizeof($struct);
        return $struct;
    }

    private function call(int $code): int
    {
        if ($code < 0) {
            throw new Error($code, FFI::string($this->error->message));
        }
        return $code;
    }

    private function take(CData $result, bool $decode = true): array|string
    {
        try {
            $text = $this->ffi->cartwheel_result_data($result);  // FFI makes a string of it; there is no zero inside
        } finally {
            $this->ffi->cartwheel_result_free($result);
        }
        return $decode ? json_decode($text, true, flags: JSON_THROW_ON_ERROR) : $text;
    }

    private static function json(string|array $value): string
    {
        return is_string($value) ? $value : json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    }

    private static function ms(int|DateTimeInterface|null $time): int
    {
        return $time instanceof DateTimeInterface ? (int) $time->format('Uv') : (int) $time;
    }
}
