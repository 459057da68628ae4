// The channels of one handle: their adapters, and the requests that were built and not interpreted yet.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/channels_json.h"

namespace cartwheel::adapters_capi {

class Opened {
 public:
  static absl::StatusOr<std::shared_ptr<Opened>> Open(std::string_view channels_json, std::string folder);

  // JSON in and out, as include/cartwheel_adapters.h has it. NotFound: a request that is not open.
  absl::StatusOr<std::string> Build(std::string_view channel, std::string_view messages, int64_t now_ms);
  absl::StatusOr<std::string> Interpret(std::string_view response, int64_t now_ms);
  absl::StatusOr<std::string> Traits(std::string_view channel);

 private:
  // Of one call of Build: its messages are kept as long as one of its requests is open.
  using Messages = std::shared_ptr<const std::vector<Message>>;
  struct OpenRequest {
    Adapter* adapter = nullptr;
    Request request;
    Messages messages;
  };

  explicit Opened(ChannelsJson channels) : channels_(std::move(channels)) {}
  absl::StatusOr<const ConfiguredChannel*> FindChannel(std::string_view name) const;

  const ChannelsJson channels_;
  std::mutex mutex_;  // of what follows  // adapters are for one thread at a time
  std::map<int64_t, OpenRequest> open_;
  int64_t last_request_ = 0;
};

}  // namespace cartwheel::adapters_capi
