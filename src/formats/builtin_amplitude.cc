// Amplitude: uploads of the HTTP API ({"api_key", "events": [event, …]}), and lines of an export.
//
//   https://amplitude.com/docs/apis/analytics/http-v2
//   https://amplitude.com/docs/apis/analytics/export
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kAmplitudeMapping[] = R"json({
  "mapping": 1,
  "name": "amplitude",
  "fields": {
    "id": ["insert_id", "$insert_id"],
    "customer": "user_id",
    "anonymous_id": "device_id",
    "at": {"path": ["time", "event_time"], "as": ["epoch", "utc"]}
  },
  "type": {"path": "event_type", "as": "name"},
  "line": {
    "product_id": ["product_id", "productId", "id"],
    "variant_id": ["variant_id", "variantId"],
    "sku": "sku",
    "name": ["name", "product_name", "title"],
    "price": "price",
    "quantity": "quantity",
    "image_url": ["image_url", "imageUrl"],
    "url": "url",
    "brand": "brand",
    "category": "category"
  },
  "rules": [
    {
      "about": "traits without an event",
      "each": ["events[]", "."],
      "when": {"event_type": "$identify"},
      "type": "identify",
      "copy": ["user_properties.$set", "user_properties"]
    },
    {"each": ["events[]", "."], "when": {"event_type": ["$groupidentify", "session_start", "session_end"]}, "skip": true},
    {
      "about": "revenue as the libraries log it: an order of one product",
      "each": ["events[]", "."],
      "when": {"event_type": ["revenue_amount", "[Amplitude] Revenue"]},
      "type": "order_completed",
      "properties": {
        "order_id": ["event_properties.order_id", "event_properties.orderId", "event_properties.transaction_id"],
        "total": ["revenue", "$revenue", "event_properties.$revenue", "amount"],
        "currency": ["currency", "event_properties.currency"]
      },
      "products": {
        "from": ".",
        "line": {
          "product_id": ["productId", "event_properties.$productId"],
          "price": ["price", "event_properties.$price"],
          "quantity": ["quantity", "event_properties.$quantity"]
        }
      },
      "copy": "event_properties"
    },
    {
      "about": "an event",
      "each": ["events[]", "."],
      "when": {"event_type": true},
      "also": true,
      "properties": {
        "product_id": ["event_properties.product_id", "productId"],
        "price": ["event_properties.price", "price"],
        "quantity": ["event_properties.quantity", "quantity"],
        "revenue": ["event_properties.revenue", "revenue"],
        "currency": ["event_properties.currency", "currency"]
      },
      "products": ["event_properties.products[]", "event_properties.items[]"],
      "copy": "event_properties"
    },
    {
      "about": "the traits that came with an event",
      "each": ["events[]", "."],
      "when": {"event_type": true, "user_properties": true, "user_id": true},
      "type": "identify",
      "copy": ["user_properties.$set", "user_properties"]
    }
  ]
})json";

}  // namespace cartwheel::formats
