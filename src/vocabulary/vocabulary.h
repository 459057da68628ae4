// What other systems call events, turned into ours. One reader for all formats: it splits the input into records, maps
// each by the table of its format, judges shape and limits, and appends the result to a batch. What is wrong with one
// record is that record's error; the rest goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/event.h"

namespace cartwheel {

namespace vocabulary {
struct Mapping;
}

// Their names, and what each is, stand in one table (formats.cc); everything that lists them derives from it.
enum class Format {
  kNative,  // {"id","type","customer"|"anonymous_id","at","properties"}: a JSON array, one object, or NDJSON
  kSegment,  // Segment's track, identify, alias, page and screen calls: an array, one object, {"batch": […]}, or NDJSON
  kRees46,  // REES46 CSV: event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
  kOtto,    // OTTO JSONL: {"session","events":[{"aid","ts","type"}]}
  // By mapping (vocabulary/builtin_*.cc):
  kGa4,
  kMixpanel,
  kAmplitude,
  kBraze,
  kShopify,
  kWooCommerce,
  kCafe24,
  kMeta,
};

// InvalidArgument for a name that is none, with the nearest and all that there are.
absl::StatusOr<Format> FindFormat(std::string_view name);
// "native, segment, … or meta".
std::string FormatNames();
std::string_view FormatName(Format format);
// The document that a format by mapping is written in; empty for the others.
std::string_view MappingDocument(Format format);
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
  explicit EventReader(Format format);
  // Of a shop's own format: docs/formats.md. InvalidArgument has a line for each error, with its place.
  static absl::StatusOr<EventReader> FromMapping(std::string_view json);
  // `text` holds whole records. Accepted events are appended to `batch`, the others to `rejected`.
  void Read(std::string_view text, const ReadOptions& options, EventBatch* batch, std::vector<Rejection>* rejected);

 private:
  explicit EventReader(std::shared_ptr<const vocabulary::Mapping> mapping) : format_(Format::kNative), mapping_(std::move(mapping)) {}

  Format format_;
  std::shared_ptr<const vocabulary::Mapping> mapping_;  // null: the format's own reader
  size_t records_ = 0;
  std::vector<std::string> columns_;
};

}  // namespace cartwheel
