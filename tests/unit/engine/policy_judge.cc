#include "tests/unit/engine/policy_judge.h"

#include <algorithm>

#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr int64_t kSkew = 48 * kHour;
constexpr int kSeoulMinutes = 9 * 60;
constexpr int64_t kNightEnds = 8 * 60, kCarriersStop = 20 * 60 + 50;  // minutes of the day

bool Any(const std::string& wide, const std::string& narrow) { return wide.empty() || wide == narrow; }

int64_t FloorDay(int64_t local_ms) { return (local_ms >= 0 ? local_ms : local_ms - kDay + 1) / kDay; }
int64_t MinuteOfDay(int64_t at_ms, int offset_minutes) {
  const int64_t local_ms = at_ms + offset_minutes * kMinute;
  return (local_ms - FloorDay(local_ms) * kDay) / kMinute;
}

// Year and month of a day since 1970, by counting.
int64_t MonthOf(int64_t day) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int64_t month = 0;; ++month) {
    const int64_t year = 1970 + month / 12;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int64_t days = kDays[month % 12] + (month % 12 == 1 && leap ? 1 : 0);
    if (day < days) return month;
    day -= days;
  }
}
int64_t WeekOf(int64_t day) { return (day + 3) / 7; }  // 1970-01-01 was a Thursday; weeks begin on Monday

}  // namespace

std::string JudgedCap::Json() const {
  std::string json = fmt::format(R"({{"count":"messages","max":{},"within":)", max);
  json += within_ms == 0 ? fmt::format("\"{}\"", calendar) : fmt::format("\"{}m\"", within_ms / kMinute);
  auto member = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) json += fmt::format(",\"{}\":\"{}\"", key, value);
  };
  member("class", message_class);
  member("purpose", purpose);
  member("channel", channel);
  member("journey", journey);
  member("per", per);
  return json + "}";
}

PolicyJudge::Standing PolicyJudge::StandingOf(const std::string& customer, const std::string& medium,
                                              const std::string& scope, const std::string& topic) const {
  const auto found = words_.find(customer);
  if (found == words_.end()) return Standing::kUnknown;
  const std::vector<ConsentWord>& words = found->second;
  auto speaks = [&](const ConsentWord& word) {
    return Any(word.medium, medium) && Any(word.scope, scope) && Any(word.topic, topic);
  };
  bool refused = false;
  for (const ConsentWord& word : words) refused |= !word.grant && speaks(word);
  for (size_t g = 0; g < words.size(); ++g) {
    const ConsentWord& grant = words[g];
    if (!grant.grant || !speaks(grant)) continue;
    bool stands = true;
    for (size_t r = 0; r < words.size(); ++r) {
      const ConsentWord& refusal = words[r];
      if (refusal.grant || !speaks(refusal)) continue;
      const bool later = (g > r && grant.at_ms > refusal.at_ms) || grant.at_ms > refusal.at_ms + kSkew;
      const bool named = refusal.topic.empty() || !grant.topic.empty();
      stands &= later && named;
    }
    if (stands) return Standing::kGranted;
  }
  return refused ? Standing::kRefused : Standing::kUnknown;
}

std::string PolicyJudge::FindHours(const Message& message, int64_t now_ms) const {
  if (message.channel == "email") return "";
  const auto own = facts_.utc_offset_minutes.find(message.customer);
  const bool night = StandingOf(message.customer, message.channel, "ad_night", message.purpose) == Standing::kGranted;
  // A push address tells no country: a customer by a clock of another country is not judged by Seoul's.
  const bool abroad = own != facts_.utc_offset_minutes.end() && message.channel == "web_push";
  std::vector<int> clocks;
  if (!abroad) clocks.push_back(kSeoulMinutes);
  if (own != facts_.utc_offset_minutes.end()) clocks.push_back(own->second);
  for (const int clock : clocks) {
    const int64_t minute = MinuteOfDay(now_ms, clock);
    const std::string when = fmt::format("{:02}:{:02} at UTC{:+} min", minute / 60, minute % 60, clock);
    if (!night && (minute < kNightEnds || minute >= kCarriersStop)) return "by night, " + when;
    if (!night && (minute < facts_.opens_minute || minute >= facts_.closes_minute))
      return "the shop is closed, " + when;
  }
  if (message.channel != "kakao") return "";
  const int64_t minute = MinuteOfDay(now_ms, kSeoulMinutes);
  return minute < kNightEnds || minute >= kCarriersStop ? "a brand message by night" : "";
}

