#include "cli/what_if_lane.h"

#include "base/packed.h"
#include "base/status.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

bool IsReaction(const Event& event) {
  return event.type == EventType::kMessageOpened || event.type == EventType::kMessageClicked;
}

std::string KeyOf(std::string_view customer, std::string_view journey, std::string_view step) {
  return fmt::format("{}\n{}\n{}", customer, journey, step);
}

}  // namespace

absl::StatusOr<std::unique_ptr<WhatIfLane>> WhatIfLane::Open(const std::string& playbook, const EventBatch& told,
                                                             int64_t start_ms, bool address_by_id) {
  std::unique_ptr<WhatIfLane> lane(new WhatIfLane());
  Options options;
  options.clock = &lane->clock_;
  ASSIGN_OR_RETURN(lane->engine_, OpenEngine(":memory:", options));
  EngineImpl& impl = lane->engine_->impl();
  impl.SetAddressById(address_by_id);
  impl.SetGuardsSurges(false);
  lane->dispatcher_ = std::make_unique<Dispatcher>(lane->engine_.get(), &lane->clock_);
  lane->replayer_ = std::make_unique<Replayer>(lane->engine_.get(), lane->dispatcher_.get(), &lane->clock_,
                                               kReplayBatchMax, [](double) {});
  // Before a playbook is loaded no customer enters a journey, and no notice of a consent is due.
  if (told.count > 0) RETURN_IF_ERROR(lane->replayer_->PlayArrived(told, start_ms));
  RETURN_IF_ERROR(lane->engine_->Load(playbook).status());
  ASSIGN_OR_RETURN(const std::vector<std::string> channels, ChannelNames(*lane->engine_));
  RETURN_IF_ERROR(AddChannels(channels, "", "", &lane->sent_, lane->dispatcher_.get()));
  return lane;
}

absl::Status WhatIfLane::AppendReaction(const Event& event, WhatIfSource& source, EventBatch* batch) {
  const Value id = event.Get("message_id");
  if (id.kind() != Kind::kInt) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto real, source.FindMessage(id.integer()));
  const int64_t own = real ? NewestOf(real->recipient, real->journey, real->step) : 0;
  if (own == 0) {
    ++reactions_left_out_;
    return absl::OkStatus();
  }
  const std::string properties = SetPacked(event.properties, "message_id", Value::Int(own));
  Event reaction = event;
  reaction.properties = properties;
  batch->Append(reaction);
  return absl::OkStatus();
}

int64_t WhatIfLane::NewestOf(std::string_view customer, std::string_view journey, std::string_view step) {
  for (; indexed_ < sent_.size(); ++indexed_) {
    const Message& sent = sent_[indexed_];
    newest_[KeyOf(sent.customer, sent.journey, sent.step)] = sent.id;
  }
  const auto found = newest_.find(KeyOf(customer, journey, step));
  return found == newest_.end() ? 0 : found->second;
}

absl::Status WhatIfLane::Play(const EventBatch& batch, int64_t now_ms, WhatIfSource& source) {
  RETURN_IF_ERROR(replayer_->RunUpTo(now_ms));  // what is reacted to was made before
  EventBatch own;
  EventCursor cursor(batch.bytes);
  for (Event event; cursor.Next(&event);) {
    if (IsReaction(event))
      RETURN_IF_ERROR(AppendReaction(event, source, &own));
    else
      own.AppendRaw(cursor.encoded(), event);
  }
  return own.count == 0 ? absl::OkStatus() : replayer_->PlayArrived(own, now_ms);
}

}  // namespace cartwheel::cli
