// A channel that keeps what it is given: for tests, replays and dry runs.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cartwheel/channel.h"

namespace cartwheel {

class MemoryChannel final : public Channel {
 public:
  using Answer = std::function<Outcome(const Message&)>;

  // `sent` collects every message handed over (may be null). `answer` says what becomes of each; null: accepted.
  MemoryChannel(std::string name, std::vector<Message>* sent, Answer answer = nullptr, ChannelTraits traits = {})
      : name_(std::move(name)), sent_(sent), answer_(std::move(answer)), traits_(traits) {}

  std::string_view name() const override { return name_; }
  ChannelTraits traits() const override { return traits_; }
  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override;

 private:
  std::string name_;
  std::vector<Message>* sent_;
  Answer answer_;
  ChannelTraits traits_;
};

}  // namespace cartwheel
