// Google Analytics 4: requests of the Measurement Protocol ({"client_id", "events": [{"name", "params"}]}), what gtag
// and tag managers push
// ({"event", "ecommerce": {…}}), and rows of the BigQuery export.
//
//   https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference/events
//   https://developers.google.com/analytics/devguides/collection/ga4/ecommerce
//   https://support.google.com/analytics/answer/7029846 (the schema of the export)
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kGa4Mapping[] = R"json({
  "mapping": 1,
  "name": "ga4",
  "fields": {
    "customer": ["user_id", "^.user_id", "userId"],
    "anonymous_id": ["^.client_id", "^.app_instance_id", "client_id", "user_pseudo_id"],
    "at": {"path": ["timestamp_micros", "^.timestamp_micros", "event_timestamp"], "as": "epoch"}
  },
  "type": {
    "path": ["name", "event_name", "event"],
    "names": {
      "add_to_cart": "product_added",
      "remove_from_cart": "product_removed",
      "view_item": "product_viewed",
      "select_item": "product_clicked",
      "add_to_wishlist": "product_added_to_wishlist",
      "view_cart": "cart_viewed",
      "view_item_list": "product_list_viewed",
      "begin_checkout": "checkout_started",
      "add_shipping_info": "checkout_step_completed",
      "add_payment_info": "payment_info_entered",
      "purchase": "order_completed",
      "ecommerce_purchase": "order_completed",
      "refund": "order_refunded",
      "purchase_refund": "order_refunded",
      "search": "products_searched",
      "view_search_results": "products_searched",
      "share": "product_shared",
      "page_view": "page_viewed",
      "screen_view": "page_viewed"
    }
  },
  "properties": {
    "currency": ["params.currency", "ecommerce.currency", "event_params[key=currency].value.string_value"],
    "coupon": ["params.coupon", "ecommerce.coupon", "event_params[key=coupon].value.string_value"]
  },
  "line": {
    "product_id": "item_id",
    "name": "item_name",
    "variant": "item_variant",
    "brand": "item_brand",
    "category": "item_category",
    "price": "price",
    "quantity": "quantity",
    "discount": "discount",
    "coupon": "coupon",
    "currency": "currency"
  },
  "rules": [
    {
      "about": "one event for each item",
      "each": ["events[]", "."],
      "when": {"name | event_name | event": ["add_to_cart", "remove_from_cart", "view_item", "select_item", "add_to_wishlist"]},
      "per": ["params.items[]", "ecommerce.items[]", "items[]"],
      "copy": "params"
    },
    {
      "about": "orders",
      "each": ["events[]", "."],
      "when": {"name | event_name | event": ["purchase", "ecommerce_purchase"]},
      "properties": {
        "order_id": ["params.transaction_id", "ecommerce.transaction_id", "event_params[key=transaction_id].value.string_value"],
        "total": ["params.value", "ecommerce.value", "ecommerce.purchase_revenue", "event_params[key=value].value.double_value",
                  "event_params[key=value].value.int_value", "event_params[key=value].value.float_value"],
        "tax": ["params.tax", "ecommerce.tax", "ecommerce.tax_value"],
        "shipping": ["params.shipping", "ecommerce.shipping", "ecommerce.shipping_value"]
      },
      "products": ["params.items[]", "ecommerce.items[]", "items[]"],
      "copy": "params"
    },
    {
      "about": "refunds: without an amount, of the whole order",
      "each": ["events[]", "."],
      "when": {"name | event_name | event": ["refund", "purchase_refund"]},
      "properties": {
        "order_id": ["params.transaction_id", "ecommerce.transaction_id", "event_params[key=transaction_id].value.string_value"],
        "value": {"path": ["params.value", "ecommerce.value", "ecommerce.refund_value", "event_params[key=value].value.double_value",
                           "event_params[key=value].value.int_value"], "as": "absolute"}
      },
      "products": ["params.items[]", "ecommerce.items[]", "items[]"],
      "copy": "params"
    },
    {
      "about": "everything else, also a shop's own events",
      "each": ["events[]", "."],
      "when": {"name | event_name | event": true},
      "properties": {
        "value": ["params.value", "ecommerce.value", "event_params[key=value].value.double_value", "event_params[key=value].value.int_value"],
        "query": ["params.search_term", "event_params[key=search_term].value.string_value"],
        "url": ["params.page_location", "event_params[key=page_location].value.string_value"]
      },
      "products": ["params.items[]", "ecommerce.items[]", "items[]"],
      "copy": "params"
    }
  ]
})json";

}  // namespace cartwheel::formats
