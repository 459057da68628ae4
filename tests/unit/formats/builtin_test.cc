// What the built-in mappings make of payloads with every documented field. The expected events are worked out by hand
// from the page that each payload follows.
#include "base/json_text.h"
#include "formats/mapper.h"
#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;

namespace {

// Each event as one line: "type id customer anonymous_id at properties", as the mapping wrote them.
std::vector<std::string> Made(Format format, std::string_view record) {
  auto mapping = formats::ReadMapping(MappingDocument(format));
  INFO(mapping.status().ToString());
  REQUIRE(mapping.ok());
  formats::Mapper mapper(**mapping);
  std::vector<formats::MappedEvent> events;
  std::vector<formats::Problem> problems;
  mapper.Map(record, &events, &problems);
  std::vector<std::string> made;
  for (const auto& event : events) made.push_back(event.json);
  for (const auto& problem : problems) made.push_back(problem.code + ": " + problem.message);
  return made;
}

using Lines = std::vector<std::string>;

constexpr Format kMapped[] = {Format::kGa4,     Format::kMixpanel,    Format::kAmplitude, Format::kBraze,
                              Format::kShopify, Format::kWooCommerce, Format::kCafe24,    Format::kMeta};

constexpr char kShopifyLine[] =
    R"({"id": 704912205188288575, "variant_id": 704912205188288575, "product_id": 788032119674292922, "title": "Example T-Shirt",)"
    R"( "variant_title": "Small", "sku": "tee-s", "vendor": "Acme", "quantity": 3, "price": "19.99", "grams": 0, "taxable": true,)"
    R"( "properties": {"engraving": "Kim"}, "total_discount": "0.00"})";
constexpr char kShopifyProduct[] =
    R"({"product_id":"788032119674292922","variant_id":"704912205188288575","sku":"tee-s","name":"Example T-Shirt","variant":"Small",)"
    R"("price":"19.99","quantity":3,"brand":"Acme"})";

std::string With(std::string text, std::string_view mark, std::string_view with) {
  for (size_t at = 0; (at = text.find(mark, at)) != text.npos; at += with.size()) text.replace(at, mark.size(), with);
  return text;
}

}  // namespace

TEST_CASE("built-in mappings are good, and take nothing for something") {
  for (Format format : kMapped) {
    CAPTURE(FormatName(format));
    auto mapping = formats::ReadMapping(MappingDocument(format));
    INFO(mapping.status().ToString());
    REQUIRE(mapping.ok());
    CHECK((*mapping)->name == FormatName(format));
    const Lines nothing = Made(format, R"({"x": 1})");
    REQUIRE(nothing.size() == 1);
    CHECK(nothing[0].starts_with("no_rule: no rule of the format takes this record: "));
    CHECK(Made(format, "{").at(0).starts_with("bad_json: "));
  }
  CHECK(MappingDocument(Format::kNative).empty());
}

