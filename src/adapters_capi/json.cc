#include "adapters_capi/json.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "adapters/crypto.h"
#include "base/json_tree.h"
#include "base/status.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::adapters_capi {
namespace {

struct OutcomeRow {
  OutcomeCode code;
  std::string_view name;
};
constexpr OutcomeRow kOutcomes[] = {
    {OutcomeCode::kAccepted, "accepted"},        {OutcomeCode::kDelivered, "delivered"},
    {OutcomeCode::kFailedFinal, "failed_final"}, {OutcomeCode::kRetry, "retry"},
    {OutcomeCode::kUnknown, "unknown"},          {OutcomeCode::kGone, "gone"},
    {OutcomeCode::kRejectMsg, "reject_msg"},     {OutcomeCode::kConfig, "config"},
    {OutcomeCode::kSuppressed, "suppressed"},    {OutcomeCode::kDefer, "defer"},
    {OutcomeCode::kReleased, "released"},        {OutcomeCode::kNotSent, "not_sent"},
};

struct FailureRow {
  std::string_view name;
  Response::Failure failure;
};
constexpr FailureRow kFailures[] = {
    {"refused", Response::Failure::kNotConnected},
    {"timeout", Response::Failure::kTimeout},
    {"reset", Response::Failure::kBroken},
};

absl::Status Expected(std::string_view where, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{}: expected {}", where, what));
}

absl::StatusOr<json::Element> Parse(simdjson::dom::parser& parser, std::string_view json, std::string_view what) {
  json::Element root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root))
    return absl::InvalidArgumentError(fmt::format("{}: not JSON: {}", what, simdjson::error_message(error)));
  return root;
}

int64_t InstantOf(json::Element message, std::string_view key) {
  if (const int64_t ms = json::Whole(message, key); ms != 0) return ms;
  return ParseInstant(json::Text(message, key)).value_or(0);
}

absl::StatusOr<Message> ReadMessage(json::Element element, size_t place) {
  const std::string where = fmt::format("messages[{}]", place);
  if (!element.is_object()) return Expected(where, "an object");
  Message message;
  message.id = json::Whole(element, "id");
  message.token = json::Whole(element, "token");
  if (message.id == 0) return Expected(where + ".id", "the number of a message");
  auto text = [&](std::string_view key) { return std::string(json::Text(element, key)); };
  message.key = text("key");
  message.channel = text("channel");
  message.message_class = text("class");
  message.purpose = text("purpose");
  message.medium = text("medium");
  message.customer = text("customer");
  message.address = text("address");
  message.journey = text("journey");
  message.step = text("step");
  message.template_name = text("template");
  json::Element payload;
  if (element["payload"].get(payload) == simdjson::SUCCESS) message.payload = simdjson::minify(payload);
  message.made_at_ms = InstantOf(element, "made_at");
  message.expires_at_ms = InstantOf(element, "expires_at");
  message.attempt = static_cast<int>(json::Whole(element, "attempt"));
  return message;
}

// Of `body`, or of `body_base64` for bytes that are no text.
absl::StatusOr<std::string> ReadBody(json::Element root) {
  json::Element base64;
  if (root["body_base64"].get(base64) != simdjson::SUCCESS) return std::string(json::Text(root, "body"));
  std::optional<std::string> bytes = DecodeBase64(json::Text(base64));
  if (!bytes) return Expected("body_base64", "base64");
  return *std::move(bytes);
}

