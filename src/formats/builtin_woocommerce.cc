// WooCommerce: orders and customers as the REST API (v3) lists them and as webhooks carry them, alone or as {"topic":
// …, "body": …}. What became of an order is its status.
//
//   https://woocommerce.github.io/woocommerce-rest-api-docs/#orders
//   https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/
//
// A guest (customer_id 0) has no id of its own: the order's key stands for it, and the billing address's e-mail is not
// used.
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kWooCommerceMapping[] = R"json({
  "mapping": 1,
  "name": "woocommerce",
  "each": ["body", "payload", "data", "."],
  "topic": [
    {"value": "order", "when": {"order_key | line_items": true, "status": true}},
    {"path": ["^.topic", "^.X-WC-Webhook-Topic", "^.x-wc-webhook-topic", "^.headers.X-WC-Webhook-Topic", "^.headers.x-wc-webhook-topic"]},
    {"value": "customer.updated", "when": {"id": true, "username | is_paying_customer": true}}
  ],
  "fields": {
    "customer": {"path": "customer_id", "names": {"0": null}},
    "anonymous_id": {"path": ["cart_token", "order_key"], "when": {"customer_id": 0}},
    "at": {"path": ["date_created_gmt", "date_created"], "as": "utc"}
  },
  "properties": {
    "order_id": "id",
    "currency": "currency"
  },
  "line": {
    "product_id": "product_id",
    "variant_id": {"path": "variation_id", "names": {"0": null}},
    "sku": "sku",
    "name": "name",
    "price": "price",
    "quantity": "quantity",
    "image_url": "image.src"
  },
  "rules": [
    {
      "about": "money that was given back, in part or whole; told with the order each time, so each has its own id",
      "each": ["body.refunds[]", "payload.refunds[]", "data.refunds[]", "refunds[]"],
      "when": {"id": true, "^.body.order_key | ^.payload.order_key | ^.data.order_key | ^.order_key": true},
      "type": "order_refunded",
      "fields": {
        "id": "id",
        "customer": {"path": ["^.body.customer_id", "^.payload.customer_id", "^.data.customer_id", "^.customer_id"], "names": {"0": null}},
        "anonymous_id": {"path": ["^.body.order_key", "^.payload.order_key", "^.data.order_key", "^.order_key"],
                         "when": {"^.body.customer_id | ^.payload.customer_id | ^.data.customer_id | ^.customer_id": 0}},
        "at": {"path": ["^.body.date_modified_gmt", "^.payload.date_modified_gmt", "^.data.date_modified_gmt", "^.date_modified_gmt"], "as": "utc"}
      },
      "properties": {
        "order_id": ["^.body.id", "^.payload.id", "^.data.id", "^.id"],
        "currency": ["^.body.currency", "^.payload.currency", "^.data.currency", "^.currency"],
        "value": {"path": "total", "as": "absolute"},
        "reason": "reason"
      }
    },
    {
      "about": "orders that count",
      "topic": "order",
      "when": {"status": ["processing", "completed", "on-hold", "wc-processing", "wc-completed", "wc-on-hold"]},
      "type": "order_completed",
      "properties": {
        "total": "total",
        "discount": "discount_total",
        "shipping": "shipping_total",
        "coupon": "coupon_lines[0].code",
        "cart_id": "cart_token",
        "order_name": "number"
      },
      "products": "line_items[]"
    },
    {
      "about": "placed and not paid",
      "topic": "order",
      "when": {"status": ["pending", "checkout-draft", "wc-pending", "wc-checkout-draft"]},
      "type": "checkout_started",
      "properties": {"value": "total", "cart_url": "payment_url", "cart_id": "cart_token"},
      "products": "line_items[]"
    },
    {
      "topic": "order",
      "when": {"status": ["cancelled", "failed", "trash", "wc-cancelled", "wc-failed"]},
      "type": "order_cancelled",
      "fields": {"at": {"path": ["date_modified_gmt", "date_modified"], "as": "utc"}},
      "properties": {"value": "total", "reason": "status"}
    },
    {
      "about": "refunded whole, where the refunds are not listed",
      "topic": "order",
      "when": {"status": ["refunded", "wc-refunded"], "refunds[].id": false},
      "type": "order_refunded",
      "fields": {"at": {"path": ["date_modified_gmt", "date_modified"], "as": "utc"}},
      "properties": {"value": {"path": "total", "as": "absolute"}}
    },
    {"about": "its refunds are listed", "topic": "order", "when": {"status": ["refunded", "wc-refunded"]}, "skip": true},
    {
      "about": "a status of the shop's own",
      "topic": "order",
      "type": "order_updated",
      "fields": {"at": {"path": ["date_modified_gmt", "date_modified"], "as": "utc"}},
      "properties": {"status": "status", "total": "total"}
    },
    {
      "topic": ["customer.created", "customer.updated"],
      "type": "identify",
      "fields": {"customer": "id", "at": {"path": ["date_modified_gmt", "date_created_gmt"], "as": "utc"}},
      "properties": {
        "order_id": {"value": null},
        "currency": {"value": null},
        "email": "email",
        "phone": "billing.phone",
        "first_name": "first_name",
        "last_name": "last_name",
        "username": "username",
        "role": "role",
        "country": "billing.country"
      }
    },
    {"topic": "customer.deleted", "type": "erase", "fields": {"customer": "id"}, "properties": {"order_id": {"value": null}}},
    {
      "about": "what says nothing that is needed here",
      "topic": ["order.deleted", "order.restored", "coupon.created", "coupon.updated", "coupon.deleted", "coupon.restored",
                "product.created", "product.updated", "product.deleted", "product.restored"],
      "skip": true
    }
  ]
})json";

}  // namespace cartwheel::formats
