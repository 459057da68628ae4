// The gate, through the engine: consent, refusals, hours, caps. The shop is in Korea; kDay0 is 09:00 there, so that
// the day ends 11 h 50 min after it and the next one begins 23 h after it (KR-04 and the carriers' cut-off).
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using Lines = std::vector<std::string>;

constexpr int64_t kCutOff = kDay0 + 11 * kHourMs + 50 * kMinuteMs;
constexpr int64_t kOpening = kDay0 + 23 * kHourMs;

struct Said {
  std::string policy = R"("rules": ["KR"], "domestic": true, "opening_spread": "0s")";
  std::string steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms", "email"], "latest": "2h"})";
  std::string more;
};

std::string Book(const Said& said, int revision = 1) {
  return fmt::format(
      R"json({{"playbook": 1, "revision": {}, "policy": {{{}, "opt_out": {{"sms": "080-123-4567", "email": "https://s.kr/o/{{token}}"}}}},
    "shop": {{"name": "온도상점", "contact": "02-123-4567", "email": "cs@s.kr", "address": "서울시 중구 1", "currency": "KRW", "country": "KR", "timezone": "Asia/Seoul"}},
    "templates": {{"remind": {{"purpose": "cart", "sms": "1", "email": {{"subject": "1", "text": "1"}}, "push": {{"title": "1", "body": "1"}}}},
                   "last": {{"purpose": "cart", "sms": "2", "email": {{"subject": "2", "text": "2"}}, "push": {{"title": "2", "body": "2"}}}},
                   "news": {{"purpose": "newsletter", "sms": "n", "push": {{"title": "n", "body": "n"}}}},
                   "order": {{"class": "transactional", "purpose": "order", "sms": "주문 3"}}}},
    "channels": {{"sms": {{"certified": true}}}},
    "journeys": {{"cart": {{"enter": {{"on": "product_added", "key": "cart.id"}}, "exit": [{{"on": "order_completed"}}],
      "steps": [{}]}}{}}}}})json",
      revision, said.policy, said.steps, said.more);
}

struct Ann : Shop {
  explicit Ann(const Said& said = {}) : Shop(NewMemoryStore(), Book(said)) {
    NeedAddresses();
    for (std::string_view channel : {"sms", "email"})
      Event(
          "endpoint_added", "ann", kDay0,
          fmt::format(R"({{"channel":"{}","address":"{}"}})", channel, channel == "sms" ? "010-1234-5678" : "a@x.kr"));
  }
  void Consent(std::string_view type, std::string_view properties, int64_t at_ms = kDay0) {
    Event(type, "ann", at_ms, properties);
  }
  void Grant(std::string_view medium = "sms", std::string_view scope = "ad") {
    Consent("consent_granted", fmt::format(R"({{"medium":"{}","scope":"{}"}})", medium, scope));
  }
  void Fill(int64_t at_ms, std::string_view cart = "c") {
    clock().Set(at_ms);
    Event("product_added", "ann", at_ms, fmt::format(R"({{"cart_id":"{}","product_id":"p","price":1000}})", cart));
  }
  std::string Why() { return Query("why", "ann"); }
};

}  // namespace

TEST_CASE("KR-01: without a grant no advertisement is made, and why says by which rule") {
  Ann shop;
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
  INFO(shop.Why());
  CHECK(Has(shop.Why(), "no_consent: KR-01"));
}

TEST_CASE("KR-01: a grant of one medium is of no other") {
  Ann shop;
  shop.Grant("email");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  INFO(shop.Why());
  CHECK(shop.Claim("email").size() == 1);
}

