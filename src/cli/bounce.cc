// `cartwheel bounce`: a report of a bounce or a complaint from standard input, as the event that it means.
#include <iostream>
#include <iterator>

#include "base/json_text.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/sending.h"
#include "fmt/format.h"

#ifdef CARTWHEEL_TRANSPORT
#include "adapters/mail_report.h"
#endif

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kBounceOptions[] = {
    {"--channels", "FILE", "the channels.json that has the channel", true},
    {"--channel", "NAME", "which channel the mail was sent by; without it the file's only one of the kind smtp"},
};

#ifdef CARTWHEEL_TRANSPORT

std::string EventOf(const MailReport& report, const std::string& channel) {
  const std::string_view type = report.complained ? "complained" : "bounced";
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Text("type", type);
  if (!report.key.empty()) writer.Text("id", fmt::format("{}/{}/{}", type, report.key, report.status));
  writer.Key("properties");
  writer.BeginObject();
  writer.Text("channel", channel);
  writer.Text("address", report.address);
  if (!report.status.empty()) writer.Text("status", report.status);
  if (!report.key.empty()) writer.Text("message_key", report.key);
  writer.EndObject();
  writer.EndObject();
  return json + "\n";
}

int RunBounce(const Args& args) {
  std::string channel = args.Get("--channel");
  const absl::StatusOr<ReportKeys> keys = ReportKeysOf(args.Get("--channels"), &channel);
  if (!keys.ok()) return Fail(kFailed, StatusText(keys.status()));
  const std::string mail{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  std::string why;
  const std::optional<MailReport> report = ReadMailReport(mail, *keys, &why);
  if (report) return Print(EventOf(*report, channel));
  Note(fmt::format("bounce: {}", why));  // not an error: a mail server would send it back to its sender
  return kOk;
}

#else

int RunBounce(const Args&) { return Fail(kFailed, KindsText()); }

#endif

}  // namespace

const Command kBounceCommand = {
    "bounce",
    "",
    "reads a report of a bounce or a complaint, and prints the event that it means",
    "A mail server pipes into it what comes to the return path of the channel. A report is believed only of the "
    "address\n"
    "that the mail was sent to, which the token in the return path says; without a return_path in the channel's "
    "settings\n"
    "it is believed unchecked. What is no such report prints nothing.",
    {"cartwheel bounce --channels channels.json <report.eml | cartwheel ingest - --db shop.db"},
    kBounceOptions,
    RunBounce,
};

}  // namespace cartwheel::cli
