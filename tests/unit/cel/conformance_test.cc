// The specification's own tests, read where they lie beside the checkout. Every case of the core and of the extensions
// that we have must give what the specification says; exceptions are listed, each with its reason.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "base/status.h"
#include "cel/code.h"
#include "cel/compare.h"
#include "cel/time_text.h"
#include "fmt/format.h"
#include "simdjson.h"
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {
namespace {

using simdjson::dom::element;

constexpr std::string_view kFiles[] = {"basic",        "comparisons", "conversions",  "fields",       "fp_math",
                                       "integer_math", "lists",       "logic",        "macros",       "macros2",
                                       "namespace",    "parse",       "plumbing",     "string",       "timestamps",
                                       "string_ext",   "math_ext",    "encoders_ext", "bindings_ext", "optionals"};

std::string DecodeBase64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) break;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if ((count += 6) >= 8) out.push_back(static_cast<char>(bits >> (count -= 8)));
  }
  return out;
}

// Values in the JSON form of cel.expr.Value; empty for what base/value.h does not hold.
class Reader {
 public:
  std::optional<Value> Read(element json) {
    for (auto [key, value] : json.get_object()) {
      std::string text;
      if (value.is_string()) text = std::string(std::string_view(value.get_string()));
      if (key == "nullValue") return Value::Null();
      if (key == "boolValue") return Value::Bool(value.get_bool());
      if (key == "int64Value") return Value::Int(std::stoll(text));
      if (key == "uint64Value") return Value::Uint(std::stoull(text));
      if (key == "doubleValue") return Value::Double(value.is_string() ? Special(text) : double(value.get_double()));
      if (key == "stringValue") return Value::String(texts_.emplace_back(text));
      if (key == "bytesValue") return Value::Bytes(texts_.emplace_back(DecodeBase64(text)));
      if (key == "typeValue") return Value::Type(texts_.emplace_back(text));
      if (key == "objectValue") return ReadObject(value);
      if (key == "listValue") return ReadList(value);
      if (key == "mapValue") return ReadMap(value);
    }
    return std::nullopt;
  }

 private:
  static double Special(const std::string& text) {
    return text == "NaN" ? NAN : text == "Infinity" ? INFINITY : text == "-Infinity" ? -INFINITY : std::stod(text);
  }
  std::optional<Value> ReadObject(element json) {
    std::string_view type = json["@type"].get_string(), text, problem;
    if (json["value"].get(text) != simdjson::SUCCESS) return std::nullopt;
    if (type == "type.googleapis.com/google.protobuf.Timestamp")
      if (std::optional<Value> at = ReadTimestamp(text, &problem)) return at;
    if (type == "type.googleapis.com/google.protobuf.Duration")
      if (std::optional<Value> span = ReadDuration(text, &problem)) return span;
    return std::nullopt;
  }
  std::optional<Value> ReadList(element json) {
    TestList& list = lists_.emplace_back();
    simdjson::dom::array values;
    if (json["values"].get(values) != simdjson::SUCCESS) return list.value();
    for (element one : values) {
      std::optional<Value> value = Read(one);
      if (!value) return std::nullopt;
      list.elements.push_back(*value);
    }
    return list.value();
  }
  std::optional<Value> ReadMap(element json) {
    ConstantMap& map = maps_.emplace_back();
    simdjson::dom::array entries;
    if (json["entries"].get(entries) != simdjson::SUCCESS) return ReadConstant(map);
    for (element entry : entries) {
      std::optional<Value> key = Read(entry["key"]), value = Read(entry["value"]);
      if (!key || !value) return std::nullopt;
      map.entries.emplace_back(*key, *value);
    }
    return ReadConstant(map);
  }

  std::deque<std::string> texts_;
  std::deque<TestList> lists_;
  std::deque<ConstantMap> maps_;
};

Type ReadType(element json) {
  static const std::map<std::string_view, TypeKind> kPrimitives = {
      {"BOOL", TypeKind::kBool},     {"INT64", TypeKind::kInt},     {"UINT64", TypeKind::kUint},
      {"DOUBLE", TypeKind::kDouble}, {"STRING", TypeKind::kString}, {"BYTES", TypeKind::kBytes}};
  element inner;
  if (std::string_view name; json["primitive"].get(name) == simdjson::SUCCESS) return kPrimitives.at(name);
  if (json["null"].get(inner) == simdjson::SUCCESS) return TypeKind::kNull;
  if (json["listType"]["elemType"].get(inner) == simdjson::SUCCESS) return Type::List(ReadType(inner));
  if (json["mapType"]["valueType"].get(inner) == simdjson::SUCCESS) return Type::Map(ReadType(inner));
  return Type();
}

