<?php
// Nothing burns: what a channel's function throws, answers or forgets loses one message at most.
declare(strict_types=1);

use Cartwheel\Engine;
use Cartwheel\Error;
use Cartwheel\NotSent;
use Cartwheel\Worker;
use PHPUnit\Framework\TestCase;

final class WorkerTest extends TestCase
{
    private const BEGIN = 1_780_272_000_000;
    private const DUE = self::BEGIN + 24 * 3_600_000;
    private const PLAYBOOK = [
        'playbook' => 1, 'revision' => 1, 'policy' => ['consent' => 'assumed_by_shop', 'rules' => []],
        'shop' => ['name' => 'Shop', 'contact' => '1', 'timezone' => 'Asia/Seoul', 'currency' => 'KRW', 'locale' => 'ko-KR'],
        'templates' => ['gentle' => ['purpose' => 'cart', 'class' => 'ad', 'sms' => ['text' => '{{ cart.items[0].name }}']]],
        'channels' => ['sms' => ['address_by_id' => true]],
        'journeys' => ['cart' => ['enter' => ['on' => 'product_added', 'key' => 'cart.id'], 'exit' => [['on' => 'order_completed']],
            'steps' => [['wait' => '24h'], ['send' => 'gentle', 'via' => ['sms']]]]],
    ];

    /** @return iterable<string, array{callable, int}> */
    public static function answers(): iterable
    {
        yield 'throws' => [static fn (array $messages) => throw new RuntimeException('down'), 1];
        yield 'a mistake of the language' => [static fn (array $messages) => intdiv(1, 0), 1];
        yield 'nothing' => [static fn (array $messages) => null, 1];
        yield 'an empty list' => [static fn (array $messages) => [], 1];
        yield 'a word' => [static fn (array $messages) => 'accepted', 1];
        yield 'no outcome of ours' => [static fn (array $messages) => [['id' => 1, 'outcome' => 'sent']], 1];
        yield 'one outcome in place of a list' => [static fn (array $messages) => ['id' => 1, 'outcome' => 'accepted'], 1];
        yield 'an object' => [static fn (array $messages) => [['id' => 1, 'outcome' => new ArrayObject()]], 1];
        yield 'surely not sent' => [static fn (array $messages) => throw new NotSent('refused'), 0];
    }

    /** @dataProvider answers */
    public function testACallThatIsNoAnswerLosesItsMessageAndNoOther(callable $send, int $lost): void
    {
        $engine = self::due();
        $heard = [];
        $worker = new Worker($engine, ['sms' => $send], onError: static function (string $channel) use (&$heard): void {
            $heard[] = $channel;
        });
        $worker->turn();
        self::assertSame($lost === 0 ? ['waiting' => 20] : ['unknown' => 1, 'waiting' => 19], self::states($engine));
        self::assertSame(['sms'], $heard);
        self::assertSame('channel_fails', $engine->query('health')['problems'][0]['code']);
    }

    public function testTheOutboxIsSentOnceTheProviderIsBack(): void
    {
        $engine = self::due();
        [$down, $sizes] = [true, []];
        $send = static function (array $messages) use (&$down, &$sizes): iterable {
            $sizes[] = count($messages);
            if ($down) {
                throw new RuntimeException('down');
            }
            foreach ($messages as $message) {
                yield ['id' => $message['id'], 'outcome' => 'accepted'];
            }
        };
        $worker = new Worker($engine, ['sms' => $send]);
        $worker->turn();
        self::assertSame(0, $worker->turn());
        $down = false;
        $engine->setClock(self::DUE + 10_000);
        self::assertSame(19, $worker->turn());
        self::assertSame([1, 1, 2, 4, 8, 4], $sizes);
    }

    public function testAWorkerThatIsStoppedGivesBackWhatItHas(): void
    {
        $engine = self::due();
        $worker = null;
        $worker = new Worker($engine, ['sms' => static function (array $messages) use (&$worker): array {
            $worker->stop();
            return array_map(static fn (array $message): array => ['id' => $message['id'], 'outcome' => 'accepted'], $messages);
        }]);
        $worker->run(5);
        self::assertSame(['accepted' => 1, 'waiting' => 19], self::states($engine));
    }