TEST_CASE("a grant that cannot be read grants nothing, and a withdrawal that cannot be read withdraws everything") {
  Ann shop;
  shop.Consent("consent_granted", R"({"medium":"smss"})");
  shop.Consent("consent_granted", R"({"medium":["sms","fax"]})");
  shop.Consent("consent_granted", R"({"medium":"sms","scope":5})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});

  Ann other;
  other.Grant("sms");
  other.Grant("email");
  other.Consent("consent_withdrawn", R"({"medium":7})", kDay0 + 1);
  other.Fill(kDay0 + 2);
  other.RunTo(kDay0 + 2 * kHourMs);
  CHECK(other.Outbox() == Lines{});
}

TEST_CASE("KR-03: a withdrawal between the decision and the claim stops the message") {
  for (std::string_view type : {"consent_withdrawn", "consent_refused", "unsubscribed", "opt_out", "수신거부"}) {
    INFO(type);
    Ann shop;
    shop.Grant();
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    REQUIRE(shop.Outbox() == Lines{"ann/remind@1:waiting"});
    shop.Consent(type, R"({"medium":"sms"})", kDay0 + kHourMs + 1);
    CHECK(shop.Claim("sms").empty());  // not folded yet
    shop.AdvanceTo(kDay0 + kHourMs + 2);
    CHECK(shop.Outbox() == Lines{"ann/remind@1:revoked"});
  }
}

TEST_CASE("KR-03: the word STOP that a customer writes back withdraws, other words do not") {
  for (const auto& [text, state] : {std::pair{"수신거부", "revoked"}, {"STOP", "revoked"}, {"고마워요", "waiting"}}) {
    Ann shop;
    shop.Grant();
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    shop.Consent("message_received", fmt::format(R"({{"medium":"sms","text":"{}"}})", text), kDay0 + kHourMs + 1);
    shop.AdvanceTo(kDay0 + kHourMs + 2);
    CHECK(shop.Outbox() == Lines{fmt::format("ann/remind@1:{}", state)});
  }
}

TEST_CASE("an opt-out link: its token names the recipient, also after a login, and only a POST withdraws") {
  const std::string key(64, 'a');
  for (const std::string_view method : {"POST", "GET"}) {
    for (const bool logs_in : {false, true}) {
      INFO(method << logs_in);
      Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["email", "sms"], "latest": "9h"})"});
      shop.options().token_key = key;
      shop.Reopen();
      shop.DeviceEvent("endpoint_added", "d", kDay0, R"({"channel":"email","address":"d@x.kr"})");
      shop.DeviceEvent("consent_granted", "d", kDay0, R"({"medium":"email"})");
      shop.DeviceEvent("product_added", "d", kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
      shop.RunTo(kDay0 + kHourMs);
      const auto messages = shop.Claim("email");
      REQUIRE(messages.size() == 1);
      const std::string& payload = messages[0].payload;
      const size_t begin = payload.find("https://s.kr/o/") + std::string_view("https://s.kr/o/").size();
      const std::string token = payload.substr(begin, payload.find_first_of("\\\" <", begin) - begin);
      CHECK(token.size() > 40);
      shop.Accept(messages);
      if (logs_in) shop.Identify("ann", "d", kDay0 + 2 * kHourMs);
      shop.AdvanceTo(kDay0 + 2 * kHourMs);
      REQUIRE(shop.Raw(fmt::format(R"({{"type":"unsubscribed","properties":{{"token":"{}","method":"{}"}}}})", token,
                                   method))
                  .accepted == 1);
      shop.AdvanceTo(kDay0 + 3 * kHourMs);
      QueryRequest why{.query = "why"};
      (logs_in ? why.customer : why.anonymous_id) = logs_in ? "ann" : "d";
      const auto answer = shop.engine().Query(why);
      REQUIRE(answer.ok());
      CHECK(Has(*answer, "withdrawn email ad") == (method == "POST"));
    }
  }
  Ann shop;
  CHECK(shop.Raw(R"({"type":"unsubscribed","properties":{"token":"x","method":"POST"}})").rejected.size() == 1);
}

