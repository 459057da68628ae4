// How records of another system become events of ours: the one language in which formats are written, the built-in ones
// and those that a shop brings in a file (docs/formats.md is its manual). A mapping is read whole and checked whole; it
// knows no expressions: paths, first-one-there, tables of words, and a few conversions by name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace cartwheel::formats {

// "properties.items[].price": where something stands. Relative to the element that a rule or a line is about; "^." is
// one level further out.
struct MappingPath {
  struct Step {
    enum class Kind : uint8_t {
      kMember,  // .name, or ['name'] for one with dots
      kIndex,   // [0]
      kEach,    // []
      kWhere,   // [key=currency]: the elements of a list whose member `name` is `value`
    } kind = Kind::kMember;
    std::string name;
    std::string value;
    size_t index = 0;
  };

  std::string text;
  int up = 0;  // how many "^."
  std::vector<Step> steps;
};

// Empty status: `path` is what the text says.
absl::Status ParsePath(std::string_view text, MappingPath* path);

enum class Conversion : uint8_t {
  kEpoch,        // seconds, milliseconds or microseconds, by magnitude → our milliseconds
  kHundredths,   // cents → an amount
  kMillionths,   // micros → an amount
  kLastSegment,  // "gid://shopify/Cart/42?key=x" → "42"
  kAbsolute,     // an amount without its sign
  kSum,          // of everything that the path finds
  kUtc,          // a time that names no zone is UTC
  kName,         // "AddToCart", "Product Added" → "add_to_cart", "product_added"
};

// The first of them that finds something counts.
using MappingPaths = std::vector<MappingPath>;

// All of `values` empty: whether something must stand there (`present`).
struct MappingCondition {
  MappingPaths paths;  // any of them
  std::vector<std::string> values;
  bool present = true;
};

// Where a value comes from: the first path with something there, or a constant.
struct MappingSource {
  MappingPaths paths;
  std::vector<MappingCondition> when;  // else it is absent
  std::string constant;                // JSON; empty: none
  std::vector<Conversion> conversions;
  std::vector<std::pair<std::string, std::string>> names;  // a word of theirs → JSON of ours; other words stay
  bool only_names = false;                                 // other words are absent
};

struct MappingField {
  std::string name;  // ours
  MappingSource source;
};

// A list that becomes `products`.
struct MappingLines {
  MappingPaths from;
  std::vector<MappingField> fields;
};

struct MappingRule {
  std::string about;                   // for people
  MappingPaths each;                   // lists in the record: the rule is about the elements of the first that is there
  std::vector<std::string> topics;     // one of them is the record's topic
  std::vector<MappingCondition> when;  // all hold
  bool skip = false;                   // such records are no events
  bool also = false;                   // the rules after it are tried as well
  MappingSource type;
  MappingPaths per;                  // an event for every element of this list, whose fields `line` says
  std::vector<MappingField> fields;  // id, customer, …; before those of the whole mapping
  std::vector<MappingField> properties;
  std::vector<MappingPath> copy;  // maps whose members become properties under their own names
  std::vector<std::string> read;  // what a copy leaves out: paths that are read otherwise
  std::optional<MappingLines> products;
};

struct Mapping {
  std::string name;
  MappingPaths each;                     // of rules that have none of their own
  std::vector<MappingSource> topic;      // what kind of record it is: the first that is there
  std::vector<MappingField> fields;      // of every rule that has none of its own by that name
  std::vector<MappingField> line;        // of `per`, and of products that name no fields
  std::vector<MappingField> properties;  // of every rule, after its own
  MappingSource type;                    // of rules without one
  std::vector<MappingRule> rules;
};

// Whether two topics are one: neither case nor the separators between their words count ("carts/create",
// "CARTS_CREATE").
bool SameTopic(std::string_view a, std::string_view b);

// InvalidArgument has a line for each error: "(12:30) /rules/0/when: what is wrong; what was expected".
absl::StatusOr<std::shared_ptr<const Mapping>> ReadMapping(std::string_view json);

}  // namespace cartwheel::formats
