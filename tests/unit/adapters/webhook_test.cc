#include "adapters/webhook.h"

#include "adapters/crypto.h"
#include "tests/catch.h"
#include "tests/unit/adapters/messages.h"

using namespace cartwheel;

namespace {

// Standard Webhooks' own example.
constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char kUrl[] = "https://shop.example/hooks";

std::unique_ptr<Adapter> MakeAdapter(std::initializer_list<std::pair<std::string_view, SettingValue>> more = {}) {
  ChannelSettings settings = SettingsOf("webhook", {{"secret", kSecret}});
  for (const auto& [key, value] : more) settings.Set(key, value);
  return MakeWebhook(settings).value();
}

}  // namespace

TEST_CASE("webhook: a signature is that of Standard Webhooks") {
  const std::string secret = ReadWebhookSecret(kSecret).value();
  CHECK(SignWebhook({{secret}}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})") ==
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  CHECK(ReadWebhookSecret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value() == secret);
}

TEST_CASE("webhook: a secret has 24 to 64 bytes") {
  for (size_t size : {23, 24, 64, 65})
    CHECK(ReadWebhookSecret("whsec_" + EncodeBase64(std::string(size, 'k'))).ok() == (size >= 24 && size <= 64));
  CHECK_FALSE(ReadWebhookSecret("").ok());
  CHECK_FALSE(ReadWebhookSecret("whsec_").ok());
  CHECK_FALSE(ReadWebhookSecret("whsec_not base64 at all, is it?").ok());
}

