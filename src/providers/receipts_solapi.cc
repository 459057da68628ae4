// SOLAPI's report webhook: an array of the messages whose status changed, each a record. Reports of groups say nothing
// of a message.
#include "fmt/format.h"
#include "providers/receipts.h"
#include "providers/solapi_codes.h"

namespace cartwheel {

std::string ReadSolapiReport(json::Element record, std::vector<ProviderReport>* reports) {
  const std::string_view code = json::Text(record, "statusCode"), id = json::Text(record, "messageId");
  if (id.empty() && !json::Text(record, "groupId").empty()) return {};
  if (id.empty() || code.empty()) return "expected messageId and statusCode, as in SOLAPI's report";
  const CodeRow* row = FindCode(SolapiStatusCodes(), code);
  if (row == nullptr) return fmt::format("statusCode \"{}\" is none that SOLAPI documents", code.substr(0, 16));
  ProviderReport report;
  if (!EndsMessage(row->outcome, &report.outcome)) return {};
  const json::Object fields = json::Members(record, "customFields");
  ReadMark(json::Or<std::string_view>(fields["cartwheel"].get_string(), {}), &report.message);
  report.reason = fmt::format("{}: {}", code, row->meaning);
  report.medium = "sms";
  report.address = std::string(json::Text(record, "to"));
  report.id = fmt::format("solapi-{}-{}", id, code);
  report.at = std::string(json::Text(record, "dateReceived"));
  reports->push_back(std::move(report));
  return {};
}

}  // namespace cartwheel
