#include "cel/library.h"

#include "cel/functions.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

template <typename Visit>
void ForEachTable(Visit visit) {
  for (auto table : {TextFunctions(), NumberFunctions(), TimeFunctions(), GeneralFunctions(), OptionalFunctions()})
    visit(table);
}

}  // namespace

absl::Span<const LibraryFunction> FindLibrary(std::string_view name, bool member) {
  absl::Span<const LibraryFunction> rows;
  ForEachTable([&](absl::Span<const LibraryFunction> table) {
    for (size_t begin = 0; begin < table.size() && rows.empty(); ++begin) {
      size_t end = begin;
      while (end < table.size() && table[end].name == name && table[end].member == member) ++end;
      if (end > begin) rows = table.subspan(begin, end - begin);
    }
  });
  return rows;
}

std::vector<std::string_view> LibraryNames() {
  std::vector<std::string_view> names;
  ForEachTable([&](absl::Span<const LibraryFunction> table) {
    for (const LibraryFunction& row : table) names.push_back(row.name);
  });
  return names;
}

bool IsLibraryName(std::string_view name) {
  return !FindLibrary(name, false).empty() || !FindLibrary(name, true).empty();
}

bool IsLibraryNamespace(std::string_view name) {
  bool found = false;
  ForEachTable([&](absl::Span<const LibraryFunction> table) {
    for (const LibraryFunction& row : table)
      found |= row.name.size() > name.size() && row.name.substr(0, name.size()) == name && row.name[name.size()] == '.';
  });
  return found;
}

TypeKind OperandOf(const LibraryFunction& row, size_t index) {
  const int last = row.operands_max == kAnyNumber ? row.operands_min : row.operands_max;
  return row.operands[std::min(static_cast<int>(index), std::max(last, 1) - 1)];
}

bool Takes(TypeKind wanted, const Value& value) {
  switch (wanted) {
    case TypeKind::kDyn:
      return true;
    case TypeKind::kNull:
      return value.kind() == Kind::kNull;
    case TypeKind::kBool:
      return value.kind() == Kind::kBool;
    case TypeKind::kInt:
      return value.kind() == Kind::kInt;
    case TypeKind::kUint:
      return value.kind() == Kind::kUint;
    case TypeKind::kDouble:
      return value.kind() == Kind::kDouble || value.kind() == Kind::kDecimal;
    case TypeKind::kString:
      return value.is_string();
    case TypeKind::kBytes:
      return value.kind() == Kind::kBytes;
    case TypeKind::kTimestamp:
      return value.kind() == Kind::kTimestamp;
    case TypeKind::kDuration:
      return value.kind() == Kind::kDuration;
    case TypeKind::kList:
      return value.is_list();
    case TypeKind::kMap:
      return value.is_map();
    case TypeKind::kType:
      return value.kind() == Kind::kType;
    case TypeKind::kOptional:
      return value.kind() == Kind::kOptional;
  }
  return false;
}

Value CallLibrary(absl::Span<const LibraryFunction> rows, absl::Span<const Value> operands, Arena& arena,
                  std::string_view* error) {
  for (const LibraryFunction& row : rows) {
    const auto size = static_cast<int>(operands.size());
    bool fits = size >= row.operands_min && size <= row.operands_max;
    for (size_t i = 0; fits && i < operands.size(); ++i) fits = Takes(OperandOf(row, i), operands[i]);
    if (!fits) continue;
    Value value = row.run(operands, arena, error);
    if (!arena.full()) return value;
    *error = kTooMuchMade;
    return Value();
  }
  *error = kNoOverload;
  return Value();
}

std::string Spell(const LibraryFunction& row) {
  std::string operands;
  const int named = row.operands_max == kAnyNumber ? row.operands_min : row.operands_max;
  for (int i = row.member ? 1 : 0; i < named; ++i)
    operands += (operands.empty() ? "" : ", ") + std::string(TypeName(row.operands[i]));
  if (row.operands_max == kAnyNumber) operands += ", …";
  return row.member ? fmt::format("{}.{}({})", TypeName(row.operands[0]), row.name, operands)
                    : fmt::format("{}({})", row.name, operands);
}

}  // namespace cartwheel::cel
