<?php
declare(strict_types=1);

namespace Cartwheel;

use FFI;
use FFI\CData;

/**
 * Providers' requests and answers, for hosts that send with an HTTP client of their own (cartwheel_adapters.h):
 *
 *     $adapters = new Adapters(file_get_contents('channels.json'));
 *     $plan = $adapters->build('sms', $engine->claim('sms')->messages);
 *     foreach ($plan['requests'] as $request) {
 *         $answer = send($request);          // method, url, headers, body, timeout_ms
 *         $engine->settle($adapters->interpret($request, $answer->status, $answer->headers, $answer->body));
 *     }
 *     $engine->settle($plan['outcomes']);
 *
 * The library is libcartwheel_channels; it needs nothing of libcartwheel and opens no connection.
 */
final class Adapters
{
    private const NAME = 'libcartwheel_channels.so.1';
    private const SCOPE = 'CARTWHEEL_ADAPTERS';
    /** The codes of cartwheel_adapters.h, as those of Error that mean the same. */
    private const CODES = [-1 => Error::INVALID, -2 => Error::MISUSE, -3 => Error::INVALID, -4 => Error::INTERNAL];

    private static ?FFI $ffi = null;
    private ?CData $handle;

    /** The text of a channels.json. Secrets are read from the environment and from files; a relative path begins in $folder. */
    public function __construct(string $channels, string $folder = '')
    {
        $this->handle = self::ffi()->new('cartwheel_adapters*');
        self::call('open', $channels, strlen($channels), $folder, strlen($folder), FFI::addr($this->handle));
    }

    public function __destruct()
    {
        $this->close();
    }

    /** Forgets the requests that were not interpreted. Closing it again does nothing. */
    public function close(): void
    {
        if ($this->handle !== null && !FFI::isNull($this->handle)) {
            self::ffi()->cartwheel_adapters_close($this->handle);
        }
        $this->handle = null;
    }

    /** @return array{timeout_ms: int, batch_max: int, idempotency_ms: int, rate_per_second: float} what to claim with */
    public function traits(string $channel): array
    {
        return self::read(self::call('traits', $this->handle, $channel, strlen($channel)));
    }

    /**
     * Makes the requests of claimed messages.
     * @param iterable<array<string, mixed>> $messages
     * @return array{requests: list<array<string, mixed>>, outcomes: list<array<string, mixed>>} each request has its `body` as bytes
     */
    public function build(string $channel, iterable $messages, ?int $nowMs = null): array
    {
        $text = json_encode(is_array($messages) ? array_values($messages) : iterator_to_array($messages, false),
            JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION);
        $plan = self::read(self::call('build', $this->handle, $channel, strlen($channel), $text, strlen($text), self::now($nowMs)));
        foreach ($plan['requests'] as &$request) {
            $request['body'] = base64_decode($request['body_base64']);
            unset($request['body_base64']);
        }
        return $plan;
    }

    /**
     * Says what became of a request's messages, for Engine::settle.
     * @param array<string, mixed> $request one of build's
     * @param array<string, string|list<string>> $headers
     * @param string|null $error "refused", "timeout" or "reset", in place of an answer
     * @return list<array<string, mixed>>
     */
    public function interpret(array $request, int $status = 0, array $headers = [], string $body = '', ?string $error = null, bool $bodyBegun = true, ?int $nowMs = null): array
    {
        $response = ['request' => $request['request']] + ($error !== null
            ? ['error' => $error, 'body_begun' => $bodyBegun]
            : ['status' => $status, 'headers' => (object) $headers, 'body_base64' => base64_encode($body)]);
        $text = json_encode($response, JSON_THROW_ON_ERROR);
        return self::read(self::call('interpret', $this->handle, $text, strlen($text), self::now($nowMs)));
    }

    /** Throws unless a provider's report ("receipts/solapi", ...) is signed by its provider. $body is what was sent, byte by byte. Of receipts/ses $secret is the certificate of Amazon SNS in PEM, $topic the ARN of yours. */
    public static function checkReceipt(string $format, string $body, string $signature, string $secret, string $timestamp = '', string $topic = ''): void
    {
        $report = json_encode(['format' => $format, 'body_base64' => base64_encode($body), 'signature' => $signature, 'timestamp' => $timestamp, 'secret' => $secret, 'topic' => $topic], JSON_THROW_ON_ERROR);
        self::call('check_receipt', $report, strlen($report));
    }

    /** Of the OpenSSL inside: "OpenSSL 3.0.17 1 Jul 2025". */
    public static function cryptoVersion(): string
    {
        return self::ffi()->cartwheel_adapters_crypto_version();
    }

    private static function now(?int $nowMs): int
    {
        return $nowMs ?? (int) (microtime(true) * 1000);
    }

    private static function read(string $json): array
    {
        return json_decode($json, true, 512, JSON_THROW_ON_ERROR);
    }

    /** Calls a function whose last argument is the answer, and gives its text. */
    private static function call(string $name, mixed ...$arguments): string
    {
        $ffi = self::ffi();
        $answer = $ffi->new('cartwheel_adapters_answer*');
        $code = $ffi->{"cartwheel_adapters_$name"}(...[...$arguments, FFI::addr($answer)]);
        $size = $ffi->cartwheel_adapters_answer_size($answer);
        $text = $size > 0 ? substr($ffi->cartwheel_adapters_answer_data($answer), 0, $size) : '';
        $ffi->cartwheel_adapters_answer_free($answer);
        if ($code < 0) {
            throw new Error(self::CODES[$code] ?? Error::INTERNAL, $text !== '' ? $text : 'no memory');
        }
        return $text;
    }

    private static function path(): string
    {
        $named = getenv('CARTWHEEL_CHANNELS_LIBRARY');
        if ($named !== false && $named !== '') {
            return $named;
        }
        $beside = dirname(__DIR__) . '/lib/' . self::NAME;
        return is_file($beside) ? $beside : self::NAME;
    }

    private static function ffi(): FFI
    {
        return self::$ffi ??= self::open();
    }

    private static function open(): FFI
    {
        if (!extension_loaded('ffi')) {
            throw new Error(Error::INVALID, 'PHP\'s FFI extension is not loaded: install it (Debian: php-common) and set extension=ffi');
        }
        try {
            return FFI::scope(self::SCOPE);
        } catch (\FFI\Exception) {
            $header = preg_replace('~^#.*$~m', '', file_get_contents(__DIR__ . '/adapters.h'));
        }
        try {
            return FFI::cdef($header, self::path());
        } catch (\FFI\Exception $exception) {
            throw new Error(Error::INVALID, sprintf('libcartwheel_channels was not found: install it, or set CARTWHEEL_CHANNELS_LIBRARY to its path (%s)', $exception->getMessage()));
        }
    }
}
