// From the markup of one output or tag to expressions, filters and conditions. Parsing is strict: what is left over, or
// does not belong there, is an error that says what would have been right.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "liquid/lexer.h"
#include "liquid/scope.h"
#include "liquid/tree.h"

namespace cartwheel::liquid {

class ExpressionParser {
 public:
  ExpressionParser(std::string_view source, Scope* scope) : source_(source), scope_(*scope) {}

  // Begins with another markup, a view of the source.
  absl::Status Start(std::string_view markup);

  absl::StatusOr<Expression> ParseExpression(Shape* shape = nullptr);
  absl::StatusOr<Filtered> ParseFiltered();
  absl::StatusOr<Condition> ParseCondition();

  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool AtEnd() const { return Peek().kind == TokenKind::kEnd; }
  bool AtName(std::string_view name) const { return Peek().kind == TokenKind::kName && Peek().text == name; }
  const Token& Take() { return AtEnd() ? Peek() : tokens_[at_++]; }
  bool TakeIf(TokenKind kind) {
    const bool found = Peek().kind == kind;
    at_ += found;
    return found;
  }
  bool TakeName(std::string_view name) {
    const bool found = AtName(name);
    at_ += found;
    return found;
  }
  // Errors at the next token: `expected …, found "x"`.
  absl::Status Expected(std::string_view what) const;
  absl::Status Expect(TokenKind kind, std::string_view what) {
    return TakeIf(kind) ? absl::OkStatus() : Expected(what);
  }
  absl::Status ExpectEnd() const { return AtEnd() ? absl::OkStatus() : Expected("the end"); }
  // Where the last token taken ends, in the source.
  size_t end() const { return at_ == 0 ? Peek().offset : tokens_[at_ - 1].end; }

 private:
  absl::Status ParseLiteral(const Token& token, Expression* expression);
  // What follows a variable; an empty one is named while it renders.
  absl::StatusOr<Shape> ParsePath(const Token& name, std::string_view variable, Expression* expression);
  absl::Status ParseFilterArguments(FilterCall* call);
  absl::StatusOr<size_t> ParseKeyword(const FilterCall& call);
  absl::StatusOr<Comparison> ParseComparison();
  absl::Status CheckFilter(const FilterCall& call, size_t positional) const;

  std::string_view source_;
  Scope& scope_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace cartwheel::liquid
