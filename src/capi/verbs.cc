// The functions of cartwheel.h: each reads what it was given, calls the engine, and writes what came of it. No rule is
// here.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/status.h"
#include "capi/channels.h"
#include "capi/error.h"
#include "capi/handles.h"
#include "capi/json.h"
#include "capi/structs.h"
#include "cartwheel.h"
#include "fmt/format.h"

struct cartwheel_result {
  std::string text;
};

namespace cartwheel::capi {
namespace {

constexpr uint32_t kAbiVersion = 1;

// Drops the text when `out` is null.
void Give(std::string text, cartwheel_result** out) {
  if (out != nullptr) *out = new cartwheel_result{std::move(text)};
}

void Empty(cartwheel_result** out) {
  if (out != nullptr) *out = nullptr;
}

absl::StatusOr<int32_t> Open(std::string_view path, const cartwheel_options* given, cartwheel_engine** out) {
  ASSIGN_OR_RETURN(cartwheel_options options, ReadStruct(given, "cartwheel_options"));
  RETURN_IF_ERROR(CheckOptions(options));
  options.size = 0;  // of no meaning from here on
  RETURN_IF_ERROR(Text(options.event_zone, options.event_zone_size, "event_zone").status());
  RETURN_IF_ERROR(Text(options.token_key, options.token_key_size, "token_key").status());
  RETURN_IF_ERROR(Text(options.seal_key, options.seal_key_size, "seal_key").status());
  RETURN_IF_ERROR(Text(options.deployment, options.deployment_size, "deployment").status());
  if (path.empty() || path.find('\0') != path.npos)
    return absl::InvalidArgumentError("path: expected the name of a file, or :memory:");
  ASSIGN_OR_RETURN(*out, OpenHandle(std::string(path), options));
  return CARTWHEEL_OK;
}

absl::StatusOr<int32_t> Load(Engine& engine, std::string_view playbook, cartwheel_result** out) {
  absl::StatusOr<LoadResult> loaded = engine.Load(playbook);
  if (!loaded.ok()) {
    if (absl::IsInvalidArgument(loaded.status())) Give(ErrorsJson(StatusText(loaded.status())), out);
    return loaded.status();
  }
  Give(LoadJson(*loaded), out);
  return loaded->note.empty() ? CARTWHEEL_OK : CARTWHEEL_NOTE;
}

absl::StatusOr<int32_t> Ingest(Engine& engine, std::string_view events, const cartwheel_ingest_options* given,
                               cartwheel_ingested* counts, cartwheel_result** answer) {
  ASSIGN_OR_RETURN(cartwheel_ingest_options options, ReadStruct(given, "cartwheel_ingest_options"));
  RETURN_IF_ERROR(CheckStruct(counts, "cartwheel_ingested"));
  ASSIGN_OR_RETURN(std::string_view format, Text(options.format, options.format_size, "format"));
  IngestOptions ingest{.now_ms = Reached(engine, options.now_ms)};
  if (!format.empty()) ingest.format = format;
  ASSIGN_OR_RETURN(IngestResult result, engine.Ingest(events, ingest));
  WriteStruct({.accepted = result.accepted,
               .rejected = static_cast<int64_t>(result.rejected.size()),
               .warnings = static_cast<int64_t>(result.warnings.size())},
              counts);
  if (result.rejected.empty() && result.warnings.empty()) return CARTWHEEL_OK;
  Give(IngestJson(result), answer);
  return result.rejected.empty() ? CARTWHEEL_WARNED : CARTWHEEL_REJECTED;
}

absl::StatusOr<int32_t> Advance(Engine& engine, const cartwheel_advance_options* given, cartwheel_advanced* out) {
  ASSIGN_OR_RETURN(cartwheel_advance_options options, ReadStruct(given, "cartwheel_advance_options"));
  RETURN_IF_ERROR(CheckStruct(out, "cartwheel_advanced"));
  if (options.wait_ms < 0)
    return absl::InvalidArgumentError(fmt::format("wait_ms is {}, expected no negative number", options.wait_ms));
  ASSIGN_OR_RETURN(AdvanceResult done,
                   engine.Advance({.now_ms = Reached(engine, options.now_ms), .wait_ms = options.wait_ms}));
  WriteStruct({.events = done.events,
               .duplicates = done.duplicates,
               .refused = done.refused,
               .alarms = done.alarms,
               .enrolments = done.enrolments,
               .messages = done.messages,
               .exits = done.exits,
               .next_due_ms = done.next_due_ms},
              out);
  return done.more ? CARTWHEEL_MORE : CARTWHEEL_OK;
}

absl::StatusOr<int32_t> Claim(Engine& engine, std::string_view channel, const cartwheel_claim_options* given,
                              cartwheel_result** out) {
  if (out == nullptr) return absl::InvalidArgumentError("messages is NULL: what is claimed would be lost");
  ASSIGN_OR_RETURN(cartwheel_claim_options options, ReadStruct(given, "cartwheel_claim_options"));
  if (channel.empty())
    return absl::InvalidArgumentError("channel is empty: expected a channel's name, as playbooks write it in `via`");
  ClaimOptions claim{.channel = std::string(channel)};
  if (options.max < 0 || options.lease_ms < 0 || options.idempotency_ms < 0)
    return absl::InvalidArgumentError("max, lease_ms and idempotency_ms: expected no negative numbers");
  if (options.max != 0) claim.max = static_cast<size_t>(options.max);
  if (options.lease_ms != 0) claim.lease_ms = options.lease_ms;
  claim.idempotency_ms = options.idempotency_ms;
  claim.now_ms = Reached(engine, options.now_ms);
  ASSIGN_OR_RETURN(std::string_view json, Text(options.outcomes, options.outcomes_size, "outcomes"));
  std::vector<Outcome> outcomes;
  if (!json.empty()) {
    ASSIGN_OR_RETURN(outcomes, ReadOutcomes(json, /*token_needed=*/true));
  }
  claim.outcomes = outcomes;
  ASSIGN_OR_RETURN(ClaimResult claimed, engine.Claim(claim));
  Give(ClaimJson(claimed), out);
  return claimed.behind ? CARTWHEEL_BEHIND : CARTWHEEL_OK;
}

absl::StatusOr<int32_t> Settle(Engine& engine, std::string_view json, int64_t now_ms, cartwheel_settled* counts) {
  RETURN_IF_ERROR(CheckStruct(counts, "cartwheel_settled"));
  ASSIGN_OR_RETURN(std::vector<Outcome> outcomes, ReadOutcomes(json, /*token_needed=*/true));
  ASSIGN_OR_RETURN(SettleResult result, engine.Settle(outcomes, Reached(engine, now_ms)));
  WriteStruct({.settled = result.settled, .late = result.late, .unknown = result.unknown}, counts);
  return CARTWHEEL_OK;
}

absl::StatusOr<int32_t> WorkerTurn(cartwheel_engine* handle, Engine& engine, std::string_view json,
                                   cartwheel_result** out) {
  if (out == nullptr) return absl::InvalidArgumentError("next is NULL: what is claimed would be lost");
  ASSIGN_OR_RETURN(TurnRequest request, ReadTurn(json));
  request.now_ms = Reached(engine, request.now_ms);
  ASSIGN_OR_RETURN(std::shared_ptr<Channels> channels, FindChannels(handle));
  ASSIGN_OR_RETURN(TurnResult turn, channels->turns().Turn(request));
  Give(TurnJson(turn), out);
  return CARTWHEEL_OK;
}

absl::StatusOr<int32_t> Query(Engine& engine, std::string_view json, cartwheel_result** out) {
  if (out == nullptr) return absl::InvalidArgumentError("answer is NULL");
  ASSIGN_OR_RETURN(QueryRequest request, ReadQuery(json));
  ASSIGN_OR_RETURN(std::string answer, engine.Query(request));
  Give(std::move(answer), out);
  return CARTWHEEL_OK;
}

absl::StatusOr<int32_t> Hold(Engine& engine, std::string_view json) {
  ASSIGN_OR_RETURN(HoldRequest request, ReadHold(json));
  request.now_ms = Reached(engine, request.now_ms);
  RETURN_IF_ERROR(engine.Hold(request));
  return CARTWHEEL_OK;
}

// `call(engine, text)` of an open engine and a text that can be read.
template <typename Call>
int32_t RunOn(cartwheel_engine* handle, const char* data, size_t size, const char* name, cartwheel_error* error,
              Call call) {
  return Run(error, [&]() -> absl::StatusOr<int32_t> {
    ASSIGN_OR_RETURN(std::shared_ptr<Engine> engine, Find(handle));
    ASSIGN_OR_RETURN(std::string_view text, Text(data, size, name));
    return call(*engine, text);
  });
}

}  // namespace
}  // namespace cartwheel::capi

