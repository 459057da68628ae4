// "policy.packs": a number that is stricter than the law's is taken, a looser one only with the shop's words.
#include "base/time.h"
#include "core/policy/hours.h"
#include "core/policy/packs.h"
#include "fmt/format.h"
#include "tests/unit/playbook/support.h"

using namespace cartwheel;

namespace {

std::string WithPacks(std::string_view packs) {
  return With(R"("rules": [])", fmt::format(R"("rules": [], "packs": {})", packs));
}

// In Seoul, on a Monday.
HoursAnswer SmsInSeoul(std::string_view local, const PackNumbers& numbers) {
  const Jurisdiction place{.packs = PackSet(Pack::kKorea), .seoul = true, .zones = OnlyZone(*FindZone("Asia/Seoul"))};
  const auto at_ms = ParseInstant(fmt::format("2026-11-23T{}:00+09:00", local));
  REQUIRE(at_ms.has_value());
  return AskHours(place, ConsentMedium::kSms, false, *at_ms, nullptr, numbers);
}

}  // namespace

TEST_CASE(
    "numbers of the law: what a playbook says of each is asked for, and of what it does not say the law's holds") {
  const PackNumbers numbers =
      Compiled(WithPacks(R"({"KR": {"sale_months": 3, "reconfirm_months": 12, "age": 19}, "US": {"florida_sms_max": 1},
                             "EU": {"sale_months": 24, "age": 17}})"))
          ->policy.pack_numbers;
  const PackSet korea(Pack::kKorea), states(Pack::kUnitedStates), canada(Pack::kCanada), europe(Pack::kEurope);
  CHECK(SaleExceptionFor(korea, ConsentMedium::kSms, numbers)->months == 3);
  CHECK(SaleExceptionFor(canada, ConsentMedium::kSms, numbers)->months == 24);
  CHECK(SaleExceptionFor(europe, ConsentMedium::kEmail, numbers)->months == 24);
  CHECK(SaleExceptionFor(PackSet::All(), ConsentMedium::kSms, {}) == std::nullopt);  // of the United States none
  CHECK(ReconfirmMonths(korea, numbers).count == 12);
  CHECK(MinimumAge(korea, numbers).count == 19);
  CHECK(MinimumAge(states, numbers).count == 13);
  CHECK(MinimumAge(europe, numbers).count == 17);
  const CountRule strictest = MinimumAge(PackSet::All(), numbers);
  CHECK((strictest.count == 19 && strictest.rule == "KR-15"));
  CHECK(LawCapFor(states, StateId::kUnknown, ConsentMedium::kSms, numbers)->messages_max == 1);
  CHECK(LawCapFor(states, StateId::kUnknown, ConsentMedium::kSms)->messages_max == 3);
}

TEST_CASE("KR-04: a playbook's own end of the day and cut-off are those of the gate") {
  struct Case {
    std::string_view packs, local;
    bool open;
  };
  // The law: 08:00 to 21:00, handed over until 20:50.
  for (const Case& c : {Case{"{}", "20:49", true},
                        {"{}", "20:50", false},
                        {R"({"KR": {"closes": "20:30"}})", "20:19", true},
                        {R"({"KR": {"closes": "20:30"}})", "20:20", false},
                        {R"({"KR": {"closes": "20:30", "cut_off": "20:30"}})", "20:29", true},
                        {R"({"KR": {"closes": "20:30", "cut_off": "20:30"}})", "20:30", false},
                        {R"({"KR": {"cut_off": "20:00"}})", "19:59", true},
                        {R"({"KR": {"cut_off": "20:00"}})", "20:00", false},
                        {R"({"KR": {"opens": "09:30"}})", "09:29", false},
                        {R"({"KR": {"opens": "09:30"}})", "09:30", true},
                        {R"({"KR": {"opens": "07:00", "i_have_checked": "x"}})", "07:00", true},
                        {R"({"KR": {"closes": "22:00", "i_have_checked": "x"}})", "21:49", true},
                        {R"({"KR": {"closes": "22:00", "i_have_checked": "x"}})", "21:50", false}}) {
    INFO(c.packs << " at " << c.local);
    const HoursAnswer answer = SmsInSeoul(c.local, Compiled(WithPacks(c.packs))->policy.pack_numbers);
    CHECK((answer.state == HoursState::kOpen) == c.open);
  }
}

