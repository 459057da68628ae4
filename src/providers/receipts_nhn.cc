// NHN Cloud's webhooks: {"event", "hooks": […]}. Sources: "Webhook > API Guide" of KakaoTalk Bizmessage and of SMS.
#include "fmt/format.h"
#include "providers/nhn_codes.h"
#include "providers/receipts.h"

namespace cartwheel {
namespace {

constexpr std::string_view kKoreaOffset = "+09:00";

// "2024-04-29T20:58:04", which is Korea's time; with an offset of its own it stays.
std::string TimeOf(std::string_view text) {
  constexpr size_t kWithoutOffset = std::string_view("2024-04-29T20:58:04").size();
  std::string at(text);
  if (at.size() == kWithoutOffset) at += kKoreaOffset;
  return at;
}

std::string ReadResult(json::Element hook, std::vector<ProviderReport>* reports) {
  ProviderReport report;
  const bool kakao = !json::Text(hook, "kakaoMessageType").empty();
  const std::string_view code = json::Text(hook, "resultCode");
  if (code.empty()) return "expected resultCode in each of hooks, as in NHN's MESSAGE_RESULT_UPDATE";
  const CodeRow* row = FindCode(kakao ? NhnKakaoResults() : NhnSmsResults(), code);
  if (row == nullptr) return fmt::format("resultCode \"{}\" is none that NHN documents", code.substr(0, 16));
  if (!EndsMessage(row->outcome, &report.outcome)) return {};
  std::string_view mark = json::Text(hook, "recipientGroupingKey");
  if (mark.empty()) mark = json::Text(hook, "recipientGropuingKey");  // so in the example of the SMS guide
  ReadMark(mark, &report.message);
  report.reason = fmt::format("{}: {}", code, row->meaning);
  report.medium = kakao ? "kakao" : "sms";
  report.address = std::string(json::Text(hook, "recipientNo"));
  report.id = fmt::format("nhn-{}", json::Text(hook, "hookId"));
  report.at = TimeOf(json::Text(hook, "receiveDate"));
  reports->push_back(std::move(report));
  return {};
}

std::string ReadUnsubscribe(json::Element hook, std::vector<ProviderReport>* reports) {
  ProviderReport report;
  report.kind = ProviderReport::Kind::kUnsubscribed;
  report.medium = "sms";
  report.address = std::string(json::Text(hook, "recipientNo"));
  if (report.address.empty()) return "expected recipientNo in each of hooks, as in NHN's UNSUBSCRIBE";
  report.reason = "opted out by the 080 number";
  report.id = fmt::format("nhn-{}", json::Text(hook, "hookId"));
  report.at = std::string(json::Text(hook, "createdDateTime"));
  reports->push_back(std::move(report));
  return {};
}

}  // namespace

std::string ReadNhnReport(json::Element record, std::vector<ProviderReport>* reports) {
  const std::string_view event = json::Text(record, "event");
  if (event.empty()) return "expected event and hooks, as in NHN's webhooks";
  const bool result = event == "MESSAGE_RESULT_UPDATE", unsubscribe = event == "UNSUBSCRIBE";
  if (!result && !unsubscribe) return {};  // of templates and blocked countries
  std::string wrong;
  for (json::Element hook : json::Elements(record, "hooks"))
    if (std::string one = result ? ReadResult(hook, reports) : ReadUnsubscribe(hook, reports); wrong.empty())
      wrong = std::move(one);
  return wrong;
}

}  // namespace cartwheel
