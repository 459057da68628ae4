#include "providers/code_table.h"

namespace cartwheel {

const CodeRow* FindCode(absl::Span<const CodeRow> table, std::string_view code) {
  for (const CodeRow& row : table) {
    if (row.code == code) return &row;
    if (row.code.ends_with('*') && code.starts_with(row.code.substr(0, row.code.size() - 1))) return &row;
  }
  return nullptr;
}

}  // namespace cartwheel