TEST_CASE("GA4: a request of the Measurement Protocol") {
  CHECK(
      Made(
          Format::kGa4,
          R"({"client_id": "123.456", "user_id": "u1", "timestamp_micros": "1659346200123456", "user_properties": {"tier": {"value": "gold"}},
    "non_personalized_ads": false, "events": [
    {"name": "add_to_cart", "params": {"currency": "USD", "value": 30.03, "session_id": "s9", "items": [
      {"item_id": "SKU_1", "item_name": "Tee", "affiliation": "Store", "coupon": "SUMMER", "discount": 2.22, "index": 0, "item_brand": "Google",
       "item_category": "Apparel", "item_list_id": "l", "item_variant": "green", "location_id": "x", "price": 10.01, "quantity": 3},
      {"item_id": "SKU_2", "price": "5"}]}},
    {"name": "purchase", "timestamp_micros": 1659346201000000, "params": {"transaction_id": "T_1", "value": 12.50, "tax": 1.1, "shipping": 5,
       "currency": "USD", "coupon": "C", "items": [{"item_id": "SKU_1", "price": 10.01, "quantity": 1}]}},
    {"name": "refund", "params": {"transaction_id": "T_1", "value": -12.5, "currency": "USD"}},
    {"name": "begin_checkout", "params": {"items": []}},
    {"name": "search", "params": {"search_term": "tee"}},
    {"name": "quiz_done", "params": {"score": 7}}]})") ==
      Lines{
          R"({"type":"product_added","customer":"u1","anonymous_id":"123.456","at":1659346200123,"properties":{"product_id":"SKU_1","name":"Tee","variant":"green","brand":"Google","category":"Apparel","price":10.01,"quantity":3,"discount":2.22,"coupon":"SUMMER","currency":"USD","value":30.03,"session_id":"s9"}})",
          R"({"type":"product_added","customer":"u1","anonymous_id":"123.456","at":1659346200123,"properties":{"product_id":"SKU_2","price":"5","currency":"USD","value":30.03,"session_id":"s9"}})",
          R"({"type":"order_completed","customer":"u1","anonymous_id":"123.456","at":1659346201000,"properties":{"order_id":"T_1","total":12.50,"tax":1.1,"shipping":5,"products":[{"product_id":"SKU_1","price":10.01,"quantity":1}],"currency":"USD","coupon":"C"}})",
          R"({"type":"order_refunded","customer":"u1","anonymous_id":"123.456","at":1659346200123,"properties":{"order_id":"T_1","value":12.5,"currency":"USD"}})",
          R"({"type":"checkout_started","customer":"u1","anonymous_id":"123.456","at":1659346200123,"properties":{"products":[]}})",
          R"({"type":"products_searched","customer":"u1","anonymous_id":"123.456","at":1659346200123,"properties":{"query":"tee"}})",
          R"({"type":"quiz_done","customer":"u1","anonymous_id":"123.456","at":1659346200123,"properties":{"score":7}})"});
}

TEST_CASE("GA4: a row of the export, and what a tag manager pushes") {
  CHECK(
      Made(
          Format::kGa4,
          R"({"event_date": "20220801", "event_timestamp": "1659346200123456", "event_name": "purchase", "user_id": null,
    "user_pseudo_id": "123.456", "event_params": [{"key": "currency", "value": {"string_value": "KRW", "int_value": null}},
    {"key": "transaction_id", "value": {"string_value": "T_2"}}], "ecommerce": {"purchase_revenue": 12900, "transaction_id": "T_2"},
    "items": [{"item_id": "A", "item_name": "머그", "price": 12900.0, "quantity": 1, "item_variant": "blue"}]})") ==
      Lines{
          R"({"type":"order_completed","anonymous_id":"123.456","at":1659346200123,"properties":{"order_id":"T_2","total":12900,"products":[{"product_id":"A","name":"머그","variant":"blue","price":12900.0,"quantity":1}],"currency":"KRW"}})"});
  CHECK(
      Made(
          Format::kGa4,
          R"({"event": "remove_from_cart", "client_id": "9.9", "ecommerce": {"currency": "EUR", "items": [{"item_id": "A", "quantity": "1"}]}})") ==
      Lines{
          R"({"type":"product_removed","anonymous_id":"9.9","properties":{"product_id":"A","quantity":"1","currency":"EUR"}})"});
}

