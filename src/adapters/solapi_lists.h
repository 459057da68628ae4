// SOLAPI's lists: messages by the time of their last change, and numbers that refused by an 080 number. Sources: the
// queries and answers of SOLAPI's library for Node, 6.0.1 (messages/v4/list, iam/v1/black).
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "base/json_tree.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

// Path and query of a page.
std::string SolapiListPath(const ListQuery& query);
absl::StatusOr<ListPage> ReadSolapiList(const ListQuery& query, const Response& response,
                                        simdjson::dom::parser* parser);

}  // namespace cartwheel
