#include "core/policy/caps.h"

#include <algorithm>
#include <limits>

#include "absl/time/time.h"
#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

// A message that counts. Names are views of its playbook; one whose playbook is not at hand matches every filter.
struct Counted {
  int64_t at_ms = 0;          // kOpen: it is not settled
  int64_t expires_at_ms = 0;  // of one that is not: it counts no more then; 0: that is not known
  bool known = true;
  bool answered = false;
  MessageClass message_class = MessageClass::kAdvertisement;
  std::string_view purpose, channel, journey;
};
constexpr int64_t kOpen = std::numeric_limits<int64_t>::max();
constexpr int64_t kLookAgainMs = int64_t{3600} * 1000;  // where it is not known when a cap passes

Counted CountedOf(const Playbooks& playbooks, Revision revision, uint32_t journey, uint32_t step, uint32_t via,
                  int64_t at_ms) {
  Counted counted{.at_ms = at_ms, .known = false};
  const Journey* found = playbooks.Find(revision, journey);
  if (found == nullptr || step >= found->steps.size()) return counted;
  const auto* send = std::get_if<SendStep>(&found->steps[step].does);
  if (send == nullptr || via >= send->via.size()) return counted;
  counted.known = true;
  counted.message_class = send->message_template->message_class;
  counted.purpose = send->message_template->purpose;
  counted.channel = send->via[via];
  counted.journey = found->name;
  return counted;
}

// The message, where it is not settled; null: it is.
const OpenMessage* FindOpen(const Customer& customer, MessageId id) {
  for (const Enrolment& enrolment : customer.enrolments)
    for (const OpenMessage& open : enrolment.messages)
      if (open.id == id) return open.accepted() ? nullptr : &open;
  return nullptr;
}

// A call is no message to a person.
bool IsCall(const Playbooks& playbooks, const Enrolment& enrolment, const OpenMessage& open) {
  const Journey* journey = playbooks.Find(enrolment.revision, enrolment.journey);
  return journey != nullptr && open.step < journey->steps.size() &&
         std::holds_alternative<CallStep>(journey->steps[open.step].does);
}

template <typename Each>
void ForEachCounted(const Ask& ask, Each each) {
  for (const SentMessage& sent : ask.customer.sent) {
    const OpenMessage* open = FindOpen(ask.customer, sent.id);
    const int64_t at_ms = open != nullptr ? kOpen : sent.at_ms;
    Counted counted = CountedOf(ask.playbooks, sent.revision, sent.journey, sent.step, sent.via, at_ms);
    counted.expires_at_ms = open != nullptr ? open->expires_at_ms : 0;
    counted.answered = sent.opened_at_ms != 0;
    each(counted);
  }
  for (const Enrolment& enrolment : ask.customer.enrolments)
    for (const OpenMessage& open : enrolment.messages) {
      if (open.accepted() || IsCall(ask.playbooks, enrolment, open)) continue;
      // Nothing waits for one that has expired after its walk was over, though the walk may still have others out.
      if (enrolment.finished && !open.overtaken() && open.expires_at_ms <= ask.now_ms) continue;
      // One of which an opening was heard before its receipt is among those that were sent.
      const auto& sent = ask.customer.sent;
      if (std::any_of(sent.begin(), sent.end(), [&](const SentMessage& s) { return s.id == open.id; })) continue;
      Counted counted = CountedOf(ask.playbooks, enrolment.revision, enrolment.journey, open.step, open.via, kOpen);
      // One that was overtaken counts until its walk is over and has no other out.
      counted.expires_at_ms = open.overtaken() && enrolment.finished ? enrolment.wake_at_ms : open.expires_at_ms;
      each(counted);
    }
}

// Whether a cap speaks of such a message. `of` is the one asked for, whose journey, purpose or channel `per` means.
bool Speaks(const Cap& cap, const Counted& counted, const Counted& of) {
  if (!counted.known) return true;
  if (cap.message_class && *cap.message_class != counted.message_class) return false;
  auto matches = [](std::string_view filter, std::string_view name) { return filter.empty() || filter == name; };
  if (!matches(cap.purpose, counted.purpose) || !matches(cap.channel, counted.channel) ||
      !matches(cap.journey, counted.journey))
    return false;
  switch (cap.per) {
    case Cap::Per::kCustomer:
      return true;
    case Cap::Per::kJourney:
      return counted.journey == of.journey;
    case Cap::Per::kPurpose:
      return counted.purpose == of.purpose;
    case Cap::Per::kChannel:
      return counted.channel == of.channel;
  }
  return true;
}