    public function testMistakesWithChannelsAreToldAtOnce(): void
    {
        $engine = self::due();
        foreach ([[], ['sms' => 'no_function'], ['sms' => static fn (array $a, int $b) => []], ['sms' => ['send' => static fn (array $a) => [], 'batch' => 5]]] as $channels) {
            try {
                new Worker($engine, $channels);
                self::fail('no error');
            } catch (Error $error) {
                self::assertSame(Error::INVALID, $error->getCode());
            }
        }
    }

    public function testWhatWasDoneBeforeACallFailsStaysDone(): void
    {
        $engine = self::due();
        (new Worker($engine, ['sms' => static function (array $messages): iterable {
            foreach ($messages as $message) {
                if ($message['id'] === 11) {
                    throw new \RuntimeException('a bug');
                }
                yield ['id' => $message['id'], 'outcome' => 'accepted'];
            }
        }]))->turn();
        self::assertSame(['accepted' => 15, 'unknown' => 5], self::states($engine));  // calls of 1, 2, 4, 3 of 8; then anew 1, 2, 2
    }

    public function testAChannelThatNoPlaybookNamesIsToldAndTheOthersGoOn(): void
    {
        $heard = [];
        $accept = static fn (array $messages): array => array_map(static fn (array $message): array => ['id' => $message['id'], 'outcome' => 'accepted'], $messages);
        $worker = new Worker(self::due(), ['smss' => $accept, 'sms' => $accept], onError: static function (string $channel, \Throwable $error) use (&$heard): void {
            $heard[$channel] = $error->getMessage();
        });
        self::assertSame(20, $worker->turn());
        self::assertSame(['smss' => 'unknown channel "smss": the channels of the playbook (revision 1) are sms'], $heard);
    }

    public function testAClaimGivesBackWhatItsLoopDidNotComeTo(): void
    {
        foreach (['break', 'throw', 'whole'] as $leave) {
            $engine = self::due();
            $claim = $engine->claim('sms');
            self::assertCount(20, $claim);
            $seen = 0;
            try {
                foreach ($claim as $message) {
                    $claim->settle($message, 'accepted', reason: 'taken');
                    if ($leave !== 'whole' && ++$seen === 3) {
                        if ($leave === 'throw') {
                            throw new \LogicException('a bug');
                        }
                        break;
                    }
                }
            } catch (\LogicException) {
            }
            self::assertSame($leave === 'whole' ? ['accepted' => 20] : ['accepted' => 3, 'waiting' => 17], self::states($engine), $leave);
        }
    }

    public function testWhatAChannelSaysOfItselfIsCheckedAtOnce(): void
    {
        foreach ([['batch_max' => 0], ['batch_max' => '5'], ['timeout_ms' => -1], ['idempotency_ms' => 1.5], ['messages_per_second' => -1], ['messages_per_second' => NAN],
            ['batch' => 5]] as $traits) {
            try {
                new Worker(self::due(), ['sms' => ['send' => static fn (array $messages): array => []] + $traits]);
                self::fail('no error for ' . var_export($traits, true));
            } catch (Error $error) {
                self::assertStringContainsString('channel sms: ', $error->getMessage());
                self::assertStringContainsString('expected', $error->getMessage());
            }
        }
    }

    public function testOptionsAreNamedArguments(): void
    {
        $engine = new Engine(':memory:', manualClockMs: self::BEGIN, workMax: 5, durability: 'normal', eventZone: 'Asia/Seoul');
        $engine->setClock(self::DUE);
        foreach (['did you mean "work_max"' => static fn () => new Engine(':memory:', workMaxx: 5), 'expected a whole number' => static fn () => new Engine(':memory:', workMax: '5'),
            'expected them by name' => static fn () => new Engine(':memory:', [], 5), 'no negative number' => static fn () => new Engine(':memory:', workMax: -5)] as $said => $call) {
            try {
                $call();
                self::fail("no error, expected one with \"$said\"");
            } catch (Error $error) {
                self::assertStringContainsString($said, $error->getMessage());
            }
        }
    }

