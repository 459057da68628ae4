// The lists of the store in memory to which rows are only added: consents and erasures. Used under the store's mutex.
#pragma once

#include <cstdint>
#include <vector>

#include "store/store.h"

namespace cartwheel {

class MemoryLedger {
 public:
  void Add(const FoldWrite& write);
  std::vector<ConsentRow> Consents(CustomerRow customer, ConsentId after_id, size_t limit) const;
  std::vector<ErasureRow> Erasures(ErasureId after_id, bool pending, size_t limit) const;
  // Says that erasures up to an id are done.
  void EndErasures(ErasureId through_id, int64_t done_at_ms);
  bool any_erasure() const { return !erasures_.empty(); }

 private:
  std::vector<ConsentRow> consents_;  // ids from 1 on, without gaps
  std::vector<ErasureRow> erasures_;  // the same
};

}  // namespace cartwheel
