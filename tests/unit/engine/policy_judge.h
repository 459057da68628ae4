// A slow judge of the gate: it keeps every consent that was told and every hand-over, and works out from these alone
// what a hand-over breaks. It shares no line with core/policy.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cartwheel/channel.h"

namespace cartwheel {

// A cap on messages, for the playbook and for the judge.
struct JudgedCap {
  std::string message_class, purpose, channel, journey;  // empty: any
  std::string per = "customer";                          // or journey, purpose, channel
  int64_t max = 1;
  int64_t within_ms = 0;  // 0: a calendar window
  std::string calendar;   // day, week, month
  std::string reserved;   // a purpose for which `keep` of it are reserved; empty: none
  int64_t keep = 0;
  std::string Json() const;
};

// What was told of consent, in the order in which it was ingested. Empty: of every medium, scope, topic.
struct ConsentWord {
  bool grant = false;
  std::string medium, scope, topic;
  int64_t at_ms = 0;
};

class PolicyJudge {
 public:
  struct Facts {
    bool assumed = false;                               // consent is
    int64_t opens_minute = 0, closes_minute = 24 * 60;  // the shop's own hours
    std::vector<JudgedCap> caps;
    std::map<std::string, int> utc_offset_minutes;  // by customer: of the clock of their own that is known
  };
  explicit PolicyJudge(Facts facts) : facts_(std::move(facts)) {}

  void Said(const std::string& customer, ConsentWord word) { words_[customer].push_back(std::move(word)); }
  // `lease_until_ms`: nothing heard by then means that it may have arrived.
  void HandedOver(const Message& message, int64_t now_ms, int64_t lease_until_ms);
  void Settled(const Message& message, OutcomeCode code, int64_t now_ms);

  const std::vector<std::string>& broken() const { return broken_; }
  int64_t handed_over() const { return handed_over_; }

 private:
  struct Hand {
    std::string customer, message_class, purpose, channel, journey;
    int64_t handed_ms = 0, lease_until_ms = 0, expires_at_ms = 0;
    int64_t token = 0;
    enum class State { kOut, kCounts, kFree } state = State::kOut;
  };
  enum class Standing { kUnknown, kGranted, kRefused };
  Standing StandingOf(const std::string& customer, const std::string& medium, const std::string& scope,
                      const std::string& topic) const;
  std::string FindHours(const Message& message, int64_t now_ms) const;
  std::string FindLabel(const Message& message) const;
  std::string FindCap(const Message& message, int64_t now_ms) const;
  bool InWindow(const JudgedCap& cap, const std::string& customer, int64_t at_ms, int64_t now_ms) const;

  const Facts facts_;
  std::map<std::string, std::vector<ConsentWord>> words_;
  std::map<int64_t, Hand> hands_;
  std::vector<std::string> broken_;
  int64_t handed_over_ = 0;
};

}  // namespace cartwheel
