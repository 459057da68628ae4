#include "liquid/lexer.h"

#include <algorithm>

#include "base/place.h"
#include "base/status.h"
#include "base/utf8.h"
#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c) || c == '-'; }

struct Punctuation {
  std::string_view text;
  TokenKind kind;
};
// Longer ones first.
constexpr Punctuation kPunctuation[] = {
    {"==", TokenKind::kOperator},   {"!=", TokenKind::kOperator}, {"<>", TokenKind::kOperator},
    {"<=", TokenKind::kOperator},   {">=", TokenKind::kOperator}, {"..", TokenKind::kRange},
    {"<", TokenKind::kOperator},    {">", TokenKind::kOperator},  {"|", TokenKind::kPipe},
    {".", TokenKind::kDot},         {":", TokenKind::kColon},     {",", TokenKind::kComma},
    {"(", TokenKind::kOpen},        {")", TokenKind::kClose},     {"[", TokenKind::kOpenSquare},
    {"]", TokenKind::kCloseSquare},
};

// What people type instead of what Liquid has.
struct Slip {
  std::string_view text;
  std::string_view advice;
};
constexpr Slip kSlips[] = {
    {"=", "compare with == or !="},
    {"&&", "write and"},
    {"!", "there is no !; use unless, or compare with !="},
    {"“", "quote texts with ' or \""},
    {"”", "quote texts with ' or \""},
    {"‘", "quote texts with ' or \""},
    {"’", "quote texts with ' or \""},
    {"{", "a value inside of {{ }} or {% %} is written without brackets"},
    {"+", "write | plus: 1"},
    {"*", "write | times: 2"},
    {"/", "write | divided_by: 2"},
    {"-", "write | minus: 1"},
};

absl::Status UnexpectedCharacter(std::string_view source, std::string_view rest, size_t offset) {
  for (const Slip& slip : kSlips)
    if (rest.starts_with(slip.text))
      return ErrorAt(source, offset, fmt::format("unexpected {}: {}", slip.text, slip.advice));
  size_t bytes;
  if (DecodeAt(rest, 0, &bytes) >= 0x80)
    return ErrorAt(
        source, offset,
        fmt::format("unexpected \"{}\": names are made of Latin letters, digits, _ and -", rest.substr(0, bytes)));
  return ErrorAt(source, offset, fmt::format("unexpected character {}", rest.substr(0, bytes)));
}

size_t NumberLength(std::string_view text, bool* fraction) {
  size_t end = text[0] == '-' ? 1 : 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  *fraction = end + 1 < text.size() && text[end] == '.' && IsDigit(text[end + 1]);
  if (!*fraction) return end;
  for (++end; end < text.size() && IsDigit(text[end]); ++end) {
  }
  return end;
}

// Splits a tag's markup into the name and the rest.
void NameTag(std::string_view markup, Segment* segment) {
  markup = StripLeft(markup);
  size_t length = markup.starts_with('#') ? 1 : 0;
  while (length < markup.size() && IsNamePart(markup[length]) && markup[0] != '#') ++length;
  segment->name = markup.substr(0, length);
  segment->text = markup.substr(length);
}

}  // namespace

namespace {

// The length of Braze's "${name}" at the start of a text; 0: there is none. Its names may have spaces.
size_t BrazeLength(std::string_view text) {
  if (!text.starts_with("${")) return 0;
  const size_t end = text.find_first_of("}'\"|{\n", 2);
  return end == text.npos || text[end] != '}' || end == 2 ? 0 : end + 1;
}

}  // namespace

absl::StatusOr<Segment> Scanner::Bracketed(Segment::Kind kind, std::string_view closing) {
  size_t begin = at_;
  size_t end = source_.find(closing, begin + 2);
  for (size_t name = begin + 2; (name = source_.substr(0, end).find("${", name)) != source_.npos; name += 2)
    if (const size_t length = BrazeLength(source_.substr(name)); name + length > end)
      end = source_.find(closing, name + length);
  if (end == source_.npos)
    return ErrorAt(source_, begin, fmt::format("{} is never closed: expected {}", source_.substr(begin, 2), closing));
  at_ = end + 2;
  std::string_view markup = source_.substr(begin + 2, end - begin - 2);
  trim_ = markup.ends_with('-');
  if (trim_) markup.remove_suffix(1);
  if (markup.starts_with('-')) markup.remove_prefix(1);
  Segment segment{kind, markup, {}, source_.substr(begin, at_ - begin)};
  if (kind == Segment::Kind::kOutput) return segment;
  NameTag(markup, &segment);
  return segment;
}

Scanner Scanner::OfLines(std::string_view source, std::string_view lines) {
  Scanner scanner(source);
  scanner.at_ = static_cast<size_t>(lines.data() - source.data());
  scanner.end_ = scanner.at_ + lines.size();
  scanner.lines_ = true;
  return scanner;
}

Segment Scanner::Line() {
  while (at_ < end_ && IsSpace(source_[at_])) ++at_;
  if (at_ == end_) return Segment{};
  const std::string_view line = source_.substr(at_, std::min(source_.find('\n', at_), end_) - at_);
  at_ += line.size();
  Segment segment{Segment::Kind::kTag, {}, {}, line};
  NameTag(line, &segment);
  return segment;
}

