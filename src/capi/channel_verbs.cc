// The functions of cartwheel_channel.h, as verbs.cc has those of cartwheel.h.
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "capi/channels.h"
#include "capi/error.h"
#include "capi/handles.h"
#include "capi/json.h"
#include "capi/structs.h"

namespace cartwheel::capi {
namespace {

absl::StatusOr<int32_t> AddChannel(cartwheel_engine* handle, const cartwheel_channel* given) {
  if (given == nullptr) return absl::InvalidArgumentError("channel is NULL");
  ASSIGN_OR_RETURN(cartwheel_channel table, ReadStruct(given, "cartwheel_channel"));
  ASSIGN_OR_RETURN(std::shared_ptr<Channels> channels, FindChannels(handle));
  RETURN_IF_ERROR(channels->Add(table));
  return CARTWHEEL_OK;
}

absl::StatusOr<int32_t> Dispatch(cartwheel_engine* handle, const cartwheel_dispatch_options* given,
                                 cartwheel_dispatched* out) {
  ASSIGN_OR_RETURN(cartwheel_dispatch_options options, ReadStruct(given, "cartwheel_dispatch_options"));
  RETURN_IF_ERROR(CheckStruct(out, "cartwheel_dispatched"));
  ASSIGN_OR_RETURN(std::shared_ptr<Channels> channels, FindChannels(handle));
  ASSIGN_OR_RETURN(DispatchResult done, channels->Dispatch(options.now_ms));
  WriteStruct(
      {.behind = done.behind, .handed_over = done.handed_over, .accepted = done.accepted, .held_back = done.held_back},
      out);
  return CARTWHEEL_OK;
}

}  // namespace
}  // namespace cartwheel::capi

namespace capi = cartwheel::capi;

extern "C" {

int32_t cartwheel_add_channel(cartwheel_engine* engine, const cartwheel_channel* channel, cartwheel_error* error) {
  return capi::Run(error, [&] { return capi::AddChannel(engine, channel); });
}

int32_t cartwheel_dispatch(cartwheel_engine* engine, const cartwheel_dispatch_options* options,
                           cartwheel_dispatched* done, cartwheel_error* error) {
  return capi::Run(error, [&] { return capi::Dispatch(engine, options, done); });
}

int32_t cartwheel_outcomes_add(cartwheel_outcomes* outcomes, const char* json, size_t json_size,
                               cartwheel_error* error) {
  return capi::Run(error, [&]() -> absl::StatusOr<int32_t> {
    if (outcomes == nullptr) return absl::InvalidArgumentError("outcomes is NULL");
    ASSIGN_OR_RETURN(std::string_view text, capi::Text(json, json_size, "json"));
    ASSIGN_OR_RETURN(std::vector<cartwheel::Outcome> added, capi::ReadOutcomes(text, /*token_needed=*/false));
    for (cartwheel::Outcome& outcome : added) outcomes->outcomes.push_back(std::move(outcome));
    return CARTWHEEL_OK;
  });
}

}  // extern "C"
