<?php
// The PHP binding by PHPUnit (Debian: phpunit): phpunit --bootstrap bindings/php/autoload.php bindings/php/tests
declare(strict_types=1);

use Cartwheel\Engine;
use Cartwheel\Error;
use Cartwheel\Library;
use PHPUnit\Framework\TestCase;

const HOUR = 3_600_000;
const BEGIN = 1_780_272_000_000;
const PLAYBOOK = <<<'JSON'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
 "shop": {"name": "Shop", "contact": "1", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
 "templates": {"gentle": {"purpose": "cart", "class": "ad", "sms": {"text": "{{ cart.items[0].name }}"}}},
 "channels": {"sms": {"address_by_id": true}},
 "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
   "steps": [{"wait": "24h"}, {"send": "gentle", "via": ["sms"]}]}}}
JSON;

final class EngineTest extends TestCase
{
    public function testAReminderADayLaterAndNoneAfterThePurchase(): void
    {
        $engine = new Engine(self::path());
        self::equal($engine->load(PLAYBOOK)->note, '');
        self::equal($engine->ingest([self::added('kim'), self::added('lee')], now: BEGIN)->accepted, 2);
        $engine->ingest(['type' => 'order_completed', 'customer' => 'lee', 'at' => BEGIN + 60_000,
            'properties' => ['cart_id' => 'k-lee', 'order_id' => 'o']], now: BEGIN + 60_000);
        $done = $engine->advance(BEGIN + HOUR);
        self::equal([$done->events, $done->enrolments, $done->exits, $done->messages, $done->more], [3, 2, 1, 0, false]);
        self::equal($done->nextDueMs, BEGIN + 24 * HOUR);
        self::equal($engine->advance($done->nextDueMs)->messages, 1);
        [$message] = $engine->claim('sms', now: $done->nextDueMs)->messages;
        self::equal([$message['customer'], $message['payload']], ['kim', ['text' => '머그컵', 'type' => 'sms', 'bytes' => 6]]);
        $settled = $engine->settle([['id' => $message['id'], 'token' => $message['token'], 'outcome' => 'accepted']], $done->nextDueMs);
        self::equal([$settled->settled, $settled->late, $settled->unknown], [1, 0, 0]);
        self::equal(array_column($engine->query('why', customer: 'lee')['decisions'], 'decision'), ['entered', 'exited']);
        self::equal(str_starts_with($engine->query('metrics'), '# '), true);
    }

    public function testTimesMayBeDatetime(): void
    {
        $engine = new Engine(self::path());
        $engine->load(json_decode(PLAYBOOK, true));
        $begin = DateTimeImmutable::createFromFormat('U', (string) (BEGIN / 1000));
        $engine->ingest(self::added('kim'), now: $begin);
        self::equal($engine->advance($begin)->enrolments, 1);
        self::equal($engine->advance($begin->modify('+24 hours'))->messages, 1);
    }

    public function testErrorsHaveCodesAndOneClearLine(): void
    {
        self::fails(static fn () => new Engine(self::path(), ['work' => 1]), Error::INVALID, 'unknown option "work"');
        self::fails(static fn () => new Engine('/nowhere/at/all.db'), Error::MISUSE, '/nowhere/at/all.db');
        $engine = new Engine(self::path());
        self::fails(static fn () => $engine->load('{"playbook": 1, "revision": 2, "wiat": 3}'), Error::INVALID, 'wiat');
        self::fails(static fn () => $engine->query('customer', customer: 'nobody'), Error::NOT_FOUND, 'nobody');
        self::fails(static fn () => $engine->settle([['id' => 1, 'token' => 1, 'outcome' => 'fine']]), Error::INVALID, 'expected accepted');
        self::equal($engine->ingest([self::added('kim'), ['type' => 'page_viewed', 'customer' => 'guest']])->rejected[0]['record'], 1);
        $engine->close();
        $engine->close();
        self::fails(static fn () => $engine->advance(), Error::MISUSE, 'closed');
    }

    public function testAHoldKeepsMessagesUntilResume(): void
    {
        $engine = new Engine(self::path());
        $engine->load(PLAYBOOK);
        $engine->ingest(self::added('kim'), now: BEGIN);
        $engine->advance(BEGIN);
        $engine->hold('pause', journey: 'cart', why: 'wrong price', now: BEGIN);
        [$held] = $engine->health(now: BEGIN)['holds'];
        self::equal([$held['journey'], $held['hold'], $held['why']], ['cart', 'pause', 'wrong price']);
        self::equal($engine->advance(BEGIN + 24 * HOUR)->messages, 0);
        $engine->hold('resume', journey: 'cart', now: BEGIN + 24 * HOUR);
        self::equal($engine->advance(BEGIN + 24 * HOUR + HOUR / 2)->messages, 1);
        self::fails(static fn () => $engine->hold('paus'), Error::INVALID, 'did you mean "pause"');
        self::fails(static fn () => $engine->hold('pause', journey: 'carts'), Error::INVALID, 'did you mean "cart"');
    }

