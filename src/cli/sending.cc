#include "cli/sending.h"

#include "base/status.h"
#include "base/suggest.h"
#include "cartwheel/clock.h"
#include "core/model/media.h"
#include "core/model/playbook.h"
#include "fmt/format.h"

#ifdef CARTWHEEL_TRANSPORT
#include "adapters/crypto.h"
#include "adapters/kinds.h"
#include "transport/channels_file.h"
#endif

namespace cartwheel::cli {

#ifdef CARTWHEEL_TRANSPORT

struct Sending::Parts {
  Transport transport{SystemClock()};
};

namespace {

// A channel gets the section of templates that its name says; a kind that reads another one refuses every message.
absl::Status CheckSection(const ConfiguredChannel& channel) {
  const std::string_view section = MediumOf(channel.settings.name), read = channel.kind->medium;
  if (read.empty() || read == section || FindMedium(section) == nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("a channel called \"{}\" gets the section \"{}\" of templates, and {} reads \"{}\"",
                  channel.settings.name, section, channel.kind->name, read));
}

}  // namespace

Sending::Sending() : parts_(std::make_unique<Parts>()) {}

absl::StatusOr<std::vector<OpenedChannel>> Sending::Open(const std::string& path) {
  ASSIGN_OR_RETURN(ChannelsJson file, ReadChannelsFile(path));
  std::vector<OpenedChannel> channels;
  for (ConfiguredChannel& channel : file.channels) {
    const AdapterChannelOptions options = ChannelOptionsOf(channel.settings, file);
    channels.push_back({MakeAdapterChannel(channel.settings.name, std::move(channel.adapter), &parts_->transport,
                                           SystemClock(), options),
                        std::string(channel.kind->name)});
  }
  return channels;
}

absl::Status Sending::Check(
    const std::string& path,
    const std::function<void(const std::string&, const std::string&, const absl::Status&)>& told) {
  ASSIGN_OR_RETURN(const ChannelsJson file, ReadChannelsFile(path));
  for (const ConfiguredChannel& channel : file.channels) {
    absl::Status status = CheckSection(channel);
    if (status.ok()) status = CheckChannel(channel, parts_->transport, *SystemClock());
    told(channel.settings.name, channel.settings.kind, status);
  }
  return absl::OkStatus();
}

absl::Status Sending::Sync(const std::string& path, const std::string& name, std::string* page,
                           const std::function<absl::Status(const std::string&, const std::string&, int64_t)>& take) {
  ASSIGN_OR_RETURN(const ChannelsJson file, ReadChannelsFile(path));
  std::vector<std::string_view> names;
  for (const ConfiguredChannel& channel : file.channels) {
    names.push_back(channel.settings.name);
    if (channel.settings.name != name) continue;
    ListQuery query{.what = ListQuery::What::kBlocked, .page = *page};
    const absl::Status read = ReadList(channel, parts_->transport, *SystemClock(), &query,
                                       [&](const ListPage& one) { return take(one.format, one.records, one.count); });
    *page = query.page;
    return read;
  }
  return absl::NotFoundError(fmt::format("{} has no channel \"{}\"{}", path, name, Hint(name, names)));
}

absl::StatusOr<ReportKeys> ReportKeysOf(const std::string& path, std::string* channel) {
  ASSIGN_OR_RETURN(const ChannelsJson file, ReadChannelsFile(path));
  std::vector<const ChannelSettings*> found;
  for (const ConfiguredChannel& configured : file.channels)
    if (configured.settings.kind == "smtp" && (channel->empty() || configured.settings.name == *channel))
      found.push_back(&configured.settings);
  if (found.size() != 1)
    return absl::NotFoundError(fmt::format("{} has {} of the kind smtp{}", path,
                                           found.empty() ? "no channel" : "more than one channel",
                                           channel->empty() ? ": name one by --channel" : " and that name"));
  *channel = found[0]->name;
  return ReportKeys{found[0]->Text("return_path"), found[0]->Secret("return_key")};
}

std::string KindsText() {
  std::string text;
  auto line = [&](const SettingKey& key) {
    text += fmt::format("  {:<20}{}{}\n", key.key, key.what, key.needed ? " (needed)" : "");
  };
  for (const AdapterKind* kind : AdapterKinds()) {
    text += fmt::format("{}: {}\n", kind->name, kind->what);
    for (const SettingKey& key : kind->keys) line(key);
  }
  text += "every kind\n";
  for (const SettingKey& key : CommonSettingKeys()) line(key);
  return text;
}

std::string RandomKey() { return EncodeHex(RandomBytes(16)); }

#else

namespace {

absl::Status NoTransport() {
  return absl::UnimplementedError(
      "this build sends nothing by itself: it was made without libcurl 7.85 or OpenSSL 3.0 (or later ones)");
}

}  // namespace

struct Sending::Parts {};

Sending::Sending() = default;
absl::StatusOr<std::vector<OpenedChannel>> Sending::Open(const std::string&) { return NoTransport(); }
absl::Status Sending::Check(const std::string&,
                            const std::function<void(const std::string&, const std::string&, const absl::Status&)>&) {
  return NoTransport();
}
absl::Status Sending::Sync(const std::string&, const std::string&, std::string*,
                           const std::function<absl::Status(const std::string&, const std::string&, int64_t)>&) {
  return NoTransport();
}
std::string KindsText() { return StatusText(NoTransport()) + "\n"; }
std::string RandomKey() { return std::string(32, '0'); }

#endif

Sending::~Sending() = default;

}  // namespace cartwheel::cli
