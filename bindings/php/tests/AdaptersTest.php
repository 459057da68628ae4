<?php
// libcartwheel_channels from PHP: messages become requests, an answer becomes outcomes. Skipped where the library is not.
declare(strict_types=1);

use Cartwheel\Adapters;
use Cartwheel\Error;
use PHPUnit\Framework\TestCase;

final class AdaptersTest extends TestCase
{
    private const CHANNELS = '{"channels": {"sms": {"kind": "nhn_sms", "app_key": "APP", "secret_key": {"env": "TEST_ADAPTERS_SECRET"}, "from": "02-123-4567"}}}';
    private const MESSAGE = ['id' => 1, 'token' => 7, 'key' => '00112233445566778899aabbccddeeff', 'class' => 'ad', 'medium' => 'sms',
        'address' => '010-1234-5678', 'payload' => ['text' => '안녕']];
    private const TAKEN = '{"header":{"resultCode":0},"body":{"data":{"sendResultList":[{"resultCode":0}]}}}';

    protected function setUp(): void
    {
        putenv('TEST_ADAPTERS_SECRET=S3CRET');
        try {
            Adapters::cryptoVersion();
        } catch (Error $error) {
            $this->markTestSkipped($error->getMessage());
        }
    }

    public function testMessagesAreBuiltAndAnswersInterpreted(): void
    {
        $adapters = new Adapters(self::CHANNELS);
        $this->assertSame(100, $adapters->traits('sms')['batch_max']);
        $plan = $adapters->build('sms', [self::MESSAGE]);
        $this->assertSame([], $plan['outcomes']);
        [$request] = $plan['requests'];
        $this->assertSame('https://sms.api.nhncloudservice.com/sms/v3.0/appKeys/APP/sender/ad-sms', $request['url']);
        $this->assertSame('S3CRET', $request['headers']['X-Secret-Key']);
        $this->assertSame('안녕', json_decode($request['body'], true)['body']);
        $this->assertSame([['id' => 1, 'token' => 7, 'outcome' => 'accepted', 'reason' => '0: taken']], $adapters->interpret($request, 200, [], self::TAKEN));
        [$request] = $adapters->build('sms', new ArrayIterator([self::MESSAGE]))['requests'];
        $this->assertSame('not_sent', $adapters->interpret($request, error: 'timeout', bodyBegun: false)[0]['outcome']);
    }

    public function testErrorsAreTold(): void
    {
        $adapters = new Adapters(self::CHANNELS);
        $calls = [
            'did you mean "sms"' => fn () => $adapters->traits('smms'),
            'expected a key in double quotes' => fn () => new Adapters('{'),
            'is not open' => fn () => $adapters->interpret(['request' => 9], 200),
            'x-solapi-secret' => fn () => Adapters::checkReceipt('receipts/solapi', '[]', 'e9fe', 'mysecret'),
        ];
        foreach ($calls as $text => $call) {
            try {
                $call();
                $this->fail($text);
            } catch (Error $error) {
                $this->assertStringContainsString($text, $error->getMessage());
            }
        }
        Adapters::checkReceipt('receipts/solapi', '[]', 'e9fe51f94eadabf54dbf2fbbd57188b9abee436e', 'mysecret');
        $adapters->close();
        $adapters->close();
    }

    public function testTheDeclarationsAreThoseOfTheHeader(): void
    {
        $made = shell_exec(PHP_BINARY . ' ' . escapeshellarg(__DIR__ . '/../make_header.php') . ' adapters');
        $this->assertSame($made, file_get_contents(__DIR__ . '/../src/adapters.h'));
    }
}
