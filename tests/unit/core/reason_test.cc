// Reasons: their names, and how a reason with words from outside is shown.
#include "core/model/reason.h"

#include <string>

#include "core/model/decision.h"
#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("reason: each is found by its name, and names are words") {
  for (uint64_t number = 0; IsReason(number); ++number) {
    const auto reason = static_cast<Reason>(number);
    const std::string_view name = ReasonName(reason);
    CAPTURE(number, std::string(name));
    if (reason == Reason::kNone || reason == Reason::kEvent) {
      CHECK(name.empty());
      continue;
    }
    CHECK(FindReason(name) == reason);
    if (reason == Reason::kSpanPassed) continue;  // a sentence
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos);
  }
  CHECK(!FindReason(""));
  CHECK(!FindReason("order_completed"));
}

TEST_CASE("reason: as answers show it") {
  CHECK(CauseText({}) == "");
  CHECK(CauseText(Reason::kUnreachable) == "unreachable");
  CHECK(CauseText(Cause::OfEvent("order_completed")) == "order_completed");
  CHECK(CauseText({Reason::kNone, "web_push"}) == "web_push");
  CHECK(CauseText({Reason::kGone, "410"}) == "gone: 410");
  CHECK(CauseText({Reason::kLate, "accepted"}) == "late accepted");
  CHECK(CauseText({Reason::kSpanPassed, "unknown: timeout"}) ==
        "the span in which its channel recognises the key has passed; unknown: timeout");
}

TEST_CASE("reason: a decision keeps it, and one of an unknown number ends the list") {
  Decision decision{DecisionKind::kReceipt, 1, 0, MessageId(3), "cart", "first", Reason::kGone, "410"};
  std::string bytes;
  EncodeDecision(decision, &bytes);
  const size_t one = bytes.size();
  EncodeDecision(decision, &bytes);
  const std::vector<Decision> read = DecodeDecisions(bytes);
  REQUIRE(read.size() == 2);
  CHECK(read[1].reason == Reason::kGone);
  CHECK(read[1].detail == "410");
  bytes[2 * one - 5] = static_cast<char>(Reason::kCount);  // before the length and the three bytes of the detail
  CHECK(DecodeDecisions(bytes).size() == 1);
}

}  // namespace cartwheel