void ReadHeaders(json::Element root, Headers* headers) {
  for (const auto& [name, value] : json::Members(root, "headers")) {
    std::string lower = absl::AsciiStrToLower(absl::string_view(name.data(), name.size()));
    // Some clients give a list for a header that came more than once.
    if (value.is_array()) {
      for (json::Element one : json::Elements(value)) headers->emplace_back(lower, json::Text(one));
    } else {
      headers->emplace_back(std::move(lower), json::Text(value));
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<Message>> ReadMessages(std::string_view json) {
  simdjson::dom::parser parser;
  ASSIGN_OR_RETURN(json::Element root, Parse(parser, json, "messages"));
  if (root.is_object() && root["messages"].get(root) != simdjson::SUCCESS)
    return Expected("messages", "a list, or what claim answered");
  if (!root.is_array()) return Expected("messages", "a list, or what claim answered");
  std::vector<Message> messages;
  for (json::Element element : json::Elements(root)) {
    ASSIGN_OR_RETURN(Message message, ReadMessage(element, messages.size()));
    messages.push_back(std::move(message));
  }
  return messages;
}

absl::StatusOr<NumberedResponse> ReadResponse(std::string_view json) {
  simdjson::dom::parser parser;
  ASSIGN_OR_RETURN(const json::Element root, Parse(parser, json, "response"));
  NumberedResponse read;
  read.request = json::Whole(root, "request");
  if (read.request == 0) return Expected("response.request", "the number of a request that was built");
  Response& response = read.response;
  const std::string_view error = json::Text(root, "error");
  if (!error.empty()) {
    for (const FailureRow& row : kFailures)
      if (row.name == error) response.failure = row.failure;
    if (response.failure == Response::Failure::kNone)
      return Expected("response.error", "\"refused\", \"timeout\" or \"reset\"");
    response.error = std::string(error);
    response.body_begun = json::Or<bool>(root["body_begun"].get_bool(), true);
    return read;
  }
  response.status = static_cast<int>(json::Whole(root, "status"));
  if (response.status < 100 || response.status > 999)
    return Expected("response.status", "a status of HTTP, or an error");
  ASSIGN_OR_RETURN(response.body, ReadBody(root));
  if (response.body.size() > kResponseBytesMax) {
    response.failure = Response::Failure::kTooLarge;
    response.error = "the answer is too large";
  }
  ReadHeaders(root, &response.headers);
  return read;
}

void WriteRequest(int64_t number, const Request& request, absl::Span<const Message> messages, JsonWriter& writer) {
  writer.BeginObject();
  writer.Int("request", number);
  writer.Text("method", request.method);
  writer.Text("url", request.url);
  writer.Key("headers");
  writer.BeginObject();
  for (const auto& [name, value] : request.headers) {
    writer.TextKey(name);
    writer.Text(value);
  }
  writer.EndObject();
  writer.Text("body_base64", EncodeBase64(request.body));
  writer.Int("timeout_ms", request.timeout_ms);
  if (request.http2) writer.Bool("http2", true);
  if (request.private_address) writer.Bool("private_address", true);
  if (request.renews) writer.Bool("renews", true);
  for (const auto& [key, text] : {std::pair<std::string_view, const std::string&>{"mail_from", request.mail_from},
                                  {"mail_to", request.mail_to},
                                  {"user", request.user},
                                  {"password", request.password}})
    if (!text.empty()) writer.Text(key, text);
  writer.Key("ids");
  writer.BeginList();
  for (const size_t place : request.messages) writer.Int(messages[place].id);
  writer.EndList();
  writer.EndObject();
}

void WriteOutcomes(absl::Span<const Outcome> outcomes, JsonWriter& writer) {
  writer.BeginList();
  for (const Outcome& outcome : outcomes) {
    writer.BeginObject();
    writer.Int("id", outcome.message_id);
    writer.Int("token", outcome.token);
    writer.Text("outcome", OutcomeWord(outcome.code));
    if (!outcome.reason.empty()) writer.Text("reason", outcome.reason);
    if (outcome.retry_after_ms > 0) writer.Int("retry_after_ms", outcome.retry_after_ms);
    if (outcome.gone_at_ms > 0) writer.Int("gone_at_ms", outcome.gone_at_ms);
    writer.EndObject();
  }
  writer.EndList();
}

std::string_view OutcomeWord(OutcomeCode code) {
  for (const OutcomeRow& row : kOutcomes)
    if (row.code == code) return row.name;
  return {};
}

absl::StatusOr<ReceiptToCheck> ReadReceiptToCheck(std::string_view json) {
  simdjson::dom::parser parser;
  ASSIGN_OR_RETURN(const json::Element root, Parse(parser, json, "report"));
  auto text = [&](std::string_view key) { return std::string(json::Text(root, key)); };
  ReceiptToCheck read{text("format"), {}, text("signature"), text("timestamp"), text("secret"), text("topic")};
  ASSIGN_OR_RETURN(read.body, ReadBody(root));
  return read;
}

}  // namespace cartwheel::adapters_capi
