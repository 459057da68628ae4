// What providers report of messages, sorted: outcomes that are settled, and what readers did as events. A report is of
// a message of ours when both its number and its key are that message's; of any other, what it says of an address is
// taken all the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cartwheel/channel.h"
#include "cartwheel/event.h"
#include "providers/receipts.h"
#include "store/read_store.h"

namespace cartwheel {

struct SortedReports {
  std::vector<Outcome> outcomes;
  std::string events;                 // native ones, a line each
  std::vector<size_t> event_records;  // of each line, the record that it comes from
  std::vector<RejectedEvent> rejected;
};

// Reads nothing but the messages that the reports name, and changes nothing.
[[nodiscard]] absl::StatusOr<SortedReports> SortReports(ReadStore& store, const ReportFormat& format,
                                                        std::string_view text);

}  // namespace cartwheel
