#include "adapters/web_push.h"

#include <set>

#include "adapters/crypto.h"
#include "adapters/push_answer.h"
#include "adapters/web_push_body.h"
#include "tests/catch.h"
#include "tests/unit/adapters/messages.h"

using namespace cartwheel;

namespace {

// RFC 8291, appendix A.
constexpr char kServerKey[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
constexpr char kPoint[] = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
constexpr char kAuth[] = "BTBZMqHH6r4Tts7J_aSIgg";
constexpr char kSalt[] = "DGv6ra1nlYgDCS1FRnbzlw";
constexpr char kBody[] =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

constexpr char kVapidKey[] = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";

std::string From64(std::string_view text) { return DecodeBase64(text).value(); }

std::string Address(std::string_view endpoint = "https://push.example/s/1", std::string_view more = "") {
  return std::string(R"({"endpoint":")") + std::string(endpoint) + R"(","expirationTime":null,"keys":{"p256dh":")" +
         kPoint + R"(","auth":")" + kAuth + R"("})" + std::string(more) + "}";
}

std::unique_ptr<Adapter> MakeAdapter(bool private_address = false) {
  return MakeWebPush(SettingsOf("web_push", {{"private_key", kVapidKey},
                                             {"subject", "mailto:push@shop.example"},
                                             {"private_address", private_address}}))
      .value();
}

constexpr char kPayload[] = R"({"title":"(광고) 온도상점","body":"장바구니","url":"https://shop.example/cart"})";

}  // namespace

TEST_CASE("web_push: a body is that of RFC 8291, appendix A") {
  const auto body = EncryptWebPush("When I grow up, I want to be a watermelon", From64(kPoint), From64(kAuth),
                                   SigningKey::ReadP256(From64(kServerKey)).value(), From64(kSalt));
  REQUIRE(body.ok());
  CHECK(EncodeBase64Url(*body) == kBody);
}

TEST_CASE("web_push: the longest text makes a body of 4,096 bytes, and one byte more none") {
  const SigningKey key = SigningKey::MakeP256();
  CHECK(kWebPushTextBytesMax == 3993);  // RFC 8291, section 4
  const std::string text(kWebPushTextBytesMax, 'x');
  const auto body = EncryptWebPush(text, From64(kPoint), From64(kAuth), key, RandomBytes(16));
  REQUIRE(body.ok());
  CHECK(body->size() == 4096);
  CHECK(body->substr(16, 5) == std::string("\0\0\x10\0\x41", 5));
  CHECK_FALSE(EncryptWebPush(text + "x", From64(kPoint), From64(kAuth), key, RandomBytes(16)).ok());
  CHECK_FALSE(EncryptWebPush("x", From64(kPoint), From64(kAuth) + "x", key, RandomBytes(16)).ok());
  CHECK_FALSE(EncryptWebPush("x", std::string(65, '\x04'), From64(kAuth), key, RandomBytes(16)).ok());
}

TEST_CASE("web_push: a request has the headers of RFC 8030 and 8292") {
  const auto adapter = MakeAdapter();
  const Message message =
      MessageTo(Address(),
                R"({"title":"t","body":"b","ttl":600,"urgency":"high","topic":"cart1","url":"https://shop.example/"})");
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  REQUIRE(plan.outcomes.empty());
  REQUIRE(plan.requests.size() == 1);
  const Request& request = plan.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.url == "https://push.example/s/1");
  CHECK(HeaderOf(request, "Content-Encoding") == "aes128gcm");
  CHECK(HeaderOf(request, "Content-Type") == "application/octet-stream");
  CHECK(HeaderOf(request, "TTL") == "600");
  CHECK(HeaderOf(request, "Urgency") == "high");
  CHECK(HeaderOf(request, "Topic") == "cart1");
  const std::string authorization = HeaderOf(request, "Authorization");
  CHECK(authorization.starts_with("vapid t="));
  CHECK(authorization.ends_with(std::string(", k=") + kPoint));
  CHECK(request.messages == std::vector<size_t>{0});
  CHECK_FALSE(request.private_address);
  CHECK_FALSE(request.renews);
  CHECK(request.body.size() == 86 + 17 + WebPushText(ReadPushText(message.payload).value()).size());
}

