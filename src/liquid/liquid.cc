#include "liquid/liquid.h"

#include <algorithm>
#include <utility>

#include "base/place.h"
#include "base/status.h"
#include "base/utf8.h"
#include "fmt/format.h"
#include "liquid/literals.h"
#include "liquid/parser.h"
#include "liquid/renderer.h"
#include "liquid/text.h"
#include "liquid/tree.h"

namespace cartwheel::liquid {

Template::Template(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

absl::Status Template::Render(absl::Span<const Value> roots, const RenderOptions& options, std::string* out) const {
  return Renderer(*tree_, roots, options, out).Run();
}

absl::Status Template::CheckLiterals(const LiteralCheck& check) const {
  absl::Status status;
  ForEachLiteral(*tree_, [&](std::string_view literal) {
    if (!status.ok()) return;
    size_t at = 0;
    if (const std::string problem = check(literal, &at); !problem.empty())
      status = absl::InvalidArgumentError(
          fmt::format("{}: {}", PlaceIn(*tree_, literal.substr(std::min(at, literal.size()))), problem));
  });
  return status;
}

absl::StatusOr<Template> Parse(std::string_view source, const Environment& environment) {
  if (source.size() > kSourceBytesMax)
    return absl::InvalidArgumentError(
        fmt::format("1:1: the template has {} bytes, more than kSourceBytesMax ({})", source.size(), kSourceBytesMax));
  if (const size_t at = FindNotUtf8(source); at != source.npos) return ErrorAt(source, at, "this byte is not UTF-8");
  auto tree = std::make_unique<Tree>();
  tree->source = source;
  tree->escapes = environment.html;
  RETURN_IF_ERROR(Parser(tree.get(), environment).Parse());
  return Template(std::move(tree));
}

}  // namespace cartwheel::liquid
