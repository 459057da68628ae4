// What a token of an opt-out link is, without its being used; and how many recipients of a journey withdraw.
#include "core/policy/token.h"
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {
namespace {

const std::string kOldKey(64, 'a'), kNewKey(64, 'b');

std::string TokenIn(const Message& message) {
  constexpr std::string_view kBefore = "https://s.kr/o/";
  const size_t begin = message.payload.find(kBefore) + kBefore.size();
  return message.payload.substr(begin, message.payload.find_first_of("\\\" <", begin) - begin);
}

// Ann, whose reminder by e-mail has an opt-out link.
struct Mailed : Ann {
  explicit Mailed(std::string keys = "1:" + kOldKey)
      : Ann(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["email", "sms"], "latest": "9h"})"}) {
    Keys(std::move(keys));
    Grant("email");
    Fill(kDay0);
    RunTo(kDay0 + kHourMs);
    const auto messages = Claim("email");
    REQUIRE(messages.size() == 1);
    token = TokenIn(messages[0]);
    payload = messages[0].payload;
    Accept(messages);
    AdvanceTo(kDay0 + kHourMs + 1);
  }
  void Keys(std::string keys) {
    options().token_key = std::move(keys);
    Reopen();
  }
  absl::StatusOr<std::string> Read(const std::string& text) {
    return engine().Query({.query = "token", .token = text});
  }
  void Unsubscribe(std::string_view method, int64_t at_ms) {
    clock().Set(at_ms);
    REQUIRE(Raw(fmt::format(R"({{"type":"unsubscribed","at":{},"properties":{{"token":"{}","method":"{}"}}}})", at_ms,
                            token, method))
                .accepted == 1);
    AdvanceTo(at_ms);
  }
  std::string token, payload;
};

}  // namespace

