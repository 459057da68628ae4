#include "tests/sim/campaigns.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "fmt/format.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kSeoulMs = 9 * kHourMs;
constexpr std::string_view kDayNames[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

template <size_t N>
std::string Pick(Random& random, const std::string_view (&list)[N]) {
  return std::string(list[random.Below(N)]);
}

std::string DrawVia(Random& random) {
  std::vector<std::string> channels = {"web_push", "sms", "email"};
  for (size_t i = channels.size(); i > 1; --i) std::swap(channels[i - 1], channels[random.Below(i)]);
  channels.resize(static_cast<size_t>(random.Between(1, 3)));
  return fmt::format(R"(["{}"])", fmt::join(channels, "\",\""));
}

// A template with a text for each channel. Between bars: nothing, when the walk began, `fact`.
std::string Template(std::string_view name, int64_t revision, std::string_view head, std::string_view fact) {
  const std::string text = fmt::format("||{{{{ journey.entered_at | date: '%s%L' }}}}|{{{{ {} }}}}|", fact);
  return fmt::format(
      R"(,"{0}_r{1}":{{{2},"push":{{"title":"t","body":"{3}"}},"sms":{{"text":"{3}"}},"email":{{"subject":"t","text":"{3}"}}}})",
      name, revision, head, text);
}

constexpr std::string_view kFacts = R"("class":"transactional","purpose":"account")";
constexpr std::string_view kNews = R"("purpose":"news")";
constexpr std::string_view kStage = "customer.stage | default: 'cold'";

// One of its members, where it has a value: a word or a list.
std::string Choice(std::string_view key, const std::string& value) {
  if (value.empty()) return "";
  return fmt::format(R"(,"{}":{})", key, value[0] == '[' ? value : fmt::format("\"{}\"", value));
}

// A step of `path` has one of two names.
std::string PathName(const Campaigns& campaigns, int64_t revision, std::string_view step) {
  return fmt::format("{}{}", campaigns.renames && revision % 2 == 0 ? "q" : "p", step);
}

std::string PathJson(const Campaigns& campaigns, const CampaignTerms& terms, int64_t revision) {
  auto name = [&](std::string_view step) { return PathName(campaigns, revision, step); };
  std::string adopt;
  if (terms.adopts && revision > 1) {
    std::string steps;
    for (const std::string_view step : {"0", "1", "2", "3", "w", "c", "b", "s", "again", "f"})
      if (step != "f" || campaigns.fails_by_steps)
        steps += fmt::format(R"({}"{}":"{}")", steps.empty() ? "" : ",", PathName(campaigns, revision - 1, step),
                             name(step));
    adopt = fmt::format(R"("adopt":{{"from":"all","steps":{{{}}}}},)", steps);
  }
  const std::string failed =
      campaigns.fails_by_steps
          ? fmt::format(R"([{{"wait":"1h"}},{{"send":"pathf_r{}","via":["email"],"name":"{}","min_gap":"0s"}}])",
                        revision, name("f"))
          : terms.on_failed;
  const std::string first = fmt::format(
      R"({{"wait":"{}h"}},{{"send":"path0_r{}","via":{},"name":"{}"{}{}{}{}}})", terms.wait_h, revision, terms.via[0],
      name("0"), Choice("on_capped", terms.on_capped), Choice("on_unreachable", terms.on_unreachable),
      Choice("on_failed", failed), terms.prefers ? R"(,"prefer":"last_opened")" : "");
  const std::string reaction = fmt::format(
      R"({{"wait_for":[{{"clicked":"{}","then":[{{"exit":"came_back"}}]}},)"
      R"({{"on":"came_back","then":[{{"send":"path1_r{}","via":{},"name":"{}"}}]}}],"within":"{}h",)"
      R"("timeout":[{{"send":"path2_r{}","via":{},"name":"{}","latest":"9h"}}],"name":"{}"}})",
      name("0"), revision, terms.via[1], name("1"), terms.within_h, revision, terms.via[2], name("2"), name("w"));
  const std::string choices = fmt::format(
      R"({{"branch":[{{"when":"customer.stage == 'warm'","name":"warm","steps":[{{"add_to":"asked"}}]}}],)"
      R"("else":[{{"set":{{"stage":"warm"}}}}],"name":"{}"}},)"
      R"({{"split":[{{"weight":2,"name":"words","steps":[{{"wait":"30m"}}]}},{{"weight":1,"name":"held","holdout":true}}],"name":"{}"}})",
      name("b"), name("s"));
  const std::string last = fmt::format(
      R"({{"wait":"{}h","name":"{}"}},{{"send":"path3_r{}","via":{},"name":"{}","min_gap":"10m"}},{{"goto":"{}","max":{},"name":"{}"}})",
      terms.again_h, name("c"), revision, terms.via[3], name("3"), name("c"), campaigns.jumps_max, name("again"));
  return fmt::format(
      R"(,"path":{{"enter":{{"on":"looked"}},{}{}"exit":[{{"on":"order_completed"}}],"steps":[{},{},{},{}]}})",
      HoldMember(terms, "path"), adopt, first, reaction, choices, last);
}

std::string ApiJson(const Campaigns& campaigns, const CampaignTerms& terms, int64_t revision) {
  std::string bounds;
  if (campaigns.per_hour_max != 0) bounds += fmt::format(R"(,"max_per_hour":{})", campaigns.per_hour_max);
  if (campaigns.per_day_max != 0) bounds += fmt::format(R"(,"max_per_day":{})", campaigns.per_day_max);
  return fmt::format(
      R"(,"api":{{"enter":{{"on":"journey_entered"{}}},"reenter":"always",{}"exit":[{{"on":"order_completed"}}],"steps":[)"
      R"({{"send":"api0_r{}","via":{},"name":"a0"}},{{"wait":"1h"}},{{"set":{{"stage":"warm","asked":{{"cel":"now"}}}}}},)"
      R"({{"add_to":"asked"}},{{"emit":"api_done","properties":{{"n":{{"cel":"journey.data.n"}}}}}},{{"wait":"2h"}},)"
      R"({{"send":"api1_r{}","via":{},"name":"a1"{}{}}}]}})",
      bounds, HoldMember(terms, "api"), revision, terms.via[1], revision, terms.via[2],
      Choice("on_capped", terms.on_capped), Choice("on_unreachable", terms.on_unreachable));
}

// It calls, says what was answered, and says so again an hour later.
std::string AskJson(const Campaigns& campaigns, const CampaignTerms& terms, int64_t revision) {
  if (campaigns.answer_within_ms == 0) return "";
  auto send = [&](int number, const std::string& via) {
    return fmt::format(R"({{"send":"ask{0}_r{1}","via":{2},"name":"k{0}","min_gap":"0s"}})", number, revision, via);
  };
  const std::string call = fmt::format(
      R"({{"call":"webhook","name":"k0","payload":{{"about":"||{{{{ journey.entered_at | date: '%s%L' }}}}|"}},)"
      R"("answer":{{"n":"number"}},"within":"{}s","then":[{{"when":"answer.n > {}.0","name":"many","steps":[{}]}}],"else":[{}],"timeout":[{}]}})",
      campaigns.answer_within_ms / kSecondMs, kManyAnswered, send(1, terms.via[0]), send(2, terms.via[1]),
      send(3, terms.via[2]));
  return fmt::format(
      R"(,"ask":{{"enter":{{"on":"{}"}},"exit":[{{"on":"order_completed"}}],"steps":[{{"wait":"{}m"}},{},{{"wait":"1h"}},{}]}})",
      kAskedBy, kAskWaitMs / kMinuteMs, call, send(4, terms.via[3]));
}

std::string AskTemplates(const Campaigns& campaigns, int64_t revision) {
  std::string json;
  for (int number = 1; number <= 4 && campaigns.answer_within_ms != 0; ++number)
    json += Template(fmt::format("ask{}", number), revision, kFacts, "journey.answers.k0.n | default: 'none'");
  return json;
}

}  // namespace

