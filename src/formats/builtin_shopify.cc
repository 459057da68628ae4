// Shopify's webhooks. Their topic is a header: a record is {"topic": …, "body": …} (also X-Shopify-Topic and
// X-Shopify-Webhook-Id as members, and the body as a text), or the body alone, whose shape then says what it is.
//
//   https://shopify.dev/docs/api/webhooks/latest
//   https://shopify.dev/docs/api/admin-rest/latest/resources/order
//   https://shopify.dev/docs/api/admin-rest/latest/resources/customer
//
// A cart names no customer: its token is the anonymous id, which a checkout identifies and an order repeats as
// cart_token.
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kShopifyMapping[] = R"json({
  "mapping": 1,
  "name": "shopify",
  "each": ["body", "payload", "data", "."],
  "topic": [
    {"path": ["^.topic", "^.X-Shopify-Topic", "^.x-shopify-topic", "^.headers.X-Shopify-Topic", "^.headers.x-shopify-topic"]},
    {"value": "orders/cancelled", "when": {"order_number | order_status_url": true, "cancelled_at": true}},
    {"value": "orders/create", "when": {"order_number | order_status_url": true}},
    {"value": "checkouts/update", "when": {"abandoned_checkout_url": true}},
    {"value": "refunds/create", "when": {"refund_line_items": true, "order_id": true}},
    {"value": "carts/update", "when": {"token": true, "line_items": true}},
    {"value": "customers/update", "when": {"id": true, "email | phone": true, "first_name | last_name | verified_email": true}}
  ],
  "fields": {
    "id": ["^.webhook_id", "^.X-Shopify-Webhook-Id", "^.x-shopify-webhook-id", "^.headers.X-Shopify-Webhook-Id", "^.headers.x-shopify-webhook-id"],
    "customer": {"path": ["customer.id", "customer_id"], "as": "last_segment"},
    "anonymous_id": {"path": ["cart_token", "checkout_token", "token"], "as": "last_segment"},
    "at": ["updated_at", "created_at"]
  },
  "line": {
    "product_id": {"path": "product_id", "as": "last_segment"},
    "variant_id": {"path": "variant_id", "as": "last_segment"},
    "sku": "sku",
    "name": ["title", "name"],
    "variant": "variant_title",
    "price": ["price", "original_price"],
    "quantity": "quantity",
    "brand": "vendor",
    "image_url": ["image_url", "image", "featured_image.url"],
    "url": "url"
  },
  "rules": [
    {
      "about": "carts: the whole cart each time",
      "topic": ["carts/create", "carts/update"],
      "type": "cart_updated",
      "properties": {"cart_id": {"path": ["token", "id"], "as": "last_segment"}, "currency": "currency"},
      "products": "line_items[]"
    },
    {
      "about": "whose cart it is, where the checkout knows",
      "topic": ["checkouts/create", "checkouts/update"],
      "when": {"customer.id": true, "cart_token | token": true},
      "also": true,
      "type": "identify",
      "properties": {
        "email": ["email", "customer.email"],
        "phone": ["phone", "customer.phone"],
        "first_name": "customer.first_name",
        "last_name": "customer.last_name",
        "locale": "customer_locale"
      }
    },
    {
      "about": "the cart as the checkout knows it",
      "topic": ["checkouts/create", "checkouts/update"],
      "also": true,
      "type": "cart_updated",
      "properties": {
        "cart_id": {"path": ["cart_token", "token"], "as": "last_segment"},
        "cart_url": "abandoned_checkout_url",
        "currency": ["presentment_currency", "currency"]
      },
      "products": "line_items[]"
    },
    {
      "topic": "checkouts/create",
      "type": "checkout_started",
      "properties": {
        "cart_id": {"path": ["cart_token", "token"], "as": "last_segment"},
        "checkout_id": {"path": "id", "as": "last_segment"},
        "cart_url": "abandoned_checkout_url",
        "value": "total_price",
        "currency": ["presentment_currency", "currency"]
      },
      "products": "line_items[]"
    },
    {"topic": "checkouts/update", "skip": true},
    {
      "about": "orders; created and paid are one, by its id",
      "topic": ["orders/create", "orders/paid"],
      "type": "order_completed",
      "fields": {"at": ["created_at", "processed_at"], "anonymous_id": {"path": ["cart_token", "checkout_token"], "as": "last_segment"}},
      "properties": {
        "order_id": {"path": ["id", "admin_graphql_api_id"], "as": "last_segment"},
        "order_name": "name",
        "cart_id": {"path": ["cart_token", "checkout_token"], "as": "last_segment"},
        "total": "total_price",
        "currency": "currency",
        "discount": "total_discounts",
        "coupon": "discount_codes[0].code",
        "url": "order_status_url"
      },
      "products": "line_items[]"
    },
    {
      "topic": "orders/cancelled",
      "type": "order_cancelled",
      "fields": {"at": ["cancelled_at", "updated_at"], "anonymous_id": {"path": ["cart_token", "checkout_token"], "as": "last_segment"}},
      "properties": {
        "order_id": {"path": ["id", "admin_graphql_api_id"], "as": "last_segment"},
        "value": "total_price",
        "currency": "currency",
        "reason": "cancel_reason"
      }
    },
    {
      "about": "a refund names its order and no customer: the sender adds customer_id beside the body, or subscribes to orders/updated",
      "topic": "refunds/create",
      "type": "order_refunded",
      "fields": {
        "id": "id",
        "customer": {"path": ["customer.id", "^.customer_id", "order.customer.id"], "as": "last_segment"},
        "anonymous_id": {"path": ["order.cart_token", "^.cart_token"], "as": "last_segment"},
        "at": ["processed_at", "created_at"]
      },
      "properties": {
        "order_id": {"path": "order_id", "as": "last_segment"},
        "value": {"path": ["transactions[].amount", "refund_line_items[].subtotal"], "as": ["sum", "absolute"]},
        "currency": "transactions[0].currency"
      }
    },
    {
      "about": "refunds as a changed order tells them",
      "each": ["body.refunds[]", "payload.refunds[]", "data.refunds[]", "refunds[]"],
      "topic": "orders/updated",
      "type": "order_refunded",
      "fields": {
        "id": "id",
        "customer": {"path": ["^.body.customer.id", "^.payload.customer.id", "^.data.customer.id", "^.customer.id"], "as": "last_segment"},
        "anonymous_id": {"path": ["^.body.cart_token", "^.payload.cart_token", "^.data.cart_token", "^.cart_token"], "as": "last_segment"},
        "at": ["processed_at", "created_at"]
      },
      "properties": {
        "order_id": {"path": ["order_id", "^.body.id", "^.payload.id", "^.data.id", "^.id"], "as": "last_segment"},
        "value": {"path": ["transactions[].amount", "refund_line_items[].subtotal"], "as": ["sum", "absolute"]},
        "currency": "transactions[0].currency"
      }
    },
    {
      "topic": ["customers/create", "customers/update", "customers/enable"],
      "type": "identify",
      "fields": {"customer": {"path": ["id", "admin_graphql_api_id"], "as": "last_segment"}, "anonymous_id": {"value": null}},
      "properties": {
        "email": "email",
        "phone": ["phone", "default_address.phone"],
        "first_name": "first_name",
        "last_name": "last_name",
        "locale": "locale",
        "state": "state",
        "tags": "tags",
        "country": "default_address.country_code",
        "email_marketing": ["email_marketing_consent.state", "accepts_marketing"],
        "sms_marketing": "sms_marketing_consent.state"
      }
    },
    {
      "about": "a customer whom the shop deletes, or who asks for it",
      "topic": ["customers/delete", "customers/redact"],
      "type": "erase",
      "fields": {"customer": {"path": ["customer.id", "id", "admin_graphql_api_id"], "as": "last_segment"}, "anonymous_id": {"value": null}}
    },
    {
      "about": "what says nothing that is needed here",
      "topic": ["orders/updated", "orders/fulfilled", "orders/partially_fulfilled", "orders/edited", "orders/delete", "checkouts/delete",
                "customers/disable", "customers/data_request", "app/uninstalled", "shop/update", "shop/redact"],
      "skip": true
    }
  ]
})json";

}  // namespace cartwheel::formats
