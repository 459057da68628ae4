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
#include "playbook/ways.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kAnyInstantMs = 1'767'225'600'000;   // 2026-01-01: hours that never open are asked for from there
constexpr std::string_view kStateWithoutHours = "NY";  // has the federal hours, in which those of all states lie

// A journey as its sends are judged.
struct Judged {
  const Playbook& playbook;
  const Journey& journey;
  const std::vector<const JsonNode*>& nodes;  // of its steps, by place
  const Ways& ways;

  const SendStep* Send(uint32_t place) const { return std::get_if<SendStep>(&journey.steps[place].does); }
};

bool IsAd(const SendStep& send) { return send.message_template->message_class == MessageClass::kAdvertisement; }

std::string Span(int64_t ms) {
  if (ms % kDayMs == 0) return fmt::format("{}d", ms / kDayMs);
  if (ms % kHourMs == 0) return fmt::format("{}h", ms / kHourMs);
  if (ms % kMinuteMs == 0) return fmt::format("{}m", ms / kMinuteMs);
  return fmt::format("{}s", ms / kSecondMs);
}

// `min_gap` counts from the message before. Where that left, the step is skipped, however early it left.
void CheckGap(const Judged& judged, uint32_t place, ErrorList* told) {
  const SendStep& send = *judged.Send(place);
  const std::vector<Ways::Span> spans = judged.ways.SpansTo(place, /*directly=*/true);
  for (uint32_t before = place; before-- > 0;) {
    const Ways::Span& span = spans[before];
    if (judged.Send(before) == nullptr || span.longest_ms == kNoWay) continue;
    if (send.min_gap_ms < span.longest_ms + send.latest_ms) continue;
    told->Add(*judged.nodes[place],
              fmt::format("never leaves after the message of \"{}\": it is planned {}{} later and may be {} late, "
                          "and min_gap is {}",
                          judged.journey.steps[before].name, span.shortest_ms == span.longest_ms ? "" : "at most ",
                          Span(span.longest_ms), Span(send.latest_ms), Span(send.min_gap_ms)));
    return;
  }
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

// The messages of the same walk that left before are in the cap's window whenever this one is due, by whatever way.
void CheckCaps(const Judged& judged, uint32_t place, ErrorList* told) {
  const SendStep& send = *judged.Send(place);
  const Policy& policy = judged.playbook.policy;
  const std::vector<Ways::Span> spans = judged.ways.SpansTo(place, /*directly=*/false);
  const int64_t late_ms = send.latest_ms + ClosedMax(send, policy);
  for (size_t i = 0; i < policy.caps.size(); ++i) {
    const Cap& cap = policy.caps[i];
    if (cap.counts != Cap::Counts::kMessages || cap.calendar != Cap::Calendar::kNone) continue;
    if (!AlwaysMatches(cap, send, judged.journey.name)) continue;
    std::vector<bool> counted(place, false);
    for (uint32_t before = 0; before < place; ++before) {
      const SendStep* other = judged.Send(before);
      counted[before] = other != nullptr && spans[before].longest_ms != kNoWay &&
                        AlwaysMatches(cap, *other, judged.journey.name) && CountsTogether(cap, send, *other) &&
                        spans[before].longest_ms + late_ms < cap.within_ms;
    }
    const int64_t fewest = judged.ways.FewestBefore(place, counted);
    if (fewest == kNoWayAtAll || fewest < cap.max) continue;
    told->Add(*judged.nodes[place],
              fmt::format("never leaves after the {} before it: policy.caps/{} takes {} within {}, and all of "
                          "them are planned within it",
                          fewest == 1 ? "message" : "messages", i, cap.max, Span(cap.within_ms)));
    return;
  }
}

// What is kept for other purposes leaves nothing, used or not.
void CheckReserves(const Judged& judged, uint32_t place, ErrorList* told) {
  const SendStep& send = *judged.Send(place);
  for (size_t i = 0; i < judged.playbook.policy.caps.size(); ++i) {
    const Cap& cap = judged.playbook.policy.caps[i];
    if (cap.counts != Cap::Counts::kMessages || !AlwaysMatches(cap, send, judged.journey.name)) continue;
    int64_t kept = 0;
    for (const Cap::Reserve& reserve : cap.reserves)
      if (reserve.purpose != send.message_template->purpose) kept += reserve.keep;
    if (kept < cap.max) continue;
    told->Add(*judged.nodes[place],
              fmt::format("never leaves: all that policy.caps/{} takes is reserved for other purposes", i));
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

void CheckChannels(const Judged& judged, uint32_t place, ErrorList* told) {
  const SendStep& send = *judged.Send(place);
  const Policy& policy = judged.playbook.policy;
  if (!IsAd(send) || policy.rules.empty()) return;
  const JsonNode* via = judged.nodes[place]->Find("via");
  for (size_t i = 0; via != nullptr && i < send.via.size() && i < via->members.size(); ++i)
    if (const std::string problem = ChannelProblem(send.via[i], policy); !problem.empty())
      told->Add(via->members[i].value, fmt::format("{} {}", send.via[i], problem));
}

// The longest that a step takes by itself. kUnknownMs: it ends by the clock, by a field, or walks again.
int64_t TakesMax(const JourneyStep& step) {
  if (const auto* wait = std::get_if<WaitStep>(&step.does))
    return wait->kind == WaitStep::Kind::kSpan ? wait->span_ms : kUnknownMs;
  if (std::holds_alternative<WaitForStep>(step.does) || std::holds_alternative<GotoStep>(step.does) ||
      std::holds_alternative<CallStep>(step.does))
    return kUnknownMs;
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

using Rule = void (*)(const Judged& judged, uint32_t place, ErrorList* told);
constexpr Rule kRules[] = {CheckGap, CheckCaps, CheckReserves, CheckChannels};  // of a send

// Null: a journey or step that is not written in the text.
const JsonNode* StepsOf(const JsonNode& root, std::string_view journey) {
  const JsonNode* journeys = root.Find("journeys");
  const JsonNode* node = journeys == nullptr ? nullptr : journeys->Find(journey);
  return node == nullptr ? nullptr : node->Find("steps");
}

}  // namespace

std::vector<std::string> FindUnreachable(std::string_view text, const JsonNode& root, const Playbook& playbook) {
  ErrorList told(text, root);
  for (const Journey& journey : playbook.journeys) {
    const JsonNode* steps = StepsOf(root, journey.name);
    if (steps == nullptr) continue;
    const std::vector<const JsonNode*> nodes = StepNodes(*steps);
    if (nodes.size() != journey.steps.size()) continue;
    const Ways ways(journey, playbook);
    const Judged judged{playbook, journey, nodes, ways};
    for (uint32_t place = 0; place < nodes.size(); ++place)
      if (judged.Send(place) != nullptr)
        for (const Rule rule : kRules) rule(judged, place, &told);
    const JsonNode& node = *root.Find("journeys")->Find(journey.name);
    CheckSchedule(journey, node, &told);
    CheckReentry(playbook, journey, node, &told);
    FindVainSteps(node, journey, playbook, &told);
  }
  return told.Lines();
}

}  // namespace cartwheel::playbook
