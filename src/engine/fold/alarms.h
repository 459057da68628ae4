// Alarms: when to look at which customer next. The promise is an entry in the store, filed by the hour; the timer wheel
// holds the entries of the coming hours and is a hint that can be rebuilt from the store at any time.
//
// An entry is written only when a customer's alarm moves to an earlier moment than the one filed
// (Customer::filed_at_ms). What only postpones writes nothing: the old entry comes, the customer is looked at, and the
// next entry is filed. What is days away is filed for the beginning of its day, where it shares a row with the others;
// most of it never comes, because the customer does something first.
//
// Every entry due before `done_before_ms` has been looked at, and nothing is filed for before it: so a worker that
// begins where another ended looks at few of them again. It is part of the fold's state, and never later than now.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "cartwheel/timer_wheel.h"
#include "core/model/customer.h"
#include "store/fold_store.h"

namespace cartwheel {

class Alarms {
 public:
  Alarms(FoldStore* store, int64_t cart_idle_ms) : store_(store), cart_idle_ms_(cart_idle_ms) {}

  // Forgets the wheel: another worker may have fired since. The next Watch rebuilds it.
  void Forget() { wheel_ = nullptr; }
  // Whether every entry up to the hour after `now_ms` is in the wheel; Watch brings them there, but for those that are
  // done.
  bool Watches(int64_t now_ms) const;
  [[nodiscard]] absl::Status Watch(int64_t now_ms, int64_t done_before_ms);

  // Files the customer's next alarm, or a look before it, if no entry comes before.
  void File(Customer& customer, int64_t now_ms, int64_t done_before_ms, FoldWrite& write);
  // After the commit of what File wrote.
  void Arm(const std::vector<AlarmEntry>& filed);

  // Rows whose entry is due at `now_ms`, at most `limit`. Entries are taken from the wheel only.
  std::vector<CustomerRow> TakeDue(int64_t now_ms, size_t limit);
  bool AnyDue(int64_t now_ms);
  // The next entry's moment, to the second above; 0: none is filed.
  [[nodiscard]] absl::StatusOr<int64_t> NextDue();

 private:
  FoldStore* store_;
  int64_t cart_idle_ms_;
  std::unique_ptr<TimerWheel> wheel_;
  int64_t watched_before_hour_ = 0;  // entries of earlier hours are in the wheel
};

}  // namespace cartwheel
