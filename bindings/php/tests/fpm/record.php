<?php
// One request of the shop: an event of a customer of its own, durable when it answers. `?bare` does without Cartwheel, to compare memory.
declare(strict_types=1);

function resident_kb(): int
{
    preg_match('~VmRSS:\s+(\d+)~', file_get_contents('/proc/self/status'), $found);
    return (int) $found[1];
}

header('Content-Type: application/json');
if (!isset($_GET['customer'])) {
    exit(json_encode(['pid' => getmypid(), 'resident_kb' => resident_kb()]));
}
require __DIR__ . '/../../autoload.php';

$began = hrtime(true);
Cartwheel\Library::ffi();
$loaded = hrtime(true);
$engine = new Cartwheel\Engine(getenv('SHOP_DATABASE'));
$opened = hrtime(true);
$result = $engine->ingest(['id' => $_GET['customer'], 'type' => 'product_added', 'customer' => $_GET['customer'],
    'properties' => ['product_id' => 'mug', 'name' => '머그컵', 'price' => 9000]]);
$done = hrtime(true);
echo json_encode(['pid' => getmypid(), 'accepted' => $result->accepted, 'load_us' => ($loaded - $began) / 1000, 'open_us' => ($opened - $loaded) / 1000,
    'ingest_us' => ($done - $opened) / 1000, 'resident_kb' => resident_kb()]);
