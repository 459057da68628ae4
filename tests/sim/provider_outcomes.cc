#include "tests/sim/provider_outcomes.h"

#include <string>
#include <vector>

#include "adapters/apns_answer.h"
#include "adapters/fcm_answer.h"
#include "adapters/smtp_codes.h"
#include "adapters/web_push_answer.h"
#include "base/time.h"
#include "providers/nhn_codes.h"
#include "providers/solapi_codes.h"

namespace cartwheel::sim {
namespace {

constexpr int kFirstStatus = 400, kLastStatus = 504;

void AddRows(absl::Span<const CodeRow> table, std::vector<CodeRow>* rows) {
  rows->insert(rows->end(), table.begin(), table.end());
}

// What an adapter whose tables are of statuses makes of each of them.
void AddStatuses(const CodeRow& (*find)(const Response&), std::vector<CodeRow>* rows) {
  for (int status = kFirstStatus; status <= kLastStatus; ++status) {
    Response response;
    response.status = status;
    rows->push_back(find(response));
  }
}

const std::vector<CodeRow>& RowsOf(std::string_view channel) {
  static const auto* texts = new std::vector<CodeRow>([] {
    std::vector<CodeRow> rows;
    for (const auto table : {SolapiStatusCodes(), SolapiErrors(), NhnSmsApiCodes(), NhnKakaoApiCodes()})
      AddRows(table, &rows);
    return rows;
  }());
  static const auto* mails = new std::vector<CodeRow>([] {
    std::vector<CodeRow> rows;
    for (const auto table : {EnhancedCodes(), ReplyCodes()}) AddRows(table, &rows);
    return rows;
  }());
  static const auto* pushes = new std::vector<CodeRow>([] {
    std::vector<CodeRow> rows;
    for (const auto find : {FindWebPushRow, FindFcmRow, FindApnsRow}) AddStatuses(find, &rows);
    return rows;
  }());
  return channel == "email" ? *mails : channel == "sms" ? *texts : *pushes;
}

}  // namespace

void DrawProviderOutcome(Random& random, std::string_view channel, int accepted_percent, Outcome* outcome) {
  outcome->code = OutcomeCode::kAccepted;
  if (random.Chance(accepted_percent)) return;
  const std::vector<CodeRow>& rows = RowsOf(channel);
  const CodeRow& row = rows[random.Below(rows.size())];
  outcome->code = row.outcome;
  outcome->reason = std::string(row.code) + ": " + std::string(row.meaning);
  outcome->retry_after_ms = row.outcome == OutcomeCode::kDefer ? random.Between(1, 11) * kHourMs : row.retry_after_ms;
}

}  // namespace cartwheel::sim
