// Meta's Conversions API ({"data": [event, …]}) and its pixel's standard events.
//
//   https://developers.facebook.com/docs/marketing-api/conversions-api/parameters
//   https://developers.facebook.com/docs/meta-pixel/reference
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kMetaMapping[] = R"json({
  "mapping": 1,
  "name": "meta",
  "fields": {
    "id": "event_id",
    "customer": "user_data.external_id[]",
    "anonymous_id": "user_data.fbp",
    "at": {"path": "event_time", "as": "epoch"}
  },
  "type": {
    "path": "event_name",
    "names": {
      "AddToCart": "product_added",
      "ViewContent": "product_viewed",
      "AddToWishlist": "product_added_to_wishlist",
      "InitiateCheckout": "checkout_started",
      "AddPaymentInfo": "payment_info_entered",
      "Purchase": "order_completed",
      "Search": "products_searched",
      "PageView": "page_viewed"
    },
    "as": "name"
  },
  "properties": {
    "currency": "custom_data.currency",
    "url": "event_source_url"
  },
  "line": {
    "product_id": ["id", "."],
    "name": ["title", "^.custom_data.content_name"],
    "category": ["category", "^.custom_data.content_category"],
    "price": "item_price",
    "quantity": "quantity"
  },
  "rules": [
    {
      "about": "one event for each product",
      "each": ["data[]", "."],
      "when": {"event_name": ["AddToCart", "ViewContent", "AddToWishlist"]},
      "per": ["custom_data.contents[]", "custom_data.content_ids[]"],
      "copy": "custom_data"
    },
    {
      "about": "orders",
      "each": ["data[]", "."],
      "when": {"event_name": "Purchase"},
      "properties": {
        "order_id": "custom_data.order_id",
        "total": "custom_data.value"
      },
      "products": {
        "from": ["custom_data.contents[]", "custom_data.content_ids[]"],
        "line": {"product_id": ["id", "."], "name": "title", "price": "item_price", "quantity": "quantity"}
      },
      "copy": "custom_data"
    },
    {
      "about": "everything else, also a shop's own events",
      "each": ["data[]", "."],
      "when": {"event_name": true},
      "properties": {
        "value": "custom_data.value",
        "query": "custom_data.search_string"
      },
      "products": {
        "from": ["custom_data.contents[]", "custom_data.content_ids[]"],
        "line": {"product_id": ["id", "."], "name": "title", "price": "item_price", "quantity": "quantity"}
      },
      "copy": "custom_data"
    }
  ]
})json";

}  // namespace cartwheel::formats