TEST_CASE("a link that was only opened withdraws nothing (RFC 8058)") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Consent("unsubscribed", R"({"method":"GET"})", kDay0 + kHourMs + 1);
  shop.AdvanceTo(kDay0 + kHourMs + 2);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:waiting"});
}

TEST_CASE("a withdrawal by the address alone stops the message to it before and after it is folded") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(
      shop.Raw(fmt::format(
                   R"({{"type":"consent_withdrawn","at":{},"properties":{{"medium":"sms","address":"01012345678"}}}})",
                   kDay0 + kHourMs + 1))
          .accepted == 1);
  shop.clock().Set(kDay0 + kHourMs + 1);
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kDay0 + kHourMs + 2);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:revoked"});
}

TEST_CASE(
    "a withdrawal by the address alone binds whoever registers the address later, in whichever form it is written") {
  const std::string withdrawal =
      R"({"type":"consent_withdrawn","at":1767225600001,"properties":{"medium":"sms","address":"+82 10 1234 5678"}})";
  for (const bool known_before : {true, false}) {
    INFO(known_before);
    Ann shop;
    if (known_before) shop.Event("endpoint_added", "bob", kDay0 + 1, R"({"channel":"sms","address":"01012345678"})");
    REQUIRE(shop.Raw(withdrawal, kDay0 + 2).accepted == 1);
    shop.AdvanceTo(kDay0 + kMinuteMs);
    shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0);
    shop.clock().Set(kDay0 + 2 * kHourMs);
    shop.Event("endpoint_added", "ann", kDay0 + 2 * kHourMs, R"({"channel":"sms","address":"010-1234-5678"})");
    shop.Fill(kDay0 + 3 * kHourMs);
    shop.RunTo(kDay0 + 5 * kHourMs);
    CHECK(shop.Claim("sms").empty());
    // Only a later word of her own lifts it.
    shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0 + 6 * kHourMs);
    shop.Fill(kDay0 + 7 * kHourMs, "d");
    shop.RunTo(kDay0 + 9 * kHourMs);
    CHECK(shop.Claim("sms").size() == 1);
  }
}

TEST_CASE("who refused before an erasure is not written to when a list brings the person back") {
  Ann shop;
  shop.Grant();
  shop.Consent("consent_withdrawn", R"({"medium":"sms"})", kDay0 + 1);
  shop.Event("erase", "ann", kDay0 + 2);
  shop.Event("endpoint_added", "ann", kDay0 + 3, R"({"channel":"sms","address":"010-1234-5678"})");
  shop.Event("consent_granted", "ann", kDay0 + 1, R"({"medium":"sms","where":"imported"})");
  shop.Fill(kDay0 + 4);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
}

TEST_CASE("who leaves the newsletter keeps the reminders of the cart") {
  Ann shop(Said{
      .more =
          R"(, "news": {"enter": {"on": "signed_up"}, "steps": [{"send": "news", "via": ["sms"], "latest": "2h"}]})"});
  shop.Grant();
  shop.Consent("consent_withdrawn", R"({"medium":"sms","scope":"ad","topic":"newsletter"})", kDay0 + 1);
  shop.Event("signed_up", "ann", kDay0 + 2);
  shop.Fill(kDay0 + 2);
  shop.RunTo(kDay0 + 2 * kHourMs);
  const Lines outbox = shop.Outbox();
  REQUIRE(outbox.size() == 1);
  CHECK(Has(outbox[0], "ann/remind"));
}

TEST_CASE("consent assumed by the shop replaces the proof and nothing else") {
  Ann shop(
      Said{.policy = R"("consent": "assumed_by_shop", "rules": ["KR"], "domestic": true, "opening_spread": "0s")"});
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:waiting"});
  shop.Consent("consent_withdrawn", R"({"medium":"sms"})", kDay0 + kHourMs + 1);
  shop.AdvanceTo(kDay0 + kHourMs + 2);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:revoked"});

  Ann night(
      Said{.policy = R"("consent": "assumed_by_shop", "rules": ["KR"], "domestic": true, "opening_spread": "0s")"});
  night.Fill(kCutOff - kHourMs);
  night.RunTo(kOpening - 1);
  CHECK(night.Outbox() == Lines{});
}

