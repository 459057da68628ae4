// Source to tokens. Literals are only delimited here; literal.cc reads what they say.
#include <algorithm>

#include "base/place.h"
#include "base/utf8.h"
#include "cel/token.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

constexpr std::string_view kReservedWords[] = {"as",       "break",  "const",  "continue", "else", "for",
                                               "function", "if",     "import", "let",      "loop", "namespace",
                                               "package",  "return", "var",    "void",     "while"};

struct Fixed {
  std::string_view text;
  TokenKind kind;
};
constexpr Fixed kKeywords[] = {
    {"true", TokenKind::kTrue}, {"false", TokenKind::kFalse}, {"null", TokenKind::kNull}, {"in", TokenKind::kIn}};
// Longer ones first.
constexpr Fixed kPunctuation[] = {{"==", TokenKind::kEqual},
                                  {"!=", TokenKind::kNotEqual},
                                  {"<=", TokenKind::kLessEqual},
                                  {">=", TokenKind::kGreaterEqual},
                                  {"&&", TokenKind::kAnd},
                                  {"||", TokenKind::kOr},
                                  {"<", TokenKind::kLess},
                                  {">", TokenKind::kGreater},
                                  {"!", TokenKind::kNot},
                                  {"-", TokenKind::kMinus},
                                  {"+", TokenKind::kPlus},
                                  {"*", TokenKind::kStar},
                                  {"/", TokenKind::kSlash},
                                  {"%", TokenKind::kPercent},
                                  {".", TokenKind::kDot},
                                  {",", TokenKind::kComma},
                                  {":", TokenKind::kColon},
                                  {"?", TokenKind::kQuestion},
                                  {"(", TokenKind::kLeftParenthesis},
                                  {")", TokenKind::kRightParenthesis},
                                  {"[", TokenKind::kLeftBracket},
                                  {"]", TokenKind::kRightBracket},
                                  {"{", TokenKind::kLeftBrace},
                                  {"}", TokenKind::kRightBrace}};
