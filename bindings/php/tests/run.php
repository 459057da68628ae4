<?php
// The tests of the PHP binding, without a framework: php bindings/php/tests/run.php. Prints a line for each, and ends with 1 when one fails.
declare(strict_types=1);

require __DIR__ . '/../autoload.php';

use Cartwheel\Engine;
use Cartwheel\Error;
use Cartwheel\Library;

const HOUR = 3_600_000;
const BEGIN = 1_780_272_000_000;
const PLAYBOOK = <<<'JSON'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
 "shop": {"name": "Shop", "contact": "1", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
 "templates": {"gentle": {"purpose": "cart", "class": "ad", "sms": {"text": "{{ cart.items[0].name }}"}}},
 "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
   "steps": [{"wait": "24h"}, {"send": "gentle", "via": ["sms"]}]}}}
JSON;

function equal(mixed $actual, mixed $expected): void
{
    if ($actual !== $expected) {
        throw new LogicException(sprintf('%s, expected %s', var_export($actual, true), var_export($expected, true)));
    }
}

function fails(callable $call, int $code, string $text): void
{
    try {
        $call();
    } catch (Error $error) {
        equal($error->getCode(), $code);
        equal(str_contains($error->getMessage(), $text) ? $text : $error->getMessage(), $text);
        return;
    }
    throw new LogicException("no error, expected one with \"$text\"");
}

function path(): string
{
    static $count = 0;
    $path = sprintf('%s/cartwheel_php_%d_%d.db', sys_get_temp_dir(), getmypid(), ++$count);
    register_shutdown_function(static fn () => array_map('unlink', glob("$path*")));
    return $path;
}

function added(string $customer, int $number = 1): array
{
    return ['id' => "$customer-$number", 'type' => 'product_added', 'customer' => $customer, 'at' => BEGIN,
        'properties' => ['cart_id' => "k-$customer", 'product_id' => '7', 'name' => '머그컵', 'price' => 9000]];
}

$tests = [
    'a reminder a day later, and none after the purchase' => static function (): void {
        $engine = new Engine(path(), ['address_by_id' => true]);
        equal($engine->load(PLAYBOOK)->note, '');
        equal($engine->ingest([added('kim'), added('lee')], now: BEGIN)->accepted, 2);
        $engine->ingest(['type' => 'order_completed', 'customer' => 'lee', 'at' => BEGIN + 60_000,
            'properties' => ['cart_id' => 'k-lee', 'order_id' => 'o']], now: BEGIN + 60_000);
        $done = $engine->advance(BEGIN + HOUR);
        equal([$done->events, $done->enrolments, $done->exits, $done->messages, $done->more], [3, 2, 1, 0, false]);
        equal($done->nextDueMs, BEGIN + 24 * HOUR);
        equal($engine->advance($done->nextDueMs)->messages, 1);
        [$message] = $engine->claim('sms', now: $done->nextDueMs)->messages;
        equal([$message['customer'], $message['payload']], ['kim', ['text' => '머그컵']]);
        $settled = $engine->settle([['id' => $message['id'], 'token' => $message['token'], 'outcome' => 'accepted']], $done->nextDueMs);
        equal([$settled->settled, $settled->late, $settled->unknown], [1, 0, 0]);
        equal(array_column($engine->query('why', customer: 'lee')['decisions'], 'decision'), ['entered', 'exited']);
        equal(str_starts_with($engine->query('metrics'), '# '), true);
    },
    'times may be DateTime' => static function (): void {
        $engine = new Engine(path(), ['address_by_id' => true]);
        $engine->load(json_decode(PLAYBOOK, true));
        $begin = DateTimeImmutable::createFromFormat('U', (string) (BEGIN / 1000));
        $engine->ingest(added('kim'), now: $begin);
        equal($engine->advance($begin)->enrolments, 1);
        equal($engine->advance($begin->modify('+24 hours'))->messages, 1);
    },
    'errors have codes and one clear line' => static function (): void {
        fails(static fn () => new Engine(path(), ['work' => 1]), Error::INVALID, 'unknown option "work"');
        fails(static fn () => new Engine('/nowhere/at/all.db'), Error::MISUSE, '/nowhere/at/all.db');
        $engine = new Engine(path());
        fails(static fn () => $engine->load('{"playbook": 1, "revision": 2, "wiat": 3}'), Error::INVALID, 'wiat');
        fails(static fn () => $engine->query('customer', customer: 'nobody'), Error::NOT_FOUND, 'nobody');
        fails(static fn () => $engine->settle([['id' => 1, 'token' => 1, 'outcome' => 'fine']]), Error::INVALID, 'expected accepted');
        equal($engine->ingest([added('kim'), ['type' => 'page_viewed', 'customer' => 'guest']])->rejected[0]['record'], 1);
        $engine->close();
        $engine->close();
        fails(static fn () => $engine->advance(), Error::MISUSE, 'closed');
    },
    'a second open of the same file is the same engine' => static function (): void {
        $path = path();
        $one = new Engine($path);
        $two = new Engine($path);
        $one->advance();
        equal($two->advance()->events, 0);
        fails(static fn () => new Engine($path, ['work_max' => 5]), Error::INVALID, 'other options');
        $own = new Engine($path, ['shared' => 0]);
        fails(static fn () => $own->advance(), Error::BUSY, 'another worker');
    },
    'the declarations are those of cartwheel.h' => static function (): void {
        $header = file_get_contents(__DIR__ . '/../src/preload.h');
        equal(shell_exec(PHP_BINARY . ' ' . escapeshellarg(__DIR__ . '/../make_header.php')), $header);
        $constants = (new ReflectionClass(Error::class))->getConstants();
        preg_match_all('/CARTWHEEL_(\w+) = (-\d+)/', $header, $stated);
        equal(array_map('intval', array_combine($stated[1], $stated[2])), $constants);
    },
    'the library can be preloaded, as a web server needs it' => static function (): void {
        $command = sprintf('LD_LIBRARY_PATH=%s %s -d ffi.enable=preload -d ffi.preload=%s -r %s 2>&1', escapeshellarg(dirname(realpath(Library::path()))), PHP_BINARY,
            escapeshellarg(__DIR__ . '/../src/preload.h'),
            escapeshellarg(sprintf('require "%s"; echo (new Cartwheel\Engine(":memory:"))->query("health")["worker"];', __DIR__ . '/../autoload.php')));
        equal(shell_exec($command), 'none');
    },
    'a library that is not there is one sentence' => static function (): void {
        $command = sprintf('CARTWHEEL_LIBRARY=/nowhere/x.so %s -r %s 2>&1', PHP_BINARY,
            escapeshellarg(sprintf('require "%s"; try { new Cartwheel\Engine("x"); } catch (Cartwheel\Error $e) { echo $e->getMessage(); }', __DIR__ . '/../autoload.php')));
        equal(str_contains((string) shell_exec($command), 'set CARTWHEEL_LIBRARY to its path'), true);
    },
];

$failed = 0;
foreach ($tests as $name => $test) {
    try {
        $test();
        echo "ok      $name\n";
    } catch (Throwable $error) {
        ++$failed;
        echo "FAILED  $name: {$error->getMessage()} ({$error->getFile()}:{$error->getLine()})\n";
    }
}
exit($failed === 0 ? 0 : 1);