    public function testIterablesOfAnyLength(): void
    {
        $engine = new Engine(':memory:');
        $lines = static function (array $wrong): iterable {
            for ($n = 0; $n <= 110_000; ++$n) {
                yield $n === 105_000 ? $wrong : ['type' => 'page_viewed', 'customer' => 'kim'];
            }
        };
        foreach ([$lines(['type' => 'page_viewed']), iterator_to_array($lines(['type' => 'page_viewed']))] as $events) {
            $result = $engine->ingest($events);
            self::assertSame([110_000, [105_000]], [$result->accepted, array_column($result->rejected, 'record')]);
        }
        self::assertSame(0, $engine->ingest(new \ArrayIterator([]))->accepted);
        $this->expectExceptionMessage('event[105000].properties.price is NAN');
        $engine->ingest($lines(['type' => 'page_viewed', 'customer' => 'kim', 'properties' => ['price' => NAN]]));
    }

    public function testNumbersThatCannotBeAreTold(): void
    {
        $engine = self::due();
        foreach ([static fn () => $engine->claim('sms', 0), static fn () => $engine->claim('sms', leaseMs: -1), static fn () => $engine->claim('sms', idempotencyMs: -1),
            static fn () => $engine->advance(waitMs: -1)] as $call) {
            try {
                $call();
                self::fail('no error');
            } catch (Error $error) {
                self::assertStringContainsString('expected at least', $error->getMessage());
            }
        }
        $this->expectExceptionMessage('an engine is not serialized');
        serialize($engine);
    }

    public function testValuesOfThisLanguage(): void
    {
        $engine = new Engine(':memory:');
        $engine->ingest([5 => ['type' => 'identify', 'customer' => 'kim', 'properties' => [
            'day' => new DateTimeImmutable('2026-06-01T09:30:00+09:00'), 'name' => "Caf\xe9", 'list' => ['a', 'b'], 'price' => 12.9]],
            7 => ['type' => 'page_viewed', 'customer' => 'kim', 'properties' => []]]);
        self::assertSame(1, $engine->ingest((object) ['type' => 'page_viewed', 'customer' => 'kim'])->accepted);
        self::assertSame(1, $engine->ingest(new ArrayIterator([['type' => 'page_viewed', 'customer' => 'kim']]))->accepted);
        $engine->advance();
        $attributes = $engine->query('customer', customer: 'kim')['attributes'];
        self::assertSame(['2026-06-01T09:30:00.000+09:00', 'Café', ['a', 'b'], 12.9], [$attributes['day'], $attributes['name'], $attributes['list'], $attributes['price']]);
        foreach ([NAN, STDIN] as $value) {
            try {
                $engine->ingest([['type' => 'x', 'customer' => 'k'], ['type' => 'x', 'customer' => 'k', 'properties' => ['price' => $value]]]);
                self::fail('no error');
            } catch (Error $error) {
                self::assertStringContainsString('event[1].properties.price', $error->getMessage());
            }
        }
    }

