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

/** Whatever goes wrong in here is logged, and the shop goes on. */
function quietly(callable $call): void
{
    try {
        $call();
    } catch (\Throwable $error) {
        error_log("cartwheel: {$error->getMessage()}");
    }
}

function ingest(array $event): void
{
    static $engine = null;
    quietly(function () use (&$engine, $event): void {
        $engine ??= new Engine(database());  // shared: of all requests of a PHP worker the first one opens the file
        foreach ($engine->ingest($event)->rejected as $rejected) {
            error_log("cartwheel: {$rejected['message']}");
        }
    });
}

/** A hook of the shop that only watches. */
function on(string $hook, callable $call, int $arguments = 1): void
{
    add_action($hook, function (mixed ...$given) use ($call): void {
        quietly(fn () => $call(...$given));
    }, 10, $arguments);
}

/** Where a person may be reached; whether an advertisement may go there is the consent's and the gate's to say. */
function recordAddresses(array $who, array $addresses): void
{
    foreach (array_filter($addresses) as $channel => $address) {
        ingest(['type' => 'endpoint_added', 'properties' => ['channel' => $channel, 'address' => (string) $address]] + $who);
    }
}

/** The logged-in customer, or the browser. */
function who(): array
{
    $user = get_current_user_id();
    return $user > 0 ? ['customer' => "wp-$user"] : ['anonymous_id' => session()];
}

/** An event of the logged-in customer, or of the browser. */
function record(string $type, array $properties = [], ?string $id = null): void
{
    ingest(['type' => $type, 'properties' => $properties + ['cart_id' => session()]] + who() + ($id !== null ? ['id' => $id] : []));
}

function describe(\WC_Product $product): array
{
    return ['product_id' => (string) $product->get_id(), 'name' => $product->get_name(), 'price' => (float) $product->get_price(),
        'url' => $product->get_permalink()];
}

on('woocommerce_add_to_cart', function (string $key, int $productId, int $quantity): void {
    record('product_added', describe(wc_get_product($productId)) + ['quantity' => $quantity]);
}, 3);

on('woocommerce_cart_item_removed', function (string $key, object $cart): void {
    record('product_removed', ['product_id' => (string) $cart->removed_cart_contents[$key]['product_id']]);
}, 2);

on('woocommerce_cart_emptied', fn () => record('cart_emptied'));

function recordOrder(int $id, object $order): void
{
    record('order_completed', ['order_id' => (string) $id, 'total' => (float) $order->get_total()], "order-$id");
    recordAddresses(who(), ['sms' => $order->get_billing_phone(), 'email' => $order->get_billing_email()]);
}

// The checkout of a shortcode, and the one of blocks, which new shops have: each order fires one of them.
on('woocommerce_checkout_order_processed', fn (int $orderId) => recordOrder($orderId, wc_get_order($orderId)));
on('woocommerce_store_api_checkout_order_processed', fn (object $order) => recordOrder($order->get_id(), $order));

on('wp_login', function (string $login, object $user): void {
    $customer = ['customer' => "wp-{$user->ID}"];
    ingest(['type' => 'identify', 'anonymous_id' => session()] + $customer);  // the browser's cart is hers now
    recordAddresses($customer, ['sms' => get_user_meta($user->ID, 'billing_phone', true), 'email' => $user->user_email]);
}, 2);

/** The boxes of the shop's account page, posted to admin-ajax.php?action=cartwheel_consent: media, and scopes such as "ad" and "ad_night". */
on('wp_ajax_cartwheel_consent', function (): void {
    check_ajax_referer('cartwheel_consent');
    $given = array_filter(['medium' => (array) ($_POST['media'] ?? []), 'scope' => (array) ($_POST['scopes'] ?? [])]);
    record(isset($_POST['withdraw']) ? 'consent_withdrawn' : 'consent_granted', wp_unslash($given) + ['where' => 'account']);
});

/** The shop's script posts what PushManager.subscribe() gave it, to admin-ajax.php?action=cartwheel_subscribe. */
foreach (['wp_ajax_cartwheel_subscribe', 'wp_ajax_nopriv_cartwheel_subscribe'] as $hook) {
    on($hook, function (): void {
        check_ajax_referer('cartwheel_subscribe');
        recordAddresses(who(), ['web_push' => wp_unslash($_POST['subscription'] ?? '')]);
    });
}
