<?php
/**
 * Plugin Name: Cartwheel reminders
 * Description: Records what happens to carts, so that whoever leaves one behind is reminded. A worker beside the web server sends: `php
 *              drain_messages.php`, or `cartwheel worker`.
 *
 * WooCommerce's hooks become events, one durable write each; a mistake here is logged and never stops a checkout.
 */
declare(strict_types=1);

namespace CartwheelReminders;

use Cartwheel\Engine;
use Cartwheel\Error;

defined('ABSPATH') || exit;
require_once __DIR__ . '/vendor/autoload.php';

/** The file belongs outside of what the web server hands out. */
function database(): string
{
    return defined('CARTWHEEL_DATABASE') ? CARTWHEEL_DATABASE : dirname(ABSPATH) . '/cartwheel.db';
}

/** The session that WooCommerce gave the browser. */
function session(): string
{
    return (string) WC()->session->get_customer_id();
}

function ingest(array $event): void
{
    static $engine = null;
    try {
        $engine ??= new Engine(database());  // shared: of all requests of a PHP worker the first one opens the file
        foreach ($engine->ingest($event)->rejected as $rejected) {
            error_log("cartwheel: {$rejected['message']}");
        }
    } catch (Error $error) {
        error_log("cartwheel: {$error->getMessage()}");
    }
}

/** An event of the logged-in customer, or of the browser. */
function record(string $type, array $properties = [], ?string $id = null): void
{
    $user = get_current_user_id();
    ingest(['type' => $type, 'properties' => $properties + ['cart_id' => session()]]
        + ($user > 0 ? ['customer' => "wp-$user"] : ['anonymous_id' => session()])
        + ($id !== null ? ['id' => $id] : []));
}

function describe(\WC_Product $product): array
{
    return ['product_id' => (string) $product->get_id(), 'name' => $product->get_name(), 'price' => (int) $product->get_price(),
        'url' => $product->get_permalink()];
}

add_action('woocommerce_add_to_cart', function (string $key, int $productId, int $quantity): void {
    record('product_added', describe(wc_get_product($productId)) + ['quantity' => $quantity]);
}, 10, 3);

add_action('woocommerce_cart_item_removed', function (string $key, $cart): void {
    record('product_removed', ['product_id' => (string) $cart->removed_cart_contents[$key]['product_id']]);
}, 10, 2);

add_action('woocommerce_cart_emptied', fn () => record('cart_emptied'));

add_action('woocommerce_checkout_order_processed', function (int $orderId): void {
    $order = wc_get_order($orderId);
    record('order_completed', ['order_id' => (string) $orderId, 'total' => (int) $order->get_total()], "order-$orderId");
});

add_action('wp_login', function (string $login, $user): void {
    ingest(['type' => 'identify', 'customer' => "wp-{$user->ID}", 'anonymous_id' => session()]);  // the browser's cart is hers now
}, 10, 2);
