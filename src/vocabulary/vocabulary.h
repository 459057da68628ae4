// What other systems call events, turned into ours. One reader for all formats: it splits the input into records, maps
// each by the table of its format, judges shape and limits, and appends the result to a batch. What is wrong with one
// record is that record's error; the rest goes on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"

namespace cartwheel {

enum class Format {
  kNative,  // {"id","type","customer"|"anonymous_id","at","properties"}: a JSON array, one object, or NDJSON
  kSegment,  // Segment's track, identify, alias, page and screen calls: an array, one object, {"batch": […]}, or NDJSON
  kRees46,  // REES46 CSV: event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
  kOtto,    // OTTO JSONL: {"session","events":[{"aid","ts","type"}]}
};

// "native", "segment", "rees46", "otto". False for any other name.
bool ParseFormat(std::string_view name, Format* format);
// Whether records stand in the order in which they came (OTTO's are grouped by session instead).
bool InOrderOfArrival(Format format);

// A record that was not taken.
struct Rejection {
  size_t record = 0;  // its place in the input of this reader, from 0 (CSV: without the header line)
  std::string id;     // the event's id, where it could be read
  std::string code;   // what went wrong, for counting: "bad_json", "missing_customer", "placeholder_id", "future", …
  std::string message;  // one line: what, where, what was expected
};

struct ReadOptions {
  int64_t now_ms = 0;         // for events dated too far ahead
  int64_t default_at_ms = 0;  // for events without `at`
};

// Keeps what a format needs between chunks (a CSV header, the count of records). Not thread-safe; cheap to make.
class EventReader {
 public:
  explicit EventReader(Format format) : format_(format) {}
  // `text` holds whole records. Accepted events are appended to `batch`, the others to `rejected`.
  void Read(std::string_view text, const ReadOptions& options, EventBatch* batch, std::vector<Rejection>* rejected);

 private:
  Format format_;
  size_t records_ = 0;
  std::vector<std::string> columns_;
};

}  // namespace cartwheel
