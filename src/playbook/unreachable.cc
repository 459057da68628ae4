#include "playbook/unreachable.h"

#include <algorithm>
#include <optional>

#include "base/time.h"
#include "core/journey/occurrences.h"
#include "core/policy/hours.h"
#include "core/policy/jurisdiction.h"
#include "core/policy/packs.h"
#include "core/policy/rules.h"
#include "core/policy/zone_table.h"
#include "fmt/format.h"
#include "playbook/errors.h"
#include "playbook/step_nodes.h"
#include "playbook/vain_steps.h"

namespace cartwheel::playbook {
namespace {

// Longer than any advertisement waits for an opening of hours that have one each day but Sunday.
constexpr int64_t kClosedMaxMs = 2 * kDayMs;
constexpr int64_t kAnyInstantMs = 1'767'225'600'000;   // 2026-01-01: hours that never open are asked for from there
constexpr std::string_view kStateWithoutHours = "NY";  // has the federal hours, in which those of all states lie

struct SendAt {
  const SendStep& send;
  const JourneyStep& step;
  const JsonNode& node;
  int64_t offset_ms = 0;  // after the walk's begin, by the plan
};

// The sends of a journey in the order of the walk.
struct Walk {
  const Playbook& playbook;
  const Journey& journey;
  std::vector<SendAt> sends;
};

bool IsAd(const SendStep& send) { return send.message_template->message_class == MessageClass::kAdvertisement; }

// How long a step may wait for an opening beside its `latest`.
int64_t ClosedMax(const SendStep& send, const Policy& policy) {
  return IsAd(send) && !policy.rules.empty() && !send.skip_when_closed ? kClosedMaxMs : 0;
}

std::string Span(int64_t ms) {
  if (ms % kDayMs == 0) return fmt::format("{}d", ms / kDayMs);
  if (ms % kHourMs == 0) return fmt::format("{}h", ms / kHourMs);
  if (ms % kMinuteMs == 0) return fmt::format("{}m", ms / kMinuteMs);
  return fmt::format("{}s", ms / kSecondMs);
}

// `min_gap` counts from the message before. Where that left, the step is skipped, however early it left.
void CheckGap(const Walk& walk, size_t place, ErrorList* told) {
  if (place == 0) return;
  const SendAt &before = walk.sends[place - 1], &at = walk.sends[place];
  const int64_t after_ms = at.offset_ms - before.offset_ms;
  if (at.send.min_gap_ms < after_ms + at.send.latest_ms) return;
  told->Add(at.node, fmt::format("never leaves after the message of \"{}\": it is planned {} later and may be {} late, "
                                 "and min_gap is {}",
                                 before.step.name, Span(after_ms), Span(at.send.latest_ms), Span(at.send.min_gap_ms)));
}

// Whether every message that a send can make has what a cap asks of messages.
bool AlwaysMatches(const Cap& cap, const SendStep& send, std::string_view journey) {
  const MessageTemplate& made = *send.message_template;
  if (cap.message_class && *cap.message_class != made.message_class) return false;
  if (!cap.purpose.empty() && cap.purpose != made.purpose) return false;
  if (!cap.journey.empty() && cap.journey != journey) return false;
  return cap.channel.empty() ||
         std::all_of(send.via.begin(), send.via.end(), [&](const auto& channel) { return channel == cap.channel; });
}

// Whether a cap counts every message of the one against every message of the other, which is of the same journey.
bool CountsTogether(const Cap& cap, const SendStep& one, const SendStep& other) {
  switch (cap.per) {
    case Cap::Per::kCustomer:
    case Cap::Per::kJourney:
      return true;
    case Cap::Per::kPurpose:
      return one.message_template->purpose == other.message_template->purpose;
    case Cap::Per::kChannel:
      return one.via.size() == 1 && one.via == other.via;
  }
  return false;
}

// The messages of the same walk that left before are in the cap's window whenever this one is due.
void CheckCaps(const Walk& walk, size_t place, ErrorList* told) {
  const SendAt& at = walk.sends[place];
  const int64_t late_ms = at.send.latest_ms + ClosedMax(at.send, walk.playbook.policy);
  for (size_t i = 0; i < walk.playbook.policy.caps.size(); ++i) {
    const Cap& cap = walk.playbook.policy.caps[i];
    if (cap.counts != Cap::Counts::kMessages || cap.calendar != Cap::Calendar::kNone) continue;
    if (!AlwaysMatches(cap, at.send, walk.journey.name)) continue;
    int64_t before = 0;
    for (size_t earlier = 0; earlier < place; ++earlier) {
      const SendAt& other = walk.sends[earlier];
      if (AlwaysMatches(cap, other.send, walk.journey.name) && CountsTogether(cap, at.send, other.send) &&
          at.offset_ms + late_ms - other.offset_ms < cap.within_ms)
        ++before;
    }
    if (before < cap.max) continue;
    told->Add(at.node, fmt::format("never leaves after the {} before it: policy.caps/{} takes {} within {}, and all of "
                                   "them are planned within it",
                                   before == 1 ? "message" : "messages", i, cap.max, Span(cap.within_ms)));
    return;
  }
}

// What is kept for other purposes leaves nothing, used or not.
void CheckReserves(const Walk& walk, size_t place, ErrorList* told) {
  const SendAt& at = walk.sends[place];
  for (size_t i = 0; i < walk.playbook.policy.caps.size(); ++i) {
    const Cap& cap = walk.playbook.policy.caps[i];
    if (cap.counts != Cap::Counts::kMessages || !AlwaysMatches(cap, at.send, walk.journey.name)) continue;
    int64_t kept = 0;
    for (const Cap::Reserve& reserve : cap.reserves)
      if (reserve.purpose != at.send.message_template->purpose) kept += reserve.keep;
    if (kept < cap.max) continue;
    told->Add(at.node, fmt::format("never leaves: all that policy.caps/{} takes is reserved for other purposes", i));
    return;
  }
}

enum class Opens : uint8_t { kNever, kByNight, kYes };

// Whether a medium has hours at all for some recipient under a pack: in one zone of its countries.
Opens OpensUnder(Pack pack, ConsentMedium medium, const Policy& policy) {
  std::optional<HoursOverride> shop;
  if (policy.hours) shop = HoursOverride{policy.hours->first, policy.hours->second};
  Opens opens = Opens::kNever;
  for (const CountryZones& country : ZonesByCountry()) {
    if (!PackOfCountry(country.country).has(pack)) continue;
    for (const ZoneId zone : ListZones(ZonesOfCountry(country.country))) {
      const Jurisdiction place{.packs = PackSet(pack),
                               .seoul = pack == Pack::kKorea,
                               .state = FindState(kStateWithoutHours),
                               .zones = OnlyZone(zone)};
      auto asked = [&](bool night) {
        return AskHours(place, medium, night, kAnyInstantMs, shop ? &*shop : nullptr, policy.pack_numbers).state;
      };
      if (asked(false) != HoursState::kNever) return Opens::kYes;
      if (asked(true) != HoursState::kNever) opens = Opens::kByNight;
    }
  }
  return opens;
}

// Of a recipient of whom nothing is known but that policy.domestic says the country.
HoursState OpensAtHome(ConsentMedium medium, const Policy& policy) {
  std::optional<HoursOverride> shop;
  if (policy.hours) shop = HoursOverride{policy.hours->first, policy.hours->second};
  const Jurisdiction home =
      FindJurisdiction({.medium = medium}, {policy.rules, policy.domestic, policy.country, policy.timezone});
  return AskHours(home, medium, false, kAnyInstantMs, shop ? &*shop : nullptr, policy.pack_numbers).state;
}

// Why no advertisement leaves by a channel to any recipient, or to those of whom only the country is known; empty: it
// may.
std::string ChannelProblem(std::string_view channel, const Policy& policy) {
  const std::optional<ConsentMedium> medium = policy.MediumOf(channel);
  if (!medium)
    return fmt::format("carries no advertisement: write \"medium\" in channels.{}, or take another channel", channel);
  Opens opens = Opens::kNever;
  for (size_t i = 0; i < kPackCount; ++i)
    if (policy.rules.has(static_cast<Pack>(i)))
      opens = std::max(opens, OpensUnder(static_cast<Pack>(i), *medium, policy));
  if (opens == Opens::kNever) return "carries no advertisement: policy.hours has no hour that the law allows";
  if (opens == Opens::kByNight)
    return "carries no advertisement without a consent for the night: policy.hours has no other hour that the law "
           "allows";
  // Recipients of other countries are under all packs, Korea's too.
  const bool all_korea = policy.rules == PackSet(Pack::kKorea);
  const auto certificate = CertificateFor(policy.rules, *medium);
  if (all_korea && certificate && !policy.certified.contains(channel))
    return fmt::format(
        "carries no advertisement from {} on ({}): write \"certified\": true in channels.{} if its "
        "provider is",
        FindPolicyRule(certificate->rule)->since, certificate->rule, channel);
  if (policy.domestic && OpensAtHome(*medium, policy) == HoursState::kNever)
    return "carries no advertisement to a recipient of whom only the country is known: the country's zones have no "
           "hour "
           "in common (no_common_hours)";
  return {};
}

void CheckChannels(const Walk& walk, size_t place, ErrorList* told) {
  const SendAt& at = walk.sends[place];
  const Policy& policy = walk.playbook.policy;
  if (!IsAd(at.send) || policy.rules.empty()) return;
  const JsonNode* via = at.node.Find("via");
  for (size_t i = 0; via != nullptr && i < at.send.via.size() && i < via->members.size(); ++i)
    if (const std::string problem = ChannelProblem(at.send.via[i], policy); !problem.empty())
      told->Add(via->members[i].value, fmt::format("{} {}", at.send.via[i], problem));
}

constexpr int64_t kUnknownMs = int64_t{400} * kDayMs;

// The longest that a step takes by itself. kUnknownMs: it ends by the clock, by a field, or walks again.
int64_t TakesMax(const JourneyStep& step) {
  if (const auto* wait = std::get_if<WaitStep>(&step.does))
    return wait->kind == WaitStep::Kind::kSpan ? wait->span_ms : kUnknownMs;
  if (std::holds_alternative<WaitForStep>(step.does) || std::holds_alternative<GotoStep>(step.does)) return kUnknownMs;
  return 0;
}

// The longest that a walk lasts: waits count from the plan, so lateness does not add up.
int64_t WalkMax(const Journey& journey, const Policy& policy) {
  int64_t waits_ms = 0, late_ms = 0;
  for (const JourneyStep& step : journey.steps) {
    waits_ms += TakesMax(step);
    if (const auto* send = std::get_if<SendStep>(&step.does))
      late_ms = std::max(late_ms, send->latest_ms + ClosedMax(*send, policy));
  }
  return waits_ms + late_ms;
}

// A customer who may enter again sooner than a cap on entries lets anyone enter.
void CheckReentry(const Playbook& playbook, const Journey& journey, const JsonNode& node, ErrorList* told) {
  const JsonNode* reenter = node.Find("reenter");
  if (reenter == nullptr || journey.reenter != Journey::Reenter::kAfterSpan || !journey.reset_on.empty()) return;
  const int64_t again_ms = WalkMax(journey, playbook.policy) + journey.reenter_after_ms;
  for (size_t i = 0; i < playbook.policy.caps.size(); ++i) {
    const Cap& cap = playbook.policy.caps[i];
    if (cap.counts != Cap::Counts::kEntries || cap.calendar != Cap::Calendar::kNone || cap.max != 1) continue;
    if (!cap.journey.empty() && cap.journey != journey.name) continue;
    if (again_ms < cap.within_ms)
      return told->Add(*reenter,
                       fmt::format("no customer enters again after {}: policy.caps/{} takes one entry within {}",
                                   Span(journey.reenter_after_ms), i, Span(cap.within_ms)));
  }
}

void CheckSchedule(const Journey& journey, const JsonNode& node, ErrorList* told) {
  if (!journey.schedule || FirstOccurrence(journey.schedule->recurrence, journey.schedule->recurrence.from)) return;
  const JsonNode& schedule = *node.Find("enter")->Find("schedule");
  const JsonNode* rule = schedule.Find("rrule");
  told->Add(rule != nullptr ? *rule : *schedule.Find("cron"),
            "never occurs: no day and time of it come within 40 years");
}

using Rule = void (*)(const Walk& walk, size_t place, ErrorList* told);
constexpr Rule kRules[] = {CheckGap, CheckCaps};                // of sends that follow one another in every walk
constexpr Rule kRulesOfOne[] = {CheckReserves, CheckChannels};  // of any send

// Null: a journey or step that is not written in the text.
const JsonNode* StepsOf(const JsonNode& root, std::string_view journey) {
  const JsonNode* journeys = root.Find("journeys");
  const JsonNode* node = journeys == nullptr ? nullptr : journeys->Find(journey);
  return node == nullptr ? nullptr : node->Find("steps");
}

// The beginning of a journey that every walk goes through: as far as no step chooses.
Walk BeginOf(const Playbook& playbook, const Journey& journey, const std::vector<const JsonNode*>& nodes) {
  Walk walk{playbook, journey, {}};
  int64_t offset_ms = 0;
  for (uint32_t place = 0; place < journey.steps.size(); place = journey.steps[place].next) {
    const JourneyStep& step = journey.steps[place];
    const auto* send = std::get_if<SendStep>(&step.does);
    if (send == nullptr && !std::holds_alternative<WaitStep>(step.does) && !step.acts()) break;
    if (send != nullptr) walk.sends.push_back({*send, step, *nodes[place], offset_ms});
    offset_ms += TakesMax(step);
  }
  return walk;
}

Walk AllSends(const Playbook& playbook, const Journey& journey, const std::vector<const JsonNode*>& nodes) {
  Walk walk{playbook, journey, {}};
  for (uint32_t place = 0; place < journey.steps.size(); ++place)
    if (const auto* send = std::get_if<SendStep>(&journey.steps[place].does))
      walk.sends.push_back({*send, journey.steps[place], *nodes[place], 0});
  return walk;
}

}  // namespace

std::vector<std::string> FindUnreachable(std::string_view text, const JsonNode& root, const Playbook& playbook) {
  ErrorList told(text, root);
  for (const Journey& journey : playbook.journeys) {
    const JsonNode* steps = StepsOf(root, journey.name);
    if (steps == nullptr) continue;
    const std::vector<const JsonNode*> nodes = StepNodes(*steps);
    if (nodes.size() != journey.steps.size()) continue;
    const Walk begin = BeginOf(playbook, journey, nodes), all = AllSends(playbook, journey, nodes);
    for (size_t place = 0; place < begin.sends.size(); ++place)
      for (const Rule rule : kRules) rule(begin, place, &told);
    for (size_t place = 0; place < all.sends.size(); ++place)
      for (const Rule rule : kRulesOfOne) rule(all, place, &told);
    const JsonNode& node = *root.Find("journeys")->Find(journey.name);
    CheckSchedule(journey, node, &told);
    CheckReentry(playbook, journey, node, &told);
    FindVainSteps(node, journey, playbook, &told);
  }
  return told.Lines();
}

}  // namespace cartwheel::playbook
