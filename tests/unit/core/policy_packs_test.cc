// The rule packs against what the laws say, rule by rule, and the strictest of several; docs/policy.md against the list
// of rules.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "core/policy/hours.h"
#include "core/policy/packs.h"
#include "core/policy/rules.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr PackSet kKorea(Pack::kKorea);
constexpr PackSet kUnitedStates(Pack::kUnitedStates);
constexpr PackSet kCanada(Pack::kCanada);
constexpr PackSet kEurope(Pack::kEurope);
constexpr PackSet kUnknown = PackSet::All();

constexpr ConsentMedium kMedia[] = {ConsentMedium::kSms, ConsentMedium::kEmail, ConsentMedium::kKakao,
                                    ConsentMedium::kAppPush, ConsentMedium::kWebPush};

}  // namespace

TEST_CASE("KR-01, US-01, US-04, US-05, CA-01, EU-01, EU-02: the consent that an advertisement needs") {
  struct Row {
    PackSet packs;
    ConsentNeed sms, email, others;
    std::string_view sms_rule, email_rule, others_rule;
  };
  using enum ConsentNeed;
  const Row rows[] = {
      {kKorea, kExpress, kExpress, kExpress, "KR-01", "KR-01", "KR-01"},
      {kUnitedStates, kExpressWritten, kNone, kExpress, "US-01", "US-04", "US-05"},
      {kCanada, kExpressOrImplied, kExpressOrImplied, kExpressOrImplied, "CA-01", "CA-01", "CA-01"},
      {kEurope, kExpress, kDoubleOptIn, kExpress, "EU-01", "EU-02", "EU-01"},
      {kUnknown, kExpressWritten, kDoubleOptIn, kExpress, "US-01", "EU-02", "KR-01"},
      {PackSet::FromBits(kUnitedStates.bits() | kCanada.bits()), kExpressWritten, kExpressOrImplied, kExpress, "US-01",
       "CA-01", "US-05"},
      {{}, kNone, kNone, kNone, "", "", ""},
  };
  for (const Row& row : rows) {
    INFO("packs " << int{row.packs.bits()});
    for (const ConsentMedium medium : kMedia) {
      INFO(ConsentMediumName(medium));
      const ConsentRule consent = ConsentFor(row.packs, medium);
      const bool sms = medium == ConsentMedium::kSms, email = medium == ConsentMedium::kEmail;
      CHECK(consent.need == (sms ? row.sms : email ? row.email : row.others));
      CHECK(consent.rule == (sms ? row.sms_rule : email ? row.email_rule : row.others_rule));
    }
  }
}

TEST_CASE("KR-02, CA-02, EU-03: an order that stands for consent") {
  for (const ConsentMedium medium : kMedia) {
    INFO(ConsentMediumName(medium));
    const bool mail = medium == ConsentMedium::kSms || medium == ConsentMedium::kEmail;
    const auto korea = SaleExceptionFor(kKorea, medium);
    REQUIRE(korea.has_value());
    CHECK((korea->months == 6 && korea->same_goods && korea->collected_directly && korea->rule == "KR-02"));
    const auto canada = SaleExceptionFor(kCanada, medium);
    REQUIRE(canada.has_value());
    CHECK((canada->months == 24 && !canada->same_goods && !canada->collected_directly && canada->rule == "CA-02"));
    const auto europe = SaleExceptionFor(kEurope, medium);
    CHECK(europe.has_value() == mail);
    if (mail)
      CHECK((europe->months == 0 && europe->same_goods && europe->collected_directly && europe->rule == "EU-03"));
    CHECK_FALSE(SaleExceptionFor({}, medium).has_value());
    CHECK_FALSE(SaleExceptionFor(kUnitedStates, medium).has_value());
    // Only where every pack that asks for consent has one: the United States ask for none by e-mail.
    const auto unknown = SaleExceptionFor(kUnknown, medium);
    CHECK(unknown.has_value() == (medium == ConsentMedium::kEmail));
    if (unknown)
      CHECK((unknown->months == 6 && unknown->same_goods && unknown->collected_directly && unknown->rule == "KR-02"));
  }
}

TEST_CASE("KR-05, US-07, CA-03, EU-04: labels") {
  for (const ConsentMedium medium : kMedia) {
    INFO(ConsentMediumName(medium));
    const bool email = medium == ConsentMedium::kEmail;
    CHECK(LabelFor(kKorea, medium).need == LabelNeed::kLiteral);
    CHECK(LabelFor(kKorea, medium).rule == "KR-05");
    CHECK(LabelFor(kUnitedStates, medium).need == (email ? LabelNeed::kSender : LabelNeed::kNone));
    CHECK(LabelFor(kUnitedStates, medium).rule == (email ? "US-07" : ""));
    CHECK(LabelFor(kCanada, medium).rule == "CA-03");
    CHECK(LabelFor(kEurope, medium).rule == "EU-04");
    CHECK(LabelFor(kEurope, medium).need == LabelNeed::kSender);
    CHECK(LabelFor(kUnknown, medium).rule == "KR-05");
    CHECK(LabelFor({}, medium).need == LabelNeed::kNone);
  }
}