TEST_CASE("Meta: conversions") {
  CHECK(
      Made(Format::kMeta, R"({"data": [
    {"event_name": "AddToCart", "event_time": 1659346200, "event_id": "e1", "event_source_url": "https://shop/p", "action_source": "website",
     "user_data": {"external_id": ["u1"], "fbp": "fb.1.2.3", "em": ["7b17fb"], "client_ip_address": "1.2.3.4", "client_user_agent": "x"},
     "custom_data": {"currency": "USD", "value": 30, "content_name": "Tee", "content_type": "product", "contents": [
       {"id": "A", "quantity": 1, "item_price": 10}, {"id": "B", "quantity": 2, "item_price": 10}]}},
    {"event_name": "Purchase", "event_time": "1659346201", "event_id": "e2", "user_data": {"external_id": "u1"},
     "custom_data": {"currency": "USD", "value": 30, "order_id": "O1", "num_items": 3, "content_ids": ["A", "B"]}},
    {"event_name": "CompleteRegistration", "event_time": 1659346202, "user_data": {"fbp": "fb.1.2.3"}, "custom_data": {"status": true}}],
    "test_event_code": "T"})") ==
      Lines{
          R"({"id":"e1","type":"product_added","customer":"u1","anonymous_id":"fb.1.2.3","at":1659346200000,"properties":{"product_id":"A","name":"Tee","price":10,"quantity":1,"currency":"USD","url":"https://shop/p","value":30,"content_name":"Tee","content_type":"product"}})",
          R"({"id":"e1#1","type":"product_added","customer":"u1","anonymous_id":"fb.1.2.3","at":1659346200000,"properties":{"product_id":"B","name":"Tee","price":10,"quantity":2,"currency":"USD","url":"https://shop/p","value":30,"content_name":"Tee","content_type":"product"}})",
          R"({"id":"e2","type":"order_completed","customer":"u1","at":1659346201000,"properties":{"order_id":"O1","total":30,"products":[{"product_id":"A"},{"product_id":"B"}],"currency":"USD","num_items":3}})",
          R"({"type":"complete_registration","anonymous_id":"fb.1.2.3","at":1659346202000,"properties":{"status":true}})"});
}

TEST_CASE("Mixpanel: events, logins and profiles") {
  CHECK(
      Made(
          Format::kMixpanel,
          R"({"event": "Product Added", "properties": {"token": "t", "time": 1659346200.123, "$insert_id": "i1", "distinct_id": "u1",
    "$user_id": "u1", "$device_id": "d1", "product_id": "A", "price": 12.50}})") ==
      Lines{
          R"({"id":"i1","type":"product_added","customer":"u1","anonymous_id":"d1","at":1659346200123,"properties":{"distinct_id":"u1","token":"t","product_id":"A","price":12.50}})"});
  CHECK(
      Made(
          Format::kMixpanel,
          R"({"event": "OrderCompleted", "properties": {"time": 1659346200, "distinct_id": "u1", "order_id": 7, "products": [{"productId": 1}]}})") ==
      Lines{
          R"({"type":"order_completed","customer":"u1","at":1659346200000,"properties":{"products":[{"product_id":1}],"order_id":7}})"});
  CHECK(
      Made(Format::kMixpanel, R"({"event": "$identify", "properties": {"$identified_id": "u1", "$anon_id": "d1"}})") ==
      Lines{R"({"type":"identify","customer":"u1","anonymous_id":"d1","properties":{}})"});
  CHECK(Made(Format::kMixpanel, R"({"$token": "t", "$distinct_id": "u1", "$set": {"$email": "a@b", "plan": null}})") ==
        Lines{R"({"type":"identify","customer":"u1","properties":{"$email":"a@b","plan":null}})"});
}