TEST_CASE(
    "an advertisement by e-mail carries its link with a token apart, for mail programs that unsubscribe by "
    "themselves") {
  const Mailed shop;
  CHECK(Has(shop.payload, fmt::format(R"(,"unsubscribe_url":"https://s.kr/o/{}"}})", shop.token)));
  Mailed keyless("");
  CHECK_FALSE(Has(keyless.payload, "unsubscribe_url"));
}

TEST_CASE("query token says what an opt-out link is, and changes nothing however often it is asked") {
  Mailed shop;
  for (int times = 0; times < 2; ++times) {
    const auto answer = shop.Read(shop.token);
    REQUIRE(answer.ok());
    CHECK(answer->starts_with(
        R"({"kind":"opt_out","known":true,"medium":"email","scope":"ad","withdrawn":false,"made_at":"2026-01-01T01:00:00Z","expired":false,"message":{"id":)"));
    CHECK(Has(*answer, R"("journey":"cart","revision":1,"step":"remind")"));
  }
  shop.Unsubscribe("GET", kDay0 + 2 * kHourMs);
  CHECK(Has(*shop.Read(shop.token), R"("withdrawn":false)"));
  shop.Unsubscribe("POST", kDay0 + 3 * kHourMs);
  CHECK(Has(*shop.Read(shop.token), R"("withdrawn":true)"));
}

TEST_CASE("an opt-out token never refuses: years later, under an old version of the key, after the key was changed") {
  Mailed shop;
  shop.Keys("2:" + kNewKey + ",1:" + kOldKey);
  const int64_t later_ms = kDay0 + 10 * 365 * kDayMs;
  shop.clock().Set(later_ms);
  CHECK(Has(*shop.Read(shop.token), R"("withdrawn":false,"made_at":"2026-01-01T01:00:00Z","expired":false)"));
  shop.Unsubscribe("POST", later_ms);
  CHECK(Has(*shop.Read(shop.token), R"("withdrawn":true)"));
}

TEST_CASE("the opt-out link of who was erased withdraws for the address, whoever has it") {
  Mailed shop;
  shop.clock().Set(kDay0 + 2 * kHourMs);
  shop.Event("erase", "ann", kDay0 + 2 * kHourMs);
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  if (GENERATE(false, true)) {
    for (int i = 0; i < 20; ++i) shop.AdvanceTo(kDay0 + 2 * kHourMs);
    REQUIRE(Has(shop.Query("erasures"), R"("pending":0)"));
  }
  const std::string who = GENERATE("ann", "bob");
  auto join = [&] {
    shop.Event("endpoint_added", who, kDay0 + 2 * kHourMs + 1, R"({"channel":"email","address":"A@x.kr"})");
    shop.Event("consent_granted", who, kDay0 + 2 * kHourMs + 1, R"({"medium":["email","sms"]})");
    shop.AdvanceTo(shop.clock().NowMs());
  };
  const bool before = who == "bob" && GENERATE(false, true);
  if (before) join();
  shop.Unsubscribe("POST", kDay0 + 3 * kHourMs);
  if (!before) join();
  const std::string consent = shop.Query("consent", who);
  INFO(consent);
  CHECK(Has(consent, R"("medium":"email","scope":"ad","state":"refused")"));
  CHECK(Has(consent, R"("medium":"sms","scope":"ad","state":"granted")"));
  CHECK(Has(shop.Query("warnings"), R"("warnings":[])"));
}

TEST_CASE("a click token expires after 400 days, and says so") {
  Mailed shop;
  const TokenKey key = ReadTokenKeys(kOldKey)->front();
  const std::string click =
      MakeToken({.kind = TokenKind::kClick, .customer = CustomerRow(1), .message = 1, .made_at_ms = kDay0}, key);
  shop.clock().Set(kDay0 + 400 * kDayMs);
  CHECK(*shop.Read(click) == R"({"kind":"click","known":true,"made_at":"2026-01-01T00:00:00Z","expired":false})");
  shop.clock().Set(kDay0 + 400 * kDayMs + 1);
  CHECK(Has(*shop.Read(click), R"("expired":true)"));
}

TEST_CASE("query token: a customer who was erased is not known, and what is no token of ours is an error") {
  Mailed shop;
  CHECK(absl::IsInvalidArgument(shop.Read("x").status()));
  CHECK(absl::IsInvalidArgument(shop.Read(shop.token + "A").status()));
  shop.Event("erase", "ann", kDay0 + 2 * kHourMs);
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK(
      *shop.Read(shop.token) ==
      R"({"kind":"opt_out","known":false,"medium":"email","scope":"ad","withdrawn":false,"made_at":"2026-01-01T01:00:00Z","expired":false})");
  shop.Keys("2:" + kNewKey);
  CHECK(Has(StatusText(shop.Read(shop.token).status()), "version 1"));
  shop.Keys("");
  CHECK(Has(StatusText(shop.Read(shop.token).status()), "token_key"));
}

TEST_CASE("token new makes another key each time, which the option takes") {
  const std::string one = MakeTokenKey(), other = MakeTokenKey();
  CHECK(one.size() == 64);
  CHECK(one != other);
  CHECK(ReadTokenKeys(one).ok());
}

TEST_CASE("a report counts withdrawals after a message, by journey, channel and way") {
  struct Case {
    std::string_view type, properties, way;  // empty: not counted
    int64_t after_ms = kHourMs;
  };
  const Case cases[] = {
      {"consent_withdrawn", R"({"medium":"sms"})", "refusal"},
      {"consent_withdrawn", R"({})", "refusal"},
      {"consent_refused", R"({"medium":"sms"})", "refusal"},
      {"message_received", R"({"medium":"sms","text":"STOP"})", "stop"},
      {"message_received", R"({"medium":"sms","text":"thanks"})", ""},
      {"unsubscribed", R"({"medium":"sms","method":"GET"})", ""},
      {"consent_withdrawn", R"({"medium":"email"})", ""},
      {"consent_withdrawn", R"({"medium":"sms","scope":"ad_night"})", ""},
      {"consent_withdrawn", R"({"medium":"sms"})", "refusal", 24 * kHourMs},
      {"consent_withdrawn", R"({"medium":"sms"})", "", 24 * kHourMs + 1},
  };
  for (const Case& c : cases) {
    INFO(c.type << c.properties << c.after_ms);
    Ann shop;
    shop.Grant();
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    shop.Accept(shop.Claim("sms"));
    shop.AdvanceTo(kDay0 + kHourMs);
    const int64_t at_ms = kDay0 + kHourMs + c.after_ms;
    for (int times = 0; times < 2; ++times) {  // who withdraws twice is one
      shop.clock().Set(at_ms);
      shop.Consent(c.type, c.properties, at_ms);
      shop.AdvanceTo(at_ms);
    }
    const std::string report = shop.Query("report");
    INFO(report);
    CHECK(Has(report, R"("opt_outs")") == !c.way.empty());
    if (!c.way.empty())
      CHECK(Has(report, fmt::format(R"("handed_over":{{"sms":1}},"opt_outs":{{"sms":{{"{}":1}}}})", c.way)));
  }
  Mailed mailed;
  mailed.Unsubscribe("POST", kDay0 + 2 * kHourMs);
  CHECK(Has(mailed.Query("report"), R"("handed_over":{"email":1},"opt_outs":{"email":{"token":1}})"));
}

TEST_CASE("health tells of a journey after whose messages more than 2 in a hundred withdraw, from 20 hand-overs on") {
  struct Case {
    int customers, withdraw;
    bool told;
  };
  for (const Case& c : {Case{19, 19, false},
                        {20, 0, false},
                        {20, 1, true},
                        {50, 1, false},
                        {49, 1, true},
                        {100, 2, false},
                        {100, 3, true}}) {
    INFO(c.customers << " customers, of whom withdraw " << c.withdraw);
    Shop shop(NewMemoryStore(),
              Book({.policy = R"("rules": ["KR"], "domestic": true, "opening_spread": "0s")",
                    .steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "2h"})"}));
    for (int i = 0; i < c.customers; ++i) {
      const std::string who = fmt::format("c{}", i);
      shop.Event("consent_granted", who, kDay0, R"({"medium":"sms"})");
      shop.Event("product_added", who, kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
    }
    shop.RunTo(kDay0 + kHourMs);
    shop.Accept(shop.Claim("sms"));
    const int64_t at_ms = kDay0 + 2 * kHourMs;
    shop.AdvanceTo(at_ms);
    for (int i = 0; i < c.withdraw; ++i)
      shop.Event("consent_withdrawn", fmt::format("c{}", i), at_ms, R"({"medium":"sms"})");
    shop.AdvanceTo(at_ms);
    const std::string health = shop.Query("health");
    INFO(health);
    CHECK(Has(health, R"("code":"opt_outs")") == c.told);
    if (c.told)
      CHECK(Has(health, fmt::format("journey cart by sms: {} of {} advertisements of the last 7 days", c.withdraw,
                                    c.customers)));
    shop.clock().Set(kDay0 + 7 * kDayMs);  // the day that counted them is out of the seven
    CHECK_FALSE(Has(shop.Query("health"), R"("code":"opt_outs")"));
  }
}

}  // namespace cartwheel
