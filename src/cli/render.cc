// `cartwheel render`: texts tried one by one, a JSON object a line in, one out.
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/clock.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/values.h"
#include "fmt/format.h"
#include "liquid/liquid.h"

namespace cartwheel::cli {
namespace {

using simdjson::dom::element;

std::string Render(simdjson::dom::parser& parser, std::string_view line) {
  element request;
  std::string_view source;
  if (parser.parse(line.data(), line.size()).get(request) || request["template"].get(source))
    return ErrorJson(R"(expected a JSON object a line: {"template": "{{ name }}", "data": {"name": "kim"}})");
  const bool strict = json::Or(request["strict"].get_bool(), false);
  JsonValues values;
  liquid::Environment environment;
  environment.open = !strict;
  std::vector<Value> roots;
  simdjson::dom::object data;
  if (!request["data"].get(data)) {
    for (auto [name, json] : data) {
      environment.roots.push_back({std::string(name)});
      roots.push_back(values.Plain(json));
    }
  }
  simdjson::dom::object partials;
  if (!request["templates"].get(partials))
    for (auto [name, json] : partials)
      if (std::string_view partial; !json.get(partial)) environment.partials[std::string(name)] = partial;
  absl::StatusOr<liquid::Template> text = liquid::Parse(source, environment);
  if (!text.ok()) return ErrorJson(StatusText(text.status()));
  liquid::RenderOptions options;
  options.missing = strict ? liquid::Missing::kError : liquid::Missing::kEmpty;
  const std::string_view timezone = json::Text(request, "timezone");
  if (!timezone.empty()) options.timezone = timezone;
  if (const std::string_view locale = json::Text(request, "locale"); !locale.empty())
    options.locale = options.day_locale = locale;
  if (const std::string_view currency = json::Text(request, "currency"); !currency.empty()) options.currency = currency;
  options.strict_numbers = strict;
  options.now_ms = json::Whole(request, "now");
  if (options.now_ms == 0) options.now_ms = ParseInstant(json::Text(request, "now")).value_or(SystemClock()->NowMs());
  std::string out;
  if (absl::Status status = text->Render(roots, options, &out); !status.ok()) return ErrorJson(StatusText(status));
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Text("text", out);
  writer.EndObject();
  return json;
}

int RunRender(const Args&) {
  simdjson::dom::parser parser;
  for (std::string line; ReadLine(&line);)
    if (int code = Print(Render(parser, line) + "\n"); code != kOk) return code;
  return kOk;
}

}  // namespace

const Command kRenderCommand = {
    "render",
    "",
    "tries texts: a JSON object a line in, a line out for each",
    R"(In: {"template": "{{ name }}", "data": {"name": "kim"}}. Out: {"text": "kim"}, or {"error": "…", "line": 1, "column": 4}.
"templates": {name: text} are what include and render may name. What is missing prints nothing, as in Shopify's Liquid; with "strict": true it is an error, and so is an unknown name. "now" (ISO 8601, or milliseconds)
and "timezone" are what the filter date knows; "locale" (ko-KR) and "currency" (KRW) are those of amounts, and a "locale" also names days and months, which else are English.)",
    {R"(echo '{"template": "{{ name | upcase }}", "data": {"name": "kim"}}' | cartwheel render)"},
    {},
    RunRender,
};

}  // namespace cartwheel::cli
