#include "tests/unit/playbook/schema.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/status.h"
#include "fmt/format.h"
#include "re2/re2.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using playbook::JsonMember;
using playbook::JsonNode;
using Kind = JsonNode::Kind;

constexpr std::string_view kReference = "#/definitions/";
// What says something to people and editors only.
constexpr std::string_view kAnnotations[] = {"$schema", "title", "description", "default", "examples", "definitions"};
// Of which each value is a schema, or a list of them, or an object of them.
constexpr std::string_view kWithSchema[] = {"items", "additionalProperties", "propertyNames", "not"};
constexpr std::string_view kWithSchemas[] = {"anyOf", "allOf", "properties", "definitions"};
constexpr std::string_view kWithValues[] = {"type",          "enum",          "const",    "pattern",  "required",
                                            "minLength",     "maxLength",     "minItems", "maxItems", "uniqueItems",
                                            "minProperties", "maxProperties", "minimum",  "maximum",  "$ref"};

bool IsOneOf(std::string_view word, const std::string_view* begin, const std::string_view* end) {
  return std::find(begin, end, word) != end;
}

double Number(const JsonNode& node) { return std::stod(node.text); }

bool IsWhole(const JsonNode& node) { return node.text.find_first_of(".eE") == std::string::npos; }

bool IsOfType(const JsonNode& value, std::string_view type) {
  if (type == "integer") return value.kind == Kind::kNumber && IsWhole(value);
  static constexpr std::pair<std::string_view, Kind> kTypes[] = {{"null", Kind::kNull},     {"boolean", Kind::kBool},
                                                                 {"number", Kind::kNumber}, {"string", Kind::kText},
                                                                 {"array", Kind::kList},    {"object", Kind::kObject}};
  for (const auto& [name, kind] : kTypes)
    if (name == type) return value.kind == kind;
  FAIL("the schema names the type " << type);
  return false;
}

bool Equal(const JsonNode& a, const JsonNode& b) {
  if (a.kind != b.kind || a.members.size() != b.members.size()) return false;
  if (a.kind == Kind::kNumber) return Number(a) == Number(b);
  if (a.text != b.text || a.boolean != b.boolean) return false;
  for (size_t i = 0; i < a.members.size(); ++i)
    if (a.members[i].key != b.members[i].key || !Equal(a.members[i].value, b.members[i].value)) return false;
  return true;
}

constexpr std::string_view kShapes[] = {"expected an object {",
                                        "expected a list [",
                                        "expected a text, found",
                                        "expected a whole number, found",
                                        "is no span",
                                        "expected true or",
                                        "expected a number, found",
                                        "expected a list, found",
                                        "expected an object, found",
                                        R"(is too short, expected at least "1s")",
                                        "a name is empty",
                                        "begins or ends with a space",
                                        "has a control character",
                                        "expected a condition in a text",
                                        "expected an expression in a text",
                                        "expected an event type such as",
                                        "a line break, and it is one line",
                                        "the section is empty",
                                        "expected a channel such as",
                                        "is no class",
                                        "is no choice",
                                        "is no purpose",
                                        "is no share",
                                        "is no revision",
                                        "is no version",
                                        "expected a text with something in it",
                                        "expected the name of a template",
                                        "is no way to enter again",
                                        "no channel, expected at least one",
                                        "no variant, expected their shares"};

size_t CodePoints(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

bool HasTwins(const JsonNode& list) {
  for (size_t i = 0; i < list.members.size(); ++i)
    for (size_t j = i + 1; j < list.members.size(); ++j)
      if (Equal(list.members[i].value, list.members[j].value)) return true;
  return false;
}

// Of the keywords that hold no schema, whether `value` is as `keyword` says.
bool Fits(std::string_view keyword, const JsonNode& said, const JsonNode& value) {
  auto any = [&](auto fits) {
    return std::any_of(said.members.begin(), said.members.end(), [&](const JsonMember& m) { return fits(m.value); });
  };
  const bool least = keyword.starts_with("min"), most = keyword.starts_with("max");
  auto within = [&](bool judged, size_t size) {
    if (!judged || !(least || most)) return true;
    return least ? static_cast<double>(size) >= Number(said) : static_cast<double>(size) <= Number(said);
  };
  if (keyword == "type")
    return said.is_text() ? IsOfType(value, said.text)
                          : any([&](const JsonNode& t) { return IsOfType(value, t.text); });
  if (keyword == "enum") return any([&](const JsonNode& each) { return Equal(each, value); });
  if (keyword == "const") return Equal(said, value);
  if (keyword == "pattern") return !value.is_text() || RE2::PartialMatch(value.text, said.text);
  if (keyword == "required")
    return !value.is_object() || !any([&](const JsonNode& key) { return value.Find(key.text) == nullptr; });
  if (keyword == "uniqueItems") return !value.is_list() || !said.boolean || !HasTwins(value);
  if (keyword.ends_with("Length")) return within(value.is_text(), CodePoints(value.text));
  if (keyword.ends_with("Items")) return within(value.is_list(), value.members.size());
  if (keyword.ends_with("Properties")) return within(value.is_object(), value.members.size());
  if (keyword == "minimum") return value.kind != Kind::kNumber || Number(value) >= Number(said);
  if (keyword == "maximum") return value.kind != Kind::kNumber || Number(value) <= Number(said);
  return true;
}

}  // namespace

