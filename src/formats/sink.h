// Where readers leave what they found: events that pass the checks of validate.h go to the batch with their warnings,
// problems to the list of rejections, all under the record they belong to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/event.h"
#include "formats/formats.h"
#include "formats/problem.h"

namespace cartwheel::formats {

// What a record says of times beyond the event's own, which the reader has put into it (or the time of ingest).
struct Stamps {
  std::string_view record;  // as it was sent
  bool at_missing = false;
  bool at_unreadable = false;
  bool at_corrected = false;  // the sender's system did it
  std::optional<int64_t> sent_at_ms, received_at_ms;
};

class Sink {
 public:
  // `warnings` of accepted events; null: they are not collected. `record` is the place of the first record in the
  // input.
  Sink(const ReadOptions& options_of_call, EventBatch* events, std::vector<Rejection>* rejections,
       std::vector<Warning>* warnings, size_t first)
      : options(options_of_call), record(first), batch_(events), rejected_(rejections), warnings_(warnings) {}

  const ReadOptions& options;
  size_t record = 0;           // the place of the record being read
  std::vector<Warning> found;  // in the record being read; Take and Reject empty it
  std::string id, packed;      // what a check puts in the place of an event's parts lives here until the next record

  // Asks for the shop's settings once.
  const ShopSettings& shop();

  void Take(Event* event) { Take(event, Stamps()); }
  void Take(Event* event, const Stamps& stamps);
  void Reject(std::string_view event_id, Problem problem);
  // `value` as Quote and Show make it. Beyond kWarningsOfEventMax they are counted.
  void Warn(std::string_view code, std::string field, std::string value, std::string_view expected);

 private:
  EventBatch* batch_;
  std::vector<Rejection>* rejected_;
  std::vector<Warning>* warnings_;
  std::optional<ShopSettings> shop_;
  size_t more_ = 0;
};

}  // namespace cartwheel::formats
