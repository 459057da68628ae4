// A shop whose only journey asks whether something is in stock, and sends by the answer.
#pragma once

#include "tests/unit/engine/walked.h"

namespace cartwheel {

inline constexpr std::string_view kStock = R"j({"call": "webhook", "name": "stock", "within": "10m",
    "payload": {"customer": "{{ customer.id }}", "worth": "{{ cart.value }}"},
    "answer": {"in_stock": "bool", "left": "number", "what": "text", "until": "time"},
    "then": [{"when": "answer.in_stock && answer.left > 2.0", "name": "many", "steps": [{"send": "a", "via": ["sms"], "name": "many"}]},
             {"when": "answer.in_stock", "name": "few", "steps": [{"send": "b", "via": ["sms"], "name": "few"}]}],
    "else": [{"send": "b", "via": ["sms"], "name": "none"}],
    "timeout": [{"send": "b", "via": ["sms"], "name": "late"}]})j";

struct Calling : Walked {
  // `before`, `after`: steps around the call, with their commas. The cart is filled at kDay0, and the call is made.
  explicit Calling(std::string_view after = "", std::string_view policy = kNoRules, std::string_view before = "")
      : Walked(std::string(before) + std::string(kStock) + std::string(after), policy) {
    Fill(kDay0);
    RunTo(kDay0);
  }
  // Takes the call, and answers it at `at_ms`.
  void Answer(std::string_view properties, int64_t at_ms) {
    Take("webhook");
    Tell(properties, at_ms);
  }
  void Tell(std::string_view properties, int64_t at_ms) {
    RunTo(at_ms - 1);
    Say(last.key, properties, at_ms);
    AdvanceTo(at_ms);
  }
  // An answer that no worker has read yet.
  void Say(std::string_view key, std::string_view properties, int64_t at_ms) {
    clock().Set(std::max(at_ms, clock().NowMs()));
    Event("call_answered", "ann", at_ms, fmt::format(R"({{"call":"{}"{}}})", key, properties));
  }
};

}  // namespace cartwheel