Schema::Schema(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  text_ = text.str();
  absl::StatusOr<JsonNode> root = playbook::ReadJson(text_);
  INFO(path << ": " << StatusText(root.status()));
  REQUIRE(root.ok());
  root_ = *std::move(root);
  CheckKeywords(root_);
}

void Schema::CheckKeywords(const JsonNode& schema) const {
  if (schema.kind == Kind::kBool) return;
  const bool refers = schema.Find("$ref") != nullptr;
  if (refers) Resolved(schema);
  for (const JsonMember& member : schema.members) {
    INFO("the schema's keyword " << member.key << " at byte " << member.key_offset);
    const bool annotates = IsOneOf(member.key, std::begin(kAnnotations), std::end(kAnnotations));
    const bool one = IsOneOf(member.key, std::begin(kWithSchema), std::end(kWithSchema));
    const bool several = IsOneOf(member.key, std::begin(kWithSchemas), std::end(kWithSchemas));
    CHECK((annotates || one || several || IsOneOf(member.key, std::begin(kWithValues), std::end(kWithValues))));
    CHECK((annotates || member.key == "$ref" || !refers));
    if (one) CheckKeywords(member.value);
    for (size_t i = 0; several && i < member.value.members.size(); ++i) CheckKeywords(member.value.members[i].value);
  }
}

const JsonNode& Schema::Resolved(const JsonNode& reference) const {
  const JsonNode* target = reference.Find("$ref");
  REQUIRE(target->text.starts_with(kReference));
  return Definition(std::string_view(target->text).substr(kReference.size()));
}

const JsonNode& Schema::Definition(std::string_view name) const {
  if (name == "playbook") return root_;
  const JsonNode* found = root_.Find("definitions")->Find(name);
  INFO("the schema has no definition " << name);
  REQUIRE(found != nullptr);
  return *found;
}

std::vector<std::string> Schema::Keys(std::string_view name) const {
  const JsonNode& definition = Definition(name);
  const JsonNode* properties = definition.Find("properties");
  const JsonNode* alternatives = definition.Find("anyOf");
  for (size_t i = 0; properties == nullptr && i < alternatives->members.size(); ++i)
    properties = alternatives->members[i].value.Find("properties");
  std::vector<std::string> keys;
  for (const JsonMember& member : properties->members) keys.push_back(member.key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

const JsonNode& Schema::Property(std::string_view definition, std::string_view key) const {
  const JsonNode* found = Definition(definition).Find("properties")->Find(key);
  INFO("the schema has no " << key << " of " << definition);
  REQUIRE(found != nullptr);
  return *found;
}

std::string Schema::Problem(const JsonNode& value) const { return Check(root_, value, ""); }

std::string Schema::ProblemOf(std::string_view json) const {
  absl::StatusOr<JsonNode> root = playbook::ReadJson(json);
  return root.ok() ? Problem(*root) : "";
}

std::string Schema::Check(const JsonNode& schema, const JsonNode& value, const std::string& path) const {
  if (schema.kind == Kind::kBool) return schema.boolean ? "" : path + ": false";
  if (schema.Find("$ref") != nullptr) return Check(Resolved(schema), value, path);
  const JsonNode* properties = schema.Find("properties");
  for (const JsonMember& keyword : schema.members) {
    const std::string refused = fmt::format("{}: {}", path, keyword.key);
    if (!Fits(keyword.key, keyword.value, value)) return refused;
    if (keyword.key == "not" && Check(keyword.value, value, path).empty()) return refused;
    if (keyword.key == "anyOf" &&
        std::none_of(keyword.value.members.begin(), keyword.value.members.end(),
                     [&](const JsonMember& each) { return Check(each.value, value, path).empty(); }))
      return refused;
    std::string problem;
    if (keyword.key == "allOf")
      for (const JsonMember& each : keyword.value.members)
        if (problem.empty()) problem = Check(each.value, value, path);
    for (const JsonMember& member : value.members) {
      const std::string at = fmt::format("{}/{}", path, value.is_list() ? "-" : member.key);
      const JsonNode* property = !value.is_object() || properties == nullptr ? nullptr : properties->Find(member.key);
      if (problem.empty() && keyword.key == "items" && value.is_list())
        problem = Check(keyword.value, member.value, at);
      if (problem.empty() && keyword.key == "properties" && property != nullptr)
        problem = Check(*property, member.value, at);
      if (problem.empty() && keyword.key == "additionalProperties" && value.is_object() && property == nullptr)
        problem = Check(keyword.value, member.value, at);
      if (problem.empty() && keyword.key == "propertyNames" && value.is_object()) {
        JsonNode name;
        name.kind = Kind::kText;
        name.text = member.key;
        problem = Check(keyword.value, name, at);
      }
    }
    if (!problem.empty()) return problem;
  }
  return "";
}

const Schema& PlaybookSchema() {
  static const Schema* const schema = new Schema(CARTWHEEL_SOURCE_DIR "/docs/playbook.schema.json");
  return *schema;
}

bool IsAboutShape(std::string_view error) {
  return std::any_of(std::begin(kShapes), std::end(kShapes),
                     [&](std::string_view shape) { return error.find(shape) != error.npos; });
}

}  // namespace cartwheel
