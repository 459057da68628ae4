// The filters, as a table: what the parser checks (name, number of arguments, literal arguments) and what the renderer
// calls. They live by subject in filters_*.cc; a new one is a function and a line of its file's table.
//
//   texts    append capitalize downcase lstrip newline_to_br prepend remove remove_first remove_last replace
//   replace_first
//            replace_last rstrip slice split strip strip_newlines truncate truncatewords upcase
//   web      base64_decode base64_encode base64_url_safe_decode base64_url_safe_encode escape escape_once raw
//   strip_html url_decode url_encode numbers  abs at_least at_most ceil divided_by floor minus modulo plus round times
//   lists    compact concat find find_index first has join last map reject reverse size sort sort_natural sum uniq
//   where dates    date: '%Y-%m-%d' (strftime.h) people   ago mask percent_off phone time_left truncate_bytes
//   truncate_graphemes writable (filters_people.cc shows each) shop     default: value, allow_false: true · money:
//   'USD' · josa: '이/가' · track_link
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "base/value.h"
#include "liquid/context.h"

namespace cartwheel::liquid {

inline constexpr size_t kFilterArgumentsMax = 3;

// `arguments` has kFilterArgumentsMax entries, absent where nothing was given (a nil that was given is null). An error
// goes to context.Fail, without a place.
using FilterFunction = Value (*)(Context& context, const Value& input, const Value* arguments);

struct Filter {
  std::string_view name;
  size_t arguments_min;
  size_t arguments_max;  // positional ones; the keyword's value follows them
  FilterFunction call;
  std::string_view keyword = {};
  bool takes_missing = false;  // a missing input is its business (default), not an error
  bool makes_html = false;     // its user has thought of HTML: the result is not escaped once more
  bool needs_links = false;    // only where the environment has links
  bool is_amount = false;      // asks for Context::currency
  bool measures = false;       // counts or cuts characters: a text comes in Unicode's form C (base/normal_form.h)
  // At load: what is wrong with a first argument that is written as a text; empty when nothing is.
  std::string (*check)(std::string_view argument) = nullptr;
};

absl::Span<const Filter> TextFilters();
absl::Span<const Filter> WebFilters();
absl::Span<const Filter> NumberFilters();
absl::Span<const Filter> ListFilters();
absl::Span<const Filter> ShopFilters();
absl::Span<const Filter> DateFilters();
absl::Span<const Filter> PeopleFilters();

// Null when there is none.
const Filter* FindFilter(std::string_view name);
// Milliseconds of a timestamp, of seconds since 1970, of 'now', or of a date as people write it; empty for anything
// else. What names no zone is in that of the options, and a date alone is its beginning there. The context may have
// failed.
std::optional<int64_t> ReadInstant(Context& context, const Value& value);
// Whether the zone database knows it; on a system without one (Debian: tzdata) any name may be right.
bool IsTimezone(std::string_view name);
// `, did you mean "josa"?` or nothing.
std::string SimilarFilter(std::string_view name);

}  // namespace cartwheel::liquid
