#include "base/place.h"

#include <algorithm>
#include <charconv>

#include "base/measure.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr size_t kCharactersShownMax = 100;  // of a line, around the column

std::string_view LineOf(std::string_view source, size_t number) {
  for (; number > 1; --number) {
    const size_t end = source.find('\n');
    if (end == source.npos) return {};
    source.remove_prefix(end + 1);
  }
  std::string_view line = source.substr(0, source.find('\n'));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  return line;
}

}  // namespace

Place PlaceOf(std::string_view source, size_t offset) {
  std::string_view before = source.substr(0, offset);
  if (before.starts_with(kByteOrderMark)) before.remove_prefix(kByteOrderMark.size());
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          CountCharacters(before.substr(line_begin)) + 1};
}

std::string LineAndColumn(std::string_view source, size_t offset) {
  const Place place = PlaceOf(source, offset);
  return fmt::format("{}:{}", place.line, place.column);
}

size_t ReadPlace(std::string_view text, Place* place) {
  const char* end = text.data() + text.size();
  const auto [colon, no_line] = std::from_chars(text.data(), end, place->line);
  if (no_line != std::errc() || colon == end || *colon != ':') return 0;
  const auto [stop, no_column] = std::from_chars(colon + 1, end, place->column);
  const bool found = no_column == std::errc() && place->line > 0 && place->column > 0;
  return found ? static_cast<size_t>(stop - text.data()) : 0;
}

absl::Status ErrorAt(std::string_view source, size_t offset, std::string_view message) {
  std::string text = fmt::format("{}: {}", LineAndColumn(source, offset), message);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return absl::InvalidArgumentError(text);
}

std::string Caret(std::string_view source, Place place) {
  if (source.starts_with(kByteOrderMark)) source.remove_prefix(kByteOrderMark.size());
  const size_t newlines = static_cast<size_t>(std::count(source.begin(), source.end(), '\n'));
  if (place.line == 0 || place.column == 0 || place.line > newlines + 1) return "";
  std::string_view line = LineOf(source, place.line);
  std::string_view before = line.substr(0, CharacterOffset(line, place.column - 1));
  std::string_view after = line.substr(before.size());
  const size_t characters = CountCharacters(before);
  const bool cut = characters > kCharactersShownMax / 2;
  if (cut) before.remove_prefix(CharacterOffset(before, characters - kCharactersShownMax / 2));
  const size_t room = kCharactersShownMax - CountCharacters(before);
  const std::string_view shown = after.substr(0, CharacterOffset(after, room));
  std::string below = cut ? " " : "";
  for (size_t at = 0, bytes; at < before.size(); at += bytes) {
    const char32_t character = DecodeAt(before, at, &bytes);
    below += character == '\t' ? "\t" : std::string(ColumnsOf(character), ' ');
  }
  return fmt::format("{}{}{}{}\n{}^", cut ? "…" : "", before, shown, shown.size() < after.size() ? "…" : "", below);
}

}  // namespace cartwheel
