// The filters a shop's message is made of: a default for what is missing, particles, amounts.
#include <optional>
#include <string>

#include "fmt/format.h"
#include "liquid/amount.h"
#include "liquid/currency.h"
#include "liquid/filters.h"
#include "liquid/josa.h"
#include "liquid/semantics.h"

namespace cartwheel::liquid {
namespace {

// For nil, false (unless allow_false: true), and what is empty.
Value Default(Context&, const Value& input, const Value* arguments) {
  bool empty = IsText(input) ? input.text().empty() : (input.is_list() || input.is_map()) && input.size() == 0;
  bool allowed_false = input.kind() == Kind::kBool && IsTrue(arguments[1]);
  if (empty || (!IsTrue(input) && !allowed_false)) return IsNil(arguments[0]) ? Value::String("") : arguments[0];
  return input;
}

std::string CheckParticle(std::string_view pair) { return FindParticle(pair) == nullptr ? UnknownParticle(pair) : ""; }

Value Josa(Context& context, const Value& input, const Value* arguments) {
  std::string_view word = ToText(context, input), pair = ToText(context, arguments[0]);
  if (!context.SpendBytes(word.size())) return Value();
  const Particle* particle = FindParticle(pair);
  if (particle == nullptr) return context.Fail(UnknownParticle(pair));
  return Value::String(ParticleAfter(word, *particle));
}

std::string CheckCurrency(std::string_view code) {
  return IsCurrency(code) ? "" : fmt::format("unknown currency \"{}\", expected a code like KRW or USD", code);
}

// In the currency that the argument says, else in that of the amount.
Value MoneyFilter(Context& context, const Value& input, const Value* arguments) {
  if (!IsNil(input) && !IsNumber(input) && !IsText(input))
    return context.Fail(fmt::format("money takes a number, not a {}", KindName(input.kind())));
  const std::string_view code = IsNil(arguments[0]) ? context.currency() : ToText(context, arguments[0]);
  std::string why;
  const std::optional<Number> amount = ReadAmount(context, input, code, &why);
  if (!amount) return Unusable(context, why);
  if (code.empty())
    return Unusable(context,
                    "the currency is not known, since the cart has amounts of several: say which it is, money: 'USD'");
  return context.NewText(FormatAmount(*amount, code, context.options().locale));
}

Value TrackLink(Context& context, const Value& input, const Value*) {
  if (context.options().track_link == nullptr) return context.Fail("links are not tracked here");
  const std::string_view url = ToText(context, input);
  if (!context.SpendBytes(url.size())) return Value();
  return context.NewText((*context.options().track_link)(url));
}

constexpr Filter kFilters[] = {
    {.name = "default",
     .arguments_min = 0,
     .arguments_max = 1,
     .call = Default,
     .keyword = "allow_false",
     .takes_missing = true},
    {.name = "josa", .arguments_min = 1, .arguments_max = 1, .call = Josa, .check = CheckParticle},
    {.name = "money",
     .arguments_min = 0,
     .arguments_max = 1,
     .call = MoneyFilter,
     .is_amount = true,
     .check = CheckCurrency},
    {.name = "track_link", .arguments_min = 0, .arguments_max = 0, .call = TrackLink, .needs_links = true},
};

}  // namespace

absl::Span<const Filter> ShopFilters() { return kFilters; }

}  // namespace cartwheel::liquid
