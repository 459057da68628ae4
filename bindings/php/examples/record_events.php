<?php
// What a shop's request does: record what happened, durably, and go on. In WooCommerce, the functions hang on hooks:
//   add_action('woocommerce_add_to_cart', 'product_added', 10, 3);
//
//   php record_events.php shop.db
require __DIR__ . '/../autoload.php';

$engine = new Cartwheel\Engine($argv[1]);  // shared: of a PHP worker's requests only the first one opens the file

function product_added(string $customer, string $product, string $name, int $price): void
{
    global $engine;
    // The id is of this click: a retry of the call sends the same one, a second click another.
    $result = $engine->ingest(['id' => bin2hex(random_bytes(16)), 'type' => 'product_added', 'customer' => $customer,
        'properties' => ['product_id' => $product, 'name' => $name, 'price' => $price]]);
    foreach ($result->rejected as $rejected) {  // a mistake of ours: the checkout must not die of it
        error_log("not recorded: {$rejected['message']}");
    }
}

// Without her consent kim gets no advertisement, and from 20:50 to 08:00 none without her consent for the night.
$engine->ingest(['type' => 'consent_granted', 'customer' => 'kim', 'properties' => ['medium' => 'sms', 'scope' => ['ad', 'ad_night'], 'where' => 'sign-up']]);
product_added('kim', 'mug', '머그컵', 9000);
$engine->ingest(['type' => 'endpoint_added', 'customer' => 'kim', 'properties' => ['channel' => 'sms', 'address' => '010-0000-0000']]);
echo "recorded\n";
