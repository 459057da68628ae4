#include "adapters/apns.h"

#include "adapters/crypto.h"
#include "tests/catch.h"
#include "tests/unit/adapters/keys.h"
#include "tests/unit/adapters/messages.h"
#include "tests/unit/adapters/verify.h"

using namespace cartwheel;

namespace {

const std::string kDevice(64, 'a');
constexpr char kPayload[] = R"({"title":"(광고) 온도상점","body":"장바구니"})";

std::unique_ptr<Adapter> MakeAdapter(std::initializer_list<std::pair<std::string_view, SettingValue>> more = {}) {
  ChannelSettings settings = SettingsOf("apns", {{"key", kP256Pem},
                                                 {"key_id", std::string("KEY1234567")},
                                                 {"team_id", std::string("TEAM123456")},
                                                 {"topic", std::string("com.shop.app")}});
  for (const auto& [key, value] : more) settings.Set(key, value);
  return MakeApns(settings).value();
}

std::string Reason(std::string_view reason) { return R"({"reason":")" + std::string(reason) + "\"}"; }

}  // namespace

TEST_CASE("apns: a request has Apple's headers, and a token that the key signs") {
  const auto adapter = MakeAdapter({{"sound", std::string("default")}});
  const Message message = MessageTo(
      kDevice, R"({"title":"t","body":"b","image":"https://s.example/p.png","url":"https://s.example/","topic":"cart",)"
               R"("ttl":600,"buttons":[{"label":"보기","url":"https://s.example/b"}]})");
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  REQUIRE(plan.requests.size() == 1);
  const Request& request = plan.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.url == "https://api.push.apple.com/3/device/" + kDevice);
  CHECK(request.http2);
  CHECK(HeaderOf(request, "apns-topic") == "com.shop.app");
  CHECK(HeaderOf(request, "apns-push-type") == "alert");
  CHECK(HeaderOf(request, "apns-priority") == "10");
  CHECK(HeaderOf(request, "apns-expiration") == "1772323800");
  CHECK(HeaderOf(request, "apns-collapse-id") == "cart");
  CHECK(HeaderOf(request, "apns-id") == "1a574d43-ac5b-69d5-2984-136d266d1862");
  CHECK(request.body ==
        R"({"aps":{"alert":{"title":"t","body":"b"},"sound":"default","mutable-content":1},"message_id":"1",)"
        R"("url":"https://s.example/","image":"https://s.example/p.png",)"
        R"("buttons":[{"label":"보기","url":"https://s.example/b"}]})");

  const std::string authorization = HeaderOf(request, "authorization");
  REQUIRE(authorization.starts_with("bearer "));
  const std::string token = authorization.substr(7);
  const size_t first = token.find('.'), last = token.rfind('.');
  CHECK(DecodeBase64(token.substr(0, first)) == R"({"alg":"ES256","kid":"KEY1234567"})");
  CHECK(DecodeBase64(token.substr(first + 1, last - first - 1)) == R"({"iss":"TEAM123456","iat":1772323200})");
  const auto key = SigningKey::ReadPem(kP256Pem, SigningKey::Kind::kP256);
  CHECK(VerifyEs256(key->PublicPoint(), token.substr(0, last), *DecodeBase64(token.substr(last + 1))));
}

TEST_CASE("apns: a text without more has a body and headers without more") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(kDevice, kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  const Request& request = plan.requests.at(0);
  CHECK(request.body == R"({"aps":{"alert":{"title":"(광고) 온도상점","body":"장바구니"}},"message_id":"1"})");
  CHECK(HeaderOf(request, "apns-collapse-id") == "(none)");
  CHECK(HeaderOf(request, "apns-expiration") == "1772326800");  // the message's own end
}

TEST_CASE("apns: the priority follows the urgency, and a long topic becomes its hash") {
  const auto adapter = MakeAdapter();
  struct Case {
    const char *urgency, *priority;
  };
  for (const Case& c : {Case{"very-low", "1"}, Case{"low", "5"}, Case{"normal", "10"}, Case{"high", "10"}}) {
    const Message message = MessageTo(kDevice, R"({"title":"t","urgency":")" + std::string(c.urgency) + "\"}");
    CHECK(HeaderOf(adapter->Build({&message, 1}, kTestNowMs).requests.at(0), "apns-priority") == c.priority);
  }
  for (size_t size : {64, 65}) {
    const std::string topic(size, 'x');
    const Message message = MessageTo(kDevice, R"({"title":"t","topic":")" + topic + "\"}");
    const std::string id = HeaderOf(adapter->Build({&message, 1}, kTestNowMs).requests.at(0), "apns-collapse-id");
    CHECK(id.size() == 64);
    CHECK((id == topic) == (size == 64));
  }
}

TEST_CASE("apns: one provider token for three quarters of an hour") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(kDevice, kPayload);
  auto token = [&](int64_t now_ms) {
    return HeaderOf(adapter->Build({&message, 1}, now_ms).requests.at(0), "authorization");
  };
  const std::string first = token(kTestNowMs);
  CHECK(token(kTestNowMs + kApnsTokenMs - 1) == first);
  const std::string second = token(kTestNowMs + kApnsTokenMs);
  CHECK(second != first);
  CHECK(token(kTestNowMs + kApnsTokenMs + 1) == second);
  CHECK(token(kTestNowMs) != second);  // a clock that was set back: it would be of the future
}

