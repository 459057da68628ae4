// `cartwheel eval`: conditions tried one by one, a JSON object a line in, one out.
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/status.h"
#include "cel/cel.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/values.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

using simdjson::dom::element;

constexpr OptionSpec kEvalOptions[] = {
    {"--typed", "", "variables and results in the JSON form of cel.expr.Value, which tells int from uint from double"},
};

std::string Result(const Value& value, bool typed) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  if (typed)
    writer.Raw("value", TypedJson(value));
  else
    writer.Any("value", value);
  writer.EndObject();
  return json;
}

std::string Evaluate(simdjson::dom::parser& parser, std::string_view line, bool typed) {
  element request;
  std::string_view source;
  if (parser.parse(line.data(), line.size()).get(request) || request["expr"].get(source))
    return ErrorJson(R"(expected a JSON object a line: {"expr": "1 + x", "vars": {"x": 2}})");
  JsonValues values;
  cel::Environment environment;
  environment.container = json::Text(request, "container");
  environment.unchecked = !json::Or(request["check"].get_bool(), true);
  std::vector<Value> variables;
  simdjson::dom::object given;
  if (!request["vars"].get(given)) {
    for (auto [name, json] : given) {
      std::optional<Value> value = typed ? values.Typed(json) : values.Plain(json);
      if (!value) return ErrorJson(fmt::format("vars: {}: expected a value such as {{\"int64Value\": \"1\"}}", name));
      environment.variables.push_back({std::string(name), cel::Type()});
      variables.push_back(*value);
    }
  }
  absl::StatusOr<cel::Program> program = cel::Compile(source, environment);
  if (!program.ok()) return ErrorJson(StatusText(program.status()));
  const cel::Result result = program->Evaluate(variables);
  return result.error ? ErrorJson(result.Message()) : Result(result.value, typed);
}

int RunEval(const Args& args) {
  simdjson::dom::parser parser;
  for (std::string line; ReadLine(&line);)
    if (int code = Print(Evaluate(parser, line, args.Has("--typed")) + "\n"); code != kOk) return code;
  return kOk;
}

}  // namespace

const Command kEvalCommand = {
    "eval",
    "",
    "tries conditions: a JSON object a line in, a line out for each",
    R"(In: {"expr": "cart.value > 50000", "vars": {"cart": {"value": 64000}}}. Out: {"value": true}, or
{"error": "…", "line": 1, "column": 8}. Variables that are not given are unknown names. "container": "a.b" is where names are looked for first;
with "check": false what is wrong with types and names is found only when it is evaluated.)",
    {R"(echo '{"expr": "1 + x", "vars": {"x": 2}}' | cartwheel eval)"},
    kEvalOptions,
    RunEval,
};

}  // namespace cartwheel::cli
