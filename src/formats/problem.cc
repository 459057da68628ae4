#include "formats/problem.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/packed.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel::formats {
namespace {

bool InsideCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Letters to insert, delete or replace (Levenshtein's distance), one row at a time.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      size_t replaced = diagonal + (a[i] != b[j] ? 1 : 0);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

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
  std::string quoted;
  if (text.size() > kQuotedBytesMax) {
    size_t cut = kQuotedBytesMax;
    while (cut > 0 && InsideCharacter(text[cut])) --cut;
    AppendJsonString(fmt::format("{}…", ToValidUtf8(text.substr(0, cut))), &quoted);
  } else {
    AppendJsonString(ToValidUtf8(text), &quoted);
  }
  return quoted;
}

std::string_view Nearest(std::string_view word, const std::string_view* words, size_t count) {
  if (word.size() > kQuotedBytesMax) return {};
  std::string_view nearest;
  size_t best = word.size() / 2 + 1;  // more than half of it wrong is another word
  for (size_t i = 0; i < count; ++i) {
    if (size_t distance = Distance(word, words[i]); distance < best) best = distance, nearest = words[i];
  }
  return nearest;
}

}  // namespace cartwheel::formats
