// Channels of channels.json for commands. A build without libcurl or OpenSSL has none and says so.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartwheel/channel.h"
#include "cartwheel/dispatcher.h"

#ifdef CARTWHEEL_TRANSPORT
#include "adapters/mail_report.h"
#endif

namespace cartwheel::cli {

// A channel that opened, for people: "sms (solapi)".
struct OpenedChannel {
  std::unique_ptr<Channel> channel;
  std::string kind;
};

// The transport that the channels of this process share. Channels must not outlive it.
class Sending {
 public:
  Sending();
  ~Sending();
  Sending(const Sending&) = delete;

  // The channels of the file; Unimplemented in a build without.
  absl::StatusOr<std::vector<OpenedChannel>> Open(const std::string& path);
  // Tries each channel of the file: `told` gets its name, its kind, and what is wrong.
  absl::Status Check(const std::string& path,
                     const std::function<void(const std::string&, const std::string&, const absl::Status&)>& told);
  // Reads the list of addresses that the provider of a channel blocks, from `*page` on ("" is the first). `take` gets
  // the format and the records of each page and how many there are. After an error *page is the one to go on with.
  absl::Status Sync(
      const std::string& path, const std::string& name, std::string* page,
      const std::function<absl::Status(const std::string& format, const std::string& records, int64_t count)>& take);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

#ifdef CARTWHEEL_TRANSPORT
// What the reports for mails of a channel are checked with. An empty *channel becomes the file's only one of the kind
// smtp.
absl::StatusOr<ReportKeys> ReportKeysOf(const std::string& path, std::string* channel);
#endif

// One line for each kind of channel and each of its settings.
std::string KindsText();

// 32 hexadecimal digits, of the system's random numbers.
std::string RandomKey();

}  // namespace cartwheel::cli
