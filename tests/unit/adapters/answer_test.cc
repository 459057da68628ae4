#include "adapters/answer.h"

#include "base/json_tree.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

constexpr int64_t kNowMs = 784'111'777'000;  // 1994-11-06 08:49:37, the date of RFC 9110's examples

Response Saying(std::string retry_after) {
  Response response;
  response.status = 429;
  response.headers = {{"content-type", "text/plain"}, {"retry-after", std::move(retry_after)}};
  return response;
}

}  // namespace

TEST_CASE("answer: a text that is not there is empty and not null, as parsers and memcpy want it") {
  simdjson::dom::parser parser;
  const json::Element root = parser.parse(R"({"number": 1})", 13);
  for (const std::string_view text : {json::Text(root, "none"), json::Text(root, "number"), json::Text(root)}) {
    CHECK(text.empty());
    CHECK(text.data() != nullptr);
  }
}

TEST_CASE("answer: Retry-After is seconds or a date, and never longer than a day") {
  struct Case {
    const char* text;
    int64_t ms;
  };
  constexpr Case kCases[] = {
      {"120", 120'000},
      {"0", 0},
      {"Sun, 06 Nov 1994 08:50:37 GMT", 60'000},
      {"Sun, 06 Nov 1994 08:48:37 GMT", 0},  // over
      {"-5", 0},
      {"99999999999", kRetryAfterMaxMs},
      {"9223372036854775807", kRetryAfterMaxMs},
      {"Mon, 06 Nov 2034 08:49:37 GMT", kRetryAfterMaxMs},
      {"soon", 0},
      {"", 0},
  };
  for (const Case& c : kCases) {
    INFO(c.text);
    CHECK(RetryAfterMs(Saying(c.text), kNowMs) == c.ms);
  }
  CHECK(RetryAfterMs(Response{}, kNowMs) == 0);
}

TEST_CASE("answer: only a request whose body surely did not leave was not sent") {
  using enum Response::Failure;
  Response response;
  CHECK_FALSE(OutcomeOfFailure(response));
  struct Case {
    Response::Failure failure;
    bool body_begun;
    OutcomeCode code;
  };
  constexpr Case kCases[] = {
      {kNotConnected, false, OutcomeCode::kNotSent}, {kNotConnected, true, OutcomeCode::kNotSent},
      {kTimeout, false, OutcomeCode::kNotSent},      {kTimeout, true, OutcomeCode::kUnknown},
      {kBroken, false, OutcomeCode::kNotSent},       {kBroken, true, OutcomeCode::kUnknown},
      {kTooLarge, true, OutcomeCode::kUnknown},
  };
  for (const Case& c : kCases) {
    response.failure = c.failure;
    response.body_begun = c.body_begun;
    CHECK(OutcomeOfFailure(response) == c.code);
  }
}

TEST_CASE("answer: a code is found by its row, or by the first prefix that covers it") {
  constexpr CodeRow kTable[] = {
      {"3032", OutcomeCode::kGone, "no subscriber"},
      {"30*", OutcomeCode::kFailedFinal, "carrier"},
      {"3*", OutcomeCode::kUnknown, "other"},
  };
  CHECK(FindCode(kTable, "3032")->outcome == OutcomeCode::kGone);
  CHECK(FindCode(kTable, "3040")->outcome == OutcomeCode::kFailedFinal);
  CHECK(FindCode(kTable, "3107")->outcome == OutcomeCode::kUnknown);
  CHECK(FindCode(kTable, "4000") == nullptr);
}

TEST_CASE("answer: what people read of an answer is one short line") {
  Response response;
  response.status = 400;
  CHECK(Describe(response) == "400");
  response.body = "{\n\"error\": \"bad\"}";
  CHECK(Describe(response) == "400: { \"error\": \"bad\"}");
  response.body = std::string(1000, 'x');
  CHECK(Describe(response).size() == 205);
  response.failure = Response::Failure::kTimeout;
  response.error = "no answer in 10 s";
  CHECK(Describe(response) == "no answer in 10 s");
}