TEST_CASE("web_push: each message has a key and a salt of its own") {
  const auto adapter = MakeAdapter();
  const std::vector<Message> messages(20, MessageTo(Address(), kPayload));
  const Plan plan = adapter->Build(messages, kTestNowMs);
  std::set<std::string> salts, keys;
  for (const Request& request : plan.requests) {
    salts.insert(request.body.substr(0, 16));
    keys.insert(request.body.substr(21, 65));
  }
  CHECK(salts.size() == 20);
  CHECK(keys.size() == 20);
}

TEST_CASE("web_push: the TTL is the text's, bounded by the message's own end and by what services take") {
  struct Case {
    const char* payload;
    int64_t left_ms;
    const char* ttl;
  };
  constexpr Case kCases[] = {
      {R"({"title":"t"})", 3'600'000, "3600"},
      {R"({"title":"t"})", 3'599'999, "3599"},
      {R"({"title":"t","ttl":60})", 3'600'000, "60"},
      {R"({"title":"t","ttl":"60"})", 3'600'000, "60"},
      {R"({"title":"t","ttl":7200})", 3'600'000, "3600"},
      {R"({"title":"t","ttl":0})", 3'600'000, "0"},
      {R"({"title":"t","ttl":-5})", 3'600'000, "0"},
      {R"({"title":"t","ttl":"soon"})", 3'600'000, "3600"},
      {R"({"title":"t"})", 999, "0"},
      {R"({"title":"t"})", -5000, "0"},
      {R"({"title":"t"})", int64_t{100} * 86'400'000, "2592000"},
  };
  const auto adapter = MakeAdapter();
  for (const Case& c : kCases) {
    INFO(c.payload << " " << c.left_ms);
    Message message = MessageTo(Address(), c.payload);
    message.expires_at_ms = kTestNowMs + c.left_ms;
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    REQUIRE(plan.requests.size() == 1);
    CHECK(HeaderOf(plan.requests[0], "TTL") == c.ttl);
    CHECK(HeaderOf(plan.requests[0], "Urgency") == "(none)");
    CHECK(HeaderOf(plan.requests[0], "Topic") == "(none)");
  }
}

TEST_CASE("web_push: a topic that services refuse becomes part of its hash") {
  CHECK(WebPushTopic("Cart1") == "Cart1");
  CHECK(WebPushTopic(std::string(32, 'a')) == std::string(32, 'a'));
  CHECK(WebPushTopic(std::string(33, 'a')).size() == 32);
  // printf '장바구니' | sha256sum
  CHECK(WebPushTopic("장바구니") == "d22e257b51894bcfca62c3d6f2ce34c8");
  CHECK(WebPushTopic("cart-1").find('-') == std::string::npos);
}

TEST_CASE("web_push: the text is what service workers and Declarative Web Push read") {
  CHECK(WebPushText(ReadPushText(R"({"title":"(광고) 상점","body":"\"b\"","icon":"https://s.example/i.png",)"
                                 R"("image":"https://s.example/p.png","url":"https://s.example/","topic":"cart",)"
                                 R"("buttons":[{"label":"보기","url":"https://s.example/c"},{"label":"나중에"}]})")
                        .value()) ==
        R"({"web_push":8030,"notification":{"title":"(광고) 상점","body":"\"b\"","navigate":"https://s.example/",)"
        R"("icon":"https://s.example/i.png","image":"https://s.example/p.png","tag":"cart","actions":[)"
        R"({"action":"0","title":"보기","navigate":"https://s.example/c"},{"action":"1","title":"나중에"}]}})");
  CHECK(WebPushText(ReadPushText(R"({"body":"b"})").value()) == R"({"notification":{"body":"b"}})");
  CHECK(WebPushText(ReadPushText(R"({"title":"t"})").value()) == R"({"notification":{"title":"t"}})");
}