TEST_CASE("Amplitude: an upload") {
  CHECK(
      Made(Format::kAmplitude, R"({"api_key": "k", "events": [
    {"user_id": "u1", "device_id": "d1", "event_type": "Add To Cart", "time": 1659346200123, "insert_id": "i1",
     "event_properties": {"product_id": "A", "price": 5}, "user_properties": {"$set": {"plan": "gold"}, "age": 30}},
    {"user_id": "u1", "event_type": "revenue_amount", "time": 1659346201000, "insert_id": "i2", "price": 4.99, "quantity": 2, "revenue": 9.98,
     "productId": "A", "revenueType": "sale"},
    {"user_id": "u1", "event_type": "$identify", "user_properties": {"$set": {"city": "Seoul"}}},
    {"device_id": "d1", "event_type": "session_start"}]})") ==
      Lines{
          R"({"id":"i1","type":"add_to_cart","customer":"u1","anonymous_id":"d1","at":1659346200123,"properties":{"product_id":"A","price":5}})",
          R"({"id":"i1#1","type":"identify","customer":"u1","anonymous_id":"d1","at":1659346200123,"properties":{"plan":"gold","age":30}})",
          R"({"id":"i2","type":"order_completed","customer":"u1","at":1659346201000,"properties":{"total":9.98,"products":[{"product_id":"A","price":4.99,"quantity":2}]}})",
          R"({"type":"identify","customer":"u1","properties":{"city":"Seoul"}})"});
  CHECK(
      Made(
          Format::kAmplitude,
          R"({"user_id": "u1", "event_type": "Checkout Started", "event_time": "2022-08-01 09:30:00.000000", "$insert_id": "x"})") ==
      Lines{
          R"({"id":"x","type":"checkout_started","customer":"u1","at":"2022-08-01 09:30:00.000000Z","properties":{}})"});
}

TEST_CASE("Braze: attributes, events and purchases") {
  constexpr char kProducts[] =
      R"("products": [{"product_id": "P", "product_name": "Tee", "variant_id": "V", "image_url": "https://i", "product_url": "https://p",)"
      R"( "quantity": 2, "price": 9.5, "metadata": {"sku": "S"}}])";
  constexpr char kMade[] =
      R"([{"product_id":"P","variant_id":"V","sku":"S","name":"Tee","price":9.5,"quantity":2,"image_url":"https://i","url":"https://p"}])";
  const std::string record =
      With(R"({"attributes": [{"external_id": "u1", "email": "a@b", "plan": "gold", "_update_existing_only": false}],
    "events": [
    {"external_id": "u1", "name": "ecommerce.cart_updated", "time": "2022-08-01T09:30:00Z", "properties": {"cart_id": "c", "currency": "USD", "total_value": 19, "source": "web", PRODUCTS}},
    {"external_id": "u1", "name": "ecommerce.cart_updated", "time": "2022-08-01T09:30:01Z", "properties": {"action": "remove", "cart_id": "c", "currency": "USD", PRODUCTS}},
    {"external_id": "u1", "name": "ecommerce.order_placed", "time": "2022-08-01T09:30:02Z", "properties": {"order_id": "o", "cart_id": "c", "currency": "USD", "total_value": "19.00", "total_discounts": 1, PRODUCTS}},
    {"external_id": "u1", "name": "ecommerce.order_refunded", "time": "2022-08-01T09:30:03Z", "properties": {"order_id": "o", "currency": "USD", "total_value": -19}},
    {"user_alias": {"alias_name": "tok", "alias_label": "cart"}, "name": "ecommerce.product_viewed", "time": "2022-08-01T09:30:04Z", "properties": {"product_id": "P", "product_name": "Tee", "variant_id": "V", "price": 9.5, "currency": "USD"}}],
    "purchases": [{"external_id": "u1", "product_id": "P", "currency": "USD", "price": 12.12, "quantity": 6, "time": "2022-08-01T09:30:05Z"}]})",
           "PRODUCTS", kProducts);
  const Lines made = Made(Format::kBraze, record);
  CHECK(
      made ==
      Lines{
          R"({"type":"identify","customer":"u1","properties":{"email":"a@b","plan":"gold","_update_existing_only":false}})",
          With(
              R"({"type":"cart_updated","customer":"u1","at":"2022-08-01T09:30:00Z","properties":{"value":19,"products":LIST,"currency":"USD","cart_id":"c","source":"web"}})",
              "LIST", kMade),
          R"({"type":"product_removed","customer":"u1","at":"2022-08-01T09:30:01Z","properties":{"product_id":"P","variant_id":"V","sku":"S","name":"Tee","price":9.5,"quantity":2,"image_url":"https://i","url":"https://p","currency":"USD","cart_id":"c"}})",
          With(
              R"({"type":"order_completed","customer":"u1","at":"2022-08-01T09:30:02Z","properties":{"order_id":"o","total":"19.00","discount":1,"products":LIST,"currency":"USD","cart_id":"c"}})",
              "LIST", kMade),
          R"({"type":"order_refunded","customer":"u1","at":"2022-08-01T09:30:03Z","properties":{"order_id":"o","value":19,"currency":"USD"}})",
          R"({"type":"product_viewed","anonymous_id":"tok","at":"2022-08-01T09:30:04Z","properties":{"product_id":"P","variant_id":"V","name":"Tee","price":9.5,"currency":"USD","product_name":"Tee"}})",
          R"({"type":"order_completed","customer":"u1","at":"2022-08-01T09:30:05Z","properties":{"currency":"USD","products":[{"product_id":"P","price":12.12,"quantity":6}]}})"});
}

