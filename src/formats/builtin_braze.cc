// Braze: bodies of /users/track ({"attributes": […], "events": […], "purchases": […]}), with the recommended events of
// commerce.
//
//   https://www.braze.com/docs/api/endpoints/user_data/post_user_track
//   https://www.braze.com/docs/user_guide/data/activation/events/recommended_events/ecommerce_events
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kBrazeMapping[] = R"json({
  "mapping": 1,
  "name": "braze",
  "fields": {
    "customer": "external_id",
    "anonymous_id": ["user_alias.alias_name", "braze_id", "device_id"],
    "at": "time"
  },
  "properties": {
    "currency": "properties.currency",
    "cart_id": "properties.cart_id",
    "source": "properties.source"
  },
  "line": {
    "product_id": "product_id",
    "variant_id": "variant_id",
    "sku": ["sku", "metadata.sku"],
    "name": "product_name",
    "price": "price",
    "quantity": "quantity",
    "image_url": "image_url",
    "url": "product_url"
  },
  "rules": [
    {
      "about": "attributes of a profile",
      "each": "attributes[]",
      "when": {"external_id | user_alias | braze_id": true},
      "type": "identify",
      "properties": {"aliased": "user_alias.alias_label", "currency": "currency", "cart_id": "cart_id", "source": "source"},
      "copy": "."
    },
    {
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.product_viewed"},
      "type": "product_viewed",
      "per": "properties",
      "copy": "properties"
    },
    {
      "about": "products put into the cart",
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.cart_updated", "properties.action": "add"},
      "type": "product_added",
      "per": "properties.products[]"
    },
    {
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.cart_updated", "properties.action": "remove"},
      "type": "product_removed",
      "per": "properties.products[]"
    },
    {
      "about": "the whole cart",
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.cart_updated"},
      "type": "cart_updated",
      "properties": {"value": "properties.total_value", "cart_url": ["properties.metadata.cart_url", "properties.metadata.checkout_url"]},
      "products": "properties.products[]"
    },
    {
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.checkout_started"},
      "type": "checkout_started",
      "properties": {
        "checkout_id": "properties.checkout_id",
        "value": "properties.total_value",
        "cart_url": ["properties.metadata.checkout_url", "properties.metadata.cart_url"]
      },
      "products": "properties.products[]"
    },
    {
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.order_placed"},
      "type": "order_completed",
      "properties": {
        "order_id": "properties.order_id",
        "total": "properties.total_value",
        "discount": "properties.total_discounts"
      },
      "products": "properties.products[]"
    },
    {
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.order_cancelled"},
      "type": "order_cancelled",
      "properties": {"order_id": "properties.order_id", "value": "properties.total_value", "reason": "properties.cancel_reason"},
      "products": "properties.products[]"
    },
    {
      "each": ["events[]", "."],
      "when": {"name": "ecommerce.order_refunded"},
      "type": "order_refunded",
      "properties": {
        "order_id": "properties.order_id",
        "value": {"path": "properties.total_value", "as": "absolute"}
      },
      "products": "properties.products[]"
    },
    {
      "about": "a shop's own events",
      "each": ["events[]", "."],
      "when": {"name": true},
      "type": {"path": "name", "as": "name"},
      "products": "properties.products[]",
      "copy": "properties"
    },
    {
      "about": "purchases of the older kind: an order of one product",
      "each": "purchases[]",
      "when": {"product_id": true},
      "type": "order_completed",
      "properties": {
        "order_id": ["properties.order_id", "properties.transaction_id", "properties.checkout_id"],
        "currency": "currency"
      },
      "products": "."
    }
  ]
})json";

}  // namespace cartwheel::formats