TEST_CASE("webhook: a request carries the whole message, and is signed as it is sent") {
  const auto adapter = MakeAdapter({{"url", std::string(kUrl)}});
  Message message = MessageTo("kim", R"({"text":"안녕","list":[1,2]})", 17);
  message.medium = "webhook";
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs + 5'000);
  REQUIRE(plan.requests.size() == 1);
  const Request& request = plan.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.url == kUrl);
  CHECK(request.timeout_ms == 20'000);
  CHECK(adapter->traits().timeout_ms == 20'000);
  CHECK(adapter->traits().idempotency_ms == 0);
  CHECK(HeaderOf(request, "Content-Type") == "application/json");
  CHECK(HeaderOf(request, "webhook-id") == message.key);
  CHECK(HeaderOf(request, "webhook-timestamp") == "1772323205");
  CHECK(
      request.body ==
      R"({"type":"message","timestamp":"2026-03-01T00:00:00Z","data":{"id":17,"key":"1a574d43ac5b69d52984136d266d1862",)"
      R"("channel":"push","class":"ad","purpose":"cart","medium":"webhook","customer":"kim","address":"kim",)"
      R"("journey":"cart","step":"first","template":"gentle","payload":{"text":"안녕","list":[1,2]},)"
      R"("made_at":"2026-03-01T00:00:00Z","expires_at":"2026-03-01T01:00:00Z"}})");
  CHECK(HeaderOf(request, "webhook-signature") ==
        "v1," + EncodeBase64(HmacSha256(DecodeBase64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value(),
                                        message.key + ".1772323205." + request.body)));
}

TEST_CASE("webhook: a message that is sent again has the same id and body, and the time of its attempt") {
  const auto adapter = MakeAdapter({{"url", std::string(kUrl)}});
  Message message = MessageTo("kim", "{}");
  const Request first = adapter->Build({&message, 1}, kTestNowMs).requests.at(0);
  message.attempt = 2;
  message.token = 7;
  const Request second = adapter->Build({&message, 1}, kTestNowMs + 60'000).requests.at(0);
  CHECK(HeaderOf(first, "webhook-id") == HeaderOf(second, "webhook-id"));
  CHECK(first.body == second.body);
  CHECK(HeaderOf(second, "webhook-timestamp") == "1772323260");
  CHECK(HeaderOf(first, "webhook-signature") != HeaderOf(second, "webhook-signature"));
}

TEST_CASE("webhook: while a secret is changed both sign") {
  const std::string old_secret = "whsec_" + EncodeBase64(std::string(32, 'o'));
  const auto adapter =
      MakeAdapter({{"url", std::string(kUrl)}, {"old_secret", old_secret}, {"idempotency_ms", int64_t{600'000}}});
  CHECK(adapter->traits().idempotency_ms == 600'000);
  const Message message = MessageTo("kim", "{}");
  const Request request = adapter->Build({&message, 1}, kTestNowMs).requests.at(0);
  const std::string signatures = HeaderOf(request, "webhook-signature"),
                    content = message.key + ".1772323200." + request.body;
  CHECK(signatures == SignWebhook({{ReadWebhookSecret(kSecret).value()}}, message.key, 1772323200, request.body) +
                          " v1," + EncodeBase64(HmacSha256(std::string(32, 'o'), content)));
}

TEST_CASE("webhook: every status has its outcome") {
  using enum OutcomeCode;
  struct Case {
    int status;
    OutcomeCode to_address, to_url;
  };
  constexpr Case kCases[] = {
      {200, kAccepted, kAccepted}, {201, kAccepted, kAccepted},   {204, kAccepted, kAccepted},
      {301, kConfig, kConfig},     {307, kConfig, kConfig},       {400, kRejectMsg, kRejectMsg},
      {401, kConfig, kConfig},     {403, kConfig, kConfig},       {404, kRetry, kRetry},
      {405, kConfig, kConfig},     {408, kRetry, kRetry},         {409, kRetry, kRetry},
      {410, kGone, kConfig},       {413, kRejectMsg, kRejectMsg}, {422, kRejectMsg, kRejectMsg},
      {425, kRetry, kRetry},       {429, kRetry, kRetry},         {500, kRetry, kRetry},
      {502, kRetry, kRetry},       {503, kRetry, kRetry},         {504, kRetry, kRetry},
      {100, kUnknown, kUnknown},   {0, kUnknown, kUnknown},
  };
  const Message message = MessageTo("https://customer.example/hooks", "{}");
  for (const bool to_url : {false, true}) {
    const auto adapter = to_url ? MakeAdapter({{"url", std::string(kUrl)}}) : MakeAdapter();
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    CHECK(plan.requests.at(0).url == (to_url ? kUrl : message.address));
    for (const Case& c : kCases) {
      INFO(c.status << " " << to_url);
      const auto outcomes = adapter->Interpret(plan.requests.at(0), {&message, 1},
                                               Answer(c.status, "", {{"retry-after", "90"}}), kTestNowMs);
      REQUIRE(outcomes.size() == 1);
      CHECK(outcomes[0].code == (to_url ? c.to_url : c.to_address));
      CHECK(outcomes[0].retry_after_ms == (outcomes[0].code == kRetry ? 90'000 : 0));
    }
  }
}

TEST_CASE("webhook: what cannot be sent is said without the address") {
  struct Case {
    std::string address, payload;
    OutcomeCode code;
    const char* reason;
  };
  const Case cases[] = {
      {"secret", "{}", OutcomeCode::kFailedFinal, "expected an address that begins with https://"},
      {"http://customer.example/secret", "{}", OutcomeCode::kFailedFinal, "it is not https"},
      {"https://u:secret@customer.example/", "{}", OutcomeCode::kFailedFinal, "an address with a user name"},
      {"https://customer.example/", "{", OutcomeCode::kRejectMsg, "the payload is no JSON"},
  };
  const auto adapter = MakeAdapter();
  for (const Case& c : cases) {
    INFO(c.address);
    const Message message = MessageTo(c.address, c.payload);
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    CHECK(plan.requests.empty());
    REQUIRE(plan.outcomes.size() == 1);
    CHECK(plan.outcomes[0].code == c.code);
    CHECK(plan.outcomes[0].reason.find(c.reason) != std::string::npos);
    CHECK(plan.outcomes[0].reason.find("secret") == std::string::npos);
  }
}

TEST_CASE("webhook: settings that are wrong are said by their key, and secrets are not shown") {
  struct Case {
    const char *secret, *old_secret, *url, *error;
  };
  constexpr Case kCases[] = {
      {"whsec_c2VjcmV0", nullptr, kUrl, "secret: expected whsec_ and base64 of 24 to 64 bytes"},
      {kSecret, "c2VjcmV0", kUrl, "old_secret: expected whsec_ and base64 of 24 to 64 bytes"},
      {kSecret, nullptr, "shop.example", "url: expected an address that begins with https://"},
      {kSecret, nullptr, "http://shop.example", "url: expected an address that begins with https://"},
  };
  for (const Case& c : kCases) {
    ChannelSettings settings = SettingsOf("webhook", {{"secret", c.secret}, {"url", c.url}});
    if (c.old_secret != nullptr) settings.Set("old_secret", c.old_secret);
    const auto adapter = MakeWebhook(settings);
    REQUIRE_FALSE(adapter.ok());
    CHECK(std::string(adapter.status().message()) == c.error);
  }
  CHECK(MakeAdapter({{"url", std::string("http://127.0.0.1:8080/")}, {"private_address", true}}) != nullptr);
}