namespace capi = cartwheel::capi;

extern "C" {

const char* cartwheel_version(void) { return CARTWHEEL_VERSION; }
uint32_t cartwheel_abi_version(void) { return capi::kAbiVersion; }

const char* cartwheel_result_data(const cartwheel_result* result) {
  return result == nullptr ? nullptr : result->text.c_str();
}
size_t cartwheel_result_size(const cartwheel_result* result) { return result == nullptr ? 0 : result->text.size(); }
void cartwheel_result_free(cartwheel_result* result) { delete result; }

int32_t cartwheel_open(const char* path, size_t path_size, const cartwheel_options* options, cartwheel_engine** engine,
                       cartwheel_error* error) {
  return capi::Run(error, [&]() -> absl::StatusOr<int32_t> {
    if (engine == nullptr) return absl::InvalidArgumentError("engine is NULL: expected a place for the handle");
    *engine = nullptr;
    ASSIGN_OR_RETURN(std::string_view name, capi::Text(path, path_size, "path"));
    return capi::Open(name, options, engine);
  });
}

int32_t cartwheel_close(cartwheel_engine* engine, cartwheel_error* error) {
  if (engine == nullptr) return CARTWHEEL_OK;
  return capi::Run(error, [&]() -> absl::StatusOr<int32_t> {
    RETURN_IF_ERROR(capi::CloseHandle(engine));
    return CARTWHEEL_OK;
  });
}

int32_t cartwheel_load(cartwheel_engine* engine, const char* playbook, size_t playbook_size, cartwheel_result** result,
                       cartwheel_error* error) {
  capi::Empty(result);
  return capi::RunOn(engine, playbook, playbook_size, "playbook", error,
                     [&](cartwheel::Engine& e, std::string_view text) { return capi::Load(e, text, result); });
}

int32_t cartwheel_ingest(cartwheel_engine* engine, const char* events, size_t events_size,
                         const cartwheel_ingest_options* options, cartwheel_ingested* counts, cartwheel_result** answer,
                         cartwheel_error* error) {
  capi::Empty(answer);
  return capi::RunOn(engine, events, events_size, "events", error, [&](cartwheel::Engine& e, std::string_view text) {
    return capi::Ingest(e, text, options, counts, answer);
  });
}

int32_t cartwheel_advance(cartwheel_engine* engine, const cartwheel_advance_options* options, cartwheel_advanced* done,
                          cartwheel_error* error) {
  return capi::RunOn(engine, nullptr, 0, "", error,
                     [&](cartwheel::Engine& e, std::string_view) { return capi::Advance(e, options, done); });
}

int32_t cartwheel_interrupt(cartwheel_engine* engine, cartwheel_error* error) {
  return capi::RunOn(engine, nullptr, 0, "", error,
                     [&](cartwheel::Engine& e, std::string_view) -> absl::StatusOr<int32_t> {
                       e.Interrupt();
                       return CARTWHEEL_OK;
                     });
}

int32_t cartwheel_claim(cartwheel_engine* engine, const char* channel, size_t channel_size,
                        const cartwheel_claim_options* options, cartwheel_result** messages, cartwheel_error* error) {
  capi::Empty(messages);
  return capi::RunOn(engine, channel, channel_size, "channel", error, [&](cartwheel::Engine& e, std::string_view text) {
    return capi::Claim(e, text, options, messages);
  });
}

int32_t cartwheel_settle(cartwheel_engine* engine, const char* outcomes, size_t outcomes_size, int64_t now_ms,
                         cartwheel_settled* counts, cartwheel_error* error) {
  return capi::RunOn(
      engine, outcomes, outcomes_size, "outcomes", error,
      [&](cartwheel::Engine& e, std::string_view text) { return capi::Settle(e, text, now_ms, counts); });
}

int32_t cartwheel_hold(cartwheel_engine* engine, const char* request, size_t request_size, cartwheel_error* error) {
  return capi::RunOn(engine, request, request_size, "request", error,
                     [&](cartwheel::Engine& e, std::string_view text) { return capi::Hold(e, text); });
}

int32_t cartwheel_set_clock(cartwheel_engine* engine, int64_t now_ms, cartwheel_error* error) {
  return capi::Run(error, [&]() -> absl::StatusOr<int32_t> {
    RETURN_IF_ERROR(capi::SetClock(engine, now_ms));
    return CARTWHEEL_OK;
  });
}

int32_t cartwheel_worker_turn(cartwheel_engine* engine, const char* turn, size_t turn_size, cartwheel_result** next,
                              cartwheel_error* error) {
  capi::Empty(next);
  return capi::RunOn(engine, turn, turn_size, "turn", error, [&](cartwheel::Engine& e, std::string_view text) {
    return capi::WorkerTurn(engine, e, text, next);
  });
}

int32_t cartwheel_query(cartwheel_engine* engine, const char* request, size_t request_size, cartwheel_result** answer,
                        cartwheel_error* error) {
  capi::Empty(answer);
  return capi::RunOn(engine, request, request_size, "request", error,
                     [&](cartwheel::Engine& e, std::string_view text) { return capi::Query(e, text, answer); });
}

}  // extern "C"
