#include "store/memory/memory_ledger.h"

#include <algorithm>

namespace cartwheel {
namespace {

template <typename Row>
void AddNumbered(const std::vector<Row>& rows, std::vector<Row>& list) {
  for (const Row& row : rows) {
    list.push_back(row);
    list.back().id = decltype(Row::id)(static_cast<int64_t>(list.size()));
  }
}

}  // namespace

void MemoryLedger::Add(const FoldWrite& write) {
  AddNumbered(write.erasures, erasures_);
  AddNumbered(write.consents, consents_);
  for (const ConsentChange& change : write.consent_changes) {
    for (ConsentRow& row : consents_) {
      if (row.customer != change.customer) continue;
      if (change.to) {
        row.customer = change.to;
      } else if (row.position <= change.through_position && row.at_ms <= change.through_at_ms) {
        row.who = change.proof;
        row.actor = row.address = row.message = "";
      }
    }
  }
}

std::vector<ConsentRow> MemoryLedger::Consents(CustomerRow customer, ConsentId after_id, size_t limit) const {
  std::vector<ConsentRow> rows;
  for (const ConsentRow& row : consents_)
    if (row.id > after_id && rows.size() < limit && (!customer || row.customer == customer)) rows.push_back(row);
  return rows;
}

std::vector<ErasureRow> MemoryLedger::Erasures(ErasureId after_id, bool pending, size_t limit) const {
  std::vector<ErasureRow> rows;
  for (const ErasureRow& row : erasures_)
    if (row.id > after_id && rows.size() < limit && (!pending || row.done_at_ms == 0)) rows.push_back(row);
  return rows;
}

void MemoryLedger::EndErasures(ErasureId through_id, int64_t done_at_ms) {
  for (ErasureRow& row : erasures_)
    if (row.id <= through_id && row.done_at_ms == 0) row.done_at_ms = done_at_ms;
}

}  // namespace cartwheel
