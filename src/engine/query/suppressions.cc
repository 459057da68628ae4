// Suppressed addresses: which get no message, why, and since when.
#include "base/status.h"
#include "core/model/customer_row.h"
#include "engine/query/query.h"

namespace cartwheel {
namespace {

// The address, where the row still has it; else its keyed hash.
void WriteAddress(PackedWriter& writer, const Customer& customer, const Suppression& suppression) {
  for (const Endpoint& endpoint : customer.endpoints)
    if (endpoint.live() && endpoint.key == suppression.key()) return Field(writer, "address", endpoint.address);
  Field(writer, "address_hash", ToHex(suppression.address));
}

// Returns how many.
size_t WriteList(PackedWriter& writer, const Customer& customer) {
  size_t written = 0;
  for (const Suppression& suppression : customer.suppressions) {
    const SuppressedBy why = WhySuppressed(suppression, MessageClass::kAdvertisement);
    if (why.reason == Reason::kNone) continue;
    writer.BeginMap();
    Field(writer, "channel", suppression.channel);
    WriteAddress(writer, customer, suppression);
    Field(writer, "reason", ReasonName(why.reason));
    OptionalInstant(writer, "since", why.since_ms);
    writer.End();
    ++written;
  }
  return written;
}

}  // namespace

void WriteSuppressed(PackedWriter& writer, const Customer& customer) {
  if (customer.suppressions.empty()) return;
  writer.Key("suppressed");
  writer.BeginList();
  WriteList(writer, customer);
  writer.End();
}

absl::StatusOr<std::string> AnswerSuppressions(const QueryContext& context, const QueryRequest& request, size_t limit) {
  constexpr size_t kPage = 20'000;  // customers read at a time
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("suppressions");
  writer.BeginList();
  CustomerRow after(request.after);
  size_t written = 0;
  bool more = true;
  Customer customer;
  while (more && written < limit) {
    ASSIGN_OR_RETURN(const std::vector<StoredCustomer> rows, context.store.Customers(after, kPage));
    more = !rows.empty();
    for (const StoredCustomer& row : rows) {
      after = row.row;
      if (!DecodeCustomer(row.row, row.data, &customer).ok()) continue;
      written += WriteList(writer, customer);
      if (written >= limit) break;
    }
  }
  writer.End();
  if (more) Field(writer, "next_after", Value::Int(after.value()));
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
