#include "capi/turn_json.h"

#include <simdjson.h>

#include "base/json_text.h"
#include "base/status.h"
#include "capi/json.h"
#include "capi/moment.h"
#include "fmt/format.h"

namespace cartwheel::capi {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

absl::Status Expected(std::string_view where, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("turn: {}: expected {}", where, what));
}

absl::Status TakeSpan(element value, std::string_view where, int64_t* out) {
  if (value.get(*out) || *out < 0) return Expected(where, "a whole number that is not negative");
  return absl::OkStatus();
}

absl::Status TakeBool(element value, std::string_view where, bool* out) {
  if (value.get(*out)) return Expected(where, "true or false");
  return absl::OkStatus();
}

absl::StatusOr<ChannelTraits> ReadTraits(element value, std::string_view channel) {
  object fields;
  if (value.get(fields)) return Expected(channel, "an object");
  ChannelTraits traits;
  for (auto [key, field] : fields) {
    const std::string where = fmt::format("{}.{}", channel, key);
    int64_t number = 0;
    if (key == "messages_per_second") {
      if (field.get(traits.rate_per_second) || !(traits.rate_per_second >= 0))
        return Expected(where, "a number that is not negative");
      continue;
    }
    RETURN_IF_ERROR(TakeSpan(field, where, &number));
    if (key == "idempotency_ms")
      traits.idempotency_ms = number;
    else if (key == "timeout_ms")
      traits.timeout_ms = number != 0 ? number : traits.timeout_ms;
    else if (key == "batch_max")
      traits.batch_max = number != 0 ? static_cast<size_t>(number) : traits.batch_max;
    else
      return absl::InvalidArgumentError(fmt::format(
          "turn: {}: unknown, expected batch_max, timeout_ms, idempotency_ms or messages_per_second", where));
  }
  return traits;
}

absl::Status ReadAnswer(element value, TurnRequest& request) {
  object fields;
  if (value.get(fields)) return Expected("answer", "an object");
  request.has_answer = true;
  for (auto [key, field] : fields) {
    if (key == "outcomes") {
      request.outcomes = simdjson::minify(field);
    } else if (key == "failure") {
      std::string_view text;
      if (field.get(text)) return Expected("answer.failure", "a text");
      request.failure = text;
    } else if (key == "not_sent") {
      RETURN_IF_ERROR(TakeBool(field, "answer.not_sent", &request.not_sent));
    } else if (key == "released") {
      RETURN_IF_ERROR(TakeBool(field, "answer.released", &request.released));
    } else if (key == "more") {
      RETURN_IF_ERROR(TakeBool(field, "answer.more", &request.more));
    } else {
      return absl::InvalidArgumentError(
          fmt::format("turn: answer.{}: unknown, expected outcomes, failure, not_sent, released or more", key));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TurnRequest> ReadTurn(std::string_view json) {
  simdjson::dom::parser parser;
  object fields, channels;
  if (auto error = parser.parse(json.data(), json.size()).get(fields))
    return absl::InvalidArgumentError(fmt::format("turn: {}", simdjson::error_message(error)));
  TurnRequest request;
  for (auto [key, field] : fields) {
    if (key == "channels") {
      if (field.get(channels)) return Expected(key, "an object of channels by name");
      for (auto [name, traits] : channels) {
        if (name.empty()) return Expected("channels", "names as playbooks write them in `via`");
        ASSIGN_OR_RETURN(request.channels[std::string(name)], ReadTraits(traits, name));
      }
    } else if (key == "now") {
      const std::optional<int64_t> now = ReadMoment(field);
      if (!now) return Expected(key, kMomentExpected);
      request.now_ms = *now;
    } else if (key == "wait_ms") {
      RETURN_IF_ERROR(TakeSpan(field, key, &request.wait_ms));
    } else if (key == "stop") {
      RETURN_IF_ERROR(TakeBool(field, key, &request.stop));
    } else if (key == "answer") {
      RETURN_IF_ERROR(ReadAnswer(field, request));
    } else {
      return absl::InvalidArgumentError(
          fmt::format("turn: {}: unknown, expected channels, now, wait_ms, stop or answer", key));
    }
  }
  if (request.channels.empty()) return Expected("channels", "at least one channel");
  return request;
}

std::string TurnJson(const TurnResult& turn) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Text("channel", turn.channel);
  writer.Key("messages");
  WriteMessages(turn.messages, writer);
  writer.Int("held_back", turn.dispatched.held_back);
  writer.Bool("behind", turn.dispatched.behind);
  writer.Bool("idle", turn.idle);
  writer.Bool("folds", turn.folds);
  if (turn.next_due_ms == 0)
    writer.Raw("next_due", "null");
  else
    writer.Time("next_due", turn.next_due_ms);
  writer.Key("failure");
  if (turn.failure) {
    writer.BeginObject();
    writer.Text("channel", turn.failure->channel);
    writer.Text("reason", turn.failure->reason);
    writer.Int("failures", turn.failure->failures);
    writer.Int("pause_ms", turn.failure->pause_ms);
    writer.EndObject();
  } else {
    writer.Null();
  }
  writer.EndObject();
  return json;
}

}  // namespace cartwheel::capi