TEST_CASE("KR-08, KR-09, KR-15, US-08, EU-06: duties and ages") {
  CHECK((ResultNoticeDays(kKorea).count == 14 && ResultNoticeDays(kKorea).rule == "KR-08"));
  CHECK((ReconfirmMonths(kKorea).count == 24 && ReconfirmMonths(kKorea).rule == "KR-09"));
  CHECK((MinimumAge(kKorea).count == 14 && MinimumAge(kKorea).rule == "KR-15"));
  CHECK((MinimumAge(kUnitedStates).count == 13 && MinimumAge(kUnitedStates).rule == "US-08"));
  CHECK((MinimumAge(kEurope).count == 16 && MinimumAge(kEurope).rule == "EU-06"));
  CHECK((MinimumAge(kUnknown).count == 16 && MinimumAge(kUnknown).rule == "EU-06"));
  CHECK(MinimumAge(kCanada).rule.empty());
  for (const PackSet none : {kUnitedStates, kCanada, kEurope, PackSet()}) {
    CHECK(ResultNoticeDays(none).rule.empty());
    CHECK(ReconfirmMonths(none).rule.empty());
  }
  CHECK(ResultNoticeDays(kUnknown).rule == "KR-08");
}

TEST_CASE("US-FL-02: three SMS in any 24 hours, also where the state is not known") {
  const StateId florida = FindState("FL"), texas = FindState("TX");
  for (const StateId state : {florida, StateId::kUnknown}) {
    const auto cap = LawCapFor(kUnitedStates, state, ConsentMedium::kSms);
    REQUIRE(cap.has_value());
    CHECK((cap->messages_max == 3 && cap->within_ms == 86'400'000 && cap->rule == "US-FL-02"));
    CHECK_FALSE(LawCapFor(kUnitedStates, state, ConsentMedium::kEmail).has_value());
    CHECK_FALSE(LawCapFor(kKorea, state, ConsentMedium::kSms).has_value());
  }
  CHECK_FALSE(LawCapFor(kUnitedStates, texas, ConsentMedium::kSms).has_value());
}

TEST_CASE("KR-10: bulk SMS needs a certified provider from 1 October 2026 on") {
  const auto certificate = CertificateFor(kKorea, ConsentMedium::kSms);
  REQUIRE(certificate.has_value());
  CHECK(certificate->rule == "KR-10");
  CHECK(certificate->since_ms == ParseInstant("2026-10-01T00:00:00+09:00"));
  CHECK_FALSE(CertificateFor(kKorea, ConsentMedium::kKakao).has_value());
  CHECK_FALSE(CertificateFor(kUnitedStates, ConsentMedium::kSms).has_value());
}

TEST_CASE("Media and packs have the names of playbooks and events") {
  for (const ConsentMedium medium : kMedia) {
    CHECK(FindConsentMedium(ConsentMediumName(medium)) == medium);
    CHECK(MediumOfChannel(ConsentMediumName(medium)) == medium);
  }
  CHECK_FALSE(FindConsentMedium("push").has_value());
  CHECK_FALSE(MediumOfChannel("webhook").has_value());
  CHECK_FALSE(MediumOfChannel("toast").has_value());
  CHECK(FindPack("KR") == Pack::kKorea);
  CHECK(FindPack("US") == Pack::kUnitedStates);
  CHECK(FindPack("CA") == Pack::kCanada);
  CHECK(FindPack("EU") == Pack::kEurope);
  CHECK_FALSE(FindPack("kr").has_value());
  CHECK_FALSE(FindPack("").has_value());
}

TEST_CASE("Every rule that a table names is in the list of rules, once") {
  std::set<std::string_view> ids;
  for (const PolicyRule& rule : PolicyRules()) {
    INFO(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK_FALSE(rule.text.empty());
    CHECK(FindPolicyRule(rule.id) == &rule);
    if (!rule.since.empty()) CHECK(ParseInstant(rule.since).has_value());
  }
  CHECK(FindPolicyRule("KR-99") == nullptr);
  std::vector<std::string_view> named = {kShopHoursRule, StateHours(StateId::kUnknown).rule};
  for (uint8_t state = 1; StateCode(static_cast<StateId>(state)) != ""; ++state) {
    named.push_back(StateHours(static_cast<StateId>(state)).rule);
  }
  for (const HoursRule& rule : HoursRules()) {
    if (!rule.by_state) named.push_back(rule.rule);
  }
  for (uint8_t bits = 1; bits <= PackSet::All().bits(); ++bits) {
    const PackSet packs = PackSet::FromBits(bits);
    for (const CountRule& rule : {ResultNoticeDays(packs), ReconfirmMonths(packs), MinimumAge(packs)}) {
      if (!rule.rule.empty()) named.push_back(rule.rule);
    }
    for (const ConsentMedium medium : kMedia) {
      named.push_back(ConsentFor(packs, medium).rule);
      if (const LabelRule label = LabelFor(packs, medium); label.need != LabelNeed::kNone) named.push_back(label.rule);
      if (const auto sale = SaleExceptionFor(packs, medium)) named.push_back(sale->rule);
      if (const auto cap = LawCapFor(packs, StateId::kUnknown, medium)) named.push_back(cap->rule);
      if (const auto certificate = CertificateFor(packs, medium)) named.push_back(certificate->rule);
    }
  }
  for (const std::string_view id : named) {
    INFO(id);
    CHECK(ids.contains(id));
  }
}

TEST_CASE("docs/policy.md has every rule, with its text, its kind and its date") {
  std::ifstream file(CARTWHEEL_SOURCE_DIR "/docs/policy.md");
  REQUIRE(file.is_open());
  std::vector<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (inside && line.starts_with("| `")) rows.push_back(line);
    inside = line == "| rule | what it says | kind | since |" || (inside && line.starts_with("|"));
  }
  std::vector<std::string> expected;
  for (const PolicyRule& rule : PolicyRules()) {
    expected.push_back("| `" + std::string(rule.id) + "` | " + std::string(rule.text) + " | " +
                       std::string(kRuleKindNames[static_cast<size_t>(rule.kind)]) + " | " + std::string(rule.since) +
                       (rule.since.empty() ? "|" : " |"));
  }
  CHECK(rows == expected);
}

}  // namespace cartwheel
