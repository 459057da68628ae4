// Duties to tell a customer something of a consent: the result of what was said (KR-08), and that it is still in force
// (KR-09). Each is a hidden journey of the compiled playbook whose steps send a notice: outbox, retries, trail, report
// and merges are those of any other journey. What a notice is about stands in the key of its enrolment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/consent.h"

namespace cartwheel {

enum class Duty : uint8_t { kNone, kResult, kReconfirm };

// What the names of the hidden journeys begin with: a playbook may not use it.
inline constexpr std::string_view kNoticePrefix = "notice/";
inline constexpr std::string_view kResultJourney = "notice/result";
inline constexpr std::string_view kReconfirmJourney = "notice/reconfirm";
// How long before the day of the law reconfirmations are told, each customer's at an instant of its own.
inline constexpr int64_t kReconfirmWindowMs = int64_t{60} * 24 * 3600 * 1000;

// What a notice is about. Of an enrolment of a duty it is the key, and entered_at_ms is when it was said.
struct ConsentNews {
  std::string_view action;  // "granted", "refused", "withdrawn"
  MediumSet media;          // all of them: of every medium
  bool ad = false;          // scopes
  bool ad_night = false;
};

// Writes and reads a key: "granted: sms, email: ad". Every medium is "all".
std::string KeyOfNews(const ConsentNews& news);
// The parts of a key as views of it; empty where it is none.
struct NewsKey {
  std::string_view action, medium, scope;
};
NewsKey SplitNewsKey(std::string_view key);
// Returns the media that a key names.
MediumSet MediaOfNews(std::string_view key);

}  // namespace cartwheel
