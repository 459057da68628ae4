// The lists of the store in memory to which rows are only added: consents, erasures, accesses. Used under the store's
// mutex.
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
  void NoteAccess(AccessRow row);
  std::vector<AccessRow> Accesses(AccessId after_id, const std::string& subject, size_t limit) const;
  ErasureId newest_erasure() const { return ErasureId(erasures_.last); }
  bool any_erasure() const { return !erasures_.rows.empty(); }
  // See RetentionStore::DropOld.
  bool DropOld(const KeepSpans& keep, int64_t newest_ms, size_t limit);

  template <typename Row>
  struct List {
    std::vector<Row> rows;  // in the order of their ids
    int64_t last = 0;       // id
  };

 private:
  List<ConsentRow> consents_;
  List<ErasureRow> erasures_;
  List<AccessRow> accesses_;
};

}  // namespace cartwheel
