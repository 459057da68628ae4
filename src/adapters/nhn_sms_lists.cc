#include "adapters/nhn_sms_lists.h"

#include <algorithm>
#include <charconv>

#include "adapters/listing.h"
#include "base/json_text.h"
#include "base/percent.h"
#include "base/status.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kPageSize = 1'000;       // the most that it gives
constexpr int64_t kReportSpanMs = kDayMs;  // the longest that it takes from start to end
constexpr int64_t kKoreaOffsetMs = 9 * kHourMs;
constexpr size_t kSecondsSize = std::string_view("2023-09-14T10:15:08").size();

int64_t PageOf(const ListQuery& query) {
  int64_t page = 1;
  std::from_chars(query.page.data(), query.page.data() + query.page.size(), page);
  return std::max<int64_t>(page, 1);
}

// "2023-09-14 10:15:08", Korea's time.
std::string KoreanTime(int64_t at_ms) {
  std::string text = FormatInstant(at_ms + kKoreaOffsetMs).substr(0, kSecondsSize);
  text[text.find('T')] = ' ';
  return PercentEncode(text);
}

// "2023-09-14 10:15:08.0" as "2023-09-14T10:15:08"; anything else as it is.
std::string Instant(std::string_view text) {
  std::string at(text.substr(0, kSecondsSize));
  if (at.size() == kSecondsSize && at[10] == ' ') at[10] = 'T';
  return at;
}

// A result as the webhook reports it. One that has no code yet is on its way.
void AddReport(json::Element result, ListPage* page) {
  const std::string_view code = json::Text(result, "resultCode");
  if (code.empty()) return;
  JsonWriter w(&page->records);
  w.BeginObject();
  w.Text("event", "MESSAGE_RESULT_UPDATE");
  w.Key("hooks");
  w.BeginList();
  w.BeginObject();
  w.Text("hookId", fmt::format("{}-{}-{}", json::Text(result, "requestId"), json::Whole(result, "recipientSeq"), code));
  w.Text("resultCode", code);
  w.Text("recipientGroupingKey", json::Text(result, "recipientGroupingKey"));
  w.Text("receiveDate", Instant(json::Text(result, "resultDate")));
  w.EndObject();
  w.EndList();
  w.EndObject();
  page->records += '\n';
  ++page->count;
}

void AddBlocked(json::Element entry, ListPage* page) {
  const std::string_view number = json::Text(entry, "recipientNo");
  if (number.empty()) return;
  std::string since = Instant(json::Text(entry, "requestDate"));
  if (since.size() == kSecondsSize) since += "+09:00";
  AddWithdrawal("NHN's block list", number, since, page);
}

}  // namespace

std::string NhnSmsListPath(const ListQuery& query, std::string_view unsubscribe_no) {
  const std::string page = fmt::format("pageNum={}&pageSize={}", PageOf(query), kPageSize);
  if (query.what == ListQuery::What::kBlocked)
    return fmt::format("/blockservice/recipients?unsubscribeNo={}&{}", PercentEncode(unsubscribe_no), page);
  return fmt::format("/message-results?startUpdateDate={}&endUpdateDate={}&{}",
                     KoreanTime(std::max(query.from_ms, query.to_ms - kReportSpanMs)), KoreanTime(query.to_ms), page);
}

absl::StatusOr<ListPage> ReadNhnSmsList(const ListQuery& query, const Response& response,
                                        simdjson::dom::parser* parser) {
  ASSIGN_OR_RETURN(const json::Element root, ReadListAnswer("NHN", response, parser));
  json::Element header, body;
  if (root["header"].get(header) != simdjson::SUCCESS)
    return absl::UnavailableError("NHN answers 200, and not as its API does");
  // An error is told so too.
  if (!json::Or<bool>(header["isSuccessful"].get_bool(), false))
    return absl::UnavailableError(fmt::format("NHN answers {}", json::Whole(header, "resultCode")));
  if (root["body"].get(body) != simdjson::SUCCESS) return absl::UnavailableError("NHN's answer has no body");
  ListPage page{.format = "receipts/nhn"};
  const json::Array list = json::Elements(body, "data");
  for (json::Element element : list)
    query.what == ListQuery::What::kBlocked ? AddBlocked(element, &page) : AddReport(element, &page);
  const int64_t number = PageOf(query);
  if (list.size() > 0 && number * kPageSize < json::Whole(body, "totalCount"))
    page.next = fmt::format("{}", number + 1);
  return page;
}

}  // namespace cartwheel
