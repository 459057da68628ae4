#include "core/model/counter.h"

#include <algorithm>
#include <iterator>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

struct MetricRow {
  Metric metric;
  std::string_view name;
};

using enum Metric;
constexpr MetricRow kMetrics[] = {
    {kCustomers, "customers"},
    {kMerged, "merged"},
    {kErased, "erased"},
    {kDuplicates, "duplicates"},
    {kRefused, "refused"},
    {kWarnings, "warnings"},
    {kCartsOpened, "carts/opened"},
    {kCartsOrdered, "carts/ordered"},
    {kCartsEmptied, "carts/emptied"},
    {kCartsExpired, "carts/expired"},
    {kOrders, "orders"},
    {kOrdersOtherCurrency, "orders/other_currency"},
    {kOrdersCancelled, "orders/cancelled"},
    {kOrdersRefunded, "orders/refunded"},
    {kEntered, "entered"},
    {kNotEntered, "not_entered"},
    {kCompleted, "completed"},
    {kExited, "exited"},
    {kConverted, "converted"},
    {kMessages, "messages"},
    {kVariants, "variants"},
    {kSmsTypes, "sms_types"},
    {kReceipts, "receipts"},
    {kOpened, "opened"},
    {kClicked, "clicked"},
    {kSkipped, "skipped"},
    {kDropped, "dropped"},
    {kMembers, "members"},
    {kHistoryOtherCurrency, "history/other_currency"},
    {kHistoryLeftOut, "history/left_out"},
    {kHistoryOverflow, "history/overflow"},
    {kDedupeOverflow, "dedupe_overflow"},
    {kDeferred, "deferred"},
    {kByRule, "by_rule"},
    {kConsents, "consents"},
    {kWays, "ways"},
    {kHandedOver, "handed_over"},
    {kOptOuts, "opt_outs"},
    {kNotTold, "not_told"},
    {kAddresses, "addresses"},
    {kMachineOpened, "machine_opened"},
    {kMachineClicked, "machine_clicked"},
};

// Every metric has its row, in the order of the numbers.
constexpr bool IsComplete() {
  for (size_t i = 0; i < std::size(kMetrics); ++i)
    if (static_cast<size_t>(kMetrics[i].metric) != i) return false;
  return std::size(kMetrics) == static_cast<size_t>(kCount);
}
static_assert(IsComplete());

absl::string_view Hashed(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Counter::Counter(const CounterView& view, int64_t on_day)
    : metric(view.metric),
      journey(view.journey),
      step(view.step),
      variant(view.variant),
      reason(view.reason),
      detail(view.detail),
      day(on_day) {}

Counter MembersCounter(uint64_t version, std::string_view segment) {
  const std::string text = fmt::format("{:016x}", version);
  return Counter({.metric = kMembers, .journey = text, .step = segment});
}

std::string CounterPath(const CounterView& counter) {
  std::string path(kMetrics[static_cast<size_t>(counter.metric)].name);
  const std::string reason = CauseText({counter.reason, counter.detail});
  for (std::string_view part : {counter.journey, counter.step, counter.variant, std::string_view(reason)}) {
    if (part.empty()) continue;
    path += '/';
    path += part;
  }
  return path;
}

size_t CounterSums::Hash::operator()(const CounterView& counter) const {
  return absl::HashOf(static_cast<uint8_t>(counter.metric), static_cast<uint8_t>(counter.reason),
                      Hashed(counter.journey), Hashed(counter.step), Hashed(counter.variant), Hashed(counter.detail));
}

void CounterSums::Add(const CounterView& counter, int64_t count, Money value) {
  auto found = sums_.find(counter);
  if (found == sums_.end()) found = sums_.emplace(Counter(counter), Sum()).first;
  found->second.count += count;
  found->second.value = AddMoney(found->second.value, value);
}

void CounterSums::Add(const CounterSums& other) {
  for (const auto& [counter, sum] : other.sums_) Add(counter.view(), sum.count, sum.value);
}

std::vector<CounterRow> CounterSums::Rows(int64_t day) const {
  std::vector<CounterRow> rows;
  rows.reserve(sums_.size());
  for (const auto& [counter, sum] : sums_) rows.push_back({Counter(counter.view(), day), sum.count, sum.value});
  std::sort(rows.begin(), rows.end(), [](const CounterRow& a, const CounterRow& b) { return a.counter < b.counter; });
  return rows;
}

int64_t CounterSums::Count(const CounterView& counter) const {
  auto found = sums_.find(counter);
  return found == sums_.end() ? 0 : found->second.count;
}

std::vector<CounterRow> SumOverDays(std::vector<CounterRow> rows) {
  std::vector<CounterRow> sums;
  for (CounterRow& row : rows) {
    row.counter.day = 0;
    if (sums.empty() || sums.back().counter != row.counter) {
      sums.push_back(std::move(row));
      continue;
    }
    sums.back().count += row.count;
    sums.back().value = AddMoney(sums.back().value, row.value);
  }
  return sums;
}

int64_t CountOf(const std::vector<CounterRow>& rows, Metric metric) {
  int64_t count = 0;
  for (const CounterRow& row : rows)
    if (row.counter.metric == metric) count += row.count;
  return count;
}

}  // namespace cartwheel