// The first instant of a window that holds `now_ms`, or with `next` of the calendar's window after it.
int64_t WindowBegin(const Cap& cap, int64_t now_ms, const absl::TimeZone& zone, bool next = false) {
  if (cap.calendar == Cap::Calendar::kNone) return now_ms - cap.within_ms + 1;
  const absl::CivilDay today(absl::ToCivilDay(absl::FromUnixMillis(now_ms), zone));
  absl::CivilDay first = next ? today + 1 : today;
  if (cap.calendar == Cap::Calendar::kWeek)
    first =
        next ? absl::NextWeekday(today, absl::Weekday::monday) : absl::PrevWeekday(today + 1, absl::Weekday::monday);
  if (cap.calendar == Cap::Calendar::kMonth) first = absl::CivilDay(absl::CivilMonth(today) + (next ? 1 : 0));
  return absl::ToUnixMillis(absl::FromCivil(first, zone));
}

// How many of what is used are left to a message of `purpose`, after what is reserved for others.
bool FitsBesideReserves(const Ask& ask, const Cap& cap, const Counted& asked, int64_t used, int64_t begin) {
  int64_t kept = 0;
  for (const Cap::Reserve& reserve : cap.reserves) {
    if (reserve.purpose == asked.purpose) continue;
    int64_t used_of_it = 0;
    ForEachCounted(ask, [&](const Counted& counted) {
      if (counted.known && counted.purpose == reserve.purpose && counted.at_ms >= begin && Speaks(cap, counted, asked))
        ++used_of_it;
    });
    kept += std::max<int64_t>(0, reserve.keep - used_of_it);
  }
  return used + kept < cap.max;
}

bool BreaksMessages(const Ask& ask, const Cap& cap, const Counted& asked, const absl::TimeZone& zone) {
  const int64_t begin = WindowBegin(cap, ask.now_ms, zone);
  int64_t used = 0, oldest = kOpen;
  ForEachCounted(ask, [&](const Counted& counted) {
    if (counted.at_ms >= begin && Speaks(cap, counted, asked)) ++used;
    oldest = std::min(oldest, counted.at_ms);
  });
  // Older ones that are in the window too may have been forgotten.
  if (ask.customer.sent.size() >= kSentMax && oldest >= begin) return true;
  return !FitsBesideReserves(ask, cap, asked, used, begin);
}

Counted AskedOf(const Ask& ask) {
  return {.message_class = ask.message.message_class,
          .purpose = ask.message.purpose,
          .channel = ask.channel,
          .journey = ask.journey.name};
}

// When the first of the messages that count in a window of such a length leaves it, or expires without having left. Of
// one that is not settled more may become known before. `cap` null: every message counts.
int64_t FirstToLeave(const Ask& ask, int64_t within_ms, const Cap* cap) {
  const Counted asked = AskedOf(ask);
  int64_t first_ms = kOpen;
  bool any_open = false;
  ForEachCounted(ask, [&](const Counted& counted) {
    if (cap != nullptr && !Speaks(*cap, counted, asked)) return;
    any_open = any_open || counted.at_ms == kOpen;
    const int64_t leaves_ms = counted.at_ms == kOpen ? counted.expires_at_ms : counted.at_ms + within_ms;
    if (leaves_ms > ask.now_ms) first_ms = std::min(first_ms, leaves_ms);
  });
  return any_open || first_ms == kOpen ? std::min(first_ms, ask.now_ms + kLookAgainMs) : first_ms;
}

// In a row, the newest last; an open one is not answered yet, and counts for nothing.
bool BreaksUnanswered(const Ask& ask, const Cap& cap, const Counted& asked) {
  int64_t in_a_row = 0;
  for (const SentMessage& sent : ask.customer.sent) {
    const Counted counted = CountedOf(ask.playbooks, sent.revision, sent.journey, sent.step, sent.via, sent.at_ms);
    if (IsAnothers(sent) || !Speaks(cap, counted, asked)) continue;
    in_a_row = sent.opened_at_ms != 0 ? 0 : in_a_row + 1;
  }
  return in_a_row >= cap.max;
}

