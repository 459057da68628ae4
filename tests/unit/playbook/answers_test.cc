// journey.answers: what conditions may ask of the calls of their journey.
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

// The first error of the playbook with a call "stock", which answers "left" and "what", and a condition after it.
std::string ErrorOfWhen(std::string_view when, std::string_view name = R"("name": "stock", )") {
  const std::string call = std::string(R"({"call": "webhook", )") + std::string(name) +
                           R"("payload": {"n": 1}, "answer": {"left": "number", "what": "text"}, "within": "5m",)"
                           R"( "timeout": []}, {"branch": [{"when": ")" +
                           std::string(when) + R"(", "steps": [{"exit": "said"}]}]},)";
  std::string error = ErrorOf(With(R"({"wait": "24h"},)", call));
  const size_t begin = error.find("): ");
  return begin == error.npos ? error : error.substr(begin + 3);
}

}  // namespace

TEST_CASE("a condition asks for calls of its journey, and for what they answer") {
  for (std::string_view good : {"journey.answers.stock.left > 2.0", "has(journey.answers.stock)",
                                "journey.answers.stock.what == 'tea'", "has(journey.answers.stock.left)"}) {
    INFO(good);
    CHECK(ErrorOfWhen(good).empty());
  }
  CHECK(ErrorOfWhen("journey.answers.stok.left > 2.0") ==
        R"(1:17: unknown field "stok" of journey.answers, did you mean "stock"?)");
  CHECK(ErrorOfWhen("journey.answers.stock.lefts > 2.0") ==
        R"(1:23: unknown field "lefts" of journey.answers.stock, did you mean "left"?)");
  CHECK_FALSE(ErrorOfWhen("journey.answers.stock.left == 'tea'").empty());
}

TEST_CASE("where a call has no name of its own any may be named") {
  CHECK(ErrorOfWhen("journey.answers.stok.left > 2.0", "").empty());
}

}  // namespace cartwheel
