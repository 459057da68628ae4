#include "adapters/solapi_lists.h"

#include "adapters/listing.h"
#include "base/percent.h"
#include "base/status.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int kPageSize = 500;  // the most that it gives

// An element for each of a list, or of an object whose keys are ids: it was both.
template <typename Each>
void ForEach(json::Element list, Each each) {
  for (json::Element element : json::Elements(list)) each(element);
  for (const auto& member : json::Members(list)) each(member.value);
}

// A message as the webhook reports it.
void AddReport(json::Element message, ListPage* page) {
  page->records += simdjson::minify(message);
  page->records += '\n';
  ++page->count;
}

void AddBlocked(json::Element entry, ListPage* page) {
  const std::string_view number = json::Text(entry, "recipientNumber");
  if (!number.empty()) AddWithdrawal("SOLAPI's block list", number, json::Text(entry, "dateCreated"), page);
}

}  // namespace

std::string SolapiListPath(const ListQuery& query) {
  const std::string page = query.page.empty() ? "" : "&startKey=" + PercentEncode(query.page);
  if (query.what == ListQuery::What::kBlocked)
    return fmt::format("/iam/v1/black?type=DENIAL&limit={}{}", kPageSize, page);
  return fmt::format("/messages/v4/list?dateType=UPDATED&startDate={}&endDate={}&limit={}{}",
                     PercentEncode(FormatInstant(query.from_ms)), PercentEncode(FormatInstant(query.to_ms)), kPageSize,
                     page);
}

absl::StatusOr<ListPage> ReadSolapiList(const ListQuery& query, const Response& response,
                                        simdjson::dom::parser* parser) {
  ASSIGN_OR_RETURN(const json::Element root, ReadListAnswer("SOLAPI", response, parser));
  const bool blocked = query.what == ListQuery::What::kBlocked;
  json::Element list;
  if (root[blocked ? "blackList" : "messageList"].get(list) != simdjson::SUCCESS)
    return absl::UnavailableError("SOLAPI's answer has no list");
  ListPage page{.format = "receipts/solapi"};
  ForEach(list, [&](json::Element element) { blocked ? AddBlocked(element, &page) : AddReport(element, &page); });
  page.next = std::string(json::Text(root, "nextKey"));
  return page;
}

}  // namespace cartwheel
