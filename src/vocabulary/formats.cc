// The table of formats. Adding one is adding a line here, its name in vocabulary.h, and its reader.
#include <iterator>

#include "vocabulary/readers.h"
#include "vocabulary/vocabulary.h"

namespace cartwheel {
namespace {

struct FormatRow {
  Format format;
  std::string_view name;
  bool in_order_of_arrival;
  void (*read)(std::string_view input, std::vector<std::string>* columns, vocabulary::Sink* sink);
};

constexpr FormatRow kFormats[] = {
    {Format::kNative, "native", true, vocabulary::ReadNative},
    {Format::kSegment, "segment", true, vocabulary::ReadSegment},
    {Format::kRees46, "rees46", true, vocabulary::ReadRees46},
    {Format::kOtto, "otto", false, vocabulary::ReadOtto},
};

// The rows stand in the order of the enumeration.
const FormatRow& RowOf(Format format) { return kFormats[static_cast<size_t>(format)]; }
static_assert(std::size(kFormats) == static_cast<size_t>(Format::kOtto) + 1);

}  // namespace

bool ParseFormat(std::string_view name, Format* format) {
  for (const FormatRow& row : kFormats)
    if (row.name == name) return *format = row.format, true;
  return false;
}

bool InOrderOfArrival(Format format) { return RowOf(format).in_order_of_arrival; }

void EventReader::Read(std::string_view text, const ReadOptions& options, EventBatch* batch,
                       std::vector<Rejection>* rejected, std::vector<Warning>* warnings) {
  batch->bytes.reserve(batch->bytes.size() + text.size());  // encoded, most inputs are about two thirds of their text
  vocabulary::Sink sink(options, batch, rejected, warnings, records_);
  RowOf(format_).read(text, &columns_, &sink);
  records_ = sink.record;
}

}  // namespace cartwheel
