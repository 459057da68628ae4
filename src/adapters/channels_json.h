// Reads channels.json:
//
//   {"channels": {"sms": {"kind": "solapi", "from": "0212345678", "api_key": {"env": "SOLAPI_KEY"}, …}},
//    "deliver_only_to": ["01012345678", "*@shop.example"]}
//
// Every key is one of the tables of settings.h. What is wrong is told all at once.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "adapters/secrets.h"
#include "adapters/settings.h"

namespace cartwheel {

struct ConfiguredChannel {
  ChannelSettings settings;
  const AdapterKind* kind = nullptr;
  std::unique_ptr<Adapter> adapter;
};

struct ChannelsJson {
  std::vector<ConfiguredChannel> channels;   // in the order of the file
  std::vector<std::string> deliver_only_to;  // addresses, where "*" stands for any characters; empty: all
};

// InvalidArgument, one line an error: `/channels/sms/api_kye (3:12): unknown key …`.
absl::StatusOr<ChannelsJson> ReadChannelsJson(std::string_view text, const SecretSources& sources,
                                              absl::Span<const AdapterKind* const> kinds);

// Whether an address is one of `deliver_only_to`. Empty patterns let every address through.
bool MayDeliverTo(std::string_view address, absl::Span<const std::string> patterns);

}  // namespace cartwheel
