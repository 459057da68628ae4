#include "base/suggest.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kNameBytesMax = 64;  // longer names are not compared

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), case ignored. Neither name is
// longer than kNameBytesMax.
size_t Distance(std::string_view a, std::string_view b) {
  auto same = [&](size_t i, size_t j) { return absl::ascii_tolower(a[i]) == absl::ascii_tolower(b[j]); };
  size_t before_last[kNameBytesMax + 1] = {}, last[kNameBytesMax + 1] = {}, row[kNameBytesMax + 1];
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    std::copy(last, last + b.size() + 1, before_last);
    std::copy(row, row + b.size() + 1, last);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(i - 1, j - 1) ? 0 : 1)});
      if (i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1)) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// The letters in lower case, and everything else but separators.
std::string Bare(std::string_view word) {
  std::string bare;
  for (char c : word)
    if (c != '_' && c != '-' && c != ' ' && c != '.') bare.push_back(absl::ascii_tolower(c));
  return bare;
}

bool AreLetters(std::string_view text) { return std::all_of(text.begin(), text.end(), absl::ascii_islower); }

}  // namespace

std::string_view Nearest(std::string_view wrong, absl::Span<const std::string_view> names, Nearness nearness) {
  if (wrong.size() > kNameBytesMax) return {};
  size_t best = std::max<size_t>(1, wrong.size() / static_cast<size_t>(nearness)) + 1;
  std::string_view nearest;
  for (std::string_view name : names) {
    if (name.size() > kNameBytesMax) continue;
    const size_t distance = Distance(wrong, name);
    if (distance >= best || distance >= name.size()) continue;  // a name of other letters only is another one
    best = distance;
    nearest = name;
  }
  return nearest;
}

std::string DidYouMean(std::string_view wrong, absl::Span<const std::string_view> names) {
  const std::string_view nearest = Nearest(wrong, names);
  return nearest.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest);
}

std::string Hint(std::string_view wrong, absl::Span<const std::string_view> names) {
  std::string meant = DidYouMean(wrong, names);
  return meant.empty() ? ExpectedOneOf(names) : meant;
}

std::string ExpectedOneOf(absl::Span<const std::string_view> names) {
  if (names.empty()) return "";
  const std::string_view one_of = names.size() == 1 ? "" : "one of ";
  return fmt::format(", expected {}{}", one_of, ListNames(names));
}

std::string ListNames(absl::Span<const std::string_view> given) {
  std::vector<std::string_view> names(given.begin(), given.end());
  std::sort(names.begin(), names.end());
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += ", ";
    if (i == kNamesListedMax) return list + "…";
    list += names[i];
  }
  return list;
}

bool IsSlip(std::string_view word, std::string_view of) {
  const std::string bare_word = Bare(word), bare_of = Bare(of);
  std::string_view a = bare_word, b = bare_of;
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.empty() && b.empty()) return word != of;
  if (!AreLetters(a) || !AreLetters(b)) return false;
  const bool swapped = a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
  return swapped || (a.size() <= 1 && b.size() <= 1);
}

}  // namespace cartwheel
