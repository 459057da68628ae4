#include "liquid/text.h"

#include <algorithm>
#include <vector>

#include "fmt/format.h"
#include "liquid/liquid.h"

namespace cartwheel::liquid {
namespace {

// Terminals give these two columns.
bool IsWide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0x1F300 && c <= 0x1FAFF);
}

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
size_t EditDistance(std::string_view a, std::string_view b) {
  size_t width = b.size() + 1;
  std::vector<size_t> table((a.size() + 1) * width);
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      size_t& cell = table[i * width + j];
      if (i == 0 || j == 0) {
        cell = i + j;
        continue;
      }
      cell = std::min({table[(i - 1) * width + j] + 1, table[i * width + j - 1] + 1,
                       table[(i - 1) * width + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cell = std::min(cell, table[(i - 2) * width + j - 2] + 1);
    }
  }
  return table.back();
}

constexpr size_t kNameBytesCompared = 64;  // longer names are no slip of ours

}  // namespace

std::string_view StripLeft(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view StripRight(std::string_view text) {
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string Place(std::string_view source, size_t offset) {
  std::string_view before = source.substr(0, offset);
  size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("{}:{}", std::count(before.begin(), before.end(), '\n') + 1,
                     CountCharacters(before.substr(line_start)) + 1);
}

absl::Status ErrorAt(std::string_view source, size_t offset, std::string_view message) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", Place(source, offset), message));
}

std::string DidYouMean(std::string_view name, absl::Span<const std::string_view> names) {
  if (name.size() > kNameBytesCompared) return "";
  size_t best = std::max<size_t>(1, name.size() / 3) + 1;
  std::string_view nearest;
  for (std::string_view candidate : names) {
    if (candidate.size() > kNameBytesCompared) continue;
    if (size_t distance = EditDistance(name, candidate); distance < best && distance < candidate.size())
      best = distance, nearest = candidate;
  }
  return nearest.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest);
}

std::string Caret(std::string_view source, size_t line, size_t column) {
  for (size_t end; line > 1 && (end = source.find('\n')) != source.npos; --line) source.remove_prefix(end + 1);
  std::string_view text = StripRight(source.substr(0, source.find('\n')));
  std::string out = fmt::format("{}\n", text);
  for (size_t at = 0, bytes; column > 1 && at < text.size(); at += bytes, --column) {
    char32_t c = DecodeAt(text, at, &bytes);
    out += c == '\t' ? "\t" : IsWide(c) ? "  " : " ";
  }
  return out + "^";
}

}  // namespace cartwheel::liquid
