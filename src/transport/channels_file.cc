#include "transport/channels_file.h"

#include "adapters/kinds.h"
#include "base/read_file.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int kRenewalsMax = 1;
constexpr int64_t kQueueMs = 10'000;  // after requests that others have on their way

}  // namespace

absl::StatusOr<ChannelsJson> ReadChannelsFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const size_t slash = path.rfind('/');
  const std::string folder = slash == path.npos ? "" : slash == 0 ? "/" : path.substr(0, slash);
  absl::StatusOr<ChannelsJson> channels = ReadChannelsJson(text, MachineSecrets(folder), AdapterKinds());
  if (channels.ok()) return channels;
  std::string message = fmt::format("{}: {}", path, StatusText(channels.status()));
  for (size_t at = 0; (at = message.find('\n', at)) != message.npos; at += path.size() + 3)
    message.insert(at + 1, path + ": ");
  return absl::Status(channels.status().code(), message);
}

AdapterChannelOptions ChannelOptionsOf(const ChannelSettings& settings, const ChannelsJson& file) {
  AdapterChannelOptions options;
  options.send.ca_file = settings.Text("ca_file");
  options.send.private_address = settings.Flag("private_address");
  options.deliver_only_to = file.deliver_only_to;
  options.rate_per_second = settings.Number("rate_per_second");
  options.rate_per_day = settings.Whole("rate_per_day");
  return options;
}

absl::Status CheckChannel(const ConfiguredChannel& channel, Transport& transport, Clock& clock) {
  SendOptions options = ChannelOptionsOf(channel.settings, {}).send;
  for (int renewals = 0; renewals <= kRenewalsMax; ++renewals) {
    const std::optional<Request> request = channel.adapter->BuildCheck(clock.NowMs());
    if (!request) return absl::OkStatus();
    options.span_ms = request->timeout_ms + kQueueMs;
    const std::vector<std::optional<Response>> answers = transport.Send({&*request, 1}, options);
    if (!answers[0]) return absl::UnavailableError("no connection was free in time");
    const Response& response = *answers[0];
    RETURN_IF_ERROR(channel.adapter->InterpretCheck(*request, response, clock.NowMs()));
    if (!request->renews) return absl::OkStatus();
    channel.adapter->Interpret(*request, {}, response, clock.NowMs());
  }
  return absl::InternalError("what was renewed is not taken");
}

absl::Status ReadList(const ConfiguredChannel& channel, Transport& transport, Clock& clock, ListQuery* query,
                      absl::FunctionRef<absl::Status(const ListPage&)> take) {
  SendOptions options = ChannelOptionsOf(channel.settings, {}).send;
  for (;;) {
    const std::optional<Request> request = channel.adapter->BuildList(*query, clock.NowMs());
    if (!request)
      return absl::UnimplementedError("its provider has no such list, or a setting is missing that it needs");
    options.span_ms = request->timeout_ms + kQueueMs;
    const std::vector<std::optional<Response>> answers = transport.Send({&*request, 1}, options);
    if (!answers[0]) return absl::UnavailableError("no connection was free in time");
    ASSIGN_OR_RETURN(ListPage page, channel.adapter->InterpretList(*query, *answers[0], clock.NowMs()));
    RETURN_IF_ERROR(take(page));
    if (page.next == query->page && !page.next.empty())
      return absl::UnavailableError("the provider gives one page again and again");
    query->page = std::move(page.next);
    if (query->page.empty()) return absl::OkStatus();
  }
}

absl::StatusOr<std::vector<std::unique_ptr<Channel>>> OpenChannels(const std::string& path, Transport* transport,
                                                                   Clock* clock) {
  ASSIGN_OR_RETURN(ChannelsJson file, ReadChannelsFile(path));
  std::vector<std::unique_ptr<Channel>> channels;
  for (ConfiguredChannel& channel : file.channels)
    channels.push_back(MakeAdapterChannel(channel.settings.name, std::move(channel.adapter), transport, clock,
                                          ChannelOptionsOf(channel.settings, file)));
  return channels;
}

}  // namespace cartwheel
