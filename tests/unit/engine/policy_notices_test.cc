// Notices of consents through the engine: the result of what was said (KR-08), and the reconfirmation (KR-09).
#include <algorithm>
#include <set>

#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {
namespace {

constexpr int64_t kTwoYears = int64_t{730} * kDayMs;  // 2026-01-01 to 2028-01-01
constexpr int64_t kWindow = int64_t{60} * kDayMs;
constexpr int64_t kLawDay = kDay0 + kTwoYears - 9 * kHourMs;  // the beginning of that day in Seoul

Said WithNotices() {
  Said said;
  said.policy += R"(, "caps": [{"count": "entries", "per": "journey", "max": 1, "within": "7d"}, )"
                 R"({"count": "messages", "max": 1, "within": "7d"}])";
  said.templates =
      R"(, "result": {"class": "notice",
            "sms": "{{ consent.action }} {{ consent.medium }} {{ consent.scope }} {{ consent.at | date: '%Y-%m-%d' }}",
            "email": {"subject": "{{ consent.action }} {{ consent.medium }}", "text": "{{ shop.name }}"}},
          "again": {"class": "notice", "sms": "{{ consent.medium }} {{ consent.at | date: '%Y-%m-%d' }}"})";
  said.notices =
      R"("result": {"send": "result", "via": ["sms", "email"]}, "reconfirm": {"send": "again", "via": ["sms"]})";
  return said;
}

struct Noticed : Ann {
  explicit Noticed(const Said& said = WithNotices()) : Ann(said) {}
  // What waits to be sent by the channel is accepted; the texts.
  Lines Take(std::string_view channel = "sms") {
    const std::vector<Message> messages = Claim(channel);
    Accept(messages);
    Lines texts;
    const std::string_view key = channel == "sms" ? R"("text":")" : R"("subject":")";
    for (const Message& message : messages) {
      const size_t begin = message.payload.find(key) + key.size();
      texts.push_back(message.payload.substr(begin, message.payload.find('"', begin) - begin));
    }
    AdvanceTo(clock().NowMs());
    return texts;
  }
  // The same every hour until then, as a worker does.
  Lines TakeUntil(int64_t end_ms) {
    Lines all;
    while (clock().NowMs() < end_ms)
      for (std::string& text : TakeAt(std::min(clock().NowMs() + kHourMs, end_ms))) all.push_back(std::move(text));
    return all;
  }
  Lines TakeAt(int64_t now_ms, std::string_view channel = "sms") {
    RunTo(now_ms);
    return Take(channel);
  }
};

}  // namespace

TEST_CASE("KR-08: each consent, refusal and withdrawal is told once, by its medium, and a repeated one is not") {
  Noticed shop;
  shop.Grant();
  CHECK(shop.TakeAt(kDay0 + 1) == Lines{"granted sms ad 2026-01-01"});
  shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0 + kHourMs);
  CHECK(shop.TakeAt(kDay0 + 2 * kHourMs) == Lines{});
  shop.Consent("consent_withdrawn", R"({"medium":"sms"})", kDay0 + kDayMs);
  CHECK(shop.TakeAt(kDay0 + kDayMs) == Lines{"withdrawn sms ad, ad_night 2026-01-02"});
  shop.Consent("unsubscribed", R"({"medium":"sms"})", kDay0 + kDayMs + kSecondMs);
  CHECK(shop.TakeAt(kDay0 + kDayMs + 2 * kSecondMs) == Lines{});
  shop.Consent("consent_refused", R"({"medium":"email"})", kDay0 + kDayMs + 3 * kSecondMs);
  CHECK(shop.TakeAt(kDay0 + kDayMs + 4 * kSecondMs) == Lines{});
  CHECK(shop.Take("email") == Lines{"refused email"});
  shop.RunTo(kDay0 + 20 * kDayMs);
  CHECK(shop.Outbox().size() == 3);
  CHECK_FALSE(Has(shop.Query("report"), "not_told"));
}

