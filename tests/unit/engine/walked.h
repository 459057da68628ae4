// A shop whose only journey has the steps of a test: a customer enters it by filling a cart.
#pragma once

#include "tests/unit/engine/shop.h"

namespace cartwheel {

using Lines = std::vector<std::string>;

inline constexpr std::string_view kNoRules = R"("consent": "assumed_by_shop", "rules": [])";

// `rest`: further members of the playbook, each after a comma.
inline std::string Book(std::string_view steps, std::string_view policy = kNoRules, std::string_view rest = "") {
  return fmt::format(
      R"json({{"playbook": 1, "revision": 1, "policy": {{{}}}, "shop": {{"name": "S", "currency": "KRW", "timezone": "Asia/Seoul"}},
    "segments": {{"vip": "customer.points >= 100"}},
    "templates": {{"a": {{"purpose": "cart", "push": {{"title": "a", "body": "a"}}, "sms": "a"}},
                   "b": {{"purpose": "cart", "push": {{"title": "b", "body": "b"}}, "sms": "b"}},
                   "order": {{"class": "transactional", "purpose": "order", "sms": "o"}}}},
    "journeys": {{"cart": {{"enter": {{"on": "product_added", "key": "cart.id"}}, "exit": [{{"on": "order_completed"}}],
      "steps": [{}]}}}}{}}})json",
      policy, steps, rest);
}

struct Walked : Shop {
  explicit Walked(std::string_view steps, std::string_view policy = kNoRules, std::string_view rest = "")
      : Shop(NewMemoryStore(), Book(steps, policy, rest)) {}
  void Fill(int64_t at_ms, std::string_view customer = "ann", std::string_view cart = "c", int price = 1000) {
    clock().Set(std::max(at_ms, clock().NowMs()));
    Event("product_added", customer, at_ms,
          fmt::format(R"({{"cart_id":"{}","product_id":"p","price":{}}})", cart, price));
  }
  // Claims and settles everything on a channel, and tells of it.
  void Take(std::string_view channel, OutcomeCode code = OutcomeCode::kAccepted) {
    std::vector<Outcome> outcomes;
    for (const Message& message : Claim(channel)) {
      outcomes.push_back({message.id, message.token, code});
      last = message;
    }
    REQUIRE(engine().Settle(outcomes).ok());
    AdvanceTo(clock().NowMs());
  }
  void Engage(std::string_view type, int64_t at_ms) {
    clock().Set(std::max(at_ms, clock().NowMs()));
    Event(type, last.customer, at_ms, fmt::format(R"({{"message_id":{}}})", last.id));
  }
  Message last;
};

}  // namespace cartwheel
