#include "tests/sim/gate_judge.h"

#include <algorithm>
#include <cstdlib>

#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kSeoulMs = 9 * kHourMs;
constexpr int64_t kNightEnds = 8 * 60, kCarriersStop = 20 * 60 + 50;  // minutes of the day

int64_t DayOf(int64_t at_ms) { return (at_ms + kSeoulMs) / kDayMs; }
int64_t MinuteOf(int64_t at_ms) { return (at_ms + kSeoulMs) % kDayMs / kMinuteMs; }
int64_t WeekOf(int64_t day) { return (day + 3) / 7; }  // 1970-01-01 was a Thursday; weeks begin on Monday

// The month of a day since 1970, by counting.
int64_t MonthOf(int64_t day) {
  constexpr int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t month = 0;
  while (true) {
    const int64_t year = 1970 + month / 12;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int64_t days = kDays[month % 12] + (leap && month % 12 == 1 ? 1 : 0);
    if (day < days) return month;
    day -= days;
    ++month;
  }
}

// Whether what happened then is in the window that ends with `now_ms`.
bool InWindow(const CapTerm& cap, int64_t at_ms, int64_t now_ms) {
  if (cap.within_ms != 0) return at_ms > now_ms - cap.within_ms;
  const int64_t then = DayOf(at_ms), today = DayOf(now_ms);
  if (cap.calendar == "day") return then == today;
  return cap.calendar == "week" ? WeekOf(then) == WeekOf(today) : MonthOf(then) == MonthOf(today);
}

bool Fits(const std::string& filter, const std::string& name) { return filter.empty() || filter == name; }

// Whether a cap on messages that bounds `asked` counts the other one.
bool Speaks(const CapTerm& cap, const Message& other, const Message& asked) {
  return Fits(cap.message_class, other.message_class) && Fits(cap.purpose, other.purpose) &&
         Fits(cap.channel, other.channel) && Fits(cap.journey, other.journey) &&
         (cap.per != "purpose" || other.purpose == asked.purpose) &&
         (cap.per != "channel" || other.channel == asked.channel) &&
         (cap.per != "journey" || other.journey == asked.journey);
}

int64_t RevisionOf(const std::string& template_name) {
  return std::atoll(template_name.c_str() + template_name.find("_r") + 2);
}

bool IsNotice(const Message& message) { return message.message_class == "notice"; }

}  // namespace

std::string PartOf(const Message& message, int part) {
  size_t begin = message.payload.find('|');
  for (; begin != std::string::npos && part > 0; --part) begin = message.payload.find('|', begin + 1);
  if (begin == std::string::npos) return "";
  const size_t end = message.payload.find('|', begin + 1);
  return end == std::string::npos ? "" : message.payload.substr(begin + 1, end - begin - 1);
}

int64_t StartOf(const Message& message) {
  const std::string start = PartOf(message, 1);
  return start.empty() ? -1 : std::atoll(start.c_str());
}

const Person* GateJudge::Now(const Person* person) const { return person == nullptr ? nullptr : people_.Now(person); }

std::string GateJudge::FindHours(const Person& person, const Message& message, int64_t now_ms) const {
  if (!spec_.terms.korea || message.channel == "email") return "";
  const People::Answer night = people_.ConsentTo(person, message.channel, message.address, "ad_night", message.purpose);
  return night.standing == Standing::kGranted ? "" : FindNight(message, now_ms);
}

std::string GateJudge::FindNight(const Message& message, int64_t now_ms) const {
  const Terms& terms = spec_.terms;
  if (!terms.korea || message.channel == "email") return "";
  if (IsNotice(message) && message.id <= last_of_other_terms_) return "";  // it keeps the hours that it was made by
  const int64_t minute = MinuteOf(now_ms);
  if (minute < kNightEnds || minute >= kCarriersStop)
    return fmt::format("it is night: {:02}:{:02}", minute / 60, minute % 60);
  if (minute < terms.opens_minute || minute >= terms.closes_minute)
    return fmt::format("the shop is closed: {:02}:{:02}", minute / 60, minute % 60);
  return "";
}

