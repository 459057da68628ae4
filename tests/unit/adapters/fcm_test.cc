#include "adapters/fcm.h"

#include "adapters/crypto.h"
#include "adapters/google_token.h"
#include "base/percent.h"
#include "tests/catch.h"
#include "tests/unit/adapters/keys.h"
#include "tests/unit/adapters/messages.h"
#include "tests/unit/adapters/verify.h"

using namespace cartwheel;

namespace {

std::string Account(std::string_view without = "") {
  std::string pem = kRsaPem, escaped;
  for (char c : pem) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  std::string json = "{";
  for (const auto& [key, value] : std::initializer_list<std::pair<std::string_view, std::string>>{
           {"type", "service_account"},
           {"project_id", "shop-1"},
           {"private_key_id", "kid-1"},
           {"private_key", escaped},
           {"client_email", "push@shop-1.iam.gserviceaccount.com"},
           {"token_uri", "https://oauth2.googleapis.com/token"}})
    if (key != without) json += (json.size() > 1 ? ",\"" : "\"") + std::string(key) + "\":\"" + value + "\"";
  return json + "}";
}

constexpr char kToken[] = R"({"access_token":"ya29.abc","expires_in":3599,"token_type":"Bearer"})";
constexpr char kSent[] = R"({"name":"projects/shop-1/messages/0:1500415314455276%31bd1c9631bd1c96"})";
constexpr char kPayload[] = R"({"title":"(광고) 온도상점","body":"장바구니"})";

// An adapter that has an access token.
std::unique_ptr<Adapter> MakeAdapter(std::initializer_list<std::pair<std::string_view, SettingValue>> more = {}) {
  ChannelSettings settings = SettingsOf("fcm", {{"service_account", Account()}});
  for (const auto& [key, value] : more) settings.Set(key, value);
  return MakeFcm(settings).value();
}
std::unique_ptr<Adapter> MakeReady(std::initializer_list<std::pair<std::string_view, SettingValue>> more = {}) {
  auto adapter = MakeAdapter(more);
  const Message message = MessageTo("token", kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  REQUIRE(plan.requests.size() == 1);
  REQUIRE(adapter->Interpret(plan.requests[0], {&message, 1}, Answer(200, kToken), kTestNowMs).empty());
  return adapter;
}

std::string ErrorOf(std::string_view status, std::string_view code, std::string_view more = "") {
  std::string details;
  if (!code.empty())
    details =
        R"({"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":")" + std::string(code) + "\"}";
  if (!more.empty()) details += (details.empty() ? "" : ",") + std::string(more);
  return R"({"error":{"code":400,"message":"m","status":")" + std::string(status) + R"(","details":[)" + details +
         "]}}";
}

}  // namespace

