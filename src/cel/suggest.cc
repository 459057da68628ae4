#include "cel/suggest.h"

#include <algorithm>

#include "cel/functions.h"
#include "cel/library.h"
#include "cel/limits.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

constexpr size_t kNameMax = 64;  // longer names are not compared

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edit distance with swaps of neighbours, case ignored.
size_t Distance(std::string_view a, std::string_view b) {
  size_t two_back[kNameMax + 1] = {}, back[kNameMax + 1] = {}, row[kNameMax + 1];
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    std::copy(back, back + b.size() + 1, two_back);
    std::copy(row, row + b.size() + 1, back);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      bool same = Lower(a[i - 1]) == Lower(b[j - 1]);
      row[j] = std::min({back[j] + 1, row[j - 1] + 1, back[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && Lower(a[i - 1]) == Lower(b[j - 2]) && Lower(a[i - 2]) == Lower(b[j - 1]))
        row[j] = std::min(row[j], two_back[j - 2] + 1);
    }
  }
  return row[b.size()];
}

struct MacroHint {
  std::string_view name, message;
};
constexpr MacroHint kMacroHints[] = {{"exists", "write list.exists(item, condition)"},
                                     {"all", "write list.all(item, condition)"},
                                     {"exists_one", "write list.exists_one(item, condition)"},
                                     {"has", "write has(event.price)"}};

}  // namespace

std::optional<std::string_view> Nearest(std::string_view wrong, const std::vector<std::string_view>& names) {
  if (wrong.size() > kNameMax) return std::nullopt;
  size_t best = std::max<size_t>(1, wrong.size() / 3) + 1;
  std::optional<std::string_view> nearest;
  for (std::string_view name : names) {
    if (name.size() > kNameMax) continue;
    if (size_t distance = Distance(wrong, name); distance < best) {
      best = distance;
      nearest = name;
    }
  }
  return nearest;
}

std::string ListNames(std::vector<std::string_view> names) {
  std::sort(names.begin(), names.end());
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += ", ";
    if (i == kNamesListedMax) return list + "…";
    list += names[i];
  }
  return list;
}

std::string UnknownFunction(std::string_view name) {
  std::vector<std::string_view> names = LibraryNames();
  for (const MacroHint& hint : kMacroHints) {
    if (hint.name == name) return std::string(hint.message);
    names.push_back(hint.name);
  }
  for (const FunctionName& function : FunctionNames()) names.push_back(function.name);
  const std::optional<std::string_view> nearest = Nearest(name, names);
  return fmt::format("unknown function \"{}\"{}", name, nearest ? fmt::format(", did you mean \"{}\"?", *nearest) : "");
}

}  // namespace cartwheel::cel