// What people write who come from elsewhere.
struct Slip {
  std::string_view text, instead;
};
constexpr Slip kSlips[] = {{"=", "write \"==\""},
                           {"&", "write \"&&\""},
                           {"|", "write \"||\""},
                           {"“", "write \" or '"},
                           {"”", "write \" or '"},
                           {"‘", "write \" or '"},
                           {"’", "write \" or '"},
                           {"≥", "write \">=\""},
                           {"≤", "write \"<=\""},
                           {"≠", "write \"!=\""},
                           {"$", "name a variable as it is"}};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWord(char c) { return IsWordStart(c) || IsDigit(c); }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  absl::StatusOr<std::vector<Token>> Run() {
    for (;;) {
      SkipBlank();
      size_t begin = at_;
      if (begin == source_.size()) return Finish();
      absl::StatusOr<TokenKind> kind = Next();
      if (!kind.ok()) return kind.status();
      tokens_.push_back({*kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)});
    }
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  std::string_view Rest() const { return source_.substr(at_); }
  absl::Status Error(size_t offset, std::string_view message) const { return ErrorAt(source_, offset, message); }

  std::vector<Token> Finish() {
    uint32_t end = static_cast<uint32_t>(source_.size());
    tokens_.push_back({TokenKind::kEnd, end, end});
    return std::move(tokens_);
  }

  void SkipBlank() {
    while (at_ < source_.size()) {
      if (IsSpace(source_[at_])) {
        ++at_;
      } else if (Rest().substr(0, 2) == "//") {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else {
        return;
      }
    }
  }

  absl::StatusOr<TokenKind> Next() {
    if (size_t prefix = TextPrefix(); prefix != std::string_view::npos) return Text(prefix);
    if (IsDigit(Peek()) || (Peek() == '.' && IsDigit(Peek(1)))) return Number();
    if (IsWordStart(Peek())) return Word();
    if (Peek() == '`') return QuotedIdentifier();
    for (const Fixed& fixed : kPunctuation) {
      if (Rest().substr(0, fixed.text.size()) != fixed.text) continue;
      at_ += fixed.text.size();
      return fixed.kind;
    }
    for (const Slip& slip : kSlips)
      if (Rest().substr(0, slip.text.size()) == slip.text)
        return Error(at_, fmt::format("unexpected \"{}\", {}", slip.text, slip.instead));
    size_t end = at_;
    NextCharacter(source_, &end);
    return Error(at_, fmt::format("unexpected \"{}\"", source_.substr(at_, end - at_)));
  }

  // How many letters (r, b, br) stand before a quote here; npos when there is no quote.
  size_t TextPrefix() const {
    size_t prefix = 0;
    if (Peek(prefix) == 'b' || Peek(prefix) == 'B') ++prefix;
    if (Peek(prefix) == 'r' || Peek(prefix) == 'R') ++prefix;
    return Peek(prefix) == '"' || Peek(prefix) == '\'' ? prefix : std::string_view::npos;
  }

  absl::StatusOr<TokenKind> Text(size_t prefix) {
    size_t begin = at_;
    bool bytes = false, raw = false;
    for (size_t i = 0; i < prefix; ++i) (Peek(i) == 'b' || Peek(i) == 'B' ? bytes : raw) = true;
    at_ += prefix;
    char quote = Peek();
    bool triple = Peek(1) == quote && Peek(2) == quote;
    std::string_view closing = source_.substr(at_, triple ? 3 : 1);
    at_ += closing.size();
    while (at_ < source_.size() && Rest().substr(0, closing.size()) != closing) {
      if (!triple && (Peek() == '\n' || Peek() == '\r')) break;
      at_ += !raw && Peek() == '\\' ? 2 : 1;
    }
    if (at_ >= source_.size() || Rest().substr(0, closing.size()) != closing)
      return Error(begin, fmt::format("a text without its closing {}", closing));
    at_ += closing.size();
    return bytes ? TokenKind::kBytes : TokenKind::kString;
  }

  void Digits() {
    while (IsDigit(Peek())) ++at_;
  }

  TokenKind Number() {
    bool real = false;
    if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X') && IsHexDigit(Peek(2))) {
      at_ += 2;
      while (IsHexDigit(Peek())) ++at_;
    } else {
      Digits();
      if (Peek() == '.' && IsDigit(Peek(1))) {
        real = true;
        ++at_;
        Digits();
      }
      size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
      if ((Peek() == 'e' || Peek() == 'E') && IsDigit(Peek(1 + sign))) {
        real = true;
        at_ += 1 + sign;
        Digits();
      }
    }
    if (real) return TokenKind::kDouble;
    if (Peek() != 'u' && Peek() != 'U') return TokenKind::kInt;
    ++at_;
    return TokenKind::kUint;
  }

  TokenKind Word() {
    size_t begin = at_;
    while (IsWord(Peek())) ++at_;
    std::string_view word = source_.substr(begin, at_ - begin);
    for (const Fixed& keyword : kKeywords)
      if (word == keyword.text) return keyword.kind;
    bool reserved = std::find(std::begin(kReservedWords), std::end(kReservedWords), word) != std::end(kReservedWords);
    return reserved ? TokenKind::kReserved : TokenKind::kIdentifier;
  }

  absl::StatusOr<TokenKind> QuotedIdentifier() {
    size_t begin = at_++;
    while (IsWord(Peek()) || (Peek() != '\0' && std::string_view(".-/ ").find(Peek()) != std::string_view::npos)) ++at_;
    if (Peek() != '`' || at_ == begin + 1)
      return Error(begin,
                   "a quoted name, expected letters, digits, \"_\", \".\", \"-\", \"/\" and spaces between two `");
    ++at_;
    return TokenKind::kQuotedIdentifier;
  }

  std::string_view source_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

absl::StatusOr<std::vector<Token>> Lex(std::string_view source) { return Lexer(source).Run(); }

}  // namespace cartwheel::cel