TEST_CASE("fcm: without an access token it asks Google for one, with a token that the account signs") {
  const auto adapter = MakeAdapter();
  const Message messages[] = {MessageTo("t1", kPayload, 1), MessageTo("t2", kPayload, 2)};
  const Plan plan = adapter->Build(messages, kTestNowMs);
  REQUIRE(plan.outcomes.empty());
  REQUIRE(plan.requests.size() == 1);
  const Request& request = plan.requests[0];
  CHECK(request.renews);
  CHECK(request.messages.empty());
  CHECK(request.method == "POST");
  CHECK(request.url == "https://oauth2.googleapis.com/token");
  CHECK(HeaderOf(request, "Content-Type") == "application/x-www-form-urlencoded");
  const std::string begin = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  REQUIRE(request.body.starts_with(begin));
  const std::string token = request.body.substr(begin.size());
  const size_t first = token.find('.'), last = token.rfind('.');
  CHECK(DecodeBase64(token.substr(0, first)) == R"({"alg":"RS256","typ":"JWT","kid":"kid-1"})");
  CHECK(DecodeBase64(token.substr(first + 1, last - first - 1)) ==
        R"({"iss":"push@shop-1.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/firebase.messaging",)"
        R"("aud":"https://oauth2.googleapis.com/token","iat":1772323200,"exp":1772326800})");
  CHECK(VerifyWith(ReadAnyPem(kRsaPem).get(), "SHA256", token.substr(0, last), *DecodeBase64(token.substr(last + 1))));
}

TEST_CASE("fcm: an access token serves until five minutes before its end, and not before it was made") {
  constexpr int64_t kRenewMs = (3599 - 300) * int64_t{1000};
  const auto adapter = MakeReady();
  const Message message = MessageTo("token", kPayload);
  auto renews = [&](int64_t now_ms) { return adapter->Build({&message, 1}, now_ms).requests.at(0).renews; };
  CHECK_FALSE(renews(kTestNowMs));
  CHECK_FALSE(renews(kTestNowMs + kRenewMs - 1));
  CHECK(renews(kTestNowMs + kRenewMs));
  CHECK(renews(kTestNowMs - 1));
}

TEST_CASE("fcm: what Google answers instead of a token") {
  using enum Response::Failure;
  struct Case {
    Response response;
    OutcomeCode code;
  };
  auto failed = [](Response::Failure failure) {
    Response response;
    response.failure = failure;
    response.error = "no answer";
    return response;
  };
  const Case cases[] = {
      {Answer(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})"), OutcomeCode::kConfig},
      {Answer(401, R"({"error":"invalid_client"})"), OutcomeCode::kConfig},
      {Answer(400, "<html>"), OutcomeCode::kConfig},
      {Answer(403, "{}"), OutcomeCode::kNotSent},
      {Answer(404, ""), OutcomeCode::kNotSent},
      {Answer(429, ""), OutcomeCode::kNotSent},
      {Answer(500, ""), OutcomeCode::kNotSent},
      {Answer(503, ""), OutcomeCode::kNotSent},
      {Answer(200, ""), OutcomeCode::kNotSent},
      {Answer(200, "{}"), OutcomeCode::kNotSent},
      {Answer(200, R"({"access_token":""})"), OutcomeCode::kNotSent},
      {failed(kNotConnected), OutcomeCode::kNotSent},
      {failed(kTimeout), OutcomeCode::kNotSent},  // the message itself has not left
      {failed(kBroken), OutcomeCode::kNotSent},
      {failed(kTooLarge), OutcomeCode::kNotSent},
  };
  const Message messages[] = {MessageTo("t1", kPayload, 1), MessageTo("t2", kPayload, 2)};
  for (const Case& c : cases) {
    INFO(c.response.status << " " << c.response.body);
    const auto adapter = MakeAdapter();
    const Plan plan = adapter->Build(messages, kTestNowMs);
    const auto outcomes = adapter->Interpret(plan.requests.at(0), messages, c.response, kTestNowMs);
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].message_id == 1);
    CHECK(outcomes[1].token == 1002);
    for (const Outcome& outcome : outcomes) CHECK(outcome.code == c.code);
    CHECK(adapter->Build(messages, kTestNowMs).requests.at(0).renews);
  }
  const auto adapter = MakeAdapter();
  const Plan plan = adapter->Build(messages, kTestNowMs);
  CHECK(adapter->Interpret(plan.requests.at(0), messages, cases[0].response, kTestNowMs).at(0).reason ==
        "Google refuses the service account: invalid_grant Invalid JWT Signature.");
  CHECK(adapter->Interpret(plan.requests.at(0), messages, Answer(503, "", {{"retry-after", "30"}}), kTestNowMs)
            .at(0)
            .retry_after_ms == 30'000);
}

TEST_CASE("fcm: a message as HTTP v1 takes it") {
  const auto adapter = MakeReady({{"android_channel", std::string("cart")}});
  const Message message = MessageTo(
      "dev:tok\"en",
      R"({"title":"t","body":"b","image":"https://s.example/p.png","url":"https://s.example/c","urgency":"high",)"
      R"("topic":"cart","ttl":600,"buttons":[{"label":"보기","url":"https://s.example/b"}]})");
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs + 1000);
  REQUIRE(plan.requests.size() == 1);
  const Request& request = plan.requests[0];
  CHECK(request.url == "https://fcm.googleapis.com/v1/projects/shop-1/messages:send");
  CHECK(HeaderOf(request, "Authorization") == "Bearer ya29.abc");
  CHECK(HeaderOf(request, "Content-Type") == "application/json");
  CHECK(
      request.body ==
      R"({"message":{"token":"dev:tok\"en","notification":{"title":"t","body":"b","image":"https://s.example/p.png"},)"
      R"("data":{"message_id":"1","url":"https://s.example/c",)"
      R"("buttons":"[{\"label\":\"보기\",\"url\":\"https://s.example/b\"}]"},)"
      R"("android":{"priority":"HIGH","ttl":"600s","collapse_key":"cart","notification":{"channel_id":"cart","tag":"cart"}},)"
      R"("apns":{"headers":{"apns-expiration":"1772323801","apns-collapse-id":"cart"}}}})");

  const Message bare = MessageTo("token", kPayload);
  const Plan short_plan = adapter->Build({&bare, 1}, kTestNowMs);
  CHECK(
      short_plan.requests.at(0).body ==
      R"({"message":{"token":"token","notification":{"title":"(광고) 온도상점","body":"장바구니"},)"
      R"("data":{"message_id":"1"},"android":{"priority":"NORMAL","ttl":"3600s","notification":{"channel_id":"cart"}},)"
      R"("apns":{"headers":{"apns-expiration":"1772326800"}}}})");
}