TEST_CASE("Shopify: carts, checkouts, orders, refunds and customers") {
  const std::string cart = With(
      R"({"id": "eeafa272cebfd4b22385bc4b645e762c", "token": "eeafa272cebfd4b22385bc4b645e762c", "line_items": [LINE], "note": null,
    "updated_at": "2022-08-01T09:30:00.000Z", "created_at": "2022-08-01T09:30:00.000Z"})",
      "LINE", kShopifyLine);
  const Lines as_cart{With(
      R"({"type":"cart_updated","anonymous_id":"eeafa272cebfd4b22385bc4b645e762c","at":"2022-08-01T09:30:00.000Z","properties":{"cart_id":"eeafa272cebfd4b22385bc4b645e762c","products":[LINE]}})",
      "LINE", kShopifyProduct)};
  // By its topic, whichever way it comes, and by its shape.
  CHECK(Made(Format::kShopify, cart) == as_cart);
  for (const char* envelope :
       {R"({"topic": "carts/update", "body": BODY})", R"({"X-Shopify-Topic": "carts/create", "payload": BODY})",
        R"({"headers": {"x-shopify-topic": "CARTS_UPDATE"}, "body": BODY})",
        R"({"topic": "carts/update", "data": BODY})"})
    CHECK(Made(Format::kShopify, With(envelope, "BODY", cart)) == as_cart);
  std::string quoted;
  AppendJsonString(cart, &quoted);
  CHECK(Made(Format::kShopify, With(R"({"topic": "carts/update", "body": BODY})", "BODY", quoted)) == as_cart);

  const std::string checkout = With(
      R"({"topic": "checkouts/create", "webhook_id": "w1", "body": {"id": 981820079255243500, "token": "t9", "cart_token": "eeaf",
    "email": "bob@b.com", "phone": null, "created_at": "2022-08-01T09:31:00Z", "updated_at": "2022-08-01T09:31:00Z", "currency": "USD",
    "presentment_currency": "USD", "customer_locale": "en", "line_items": [LINE], "abandoned_checkout_url": "https://s/recover", "total_price": "59.97",
    "customer": {"id": 603851970716743426, "email": "bob@b.com", "first_name": "Bob", "last_name": "Kim"}}})",
      "LINE", kShopifyLine);
  CHECK(
      Made(Format::kShopify, checkout) ==
      Lines{
          R"({"id":"w1","type":"identify","customer":"603851970716743426","anonymous_id":"eeaf","at":"2022-08-01T09:31:00Z","properties":{"email":"bob@b.com","first_name":"Bob","last_name":"Kim","locale":"en"}})",
          With(
              R"({"id":"w1#1","type":"cart_updated","customer":"603851970716743426","anonymous_id":"eeaf","at":"2022-08-01T09:31:00Z","properties":{"cart_id":"eeaf","cart_url":"https://s/recover","currency":"USD","products":[LINE]}})",
              "LINE", kShopifyProduct),
          With(
              R"({"id":"w1#2","type":"checkout_started","customer":"603851970716743426","anonymous_id":"eeaf","at":"2022-08-01T09:31:00Z","properties":{"cart_id":"eeaf","checkout_id":"981820079255243500","cart_url":"https://s/recover","value":"59.97","currency":"USD","products":[LINE]}})",
              "LINE", kShopifyProduct)});

  const std::string order = With(
      R"({"id": 820982911946154508, "admin_graphql_api_id": "gid://shopify/Order/820982911946154508", "name": "#9999", "order_number": 1234,
    "cart_token": "eeaf", "checkout_token": "t9", "email": "bob@b.com", "created_at": "2022-08-01T09:32:00Z", "updated_at": "2022-08-01T09:33:00Z",
    "cancelled_at": CANCELLED, "cancel_reason": "customer", "currency": "USD", "total_price": "59.97", "total_discounts": "0.00", "discount_codes": [{"code": "TEN"}],
    "financial_status": "paid", "order_status_url": "https://s/o", "customer": {"id": "gid://shopify/Customer/1151"}, "line_items": [LINE],
    "refunds": [{"id": 929361465, "order_id": 820982911946154508, "created_at": "2022-08-01T09:40:00Z", "processed_at": "2022-08-01T09:41:00Z",
                 "transactions": [{"amount": "19.99", "kind": "refund", "currency": "USD"}, {"amount": "0.01"}]}]})",
      "LINE", kShopifyLine);
  const Lines as_order{With(
      R"({"type":"order_completed","customer":"1151","anonymous_id":"eeaf","at":"2022-08-01T09:32:00Z","properties":{"order_id":"820982911946154508","order_name":"#9999","cart_id":"eeaf","total":"59.97","currency":"USD","discount":"0.00","coupon":"TEN","url":"https://s/o","products":[LINE]}})",
      "LINE", kShopifyProduct)};
  const std::string placed = With(order, "CANCELLED", "null"),
                    cancelled = With(order, "CANCELLED", R"("2022-08-01T10:00:00Z")");
  CHECK(Made(Format::kShopify, placed) == as_order);
  CHECK(Made(Format::kShopify, With(R"({"topic": "orders/paid", "body": BODY})", "BODY", placed)) == as_order);
  const Lines as_cancelled{
      R"({"type":"order_cancelled","customer":"1151","anonymous_id":"eeaf","at":"2022-08-01T10:00:00Z","properties":{"order_id":"820982911946154508","value":"59.97","currency":"USD","reason":"customer"}})"};
  CHECK(Made(Format::kShopify, cancelled) == as_cancelled);
  CHECK(Made(Format::kShopify, With(R"({"topic": "orders/cancelled", "body": BODY})", "BODY", cancelled)) ==
        as_cancelled);
  CHECK(
      Made(Format::kShopify, With(R"({"topic": "orders/updated", "body": BODY})", "BODY", placed)) ==
      Lines{
          R"({"id":929361465,"type":"order_refunded","customer":"1151","anonymous_id":"eeaf","at":"2022-08-01T09:41:00Z","properties":{"order_id":"820982911946154508","value":20,"currency":"USD"}})"});
  CHECK(
      Made(
          Format::kShopify,
          R"({"topic": "customers/update", "body": {"id": 7, "email": "a@b", "first_name": "Kim", "state": "enabled", "email_marketing_consent": {"state": "subscribed"}}})") ==
      Lines{
          R"({"type":"identify","customer":"7","properties":{"email":"a@b","first_name":"Kim","state":"enabled","email_marketing":"subscribed"}})"});
  CHECK(
      Made(
          Format::kShopify,
          R"({"topic": "customers/redact", "body": {"shop_id": 9, "customer": {"id": 7, "email": "a@b"}, "orders_to_redact": [1]}})") ==
      Lines{R"({"type":"erase","customer":"7","properties":{}})"});
  CHECK(Made(Format::kShopify, R"({"topic": "app/uninstalled", "body": {"id": 1}})").empty());
  CHECK(
      Made(Format::kShopify, R"({"topic": "products/update", "body": {"id": 1}})")
          .at(0)
          .starts_with(
              R"(no_rule: no rule of the format takes an element: its topic is "products/update"; expected carts/create)"));
}