std::string PolicyJudge::FindLabel(const Message& message) const {
  struct Part {
    std::string_view channel, text;
  };
  constexpr Part kParts[] = {{"sms", R"("(광고))"},
                             {"sms", "온도상점"},
                             {"sms", "080-123-4567\""},
                             {"email", R"("subject":"(광고))"},
                             {"email", "02-123-4567"},
                             {"email", "https://s.kr/o/"},
                             {"web_push", R"("title":"(광고))"}};
  for (const Part& part : kParts)
    if (part.channel == message.channel && message.payload.find(part.text) == message.payload.npos)
      return std::string(part.text);
  return "";
}

bool PolicyJudge::InWindow(const JudgedCap& cap, const std::string& customer, int64_t at_ms, int64_t now_ms) const {
  if (cap.within_ms != 0) return at_ms > now_ms - cap.within_ms;
  const auto own = facts_.utc_offset_minutes.find(customer);
  const int clock = own == facts_.utc_offset_minutes.end() ? kSeoulMinutes : own->second;
  const int64_t then = FloorDay(at_ms + clock * kMinute), today = FloorDay(now_ms + clock * kMinute);
  if (cap.calendar == "day") return then == today;
  return cap.calendar == "week" ? WeekOf(then) == WeekOf(today) : MonthOf(then) == MonthOf(today);
}

std::string PolicyJudge::FindCap(const Message& message, int64_t now_ms) const {
  for (const JudgedCap& cap : facts_.caps) {
    auto speaks = [&](std::string_view message_class, std::string_view purpose, std::string_view channel,
                      std::string_view journey) {
      return (cap.message_class.empty() || cap.message_class == message_class) &&
             (cap.purpose.empty() || cap.purpose == purpose) && (cap.channel.empty() || cap.channel == channel) &&
             (cap.journey.empty() || cap.journey == journey) && (cap.per != "purpose" || purpose == message.purpose) &&
             (cap.per != "channel" || channel == message.channel) &&
             (cap.per != "journey" || journey == message.journey);
    };
    if (!speaks(message.message_class, message.purpose, message.channel, message.journey)) continue;
    int64_t used = 0, used_of_reserved = 0;
    for (const auto& [id, hand] : hands_) {
      if (id == message.id || hand.customer != message.customer || hand.state == Hand::State::kFree) continue;
      if (!speaks(hand.message_class, hand.purpose, hand.channel, hand.journey)) continue;
      // One of a transaction is tried again until it expires, and given back then if its channel never answered.
      if (hand.message_class != "ad" && hand.state == Hand::State::kOut && now_ms >= hand.expires_at_ms) continue;
      const bool open = hand.state == Hand::State::kOut && now_ms < hand.lease_until_ms;
      if (!open && !InWindow(cap, hand.customer, hand.handed_ms, now_ms)) continue;
      ++used;
      used_of_reserved += !cap.reserved.empty() && hand.purpose == cap.reserved ? 1 : 0;
    }
    const bool reserves = !cap.reserved.empty() && message.purpose != cap.reserved;
    const int64_t kept = reserves ? std::max<int64_t>(0, cap.keep - used_of_reserved) : 0;
    if (used + 1 + kept > cap.max) return fmt::format("{} with {} before it and {} kept", cap.Json(), used, kept);
  }
  return "";
}

void PolicyJudge::HandedOver(const Message& message, int64_t now_ms, int64_t lease_until_ms) {
  ++handed_over_;
  auto breaks = [&](std::string_view what, std::string_view detail) {
    broken_.push_back(fmt::format("{}: message {} of {} by {} to {} at {} ({})", what, message.id, message.step,
                                  message.channel, message.customer, now_ms, detail));
  };
  if (message.message_class == "ad") {
    const Standing standing = StandingOf(message.customer, message.channel, "ad", message.purpose);
    if (standing == Standing::kRefused) breaks("after a refusal", "");
    if (standing == Standing::kUnknown && !facts_.assumed) breaks("without consent", "");
    if (const std::string hours = FindHours(message, now_ms); !hours.empty()) breaks("outside of hours", hours);
    if (const std::string part = FindLabel(message); !part.empty()) breaks("without its label", part + message.payload);
  }
  if (const std::string cap = FindCap(message, now_ms); !cap.empty()) breaks("over a cap", cap);
  Hand& hand = hands_[message.id];
  hand = {.customer = message.customer,
          .message_class = message.message_class,
          .purpose = message.purpose,
          .channel = message.channel,
          .journey = message.journey,
          .handed_ms = now_ms,
          .lease_until_ms = lease_until_ms,
          .expires_at_ms = message.expires_at_ms,
          .token = message.token};
}

void PolicyJudge::Settled(const Message& message, OutcomeCode code, int64_t now_ms) {
  Hand& hand = hands_[message.id];
  if (hand.state != Hand::State::kOut || hand.token != message.token) return;
  const bool lapsed = now_ms >= hand.lease_until_ms;
  switch (code) {
    case OutcomeCode::kAccepted:
    case OutcomeCode::kDelivered:
      hand.state = Hand::State::kCounts;
      return;
    case OutcomeCode::kUnknown:
      if (hand.message_class == "ad") hand.state = Hand::State::kCounts;
      return;
    case OutcomeCode::kFailedFinal:
    case OutcomeCode::kGone:
    case OutcomeCode::kRejectMsg:
    case OutcomeCode::kSuppressed:
      hand.state = Hand::State::kFree;
      return;
    case OutcomeCode::kRetry:
    case OutcomeCode::kConfig:
    case OutcomeCode::kDefer:
    case OutcomeCode::kReleased:
    case OutcomeCode::kNotSent:
      hand.state = lapsed ? Hand::State::kCounts : Hand::State::kFree;  // too late: it stays unknown
      return;
  }
}

}  // namespace cartwheel