TEST_CASE("KR-04: a send by night moves to the next opening, and its `latest` counts from there") {
  Ann shop;
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kOpening - 1);
  CHECK(shop.Outbox() == Lines{});
  CHECK(Has(shop.Why(), "closed: KR-04, by sms, until 2026-01-01T23:00:00Z"));
  shop.RunTo(kOpening);
  CHECK(shop.Outbox() == Lines{"ann/remind@23:waiting"});
  shop.clock().Set(kOpening + 2 * kHourMs - 1);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("KR-04: one instant before the cut-off it still leaves, and with a consent for the night by night too") {
  Ann before;
  before.Grant();
  before.Fill(kCutOff - kHourMs - kMinuteMs);
  before.RunTo(kCutOff);
  CHECK(before.Outbox().size() == 1);
  Ann night;
  night.Grant();
  night.Grant("sms", "ad_night");
  night.Fill(kCutOff);
  night.RunTo(kCutOff + kHourMs);
  CHECK(night.Outbox().size() == 1);
}

TEST_CASE("a purchase ends what waits for an opening") {
  Ann shop;
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kCutOff + kHourMs);
  shop.Event("order_completed", "ann", kCutOff + kHourMs, R"({"order_id":"o","cart_id":"c"})");
  shop.RunTo(kOpening + 3 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
}

TEST_CASE("two sends that wait for one opening are one message: the later one") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "2h"},
                            {"wait": "6h"}, {"send": "last", "via": ["sms"], "latest": "2h", "min_gap": "0s"})"});
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kOpening + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/last@23:waiting"});
  CHECK(Has(shop.Why(), "overtaken"));
}

TEST_CASE("`closed`: skip") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h", "closed": "skip"})"});
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kOpening + kHourMs);
  CHECK(shop.Outbox() == Lines{});
  CHECK(Has(shop.Why(), "closed: KR-04"));
}

TEST_CASE("what an outage carried out of its hours is decided anew, and leaves at the next opening") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h"})"});
  shop.Grant();
  shop.Fill(kCutOff - 2 * kHourMs);
  shop.RunTo(kCutOff - kHourMs);
  REQUIRE(shop.Outbox().size() == 1);
  shop.clock().Set(kCutOff);
  CHECK(shop.Claim("sms").empty());
  shop.RunTo(kOpening - 1);
  CHECK(shop.Claim("sms").empty());
  shop.RunTo(kOpening);
  shop.Claim("sms");  // it is decided anew: its text is of the night
  shop.RunTo(kOpening + 1);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("no message waits past the end of its hours without being taken back at a purchase") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h"})"});
  shop.Grant();
  shop.Fill(kCutOff - 2 * kHourMs);
  shop.RunTo(kCutOff - kHourMs);
  shop.clock().Set(kCutOff);
  shop.Claim("sms");
  shop.AdvanceTo(kCutOff);
  shop.Event("order_completed", "ann", kCutOff + 1, R"({"order_id":"o","cart_id":"c"})");
  shop.RunTo(kOpening + kHourMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("a cap on messages counts what waits, what was accepted and what is unknown, and gives back what expired") {
  const Said said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 1, "within": "24h"}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"};
  struct Case {
    std::string_view what;
    std::optional<OutcomeCode> outcome;
    size_t made;
  };
  for (const Case& c : {Case{"it waits", std::nullopt, 1}, Case{"accepted", OutcomeCode::kAccepted, 1},
                        Case{"unknown", OutcomeCode::kUnknown, 1}, Case{"failed", OutcomeCode::kFailedFinal, 2},
                        Case{"rejected", OutcomeCode::kRejectMsg, 2}}) {
    INFO(c.what);
    Ann shop(said);
    shop.Grant();
    shop.Fill(kDay0, "a");
    shop.AdvanceTo(kDay0 + kMinuteMs);
    if (c.outcome) {
      const auto messages = shop.Claim("sms");
      REQUIRE(messages.size() == 1);
      REQUIRE(shop.engine().Settle({{messages[0].id, messages[0].token, *c.outcome}}).status().ok());
      shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
    }
    shop.Fill(kDay0 + 3 * kMinuteMs, "b");
    shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
    CHECK(shop.Outbox().size() == c.made);
    INFO(shop.Why());
    CHECK(Has(shop.Why(), "capped") == (c.made == 1));
  }
}

