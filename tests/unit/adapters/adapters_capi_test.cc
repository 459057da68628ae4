// The JSON of libcartwheel_channels.so; its functions are run in C (tests/capi/adapters_job.c).
#include "adapters_capi/json.h"
#include "base/status.h"
#include "tests/unit/adapters/korean.h"

namespace cartwheel::adapters_capi {

TEST_CASE("outcomes have the names that settle takes") {
  for (int code = 0; code <= static_cast<int>(OutcomeCode::kNotSent); ++code)
    CHECK(OutcomeWord(static_cast<OutcomeCode>(code)) == OutcomeName(static_cast<OutcomeCode>(code)));
}

TEST_CASE("a response of a host's own client") {
  auto read = [](std::string_view json) {
    absl::StatusOr<NumberedResponse> response = ReadResponse(json);
    INFO(StatusText(response.status()));
    REQUIRE(response.ok());
    return *response;
  };
  NumberedResponse response =
      read(R"({"request":3,"status":429,"headers":{"Retry-After":"30","X":["a","b"]},"body_base64":"aGk="})");
  CHECK(response.request == 3);
  CHECK(response.response.status == 429);
  CHECK(response.response.body == "hi");
  CHECK(response.response.headers == Headers{{"retry-after", "30"}, {"x", "a"}, {"x", "b"}});
  CHECK(response.response.failure == Response::Failure::kNone);
  response = read(R"({"request":3,"error":"timeout"})");
  CHECK(response.response.failure == Response::Failure::kTimeout);
  CHECK(response.response.body_begun);
  CHECK_FALSE(read(R"({"request":3,"error":"reset","body_begun":false})").response.body_begun);
  CHECK(read(R"({"request":3,"error":"refused"})").response.failure == Response::Failure::kNotConnected);
  for (const char* wrong : {"{}", "[]", "", R"({"request":3})", R"({"request":3,"status":0})",
                            R"({"request":3,"error":"other"})", R"({"request":3,"status":200,"body_base64":"?"})"}) {
    INFO(wrong);
    CHECK_FALSE(ReadResponse(wrong).ok());
  }
}

TEST_CASE("messages as claim writes them") {
  const auto messages = ReadMessages(
      R"({"behind":false,"messages":[{"id":1,"token":7,"class":"ad","payload":{"text":"가 나"},"made_at":"2026-11-12T09:00:00Z","expires_at":1794474000000,"attempt":2}]})");
  REQUIRE(messages.ok());
  REQUIRE(messages->size() == 1);
  const Message& message = messages->front();
  CHECK(message.message_class == "ad");
  CHECK(message.payload == R"({"text":"가 나"})");
  CHECK(message.made_at_ms == kNowMs);
  CHECK(message.expires_at_ms == kNowMs);
  CHECK(message.attempt == 2);
  CHECK(ReadMessages("[]")->empty());
  CHECK(StatusText(ReadMessages("{}").status()) == "messages: expected a list, or what claim answered");
  CHECK(StatusText(ReadMessages("[7]").status()) == "messages[0]: expected an object");
}

}  // namespace cartwheel::adapters_capi
