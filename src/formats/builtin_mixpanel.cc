// Mixpanel: events ({"event", "properties"}) and profile updates ({"$distinct_id", "$set"}). Shops name their events
// themselves: names that are ours, after case and separators, are ours; the rest stays custom.
//
//   https://docs.mixpanel.com/docs/data-structure/events-and-properties
//   https://developer.mixpanel.com/reference/import-events
//   https://developer.mixpanel.com/reference/profile-set
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kMixpanelMapping[] = R"json({
  "mapping": 1,
  "name": "mixpanel",
  "fields": {
    "id": "properties.$insert_id",
    "customer": "properties.$user_id",
    "anonymous_id": "properties.$device_id",
    "at": {"path": "properties.time", "as": "epoch"}
  },
  "type": {"path": "event", "as": "name"},
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
      "about": "the login of a device",
      "when": {"event": "$identify"},
      "type": "identify",
      "fields": {"customer": "properties.$identified_id", "anonymous_id": "properties.$anon_id"}
    },
    {"about": "bookkeeping of identities", "when": {"event": ["$create_alias", "$merge"]}, "skip": true},
    {
      "about": "a profile",
      "when": {"$set": true},
      "type": "identify",
      "fields": {"customer": "$distinct_id"},
      "copy": "$set"
    },
    {
      "about": "of whom the device or the login is known",
      "when": {"event": true, "properties.$user_id | properties.$device_id": true},
      "properties": {"distinct_id": "properties.distinct_id"},
      "products": ["properties.products[]", "properties.items[]"],
      "copy": "properties"
    },
    {
      "about": "from a server that knows its customer",
      "when": {"event": true},
      "fields": {"customer": "properties.distinct_id"},
      "products": ["properties.products[]", "properties.items[]"],
      "copy": "properties"
    }
  ]
})json";

}  // namespace cartwheel::formats