TEST_CASE("numbers of the law: each is refused on its looser side without words, and taken with them") {
  struct Case {
    std::string_view pack, key, stricter, as_the_law, looser, said;
  };
  const Case cases[] = {
      {"KR", "opens", R"("08:01")", R"("08:00")", R"("07:59")",
       "07:59 allows more than KR-04 does, which says 08:00: expected at least 08:00"},
      {"KR", "closes", R"("20:59")", R"("21:00")", R"("21:01")",
       "21:01 allows more than KR-04 does, which says 21:00: expected at most 21:00"},
      {"KR", "cut_off", R"("20:49")", R"("20:50")", R"("20:51")",
       "20:51 allows more than KR-04 does, which says 20:50: expected at most 20:50"},
      {"KR", "sale_months", "5", "6", "7", "7 allows more than KR-02 does, which says 6: expected at most 6"},
      {"KR", "reconfirm_months", "23", "24", "25",
       "25 allows more than KR-09 does, which says 24: expected at most 24"},
      {"KR", "age", "15", "14", "13", "13 allows more than KR-15 does, which says 14: expected at least 14"},
      {"US", "age", "14", "13", "12", "12 allows more than US-08 does, which says 13: expected at least 13"},
      {"US", "florida_sms_max", "2", "3", "4", "4 allows more than US-FL-02 does, which says 3: expected at most 3"},
      {"CA", "sale_months", "23", "24", "25", "25 allows more than CA-02 does, which says 24: expected at most 24"},
      {"EU", "sale_months", "1", "1200", "", ""},
      {"EU", "age", "17", "16", "15", "15 allows more than EU-06 does, which says 16: expected at least 16"},
  };
  size_t keys = 0;
  for (const Case& c : cases) {
    ++keys;
    auto with = [&](std::string_view value, std::string_view more = "") {
      return WithPacks(fmt::format(R"({{"{}": {{"{}": {}{}}}}})", c.pack, c.key, value, more));
    };
    CHECK(Compiled(with(c.stricter))->policy.statements.empty());
    CHECK(Compiled(with(c.as_the_law))->policy.statements.empty());
    if (c.looser.empty()) continue;
    const std::string error = ErrorOf(with(c.looser));
    INFO(error);
    CHECK(error.find(c.said) != error.npos);
    CHECK(error.starts_with(fmt::format("/policy/packs/{}/{} (2:", c.pack, c.key)));
    CHECK(error.find(R"("i_have_checked": "why" beside it)") != error.npos);
    const auto checked = Compiled(with(c.looser, R"(, "i_have_checked": "a letter of counsel")"));
    REQUIRE(checked->policy.statements.size() == 1);
    CHECK(checked->policy.statements[0].words == "a letter of counsel");
    CHECK(checked->policy.statements[0].about.starts_with(fmt::format("policy.packs.{}.{} (", c.pack, c.key)));
  }
  CHECK(keys == PackNumberRows().size());
}

TEST_CASE("numbers of the law: what is wrong is told at its place") {
  for (auto [packs, expected] :
       {std::pair{R"([])", "/policy/packs (2:65): expected an object {…}, found a list"},
        {R"({"JP": {}})", R"(/policy/packs/JP (2:66): unknown key "JP", expected one of CA, EU, KR, US)"},
        {R"({"KR": {"closed": "20:00"}})",
         R"(/policy/packs/KR/closed (2:73): unknown key "closed", did you mean "closes"?)"},
        {R"({"KR": {"closes": 20}})",
         R"(/policy/packs/KR/closes (2:83): 20 is no time of day, expected one such as "20:30")"},
        {R"({"KR": {"closes": "25:00"}})", R"(/policy/packs/KR/closes (2:83): "25:00" is no time of day)"},
        {R"({"KR": {"opens": "20:50"}})",
         "/policy/packs/KR (2:72): these are no hours: opens 20:50, cut_off 20:50, closes 21:00"},
        {R"({"CA": {"sale_months": 0}})", "/policy/packs/CA/sale_months (2:88): 0 cannot be set, expected 1 to 1200"},
        {R"({"KR": {"i_have_checked": true}})",
         "/policy/packs/KR/i_have_checked (2:91): expected a text with something in it, found true"}}) {
    INFO(packs);
    const std::string error = ErrorOf(WithPacks(packs));
    INFO(error);
    CHECK(error.starts_with(expected));
  }
}
