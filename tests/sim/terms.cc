#include "tests/sim/terms.h"

#include <iterator>
#include <string_view>

#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::sim {
namespace {

void AppendMember(std::string& out, std::string_view key, const std::string& value) {
  if (!value.empty()) out += fmt::format("{}\"{}\":\"{}\"", out.empty() ? "" : ",", key, value);
}

CapTerm DrawCap(Random& random, bool extra_journeys) {
  CapTerm cap;
  cap.entries = random.Chance(25);
  cap.max = random.Between(1, cap.entries ? 2 : 3);
  if (random.Chance(60)) {
    cap.within_ms = random.Between(1, 72) * kHourMs;
  } else {
    constexpr std::string_view kCalendars[] = {"day", "week", "month"};
    cap.calendar = kCalendars[random.Below(std::size(kCalendars))];
  }
  if (cap.entries) {
    if (random.Chance(70)) cap.per = "journey";
    return cap;
  }
  if (random.Chance(70)) cap.message_class = "ad";
  if (random.Chance(20)) cap.purpose = "cart";
  if (random.Chance(15)) cap.channel = random.Chance(50) ? "sms" : "web_push";
  if (random.Chance(15)) cap.journey = extra_journeys && random.Chance(50) ? "view" : "cart";
  constexpr std::string_view kPer[] = {"customer", "customer", "journey", "purpose", "channel"};
  cap.per = kPer[random.Below(std::size(kPer))];
  if (cap.max > 1 && cap.purpose.empty() && cap.journey.empty() && cap.per == "customer" && random.Chance(50)) {
    cap.reserved = extra_journeys && random.Chance(50) ? "browse" : "cart";
    cap.keep = random.Between(1, cap.max - 1);
  }
  return cap;
}

std::string Hour(int64_t minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

}  // namespace

std::string CapTerm::Json() const {
  std::string json;
  AppendMember(json, "count", entries ? "entries" : "messages");
  AppendMember(json, "within", within_ms == 0 ? calendar : fmt::format("{}m", within_ms / kMinuteMs));
  AppendMember(json, "class", message_class);
  AppendMember(json, "purpose", purpose);
  AppendMember(json, "channel", channel);
  AppendMember(json, "journey", journey);
  AppendMember(json, "per", per);
  return fmt::format("{{{},\"max\":{}}}", json, max);
}

std::string Terms::Json() const {
  std::string json = assumed ? R"("consent":"assumed_by_shop",)" : "";
  if (!korea) return fmt::format(R"({{{}"rules":[]}})", json);
  json += fmt::format(
      R"("rules":["KR"],"domestic":true,"notices":{},"opt_out":{{"sms":"080-123-4567","email":"https://s.kr/o?t={{token}}"}})",
      notices);
  if (reconfirms) json += R"(,"packs":{"KR":{"reconfirm_months":1}})";
  if (existing_customers) json += R"(,"existing_customers":true)";
  if (surge_max != 0) json += fmt::format(R"(,"surge_max":{})", surge_max);
  if (quiet) json += R"(,"quiet":true)";
  if (opens_minute > 0) json += fmt::format(R"(,"hours":"{}-{}")", Hour(opens_minute), Hour(closes_minute));
  json += fmt::format(R"(,"opening_spread":"{}m")", spread_ms / kMinuteMs);
  std::string list, reserves;
  for (size_t i = 0; i < caps.size(); ++i) {
    list += (list.empty() ? "" : ",") + caps[i].Json();
    if (!caps[i].reserved.empty())
      reserves += fmt::format(R"({}{{"cap":{},"purpose":"{}","keep":{}}})", reserves.empty() ? "" : ",", i,
                              caps[i].reserved, caps[i].keep);
  }
  if (!list.empty()) json += fmt::format(R"(,"caps":[{}])", list);
  if (!reserves.empty()) json += fmt::format(R"(,"reserve":[{}])", reserves);
  return fmt::format("{{{}}}", json);
}

Terms NoTerms() { return {}; }

Terms DrawTerms(Random& random, bool extra_journeys) {
  Terms terms;
  terms.korea = random.Chance(92);
  if (!terms.korea) return terms;
  terms.assumed = random.Chance(15);
  terms.existing_customers = random.Chance(20);
  terms.quiet = random.Chance(12);
  if (random.Chance(20)) {
    terms.opens_minute = 9 * 60 + 30;
    terms.closes_minute = random.Between(12, 22) * 60;
  }
  constexpr int64_t kSpreads[] = {0, 30 * kMinuteMs, 2 * kHourMs};
  terms.spread_ms = kSpreads[random.Below(std::size(kSpreads))];
  for (int64_t i = random.Between(0, 2); i > 0; --i) terms.caps.push_back(DrawCap(random, extra_journeys));
  return terms;
}

}  // namespace cartwheel::sim
