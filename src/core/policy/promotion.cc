#include "core/policy/promotion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/types/span.h"
#include "core/policy/promotion_words.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

using Phrases = absl::Span<const std::string_view>;

constexpr std::string_view kParticles[] = {"이", "가", "을", "를", "은", "는", "의"};
constexpr std::string_view kNoBreakSpace = "\u00A0";
constexpr size_t kShownMax = 5;  // words in a message

bool IsWordByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
// Bytes of the space at the beginning of a text: 0 when it is none.
size_t SpaceBytes(std::string_view text, bool hyphens) {
  if (text.starts_with(kNoBreakSpace)) return kNoBreakSpace.size();
  if (text.empty()) return 0;
  const char c = text.front();
  return c == ' ' || (c >= '\t' && c <= '\r') || (hyphens && c == '-') ? 1 : 0;
}

size_t ParticleBytes(std::string_view text) {
  for (std::string_view particle : kParticles)
    if (text.starts_with(particle)) return particle.size();
  return 0;
}

// Bytes of `text` that a phrase takes from its beginning; 0: it does not stand there.
size_t MatchKorean(std::string_view text, std::string_view phrase) {
  size_t at = 0;
  for (char c : phrase) {
    if (c == '~') {
      at += ParticleBytes(text.substr(at));
    } else if (c == ' ') {
      while (const size_t bytes = SpaceBytes(text.substr(at), false)) at += bytes;
    } else if (at == text.size() || text[at++] != c) {
      return 0;
    }
  }
  return at;
}

size_t MatchEnglish(std::string_view text, std::string_view phrase) {
  size_t at = 0;
  for (char c : phrase) {
    if (c == ' ') {
      const size_t before = at;
      while (const size_t bytes = SpaceBytes(text.substr(at), true)) at += bytes;
      if (at == before) return 0;
    } else if (at == text.size() || absl::ascii_tolower(static_cast<unsigned char>(text[at++])) != c) {
      return 0;
    }
  }
  return at < text.size() && IsWordByte(text[at]) && IsWordByte(phrase.back()) ? 0 : at;
}

// The longest of the phrases that begins at `at`, in bytes; 0: none.
size_t LongestAt(std::string_view text, size_t at, Phrases korean, Phrases english) {
  const std::string_view rest = text.substr(at);
  size_t longest = 0;
  for (std::string_view phrase : korean) longest = std::max(longest, MatchKorean(rest, phrase));
  const bool starts_word = at == 0 || !IsWordByte(text[at - 1]) || !IsWordByte(text[at]);
  if (starts_word)
    for (std::string_view phrase : english) longest = std::max(longest, MatchEnglish(rest, phrase));
  return longest;
}

std::vector<Promotion> FindAll(std::string_view text, Phrases korean, Phrases english) {
  std::vector<Promotion> found;
  for (size_t at = 0; at < text.size();) {
    const size_t size = LongestAt(text, at, korean, english);
    if (size != 0) found.push_back({at, size});
    at += std::max<size_t>(size, 1);
  }
  return found;
}

// The sentence around a place: up to a line's end, or a stop that no digit follows.
std::string_view SentenceAround(std::string_view text, size_t place) {
  auto ends = [&](size_t i) {
    const char c = text[i];
    const bool in_number = c == '.' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    return c == '\n' || c == '!' || c == '?' || (c == '.' && !in_number);
  };
  size_t from = place, to = place;
  while (from > 0 && !ends(from - 1)) --from;
  while (to < text.size() && !ends(to)) ++to;
  return text.substr(from, to - from);
}

// Whether the place lies in a link, "https://…" up to the next space.
bool IsInLink(std::string_view text, size_t place) {
  const size_t space = text.substr(0, place).find_last_of(" \t\r\n\"'(<");
  const size_t from = space == text.npos ? 0 : space + 1;
  return text.substr(from, place - from).find("://") != text.npos;
}

bool IsWithin(const Promotion& inner, const std::vector<Promotion>& outer) {
  return std::any_of(outer.begin(), outer.end(),
                     [&](const Promotion& o) { return o.at <= inner.at && inner.at + inner.size <= o.at + o.size; });
}

}  // namespace

std::vector<Promotion> FindPromotions(std::string_view text) {
  std::vector<Promotion> found = FindAll(text, kPromotingKorean, kPromotingEnglish);
  // Each place is looked at by itself: a longer phrase that begins earlier must not hide a harmless one within it.
  std::vector<Promotion> harmless;
  for (size_t at = 0; at < text.size(); ++at)
    if (const size_t size = LongestAt(text, at, kHarmlessKorean, kHarmlessEnglish)) harmless.push_back({at, size});
  std::erase_if(found, [&](const Promotion& p) { return IsWithin(p, harmless); });
  for (const Promotion& points : FindAll(text, kPointsKorean, kPointsEnglish))
    if (FindAll(SentenceAround(text, points.at), kPointsOwnedKorean, kPointsOwnedEnglish).empty() &&
        !IsWithin(points, found))
      found.push_back(points);
  std::erase_if(found, [&](const Promotion& p) { return IsInLink(text, p.at); });
  std::sort(found.begin(), found.end(), [](const Promotion& a, const Promotion& b) { return a.at < b.at; });
  return found;
}

std::string PromotionProblem(MessageClass message_class, std::string_view text, size_t* at) {
  if (message_class == MessageClass::kAdvertisement) return "";
  const std::vector<Promotion> found = FindPromotions(text);
  if (found.empty()) return "";
  *at = found.front().at;
  std::vector<std::string> words;
  for (const Promotion& promotion : found) {
    const std::string word = fmt::format("\"{}\"", text.substr(promotion.at, promotion.size));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  const size_t more = words.size() - std::min(words.size(), kShownMax);
  words.resize(words.size() - more);
  return fmt::format(
      "{}: {}{} {}, and a message of the class \"{}\" has no promotion in it: leave it out, or make it an "
      "advertisement (\"class\": \"ad\")",
      kPromotionRule, fmt::join(words, ", "), more == 0 ? "" : fmt::format(" and {} more", more),
      words.size() + more == 1 ? "promotes" : "promote", MessageClassName(message_class));
}

std::string VisibleText(std::string_view html) {
  std::string text(html);
  auto blank = [&](size_t from, size_t to) {
    std::fill(text.begin() + static_cast<ptrdiff_t>(from), text.begin() + static_cast<ptrdiff_t>(to), ' ');
    return to;
  };
  auto end_of = [&](std::string_view mark, size_t from) {
    const size_t at = html.find(mark, from);
    return at == html.npos ? html.size() : at + mark.size();
  };
  for (size_t at = 0; at < html.size();) {
    const std::string_view rest = html.substr(at);
    if (rest.starts_with("<!--")) {
      at = blank(at, end_of("-->", at));
    } else if (rest.starts_with("<style") || rest.starts_with("<script")) {
      at = blank(at, end_of(rest[2] == 't' ? "</style>" : "</script>", at));
    } else if (rest.starts_with("<")) {
      size_t end = at + 1;
      for (char quote = 0; end < html.size() && (quote != 0 || html[end] != '>'); ++end) {
        if (html[end] == quote)
          quote = 0;
        else if (quote == 0 && (html[end] == '"' || html[end] == '\''))
          quote = html[end];
      }
      at = blank(at, std::min(end + 1, html.size()));
    } else if (rest.starts_with("&nbsp;")) {
      at = blank(at, at + 6);
    } else {
      ++at;
    }
  }
  return text;
}

}  // namespace cartwheel