TEST_CASE("WooCommerce: orders by their status, and customers") {
  constexpr char kOrder[] =
      R"({"id": 727, "parent_id": 0, "number": "727", "order_key": "wc_order_58d2", "created_via": "rest-api", "version": "3.0.0", "status": "STATUS",
    "currency": "USD", "date_created": "2017-03-22T13:28:02", "date_created_gmt": "2017-03-22T16:28:02", "date_modified_gmt": "2017-03-22T16:28:08",
    "discount_total": "0.00", "shipping_total": "10.00", "total": "29.35", "customer_id": CUSTOMER, "billing": {"first_name": "John", "email": "john@d.com"},
    "payment_url": "https://s/pay", "line_items": [{"id": 315, "name": "Woo Single", "product_id": 93, "variation_id": 0, "quantity": 2, "subtotal": "6.00",
    "total": "6.00", "sku": "", "price": 3, "image": {"src": "https://i"}}], "coupon_lines": [], "refunds": REFUNDS})";
  auto order = [&](std::string_view status, std::string_view customer, std::string_view refunds) {
    return With(With(With(kOrder, "STATUS", status), "CUSTOMER", customer), "REFUNDS", refunds);
  };
  constexpr char kLines[] =
      R"("products":[{"product_id":93,"name":"Woo Single","price":3,"quantity":2,"image_url":"https://i"}])";
  const std::string completed = With(
      R"({"type":"order_completed","customer":26,"at":"2017-03-22T16:28:02Z","properties":{"total":"29.35","discount":"0.00","shipping":"10.00","order_name":"727",LINES,"order_id":727,"currency":"USD"}})",
      "LINES", kLines);
  for (const char* status : {"processing", "completed", "on-hold"})
    CHECK(Made(Format::kWooCommerce, order(status, "26", "[]")) == Lines{completed});
  CHECK(Made(Format::kWooCommerce, With(R"({"topic": "order.updated", "body": BODY})", "BODY",
                                        order("completed", "26", "[]"))) == Lines{completed});
  // A guest is known by the order's key.
  CHECK(Made(Format::kWooCommerce, order("completed", "0", "[]")) ==
        Lines{With(completed, R"("customer":26)", R"("anonymous_id":"wc_order_58d2")")});
  CHECK(
      Made(Format::kWooCommerce, order("pending", "26", "[]")) ==
      Lines{With(
          R"({"type":"checkout_started","customer":26,"at":"2017-03-22T16:28:02Z","properties":{"value":"29.35","cart_url":"https://s/pay",LINES,"order_id":727,"currency":"USD"}})",
          "LINES", kLines)});
  for (const char* status : {"cancelled", "failed"})
    CHECK(
        Made(Format::kWooCommerce, order(status, "26", "[]")) ==
        Lines{With(
            R"({"type":"order_cancelled","customer":26,"at":"2017-03-22T16:28:08Z","properties":{"value":"29.35","reason":"STATUS","order_id":727,"currency":"USD"}})",
            "STATUS", status)});
  const std::string refund =
      R"({"id":726,"type":"order_refunded","customer":26,"at":"2017-03-22T16:28:08Z","properties":{"order_id":727,"currency":"USD","value":"10.00","reason":"late"}})";
  constexpr char kRefunds[] = R"([{"id": 726, "reason": "late", "total": "-10.00"}])";
  CHECK(Made(Format::kWooCommerce, order("completed", "26", kRefunds)) == Lines{completed, refund});
  CHECK(Made(Format::kWooCommerce, order("refunded", "26", kRefunds)) == Lines{refund});
  CHECK(
      Made(Format::kWooCommerce, order("refunded", "26", "[]")) ==
      Lines{
          R"({"type":"order_refunded","customer":26,"at":"2017-03-22T16:28:08Z","properties":{"value":"29.35","order_id":727,"currency":"USD"}})"});
  CHECK(
      Made(
          Format::kWooCommerce,
          R"({"topic": "customer.updated", "body": {"id": 26, "email": "a@b", "first_name": "Kim", "username": "kim", "role": "customer", "billing": {"phone": "1", "country": "KR"}}})") ==
      Lines{
          R"({"type":"identify","customer":26,"properties":{"email":"a@b","phone":"1","first_name":"Kim","username":"kim","role":"customer","country":"KR"}})"});
  CHECK(Made(Format::kWooCommerce, R"({"topic": "customer.deleted", "body": {"id": 26}})") ==
        Lines{R"({"type":"erase","customer":26,"properties":{}})"});
  CHECK(Made(Format::kWooCommerce, R"({"topic": "coupon.updated", "body": {"id": 1, "code": "x"}})").empty());
}