TEST_CASE("web_push: what surrounds the longest text of the medium fits into a push") {
  // As long as core/model/media.h allows, with all fields; nothing is escaped longer than it was.
  std::string payload =
      R"({"title":"t","body":"","icon":"i","image":"p","url":"u","buttons":[{"label":"a","url":"b"},{"label":"c","url":"d"}]})";
  payload.insert(payload.find(R"("body":")") + 8, std::string(3600 - payload.size(), 'x'));
  REQUIRE(payload.size() == 3600);
  CHECK(WebPushText(ReadPushText(payload).value()).size() <= kWebPushTextBytesMax);
}

TEST_CASE("web_push: what cannot be sent is said without the address") {
  struct Case {
    std::string address, payload;
    OutcomeCode code;
    const char* reason;
  };
  const std::string other = EncodeBase64Url(SigningKey::MakeP256().PublicPoint());
  auto with_keys = [](std::string_view keys) {
    return R"({"endpoint":"https://push.example/s/secret","keys":)" + std::string(keys) + "}";
  };
  const std::string good_point = std::string(R"({"p256dh":")") + kPoint + R"(",)";
  const Case cases[] = {
      {"push/kim", kPayload, OutcomeCode::kFailedFinal, "expected the JSON of a subscription"},
      {"", kPayload, OutcomeCode::kFailedFinal, "expected the JSON of a subscription"},
      {"[]", kPayload, OutcomeCode::kFailedFinal, "expected the JSON of a subscription"},
      {"{}", kPayload, OutcomeCode::kFailedFinal, "begins with https://"},
      {Address("http://push.example/s/secret"), kPayload, OutcomeCode::kFailedFinal, "its endpoint is not https"},
      {Address("https://u:p@push.example/s/secret"), kPayload, OutcomeCode::kFailedFinal, "user name"},
      {R"({"endpoint":"https://push.example/s/secret"})", kPayload, OutcomeCode::kFailedFinal, "expected keys"},
      {with_keys("{}"), kPayload, OutcomeCode::kFailedFinal, "keys.p256dh: 0 bytes, expected 65"},
      {with_keys(good_point + R"("auth":"AAAA"})"), kPayload, OutcomeCode::kFailedFinal,
       "keys.auth: 3 bytes, expected 16"},
      {with_keys(R"({"p256dh":")" + EncodeBase64Url(std::string(65, '\x04')) + R"(","auth":")" + kAuth + R"("})"),
       kPayload, OutcomeCode::kFailedFinal, "expected an uncompressed point of P-256"},
      {Address("https://push.example/s/secret", R"(,"vapid":")" + other + R"(")"), kPayload, OutcomeCode::kFailedFinal,
       "which this channel does not have"},
      {Address("https://push.example/s/secret", R"(,"vapid":"AAAA")"), kPayload, OutcomeCode::kFailedFinal,
       "vapid is no public key"},
      {Address(), "{", OutcomeCode::kRejectMsg, "no JSON object"},
      {Address(), R"({"url":"https://shop.example/"})", OutcomeCode::kRejectMsg, "neither title nor body"},
      {Address(), R"({"title":")" + std::string(4000, 'x') + R"("})", OutcomeCode::kRejectMsg,
       "4029 bytes, at most 3993 fit into a web push"},
  };
  const auto adapter = MakeAdapter();
  for (const Case& c : cases) {
    INFO(c.address);
    const Message message = MessageTo(c.address, c.payload);
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    CHECK(plan.requests.empty());
    REQUIRE(plan.outcomes.size() == 1);
    CHECK(plan.outcomes[0].message_id == 1);
    CHECK(plan.outcomes[0].token == 1001);
    CHECK(plan.outcomes[0].code == c.code);
    CHECK(plan.outcomes[0].reason.find(c.reason) != std::string::npos);
    CHECK(plan.outcomes[0].reason.find("secret") == std::string::npos);
  }
}

TEST_CASE("web_push: one message that cannot be sent does not stop the others") {
  const auto adapter = MakeAdapter();
  const Message messages[] = {MessageTo("x", kPayload, 1), MessageTo(Address(), kPayload, 2)};
  const Plan plan = adapter->Build(messages, kTestNowMs);
  REQUIRE(plan.requests.size() == 1);
  REQUIRE(plan.outcomes.size() == 1);
  CHECK(plan.requests[0].messages == std::vector<size_t>{1});
  const auto outcomes = adapter->Interpret(plan.requests[0], messages, Answer(201), kTestNowMs);
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].message_id == 2);
  CHECK(outcomes[0].token == 1002);
}

TEST_CASE("web_push: a subscription goes with the key that it says") {
  const SigningKey newest = SigningKey::MakeP256(), old = SigningKey::MakeP256();
  const std::string newest_point = EncodeBase64Url(newest.PublicPoint()),
                    old_point = EncodeBase64Url(old.PublicPoint());
  const auto adapter = MakeWebPush(SettingsOf("web_push", {{"private_key", EncodeBase64Url(newest.Scalar())},
                                                           {"old_private_key", EncodeBase64Url(old.Scalar())},
                                                           {"subject", "https://shop.example"}}))
                           .value();
  const Message messages[] = {
      MessageTo(Address(), kPayload),
      MessageTo(Address("https://push.example/2", R"(,"vapid":")" + newest_point + R"(")"), kPayload),
      MessageTo(Address("https://push.example/3", R"(,"vapid":")" + EncodeBase64(old.PublicPoint()) + R"(")"),
                kPayload),
  };
  const Plan plan = adapter->Build(messages, kTestNowMs);
  REQUIRE(plan.requests.size() == 3);
  CHECK(HeaderOf(plan.requests[0], "Authorization").ends_with("k=" + newest_point));
  CHECK(HeaderOf(plan.requests[1], "Authorization").ends_with("k=" + newest_point));
  CHECK(HeaderOf(plan.requests[2], "Authorization").ends_with("k=" + old_point));
}

TEST_CASE("web_push: a plain address is for tests on the same machine") {
  const Message message = MessageTo(Address("http://127.0.0.1:8080/s"), kPayload);
  const Plan plan = MakeAdapter(/*private_address=*/true)->Build({&message, 1}, kTestNowMs);
  REQUIRE(plan.requests.size() == 1);
  CHECK(plan.requests[0].url == "http://127.0.0.1:8080/s");
  CHECK(plan.requests[0].private_address);
}

TEST_CASE("web_push: settings that are wrong are said by their key, and secrets are not shown") {
  struct Case {
    const char *key, *subject, *error;
  };
  constexpr Case kCases[] = {
      {"bad secret", "mailto:push@shop.example", "private_key: "},
      {"c2VjcmV0", "mailto:push@shop.example", "private_key: 6 bytes, expected a P-256 key of 32"},
      {kVapidKey, "push@localhost", "subject: \"push@localhost\""},
  };
  for (const Case& c : kCases) {
    const auto adapter = MakeWebPush(SettingsOf("web_push", {{"private_key", c.key}, {"subject", c.subject}}));
    REQUIRE_FALSE(adapter.ok());
    CHECK(std::string(adapter.status().message()).starts_with(c.error));
    CHECK(std::string(adapter.status().message()).find("secret") == std::string::npos);
  }
}

TEST_CASE("web_push: every documented answer has its outcome") {
  using enum OutcomeCode;
  struct Case {
    int status;
    const char* body;
    OutcomeCode code;
    int64_t retry_after_ms = 0;
  };
  constexpr Case kCases[] = {
      // RFC 8030 and 8292
      {200, "", kAccepted},
      {201, "", kAccepted},
      {202, "", kAccepted},
      {301, "", kFailedFinal},
      {307, "", kFailedFinal},
      {400, "", kRejectMsg},
      {401, "", kConfig},
      {403, "", kConfig},
      {404, "", kGone},
      {406, "", kRetry, 60'000},  // Windows
      {408, "", kRetry},
      {410, "", kGone},
      {413, "", kRejectMsg},
      {429, "", kRetry, 60'000},
      {418, "", kRejectMsg},
      {500, "", kRetry},
      {502, "", kRetry},
      {503, "", kRetry},
      {599, "", kRetry},
      {100, "", kUnknown},
      {0, "", kUnknown},
      {700, "", kUnknown},
      // What is no JSON, or JSON of another kind, changes nothing.
      {404, "<html>", kGone},
      {404, "[]", kGone},
      {404, R"({"errno":"102"})", kGone},
      {404, R"({"errno":777})", kGone},
      {403, R"({"reason":"BadJwtToken"})", kConfig},
      {201, R"({"errno":102})", kAccepted},
      // Mozilla
      {400, R"({"code":400,"errno":101,"error":"Bad Request"})", kRejectMsg},
      {404, R"({"errno":102})", kGone},
      {410, R"({"errno":103})", kGone},
      {413, R"({"errno":104})", kRejectMsg},
      {410, R"({"errno":105})", kGone},
      {410, R"({"errno":106})", kGone},
      {400, R"({"errno":108})", kGone},
      {401, R"({"errno":109})", kConfig},
      {400, R"({"errno":110})", kRejectMsg},
      {400, R"({"errno":111})", kRejectMsg},
      {400, R"({"errno":112})", kRejectMsg},
      {400, R"({"errno":113})", kRejectMsg},
      {429, R"({"errno":201})", kRetry, 60'000},
      {503, R"({"errno":201})", kRetry, 60'000},
      {503, R"({"errno":202})", kRetry, 1'000},
      {500, R"({"errno":999})", kRetry},
      {502, R"({"errno":900})", kRetry},
      {502, R"({"errno":901})", kRetry},
      {502, R"({"errno":902})", kRetry},
      {502, R"({"errno":903})", kRetry},
  };
  const Message message = MessageTo(Address(), kPayload);
  for (const Case& c : kCases) {
    INFO(c.status << " " << c.body);
    const auto adapter = MakeAdapter();
    const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
    const auto outcomes = adapter->Interpret(plan.requests.at(0), {&message, 1}, Answer(c.status, c.body), kTestNowMs);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].code == c.code);
    CHECK(outcomes[0].retry_after_ms == c.retry_after_ms);
  }
}

TEST_CASE("web_push: a busy service is asked again when it says") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(Address(), kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  const Request& request = plan.requests.at(0);
  for (int status : {429, 503}) {
    const auto asked =
        adapter->Interpret(request, {&message, 1}, Answer(status, "", {{"retry-after", "120"}}), kTestNowMs);
    CHECK(asked.at(0).retry_after_ms == 120'000);
  }
  const auto gone = adapter->Interpret(request, {&message, 1}, Answer(410, "", {{"retry-after", "120"}}), kTestNowMs);
  CHECK(gone.at(0).retry_after_ms == 0);
}

TEST_CASE("web_push: a reason tells the size of what was too large, and never the endpoint") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(Address("https://push.example/s/secret"), kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  const Request& request = plan.requests.at(0);
  CHECK(adapter->Interpret(request, {&message, 1}, Answer(413), kTestNowMs).at(0).reason ==
        "too large (413), a body of " + std::to_string(request.body.size()) + " bytes");
  CHECK(adapter->Interpret(request, {&message, 1}, Answer(404, "no https://push.example/s/secret here"), kTestNowMs)
            .at(0)
            .reason == "no such subscription (404: no … here)");
}

TEST_CASE("web_push: a refused key is the channel's trouble, unless the same was accepted a moment ago") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(Address(), kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  auto answer = [&](int status, int64_t now_ms) {
    return adapter->Interpret(plan.requests.at(0), {&message, 1}, Answer(status), now_ms).at(0).code;
  };
  CHECK(answer(403, kTestNowMs) == OutcomeCode::kConfig);
  CHECK(answer(201, kTestNowMs) == OutcomeCode::kAccepted);
  CHECK(answer(403, kTestNowMs + 1000) == OutcomeCode::kGone);
  CHECK(answer(401, kTestNowMs + 2000) == OutcomeCode::kGone);
  CHECK(answer(403, kTestNowMs + 3000) == OutcomeCode::kGone);
  CHECK(answer(403, kTestNowMs + 4000) == OutcomeCode::kConfig);  // one after the other: it is the key
  CHECK(answer(201, kTestNowMs + 5000) == OutcomeCode::kAccepted);
  CHECK(answer(403, kTestNowMs + 5000 + Refusals::kMomentMs) == OutcomeCode::kGone);
  CHECK(answer(403, kTestNowMs + 5001 + Refusals::kMomentMs) == OutcomeCode::kConfig);
  CHECK(answer(403, kTestNowMs) == OutcomeCode::kConfig);  // a clock that was set back proves nothing

  // Another origin, another token.
  const Message other = MessageTo(Address("https://other.example/s"), kPayload);
  const Plan other_plan = adapter->Build({&other, 1}, kTestNowMs);
  CHECK(answer(201, kTestNowMs) == OutcomeCode::kAccepted);
  CHECK(adapter->Interpret(other_plan.requests.at(0), {&other, 1}, Answer(403), kTestNowMs).at(0).code ==
        OutcomeCode::kConfig);
}

TEST_CASE("web_push: without an answer the message is unknown once its body may have left") {
  const auto adapter = MakeAdapter();
  const Message message = MessageTo(Address(), kPayload);
  const Plan plan = adapter->Build({&message, 1}, kTestNowMs);
  Response response;
  response.failure = Response::Failure::kTimeout;
  response.error = "no answer in 10 s";
  CHECK(adapter->Interpret(plan.requests.at(0), {&message, 1}, response, kTestNowMs).at(0).code ==
        OutcomeCode::kUnknown);
  response.body_begun = false;
  CHECK(adapter->Interpret(plan.requests.at(0), {&message, 1}, response, kTestNowMs).at(0).code ==
        OutcomeCode::kNotSent);
}
