#include "engine/fold/alarms.h"

#include <algorithm>

#include "base/status.h"
#include "base/time.h"

namespace cartwheel {
namespace {

constexpr int64_t kFarMs = 2 * kDayMs;

// A tick is a second; an alarm is never early, so its tick is the one that ends after it.
TimerWheel::Tick TickOf(int64_t due_at_ms) { return (due_at_ms + kSecondMs - 1) / kSecondMs; }
TimerWheel::Tick TickAt(int64_t now_ms) { return now_ms / kSecondMs; }
int64_t WatchedBefore(int64_t now_ms) { return now_ms / kHourMs + 2; }
void Insert(TimerWheel& wheel, const AlarmEntry& entry) {
  wheel.Insert(TickOf(entry.due_at_ms), static_cast<TimerWheel::Payload>(entry.customer.value()));
}

}  // namespace

// A clock that was set back leaves the wheel ahead of it: what is filed from now on would fire too late.
bool Alarms::Watches(int64_t now_ms) const {
  return wheel_ != nullptr && TickAt(now_ms) >= wheel_->current() && WatchedBefore(now_ms) <= watched_before_hour_;
}

absl::Status Alarms::Watch(int64_t now_ms, int64_t done_before_ms) {
  const int64_t before_hour = WatchedBefore(now_ms);
  if (wheel_ == nullptr || TickAt(now_ms) < wheel_->current()) {
    wheel_ = std::make_unique<TimerWheel>(TickAt(now_ms));
    watched_before_hour_ = 0;
  }
  auto each_undone = [&](EachAlarm take) {
    return store_->Alarms(watched_before_hour_, before_hour, [&](const AlarmEntry& entry) {
      if (entry.due_at_ms >= done_before_ms) take(entry);
    });
  };
  size_t timers =
      wheel_->size();  // counted first: millions of them shall neither be held twice nor in room that was doubled
  RETURN_IF_ERROR(each_undone([&](const AlarmEntry&) { ++timers; }));
  wheel_->Reserve(timers);
  RETURN_IF_ERROR(each_undone([&](const AlarmEntry& entry) { Insert(*wheel_, entry); }));
  watched_before_hour_ = before_hour;
  return absl::OkStatus();
}

void Alarms::File(Customer& customer, int64_t now_ms, int64_t done_before_ms, FoldWrite& write) {
  int64_t next = customer.NextAlarm(cart_idle_ms_);
  if (next == 0) return;
  next = std::max(next, done_before_ms);
  if (customer.filed_at_ms != 0 && customer.filed_at_ms <= next) return;
  if (next - now_ms > kFarMs) next -= next % kDayMs;
  customer.filed_at_ms = next;
  write.alarms.push_back({next / kHourMs, customer.row, next});
}

void Alarms::Arm(const std::vector<AlarmEntry>& filed) {
  for (const AlarmEntry& entry : filed)
    if (wheel_ != nullptr && entry.hour < watched_before_hour_) Insert(*wheel_, entry);
}

std::vector<CustomerRow> Alarms::TakeDue(int64_t now_ms, size_t limit) {
  std::vector<TimerWheel::Expired> expired;
  wheel_->PopDue(TickAt(now_ms), limit, expired);
  std::vector<CustomerRow> rows;
  rows.reserve(expired.size());
  for (const auto& timer : expired) rows.emplace_back(static_cast<int64_t>(timer.payload));
  return rows;
}

bool Alarms::AnyDue(int64_t now_ms) {
  auto next = wheel_->NextDue();
  return next && *next <= TickAt(now_ms);
}

absl::StatusOr<int64_t> Alarms::NextDue() {
  if (auto next = wheel_->NextDue()) return *next * kSecondMs;
  ASSIGN_OR_RETURN(std::optional<int64_t> due_at_ms, store_->FirstAlarm(watched_before_hour_));
  return due_at_ms ? TickOf(*due_at_ms) * kSecondMs : 0;
}

}  // namespace cartwheel