TEST_CASE("a cap counts what was out when its walk ended, and from its hand-over whatever a reader's clock says") {
  for (const bool opened : {false, true}) {
    INFO(opened);
    Ann shop(Said{
        .policy =
            R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 1, "within": "24h"}])",
        .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"});
    shop.Grant();
    shop.Fill(kDay0, "a");
    shop.AdvanceTo(kDay0 + kMinuteMs);
    const auto messages = shop.Claim("sms");
    REQUIRE(messages.size() == 1);
    if (opened)
      shop.Event("message_opened", "ann", kDay0 - 30 * kHourMs, fmt::format(R"({{"message_id":{}}})", messages[0].id));
    else
      shop.Event("order_completed", "ann", kDay0 + kMinuteMs, R"({"order_id":"o","cart_id":"a"})");
    shop.AdvanceTo(kDay0 + kMinuteMs);
    shop.Accept(messages);
    shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
    shop.Fill(kDay0 + 3 * kMinuteMs, "b");
    shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
    CHECK(shop.Outbox() == Lines{"ann/remind@0.016666666666666666:accepted"});
    CHECK(Has(shop.Why(), "capped"));
  }
}

TEST_CASE("KR-04: no retry of an advertisement passes the end of its hours, also where its channel knows keys") {
  for (const auto& [after_ms, again] : {std::pair{5 * kMinuteMs, 0}, {-3 * kMinuteMs, 1}}) {
    Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h"})"});
    shop.Grant();
    shop.Fill(kCutOff - 2 * kHourMs);
    shop.RunTo(kCutOff - kHourMs);
    ClaimOptions claim{.channel = "sms"};
    claim.idempotency_ms = 6 * kHourMs;
    shop.clock().Set(kCutOff - 10 * kMinuteMs);
    const auto tried = shop.engine().Claim(claim);
    REQUIRE(tried->messages.size() == 1);
    REQUIRE(shop.engine().Settle({{tried->messages[0].id, tried->messages[0].token, OutcomeCode::kUnknown}}).ok());
    shop.RunTo(kCutOff + after_ms);
    CHECK(shop.engine().Claim(claim)->messages.size() == static_cast<size_t>(again));
    if (again == 0) CHECK(shop.Outbox() == Lines{"ann/remind@10.833333333333334:unknown"});
  }
}

