// `cartwheel preview`: what a template says, on every channel kind, to one customer or to a sample, with the sizes that
// carriers count.
#include "base/json_tree.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kPreviewOptions[] = {
    {"--customer", "ID", "for this customer of --db"},
    {"--anonymous", "ID", "the same by an anonymous id"},
    {"--db", "FILE", "the database that knows the customer"},
    {"--sample", "", "for a made-up customer with two items in the cart"},
};

std::string Indented(std::string_view text) {
  std::string out;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out += fmt::format("{}{}\n", out.empty() ? "" : "      ", text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::string Shown(json::Element message) {
  std::string title(json::Text(message, "medium"));
  for (std::string_view key : {"variant", "locale"})
    if (std::string_view word = json::Text(message, key); !word.empty()) title += fmt::format(", {} {}", key, word);
  if (std::string_view type = json::Text(message, "type"); !type.empty()) title += fmt::format(", sent as {}", type);
  std::string out = fmt::format("\n{}\n", title);
  if (std::string_view error = json::Text(message, "error"); !error.empty())
    return out + fmt::format("  not sent: {}\n", error);
  for (json::Element text : json::Elements(message, "texts")) {
    const std::string_view unwritable = json::Text(text, "not_in_euc_kr");
    out += fmt::format("  {} ({} graphemes, {} bytes, {})\n      {}", json::Text(text, "field"),
                       json::Whole(text, "graphemes"), json::Whole(text, "bytes"),
                       unwritable.empty() ? fmt::format("{} in EUC-KR", json::Whole(text, "euc_kr_bytes"))
                                          : fmt::format("{} is not in EUC-KR", unwritable),
                       Indented(json::Text(text, "text")));
  }
  return out;
}

absl::Status Preview(const Args& args) {
  QueryRequest request{.query = "preview",
                       .customer = args.Get("--customer"),
                       .anonymous_id = args.Get("--anonymous"),
                       .message_template = args.operand(1)};
  ASSIGN_OR_RETURN(request.playbook, ReadFile(args.operand(0)));
  std::unique_ptr<Engine> engine;
  if (args.Has("--sample")) {
    ASSIGN_OR_RETURN(engine, OpenEngine(":memory:", {}));
  } else {
    ASSIGN_OR_RETURN(engine, OpenExisting(args.Get("--db")));
  }
  absl::StatusOr<std::string> answer = engine->Query(request);
  if (absl::IsInvalidArgument(answer.status()))
    return absl::InvalidArgumentError(fmt::format("{}: {}", args.operand(0), StatusText(answer.status())));
  RETURN_IF_ERROR(answer.status());
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(simdjson::padded_string(*answer)).get(root))
    return absl::InternalError("the engine's answer is no JSON");
  const std::string_view customer = json::Text(root, "customer");
  std::string out =
      fmt::format("{}: class {}, purpose {}, for {}\n", json::Text(root, "template"), json::Text(root, "class"),
                  json::Text(root, "purpose"), customer.empty() ? json::Text(root, "anonymous_id") : customer);
  if (bool holds = true; !root["required"].get(holds) && !holds)
    out += "not made: what the template requires does not hold\n";
  for (json::Element message : json::Elements(root, "messages")) out += Shown(message);
  Print(out);
  return absl::OkStatus();
}

int RunPreview(const Args& args) {
  const bool sample = args.Has("--sample"), customer = args.Has("--customer") || args.Has("--anonymous");
  if (sample == customer || customer != args.Has("--db"))
    return Fail(kUsage, "expected either --sample, or --customer (or --anonymous) with the --db that knows it");
  const absl::Status status = Preview(args);
  return status.ok() ? kOk : Fail(status);
}

}  // namespace

const Command kPreviewCommand = {
    "preview",
    "PLAYBOOK TEMPLATE",
    "what a template says on every channel, with the sizes of its texts",
    "Nothing is sent or stored. A text that does not fit its channel says so, with the limit.",
    {"cartwheel preview examples/recipes/cart-24-48-72.json gentle --sample",
     "cartwheel preview playbook.json gentle --customer kim --db shop.db"},
    kPreviewOptions,
    RunPreview,
};

}  // namespace cartwheel::cli