std::string GateJudge::FindRefusal(const Person& person, const Message& message, int64_t now_ms) const {
  const auto [standing, whose] = people_.ConsentTo(person, message.channel, message.address, "ad", message.purpose);
  if (standing == Standing::kRefused) return fmt::format("the {} has refused it", whose);
  const bool bought = spec_.terms.existing_customers && !person.orders.empty();
  if (standing == Standing::kUnknown && !spec_.terms.assumed && !bought) return "there is no consent to it";
  if (standing == Standing::kGranted && !bought && IsUnconfirmed(person, message, now_ms))
    return "the consent was to be told again";
  return FindHours(person, message, now_ms);
}

// A month has 31 days at most.
bool GateJudge::IsUnconfirmed(const Person& person, const Message& message, int64_t now_ms) const {
  if (!spec_.terms.reconfirms || spec_.terms.assumed || !spec_.terms.korea) return false;
  int64_t since_ms = people_.GrantedAt(person, message.channel, message.address, "ad", message.purpose);
  if (const auto told = reconfirmed_.find(&person); told != reconfirmed_.end())
    since_ms = std::max(since_ms, told->second);
  return person.merges == 0 && now_ms - since_ms > 32 * kDayMs;
}

std::string GateJudge::FindFlaw(const Message& message) const {
  if (spec_.terms.quiet) return "the shop is quiet";
  if (!spec_.terms.korea) return "";
  struct Need {
    std::string_view channel, text;
  };
  constexpr Need kNeeds[] = {{"sms", "\"(광고)온도"},           {"sms", "080-123-4567"},
                             {"email", "\"subject\":\"(광고)"}, {"email", "https://s.kr/o?t="},
                             {"email", "02-123-4567"},          {"web_push", "\"title\":\"(광고)"}};
  for (const Need& need : kNeeds)
    if (need.channel == message.channel && message.payload.find(need.text) == std::string::npos)
      return fmt::format("its label lacks {} in {}", need.text, message.payload);
  return "";
}

std::string GateJudge::FindMessagesCap(const CapTerm& cap, const Person& person, const Message& message,
                                       int64_t now_ms) const {
  if (!Speaks(cap, message, message)) return "";
  int64_t used = 0, used_of_reserved = 0;
  std::string before;
  for (const auto& [id, hand] : hands_) {
    if (id == message.id || Now(hand.person) != &person || hand.order < person.erased_order) continue;
    if (!Speaks(cap, hand.message, message) || (!hand.out && !hand.counts)) continue;
    const bool advertisement = hand.message.message_class == "ad";
    // One of a transaction is tried until it expires, and given back then.
    if (hand.out && !advertisement && now_ms >= hand.message.expires_at_ms) continue;
    const bool open = hand.out && elapsed_ms_ < hand.lease_until_ms;
    if (!open && (!InWindow(cap, hand.at_ms, now_ms) || hand.at_ms <= person.erased_at_ms)) continue;
    ++used;
    before += fmt::format(" {}", id);
    used_of_reserved += !cap.reserved.empty() && hand.message.purpose == cap.reserved ? 1 : 0;
  }
  const bool reserves = !cap.reserved.empty() && message.purpose != cap.reserved;
  const int64_t kept = reserves ? std::max<int64_t>(0, cap.keep - used_of_reserved) : 0;
  if (used + 1 + kept <= cap.max) return "";
  return fmt::format("the cap {} is used by{}, and {} are kept", cap.Json(), before, kept);
}

// Of walks that began by the same playbook: what was entered while it had no such cap is not remembered.
std::string GateJudge::FindEntriesCap(const CapTerm& cap, const Person& person, const Message& message) const {
  const int64_t start_ms = StartOf(message), revision = RevisionOf(message.template_name);
  if (start_ms < 0 || revision != spec_.revision || person.merges > 0 || message.journey == "path") return "";
  int64_t entered = 1;
  const auto walks = walks_.find(&person);
  if (walks == walks_.end()) return "";
  const Walk mine{message.journey, start_ms, revision, 0, PartOf(message, 0)};
  for (const Walk& walk : walks->second)
    if (!(walk == mine) && walk.revision == revision && walk.order >= person.erased_order &&
        walk.entered_ms > person.erased_at_ms && walk.entered_ms <= start_ms &&
        (cap.per != "journey" || walk.journey == message.journey) && InWindow(cap, walk.entered_ms, start_ms))
      ++entered;
  return entered <= cap.max ? "" : fmt::format("its walk is number {} under the cap {}", entered, cap.Json());
}