TEST_CASE("a cap ends with its window") {
  Ann shop(
      Said{.policy = R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "max": 1, "within": "2h"}])",
           .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"});
  shop.Grant();
  shop.Fill(kDay0, "a");
  shop.AdvanceTo(kDay0);
  shop.Accept(shop.Claim("sms"));
  shop.Fill(kDay0 + 2 * kHourMs - 1, "b");
  shop.AdvanceTo(kDay0 + 2 * kHourMs - 1);
  CHECK(shop.Outbox().size() == 1);
  shop.Fill(kDay0 + 2 * kHourMs, "c");
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("what is reserved for reminders no newsletter uses up") {
  const std::string more =
      R"(, "news": {"enter": {"on": "signed_up"}, "reenter": "always", "steps": [{"send": "news", "via": ["sms"], "latest": "2h"}]})";
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 2, "within": "24h"}],
                            "reserve": [{"cap": 0, "purpose": "cart", "keep": 1}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "2h"})",
      .more = more});
  shop.Grant();
  shop.Event("signed_up", "ann", kDay0);
  shop.AdvanceTo(kDay0 + kMinuteMs);
  shop.Event("signed_up", "ann", kDay0 + 2 * kMinuteMs);
  shop.AdvanceTo(kDay0 + 2 * kMinuteMs + kSecondMs);
  CHECK(shop.Outbox().size() == 1);
  shop.Fill(kDay0 + 3 * kMinuteMs);
  shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("a cap on entries: one walk of a journey in seven days") {
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "entries", "per": "journey", "max": 1, "within": "7d"}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"});
  shop.Grant();
  shop.Fill(kDay0, "a");
  shop.AdvanceTo(kDay0 + kMinuteMs);
  shop.Fill(kDay0 + kDayMs, "b");
  shop.AdvanceTo(kDay0 + kDayMs);
  CHECK(shop.Outbox().size() == 1);
  shop.Fill(kDay0 + 7 * kDayMs, "c");
  shop.AdvanceTo(kDay0 + 7 * kDayMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("a device's refusal stays its own after a login: it binds its push, and not the person's text messages") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["web_push", "sms"], "latest": "2h"})"});
  shop.DeviceEvent("endpoint_added", "d", kDay0, R"({"channel":"web_push","address":"https://push/d"})");
  shop.DeviceEvent("consent_refused", "d", kDay0 + 1, R"({"medium":"web_push"})");
  shop.Identify("ann", "d", kDay0 + 2);
  shop.Grant("sms");
  shop.Grant("web_push");
  shop.Fill(kDay0 + 3);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("transactional messages need no consent and leave by night") {
  Ann shop(Said{
      .more =
          R"(, "note": {"enter": {"on": "order_completed"}, "steps": [{"send": "order", "via": ["sms"], "latest": "2h"}]})"});
  shop.clock().Set(kCutOff + kHourMs);
  shop.Event("order_completed", "ann", kCutOff + kHourMs, R"({"order_id":"o"})");
  shop.RunTo(kCutOff + kHourMs);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("a load with another policy acts on the outbox at once: what waits is judged anew") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(shop.Outbox().size() == 1);
  auto load = [&](int revision, const std::string& policy) {
    REQUIRE(shop.engine().Load(Book(Said{.policy = policy}, revision)).ok());
  };
  load(2, R"("rules": ["KR"], "domestic": true, "quiet": true)");
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kDay0 + kHourMs + kMinuteMs);
  CHECK(shop.Claim("sms").empty());
  load(3, R"("rules": ["KR"], "domestic": true, "hours": "10:00-20:00")");
  shop.RunTo(kDay0 + 2 * kHourMs + kMinuteMs);
  shop.Claim("sms");
  shop.RunTo(kDay0 + 2 * kHourMs + 2 * kMinuteMs);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("a load with the same policy judges nothing anew") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(shop.engine().Load(Book(Said{}, 2)).ok());
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("quiet: advertisements wait, and others do not") {
  Ann shop(Said{.policy = R"("rules": ["KR"], "domestic": true, "quiet": true)"});
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
  CHECK(Has(shop.Why(), "quiet"));
}

TEST_CASE("KR-10: since its day, bulk text messages need a channel whose provider is certified") {
  constexpr int64_t kFrom = 1'790'780'400'000;  // 2026-10-01T00:00:00+09:00
  for (const bool certified : {true, false}) {
    std::string book = Book(Said{});
    if (!certified) book.replace(book.find("\"certified\": true"), 17, "\"certified\": false");
    for (const int64_t at_ms : {kFrom - 15 * kHourMs, kFrom + 9 * kHourMs}) {
      Shop shop(NewMemoryStore(), book);
      shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms"})");
      shop.clock().Set(at_ms);
      shop.Event("product_added", "ann", at_ms, R"({"cart_id":"c","product_id":"p","price":1000})");
      shop.RunTo(at_ms + 2 * kHourMs);
      CHECK(shop.Outbox().size() == (certified || at_ms < kFrom ? 1 : 0));
    }
  }
}