absl::StatusOr<Segment> Scanner::Next() {
  if (lines_) return Line();
  size_t bracket = at_;
  do {
    bracket = source_.find('{', bracket);
    if (bracket == source_.npos) break;
    if (bracket + 1 < source_.size() && (source_[bracket + 1] == '{' || source_[bracket + 1] == '%')) break;
    ++bracket;
  } while (true);
  std::string_view text = source_.substr(at_, bracket == source_.npos ? bracket : bracket - at_);
  if (!text.empty()) {
    at_ += text.size();
    if (trim_) text = StripLeft(text);
    trim_ = false;
    if (bracket != source_.npos && bracket + 2 < source_.size() && source_[bracket + 2] == '-') text = StripRight(text);
    if (!text.empty()) return Segment{Segment::Kind::kText, text, {}, text};
  }
  if (bracket == source_.npos) return Segment{};
  bool output = source_[bracket + 1] == '{';
  return Bracketed(output ? Segment::Kind::kOutput : Segment::Kind::kTag, output ? "}}" : "%}");
}

absl::StatusOr<std::string_view> Scanner::Raw(const Segment& opening) {
  const std::string end = fmt::format("end{}", opening.name);
  size_t begin = at_;
  for (size_t tag = begin; !lines_ && (tag = source_.find("{%", tag)) != source_.npos; tag += 2) {
    std::string_view rest = source_.substr(tag + 2);
    if (rest.starts_with('-')) rest.remove_prefix(1);
    rest = StripLeft(rest);
    if (!rest.starts_with(end)) continue;
    rest = StripLeft(rest.substr(end.size()));
    bool dash = rest.starts_with('-');
    if (dash) rest.remove_prefix(1);
    if (!rest.starts_with("%}")) continue;
    trim_ = dash;
    at_ = source_.size() - rest.size() + 2;
    return source_.substr(begin, tag - begin);
  }
  return ErrorAt(source_, opening.whole.data() - source_.data(),
                 fmt::format("\"{}\" is never closed: expected {{% {} %}}", opening.name, end));
}

absl::Status Scanner::SkipComment(const Segment& opening) {
  for (int depth = 1; lines_ && depth > 0;) {
    const Segment line = Line();
    if (line.kind == Segment::Kind::kEnd) break;
    depth += (line.name == "comment") - (line.name == "endcomment");
    if (depth == 0) return absl::OkStatus();
  }
  for (int depth = 1; !lines_ && depth > 0;) {
    size_t tag = source_.find("{%", at_);
    if (tag == source_.npos) break;
    at_ = tag;
    auto segment = Bracketed(Segment::Kind::kTag, "%}");
    if (!segment.ok()) break;
    if (segment->name == "comment") ++depth;
    if (segment->name == "endcomment" && --depth == 0) return absl::OkStatus();
    if (segment->name == "raw") {
      ASSIGN_OR_RETURN(std::string_view skipped, Raw(*segment));
      (void)skipped;
    }
  }
  return ErrorAt(source_, opening.whole.data() - source_.data(),
                 "\"comment\" is never closed: expected {% endcomment %}");
}

absl::Status Tokenize(std::string_view source, std::string_view markup, std::vector<Token>* tokens) {
  tokens->clear();
  size_t base = markup.data() - source.data();
  size_t at = 0;
  while (true) {
    while (at < markup.size() && IsSpace(markup[at])) ++at;
    if (at == markup.size()) break;
    std::string_view rest = markup.substr(at);
    char c = rest[0];
    Token token{TokenKind::kName, {}, base + at, 0};
    size_t length = 1;
    if (IsNameStart(c)) {
      while (length < rest.size() && IsNamePart(rest[length])) ++length;
      if (length < rest.size() && rest[length] == '?') ++length;
    } else if ((length = BrazeLength(rest)) > 0) {
      token.text = Strip(rest.substr(2, length - 3));
      token.braze = true;
    } else if (IsDigit(c) || (c == '-' && rest.size() > 1 && IsDigit(rest[1]))) {
      bool fraction;
      length = NumberLength(rest, &fraction);
      token.kind = fraction ? TokenKind::kFloat : TokenKind::kInteger;
    } else if (c == '\'' || c == '"') {
      size_t closing = rest.find(c, 1);
      if (closing == rest.npos)
        return ErrorAt(source, base + at, fmt::format("the text is never closed: expected {}", c));
      token.kind = TokenKind::kString;
      token.text = rest.substr(1, closing - 1);
      length = closing + 1;
    } else {
      auto punctuation = std::find_if(std::begin(kPunctuation), std::end(kPunctuation),
                                      [&](const Punctuation& p) { return rest.starts_with(p.text); });
      if (punctuation == std::end(kPunctuation)) return UnexpectedCharacter(source, rest, base + at);
      token.kind = punctuation->kind;
      length = punctuation->text.size();
    }
    if (token.kind != TokenKind::kString && !token.braze) token.text = rest.substr(0, length);
    at += length;
    token.end = base + at;
    tokens->push_back(token);
  }
  size_t end = base + StripRight(markup).size();
  tokens->push_back({TokenKind::kEnd, {}, end, end});
  return absl::OkStatus();
}

}  // namespace cartwheel::liquid
