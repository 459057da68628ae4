// What a template is parsed against and rendered with: the names that it may use, and the options of one render.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "base/value.h"
#include "liquid/limits.h"

namespace cartwheel::liquid {

// A name a template may use. Without `fields` any field of it may be asked for. Of a list, `fields` are its elements'.
struct Variable {
  std::string name;
  std::vector<Variable> fields;
  bool list = false;
};

// The world a template is checked against. In an open one, unknown variables are nil instead of an error.
struct Environment {
  std::vector<Variable> roots;
  bool open = false;
  std::map<std::string, std::string, std::less<>> partials;  // what include and render may name
  // the text is HTML: what is printed is escaped, but for what `| raw` or an escape of its own was said of
  bool html = false;
  bool links = false;  // `track_link` may be used
  std::string person;  // the root whose fields Braze's ${name} and custom_attribute.${name} are; empty: they are names
                       // like others
};

enum class Missing : uint8_t {
  kError,  // NotFound: customer.name is missing (1:4); give it a default: {{ customer.name | default: "…" }}
  kEmpty,  // nothing is printed, as in the reference
};

struct RenderOptions {
  Missing missing = Missing::kError;
  size_t output_bytes_max = kOutputBytesMax;
  uint64_t steps_max = kStepsMax;
  std::string_view locale = "ko-KR";   // how amounts are written and read, and spans of time are told
  std::string_view day_locale = "en";  // what `date` calls days and months; the reference knows English only
  // Of `money` without an argument, unless a text "currency" stands beside the amount (item.currency beside
  // item.price). Empty: it is not known, and the template must say it.
  std::string_view currency = "KRW";
  // In the order of the roots: the currency of whatever is read of one, where that is a fixed one. Shorter, or empty
  // entries: as above.
  absl::Span<const std::string_view> root_currencies = {};
  // Arithmetic with a text that begins like a number and is none ("12,900") is an error; else, as in the reference, it
  // counts up to there.
  bool strict_numbers = false;
  std::string_view timezone = "UTC";  // of `date`: a name of the zone database
  int64_t now_ms = 0;                 // what 'now' is to `date`; 0: it is not known
  // When given: what `track_link` makes of an address.
  const std::function<std::string(std::string_view url)>* track_link = nullptr;
  // When given: what outputs and assigns read of the roots is added, each name once, as it is written in the template,
  // with its value (scalars; views of the roots).
  std::vector<std::pair<std::string_view, Value>>* used = nullptr;
};

}  // namespace cartwheel::liquid
