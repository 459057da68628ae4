<?php
// The shop-shaped examples against stand-ins of WordPress, WooCommerce and Laravel: hooks and listeners fire, and who is reminded a day later.
declare(strict_types=1);

namespace {
    require __DIR__ . '/../autoload.php';

    const HOUR = 3_600_000;
    $folder = sys_get_temp_dir() . '/cartwheel_shops_' . getmypid();
    mkdir("$folder/plugin/vendor", recursive: true);
    register_shutdown_function(static fn () => shell_exec('rm -r ' . escapeshellarg($GLOBALS['folder'])));

    function config(string $name): string
    {
        return $GLOBALS['folder'] . ['cartwheel.database' => '/laravel.db', 'cartwheel.playbook' => '/playbook.json'][$name];
    }
    file_put_contents("$folder/playbook.json", file_get_contents(__DIR__ . '/../../examples.json'));

    function same(mixed $actual, mixed $expected): void
    {
        if ($actual !== $expected) {
            fwrite(STDERR, sprintf("%s, expected %s\n", json_encode($actual, JSON_UNESCAPED_UNICODE), json_encode($expected, JSON_UNESCAPED_UNICODE)));
            exit(1);
        }
    }

    /** Who has a reminder waiting a day from now: customer => text. */
    function reminded(string $database): array
    {
        $engine = new Cartwheel\Engine($database, ['shared' => 0]);
        $engine->load(str_replace('"1s"', '"24h"', file_get_contents(__DIR__ . '/../../examples.json')));
        $later = (int) (microtime(true) * 1000) + 25 * HOUR;
        $engine->advance();
        $engine->advance($later);
        $texts = [];
        foreach ($engine->claim('sms', now: $later)->messages as $message) {
            $texts[$message['address']] = strtok($message['payload']['text'], "\n");  // its label's last lines are the same in all
        }
        ksort($texts);
        return $texts;
    }

    // ---- WordPress and WooCommerce, as far as the plugin asks them.
    $hooks = [];
    $shopper = ['user' => 0, 'session' => ''];

    function add_action(string $hook, callable $call, int $priority = 10, int $arguments = 1): void
    {
        $GLOBALS['hooks'][$hook] = [$call, $arguments];
    }
    function do_action(string $hook, mixed ...$given): void
    {
        [$call, $arguments] = $GLOBALS['hooks'][$hook];
        $call(...array_slice($given, 0, $arguments));
    }
    function check_ajax_referer(string $action): void
    {
    }
    function wp_unslash(mixed $value): mixed
    {
        return $value;
    }
    /** The logged-in customer ticks the boxes of the account page. */
    function consent(): void
    {
        $_POST = ['media' => ['sms'], 'scopes' => ['ad', 'ad_night']];
        do_action('wp_ajax_cartwheel_consent');
    }
    function get_current_user_id(): int
    {
        return $GLOBALS['shopper']['user'];
    }
    function WC(): object
    {
        return (object) ['session' => new class {
            public function get_customer_id(): string
            {
                return $GLOBALS['shopper']['session'];
            }
        }];
    }
    class WC_Product
    {
        public function __construct(private int $id)
        {
        }
        public function get_id(): int
        {
            return $this->id;
        }
        public function get_name(): string
        {
            return $GLOBALS['product_name'] ?? '머그컵';
        }
        public function get_price(): string
        {
            return '12.90';
        }
        public function get_permalink(): string
        {
            return "https://shop.example/{$this->id}";
        }
    }
    function get_user_meta(int $user, string $key, bool $single): string
    {
        return $key === 'billing_phone' ? "010-$user" : '';
    }
    function wc_get_product(int $id): WC_Product
    {
        return new WC_Product($id);
    }
    function wc_get_order(int $id): object
    {
        return new class($id) {
            public function __construct(private int $id)
            {
            }
            public function get_id(): int
            {
                return $this->id;
            }
            public function get_total(): string
            {
                return '9000';
            }
            public function get_billing_phone(): string
            {
                return '010-guest';
            }
            public function get_billing_email(): string
            {
                return 'guest@shop.example';
            }
        };
    }
}

// ---- Laravel, as far as the provider and the command ask it.

namespace Illuminate\Support {
    class ServiceProvider
    {
        public array $commands = [];
        public function __construct(protected \Container $app)
        {
        }
        public function commands(array $commands): void
        {
            $this->commands = $commands;
        }
    }
}

namespace Illuminate\Support\Facades {
    class Event
    {
        public static array $listeners = [];
        public static function listen(string $event, callable $call): void
        {
            self::$listeners[$event] = $call;
        }
    }
    class Log
    {
        public static array $lines = [];
        public static function warning(string $line): void
        {
            self::$lines[] = $line;
        }
        public static function error(string $line): void
        {
            self::$lines[] = $line;
        }
    }
}

namespace Illuminate\Console {
    class Command
    {
        public const SUCCESS = 0;
        public function option(string $name): bool
        {
            return true;
        }
    }
}

namespace Illuminate\Auth\Events {
    class Login
    {
        public function __construct(public object $user)
        {
        }
    }
}

