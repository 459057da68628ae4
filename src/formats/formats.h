// What other systems call events, turned into ours. One reader for all formats: it splits the input into records, maps
// each by the table of its format, judges it, and appends the result to a batch. A field that cannot be read becomes a
// warning and the event goes on without it; a record that is no event is a rejection, and the rest goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cartwheel/event.h"
#include "core/model/event.h"
#include "formats/read_options.h"

namespace cartwheel {

namespace formats {
struct Mapping;
}

// Their names, and what each is, stand in one table (formats.cc); everything that lists them derives from it.
enum class Format {
  kNative,  // {"id","type","customer"|"anonymous_id","at","properties"}: a JSON array, one object, or NDJSON
  kSegment,  // Segment's track, identify, alias, page and screen calls: an array, one object, {"batch": […]}, or NDJSON
  kRees46,  // REES46 CSV: event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
  kOtto,    // OTTO JSONL: {"session","events":[{"aid","ts","type"}]}
  // By mapping (formats/builtin_*.cc):
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

// Keeps what a format needs between chunks (a CSV header, the count of records). Not thread-safe; cheap to make.
class EventReader {
 public:
  explicit EventReader(Format format);
  // Of a shop's own format: docs/formats.md. InvalidArgument has a line for each error, with its place.
  static absl::StatusOr<EventReader> FromMapping(std::string_view json);
  // `text` holds whole records. Accepted events are appended to `batch`, the others to `rejected`; what was found in
  // the accepted ones to `warnings`, unless that is null.
  void Read(std::string_view text, const ReadOptions& options, EventBatch* batch, std::vector<Rejection>* rejected,
            std::vector<Warning>* warnings = nullptr);

 private:
  explicit EventReader(std::shared_ptr<const formats::Mapping> mapping)
      : format_(Format::kNative), mapping_(std::move(mapping)) {}

  Format format_;
  std::shared_ptr<const formats::Mapping> mapping_;  // null: the format's own reader
  size_t records_ = 0;
  std::vector<std::string> columns_;
};

}  // namespace cartwheel