    public function testAWorkerThatIsStoppedBySigtermInTheMiddleLosesNothing(): void
    {
        if (!function_exists('pcntl_async_signals')) {
            self::markTestSkipped('the extension pcntl is not loaded');
        }
        $folder = sys_get_temp_dir() . '/cartwheel_worker_' . getmypid();
        mkdir($folder);
        $options = ['manual_clock_ms' => self::BEGIN];
        self::fill($first = new Engine("$folder/shop.db", $options));
        $first->close();
        file_put_contents("$folder/worker.php", sprintf('<?php require %s;
            $engine = new Cartwheel\Engine($argv[1], ["manual_clock_ms" => %d]);
            (new Cartwheel\Worker($engine, ["sms" => function (array $messages): iterable {
                foreach ($messages as $message) {
                    file_put_contents($GLOBALS["argv"][2], $message["customer"] . "\n", FILE_APPEND);
                    yield ["id" => $message["id"], "outcome" => "accepted"];
                }
                usleep(100_000);
            }]))->run();
            $engine->close();
            exit(pcntl_signal_get_handler(SIGTERM) === SIG_DFL ? 0 : 9);', var_export(realpath(__DIR__ . '/../autoload.php'), true), self::DUE));
        $lines = static fn (): array => is_file("$folder/sent") ? file("$folder/sent", FILE_IGNORE_NEW_LINES) : [];
        $process = proc_open([PHP_BINARY, "$folder/worker.php", "$folder/shop.db", "$folder/sent"], [], $pipes);
        for ($until = microtime(true) + 20; count($lines()) < 3 && microtime(true) < $until; usleep(5_000)) {
        }
        proc_terminate($process, SIGTERM);
        self::assertSame(0, proc_close($process));
        $begun = count($lines());
        $next = new Engine("$folder/shop.db", ['manual_clock_ms' => self::DUE] + $options);
        self::assertSame($begun === 20 ? ['accepted' => 20] : ['accepted' => $begun, 'waiting' => 20 - $begun], self::states($next));
        $seen = [];
        (new Worker($next, ['sms' => static function (array $messages) use (&$seen): iterable {
            foreach ($messages as $message) {
                $seen[] = $message['customer'];
                yield ['id' => $message['id'], 'outcome' => 'accepted'];
            }
        }]))->turn();
        self::assertSame(['accepted' => 20], self::states($next));
        self::assertCount(20, array_unique([...$lines(), ...$seen]));
        self::assertSame(20, count($lines()) + count($seen));
        $next->close();
        array_map('unlink', glob("$folder/*"));
        rmdir($folder);
    }

    public function testQueriesAreFunctions(): void
    {
        $engine = self::due();
        foreach (['customer' => ['customer' => 'c1'], 'why' => ['customer' => 'c1'], 'report' => [], 'messages' => ['state' => 'waiting'], 'playbook' => []] as $name => $request) {
            self::assertSame($engine->query($name, ...$request), $engine->$name(...$request));
        }
        self::assertSame(['messages' => []], $engine->deadLetters(limit: 5));
        self::assertStringStartsWith('# ', $engine->metrics());
        self::assertSame($engine->why(customer: 'c1'), $engine->why('c1'));
        foreach (['query(\'why\', customer: \'kim\')' => static fn () => $engine->query('why', 'c1'), 'expected either' => static fn () => $engine->why()] as $said => $call) {
            try {
                $call();
                self::fail("no error, expected one with \"$said\"");
            } catch (Error $error) {
                self::assertStringContainsString($said, $error->getMessage());
            }
        }
    }

    public function testANowThatCannotBeIsAnError(): void
    {
        $engine = new Engine(':memory:');
        foreach ([5, -5, 0, 1_780_272_000, self::BEGIN * 1000, NAN, INF, 2.0 ** 60] as $now) {
            foreach ([static fn () => $engine->advance($now), static fn () => $engine->claim('sms', now: $now), static fn () => $engine->settle([], $now)] as $call) {
                try {
                    $call();
                    self::fail('no error');
                } catch (Error $error) {
                    self::assertStringContainsString('now is', $error->getMessage());
                }
            }
        }
    }

    private static function due(): Engine
    {
        return self::fill(new Engine(':memory:', ['manual_clock_ms' => self::BEGIN]));
    }

    private static function fill(Engine $engine): Engine
    {
        $engine->load(self::PLAYBOOK);
        $engine->ingest(array_map(static fn (int $n): array => ['type' => 'product_added', 'customer' => "c$n", 'properties' => ['product_id' => '7', 'name' => '머그컵']], range(0, 19)));
        $engine->advance();
        $engine->setClock(self::DUE);
        $engine->advance();
        return $engine;
    }

    /** @return array<string, int> */
    private static function states(Engine $engine): array
    {
        $states = array_count_values(array_column($engine->query('messages', limit: 100)['messages'], 'state'));
        ksort($states);
        return $states;
    }
}
