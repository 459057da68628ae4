#include "capi/json.h"

#include <simdjson.h>

#include <iterator>

#include "base/json_text.h"
#include "base/status.h"
#include "base/time.h"
#include "capi/moment.h"
#include "fmt/format.h"

namespace cartwheel::capi {
namespace {

using simdjson::dom::element;

absl::StatusOr<element> Parse(simdjson::dom::parser& parser, std::string_view json, std::string_view what) {
  element root;
  if (auto error = parser.parse(json.data(), json.size()).get(root))
    return absl::InvalidArgumentError(fmt::format("{}: {}", what, simdjson::error_message(error)));
  return root;
}

absl::Status Expected(std::string_view where, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{}: expected {}", where, what));
}

absl::Status TakeInt(element value, std::string_view where, int64_t* out) {
  if (value.get(*out)) return Expected(where, "a whole number");
  return absl::OkStatus();
}

absl::Status TakeText(element value, std::string_view where, std::string* out) {
  std::string_view text;
  if (value.get(text)) return Expected(where, "a text");
  *out = text;
  return absl::OkStatus();
}

absl::StatusOr<Outcome> ReadOutcome(element value, size_t place, bool token_needed) {
  const std::string at = fmt::format("outcome {}", place);
  simdjson::dom::object object;
  if (value.get(object)) return Expected(at, "an object");
  Outcome outcome;
  bool has_id = false, has_token = false, has_code = false;
  for (auto [key, field] : object) {
    const std::string where = fmt::format("{}: {}", at, key);
    if (key == "id") {
      RETURN_IF_ERROR(TakeInt(field, where, &outcome.message_id));
      has_id = true;
    } else if (key == "token") {
      RETURN_IF_ERROR(TakeInt(field, where, &outcome.token));
      has_token = true;
    } else if (key == "outcome") {
      std::string name;
      RETURN_IF_ERROR(TakeText(field, where, &name));
      if (!ParseOutcome(name, &outcome.code))
        return absl::InvalidArgumentError(
            fmt::format("{} is \"{}\", expected accepted, delivered, failed_final, retry, unknown, gone, reject_msg, "
                        "config, suppressed, defer, released or not_sent",
                        where, name));
      has_code = true;
    } else if (key == "reason") {
      RETURN_IF_ERROR(TakeText(field, where, &outcome.reason));
    } else if (key == "retry_after_ms") {
      RETURN_IF_ERROR(TakeInt(field, where, &outcome.retry_after_ms));
    } else if (key == "gone_at_ms") {
      RETURN_IF_ERROR(TakeInt(field, where, &outcome.gone_at_ms));
    } else {
      return absl::InvalidArgumentError(
          fmt::format("{}: unknown, expected id, token, outcome, reason, retry_after_ms or gone_at_ms", where));
    }
  }
  if (!has_id || (token_needed && !has_token) || !has_code)
    return Expected(at, token_needed ? "id, token and outcome" : "id and outcome");
  return outcome;
}

// Enough for most.
size_t MessagesBytes(absl::Span<const Message> messages) {
  constexpr size_t kMessageBytes = 768;
  return 64 + messages.size() * kMessageBytes;
}

void WriteMessage(const Message& message, JsonWriter& writer) {
  writer.BeginObject();
  writer.Int("id", message.id);
  writer.Int("token", message.token);
  writer.Text("key", message.key);
  writer.Text("channel", message.channel);
  writer.Text("class", message.message_class);
  writer.Text("purpose", message.purpose);
  writer.Text("medium", message.medium);
  writer.Text("customer", message.customer);
  writer.Text("address", message.address);
  writer.Text("journey", message.journey);
  writer.Text("step", message.step);
  writer.Text("template", message.template_name);
  writer.Raw("payload", message.payload.empty() ? "null" : message.payload);
  writer.Time("made_at", message.made_at_ms);
  writer.Time("expires_at", message.expires_at_ms);
  writer.Int("attempt", message.attempt);
  writer.EndObject();
}

}  // namespace

std::string IngestJson(const IngestResult& result) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Key("rejected");
  writer.BeginList();
  for (const RejectedEvent& event : result.rejected) {
    writer.BeginObject();
    writer.Int("record", static_cast<int64_t>(event.record));
    writer.Text("id", event.id);
    writer.Text("code", event.code);
    writer.Text("message", event.message);
    writer.EndObject();
  }
  writer.EndList();
  writer.Key("warnings");
  writer.BeginList();
  for (const Warning& warning : result.warnings) {
    writer.BeginObject();
    writer.Int("record", static_cast<int64_t>(warning.record));
    writer.Text("id", warning.id);
    writer.Text("code", warning.code);
    writer.Text("field", warning.field);
    writer.Text("value", warning.value);
    writer.Text("expected", warning.expected);
    writer.EndObject();
  }
  writer.EndList();
  writer.EndObject();
  return json;
}

std::string LoadJson(const LoadResult& loaded) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Int("revision", loaded.revision);
  writer.Text("note", loaded.note);
  writer.EndObject();
  return json;
}

std::string ErrorsJson(std::string_view lines) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Text("errors", lines);
  writer.EndObject();
  return json;
}

