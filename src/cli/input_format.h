// The format of an input, as --format says it: the name of a built-in one, or a mapping file.
#pragma once

#include <optional>
#include <string>

#include "cli/args.h"
#include "formats/formats.h"

namespace cartwheel::cli {

struct InputFormat {
  Format format = Format::kNative;
  std::optional<EventReader> mapped;  // of a mapping file

  EventReader Reader() const { return mapped ? *mapped : EventReader(format); }
  bool in_order_of_arrival() const { return mapped || InOrderOfArrival(format); }
  bool json() const { return mapped || format != Format::kRees46; }
};

inline const std::string kFormatHelp = FormatNames() + " (native without it), or a mapping file";
inline const OptionSpec kFormatOption = {"--format", "NAME|FILE.json", kFormatHelp};

// Of --format. InvalidArgument names the nearest format, or the errors of the mapping.
absl::StatusOr<InputFormat> FormatOf(const Args& args);
// "ga4", or the path of a mapping: whatever has a dot or a slash.
absl::StatusOr<InputFormat> FindInputFormat(const std::string& name);

}  // namespace cartwheel::cli