TEST_CASE("apns: the sandbox and another address") {
  const Message message = MessageTo(kDevice, kPayload);
  CHECK(MakeAdapter({{"sandbox", true}})->Build({&message, 1}, kTestNowMs).requests.at(0).url ==
        "https://api.sandbox.push.apple.com/3/device/" + kDevice);
  const auto local = MakeAdapter({{"url", std::string("https://127.0.0.1:8443")}, {"private_address", true}});
  const Plan plan = local->Build({&message, 1}, kTestNowMs);
  CHECK(plan.requests.at(0).url == "https://127.0.0.1:8443/3/device/" + kDevice);
  CHECK(plan.requests.at(0).private_address);
}

TEST_CASE("apns: what cannot be sent is said before") {
  struct Case {
    std::string address, payload;
    OutcomeCode code;
    const char* reason;
  };
  const Case cases[] = {
      {"", kPayload, OutcomeCode::kFailedFinal, "the address is no device token"},
      {std::string(63, 'a'), kPayload, OutcomeCode::kFailedFinal, "the address is no device token"},
      {std::string(65, 'a'), kPayload, OutcomeCode::kFailedFinal, "the address is no device token"},
      {std::string(202, 'a'), kPayload, OutcomeCode::kFailedFinal, "the address is no device token"},
      {std::string(63, 'a') + "/", kPayload, OutcomeCode::kFailedFinal, "the address is no device token"},
      {kDevice, "{", OutcomeCode::kRejectMsg, "the payload is no JSON object"},
      {kDevice, R"({"url":"u"})", OutcomeCode::kRejectMsg, "the payload has neither title nor body"},
      {kDevice, R"({"title":")" + std::string(4096, 'x') + "\"}", OutcomeCode::kRejectMsg,
       "4143 bytes, at most 4096 fit into a message of APNs"},
  };
  const auto adapter = MakeAdapter();
  for (const Case& c : cases) {
    INFO(c.address);
    const Message message = MessageTo(c.address, c.payload);
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    CHECK(plan.requests.empty());
    REQUIRE(plan.outcomes.size() == 1);
    CHECK(plan.outcomes[0].code == c.code);
    CHECK(plan.outcomes[0].reason == c.reason);
  }
  // The longest that fits: {"aps":{"alert":{"title":"…"}},"message_id":"1"} has 47 bytes without its text.
  const Message longest = MessageTo(kDevice, R"({"title":")" + std::string(4096 - 47, 'x') + "\"}");
  CHECK(adapter->Build({&longest, 1}, kTestNowMs).requests.at(0).body.size() == 4096);
}

