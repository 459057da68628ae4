// Channels that come with the library: one that writes messages to a file, one that keeps them in memory. Their threads
// and lifetime are those of any channel (channel.h).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cartwheel/channel.h"

namespace cartwheel {

// Opens a channel that appends every message to the file at `path`, one JSON object a line: for shops that send by
// other means, and to look at what would be sent. A message is accepted when its line is flushed to the disk; one of
// which nothing was written is kNotSent. Several channels, also of several processes, may share a path. A file that is
// made has the permissions and the group of the file `like` (the database), 0600 without one; an existing file keeps
// its own. NotFound names the path and what the system says.
absl::StatusOr<std::unique_ptr<Channel>> OpenFileChannel(const std::string& name, const std::string& path,
                                                         const std::string& like = {});

// Keeps what it is given: for tests, replays and dry runs.
class MemoryChannel final : public Channel {
 public:
  using Answer = std::function<Outcome(const Message&)>;

  // `sent` collects every message handed over (may be null); it must outlive the channel. `answer` says what becomes of
  // each; null: accepted.
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
