// The workload of cart72: a week of a shop, made from a seed, as the NDJSON that a shop would send.
//
//   N events of N/10 customers over 7 days, in order of time, about 285 bytes each. Sessions of 2-6 views and 1-3 adds
//   to the customer's cart. A cart lives from its first add to its order; 30 % of carts are ordered, 10 minutes to 72
//   hours later (sooner where the week ends). A customer has one open cart at a time, and the next one gets another id.
//   5 % of the events are sent again, byte for byte: 80 % of those within 50 events, the rest within 20,000.
//
// It also says what must come of it when every batch is folded before the next one comes and reminders are due 24, 48
// and 72 hours after a cart's first add until its order. That answer is plain counting over what was generated; it
// knows nothing of timers, journeys or engines.
#pragma once

#include <array>
#include <cstdint>
#include <queue>
#include <string>
#include <vector>

namespace cartwheel::bench {

inline constexpr int64_t kHourMs = 3'600'000;
inline constexpr int64_t kWorkloadBeginMs = 1'780'272'000'000;  // 2026-06-01T00:00:00Z
inline constexpr uint32_t kFirstCustomer = 1'000'001;           // the ids of customers count from it
inline constexpr int kReminders = 3;
inline constexpr int64_t kReminderEveryMs = 24 * kHourMs;

struct Batch {
  std::string ndjson;
  int64_t events = 0;
  int64_t now_ms = 0;  // the greatest `at` so far, up to the next whole second: what a timer of seconds and one of
                       // milliseconds agree about
};

struct Expected {
  int64_t events = 0;
  int64_t distinct = 0;
  int64_t duplicates = 0;
  int64_t bytes = 0;
  int64_t carts = 0;
  int64_t orders = 0;
  // Reminders by step. A step is made unless the order comes in the batch in which its moment passes, or before.
  std::array<int64_t, kReminders> reminders{};
};

class Workload {
 public:
  Workload(int64_t events, int64_t customers, uint64_t seed = 72);

  // The next batch; false after the last. Batches hold 1,000 events, fewer when that many would span more than two
  // hours.
  bool Next(Batch* batch);
  // What must have come of it once the time has passed on to 72 hours after the last event. Call it after the last
  // batch.
  Expected expected() const;

 private:
  enum class Kind : uint8_t { kSession, kView, kAdd, kOrder };

  // Something that will happen: the next session, the next event of a session, or an order.
  struct Plan {
    int64_t at_ms;
    uint64_t number;  // among equal times, the first planned comes first
    Kind kind;
    uint8_t views;  // of this session that remain
    uint8_t adds;
    uint32_t customer;
    bool operator<(const Plan& other) const {
      return at_ms != other.at_ms ? at_ms > other.at_ms : number > other.number;
    }
  };

  struct Customer {
    int64_t first_add_ms = 0;
    int64_t value = 0;
    uint16_t carts = 0;
    bool open = false;
  };

  uint64_t Random(uint64_t below);
  void PlanAt(int64_t at_ms, Kind kind, uint32_t customer, int views, int adds);
  void NextOriginal();  // leaves the event's line in line_
  void WriteHead(const char* type, uint32_t customer);
  int64_t WriteProduct();  // returns its price
  void WriteAdd(uint32_t customer);
  void WriteOrder(uint32_t customer);

  const int64_t events_;
  const uint32_t customers_;
  const int64_t batch_events_;
  const double session_every_ms_;
  uint64_t random_;
  uint64_t plans_ = 0;
  int64_t at_ms_;      // of the last original; every original gets a moment of its own
  int64_t now_ms_;     // of the batch at hand
  int64_t folded_ms_;  // of the batch before
  std::priority_queue<Plan> planned_;
  std::vector<Customer> state_;
  std::vector<std::string> recent_;  // the last kFarDuplicate lines, in a ring
  std::string line_;
  Expected expected_;
};

}  // namespace cartwheel::bench
