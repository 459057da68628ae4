<?php
// How a shop tests its playbook: three days in a millisecond.
//
//   php time_travel.php
require __DIR__ . '/../autoload.php';

const HOUR = 3_600_000;
$monday = 1_780_304_400_000;  // 2026-06-01T09:00:00Z

$engine = new Cartwheel\Engine(':memory:');
$engine->load([
    'playbook' => 1, 'revision' => 1,
    'policy' => ['rules' => ['KR'], 'domestic' => true, 'opt_out' => ['sms' => '080-123-4567'],
        'notices' => ['result' => ['i_have_checked' => 'our CRM sends it'], 'reconfirm' => ['i_have_checked' => 'our CRM sends it']]],
    'shop' => ['name' => 'Shop', 'contact' => '02-123-4567', 'country' => 'KR', 'timezone' => 'Asia/Seoul', 'currency' => 'KRW', 'locale' => 'ko-KR'],
    'templates' => ['gentle' => ['purpose' => 'cart', 'class' => 'ad', 'sms' => ['text' => '{{ cart.items[0].name }} is waiting']]],
    'channels' => ['sms' => ['address_by_id' => true, 'certified' => true]],  // no addresses are known: the customer's id stands for one
    'journeys' => ['cart' => ['enter' => ['on' => 'product_added', 'key' => 'cart.id'], 'exit' => [['on' => 'order_completed']],
        'steps' => [['wait' => '24h'], ['send' => 'gentle', 'via' => ['sms']]]]],
]);
foreach (['kim', 'lee', 'park'] as $customer) {
    if ($customer !== 'park') {  // she did not consent
        $engine->ingest(['type' => 'consent_granted', 'customer' => $customer,
            'properties' => ['medium' => 'sms', 'scope' => 'ad', 'where' => 'sign-up']], now: $monday);
    }
    $engine->ingest(['type' => 'product_added', 'customer' => $customer, 'properties' => ['product_id' => 'mug', 'name' => 'Mug']], now: $monday);
}
$engine->ingest(['type' => 'order_completed', 'customer' => 'lee', 'properties' => ['order_id' => '1']], now: $monday + 3 * HOUR);

$sent = [];
for ($now = $monday + 3 * HOUR; $now !== 0 && $now <= $monday + 72 * HOUR; $now = $done->nextDueMs) {
    $done = $engine->advance($now);
    array_push($sent, ...$engine->claim('sms', now: $now)->messages);
}
if (count($sent) !== 1 || $sent[0]['customer'] !== 'kim' || $sent[0]['payload']['text'] !== "(광고)Shop Mug is waiting\n02-123-4567\n무료수신거부 080-123-4567") {
    throw new LogicException('expected one message, to kim');
}
echo "kim was reminded, lee had bought, park had not consented\n";