absl::TimeZone ZoneOf(const Customer& customer, const Policy& policy) {
  const Value own = customer.attributes.Find("timezone");
  absl::TimeZone zone;
  if (own.is_string() && absl::LoadTimeZone(std::string(own.text()), &zone)) return zone;
  if (!policy.timezone.empty() && absl::LoadTimeZone(policy.timezone, &zone)) return zone;
  return absl::UTCTimeZone();
}

}  // namespace

const Cap* FindBrokenCap(const Ask& ask) {
  if (ask.policy.caps.empty()) return nullptr;
  const Counted asked = AskedOf(ask);
  std::optional<absl::TimeZone> zone;
  for (const Cap& cap : ask.policy.caps) {
    if (cap.counts == Cap::Counts::kEntries || !Speaks(cap, asked, asked)) continue;
    if (cap.calendar != Cap::Calendar::kNone && !zone) zone = ZoneOf(ask.customer, ask.policy);
    const bool broken = cap.counts == Cap::Counts::kUnanswered
                            ? BreaksUnanswered(ask, cap, asked)
                            : BreaksMessages(ask, cap, asked, zone.value_or(absl::UTCTimeZone()));
    if (broken) return &cap;
  }
  return nullptr;
}

bool BreaksLawCap(const Ask& ask, ConsentMedium medium, const LawCap& cap) {
  int used = 0;
  ForEachCounted(ask, [&](const Counted& counted) {
    const bool of_it = !counted.known || (counted.message_class == MessageClass::kAdvertisement &&
                                          ask.policy.MediumOf(counted.channel) == medium);
    if (of_it && counted.at_ms > ask.now_ms - cap.within_ms) ++used;
  });
  return used >= cap.messages_max;
}

int64_t CapPasses(const Ask& ask, const Cap& cap) {
  if (cap.counts == Cap::Counts::kUnanswered) return ask.now_ms + kLookAgainMs;
  if (cap.calendar != Cap::Calendar::kNone)
    return WindowBegin(cap, ask.now_ms, ZoneOf(ask.customer, ask.policy), /*next=*/true);
  return FirstToLeave(ask, cap.within_ms, &cap);
}

int64_t LawCapPasses(const Ask& ask, const LawCap& cap) { return FirstToLeave(ask, cap.within_ms, nullptr); }

bool CountsEntries(const Policy& policy) {
  return std::any_of(policy.caps.begin(), policy.caps.end(),
                     [](const Cap& cap) { return cap.counts == Cap::Counts::kEntries; });
}

void RememberEntry(Customer& customer, const JourneyEntry& entry) {
  auto& entries = customer.entries;
  const auto later =
      std::find_if(entries.begin(), entries.end(), [&](const JourneyEntry& e) { return e.at_ms > entry.at_ms; });
  entries.insert(later, entry);
  if (entries.size() > kEntriesMax) entries.erase(entries.begin());
}

const Cap* FindBrokenEntryCap(const Customer& customer, const Journey& journey, int64_t at_ms, const Policy& policy) {
  for (const Cap& cap : policy.caps) {
    if (cap.counts != Cap::Counts::kEntries || (!cap.journey.empty() && cap.journey != journey.name)) continue;
    const int64_t begin =
        WindowBegin(cap, at_ms, cap.calendar == Cap::Calendar::kNone ? absl::UTCTimeZone() : ZoneOf(customer, policy));
    int64_t used = 0;
    for (const JourneyEntry& entry : customer.entries)
      if (entry.at_ms >= begin && (cap.per != Cap::Per::kJourney || entry.journey == journey.fingerprint)) ++used;
    // Older ones that are in the window too may have been forgotten.
    const bool too_few_kept = customer.entries.size() >= kEntriesMax && customer.entries.front().at_ms >= begin;
    if (used >= cap.max || too_few_kept) return &cap;
  }
  return nullptr;
}

}  // namespace cartwheel