void WriteMessages(absl::Span<const Message> messages, JsonWriter& writer) {
  writer.BeginList();
  for (const Message& message : messages) WriteMessage(message, writer);
  writer.EndList();
}

std::string MessagesJson(absl::Span<const Message> messages) {
  std::string json;
  json.reserve(MessagesBytes(messages));
  JsonWriter writer(&json);
  WriteMessages(messages, writer);
  return json;
}

std::string ClaimJson(const ClaimResult& claim) {
  std::string json;
  json.reserve(MessagesBytes(claim.messages));
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Key("messages");
  WriteMessages(claim.messages, writer);
  writer.Key("settled");
  writer.BeginObject();
  writer.Int("settled", claim.settled.settled);
  writer.Int("late", claim.settled.late);
  writer.Int("unknown", claim.settled.unknown);
  writer.EndObject();
  writer.Int("held_back", claim.held_back);
  writer.EndObject();
  return json;
}

absl::StatusOr<std::vector<Outcome>> ReadOutcomes(std::string_view json, bool token_needed) {
  simdjson::dom::parser parser;
  ASSIGN_OR_RETURN(element root, Parse(parser, json, "outcomes"));
  simdjson::dom::array array;
  if (root.get(array)) return Expected("outcomes", "an array of objects");
  std::vector<Outcome> outcomes;
  outcomes.reserve(array.size());
  for (element value : array) {
    ASSIGN_OR_RETURN(Outcome outcome, ReadOutcome(value, outcomes.size(), token_needed));
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

namespace {

struct QueryText {
  std::string_view key;
  std::string QueryRequest::*member;
  bool is_id = false;  // may be an integer, as in events
};
constexpr QueryText kQueryTexts[] = {
    {"query", &QueryRequest::query},
    {"customer", &QueryRequest::customer, true},
    {"anonymous_id", &QueryRequest::anonymous_id, true},
    {"state", &QueryRequest::state},
    {"segment", &QueryRequest::segment},
    {"expression", &QueryRequest::expression},
    {"link", &QueryRequest::link},
    {"token", &QueryRequest::token},
    {"value_moment", &QueryRequest::value_moment},
    {"actor", &QueryRequest::actor},
    {"reason", &QueryRequest::reason},
    {"template", &QueryRequest::message_template},
    {"playbook", &QueryRequest::playbook},
};

absl::Status TakeId(element value, std::string_view where, std::string* out) {
  int64_t number = 0;
  if (value.get(number))
    return value.is_string() ? TakeText(value, where, out) : Expected(where, "a text or a whole number");
  *out = fmt::format_int(number).c_str();
  return absl::OkStatus();
}

absl::Status TakeMoment(element value, std::string_view where, int64_t* out) {
  const std::optional<int64_t> moment = ReadMoment(value);
  if (!moment) return Expected(where, kMomentExpected);
  *out = *moment;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<QueryRequest> ReadQuery(std::string_view json) {
  simdjson::dom::parser parser;
  ASSIGN_OR_RETURN(element root, Parse(parser, json, "query"));
  simdjson::dom::object object;
  if (root.get(object)) return Expected("query", "an object");
  QueryRequest request;
  for (auto [key, field] : object) {
    const std::string where = fmt::format("query: {}", key);
    const auto* text = std::find_if(std::begin(kQueryTexts), std::end(kQueryTexts),
                                    [&](const QueryText& known) { return known.key == key; });
    if (text != std::end(kQueryTexts)) {
      std::string* member = &(request.*text->member);
      RETURN_IF_ERROR(text->is_id ? TakeId(field, where, member) : TakeText(field, where, member));
    } else if (key == "after") {
      RETURN_IF_ERROR(TakeInt(field, where, &request.after));
    } else if (key == "now") {
      RETURN_IF_ERROR(TakeMoment(field, where, &request.now_ms));
    } else if (key == "limit") {
      int64_t limit = 0;
      RETURN_IF_ERROR(TakeInt(field, where, &limit));
      if (limit < 1) return Expected(where, "at least 1");
      request.limit = static_cast<size_t>(limit);
    } else {
      std::string known;
      for (const QueryText& text_key : kQueryTexts) known += fmt::format("{}, ", text_key.key);
      return absl::InvalidArgumentError(fmt::format("{}: unknown, expected {}after, limit or now", where, known));
    }
  }
  return request;
}

absl::StatusOr<HoldRequest> ReadHold(std::string_view json) {
  simdjson::dom::parser parser;
  ASSIGN_OR_RETURN(element root, Parse(parser, json, "hold"));
  simdjson::dom::object object;
  if (root.get(object)) return Expected("hold", "an object");
  HoldRequest request;
  for (auto [key, field] : object) {
    const std::string where = fmt::format("hold: {}", key);
    if (key == "action")
      RETURN_IF_ERROR(TakeText(field, where, &request.action));
    else if (key == "journey")
      RETURN_IF_ERROR(TakeText(field, where, &request.journey));
    else if (key == "why")
      RETURN_IF_ERROR(TakeText(field, where, &request.why));
    else if (key == "now")
      RETURN_IF_ERROR(TakeMoment(field, where, &request.now_ms));
    else
      return absl::InvalidArgumentError(fmt::format("{}: unknown, expected action, journey, why or now", where));
  }
  return request;
}

}  // namespace cartwheel::capi
