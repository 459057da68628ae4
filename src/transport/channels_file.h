// channels.json as a file: what it says, and channels of it.
#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "adapters/channels_json.h"
#include "cartwheel/transport.h"

namespace cartwheel {

// Errors name the path, one line each.
absl::StatusOr<ChannelsJson> ReadChannelsFile(const std::string& path);

// What the transport has to know of a channel.
AdapterChannelOptions ChannelOptionsOf(const ChannelSettings& settings, const ChannelsJson& file);

// One line: what is wrong with a channel's settings, as its provider says; OK: they work, or the provider has no way
// to ask, and they can be read.
absl::Status CheckChannel(const ConfiguredChannel& channel, Transport& transport, Clock& clock);

// Asks the provider for a whole list, from the page of `query` on. Each page is given to `take`; its error ends it, and
// `*query` is then the page that was not taken. Unimplemented: there is no such list.
absl::Status ReadList(const ConfiguredChannel& channel, Transport& transport, Clock& clock, ListQuery* query,
                      absl::FunctionRef<absl::Status(const ListPage&)> take);

}  // namespace cartwheel