TEST_CASE("apns: every documented answer has its outcome") {
  using enum OutcomeCode;
  struct Case {
    int status;
    std::string body;
    OutcomeCode code;
    int64_t retry_after_ms = 0;
  };
  const Case cases[] = {
      {200, "", kAccepted},
      {400, Reason("BadCollapseId"), kRejectMsg},
      {400, Reason("BadDeviceToken"), kFailedFinal},
      {400, Reason("BadExpirationDate"), kRejectMsg},
      {400, Reason("BadMessageId"), kRejectMsg},
      {400, Reason("BadPriority"), kRejectMsg},
      {400, Reason("BadTopic"), kConfig},
      {400, Reason("DeviceTokenNotForTopic"), kFailedFinal},
      {400, Reason("DuplicateHeaders"), kRejectMsg},
      {400, Reason("IdleTimeout"), kRetry},
      {400, Reason("InvalidPushType"), kRejectMsg},
      {400, Reason("MissingDeviceToken"), kConfig},
      {400, Reason("MissingTopic"), kConfig},
      {400, Reason("PayloadEmpty"), kRejectMsg},
      {400, Reason("TopicDisallowed"), kConfig},
      {403, Reason("BadCertificate"), kConfig},
      {403, Reason("BadCertificateEnvironment"), kConfig},
      {403, Reason("ExpiredProviderToken"), kConfig},
      {403, Reason("Forbidden"), kConfig},
      {403, Reason("InvalidProviderToken"), kConfig},
      {403, Reason("MissingProviderToken"), kConfig},
      {403, Reason("UnrelatedKeyIdInToken"), kConfig},
      {403, Reason("BadEnvironmentKeyIdInToken"), kConfig},
      {404, Reason("BadPath"), kConfig},
      {405, Reason("MethodNotAllowed"), kConfig},
      {410, Reason("ExpiredToken"), kGone},
      {410, Reason("Unregistered"), kGone},
      {413, Reason("PayloadTooLarge"), kRejectMsg},
      {429, Reason("TooManyProviderTokenUpdates"), kRetry, 60'000},
      {429, Reason("TooManyRequests"), kRetry, 60'000},
      {500, Reason("InternalServerError"), kRetry},
      {503, Reason("ServiceUnavailable"), kRetry},
      {503, Reason("Shutdown"), kRetry},
      // Reasons that are not documented, and no reason.
      {400, Reason("News"), kRejectMsg},
      {400, "", kRejectMsg},
      {403, "", kConfig},
      {404, "<html>", kConfig},
      {405, "", kConfig},
      {408, "", kRetry},
      {410, "", kGone},
      {413, "", kRejectMsg},
      {418, "", kRejectMsg},
      {429, "", kRetry, 60'000},
      {500, "", kRetry},
      {502, "", kRetry},
      {504, "", kRetry},
      {201, "", kUnknown},
      {302, "", kUnknown},
  };
  const Message message = MessageTo(kDevice, kPayload);
  for (const Case& c : cases) {
    INFO(c.status << " " << c.body);
    const auto adapter = MakeAdapter();
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    const auto outcomes = adapter->Interpret(plan.requests.at(0), {&message, 1}, Answer(c.status, c.body), kTestNowMs);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].code == c.code);
    CHECK(outcomes[0].retry_after_ms == c.retry_after_ms);
    CHECK(outcomes[0].gone_at_ms == 0);
    CHECK(outcomes[0].reason.find(kDevice) == std::string::npos);
  }
}

TEST_CASE("apns: a device token is gone since the moment that Apple names") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(kDevice, kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  const auto gone =
      adapter->Interpret(plan.requests.at(0), {&message, 1},
                         Answer(410, R"({"reason":"Unregistered","timestamp":1772236800123})"), kTestNowMs);
  CHECK(gone.at(0).code == OutcomeCode::kGone);
  CHECK(gone.at(0).gone_at_ms == 1'772'236'800'123);
  // Only of 410 is the moment one of the device.
  const auto refused =
      adapter->Interpret(plan.requests.at(0), {&message, 1},
                         Answer(400, R"({"reason":"Unregistered","timestamp":1772236800123})"), kTestNowMs);
  CHECK(refused.at(0).code == OutcomeCode::kGone);
  CHECK(refused.at(0).gone_at_ms == 0);
}

TEST_CASE("apns: a device token that is refused is removed only where others pass") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(kDevice, kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  auto answer = [&](int status, std::string body) {
    return adapter->Interpret(plan.requests.at(0), {&message, 1}, Answer(status, std::move(body)), kTestNowMs)
        .at(0)
        .code;
  };
  for (const char* reason : {"BadDeviceToken", "DeviceTokenNotForTopic"}) {
    CHECK(answer(200, "") == OutcomeCode::kAccepted);
    CHECK(answer(400, Reason(reason)) == OutcomeCode::kGone);
    CHECK(answer(400, Reason(reason)) == OutcomeCode::kGone);
    CHECK(answer(400, Reason(reason)) == OutcomeCode::kGone);
    CHECK(answer(400, Reason(reason)) == OutcomeCode::kFailedFinal);  // all of them: the environment is the other
  }
}

TEST_CASE("apns: a provider token that served and expired is made anew, but not more often than Apple allows") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(kDevice, kPayload);
  auto build = [&](int64_t now_ms) { return adapter->Build({&message, 1}, now_ms).requests.at(0); };
  const Request first = build(kTestNowMs);
  auto expired = [&](const Request& request, int64_t now_ms) {
    return adapter->Interpret(request, {&message, 1}, Answer(403, Reason("ExpiredProviderToken")), now_ms).at(0);
  };
  CHECK(expired(first, kTestNowMs + kApnsTokenMinMs - 1).code == OutcomeCode::kConfig);
  CHECK(HeaderOf(build(kTestNowMs + kApnsTokenMinMs - 1), "authorization") == HeaderOf(first, "authorization"));
  adapter->Interpret(first, {&message, 1}, Answer(200), kTestNowMs);
  const Outcome again = expired(first, kTestNowMs + kApnsTokenMinMs);
  CHECK(again.code == OutcomeCode::kRetry);
  CHECK(again.retry_after_ms == 1'000);
  const Request second = build(kTestNowMs + kApnsTokenMinMs);
  CHECK(HeaderOf(second, "authorization") != HeaderOf(first, "authorization"));
  expired(first, kTestNowMs + 2 * kApnsTokenMinMs);  // an answer to the older token leaves the newer one
  CHECK(HeaderOf(build(kTestNowMs + 2 * kApnsTokenMinMs), "authorization") == HeaderOf(second, "authorization"));
}

TEST_CASE("apns: settings that are wrong are said by their key") {
  const auto wrong_key = MakeApns(SettingsOf("apns", {{"key", std::string("secret")}}));
  REQUIRE_FALSE(wrong_key.ok());
  CHECK(std::string(wrong_key.status().message()) ==
        "key: no private key in PEM that can be read without a password, expected a P-256 key");
  const auto rsa = MakeApns(SettingsOf("apns", {{"key", kRsaPem}}));
  CHECK(std::string(rsa.status().message()) == "key: an RSA key of 2048 bits, expected a P-256 key");
  CHECK_FALSE(MakeApns(SettingsOf("apns", {{"key", kP256Pem}, {"url", std::string("apple")}})).ok());
}
