// What providers report of messages later, by webhook: one reader a provider, from its record to reports of ours. A
// report names a message by its mark (message_mark.h) where the provider gave it back, else an address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "base/json_tree.h"
#include "cartwheel/channel.h"
#include "providers/message_mark.h"

namespace cartwheel {

struct ProviderReport {
  enum class Kind : uint8_t {
    kOutcome,       // delivered, or what kept it from it: `outcome`
    kOpened,        // its reader saw it
    kClicked,       // its reader followed the link `url`
    kComplained,    // its reader called it spam
    kUnsubscribed,  // its reader, or the owner of the address, wants no more advertisements
  };
  Kind kind = Kind::kOutcome;
  OutcomeCode outcome = OutcomeCode::kDelivered;  // one that ends a message
  std::string reason;                             // the provider's code and what it means
  std::string status;                             // of an e-mail that bounced: "5.1.1" (RFC 3463)
  MessageMark message;                            // id 0: it names none
  std::string_view medium;                        // of the address: "sms", "kakao", "email"
  std::string address;                            // empty: not said
  std::string id;                                 // of the report: the same when it comes again
  std::string at;                                 // as event times are written; empty: not said
  std::string url;
  std::string agent;  // the User-Agent of an opening or a click: machines have theirs
};

// Reads one record and appends its reports. A record that says nothing of a message's fate (it is being sent, it waits)
// has none. Returns what is wrong with a record that is none of the provider's; empty: nothing.
using ReadReports = std::string (*)(json::Element record, std::vector<ProviderReport>* reports);

struct ReportFormat {
  std::string_view name;  // "receipts/solapi"
  std::string_view what;  // for people
  ReadReports read;
};
absl::Span<const ReportFormat> ReportFormats();
const ReportFormat* FindReportFormat(std::string_view name);    // null: there is none
inline constexpr std::string_view kReportPrefix = "receipts/";  // of their names
std::string ReportFormatNames();                                // "receipts/nhn, … or receipts/solapi"

// Readers, each in a file of its own.
std::string ReadSolapiReport(json::Element record, std::vector<ProviderReport>* reports);
std::string ReadNhnReport(json::Element record, std::vector<ProviderReport>* reports);
std::string ReadSesReport(json::Element record, std::vector<ProviderReport>* reports);
std::string ReadSendGridReport(json::Element record, std::vector<ProviderReport>* reports);

// What an outcome means once the provider has taken the message: it ended, delivered or not, or (false) nothing is
// said. What would be tried again when it is handed over has failed by then.
bool EndsMessage(OutcomeCode code, OutcomeCode* end);

}  // namespace cartwheel