TEST_CASE("KR-15: no advertisement to a person who is known to be under 14") {
  for (const auto& [attributes, made] : {std::pair{R"({"age":13})", 0},
                                         {R"({"age":14})", 1},
                                         {R"({"birth_date":"2012-01-03"})", 0},
                                         {R"({"birth_date":"2011-12-31"})", 1},
                                         {R"({})", 1}}) {
    INFO(attributes);
    Ann shop;
    shop.Grant();
    shop.Event("identify", "ann", kDay0, attributes);
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Outbox().size() == static_cast<size_t>(made));
  }
}

TEST_CASE(
    "KR-02: an order of the last six months stands for consent, where the shop says that its conditions are met") {
  const int64_t half_a_year = 181 * kDayMs;  // 2026-01-01 to 2026-07-01
  for (const auto& [existing, after_ms, made] : {std::tuple{true, half_a_year - kHourMs - kMinuteMs, 1},
                                                 {true, half_a_year - kHourMs + kMinuteMs, 0},
                                                 {false, kDayMs, 0}}) {
    Ann shop(Said{.policy = fmt::format(R"("rules": ["KR"], "domestic": true, "existing_customers": {})", existing)});
    shop.Event("order_completed", "ann", kDay0, R"({"order_id":"o"})");
    shop.Fill(kDay0 + after_ms);
    shop.RunTo(kDay0 + after_ms + 2 * kHourMs);
    CHECK(shop.Outbox().size() == static_cast<size_t>(made));
  }
}

TEST_CASE("KR-05: an advertisement gets its label, its sender and its free number, and is sent as what it then takes") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  const auto messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  CHECK(Has(messages[0].payload, "(광고)온도상점"));
  CHECK(Has(messages[0].payload, "080-123-4567\""));
}

TEST_CASE("KR-05: a shop's own channel that has no place for the label carries no advertisement") {
  std::string book =
      Book(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["toast", "sms"], "latest": "2h"})"});
  book.replace(book.find(R"("sms": {"certified": true})"), 0,
               R"("toast": {"medium": "sms", "address_by_id": true, "certified": true}, )");
  book.replace(book.find(R"("remind": {"purpose": "cart",)"), 0, "");
  const std::string_view section = R"("remind": {"purpose": "cart",)";
  book.insert(book.find(section) + section.size(), R"( "toast": {"words": "1"},)");
  Shop shop(NewMemoryStore(), book);
  shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms"})");
  shop.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("toast").empty());
  CHECK(Has(shop.Query("why", "ann"), "no_label"));
}

TEST_CASE("KR-09: an advertisement is held two years after the consent until it is confirmed") {
  constexpr int64_t kTwoYears = int64_t{731} * kDayMs;
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0 + kTwoYears, "a");
  shop.RunTo(kDay0 + kTwoYears + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
  INFO(shop.Why());
  CHECK(Has(shop.Why(), "reconfirm_due: KR-09"));
  shop.Consent("consent_reconfirmed", R"({"medium":"sms"})", kDay0 + kTwoYears + 3 * kHourMs);
  shop.Fill(kDay0 + kTwoYears + 3 * kHourMs, "b");
  shop.RunTo(kDay0 + kTwoYears + 5 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
}

TEST_CASE("an erasure forgets consents, so that nothing may be sent") {
  Ann shop;
  shop.Grant();
  shop.Event("erase", "ann", kDay0 + 1);
  shop.Event("endpoint_added", "ann", kDay0 + 2, R"({"channel":"sms","address":"010-1234-5678"})");
  shop.Fill(kDay0 + 3);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
}

}  // namespace cartwheel
