// `cartwheel receipts`: what a provider's webhook reported of messages, into the database.
#include "providers/receipts.h"

#include <cstdlib>

#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/replayer.h"
#include "cli/session.h"
#include "cli/sniff.h"
#include "fmt/format.h"
#ifdef CARTWHEEL_ADAPTERS
#include "adapters/report_signature.h"
#endif

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kReceiptsOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--signature", "TEXT", "the header that proves who sent it; checked by the secret in CARTWHEEL_RECEIPTS_SECRET"},
    {"--timestamp", "TEXT", "of SendGrid: the header with its time"},
    {"--certificate", "FILE", "of SES: the certificate by which Amazon SNS signs, in PEM; with --topic it is checked"},
    {"--topic", "ARN", "of SES: the SNS topic that is yours"},
};

absl::Status CheckSignature(const Args& args, std::string_view format, std::string_view body) {
  const char* given = std::getenv("CARTWHEEL_RECEIPTS_SECRET");
  const bool by_certificate = args.Has("--certificate") || args.Has("--topic");
  if (!args.Has("--signature") && !by_certificate && given == nullptr) return absl::OkStatus();
#ifdef CARTWHEEL_ADAPTERS
  const std::string signature = args.Get("--signature"), timestamp = args.Get("--timestamp"),
                    topic = args.Get("--topic");
  std::string secret = given == nullptr ? std::string() : std::string(given);
  if (args.Has("--certificate")) {
    ASSIGN_OR_RETURN(secret, ReadFile(args.Get("--certificate")));
  }
  return CheckReportSignature(format, body, {signature, timestamp, secret, topic});
#else
  (void)format;
  (void)body;
  return absl::UnimplementedError("this cartwheel was built without OpenSSL: it checks no signature");
#endif
}

std::string Said(const IngestResult& result) {
  std::string text = fmt::format("{} taken, {} rejected\n", Plural(result.accepted, "report"),
                                 Count(static_cast<int64_t>(result.rejected.size())));
  for (size_t i = 0; i < result.rejected.size() && i < kRejectedShownMax; ++i)
    text += fmt::format("  record {}: {}\n", result.rejected[i].record, Printable(result.rejected[i].message));
  return text;
}

int RunReceipts(const Args& args) {
  const std::string format = fmt::format("{}{}", kReportPrefix, args.operand(0));
  if (FindReportFormat(format) == nullptr) {
    std::string names;
    for (const ReportFormat& each : ReportFormats())
      names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name.substr(kReportPrefix.size()));
    return Fail(kUsage, fmt::format("receipts: \"{}\" is no provider, expected {}", args.operand(0), names));
  }
  absl::StatusOr<std::string> text = ReadFile(args.operand(1) == "-" ? "/dev/stdin" : args.operand(1));
  if (!text.ok()) return Fail(text.status());
  if (absl::Status right = CheckSignature(args, format, *text); !right.ok()) return Fail(kFailed, StatusText(right));
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  absl::StatusOr<IngestResult> result = (*engine)->Ingest(*text, {.format = format});
  if (!result.ok()) return Fail(result.status());
  return Print(Said(*result));
}

}  // namespace

const Command kReceiptsCommand = {
    "receipts",
    "PROVIDER FILE",
    "takes what a provider's webhook reported of messages",
    "PROVIDER is nhn, sendgrid, ses or solapi. FILE holds what its webhook sent, one body after the other, or is - "
    "for\n"
    "standard input. What was delivered or failed is settled; openings, clicks, complaints and withdrawals are "
    "appended\n"
    "as events. The same report twice changes nothing. Where CARTWHEEL_RECEIPTS_SECRET is set the signature must be "
    "right,\nand FILE is one body.",
    {"cartwheel receipts solapi report.json --db shop.db",
     "cartwheel receipts ses - --certificate sns.pem --topic arn:aws:sns:ap-northeast-2:123456789012:mail --db shop.db",
     "CARTWHEEL_RECEIPTS_SECRET=... cartwheel receipts nhn - --signature \"$HEADER\" --db shop.db"},
    kReceiptsOptions,
    RunReceipts,
};

}  // namespace cartwheel::cli