bool Calendar::Occurs(int64_t at_ms) const {
  const int64_t local_ms = at_ms + kSeoulMs, day = local_ms / kDayMs;
  const int64_t weekday = (day + 3) % 7;  // 1970-01-01 was a Thursday
  if (!weekdays.empty() && std::find(weekdays.begin(), weekdays.end(), weekday) == weekdays.end()) return false;
  return std::any_of(hours.begin(), hours.end(),
                     [&](int64_t hour) { return local_ms % kDayMs == hour * kHourMs + minute * kMinuteMs; });
}

std::string Calendar::Json() const {
  std::vector<std::string> days;
  for (const int64_t day : weekdays) {
    const auto name = kDayNames[static_cast<size_t>(day)];
    days.push_back(cron ? fmt::format("{}", (day + 1) % 7) : std::string(name));
  }
  std::string rule;
  if (cron)
    rule = fmt::format(R"("cron":"{} {} * * {}")", minute, fmt::join(hours, ","),
                       days.empty() ? "*" : fmt::format("{}", fmt::join(days, ",")));
  else if (days.empty())
    rule = fmt::format(R"("rrule":"FREQ=DAILY;BYHOUR={};BYMINUTE={}")", fmt::join(hours, ","), minute);
  else
    rule = fmt::format(R"("rrule":"FREQ=WEEKLY;BYDAY={};BYHOUR={};BYMINUTE={}")", fmt::join(days, ","),
                       fmt::join(hours, ","), minute);
  return fmt::format("{{{}{}}}", rule, recipient ? R"(,"zone":"recipient")" : "");
}

