#include "adapters_capi/opened.h"

#include <utility>

#include "adapters/kinds.h"
#include "adapters_capi/json.h"
#include "base/json_text.h"
#include "base/status.h"
#include "base/suggest.h"
#include "fmt/format.h"

namespace cartwheel::adapters_capi {
namespace {

constexpr size_t kOpenRequestsMax = 10'000;

}  // namespace

absl::StatusOr<std::shared_ptr<Opened>> Opened::Open(std::string_view channels_json, std::string folder) {
  ASSIGN_OR_RETURN(ChannelsJson channels,
                   ReadChannelsJson(channels_json, MachineSecrets(std::move(folder)), AdapterKinds()));
  return std::shared_ptr<Opened>(new Opened(std::move(channels)));
}

absl::StatusOr<const ConfiguredChannel*> Opened::FindChannel(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const ConfiguredChannel& channel : channels_.channels) {
    if (channel.settings.name == name) return &channel;
    names.push_back(channel.settings.name);
  }
  return absl::InvalidArgumentError(
      fmt::format("channels.json has no channel \"{}\"{}", name.substr(0, 64), Hint(name, names)));
}

absl::StatusOr<std::string> Opened::Build(std::string_view channel, std::string_view messages, int64_t now_ms) {
  ASSIGN_OR_RETURN(const ConfiguredChannel* found, FindChannel(channel));
  ASSIGN_OR_RETURN(std::vector<Message> all, ReadMessages(messages));
  auto chosen = std::make_shared<std::vector<Message>>();
  std::vector<Outcome> outcomes;
  for (Message& message : all) {
    if (MayDeliverTo(message.address, channels_.deliver_only_to))
      chosen->push_back(std::move(message));
    else
      outcomes.push_back({message.id, message.token, OutcomeCode::kRejectMsg, "not one of deliver_only_to"});
  }
  const std::lock_guard lock(mutex_);
  Plan plan = found->adapter->Build(*chosen, now_ms);
  outcomes.insert(outcomes.end(), std::make_move_iterator(plan.outcomes.begin()),
                  std::make_move_iterator(plan.outcomes.end()));
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Key("requests");
  writer.BeginList();
  for (Request& request : plan.requests) {
    WriteRequest(++last_request_, request, *chosen, writer);
    request.body.clear();  // no adapter reads it again
    open_[last_request_] = {found->adapter.get(), std::move(request), chosen};
    if (open_.size() > kOpenRequestsMax) open_.erase(open_.begin());
  }
  writer.EndList();
  writer.Key("outcomes");
  WriteOutcomes(outcomes, writer);
  writer.EndObject();
  return json;
}

absl::StatusOr<std::string> Opened::Interpret(std::string_view response, int64_t now_ms) {
  ASSIGN_OR_RETURN(const NumberedResponse read, ReadResponse(response));
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(read.request);
  if (found == open_.end())
    return absl::NotFoundError(fmt::format("request {} is not open: it was interpreted, or never built", read.request));
  const OpenRequest request = std::move(found->second);
  open_.erase(found);
  std::string json;
  JsonWriter writer(&json);
  WriteOutcomes(request.adapter->Interpret(request.request, *request.messages, read.response, now_ms), writer);
  return json;
}

absl::StatusOr<std::string> Opened::Traits(std::string_view channel) {
  ASSIGN_OR_RETURN(const ConfiguredChannel* found, FindChannel(channel));
  const std::lock_guard lock(mutex_);
  const ChannelTraits traits = found->adapter->traits();
  const double rate = found->settings.Number("rate_per_second", traits.rate_per_second);
  return fmt::format(R"({{"timeout_ms":{},"batch_max":{},"idempotency_ms":{},"rate_per_second":{}}})",
                     traits.timeout_ms, traits.batch_max, traits.idempotency_ms, rate);
}

}  // namespace cartwheel::adapters_capi
