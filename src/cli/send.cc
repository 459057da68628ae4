// `cartwheel send`: one test message, outside of every count: nothing is read from a database, nothing written to one.
#include "base/json_tree.h"
#include "base/status.h"
#include "cartwheel/clock.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/sending.h"
#include "cli/session.h"
#include "core/model/playbook.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr int64_t kLifeMs = 3'600'000;

constexpr OptionSpec kSendOptions[] = {
    {"--channels", "FILE", "the channels.json that has the channel", true},
    {"--playbook", "FILE", "the playbook that has the template", true},
};

absl::StatusOr<OpenedChannel> FindChannel(std::vector<OpenedChannel> channels, const std::string& name,
                                          const std::string& path) {
  std::string names;
  for (OpenedChannel& opened : channels) {
    if (opened.channel->name() == name) return std::move(opened);
    names += (names.empty() ? "" : ", ") + std::string(opened.channel->name());
  }
  return absl::NotFoundError(fmt::format("{} has no channel \"{}\"; it has: {}", path, name, names));
}

// The template for a made-up customer, in the section that a journey would take for the channel.
absl::StatusOr<Message> MakeMessage(const Args& args) {
  const std::string_view medium = MediumOf(args.operand(0));
  QueryRequest request{.query = "preview", .message_template = args.operand(2)};
  ASSIGN_OR_RETURN(request.playbook, ReadFile(args.Get("--playbook")));
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenEngine(":memory:", {}));
  absl::StatusOr<std::string> answer = engine->Query(request);
  if (!answer.ok())
    return absl::Status(answer.status().code(),
                        fmt::format("{}: {}", args.Get("--playbook"), StatusText(answer.status())));
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(simdjson::padded_string(*answer)).get(root))
    return absl::InternalError("the engine's answer is no JSON");
  for (json::Element made : json::Elements(root, "messages")) {
    if (json::Text(made, "medium") != medium) continue;
    if (std::string_view error = json::Text(made, "error"); !error.empty())
      return absl::FailedPreconditionError(std::string(error));
    Message message;
    message.id = message.token = 1;
    message.key = RandomKey();
    message.channel = args.operand(0);
    message.message_class = json::Text(root, "class");
    message.purpose = json::Text(root, "purpose");
    message.medium = medium;
    message.customer = json::Text(root, "customer");
    message.address = args.operand(1);
    message.template_name = args.operand(2);
    message.payload = json::Text(made, "payload");
    message.made_at_ms = SystemClock()->NowMs();
    message.expires_at_ms = message.made_at_ms + kLifeMs;
    return message;
  }
  return absl::NotFoundError(fmt::format("the template \"{}\" has no section \"{}\"", args.operand(2), medium));
}

absl::StatusOr<Outcome> Send(const Args& args) {
  Sending sending;
  ASSIGN_OR_RETURN(std::vector<OpenedChannel> channels, sending.Open(args.Get("--channels")));
  ASSIGN_OR_RETURN(const OpenedChannel opened,
                   FindChannel(std::move(channels), args.operand(0), args.Get("--channels")));
  ASSIGN_OR_RETURN(const Message message, MakeMessage(args));
  std::vector<Outcome> outcomes = opened.channel->SendBatch({&message, 1});
  if (outcomes.empty()) return absl::InternalError("the channel said nothing of the message");
  return std::move(outcomes[0]);
}

int RunSend(const Args& args) {
  const absl::StatusOr<Outcome> outcome = Send(args);
  if (!outcome.ok()) return Fail(outcome.status());
  const bool sent = outcome->code == OutcomeCode::kAccepted || outcome->code == OutcomeCode::kDelivered;
  const int printed =
      Print(fmt::format("{}{}{}\n", OutcomeName(outcome->code), outcome->reason.empty() ? "" : ": ", outcome->reason));
  return sent ? printed : kFailed;
}

}  // namespace

const Command kSendCommand = {
    "send",
    "CHANNEL ADDRESS TEMPLATE",
    "sends one test message, to yourself",
    "The template is filled for a made-up customer, as preview --sample shows it. No database knows of it. The address "
    "of\n"
    "a web push is the subscription as its browser gives it, in JSON.",
    {"cartwheel send sms 01012345678 gentle --channels channels.json --playbook playbook.json"},
    kSendOptions,
    RunSend,
};

}  // namespace cartwheel::cli
