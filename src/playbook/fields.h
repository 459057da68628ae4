// The members of a JSON object by name, against the table of those that exist. Here unknown keys, keys of a later
// version and values of the wrong kind become messages, so that the readers of templates and journeys speak of meaning
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Names of journeys, templates, steps, channels and purposes.
inline constexpr size_t kPlaybookNameBytesMax = 128;
inline constexpr int64_t kSpanMaxMs = int64_t{3650} * 24 * 60 * 60 * 1000;  // ten years: sums of spans stay exact

// Reports every key of the object that is not in `known`; those in `later` are said to be not supported yet.
void CheckKeys(const JsonNode& object, Names known, Names later, ErrorList* errors);
// Every key that stands twice in one object, anywhere below `root`.
void CheckDuplicateKeys(const JsonNode& root, ErrorList* errors);

// Each reports what it does not accept and returns empty. `expected` completes "expected …".
bool ExpectObject(const JsonNode& node, ErrorList* errors);
bool ExpectList(const JsonNode& node, ErrorList* errors);
std::optional<std::string> ReadName(const JsonNode& node, ErrorList* errors);
std::optional<int64_t> ReadWhole(const JsonNode& node, ErrorList* errors);
// A span of at least `least_ms`.
std::optional<int64_t> ReadSpan(const JsonNode& node, int64_t least_ms, ErrorList* errors);
// A text, a number, true or false; absent for anything else, which is not reported. Texts are views of the node.
Value ScalarOf(const JsonNode& node);
// "20:30" as minutes of the day, at most "24:00"; empty for anything else, which is not reported.
std::optional<int16_t> ReadTimeOfDay(std::string_view text);
// Why a name cannot be one: empty, too long, control characters. Empty when it can.
std::string NameProblem(std::string_view name);

// "sms_2": a lower-case letter, then lower-case letters, digits, underscores.
bool IsIdentifier(std::string_view name);

}  // namespace cartwheel::playbook
