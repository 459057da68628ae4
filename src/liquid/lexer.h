// The two lexers of a template. The Scanner cuts the source into texts, outputs and tags and applies whitespace
// control; Tokenize cuts the markup inside of an output or a tag into tokens. Both hand out views of the source, whose
// places are therefore known, and never look at what names mean.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cartwheel::liquid {

struct Segment {
  enum class Kind : uint8_t { kEnd, kText, kOutput, kTag };
  Kind kind = Kind::kEnd;
  std::string_view text;   // the text; or the markup between the brackets, without a tag's name
  std::string_view name;   // of a tag; "#" for an inline comment
  std::string_view whole;  // with its brackets
};

class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source), end_(source.size()) {}
  // Over the inside of a {% liquid %} tag, a view of `source`: each line is a tag.
  static Scanner OfLines(std::string_view source, std::string_view lines);

  absl::StatusOr<Segment> Next();
  // After {% raw %}: everything up to {% endraw %}, which is consumed; the same of another tag that closes itself.
  absl::StatusOr<std::string_view> Raw(const Segment& opening);
  // After {% comment %}: skips to its {% endcomment %}; comments and raws nest in it.
  absl::Status SkipComment(const Segment& opening);

 private:
  absl::StatusOr<Segment> Bracketed(Segment::Kind kind, std::string_view closing);
  Segment Line();

  std::string_view source_;
  size_t at_ = 0;
  size_t end_;
  bool lines_ = false;
  bool trim_ = false;  // the last bracket ended with a dash
};

enum class TokenKind : uint8_t {
  kEnd,
  kName,
  kString,
  kInteger,
  kFloat,
  kOperator,
  kPipe,
  kDot,
  kRange,
  kColon,
  kComma,
  kOpen,
  kClose,
  kOpenSquare,
  kCloseSquare
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // of a string: without its quotes
  size_t offset = 0;      // in the source
  size_t end = 0;
  bool braze = false;  // a name written as ${name}
};

// Replaces *tokens; the last one is kEnd. `markup` is a view of `source`.
absl::Status Tokenize(std::string_view source, std::string_view markup, std::vector<Token>* tokens);

}  // namespace cartwheel::liquid
