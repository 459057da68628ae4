#include "formats/problem.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel::formats {

std::string Describe(const Path& path) {
  std::string before = path.parent != nullptr ? Describe(*path.parent) : std::string();
  if (path.index != Path::kNoIndex) return fmt::format("{}[{}]", before, path.index);
  std::string_view key = path.key;
  std::string quoted;
  bool plain = key.size() <= kQuotedBytesMax && std::all_of(key.begin(), key.end(), [](unsigned char c) {
                 return c > ' ' && c != '"' && c != '.' && c != '[';
               });
  if (!plain || key.empty()) key = quoted = Quote(key);
  return before.empty() ? std::string(key) : fmt::format("{}.{}", before, key);
}

std::string ToValidUtf8(std::string_view text) {
  if (IsUtf8(text)) return std::string(text);
  std::string valid;
  for (size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
    const bool broken = DecodeAt(text, at, &bytes) == kNotUtf8;
    valid += broken ? std::string_view("\xef\xbf\xbd") : text.substr(at, bytes);
  }
  return valid;
}

std::string Quote(std::string_view text) {
  const std::string_view cut = CutAtCharacter(text, kQuotedBytesMax);
  std::string quoted;
  AppendJsonString(fmt::format("{}{}", ToValidUtf8(cut), cut.size() < text.size() ? "…" : ""), &quoted);
  return quoted;
}

}  // namespace cartwheel::formats
