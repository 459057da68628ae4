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
    use Queries;

    private const MORE = 1;
    private const BEHIND = 4;

    private const OPTIONS = ['durability', 'work_max', 'customer_cache_bytes', 'claim_tail_max', 'fold_lease_ms', 'dedupe_window_ms', 'cart_idle_ms',
        'log_bytes_max', 'free_disk_min_bytes', 'log_keep_ms', 'busy_timeout_ms', 'shared', 'linger_ms', 'file_mode', 'strict', 'event_zone',
        'clock_skew_max_ms', 'manual_clock_ms', 'token_key', 'deployment', 'message_keep_ms', 'decision_keep_ms', 'finding_keep_ms', 'consent_keep_ms', 'access_keep_ms',
        'require_actor', 'seal_key'];
    /** Options that are texts, and what is expected. */
    private const TEXTS = ['event_zone' => 'a zone\'s name such as "Asia/Seoul"', 'token_key' => '64 hexadecimal digits', 'deployment' => 'a name such as "shop-production"',
        'seal_key' => '64 hexadecimal digits'];

    private FFI $ffi;
    private ?CData $handle = null;
    private CData $error;

    /**
     * Options are those of cartwheel_options, as named arguments (workMax: 5) or in an array as the header writes them (['work_max' => 5]); durability is 'full'
     * or 'normal'; shared is on by default.
     * @param array<string, int|bool|string|DateTimeInterface> $options
     */
    public function __construct(private readonly string $path, array $options = [], int|bool|string|float|DateTimeInterface ...$named)
    {
        foreach ($named as $name => $value) {
            if (is_int($name)) {
                throw new Error(Error::INVALID, 'options: expected them by name, such as workMax: 5');
            }
            $options[strtolower(preg_replace('/[A-Z]/', '_$0', $name))] = $value;
        }
        $this->ffi = Library::ffi();
        $this->error = $this->struct('cartwheel_error');
        $given = $this->struct('cartwheel_options');
        $given->shared = 1;
        if (isset($options['manual_clock_ms'])) {
            $options += ['shared' => 0];  // a manual clock belongs to one engine
            $options['manual_clock_ms'] = Values::ms($options['manual_clock_ms']);
        }
        $texts = [];
        foreach ($options as $name => $value) {
            if (!in_array($name, self::OPTIONS, true)) {
                throw self::unknownOption((string) $name);
            }
            if ($name === 'durability') {
                $value = ['full' => 0, 'normal' => 1][$value] ?? throw new Error(Error::INVALID, "durability is \"$value\", expected \"full\" or \"normal\"");
            }
            if (isset(self::TEXTS[$name])) {
                if (!is_string($value)) {  // a key is not shown
                    $shown = $name !== 'event_zone' ? 'of type ' . get_debug_type($value) : var_export($value, true);
                    throw new Error(Error::INVALID, sprintf('option %s is %s: expected %s', $name, $shown, self::TEXTS[$name]));
                }
                $texts[$name] = $this->bytes($value);  // lives until the call returns
                $given->$name = $this->ffi->cast('char *', FFI::addr($texts[$name][0]));
                $given->{"{$name}_size"} = strlen($value);
                continue;
            }
            if (!is_int($value) && !is_bool($value)) {
                throw new Error(Error::INVALID, sprintf('option %s is %s: expected a whole number', $name, var_export($value, true)));
            }
            $given->$name = (int) $value;
        }
        $handle = $this->ffi->new('cartwheel_engine *');
        $this->call($this->ffi->cartwheel_open($path, strlen($path), FFI::addr($given), FFI::addr($handle), FFI::addr($this->error)));
        $this->handle = $handle;
    }

    private function __clone()
    {
    }

    /** @return array{path: string, open: bool} */
    public function __debugInfo(): array
    {
        return ['path' => $this->path, 'open' => $this->handle !== null];
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
        $text = is_string($playbook) ? $playbook : Values::map($playbook, 'playbook');
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

    /**
     * Makes events durable: one (an array with a type), an iterable of them of any length, or JSON (an array, or an object a line). Of an iterable with more
     * than 10,000, what was taken before an error stays durable.
     */
    public function ingest(string|iterable|\stdClass $events, string $format = 'native', int|float|DateTimeInterface|null $now = null): Ingested
    {
        $nowMs = Values::ms($now);
        $accepted = 0;
        $found = ['rejected' => [], 'warnings' => []];
        foreach (Values::slices($events instanceof \stdClass ? (array) $events : $events) as $begin => $text) {
            [$taken, $told] = $this->ingestText($text, $format, $nowMs);
            $accepted += $taken;
            foreach ($told as $kind => $each) {
                foreach ($each as $one) {
                    $found[$kind][] = ['record' => $one['record'] + $begin] + $one;
                }
            }
        }
        return new Ingested($accepted, $found['rejected'], $found['warnings']);
    }

    /** @return array{int, array{rejected: list<array>, warnings: list<array>}} */
    private function ingestText(string $text, string $format, int $nowMs): array
    {
        $options = $this->struct('cartwheel_ingest_options');
        $name = $this->bytes($format);
        $options->format = $this->ffi->cast('char *', FFI::addr($name[0]));
        $options->format_size = strlen($format);
        $options->now_ms = $nowMs;
        $counts = $this->struct('cartwheel_ingested');
        $answer = $this->ffi->new('cartwheel_result *');
        $this->call($this->ffi->cartwheel_ingest(
            $this->open(), $text, strlen($text), FFI::addr($options), FFI::addr($counts), FFI::addr($answer), FFI::addr($this->error)
        ));
        return [$counts->accepted, FFI::isNull($answer) ? [] : $this->take($answer)];
    }

    /** Folds and fires. With nothing to do it waits for $waitMs, or until there is something. */
    public function advance(int|float|DateTimeInterface|null $now = null, int $waitMs = 0): Advanced
    {
        $options = $this->struct('cartwheel_advance_options');
        $options->now_ms = Values::ms($now);
        $options->wait_ms = Values::atLeast(0, $waitMs, 'waitMs');
        $done = $this->struct('cartwheel_advanced');
        $code = $this->call($this->ffi->cartwheel_advance($this->open(), FFI::addr($options), FFI::addr($done), FFI::addr($this->error)));
        return new Advanced(
            $done->events, $done->duplicates, $done->refused, $done->alarms, $done->enrolments, $done->messages, $done->exits,
            $done->next_due_ms, $code === self::MORE
        );
    }

    /**
     * Takes messages to send. Settle each within its lease. $outcomes: of messages claimed before, settled in the same commit, so that a host that loops
     * flushes once a batch.
     * @param string|iterable<array{id: int, token: int, outcome: string, reason?: string, retry_after_ms?: int, gone_at_ms?: int}> $outcomes
     */
    public function claim(
        string $channel,
        int $max = 100,
        int $leaseMs = 60_000,
        int $idempotencyMs = 0,
        int|float|DateTimeInterface|null $now = null,
        string|iterable $outcomes = [],
    ): Claim {
        $options = $this->struct('cartwheel_claim_options');
        $options->max = Values::atLeast(1, $max, 'max');
        $options->lease_ms = Values::atLeast(1, $leaseMs, 'leaseMs');
        $options->idempotency_ms = Values::atLeast(0, $idempotencyMs, 'idempotencyMs');
        $options->now_ms = Values::ms($now);
        $text = is_string($outcomes) ? $outcomes : Values::list($outcomes, 'outcomes');
        $settles = $this->bytes($text);
        $options->outcomes = $this->ffi->cast('char *', FFI::addr($settles[0]));
        $options->outcomes_size = strlen($text);
        $messages = $this->ffi->new('cartwheel_result *');
        $code = $this->call($this->ffi->cartwheel_claim(
            $this->open(), $channel, strlen($channel), FFI::addr($options), FFI::addr($messages), FFI::addr($this->error)
        ));
        $claimed = $this->take($messages);
        return new Claim($claimed['messages'], $code === self::BEHIND, $claimed['held_back'], new Settled(...$claimed['settled']), $this, $now);
    }

    /**
     * Says what became of claimed messages.
     * @param string|list<array{id: int, token: int, outcome: string, reason?: string, retry_after_ms?: int, gone_at_ms?: int}> $outcomes
     */
    public function settle(string|iterable $outcomes, int|float|DateTimeInterface|null $now = null): Settled
    {
        $text = is_string($outcomes) ? $outcomes : Values::list($outcomes, 'outcomes');
        $counts = $this->struct('cartwheel_settled');
        $this->call($this->ffi->cartwheel_settle($this->open(), $text, strlen($text), Values::ms($now), FFI::addr($counts), FFI::addr($this->error)));
        return new Settled($counts->settled, $counts->late, $counts->unknown);
    }

    /**
     * Keeps messages from leaving, of a journey or of the whole shop, and lets them go again: hold('pause', journey: 'cart', why: 'wrong price').
     * 'quiet', 'pause', 'drain', 'stop', 'resume', 'release' or 'adopt'; cartwheel.h says what each does. query('health') says what is held.
     */
    public function hold(string $action, ?string $journey = null, ?string $why = null, int|float|DateTimeInterface|null $now = null): void
    {
        $given = ['action' => $action, 'journey' => $journey, 'why' => $why, 'now' => $now === null ? null : Values::ms($now)];
        $text = Values::map(array_filter($given, static fn (mixed $value): bool => $value !== null), 'hold');
        $this->call($this->ffi->cartwheel_hold($this->open(), $text, strlen($text), FFI::addr($this->error)));
    }

    /** Reads: query('why', customer: 'kim'). The answer of 'metrics' is text, any other an array. */
    public function query(string $query, string|int|DateTimeInterface ...$request): array|string
    {
        if (array_is_list($request) && $request !== []) {
            throw new Error(Error::INVALID, "query: expected the rest by name, such as query('$query', customer: 'kim')");
        }
        if (isset($request['now'])) {
            $request['now'] = Values::ms($request['now']);
        }
        $text = Values::map(['query' => $query] + $request, 'query');
        $answer = $this->ffi->new('cartwheel_result *');
        $this->call($this->ffi->cartwheel_query($this->open(), $text, strlen($text), FFI::addr($answer), FFI::addr($this->error)));
        return $this->take($answer, decode: $query !== 'metrics');
    }

    /** Moves the clock of an engine that was opened with manual_clock_ms; forward, leases age with it. */
    public function setClock(int|float|DateTimeInterface $now): void
    {
        $this->call($this->ffi->cartwheel_set_clock($this->open(), Values::ms($now), FFI::addr($this->error)));
    }

    /**
     * One turn of a worker, as cartwheel.h describes it: what Worker is made of.
     * @param array<string, mixed> $turn
     * @return array<string, mixed>
     */
    public function turn(array $turn): array
    {
        if (isset($turn['channels'])) {
            $turn['channels'] = (object) $turn['channels'];
        }
        $text = Values::map($turn, 'turn');
        $next = $this->ffi->new('cartwheel_result *');
        $this->call($this->ffi->cartwheel_worker_turn($this->open(), $text, strlen($text), FFI::addr($next), FFI::addr($this->error)));
        return $this->take($next);
    }

    /** Ends the wait of an advance or a turn. */
    public function interrupt(): void
    {
        $this->call($this->ffi->cartwheel_interrupt($this->open(), FFI::addr($this->error)));
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

    public function isClosed(): bool
    {
        return $this->handle === null;
    }

    public function __serialize(): array
    {
        throw new Error(Error::MISUSE, 'an engine is not serialized: open one in each process, by its path');
    }

    private function open(): CData
    {
        return $this->handle ?? throw new Error(Error::MISUSE, 'the engine is closed');
    }

    private function bytes(string $text): CData
    {
        $bytes = $this->ffi->new('char[' . (strlen($text) + 1) . ']');
        FFI::memcpy($bytes, $text, strlen($text));
        return $bytes;
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

    private static function unknownOption(string $name): Error
    {
        $meant = null;
        foreach (self::OPTIONS as $known) {
            if (levenshtein(strtolower(str_replace('_', '', $name)), str_replace('_', '', $known)) <= 2) {
                $meant = $known;
            }
        }
        return new Error(Error::INVALID, sprintf('unknown option "%s"%s', $name,
            $meant !== null ? ": did you mean \"$meant\"?" : ', expected one of ' . implode(', ', self::OPTIONS)));
    }
}
