// Sends what adapters build, over libcurl: HTTP/1.1 and HTTP/2, many requests at once on one thread, and mails, each
// connection on a thread of its own.
// An optional component (CMake: cartwheel::transport); nothing else in Cartwheel opens a connection.
//
//   cartwheel::Transport transport(SystemClock());
//   auto channels = OpenChannels("channels.json", &transport, SystemClock());
//   for (auto& channel : *channels) dispatcher.Add(std::move(channel));
//
// Connections are kept and used again, for at most kIdleConnectionMs. Certificates are checked, redirects are not
// followed, proxies of the environment are ignored, and addresses that are not public are refused unless the request
// allows them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cartwheel/adapter.h"
#include "cartwheel/channel.h"
#include "cartwheel/clock.h"

namespace cartwheel {

struct SendOptions {
  std::string ca_file;           // certificates (PEM) that are trusted in place of the system's; empty: the system's
  bool private_address = false;  // the requests may go to addresses that are not public, whatever they say themselves
  int64_t span_ms = 60'000;      // the whole call takes no longer: what cannot end in time is not begun
};

class Transport {
 public:
  // The clock must outlive it.
  explicit Transport(Clock* clock);
  // No Send may be running.
  ~Transport();
  Transport(const Transport&) = delete;

  // Sends all requests and waits for their answers; from any thread. nullopt: the request was not begun, for want of
  // time. What went wrong with a request is in its response.
  std::vector<std::optional<Response>> Send(absl::Span<const Request> requests, const SendOptions& options = {});

  static constexpr int64_t kConnectMs = 10'000;
  static constexpr int64_t kIdleConnectionMs = 30'000;
  static constexpr size_t kHttpInFlightMax = 500;   // requests to one origin; one HTTP/2 connection carries 100
  static constexpr size_t kConnectionsMax = 8;      // to one origin, of HTTP
  static constexpr size_t kMailConnectionsMax = 4;  // to one server

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

// What a channel over an adapter needs to know besides.
struct AdapterChannelOptions {
  SendOptions send;
  std::vector<std::string> deliver_only_to;  // other addresses get nothing: reject_msg. "*" stands for any characters
  double rate_per_second = 0;                // 0: what the adapter says
  int64_t rate_per_day = 0;                  // of this object, a day of UTC; 0: no limit
};

// A channel that sends by an adapter. The transport and the clock must outlive it.
std::unique_ptr<Channel> MakeAdapterChannel(std::string name, std::unique_ptr<Adapter> adapter, Transport* transport,
                                            Clock* clock, AdapterChannelOptions options = {});

// The channels of a channels.json, in its order. InvalidArgument: one line for each error, with its line and column.
absl::StatusOr<std::vector<std::unique_ptr<Channel>>> OpenChannels(const std::string& path, Transport* transport,
                                                                   Clock* clock);

}  // namespace cartwheel
