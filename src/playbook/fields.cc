#include "playbook/fields.h"

#include <algorithm>
#include <charconv>

#include "base/money.h"
#include "base/string_map.h"
#include "base/suggest.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::playbook {
namespace {

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

void CheckKeys(const JsonNode& object, Names known, Names later, ErrorList* errors) {
  for (const JsonMember& member : object.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    if (std::find(later.begin(), later.end(), member.key) != later.end())
      errors->AddKey(member, fmt::format("{} is not supported yet{}", Quote(member.key), Hint("", known)));
    else
      errors->AddKey(member, fmt::format("unknown key {}{}", Quote(member.key), Hint(member.key, known)));
  }
}

void CheckDuplicateKeys(const JsonNode& root, ErrorList* errors) {
  StringSet seen;
  for (const JsonMember& member : root.members) {
    if (root.is_object() && !seen.insert(member.key).second)
      errors->AddKey(member, fmt::format("the key {} stands here twice, expected each key once", Quote(member.key)));
    CheckDuplicateKeys(member.value, errors);
  }
}

bool ExpectObject(const JsonNode& node, ErrorList* errors) {
  if (!node.is_object()) errors->Add(node, fmt::format("expected an object {{…}}, found {}", Describe(node)));
  return node.is_object();
}

bool ExpectList(const JsonNode& node, ErrorList* errors) {
  if (!node.is_list()) errors->Add(node, fmt::format("expected a list […], found {}", Describe(node)));
  return node.is_list();
}

std::string NameProblem(std::string_view name) {
  if (name.empty()) return "a name is empty, expected at least one letter";
  if (name.size() > kPlaybookNameBytesMax)
    return fmt::format("the name {} has {} bytes: playbook_name_bytes_max is {}", Quote(name), name.size(),
                       kPlaybookNameBytesMax);
  if (name.front() == ' ' || name.back() == ' ')
    return fmt::format("the name {} begins or ends with a space, expected none there", Quote(name));
  if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    return fmt::format("the name {} has a control character in it, expected letters", Quote(name));
  return "";
}

std::optional<std::string> ReadName(const JsonNode& node, ErrorList* errors) {
  std::string problem =
      node.is_text() ? NameProblem(node.text) : fmt::format("expected a text, found {}", Describe(node));
  if (problem.empty()) return node.text;
  errors->Add(node, problem);
  return std::nullopt;
}

std::optional<int64_t> ReadWhole(const JsonNode& node, ErrorList* errors) {
  int64_t number = 0;
  const char* end = node.text.data() + node.text.size();
  if (node.kind == JsonNode::Kind::kNumber)
    if (auto [stop, error] = std::from_chars(node.text.data(), end, number); error == std::errc() && stop == end)
      return number;
  errors->Add(node, fmt::format("expected a whole number, found {}", Describe(node)));
  return std::nullopt;
}

std::optional<int64_t> ReadSpan(const JsonNode& node, int64_t least_ms, ErrorList* errors) {
  static constexpr std::string_view kExpected = R"(expected one like "90s", "5m", "24h", "7d")";
  std::optional<int64_t> span = node.is_text() ? ParseSpan(node.text) : std::nullopt;
  if (!span) {
    errors->Add(node, fmt::format("{} is no span, {}", Describe(node), kExpected));
  } else if (*span < least_ms) {
    errors->Add(node, fmt::format("{} is too short, expected at least \"{}\"", Describe(node), FormatSpan(least_ms)));
  } else if (*span > kSpanMaxMs) {
    errors->Add(node, fmt::format("{} is too long: span_max is \"{}\"", Describe(node), FormatSpan(kSpanMaxMs)));
  } else {
    return span;
  }
  return std::nullopt;
}

bool IsIdentifier(std::string_view name) {
  return !name.empty() && IsLetter(name[0]) && name.size() <= kPlaybookNameBytesMax &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsLetter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Value ScalarOf(const JsonNode& node) {
  if (node.is_text()) return Value::String(node.text);
  if (node.kind == JsonNode::Kind::kBool) return Value::Bool(node.boolean);
  if (node.kind != JsonNode::Kind::kNumber) return Value();
  const char* end = node.text.data() + node.text.size();
  int64_t whole = 0;
  if (auto [stop, error] = std::from_chars(node.text.data(), end, whole); error == std::errc() && stop == end)
    return Value::Int(whole);
  bool exact = false;
  if (auto money = ParseMoney(node.text, &exact); money && exact) return Value::Decimal(*money);
  double real = 0;
  auto [stop, error] = std::from_chars(node.text.data(), end, real);
  return error == std::errc() ? Value::Double(real) : Value();
}

std::optional<int16_t> ReadTimeOfDay(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  auto digit = [&](size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100; };
  const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return static_cast<int16_t>(hour * 60 + minute);
}

}  // namespace cartwheel::playbook