Campaigns DrawCampaigns(Random& random) {
  Campaigns campaigns;
  campaigns.on = true;
  Calendar& calendar = campaigns.calendar;
  calendar.hours = {random.Between(0, 11)};
  if (random.Chance(40)) calendar.hours.push_back(random.Between(12, 23));
  calendar.minute = random.Between(0, 59);
  if (random.Chance(40)) {
    calendar.weekdays = {random.Between(0, 3)};
    if (random.Chance(60)) calendar.weekdays.push_back(random.Between(4, 6));
  }
  calendar.cron = random.Chance(40);
  calendar.recipient = random.Chance(40);
  calendar.latest_h = random.Between(1, 30);
  calendar.members = random.Chance(30);
  calendar.advertises = random.Chance(50);
  if (random.Chance(45)) campaigns.per_hour_max = random.Between(1, 3);
  if (random.Chance(25)) campaigns.per_day_max = random.Between(1, 5);
  if (random.Chance(25)) campaigns.held_share = random.Between(10, 50);
  campaigns.tells_results = random.Chance(75);
  campaigns.reconfirms = random.Chance(30);
  campaigns.outranks = random.Chance(60);
  campaigns.renames = random.Chance(50);
  campaigns.fails_by_steps = random.Chance(40);
  campaigns.jumps_max = random.Between(1, 2);
  return campaigns;
}

void DrawAsks(Random& random, Campaigns& campaigns) {
  campaigns.answer_within_ms = (random.Chance(50) ? random.Between(20, 120) : random.Between(120, 1200)) * kMinuteMs;
}

CampaignTerms DrawCampaignTerms(Random& random) {
  CampaignTerms terms;
  terms.wait_h = random.Between(1, 8);
  terms.within_h = random.Between(1, 12);
  terms.again_h = random.Between(1, 6);
  for (std::string& via : terms.via) via = DrawVia(random);
  constexpr std::string_view kOnCapped[] = {"", "", "defer", "skip", "exit", "next_channel"};
  constexpr std::string_view kOnUnreachable[] = {"", "skip", "defer", "exit", R"([{"wait":"30m"}])"};
  constexpr std::string_view kOnFailed[] = {"", "next_channel", "skip", "exit"};
  terms.on_capped = Pick(random, kOnCapped);
  terms.on_unreachable = Pick(random, kOnUnreachable);
  terms.on_failed = Pick(random, kOnFailed);
  terms.prefers = random.Chance(30);
  terms.adopts = random.Chance(65);
  terms.removes = random.Chance(30);
  constexpr std::string_view kHolds[] = {"quiet", "drain", "pause", "stop"};
  if (random.Chance(20))
    terms.holds[std::string(kHeldJourneys[random.Below(std::size(kHeldJourneys))])] = Pick(random, kHolds);
  return terms;
}