TEST_CASE("KR-08: what one event says of several media and scopes is told by one notice, caps notwithstanding") {
  Noticed shop;
  shop.Consent("consent_granted", R"({"medium":["sms","email"],"scope":["ad","ad_night","profiling"]})");
  CHECK(shop.TakeAt(kDay0 + 1) == Lines{"granted sms, email ad, ad_night 2026-01-01"});
  shop.Consent("consent_granted", R"({"medium":"kakao","scope":"profiling"})");
  shop.Consent("consent_withdrawn", R"({"where":"settings"})", kDay0 + kHourMs);
  CHECK(shop.TakeAt(kDay0 + kHourMs) == Lines{"withdrawn all ad, ad_night 2026-01-01"});
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE(
    "KR-08: no notice of an import, of a grant older than 14 days, of an address that no customer has, of a "
    "duplicate") {
  Noticed shop;
  shop.clock().Set(kDay0 + 30 * kDayMs);
  shop.Consent("consent_granted", R"({"medium":"sms","evidence":"imported"})", kDay0 + 29 * kDayMs);
  shop.Consent("consent_granted", R"({"medium":"email","where":"imported"})", kDay0 + 29 * kDayMs);
  shop.Consent("consent_granted", R"({"medium":"kakao"})", kDay0 + 15 * kDayMs);
  shop.Raw(R"({"type":"consent_withdrawn","properties":{"medium":"sms","address":"010-9999-9999"}})");
  CHECK(shop.TakeAt(kDay0 + 30 * kDayMs + kSecondMs) == Lines{});
  CHECK(shop.Outbox() == Lines{});
  // The address of a customer is theirs.
  shop.Raw(R"({"type":"consent_withdrawn","id":"080","properties":{"medium":"sms","address":"010-1234-5678"}})");
  shop.Raw(R"({"type":"consent_withdrawn","id":"080","properties":{"medium":"sms","address":"010-1234-5678"}})");
  CHECK(shop.TakeAt(kDay0 + 30 * kDayMs + 2 * kSecondMs) == Lines{"withdrawn sms ad, ad_night 2026-01-31"});
  // A grant of the last 14 days is told, and a withdrawal that was heard too late is told at once.
  shop.Consent("consent_granted", R"({"medium":"app_push"})", kDay0 + 16 * kDayMs + kHourMs);
  shop.Consent("consent_withdrawn", R"({"medium":"kakao"})", kDay0 + 15 * kDayMs + 1);
  Lines texts = shop.TakeAt(kDay0 + 30 * kDayMs + 3 * kSecondMs);
  std::sort(texts.begin(), texts.end());
  CHECK(texts == Lines{"granted app_push ad 2026-01-17", "withdrawn kakao ad, ad_night 2026-01-16"});
}

TEST_CASE("KR-08: no notice where consent is assumed, and none where the shop tells it itself") {
  for (const bool assumed : {true, false}) {
    Said said = WithNotices();
    if (assumed)
      said.policy += R"(, "consent": "assumed_by_shop")";
    else
      said.notices = Said().notices, said.templates = "";
    Noticed shop(said);
    shop.Grant();
    CHECK(shop.TakeAt(kDay0 + 1) == Lines{});
    CHECK(Has(shop.Query("report"), R"("policy.notices.result":"ours")") == !assumed);
  }
}

TEST_CASE("KR-08: a notice leaves by day") {
  Noticed shop;
  shop.clock().Set(kCutOff);
  shop.Consent("consent_granted", R"({"medium":"sms","scope":["ad","ad_night"]})", kCutOff);
  shop.Consent("consent_withdrawn", R"({"medium":"sms"})", kCutOff + kHourMs);
  CHECK(shop.TakeAt(kOpening - 1) == Lines{});
  CHECK(Has(shop.Why(), R"("decision":"deferred")"));
  CHECK(Has(shop.Why(), "KR-04, by sms, until 2026-01-01T23:00:00Z"));
  CHECK(shop.TakeAt(kOpening) == Lines{"granted sms ad, ad_night 2026-01-01", "withdrawn sms ad, ad_night 2026-01-01"});
}

TEST_CASE("KR-08: a notice waits 14 days for an address, and health says of one that was not accepted") {
  Noticed shop;
  shop.Event("consent_granted", "bob", kDay0, R"({"medium":"sms"})");
  shop.Event("consent_granted", "cat", kDay0, R"({"medium":"sms"})");
  shop.RunTo(kDay0 + 13 * kDayMs);
  CHECK(shop.Outbox() == Lines{});
  shop.Event("endpoint_added", "bob", kDay0 + 13 * kDayMs, R"({"channel":"sms","address":"010-1111-2222"})");
  CHECK(shop.TakeAt(kDay0 + 13 * kDayMs) == Lines{"granted sms ad 2026-01-01"});
  CHECK_FALSE(Has(shop.Query("health"), "not_told"));
  shop.RunTo(kDay0 + 14 * kDayMs + 1);
  shop.Event("endpoint_added", "cat", kDay0 + 14 * kDayMs + 2, R"({"channel":"sms","address":"010-1111-3333"})");
  CHECK(shop.TakeAt(kDay0 + 15 * kDayMs) == Lines{});
  CHECK(Has(shop.Query("report"), R"("not_told":1)"));
  CHECK(Has(shop.Query("health"), R"({"code":"not_told","text":"1 notices)"));
  // Nor is one accepted that is made and not sent.
  shop.Event("consent_withdrawn", "bob", kDay0 + 15 * kDayMs, R"({"medium":"sms"})");
  shop.RunTo(kDay0 + 30 * kDayMs);
  CHECK(Has(shop.Query("report"), R"("not_told":2)"));
  shop.RunTo(kDay0 + 60 * kDayMs);
  CHECK_FALSE(Has(shop.Query("health"), R"("code":"not_told")"));
}

TEST_CASE("KR-08: a channel that fails for good is followed by the next, and the notice counts as told") {
  Noticed shop;
  shop.Grant();
  shop.RunTo(kDay0 + 1);
  const auto messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine().Settle({{messages[0].id, messages[0].token, OutcomeCode::kFailedFinal}}).ok());
  CHECK(shop.TakeAt(kDay0 + 2, "email") == Lines{"granted sms"});
  shop.RunTo(kDay0 + 20 * kDayMs);
  CHECK_FALSE(Has(shop.Query("report"), "not_told"));
}

TEST_CASE("KR-08: the same notices are made in any order of arrival, with duplicates and crashes between") {
  struct Expression {
    std::string customer, type, properties;
    int64_t at_ms;
  };
  std::vector<Expression> said;
  for (const char* customer : {"ann", "bob", "cat"}) {
    said.push_back({customer, "consent_granted", R"({"medium":"email","scope":["ad","ad_night"]})", kDay0 + 1});
    said.push_back({customer, "consent_refused", R"({"medium":"kakao"})", kDay0 + 2});
    said.push_back({customer, "consent_granted", R"({"medium":["app_push","web_push"]})", kDay0 + 3});
    said.push_back({customer, "unsubscribed", R"({"medium":"sms"})", kDay0 + 4});
  }
  std::multiset<std::string> expected;
  for (uint32_t round = 0; round < 12; ++round) {
    Noticed shop;
    shop.clock().Set(kDay0 + kHourMs);
    for (const char* customer : {"bob", "cat"})
      shop.Event("endpoint_added", customer, kDay0,
                 fmt::format(R"({{"channel":"sms","address":"010-0000-000{}"}})", customer[0] - 'a'));
    for (size_t i = 0; i < said.size(); ++i) {
      // 5 and 7 have no divisor in common with 12.
      const size_t place = (i * (round % 2 == 0 ? 5 : 7) + round) % said.size();
      const Expression& event = said[round == 0 ? i : place];
      for (int copies = 0; copies < (i % 3 == round % 3 ? 2 : 1); ++copies)
        shop.Event(event.type, event.customer, event.at_ms, event.properties,
                   fmt::format("{}{}", event.customer, event.at_ms));
      if (i % 4 == round % 4) shop.AdvanceTo(kDay0 + kHourMs);
      if (i % 5 == round % 5) shop.Crash();
    }
    shop.clock().Set(kDay0 + 2 * kHourMs);  // the leases of those that crashed have lapsed
    shop.AdvanceTo(kDay0 + 2 * kHourMs);
    std::multiset<std::string> made;
    auto rows = shop.store()->ListMessages({{}, {}, 1000});
    REQUIRE(rows.ok());
    for (const MessageRow& row : *rows) {
      const MessageBody body = DecodeMessageBody(row.body);
      made.insert(fmt::format("{} {} {} {}", body.recipient(), body.step, body.key, body.enrolment_key));
    }
    if (round == 0) expected = made;
    CHECK(made.size() == said.size());
    CHECK(made == expected);
  }
}

TEST_CASE("KR-09: a consent is told again before its day two years later, and stays in force without an answer") {
  Noticed shop;
  shop.Consent("consent_granted", R"({"medium":["sms","email"]})");
  REQUIRE(shop.TakeAt(kDay0 + 1).size() == 1);
  CHECK(shop.TakeAt(kLawDay - kWindow - kSecondMs) == Lines{});
  CHECK(shop.Outbox().size() == 1);
  CHECK(shop.TakeUntil(kLawDay - 1) == Lines{"sms, email 2026-01-01"});
  CHECK(shop.Outbox().size() == 2);
  const auto row = shop.store()->ListMessages({{}, {}, 10});
  REQUIRE(row.ok());
  const int64_t told_ms = row->back().settled_at_ms;
  CHECK(told_ms >= kLawDay - kWindow);
  CHECK(told_ms < kLawDay);
  CHECK(Has(shop.Query("export", "ann"), fmt::format(R"("told_at":"{}")", FormatInstant(told_ms))));
  // No reply: an advertisement that is due after two years leaves.
  shop.Fill(kDay0 + kTwoYears + kDayMs);
  shop.RunTo(kDay0 + kTwoYears + kDayMs + kHourMs);
  CHECK(shop.Outbox().size() == 3);
  CHECK(shop.Take("email").size() + shop.Take("sms").size() == 1);
  // And again before the same day two years after the notice: 2028 has a 29 February.
  const int64_t next_day_ms = (told_ms + 9 * kHourMs) / kDayMs * kDayMs - 9 * kHourMs + int64_t{731} * kDayMs;
  shop.RunTo(next_day_ms - kWindow - kHourMs);
  CHECK(shop.Outbox().size() == 3);
  CHECK(shop.TakeUntil(next_day_ms - 1) == Lines{"sms, email 2026-01-01"});
  CHECK_FALSE(Has(shop.Query("report"), "not_told"));
}

TEST_CASE("KR-09: without an accepted notice advertisements are held from that day on, and no longer than to one") {
  Noticed shop;
  shop.Grant();
  REQUIRE(shop.TakeAt(kDay0 + 1).size() == 1);
  shop.RunTo(kDay0 + kTwoYears + kHourMs);  // made, and handed over by no worker
  REQUIRE(shop.Outbox().size() == 2);
  shop.Fill(kDay0 + kTwoYears + kHourMs, "a");
  shop.RunTo(kDay0 + kTwoYears + 3 * kHourMs);
  CHECK(Has(shop.Why(), "reconfirm_due: KR-09"));
  CHECK(shop.Outbox().size() == 2);
  // It ends unsent, is counted, and comes again.
  const int64_t told_ms = kDay0 + kTwoYears + kWindow + kDayMs;
  shop.RunTo(told_ms - kDayMs);
  CHECK(Has(shop.Query("report"), R"("not_told":1)"));
  CHECK(shop.TakeUntil(told_ms) == Lines{"sms 2026-01-01"});
  const size_t before = shop.Outbox().size();
  shop.Fill(told_ms + 8 * kDayMs, "b");  // the notice counts in a cap on messages of every class
  shop.RunTo(told_ms + 8 * kDayMs + kHourMs);
  CHECK(shop.Outbox().size() == before + 1);
}

TEST_CASE("KR-09: a withdrawal or a new grant ends the notice that waits, and a crash or a merge makes no second") {
  for (const std::string type : {"consent_withdrawn", "consent_granted", "consent_reconfirmed"}) {
    INFO(type);
    Noticed shop;
    shop.Grant();
    REQUIRE(shop.TakeAt(kDay0 + 1).size() == 1);
    shop.RunTo(kLawDay - kHourMs);
    REQUIRE(shop.Outbox().size() == 2);
    shop.Crash();
    shop.clock().Set(kLawDay);
    shop.Event("page_viewed", "ann", kLawDay);
    shop.DeviceEvent("page_viewed", "phone", kLawDay);
    shop.Identify("ann", "phone", kLawDay);
    shop.RunTo(kLawDay + kMinuteMs);
    REQUIRE(shop.Outbox().size() == 2);
    CHECK(shop.Outbox().back().ends_with(":waiting"));
    shop.Consent(type, R"({"medium":"sms"})", kLawDay + kMinuteMs);
    shop.AdvanceTo(kLawDay + kMinuteMs);
    CHECK(shop.Outbox().back().ends_with(":revoked"));
    shop.RunTo(kLawDay + 3 * kWindow);
    CHECK(shop.Outbox().size() == (type == "consent_withdrawn" ? 3 : 2));  // with the result of the withdrawal
  }
}

TEST_CASE("KR-09: due notices are spread over the days before, and those of an old list over as many after it") {
  for (const bool imported : {false, true}) {
    Noticed shop;
    const int64_t said_ms = imported ? kDay0 - kTwoYears - kWindow : kDay0;
    constexpr int kCustomers = 120;
    for (int i = 0; i < kCustomers; ++i) {
      const std::string customer = fmt::format("c{}", i);
      shop.Event("endpoint_added", customer, kDay0,
                 fmt::format(R"({{"channel":"sms","address":"010-2222-{:04}"}})", i));
      shop.Event("consent_granted", customer, said_ms, R"({"medium":"sms","evidence":"imported"})");
    }
    const int64_t begin = imported ? kDay0 : kLawDay - kWindow;
    shop.RunTo(begin - (imported ? 0 : 1));
    CHECK(shop.Outbox().empty());
    std::set<int64_t> days;
    std::set<CustomerRow> told;
    shop.RunTo(begin + kWindow + kDayMs);
    auto rows = shop.store()->ListMessages({{}, {}, 1000});
    REQUIRE(rows.ok());
    for (const MessageRow& row : *rows) {
      CHECK(row.made_at_ms >= begin);
      CHECK(row.made_at_ms < begin + kWindow + kDayMs);
      if (told.insert(row.customer).second) days.insert(row.made_at_ms / kDayMs);
    }
    CHECK(told.size() == kCustomers);
    CHECK(days.size() > 40);
  }
}

TEST_CASE("KR-09: the law of another country asks for no reconfirmation") {
  Noticed shop;
  Said said = WithNotices();
  said.policy.replace(said.policy.find(R"(["KR"])"), 6, R"(["KR","US"])");
  REQUIRE(shop.engine().Load(Book(said, 2)).ok());
  for (const auto& [customer, phone] : {std::pair{"bob", "+1 212 555 0100"}, {"cat", "010-1111-2222"}}) {
    shop.Event("endpoint_added", customer, kDay0, fmt::format(R"({{"channel":"sms","address":"{}"}})", phone));
    shop.Event("consent_granted", customer, kDay0, R"({"medium":"sms"})");
  }
  shop.RunTo(kDay0 + kTwoYears);
  for (const std::string& line : shop.Outbox()) CHECK(line.starts_with("cat/"));
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("four consents and what is planned of them take at most 60 bytes of a row") {
  Customer customer;
  customer.id = "ann";
  customer.names = {"cann"};
  customer.first_seen_at_ms = customer.last_seen_at_ms = kDay0;
  const size_t before = EncodeCustomer(customer).size();
  for (uint8_t medium = 0; medium < 4; ++medium) GrantConsent(customer.consents, {medium, 0, 0, 0}, kDay0 + medium);
  customer.reconfirm_at_ms = kLawDay;
  CHECK(EncodeCustomer(customer).size() - before <= 60);
}

}  // namespace cartwheel