enum class Outcome { kPassed, kFailed, kNotSupported };

bool Matches(const Value& want, const Value& got) {
  if (want.kind() != got.kind()) return false;
  if (want.kind() == Kind::kDouble)  // -0.0 lost its sign on the way to JSON
    return std::isnan(want.real()) ? std::isnan(got.real()) : want.real() == got.real();
  if (want.kind() == Kind::kList) {
    bool same = want.size() == got.size();
    for (size_t i = 0; same && i < want.size(); ++i) same = Matches(want.at(i), got.at(i));
    return same;
  }
  if (want.kind() == Kind::kMap) {
    bool same = want.size() == got.size();
    for (size_t i = 0; same && i < want.size(); ++i)
      same = Matches(want.entry(i).second, FindKey(got, want.entry(i).first));
    return same;
  }
  return Show(want) == Show(got);
}

Outcome RunCase(element test, std::string* what) {
  Reader reader;
  Environment environment;
  std::vector<Value> variables;
  std::string_view source = test["expr"].get_string();
  const bool wants_error = test["evalError"].error() == simdjson::SUCCESS;
  if (bool unchecked; test["disableCheck"].get(unchecked) == simdjson::SUCCESS) environment.unchecked = unchecked;
  if (std::string_view container; test["container"].get(container) == simdjson::SUCCESS)
    environment.container = container;
  simdjson::dom::object bindings;
  if (test["bindings"].get(bindings) == simdjson::SUCCESS) {
    for (auto [name, binding] : bindings) {
      std::optional<Value> value = reader.Read(binding["value"]);
      if (!value) return *what = "a variable that Value does not hold", Outcome::kFailed;
      environment.variables.push_back({std::string(name), Type()});
      variables.push_back(*value);
    }
  }
  simdjson::dom::array declared;
  if (test["typeEnv"].get(declared) == simdjson::SUCCESS)
    for (element declaration : declared)
      for (Variable& variable : environment.variables)
        if (variable.name == std::string_view(declaration["name"].get_string()))
          variable.type = ReadType(declaration["ident"]["type"]);
  absl::StatusOr<Program> program = Compile(source, environment);
  if (!program.ok()) {
    *what = StatusText(program.status());
    if (what->find("not supported yet") != std::string::npos) return Outcome::kNotSupported;
    return wants_error ? Outcome::kPassed : Outcome::kFailed;
  }
  Result result = program->Evaluate(variables);
  *what = result.error ? "error: " + result.Message() : Show(result.value);
  if (result.error && what->find("not supported yet") != std::string::npos) return Outcome::kNotSupported;
  if (wants_error) return result.error ? Outcome::kPassed : Outcome::kFailed;
  std::optional<Value> want = Value::Bool(true);
  if (element value; test["value"].get(value) == simdjson::SUCCESS) want = reader.Read(value);
  if (!want) return *what = "a result that Value does not hold", Outcome::kFailed;
  return !result.error && Matches(*want, result.value) ? Outcome::kPassed : Outcome::kFailed;
}

}  // namespace

TEST_CASE("the specification's own tests pass") {
  std::filesystem::path folder = CARTWHEEL_SOURCE_DIR "/../shared/conformance/cel";
  if (!std::filesystem::exists(folder)) {
    fmt::print("skipped: {} is not there\n", folder.string());
    return;
  }
  int passed = 0, failed = 0;
  for (std::string_view file : kFiles) {
    simdjson::dom::parser parser;
    simdjson::dom::document_stream stream;
    simdjson::padded_string text = simdjson::padded_string::load((folder / file).string() + ".ndjson");
    REQUIRE(parser.parse_many(text).get(stream) == simdjson::SUCCESS);
    for (auto test : stream) {
      std::string what;
      const std::string_view name = test["name"].get_string();
      const Outcome outcome = RunCase(test.value(), &what);
      INFO(fmt::format("{}/{}: {} -> {}", file, name, std::string_view(test["expr"].get_string()), what));
      CHECK(outcome == Outcome::kPassed);
      ++(outcome == Outcome::kPassed ? passed : failed);
    }
  }
  fmt::print("cel-spec: {} passed, {} failed\n", passed, failed);
  CHECK(passed > 1180);
}

}  // namespace cartwheel::cel
