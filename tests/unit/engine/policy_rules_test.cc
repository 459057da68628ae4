// Rules of other countries than Korea, and what a playbook must declare, through the engine: each with a case that
// keeps it and one that breaks it.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

std::string BookOf(std::string_view policy, std::string_view opt_out = R"("sms": "080-123-4567")") {
  return fmt::format(
      R"json({{"playbook": 1, "revision": 1, "policy": {{{}, "notices": {{"result": {{"i_have_checked": "ours"}}, "reconfirm": {{"i_have_checked": "ours"}}}}, "opt_out": {{{}}}}},
    "shop": {{"name": "Ondo", "contact": "02-123-4567", "email": "cs@s.kr", "address": "1 Main St", "currency": "USD", "country": "KR"}},
    "templates": {{"remind": {{"purpose": "cart", "sms": "1"}}, "news": {{"purpose": "newsletter", "sms": "2"}}}},
    "channels": {{"sms": {{"certified": true}}}},
    "journeys": {{"cart": {{"enter": {{"on": "product_added", "key": "cart.id"}}, "exit": [{{"on": "order_completed"}}], "steps": [{{"send": "remind", "via": ["sms"], "latest": "20h"}}]}},
                  "news": {{"enter": {{"on": "signed_up"}}, "steps": [{{"send": "news", "via": ["sms"], "latest": "20h"}}]}}}}}})json",
      policy, opt_out);
}

// kDay0 is a Thursday, 00:00 UTC: 19:00 in New York the evening before.
constexpr int64_t kNoonInNewYork = kDay0 + 17 * kHourMs;
constexpr std::string_view kNewYork = "+1 212 555 0100", kBerlin = "+49 30 1234567";

struct Bob : Shop {
  Bob(std::string_view policy, std::string_view phone) : Shop(NewMemoryStore(), BookOf(policy)) {
    NeedAddresses();
    Event("endpoint_added", "bob", kDay0, fmt::format(R"({{"channel":"sms","address":"{}"}})", phone));
    clock().Set(kNoonInNewYork);
  }
  size_t Made(int64_t at_ms) {
    clock().Set(at_ms);
    Event("product_added", "bob", at_ms, fmt::format(R"({{"cart_id":"c{}","product_id":"p","price":1}})", at_ms));
    Event("signed_up", "bob", at_ms);
    RunTo(at_ms + kMinuteMs);
    return Outbox().size();
  }
};

}  // namespace

TEST_CASE(
    "KR-07: an advertisement by SMS names a number that costs the recipient nothing, or the playbook is refused") {
  const std::string_view policy = R"("rules": ["KR"], "domestic": true)";
  for (const auto& [opt_out, loads] : {std::pair{R"("sms": "080-123-4567")", true}, {"", false}}) {
    Shop fresh;
    std::string book = BookOf(policy, opt_out);
    book.replace(book.find("\"revision\": 1"), 13, "\"revision\": 9");
    const absl::Status status = fresh.engine().Load(book).status();
    INFO(StatusText(status));
    CHECK(status.ok() == loads);
    if (!loads) CHECK(Has(StatusText(status), "/policy/opt_out/sms"));
  }
}

TEST_CASE("US-06: one STOP ends the advertisements by SMS of every topic") {
  for (const bool stops : {false, true}) {
    Bob shop(R"("rules": ["US"])", kNewYork);
    for (std::string_view topic : {"cart", "newsletter"})
      shop.Event("consent_granted", "bob", kDay0, fmt::format(R"({{"medium":"sms","topic":"{}"}})", topic));
    shop.Event("message_received", "bob", kNoonInNewYork,
               fmt::format(R"({{"medium":"sms","text":"{}"}})", stops ? "Stop" : "Thanks"));
    CHECK(shop.Made(kNoonInNewYork + kMinuteMs) == (stops ? 0 : 2));
  }
}

TEST_CASE("US-VA-01: a STOP is honoured for ten years and longer") {
  for (const bool stops : {false, true}) {
    Bob shop(R"("rules": ["US"], "consent": "assumed_by_shop")", "+1 703 555 0100");
    if (stops) shop.Event("message_received", "bob", kNoonInNewYork, R"({"medium":"sms","text":"STOP"})");
    CHECK(shop.Made(kNoonInNewYork + int64_t{11} * 365 * kDayMs) == (stops ? 0 : 2));
  }
}

TEST_CASE("EU-05: no advertisement after an objection, whatever was bought") {
  for (const bool objects : {false, true}) {
    Bob shop(R"("rules": ["EU"], "existing_customers": true)", kBerlin);
    shop.Event("order_completed", "bob", kNoonInNewYork, R"({"order_id":"o"})");
    if (objects) shop.Event("consent_refused", "bob", kNoonInNewYork, R"({"medium":"sms"})");
    CHECK(shop.Made(kNoonInNewYork + kMinuteMs) == (objects ? 0 : 2));
  }
}

}  // namespace cartwheel
