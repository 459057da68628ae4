#include "adapters/listing.h"

#include "base/hash.h"
#include "base/json_text.h"
#include "fmt/format.h"

namespace cartwheel {

absl::StatusOr<json::Element> ReadListAnswer(std::string_view who, const Response& response,
                                             simdjson::dom::parser* parser) {
  if (response.failure != Response::Failure::kNone) return absl::UnavailableError(response.error);
  json::Element root;
  const bool readable =
      parser->parse(response.body.data(), response.body.size()).get(root) == simdjson::SUCCESS && root.is_object();
  if (response.status == 200 && readable) return root;
  return absl::UnavailableError(
      fmt::format("{} answers {}{}", who, response.status, response.status == 200 ? ", and not as its API does" : ""));
}

void AddWithdrawal(std::string_view where, std::string_view address, std::string_view since, ListPage* page) {
  JsonWriter w(&page->records);
  w.BeginObject();
  w.Text("type", "consent_withdrawn");
  w.Text("id", "block-" + ToHex(SipDigest(fmt::format("{}\n{}\n{}", where, address, since))));
  if (!since.empty()) w.Text("at", since);
  w.Key("properties");
  w.BeginObject();
  w.Text("medium", "sms");
  w.Text("scope", "ad");
  w.Text("where", where);
  w.Text("address", address);
  w.EndObject();
  w.EndObject();
  page->records += '\n';
  page->format = "native";
  ++page->count;
}

}  // namespace cartwheel
