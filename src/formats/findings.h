// What is found in the record being read: warnings, and texts that take the place of an event's parts.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cartwheel/event.h"
#include "formats/read_options.h"

namespace cartwheel::formats {

class Findings {
 public:
  Findings(const ReadOptions& options_of_call, size_t first) : options(options_of_call), record(first) {}

  const ReadOptions& options;
  size_t record = 0;           // the place of the record being read
  std::vector<Warning> found;  // in the record being read
  OptOut opt_out;              // the same, of a token
  std::string id, packed;      // what a check puts in the place of an event's parts lives here until the next record

  // Returns the shop's settings, which are asked for once.
  const ShopSettings& shop();
  // Adds a warning. `value` as Quote and Show make it. Beyond kWarningsOfEventMax they are counted.
  void Warn(std::string_view code, std::string field, std::string value, std::string_view expected);

 protected:
  // Forgets what was found; the next record begins.
  void Clear();

 private:
  std::optional<ShopSettings> shop_;
  size_t more_ = 0;
};

}  // namespace cartwheel::formats
