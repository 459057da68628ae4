// Tables of the codes by which providers say what became of a message.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "cartwheel/channel.h"

namespace cartwheel {

// What a provider's code means. A table has a row for each code, sorted as the provider's document lists them; the
// document and its section stand above the table.
struct CodeRow {
  // As the provider writes it. One that ends with "*" is a prefix, and stands after those it covers.
  std::string_view code;
  OutcomeCode outcome = OutcomeCode::kUnknown;
  std::string_view meaning;  // for people, a few words
  int64_t retry_after_ms = 0;
};
const CodeRow* FindCode(absl::Span<const CodeRow> table, std::string_view code);  // null: the table has none

}  // namespace cartwheel
