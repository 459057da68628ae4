// NHN Cloud SMS's lists: results by the time of their last change, and numbers that refused by an 080 number. Source:
// "SMS > API v3.0 Guide", "Query messages by result update" and "080 unsubscription".
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/json_tree.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

// Path and query of a page, after /sms/v3.0/appKeys/KEY. `unsubscribe_no`: the 080 number whose refusals are listed.
std::string NhnSmsListPath(const ListQuery& query, std::string_view unsubscribe_no);
absl::StatusOr<ListPage> ReadNhnSmsList(const ListQuery& query, const Response& response,
                                        simdjson::dom::parser* parser);

}  // namespace cartwheel