std::string GateJudge::FindCap(const Person& person, const Message& message, int64_t now_ms) const {
  // Two that became one person may have had a message each.
  const auto merges = merges_.find(&person);
  if ((merges == merges_.end() ? 0 : merges->second) != person.merges) return "";
  if (const auto before = merged_before_.find(&person); before != merged_before_.end() && message.id <= before->second)
    return "";
  if (IsNotice(message)) return "";
  // Those of transactions are not judged again by other terms.
  if (message.message_class != "ad" && message.id <= last_of_other_terms_) return "";
  for (const CapTerm& cap : spec_.terms.caps) {
    const std::string over =
        cap.entries ? FindEntriesCap(cap, person, message) : FindMessagesCap(cap, person, message, now_ms);
    if (!over.empty()) return over;
  }
  return "";
}

void GateJudge::HandedOver(const Message& message, const Person* person, int64_t now_ms, int64_t elapsed_ms,
                           int64_t lease_ms) {
  elapsed_ms_ = elapsed_ms;
  Hand& hand = hands_[message.id];
  hand.uncertain |= hand.out;  // nothing was heard of it
  hand.counts |= hand.uncertain;
  hand.at_ms = hand.counts ? std::min(hand.at_ms, now_ms) : now_ms;
  hand.message = message;
  hand.person = person;
  hand.order = people_.told();
  hand.lease_until_ms = elapsed_ms + lease_ms;
  hand.out = true;
  if (person != nullptr && message.journey == "notice/reconfirm") reconfirmed_[person] = now_ms;
  // Of a walk that was adopted it is not known by which playbook it was entered.
  if (person == nullptr || StartOf(message) < 0 || IsNotice(message) || message.journey == "path") return;
  const Walk walk{message.journey, StartOf(message), RevisionOf(message.template_name), people_.told(),
                  PartOf(message, 0)};
  std::vector<Walk>& walks = walks_[person];
  if (std::find(walks.begin(), walks.end(), walk) == walks.end()) walks.push_back(walk);
}

void GateJudge::Settled(const Outcome& outcome, int64_t now_ms, int64_t elapsed_ms) {
  elapsed_ms_ = elapsed_ms;
  const auto found = hands_.find(outcome.message_id);
  if (found == hands_.end()) return;
  Hand& hand = found->second;
  const bool failed = outcome.code == OutcomeCode::kFailedFinal || outcome.code == OutcomeCode::kGone ||
                      outcome.code == OutcomeCode::kSuppressed;
  if (!hand.out && failed && hand.message.token == outcome.token) hand.counts = false;  // reported later
  if (!hand.out || hand.message.token != outcome.token) return;
  const bool advertisement = hand.message.message_class == "ad";
  const bool late = elapsed_ms >= hand.lease_until_ms;
  hand.at_ms = std::min(hand.at_ms, now_ms - (late ? skew_max_ms : 0));
  switch (outcome.code) {
    case OutcomeCode::kAccepted:
    case OutcomeCode::kDelivered:
      hand.out = false;
      hand.counts = true;
      return;
    case OutcomeCode::kUnknown:
      if (!advertisement) return;
      hand.out = false;
      hand.counts = hand.uncertain = true;
      return;
    case OutcomeCode::kFailedFinal:
    case OutcomeCode::kGone:
    case OutcomeCode::kRejectMsg:
    case OutcomeCode::kSuppressed:
      hand.out = hand.counts = false;
      return;
    case OutcomeCode::kRetry:
    case OutcomeCode::kConfig:
    case OutcomeCode::kDefer:
    case OutcomeCode::kReleased:
    case OutcomeCode::kNotSent:
      hand.out = false;
      hand.counts = hand.uncertain || late;  // too late: it may have arrived
      return;
  }
}

void GateJudge::ClockShows(int64_t now_ms) {
  for (auto& [id, hand] : hands_)
    if (hand.out) hand.at_ms = std::min(hand.at_ms, now_ms - skew_max_ms);
}

void GateJudge::Rebooted() {
  for (auto& [id, hand] : hands_) hand.lease_until_ms = 0;
}

void GateJudge::Loaded(int64_t last_message) { last_of_other_terms_ = last_message; }

void GateJudge::Folded(int64_t last_message) {
  for (const Person* person : people_.All()) {
    int64_t& merges = merges_[person];
    if (merges == person->merges) continue;
    merges = person->merges;
    merged_before_[person] = last_message;
  }
}

}  // namespace cartwheel::sim