std::string HoldMember(const CampaignTerms& terms, const std::string& journey) {
  const auto hold = terms.holds.find(journey);
  return hold == terms.holds.end() ? "" : fmt::format(R"("hold":"{}",)", hold->second);
}

std::string CampaignTemplates(const Campaigns& campaigns, int64_t revision) {
  std::string json = Template("api0", revision, kFacts, "journey.data.n") + Template("api1", revision, kNews, kStage) +
                     Template("after0", revision, kFacts, kStage) + Template("till0", revision, kFacts, kStage) +
                     Template("till1", revision, kNews, kStage) +
                     Template("daily0", revision, campaigns.calendar.advertises ? kNews : kFacts, kStage);
  for (const std::string_view name : {"path0", "path1", "path2", "path3", "pathf"})
    json += Template(name, revision, kNews, kStage);
  constexpr std::string_view kNotice = R"("class":"notice")";
  json += Template("told", revision, kNotice, "consent.action");
  return json + Template("asked", revision, kNotice, "consent.action") + AskTemplates(campaigns, revision);
}

std::string CampaignJourneys(const Campaigns& campaigns, const CampaignTerms& terms, int64_t revision) {
  std::string json =
      ApiJson(campaigns, terms, revision) + PathJson(campaigns, terms, revision) + AskJson(campaigns, terms, revision);
  json += fmt::format(
      R"(,"after":{{"enter":{{"on":"api_done"}},"reenter":"always",{}"steps":[{{"send":"after0_r{}","via":{},"name":"x0"}}{}]}})",
      HoldMember(terms, "after"), revision, terms.via[3],
      terms.removes ? R"(,{"wait":"1h"},{"remove_from":"asked"})" : "");
  json += fmt::format(
      R"(,"till":{{"enter":{{"on":"checkout_started"}},{}{}"exit":[{{"on":"order_completed"}}],"steps":[)"
      R"({{"send":"till0_r{}","via":["web_push","sms","email"],"name":"t0"}},{{"wait":"{}h"}},{{"send":"till1_r{}","via":{},"name":"t1"}}]}})",
      campaigns.outranks ? R"("outranks":["cart","path"],)" : "", HoldMember(terms, "till"), revision,
      kTillWaitMs / kHourMs, revision, terms.via[2]);
  if (!terms.calendar) return json;
  return json +
         fmt::format(
             R"(,"daily":{{"enter":{{"schedule":{}{},"latest":"{}h"}},"reenter":"always",{}"exit":[{{"on":"order_completed"}}],)"
             R"("steps":[{{"send":"daily0_r{}","via":["sms","web_push","email"],"name":"d0"}}]}})",
             campaigns.calendar.Json(), campaigns.calendar.members ? R"(,"segment":"s6")" : "",
             campaigns.calendar.latest_h, HoldMember(terms, "daily"), revision);
}

std::string CampaignNotices(const Campaigns& campaigns, const CampaignTerms& terms, int64_t revision) {
  auto notice = [&](bool sends, std::string_view name) {
    return sends ? fmt::format(R"({{"send":"{}_r{}","via":["sms","email","web_push"]}})", name, revision)
                 : std::string(R"({"i_have_checked":"the shop"})");
  };
  return fmt::format(R"({{"result":{},"reconfirm":{}}})", notice(campaigns.tells_results, "told"),
                     notice(campaigns.reconfirms && terms.reconfirms, "asked"));
}

}  // namespace cartwheel::sim
