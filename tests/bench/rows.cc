// The customer's row alone: what it takes to read a row, to do what a view does to its customer, to write it and to
// tell what changed, on the rows that cart72 leaves; and where the bytes of these rows are.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "core/model/cart_operations.h"
#include "core/model/customer_row.h"
#include "core/model/row_sections.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/recording.h"

namespace cartwheel::bench {
namespace {

constexpr size_t kPage = 1'000;
constexpr int64_t kMinuteMs = 60'000;

// Every customer's row, after all events and not the closing hours, in random order.
std::vector<StoredCustomer> RealRows(const BenchOptions& options) {
  const ScratchDirectory scratch;
  const std::string path = scratch.File("rows.db");
  const Recording recording(options.events, options.customers);
  {
    const std::unique_ptr<Engine> engine = OpenEngine(path, Cart72Playbook());
    Batch batch;
    for (size_t i = 0; i < recording.batches(); ++i) {
      recording.Read(i, &batch);
      IngestAll(*engine, batch.ndjson, batch.now_ms);
      AdvanceTo(*engine, batch.now_ms);
    }
  }
  const std::unique_ptr<Store> store = Must(OpenSqliteStore(path));
  std::vector<StoredCustomer> rows;
  for (CustomerRow after;;) {
    std::vector<StoredCustomer> page = Must(store->Customers(after, kPage));
    if (page.empty()) break;
    after = page.back().row;
    rows.insert(rows.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
  }
  std::shuffle(rows.begin(), rows.end(), std::mt19937_64(1));
  return rows;
}

void View(Customer& customer, uint64_t fingerprint) {
  const int64_t at_ms = customer.last_seen_at_ms + kMinuteMs;
  customer.seen.push_back({fingerprint, at_ms});
  customer.last_seen_at_ms = at_ms;
  Operate(customer, {.at_ms = at_ms, .act = CartAct::kActivity, .cart = CartOperation::kNoCart});
}

enum Phase : size_t { kDecode, kView, kEncode, kChange, kPhases };

struct Spent {
  double us[kPhases] = {};
  size_t row_bytes = 0, change_bytes = 0;
};

// A page of rows at a time, as a batch of the fold has them.
Spent RunPages(const std::vector<StoredCustomer>& rows) {
  Spent spent;
  std::vector<Customer> customers(kPage);
  std::vector<std::string> written(kPage);
  std::string room, change;
  for (size_t first = 0; first < rows.size(); first += kPage) {
    const size_t count = std::min(kPage, rows.size() - first);
    const auto each = [&](Phase phase, const auto& work) {
      const auto began = std::chrono::steady_clock::now();
      for (size_t i = 0; i < count; ++i) work(i, rows[first + i]);
      spent.us[phase] += std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count();
    };
    each(kDecode, [&](size_t i, const StoredCustomer& row) {
      Require(DecodeCustomer(row.row, row.data, &customers[i]).ok(), "a row cannot be read");
    });
    each(kView, [&](size_t i, const StoredCustomer& row) { View(customers[i], Mix(row.row.value())); });
    each(kEncode, [&](size_t i, const StoredCustomer&) { written[i] = EncodeCustomer(customers[i], &room); });
    each(kChange, [&](size_t i, const StoredCustomer& row) {
      change.clear();
      Require(WriteRowChange(row.data, written[i], &change), "a row has no sections");
      spent.change_bytes += change.size();
    });
  }
  for (const StoredCustomer& row : rows) spent.row_bytes += row.data.size();
  for (double& us : spent.us) us /= static_cast<double>(rows.size());
  return spent;
}

// In the order of RowSection.
constexpr const char* kSectionNames[] = {"head",         "identity",   "seen",      "carts",       "lines",
                                         "operations",   "enrolments", "sent",      "exits",       "ends",
                                         "orders",       "attributes", "endpoints", "consents",    "windows",
                                         "history",      "segments",   "forgotten", "audiences",   "refused channels",
                                         "suppressions", "entries",    "arms",      "occurrences", "unjudged clicks"};
static_assert(std::size(kSectionNames) == kRowSections);

void PrintSections(const std::vector<StoredCustomer>& rows) {
  Table table({"section", "rows that have it", "bytes of a row"});
  for (size_t section = 0; section < kRowSections; ++section) {
    size_t have = 0, bytes = 0;
    for (const StoredCustomer& row : rows) {
      RowSections sections;
      Require(ReadClearPart(std::string_view(row.data).substr(1), &sections), "a row has no sections");
      have += !sections.bytes[section].empty();
      bytes += sections.bytes[section].size();
    }
    if (have == 0) continue;
    table.Row({kSectionNames[section], Count(static_cast<double>(have)),
               Fixed(static_cast<double>(bytes) / static_cast<double>(rows.size()), 1)});
  }
  table.Print();
}

}  // namespace

int RunRows(const BenchOptions& options) {
  const std::vector<StoredCustomer> rows = RealRows(options);
  Require(!rows.empty(), "no customer's row: expected some");
  std::vector<Spent> runs;
  for (int repeat = 0; repeat < options.repeat; ++repeat) runs.push_back(RunPages(rows));
  const auto median = [&](Phase phase) {
    std::vector<double> us;
    for (const Spent& run : runs) us.push_back(run.us[phase]);
    return Fixed(Median(us), 2);
  };
  const auto mean = [&](size_t bytes) {
    return Fixed(static_cast<double>(bytes) / static_cast<double>(rows.size()), 1);
  };
  Table table({"a view of each", "decode µs", "view µs", "encode µs", "change µs", "row bytes", "change bytes"});
  table.Row({Count(static_cast<double>(rows.size())) + " rows", median(kDecode), median(kView), median(kEncode),
             median(kChange), mean(runs[0].row_bytes), mean(runs[0].change_bytes)});
  table.Print();
  PrintSections(rows);
  return 0;
}

}  // namespace cartwheel::bench