namespace App\Events {
    class CartItemAdded
    {
        public function __construct(public int $userId, public int $cartId, public int $productId, public string $name, public int $price, public int $quantity = 1)
        {
        }
    }
    class OrderPlaced
    {
        public function __construct(public int $orderId, public int $userId, public int $cartId, public int $total)
        {
        }
    }
}

namespace App\Services {
    class Sms
    {
        public array $sent = [];
        public function send(string $address, string $text, string $idempotencyKey): bool
        {
            $this->sent[] = "$address $text";
            return strlen($idempotencyKey) === 32;
        }
    }
}

namespace {
    use App\Events\CartItemAdded;
    use App\Events\OrderPlaced;
    use Illuminate\Support\Facades\Event;
    use Illuminate\Support\Facades\Log;

    class Container
    {
        private array $made = [];
        public function singleton(string $name, callable $make): void
        {
            $this->made[$name] = $make;
        }
        public function make(string $name): object
        {
            return is_callable($this->made[$name]) ? $this->made[$name] = ($this->made[$name])() : $this->made[$name];
        }
    }

    // WooCommerce: a browser fills a cart and logs in; another buys; a third takes its only item out again.
    define('ABSPATH', "$folder/plugin/");
    define('CARTWHEEL_DATABASE', "$folder/woocommerce.db");
    file_put_contents("$folder/plugin/vendor/autoload.php", sprintf("<?php require_once '%s';", realpath(__DIR__ . '/../autoload.php')));
    copy(__DIR__ . '/../examples/woocommerce/cartwheel-reminders.php', "$folder/plugin/cartwheel-reminders.php");
    require "$folder/plugin/cartwheel-reminders.php";

    $shopper = ['user' => 0, 'session' => 's1'];
    do_action('woocommerce_add_to_cart', 'key', 7, 2, 0, [], []);
    $shopper['user'] = 1;
    do_action('wp_login', 'kim', (object) ['ID' => 1, 'user_email' => 'kim@shop.example']);
    consent();
    $shopper = ['user' => 2, 'session' => 's2'];
    consent();
    do_action('woocommerce_add_to_cart', 'key', 7, 1, 0, [], []);
    do_action('woocommerce_checkout_order_processed', 99, [], null);
    $shopper = ['user' => 3, 'session' => 's3'];
    consent();
    do_action('woocommerce_add_to_cart', 'key', 8, 1, 0, [], []);
    do_action('woocommerce_cart_item_removed', 'key', (object) ['removed_cart_contents' => ['key' => ['product_id' => 8]]]);
    $shopper = ['user' => 5, 'session' => 's5'];
    consent();
    do_action('woocommerce_add_to_cart', 'key', 7, 1, 0, [], []);
    do_action('woocommerce_store_api_checkout_order_processed', wc_get_order(100));
    $shopper = ['user' => 4, 'session' => 's4'];
    consent();
    $product_name = "Caf\xe9";  // a database of before UTF-8
    do_action('woocommerce_add_to_cart', 'key', 9, 1, 0, [], []);
    do_action('woocommerce_checkout_order_processed', 'no number', [], null);  // what throws in a hook stops nothing
    same(reminded(CARTWHEEL_DATABASE), ['010-1' => '(광고)Shop 머그컵']);
    $carts = static fn (string $customer): array => (new Cartwheel\Engine(CARTWHEEL_DATABASE, ['shared' => 0]))->query('customer', customer: $customer)['carts'];
    same($carts('wp-1')[0]['items'][0]['price'], 12.9);
    same($carts('wp-4')[0]['items'][0]['product']['name'], 'Café');
    echo "ok      WooCommerce\n";

    // Laravel: two carts, one order; then the worker's command, by itself.
    require __DIR__ . '/../examples/laravel/CartwheelServiceProvider.php';
    require __DIR__ . '/../examples/laravel/CartwheelWork.php';
    $app = new Container;
    $provider = new App\Providers\CartwheelServiceProvider($app);
    $provider->register();
    $provider->boot();
    same($provider->commands, [App\Console\CartwheelWork::class]);
    (Event::$listeners[CartItemAdded::class])(new CartItemAdded(1, 11, 7, '가방', 52000));
    (Event::$listeners[CartItemAdded::class])(new CartItemAdded(2, 12, 7, '가방', 52000));
    (Event::$listeners[OrderPlaced::class])(new OrderPlaced(99, 2, 12, 52000));
    same(Log::$lines, []);

    $sms = new App\Services\Sms;
    $engine = $app->make(Cartwheel\Engine::class);
    (Event::$listeners[Illuminate\Auth\Events\Login::class])(new Illuminate\Auth\Events\Login((object) ['id' => 1, 'phone' => '010-1', 'consents' => ['ad', 'ad_night']]));
    (Event::$listeners[Illuminate\Auth\Events\Login::class])(new Illuminate\Auth\Events\Login((object) ['id' => 2, 'phone' => '010-2', 'consents' => ['ad', 'ad_night']]));
    (new App\Console\CartwheelWork)->handle($engine, $sms);  // the playbook's wait is a second
    same($sms->sent, []);
    usleep(2_100_000);  // alarms are exact to the second
    (new App\Console\CartwheelWork)->handle($engine, $sms);
    same(array_map(static fn (string $line): string => strtok($line, "\n"), $sms->sent), ['010-1 (광고)Shop 가방']);
    echo "ok      Laravel\n";
}
