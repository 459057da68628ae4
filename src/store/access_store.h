// The access log: who was shown personal data, when, why, and by which query. Rows are only added. Of whom the data
// were is told by a keyed hash, so that an erasure need not look here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/ids.h"

namespace cartwheel {

struct AccessRow {
  AccessId id;  // the store's, in the order of arrival
  int64_t at_ms = 0;
  std::string actor;
  std::string reason;
  std::string query;
  std::string subject;  // opaque here; empty: of no one customer
};

class AccessStore {
 public:
  virtual ~AccessStore() = default;

  // Adds a row. It is durable like a fold: a power loss may take the last ones.
  [[nodiscard]] virtual absl::Status NoteAccess(const AccessRow& row) = 0;
  // Returns the rows after `after_id` in their order: all, or those of a subject.
  [[nodiscard]] virtual absl::StatusOr<std::vector<AccessRow>> Accesses(AccessId after_id, const std::string& subject,
                                                                        size_t limit) = 0;
};

}  // namespace cartwheel