    public function testAKeyOfSealingIsNeeded(): void
    {
        $path = self::path();
        $key = str_repeat('a5', 32);
        (new Engine($path, shared: false, sealKey: $key, requireActor: true))->close();
        self::fails(static fn () => new Engine($path, shared: false), Error::MISUSE, 'is sealed');
        self::fails(static fn () => new Engine($path, shared: false, sealKey: str_repeat('5a', 32)), Error::MISUSE, 'another key');
        $engine = new Engine($path, shared: false, sealKey: $key, requireActor: true);
        self::fails(static fn () => $engine->query('messages'), Error::INVALID, 'expected an actor');
    }

    public function testAKeyOfTokensIsTakenAndNeverShown(): void
    {
        $path = self::path();
        $key = str_repeat('5a', 32);
        $one = new Engine($path, eventZone: 'Asia/Seoul', tokenKey: $key);
        self::equal((new Engine($path, ['event_zone' => 'Asia/Seoul', 'token_key' => $key]))->isClosed(), false);
        self::fails(static fn () => new Engine($path, eventZone: 'Asia/Seoul', tokenKey: str_repeat('5b', 32)), Error::INVALID, 'other options');
        $one->close();
        foreach (['5a5a5a', 737373] as $wrong) {
            try {
                new Engine(self::path(), tokenKey: $wrong);
                self::fail('no error');
            } catch (Error $error) {
                self::equal($error->getCode(), Error::INVALID);
                self::equal(str_contains($error->getMessage(), '64 hexadecimal digits'), true);
                self::equal(str_contains($error->getMessage(), (string) $wrong), false);
            }
        }
    }

    public function testASecondOpenOfTheSameFileIsTheSameEngine(): void
    {
        $path = self::path();
        $one = new Engine($path);
        $two = new Engine($path);
        $one->advance();
        self::equal($two->advance()->events, 0);
        self::fails(static fn () => new Engine($path, ['work_max' => 5]), Error::INVALID, 'other options');
        $own = new Engine($path, ['shared' => 0]);
        self::fails(static fn () => $own->advance(), Error::BUSY, 'another worker');
    }

    public function testTheDeclarationsAreThoseOfCartwheelh(): void
    {
        $header = file_get_contents(__DIR__ . '/../src/preload.h');
        self::equal(shell_exec(PHP_BINARY . ' ' . escapeshellarg(__DIR__ . '/../make_header.php')), $header);
        $constants = (new ReflectionClass(Error::class))->getConstants();
        preg_match_all('/CARTWHEEL_(\w+) = (-\d+)/', $header, $stated);
        self::equal(array_map('intval', array_combine($stated[1], $stated[2])), $constants);
    }

    public function testTheLibraryCanBePreloadedAsAWebServerNeedsIt(): void
    {
        $command = sprintf('LD_LIBRARY_PATH=%s %s -d ffi.enable=preload -d ffi.preload=%s -r %s 2>&1', escapeshellarg(dirname(realpath(Library::path()))), PHP_BINARY,
            escapeshellarg(__DIR__ . '/../src/preload.h'),
            escapeshellarg(sprintf('require "%s"; echo (new Cartwheel\Engine(":memory:"))->query("health")["worker"];', __DIR__ . '/../autoload.php')));
        self::equal(shell_exec($command), 'none');
    }

    public function testALibraryThatIsNotThereIsOneSentence(): void
    {
        $command = sprintf('CARTWHEEL_LIBRARY=/nowhere/x.so %s -r %s 2>&1', PHP_BINARY,
            escapeshellarg(sprintf('require "%s"; try { new Cartwheel\Engine("x"); } catch (Cartwheel\Error $e) { echo $e->getMessage(); }', __DIR__ . '/../autoload.php')));
        self::equal(str_contains((string) shell_exec($command), 'set CARTWHEEL_LIBRARY to its path'), true);
    }

    private static function equal(mixed $actual, mixed $expected): void
    {
        self::assertSame($expected, $actual);
    }

    private static function fails(callable $call, int $code, string $text): void
    {
        try {
            $call();
        } catch (Error $error) {
            self::assertSame($code, $error->getCode());
            self::assertStringContainsString($text, $error->getMessage());
            return;
        }
        self::fail("no error, expected one with \"$text\"");
    }

    private static function path(): string
    {
        static $count = 0;
        $path = sprintf('%s/cartwheel_php_%d_%d.db', sys_get_temp_dir(), getmypid(), ++$count);
        register_shutdown_function(static fn () => array_map('unlink', glob("$path*")));
        return $path;
    }

    private static function added(string $customer, int $number = 1): array
    {
        return ['id' => "$customer-$number", 'type' => 'product_added', 'customer' => $customer, 'at' => BEGIN,
            'properties' => ['cart_id' => "k-$customer", 'product_id' => '7', 'name' => '머그컵', 'price' => 9000]];
    }
}