TEST_CASE("Cafe24: webhooks") {
  CHECK(
      Made(
          Format::kCafe24,
          R"({"event_no": 90084, "resource": {"mall_id": "m", "event_shop_no": "1", "member_id": "sampleid", "shipping_type": "A",
    "product_no": 781, "variant_code": "P0000BEB000A", "quantity": 1, "product_bundle": "F"}})") ==
      Lines{
          R"({"type":"product_added","customer":"sampleid","properties":{"product_id":781,"variant_id":"P0000BEB000A","quantity":1}})"});
  const std::string order =
      R"({"event_no": EVENT, "resource": {"mall_id": "m", "event_shop_no": "1", "order_id": "20200717-0029236", "currency": "KRW",
    "order_date": "2020-07-17T15:28:14+09:00", "member_id": "gdhong", "buyer_cellphone": "010-2424-2424", "paid": "PAID", "payment_method": "card",
    "order_price_amount": "24680.00", "actual_payment_amount": "24580", "cancel_date": null, "order_place_id": "NCHECKOUT",
    "ordering_product_code": "P00000BO,P00000DQ", "ordering_product_name": "a,b"}})";
  auto event = [&](std::string_view number, std::string_view paid) {
    return With(With(order, "EVENT", number), "PAID", paid);
  };
  CHECK(
      Made(Format::kCafe24, event("90023", "F")) ==
      Lines{
          R"({"type":"order_completed","customer":"gdhong","at":"2020-07-17T15:28:14+09:00","properties":{"order_id":"20200717-0029236","total":"24680.00","paid":"24580","currency":"KRW","payment_method":"card","order_place":"NCHECKOUT","products":[{"product_code":"P00000BO"},{"product_code":"P00000DQ"}]}})"});
  CHECK(
      Made(Format::kCafe24, event("90025", "T")).at(0).starts_with(R"({"type":"order_completed","customer":"gdhong")"));
  CHECK(Made(Format::kCafe24, event("90025", "F")).empty());
  CHECK(Made(Format::kCafe24, event("90024", "T")).empty());
  CHECK(
      Made(Format::kCafe24, event("\"90026\"", "T")) ==
      Lines{
          R"({"type":"order_cancelled","customer":"gdhong","properties":{"order_id":"20200717-0029236","value":"24680.00","currency":"KRW"}})"});
  CHECK(
      Made(
          Format::kCafe24,
          R"({"event_no": 90032, "resource": {"member_id": "gdhong", "name": "박", "cellphone": "010-2468-2468", "sms": "T", "news_mail": "F",
    "created_date": "2020-07-17T15:26:00+09:00", "email": "g@c", "birthday": ""}})") ==
      Lines{
          R"({"type":"identify","customer":"gdhong","at":"2020-07-17T15:26:00+09:00","properties":{"name":"박","phone":"010-2468-2468","email":"g@c","sms":true,"news_mail":false}})"});
  CHECK(Made(Format::kCafe24, R"({"event_no": 90147, "mall_id": "m", "member_id": "a, b"})") ==
        Lines{R"({"type":"erase","customer":"a","properties":{}})",
              R"({"type":"erase","customer":"b","properties":{}})"});
}
