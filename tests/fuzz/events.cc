// What shops send, in every format: whatever the bytes, each record is taken or refused with a reason, and what was
// taken can be read.
#include "base/json_text.h"
#include "formats/formats.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr Format kFormats[] = {Format::kNative,  Format::kSegment,     Format::kRees46,    Format::kOtto,
                               Format::kGa4,     Format::kMixpanel,    Format::kAmplitude, Format::kBraze,
                               Format::kShopify, Format::kWooCommerce, Format::kCafe24,    Format::kMeta};
constexpr int64_t kNow = 1'767'225'600'000;

EventBatch Read(Format format, std::string_view text) {
  EventBatch batch;
  std::vector<Rejection> rejected;
  EventReader reader(format);
  reader.Read(text, {.now_ms = kNow, .default_at_ms = kNow}, &batch, &rejected);
  for (const Rejection& rejection : rejected) {
    Check(!rejection.code.empty() && !rejection.message.empty(), "a rejection says why");
    Check(rejection.message.find('\n') == std::string::npos, "a rejection is one line");
  }
  return batch;
}

}  // namespace

void Fuzz(std::string_view input) {
  const Format format = kFormats[Choose(input, std::size(kFormats))];
  const EventBatch batch = Read(format, input);
  Check(Read(format, input).bytes == batch.bytes, "the same text is the same events");
  size_t events = 0;
  EventCursor cursor(batch.bytes);
  for (Event event; cursor.Next(&event); ++events) {
    Check(!event.type_name.empty(), "an event has a type");
    Check(!event.customer.empty() || !event.anonymous_id.empty(), "an event has a customer or a device");
    Check(!IsDerived(event.type), "a shop cannot send what the engine makes");
    Check(ValidPacked(event.properties), "properties are packed");
    std::string json;
    AppendJson(ReadPacked(event.properties), &json);
    Check(json.size() >= 2 && json.front() == '{' && json.back() == '}', "properties are a map");
  }
  Check(cursor.ok() && events == batch.count, "a batch holds what it counts");
}

std::vector<std::string> Seeds() {
  return {
      std::string(1, '\0') +
          R"([{"id":"1","type":"product_added","customer":"ann","at":"2025-12-31T10:00:00+09:00","properties":{"cart_id":"c","product_id":7,"price":"12900.50","quantity":2,"products":[{"product_id":"a"}]}}])",
      std::string(1, '\0') +
          "{\"type\":\"page_viewed\",\"anonymous_id\":\"d\",\"at\":1767225599000}\n{\"type\":\"identify\",\"customer\":"
          "\"a\",\"anonymous_id\":\"d\",\"properties\":{\"name\":\"김\"}}\n",
      std::string(1, '\0') +
          R"({"type":"endpoint_added","customer":"ann","properties":{"channel":"sms","address":"+821012345678"}})",
      std::string(1, '\1') +
          R"({"batch":[{"type":"track","messageId":"m","userId":"u","event":"Order Completed","timestamp":"2025-12-31T00:00:00Z","properties":{"order_id":"o","revenue":10.25}},{"type":"identify","userId":"u","traits":{"email":"a@b.c"}},{"type":"alias","previousId":"p","userId":"u"}]})",
      std::string(1, '\1') + R"({"type":"page","anonymousId":"x","messageId":"m2","name":"Home"})",
      std::string(1, '\2') +
          "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n2019-10-01 "
          "00:00:00 "
          "UTC,cart,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde-8bb3-4e00-8c23-a032dfed738c\n2019-"
          "10-01 00:00:01 UTC,purchase,1,2,a.b,\"c,\"\"d\",0.00,5,6\n",
      std::string(1, '\3') +
          R"({"session":12,"events":[{"aid":59625,"ts":1661724000278,"type":"clicks"},{"aid":1,"ts":1661724000279,"type":"carts"},{"aid":1,"ts":1661724000280,"type":"orders"}]})",
  };
}

}  // namespace cartwheel::fuzz