TEST_CASE("fcm: a topic that Apple would refuse is left out for Apple") {
  const auto adapter = MakeReady();
  const Message message = MessageTo("token", R"({"title":"t","topic":")" + std::string(65, 'x') + R"("})");
  const std::string body = adapter->Build({&message, 1}, kTestNowMs).requests.at(0).body;
  CHECK(body.find("apns-collapse-id") == std::string::npos);
  CHECK(body.find("collapse_key") != std::string::npos);
}

TEST_CASE("fcm: every documented answer has its outcome") {
  using enum OutcomeCode;
  const std::string bad_token =
      R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.token","description":"d"}]})";
  const std::string bad_data =
      R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data[0].value"}]})";
  struct Case {
    int status;
    std::string body;
    OutcomeCode code;
    int64_t retry_after_ms = 0;
  };
  const Case cases[] = {
      {200, kSent, kAccepted},
      {200, "", kUnknown},
      {200, "{}", kUnknown},
      {200, "not json", kUnknown},
      // A 200 with an error inside is what the error says.
      {200, ErrorOf("NOT_FOUND", "UNREGISTERED"), kGone},
      {200, R"({"error":{}})", kUnknown},
      // FcmError
      {500, ErrorOf("INTERNAL", "UNSPECIFIED_ERROR"), kRetry, 10'000},
      {400, ErrorOf("INVALID_ARGUMENT", "INVALID_ARGUMENT"), kRejectMsg},
      {400, ErrorOf("INVALID_ARGUMENT", "INVALID_ARGUMENT", bad_data), kRejectMsg},
      {400, ErrorOf("INVALID_ARGUMENT", "INVALID_ARGUMENT", bad_token), kGone},
      {400, ErrorOf("INVALID_ARGUMENT", "", bad_token), kGone},
      {503, ErrorOf("UNAVAILABLE", "UNAVAILABLE", bad_token), kRetry, 10'000},  // what is busy judges no token
      {404, ErrorOf("NOT_FOUND", "UNREGISTERED"), kGone},
      {403, ErrorOf("PERMISSION_DENIED", "SENDER_ID_MISMATCH"), kConfig},
      {429, ErrorOf("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), kRetry, 60'000},
      {503, ErrorOf("UNAVAILABLE", "UNAVAILABLE"), kRetry, 10'000},
      {500, ErrorOf("INTERNAL", "INTERNAL"), kRetry, 10'000},
      {401, ErrorOf("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"), kConfig},
      // Google's status, without a code of FCM's
      {400, ErrorOf("INVALID_ARGUMENT", ""), kRejectMsg},
      {400, ErrorOf("FAILED_PRECONDITION", ""), kConfig},
      {400, ErrorOf("OUT_OF_RANGE", ""), kRejectMsg},
      {401, ErrorOf("UNAUTHENTICATED", ""), kConfig},
      {403, ErrorOf("PERMISSION_DENIED", ""), kConfig},
      {404, ErrorOf("NOT_FOUND", ""), kFailedFinal},
      {429, ErrorOf("RESOURCE_EXHAUSTED", ""), kRetry, 60'000},
      {499, ErrorOf("CANCELLED", ""), kRetry, 10'000},
      {500, ErrorOf("UNKNOWN", ""), kRetry, 10'000},
      {500, ErrorOf("INTERNAL", ""), kRetry, 10'000},
      {503, ErrorOf("UNAVAILABLE", ""), kRetry, 10'000},
      {504, ErrorOf("DEADLINE_EXCEEDED", ""), kRetry, 10'000},
      // Names that are not documented, and bodies of something else.
      {400, ErrorOf("WHO_KNOWS", "NEWS"), kRejectMsg},
      {500, ErrorOf("WHO_KNOWS", "NEWS"), kRetry, 10'000},
      {400, "<html>", kRejectMsg},
      {401, "", kConfig},
      {403, "", kConfig},
      {404, "<html>", kConfig},
      {429, "", kRetry, 60'000},
      {500, "", kRetry, 10'000},
      {502, "<html>", kRetry, 10'000},
      {302, "", kUnknown},
  };
  const Message message = MessageTo("token", kPayload);
  for (const Case& c : cases) {
    INFO(c.status << " " << c.body);
    const auto adapter = MakeReady();
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    const auto outcomes = adapter->Interpret(plan.requests.at(0), {&message, 1}, Answer(c.status, c.body), kTestNowMs);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].code == c.code);
    CHECK(outcomes[0].retry_after_ms == c.retry_after_ms);
    const auto asked = adapter->Interpret(plan.requests.at(0), {&message, 1},
                                          Answer(c.status, c.body, {{"retry-after", "7"}}), kTestNowMs);
    CHECK(asked.at(0).retry_after_ms == (c.code == kRetry ? 7'000 : 0));
  }
}

TEST_CASE(
    "fcm: an access token that served and is refused is renewed, one that never served is the account's trouble") {
  const auto adapter = MakeReady();
  const Message message = MessageTo("token", kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  const Request& request = plan.requests.at(0);
  const Response refused = Answer(401, ErrorOf("UNAUTHENTICATED", ""));
  auto answer = [&](const Response& response) {
    return adapter->Interpret(request, {&message, 1}, response, kTestNowMs).at(0);
  };
  CHECK(answer(Answer(200, kSent)).code == OutcomeCode::kAccepted);
  // Two requests were on their way with the token.
  CHECK(answer(refused).code == OutcomeCode::kRetry);
  CHECK(answer(refused).code == OutcomeCode::kRetry);
  CHECK(answer(refused).retry_after_ms == 1'000);

  const Plan renewal = adapter->Build({&message, 1}, kTestNowMs);
  REQUIRE(renewal.requests.at(0).renews);
  const Response second = Answer(200, R"({"access_token":"ya29.second","expires_in":3599})");
  REQUIRE(adapter->Interpret(renewal.requests.at(0), {&message, 1}, second, kTestNowMs).empty());
  const Plan again = adapter->Build({&message, 1}, kTestNowMs);
  CHECK(HeaderOf(again.requests.at(0), "Authorization") == "Bearer ya29.second");
  CHECK(adapter->Interpret(again.requests.at(0), {&message, 1}, refused, kTestNowMs).at(0).code ==
        OutcomeCode::kConfig);
  CHECK(adapter->Build({&message, 1}, kTestNowMs).requests.at(0).renews);
  // An answer to a request with the older token does not throw the newer one away.
  REQUIRE(adapter->Interpret(renewal.requests.at(0), {&message, 1}, second, kTestNowMs).empty());
  answer(refused);
  CHECK_FALSE(adapter->Build({&message, 1}, kTestNowMs).requests.at(0).renews);
}

TEST_CASE("fcm: a token of another project is removed only where others pass") {
  const auto adapter = MakeReady();
  const Message message = MessageTo("token", kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  auto answer = [&](const Response& response) {
    return adapter->Interpret(plan.requests.at(0), {&message, 1}, response, kTestNowMs).at(0).code;
  };
  const Response mismatch = Answer(403, ErrorOf("PERMISSION_DENIED", "SENDER_ID_MISMATCH"));
  CHECK(answer(mismatch) == OutcomeCode::kConfig);
  CHECK(answer(Answer(200, kSent)) == OutcomeCode::kAccepted);
  CHECK(answer(mismatch) == OutcomeCode::kGone);
}

TEST_CASE("fcm: what cannot be sent is said before") {
  const auto adapter = MakeReady();
  struct Case {
    std::string payload;
    const char* reason;
  };
  const Case cases[] = {
      {"[]", "the payload is no JSON object"},
      {"{}", "the payload has neither title nor body"},
      {R"({"title":")" + std::string(4097, 'x') + R"("})", "4097 bytes, at most 4096 fit into a message of FCM"},
  };
  for (const Case& c : cases) {
    const Message message = MessageTo("token", c.payload);
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    CHECK(plan.requests.empty());
    REQUIRE(plan.outcomes.size() == 1);
    CHECK(plan.outcomes[0].code == OutcomeCode::kRejectMsg);
    CHECK(plan.outcomes[0].reason == c.reason);
  }
}

TEST_CASE("fcm: settings that are wrong are said by their key, and secrets are not shown") {
  for (const char* missing : {"project_id", "private_key_id", "private_key", "client_email", "token_uri"}) {
    const auto adapter = MakeFcm(SettingsOf("fcm", {{"service_account", Account(missing)}}));
    REQUIRE_FALSE(adapter.ok());
    CHECK(std::string(adapter.status().message()) ==
          "service_account: " + std::string(missing) + " is missing; expected the JSON file of a service account");
  }
  CHECK_FALSE(MakeFcm(SettingsOf("fcm", {{"service_account", std::string("secret")}})).ok());
  CHECK_FALSE(MakeFcm(SettingsOf("fcm", {{"service_account", Account()}, {"url", std::string("fcm")}})).ok());
  const auto other = MakeFcm(SettingsOf("fcm", {{"service_account", Account()}, {"project", std::string("shop/2")}}));
  REQUIRE(other.ok());
}
