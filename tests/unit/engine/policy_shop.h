// A shop in Korea for the tests of the gate. kDay0 is 09:00 there, so that the day ends 11 h 50 min after it and the
// next one begins 23 h after it (KR-04 and the carriers' cut-off).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/engine/shop.h"

namespace cartwheel {

using Lines = std::vector<std::string>;

inline constexpr int64_t kCutOff = kDay0 + 11 * kHourMs + 50 * kMinuteMs;
inline constexpr int64_t kOpening = kDay0 + 23 * kHourMs;

struct Said {
  std::string policy = R"("rules": ["KR"], "domestic": true, "opening_spread": "0s")";
  std::string steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms", "email"], "latest": "2h"})";
  std::string more;
  std::string templates;
  std::string notices = R"("result": {"i_have_checked": "ours"}, "reconfirm": {"i_have_checked": "ours"})";
};

inline std::string Book(const Said& said, int revision = 1) {
  return fmt::format(
      R"json({{"playbook": 1, "revision": {}, "policy": {{{}, "notices": {{{}}}, "opt_out": {{"sms": "080-123-4567", "email": "https://s.kr/o/{{token}}"}}}},
    "shop": {{"name": "온도상점", "contact": "02-123-4567", "email": "cs@s.kr", "address": "서울시 중구 1", "currency": "KRW", "country": "KR", "timezone": "Asia/Seoul"}},
    "templates": {{"remind": {{"purpose": "cart", "sms": "1", "email": {{"subject": "1", "text": "1"}}, "push": {{"title": "1", "body": "1"}}}},
                   "last": {{"purpose": "cart", "sms": "2", "email": {{"subject": "2", "text": "2"}}, "push": {{"title": "2", "body": "2"}}}},
                   "news": {{"purpose": "newsletter", "sms": "n", "push": {{"title": "n", "body": "n"}}}},
                   "order": {{"class": "transactional", "purpose": "order", "sms": "주문 3"}}{}}},
    "channels": {{"sms": {{"certified": true}}}},
    "journeys": {{"cart": {{"enter": {{"on": "product_added", "key": "cart.id"}}, "exit": [{{"on": "order_completed"}}],
      "steps": [{}]}}{}}}}})json",
      revision, said.policy, said.notices, said.templates, said.steps, said.more);
}

struct Ann : Shop {
  explicit Ann(const Said& said = {}) : Shop(NewMemoryStore(), Book(said)) {
    NeedAddresses();
    for (std::string_view channel : {"sms", "email"})
      Event(
          "endpoint_added", "ann", kDay0,
          fmt::format(R"({{"channel":"{}","address":"{}"}})", channel, channel == "sms" ? "010-1234-5678" : "a@x.kr"));
  }
  void Consent(std::string_view type, std::string_view properties, int64_t at_ms = kDay0) {
    Event(type, "ann", at_ms, properties);
  }
  void Grant(std::string_view medium = "sms", std::string_view scope = "ad") {
    Consent("consent_granted", fmt::format(R"({{"medium":"{}","scope":"{}"}})", medium, scope));
  }
  void Fill(int64_t at_ms, std::string_view cart = "c") {
    clock().Set(at_ms);
    Event("product_added", "ann", at_ms, fmt::format(R"({{"cart_id":"{}","product_id":"p","price":1000}})", cart));
  }
  std::string Why() { return Query("why", "ann"); }
};

}  // namespace cartwheel
