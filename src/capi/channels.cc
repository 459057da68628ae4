#include "capi/channels.h"

#include <string>
#include <utility>
#include <vector>

#include "base/adopted_lock.h"
#include "base/status.h"
#include "capi/error.h"
#include "capi/json.h"

namespace cartwheel::capi {
namespace {

class TableChannel final : public Channel {
 public:
  TableChannel(const cartwheel_channel& table, std::string_view name) : table_(table), name_(name) {}
  ~TableChannel() override {
    if (adopted_ && table_.destroy != nullptr) table_.destroy(table_.user_data);
  }
  // From here on what the table holds is this channel's to destroy.
  void Adopt() { adopted_ = true; }

  std::string_view name() const override { return name_; }
  ChannelTraits traits() const override {
    ChannelTraits traits;
    if (table_.timeout_ms > 0) traits.timeout_ms = table_.timeout_ms;
    if (table_.batch_max > 0) traits.batch_max = static_cast<size_t>(table_.batch_max);
    traits.idempotency_ms = table_.idempotency_ms;
    traits.rate_per_second = table_.messages_per_second;
    return traits;
  }
  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
    const std::string json = MessagesJson(messages);
    cartwheel_outcomes answers;
    table_.send_batch(table_.user_data, json.data(), json.size(), &answers);
    return std::move(answers.outcomes);
  }

 private:
  const cartwheel_channel table_;
  const std::string name_;
  bool adopted_ = false;
};

}  // namespace

absl::Status Channels::Add(const cartwheel_channel& table) {
  if (table.send_batch == nullptr) return absl::InvalidArgumentError("cartwheel_channel.send_batch is NULL");
  ASSIGN_OR_RETURN(std::string_view name, Text(table.name, table.name_size, "cartwheel_channel.name"));
  if (name.empty())
    return absl::InvalidArgumentError(
        "cartwheel_channel.name is empty: expected a channel's name, as playbooks write it in `via`");
  if (table.timeout_ms < 0 || table.batch_max < 0 || table.idempotency_ms < 0 || !(table.messages_per_second >= 0))
    return absl::InvalidArgumentError(
        "timeout_ms, batch_max, messages_per_second and idempotency_ms: expected no negative numbers");
  auto channel = std::make_unique<TableChannel>(table, name);
  TableChannel& added = *channel;
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(dispatcher_.Add(std::move(channel)));
  added.Adopt();
  return absl::OkStatus();
}

absl::StatusOr<DispatchResult> Channels::Dispatch(int64_t now_ms) {
  if (!mutex_.TryLock()) return absl::UnavailableError("another thread dispatches the channels of this handle");
  AdoptedLock lock(&mutex_);
  return dispatcher_.Run(now_ms);
}

}  // namespace cartwheel::capi
