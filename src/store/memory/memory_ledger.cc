#include "store/memory/memory_ledger.h"

#include <algorithm>

namespace cartwheel {
namespace {

template <typename Row>
void AddNumbered(const std::vector<Row>& rows, MemoryLedger::List<Row>& list) {
  for (const Row& row : rows) {
    list.rows.push_back(row);
    list.rows.back().id = decltype(Row::id)(++list.last);
  }
}

template <typename Row, typename IsOld>
bool DropRows(MemoryLedger::List<Row>& list, size_t limit, IsOld is_old) {
  size_t dropped = 0;
  std::erase_if(list.rows, [&](const Row& row) { return dropped < limit && is_old(row) && ++dropped != 0; });
  return dropped == limit;
}

}  // namespace

void MemoryLedger::Add(const FoldWrite& write) {
  AddNumbered(write.erasures, erasures_);
  AddNumbered(write.consents, consents_);
  for (const ConsentChange& change : write.consent_changes) {
    for (ConsentRow& row : consents_.rows) {
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
  for (const ConsentRow& row : consents_.rows)
    if (row.id > after_id && rows.size() < limit && (!customer || row.customer == customer)) rows.push_back(row);
  return rows;
}

std::vector<ErasureRow> MemoryLedger::Erasures(ErasureId after_id, bool pending, size_t limit) const {
  std::vector<ErasureRow> rows;
  for (const ErasureRow& row : erasures_.rows)
    if (row.id > after_id && rows.size() < limit && (!pending || row.done_at_ms == 0)) rows.push_back(row);
  return rows;
}

void MemoryLedger::NoteAccess(AccessRow row) { AddNumbered<AccessRow>({std::move(row)}, accesses_); }

std::vector<AccessRow> MemoryLedger::Accesses(AccessId after_id, const std::string& subject, size_t limit) const {
  std::vector<AccessRow> rows;
  for (const AccessRow& row : accesses_.rows)
    if (row.id > after_id && rows.size() < limit && (subject.empty() || row.subject == subject)) rows.push_back(row);
  return rows;
}

void MemoryLedger::EndErasures(ErasureId through_id, int64_t done_at_ms) {
  for (ErasureRow& row : erasures_.rows)
    if (row.id <= through_id && row.done_at_ms == 0) row.done_at_ms = done_at_ms;
}

bool MemoryLedger::DropOld(const KeepSpans& keep, int64_t newest_ms, size_t limit) {
  bool more = false;
  if (keep.consents_ms != 0)
    more |= DropRows(consents_, limit, [&](const ConsentRow& row) {
      return row.who.starts_with('#') && row.ingested_at_ms < newest_ms - keep.consents_ms;
    });
  if (keep.accesses_ms != 0)
    more |= DropRows(accesses_, limit, [&](const AccessRow& row) { return row.at_ms < newest_ms - keep.accesses_ms; });
  return more;
}

}  // namespace cartwheel
