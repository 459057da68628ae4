// Cafe24's webhooks: {"event_no": 90023, "resource": {…}}. Some events of members come without "resource".
//
//   https://developers.cafe24.com/app/front/app/develop/webhook (events and samples)
//
// A member is the customer. An order of a guest names no customer and is rejected; the shop may name the device beside
// it as anonymous_id.
#include "formats/builtin.h"

namespace cartwheel::formats {

const char kCafe24Mapping[] = R"json({
  "mapping": 1,
  "name": "cafe24",
  "each": ["resource", "."],
  "topic": "^.event_no",
  "fields": {
    "id": ["^.trace_id", "^.X-Trace-ID", "^.x-trace-id"],
    "customer": "member_id",
    "anonymous_id": "^.anonymous_id"
  },
  "rules": [
    {
      "about": "put into the cart; the event has no time and is of now",
      "topic": 90084,
      "type": "product_added",
      "properties": {"product_id": "product_no", "variant_id": "variant_code", "quantity": "quantity"}
    },
    {
      "about": "an order; placed and paid are one, by its id",
      "topic": [90023],
      "type": "order_completed",
      "fields": {"at": "order_date"},
      "properties": {
        "order_id": "order_id",
        "total": "order_price_amount",
        "paid": "actual_payment_amount",
        "currency": "currency",
        "payment_method": "payment_method",
        "order_place": "order_place_id"
      },
      "products": {"from": "ordering_product_code[]", "line": {"product_code": "."}}
    },
    {
      "topic": 90025,
      "when": {"paid": ["T", "M"]},
      "type": "order_completed",
      "fields": {"at": "order_date"},
      "properties": {"order_id": "order_id", "total": "order_price_amount", "paid": "actual_payment_amount", "currency": "currency"},
      "products": {"from": "ordering_product_code[]", "line": {"product_code": "."}}
    },
    {
      "topic": [90026, 90072],
      "type": "order_cancelled",
      "fields": {"at": "cancel_date"},
      "properties": {"order_id": "order_id", "value": "order_price_amount", "currency": "currency"}
    },
    {
      "about": "without an amount: of the whole order",
      "topic": [90029, 90073, 90160],
      "type": "order_refunded",
      "fields": {"at": "return_confirmed_date"},
      "properties": {"order_id": "order_id", "value": {"path": "refund_amount", "as": "absolute"}, "currency": "currency"}
    },
    {
      "topic": 90031,
      "type": "order_updated",
      "properties": {"order_id": "order_id", "total": "order_price_amount", "currency": "currency"}
    },
    {
      "about": "a new member",
      "topic": 90032,
      "type": "identify",
      "fields": {"at": "created_date"},
      "properties": {
        "name": "name",
        "nick_name": "nick_name",
        "phone": ["cellphone", "phone"],
        "email": "email",
        "birthday": "birthday",
        "gender": "gender",
        "group": "group_no",
        "sms": {"path": "sms", "names": {"T": true, "F": false}},
        "news_mail": {"path": "news_mail", "names": {"T": true, "F": false}}
      }
    },
    {"topic": 90143, "type": "signed_in", "properties": {"group": "group_name", "from": "inflow_name"}},
    {
      "about": "members who left: a list in one text",
      "topic": 90147,
      "each": ["resource.member_id[]", "member_id[]"],
      "type": "erase",
      "fields": {"customer": "."}
    },
    {
      "about": "what says nothing that is needed here: payments that are open, shipping, returns on their way, memos, products, boards",
      "topic": [90025, 90024, 90071, 90027, 90074, 90028, 90064, 90066, 90068, 90069, 90070, 90162, 90063, 90080, 90144, 90145, 90146, 90148,
                90001, 90002, 90003, 90022, 90041, 90075, 90150, 90033, 90034, 90035, 90036, 90037, 90038, 90039, 90042, 90043, 90044, 90045,
                90046, 90077, 90078, 90079],
      "skip": true
    }
  ]
})json";

}  // namespace cartwheel::formats
