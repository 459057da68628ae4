// The table of formats. Adding one is adding a line here, its name in formats.h, and its reader or its mapping.
#include "formats/formats.h"

#include <iterator>
#include <utility>

#include "base/suggest.h"
#include "fmt/format.h"
#include "formats/builtin.h"
#include "formats/mapping.h"
#include "formats/problem.h"
#include "formats/readers.h"

namespace cartwheel {
namespace {

struct FormatRow {
  Format format;
  std::string_view name;
  bool in_order_of_arrival;
  void (*read)(std::string_view input, std::vector<std::string>* columns, formats::Sink* sink);  // null: by mapping
  const char* mapping;
};

constexpr FormatRow kFormats[] = {
    {Format::kNative, "native", true, formats::ReadNative, ""},
    {Format::kSegment, "segment", true, formats::ReadSegment, ""},
    {Format::kRees46, "rees46", true, formats::ReadRees46, ""},
    {Format::kOtto, "otto", false, formats::ReadOtto, ""},
    {Format::kGa4, "ga4", true, nullptr, formats::kGa4Mapping},
    {Format::kMixpanel, "mixpanel", true, nullptr, formats::kMixpanelMapping},
    {Format::kAmplitude, "amplitude", true, nullptr, formats::kAmplitudeMapping},
    {Format::kBraze, "braze", true, nullptr, formats::kBrazeMapping},
    {Format::kShopify, "shopify", true, nullptr, formats::kShopifyMapping},
    {Format::kWooCommerce, "woocommerce", true, nullptr, formats::kWooCommerceMapping},
    {Format::kCafe24, "cafe24", true, nullptr, formats::kCafe24Mapping},
    {Format::kMeta, "meta", true, nullptr, formats::kMetaMapping},
};

// The rows stand in the order of the enumeration.
const FormatRow& RowOf(Format format) { return kFormats[static_cast<size_t>(format)]; }
static_assert(std::size(kFormats) == static_cast<size_t>(Format::kMeta) + 1);

// Read once a process and format: a built-in mapping that is wrong is found by its test, which reads them all.
std::shared_ptr<const formats::Mapping> BuiltIn(Format format) {
  if (RowOf(format).read != nullptr) return nullptr;
  static const auto* mappings = [] {
    auto* read = new std::vector<std::shared_ptr<const formats::Mapping>>(std::size(kFormats));
    for (const FormatRow& row : kFormats) {
      if (row.read != nullptr) continue;
      absl::StatusOr<std::shared_ptr<const formats::Mapping>> mapping = formats::ReadMapping(row.mapping);
      (*read)[static_cast<size_t>(row.format)] = mapping.ok() ? *mapping : std::make_shared<const formats::Mapping>();
    }
    return read;
  }();
  return (*mappings)[static_cast<size_t>(format)];
}

}  // namespace

absl::StatusOr<Format> FindFormat(std::string_view name) {
  std::vector<std::string_view> names;
  for (const FormatRow& row : kFormats) {
    if (row.name == name) return row.format;
    names.push_back(row.name);
  }
  const std::string_view nearest = Nearest(name, names, Nearness::kPossible);
  return absl::InvalidArgumentError(fmt::format("{} is no format: {}expected {}", formats::Quote(name),
                                                nearest.empty() ? "" : fmt::format("did you mean {}? ", nearest),
                                                FormatNames()));
}

std::string FormatNames() {
  std::string names;
  for (const FormatRow& row : kFormats) {
    if (!names.empty()) names += &row == std::end(kFormats) - 1 ? " or " : ", ";
    names += row.name;
  }
  return names;
}

std::string_view FormatName(Format format) { return RowOf(format).name; }
std::string_view MappingDocument(Format format) { return RowOf(format).mapping; }

bool InOrderOfArrival(Format format) { return RowOf(format).in_order_of_arrival; }

EventReader::EventReader(Format format) : format_(format), mapping_(BuiltIn(format)) {}

absl::StatusOr<EventReader> EventReader::FromMapping(std::string_view json) {
  absl::StatusOr<std::shared_ptr<const formats::Mapping>> mapping = formats::ReadMapping(json);
  if (!mapping.ok()) return mapping.status();
  return EventReader(*std::move(mapping));
}

void EventReader::Read(std::string_view text, const ReadOptions& options, EventBatch* batch,
                       std::vector<Rejection>* rejected, std::vector<Warning>* warnings) {
  batch->bytes.reserve(batch->bytes.size() + text.size());  // encoded, most inputs are about two thirds of their text
  formats::Sink sink(options, batch, rejected, warnings, records_);
  if (mapping_ != nullptr) {
    formats::ReadMapped(*mapping_, text, &sink);
  } else {
    RowOf(format_).read(text, &columns_, &sink);
  }
  records_ = sink.record;
}

}  // namespace cartwheel
