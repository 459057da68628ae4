#include "core/journey/duties.h"

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/journey/enrol.h"
#include "core/journey/enrolment.h"
#include "core/journey/exit.h"
#include "core/journey/program.h"
#include "core/policy/consent_rules.h"
#include "core/policy/gate.h"
#include "core/policy/packs.h"
#include "core/policy/reach.h"

namespace cartwheel {
namespace {

constexpr ConsentScope kAdScopes[] = {ConsentScope::kAd, ConsentScope::kAdNight};
constexpr std::string_view kImported = "imported";

// The packs that a customer is under by a medium.
PackSet LawOf(const Customer& customer, ConsentMedium medium, const Policy& policy) {
  const Endpoint* endpoint = FindAddress(customer, medium, policy);
  return JurisdictionOf(customer, endpoint != nullptr ? std::string_view(endpoint->address) : std::string_view(),
                        medium, policy)
      .packs;
}

// The days that the law gives for the result; 0: no law of these media asks for one.
int ResultDays(const Customer& customer, MediumSet media, const Policy& policy) {
  int days = 0;
  for (size_t i = 0; i < kConsentMediumCount; ++i) {
    const auto medium = static_cast<ConsentMedium>(i);
    if (!media.has(medium)) continue;
    const int own = ResultNoticeDays(LawOf(customer, medium, policy)).count;
    if (own != 0) days = days == 0 ? own : std::min(days, own);
  }
  return days;
}

bool IsImported(const Event& event) { return event.Text("evidence") == kImported || event.Text("where") == kImported; }

// The step of a duty whose first channel is of one of these media; the first step where there is none.
uint32_t PositionFor(const Journey& journey, MediumSet media, const Policy& policy) {
  for (uint32_t i = 0; i < journey.steps.size(); ++i) {
    const auto medium = policy.MediumOf(journey.steps[i].send().via.front());
    if (medium && media.has(*medium)) return i;
  }
  return 0;
}

void Enter(Customer& customer, uint32_t place, const ConsentNews& news, uint64_t entry, int64_t said_at_ms,
           int64_t planned_at_ms, const Cause& cause, const FoldContext& context, Effects& effects) {
  const Playbook& playbook = *context.playbooks.current;
  const Journey& journey = playbook.journeys[place];
  if (customer.enrolments.size() >= kEnrolmentsMax) {
    effects.Count({.metric = Metric::kNotTold, .journey = journey.name});
    return NoteRefusedEntry(journey, said_at_ms, Reason::kEnrolmentsMax, effects);
  }
  Enrolment enrolment = MakeEnrolment(customer, journey, place, KeyOfNews(news), entry, said_at_ms, context);
  const auto same = [&](const Enrolment& other) { return other.id == enrolment.id; };
  if (std::any_of(customer.enrolments.begin(), customer.enrolments.end(), same)) return;
  PlanFrom(customer, enrolment, journey, planned_at_ms, context);
  enrolment.position = PositionFor(journey, news.media, playbook.policy);
  customer.enrolments.push_back(std::move(enrolment));
  NoteEntry(journey, said_at_ms, cause, effects);
}

// Where in a span the turn of a customer is, so that the notices of many do not leave together.
int64_t TurnOf(const Customer& customer, int64_t span_ms) {
  return static_cast<int64_t>(Mix(SipDigest(customer.id).low) % static_cast<uint64_t>(span_ms));
}

// What the playbook in force says of numbers of the law.
const PackNumbers& NumbersOf(const FoldContext& context) {
  static const PackNumbers kOfTheLaw{};
  const Playbook* playbook = context.playbooks.current.get();
  return playbook == nullptr ? kOfTheLaw : playbook->policy.pack_numbers;
}

int64_t LawDayOf(const Consent& consent, const PackNumbers& numbers) {
  return ReconfirmDayOf(RenewedAt(consent), PackSet::All(), numbers);
}

bool HasDuties(const FoldContext& context) {
  const Playbook* playbook = context.playbooks.current.get();
  return playbook != nullptr && (playbook->result_notice || playbook->reconfirm_notice);
}

bool WindowHasBegun(const Consent& consent, const PackNumbers& numbers, int64_t now_ms) {
  return now_ms >= LawDayOf(consent, numbers) - kReconfirmWindowMs;
}

// When the customer's turn to be told of a grant is. Where that has passed, as for an old list that was imported, in
// what is left of the time, or, where nothing is left, in as much again.
int64_t NoticeAt(const Customer& customer, const Consent& consent, const PackNumbers& numbers, int64_t now_ms) {
  const int64_t day_ms = LawDayOf(consent, numbers);
  const int64_t at_ms = day_ms - kReconfirmWindowMs + TurnOf(customer, kReconfirmWindowMs - kDayMs);
  if (at_ms > now_ms) return at_ms;
  const int64_t left_ms = day_ms - kDayMs - now_ms;
  const int64_t span_ms = left_ms > kDayMs ? left_ms : kReconfirmWindowMs;
  const int64_t planned_ms = customer.reconfirm_at_ms;
  if (planned_ms > now_ms && planned_ms <= now_ms + span_ms) return planned_ms;
  return now_ms + 1 + TurnOf(customer, span_ms);
}

// A grant that the law of its recipient wants told again, in force, and not waiting for the address's own answer.
bool IsDue(const Customer& customer, const Consent& consent, const Policy& policy, int64_t now_ms) {
  if (!IsAdGrant(consent) || consent.medium >= kConsentMediumCount ||
      !WindowHasBegun(consent, policy.pack_numbers, now_ms))
    return false;
  const auto medium = static_cast<ConsentMedium>(consent.medium);
  const PackSet law = LawOf(customer, medium, policy);
  if (ReconfirmMonths(law, policy.pack_numbers).count == 0) return false;
  if (ConsentFor(law, medium).need == ConsentNeed::kDoubleOptIn && consent.confirmed_at_ms <= consent.granted_at_ms)
    return false;
  return AskConsent(customer.consents, medium, static_cast<ConsentScope>(consent.scope), consent.topic, consent.device)
             .state == ConsentState::kGranted;
}

// Tells the notices of a grant apart, the same in every replay: one that was not accepted comes again in the next span.
uint64_t EntryOf(const Consent& consent, const PackNumbers& numbers, int64_t now_ms) {
  const int64_t spans = (now_ms - LawDayOf(consent, numbers) + kReconfirmWindowMs) / kReconfirmWindowMs;
  return Mix(static_cast<uint64_t>(RenewedAt(consent)) ^ static_cast<uint64_t>(spans));
}

void AddScope(const Consent& consent, ConsentNews& news) {
  (consent.scope == static_cast<uint8_t>(ConsentScope::kAd) ? news.ad : news.ad_night) = true;
}

// Whether what a reconfirmation says holds: each of its media has a grant of that instant, which is to be told again.
bool Stands(const Customer& customer, const Enrolment& enrolment, const PackNumbers& numbers, int64_t now_ms) {
  MediumSet media = MediaOfNews(enrolment.key);
  for (size_t i = 0; i < kConsentMediumCount; ++i) {
    const bool stands = std::any_of(customer.consents.begin(), customer.consents.end(), [&](const Consent& consent) {
      return consent.medium == i && IsAdGrant(consent) && consent.granted_at_ms == enrolment.entered_at_ms &&
             WindowHasBegun(consent, numbers, now_ms);
    });
    if (media.has(static_cast<ConsentMedium>(i)) && !stands) return false;
  }
  return true;
}

}  // namespace

bool TellsResults(const FoldContext& context) {
  const Playbook* playbook = context.playbooks.current.get();
  return playbook != nullptr && playbook->result_notice.has_value();
}

AdConsents AdConsentsOf(const Customer& customer, uint64_t topic, uint64_t device) {
  AdConsents states;
  for (size_t medium = 0; medium < kConsentMediumCount; ++medium)
    for (size_t scope = 0; scope < std::size(kAdScopes); ++scope)
      states[medium][scope] =
          AskConsent(customer.consents, static_cast<ConsentMedium>(medium), kAdScopes[scope], topic, device).state;
  return states;
}

void ScheduleResult(Customer& customer, const Event& event, std::string_view action, const AdConsents& before,
                    const AdConsents& after, const FoldContext& context, Effects& effects) {
  const Playbook* playbook = context.playbooks.current.get();
  if (!TellsResults(context) || IsImported(event) || IsNobody(customer)) return;
  ConsentNews news{.action = action};
  for (size_t medium = 0; medium < kConsentMediumCount; ++medium) {
    const bool ad = before[medium][0] != after[medium][0], ad_night = before[medium][1] != after[medium][1];
    if (ad || ad_night) news.media.insert(static_cast<ConsentMedium>(medium));
    news.ad |= ad;
    news.ad_night |= ad_night;
  }
  const int days = ResultDays(customer, news.media, playbook->policy);
  if (days == 0) return;
  const bool in_time = context.ingested_at_ms - event.at_ms < days * kDayMs;
  if (!in_time && event.type == EventType::kConsentGranted) return;
  // Clocks of devices may run ahead. What was heard too late to be told in time is told as soon as it was heard.
  const int64_t planned_at_ms = in_time ? std::min(event.at_ms, context.ingested_at_ms) : context.ingested_at_ms;
  const JourneyEvent entry{.type = event.type, .name = event.type_name, .at_ms = event.at_ms, .event = &event};
  Enter(customer, *playbook->result_notice, news, EntryFingerprint(entry), event.at_ms, planned_at_ms,
        Cause::OfEvent(event.type_name), context, effects);
}

void PlanReconfirmation(Customer& customer, const PackNumbers& numbers, int64_t now_ms) {
  const Consent* oldest = nullptr;
  for (const Consent& consent : customer.consents)
    if (IsAdGrant(consent) && (oldest == nullptr || RenewedAt(consent) < RenewedAt(*oldest))) oldest = &consent;
  customer.reconfirm_at_ms = oldest == nullptr ? 0 : NoticeAt(customer, *oldest, numbers, now_ms);
}

absl::Status EndNeedlessReconfirmations(Customer& customer, const Cause& cause, const FoldContext& context,
                                        Effects& effects) {
  for (size_t i = 0; HasDuties(context) && i < customer.enrolments.size();) {
    Enrolment& enrolment = customer.enrolments[i];
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (journey->duty != Duty::kReconfirm || Stands(customer, enrolment, NumbersOf(context), context.now_ms)) {
      ++i;
      continue;
    }
    ExitEnrolment(customer, enrolment, *journey, cause, context.now_ms, context, effects);
    customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
    customer.reconfirm_at_ms = 0;
  }
  PlanReconfirmation(customer, NumbersOf(context), context.now_ms);
  return absl::OkStatus();
}

void EnterDueReconfirmations(Customer& customer, const FoldContext& context, Effects& effects) {
  if (customer.reconfirm_at_ms == 0 || customer.reconfirm_at_ms > context.now_ms) return;
  const Playbook* playbook = context.playbooks.current.get();
  struct Grant {
    int64_t granted_at_ms;
    uint64_t entry;
    ConsentNews news;
  };
  std::vector<Grant> grants;
  int64_t next_ms = context.now_ms + kReconfirmWindowMs;  // for what is not accepted until then, or not due by law
  bool any = false;
  for (const Consent& consent : customer.consents) {
    if (!IsAdGrant(consent)) continue;
    any = true;
    if (!WindowHasBegun(consent, NumbersOf(context), context.now_ms))
      next_ms = std::min(next_ms, NoticeAt(customer, consent, NumbersOf(context), context.now_ms));
    if (playbook == nullptr || !playbook->reconfirm_notice ||
        !IsDue(customer, consent, playbook->policy, context.now_ms))
      continue;
    auto grant = std::find_if(grants.begin(), grants.end(),
                              [&](const Grant& other) { return other.granted_at_ms == consent.granted_at_ms; });
    if (grant == grants.end())
      grant = grants.insert(
          grant, {consent.granted_at_ms, EntryOf(consent, NumbersOf(context), context.now_ms), {.action = "granted"}});
    grant->news.media.insert(static_cast<ConsentMedium>(consent.medium));
    AddScope(consent, grant->news);
  }
  customer.reconfirm_at_ms = any ? next_ms : 0;
  for (const Grant& grant : grants)
    Enter(customer, *playbook->reconfirm_notice, grant.news, grant.entry, grant.granted_at_ms, context.now_ms,
          Reason::kReconfirmDue, context, effects);
}

void TakeReconfirmation(Customer& customer, MediumSet media, int64_t at_ms, const FoldContext& context) {
  TellConsent(customer.consents, media, at_ms);
  PlanReconfirmation(customer, NumbersOf(context), context.now_ms);
}

absl::Status WakeDuties(Customer& customer, const FoldContext& context) {
  if (!HasDuties(context)) return absl::OkStatus();
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (journey->duty != Duty::kNone && !enrolment.finished)
      enrolment.wake_at_ms = std::max(enrolment.planned_at_ms, std::min(enrolment.wake_at_ms, context.now_ms));
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
