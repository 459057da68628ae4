// Erasures: filed when they were folded, done when the bytes are gone from the file.
#include "base/status.h"
#include "core/model/event.h"
#include "engine/common/erased_names.h"
#include "engine/query/query.h"

namespace cartwheel {

absl::StatusOr<std::string> AnswerErasures(const QueryContext& context, const QueryRequest& request, size_t limit) {
  constexpr size_t kPage = 10'000;
  std::string name;
  if (!request.customer.empty() || !request.anonymous_id.empty())
    name = ToBytes(NameDigest(context.hash_key, request.customer.empty() ? AnonymousKey(request.anonymous_id)
                                                                         : CustomerKey(request.customer)));
  ASSIGN_OR_RETURN(const StoreStatus status, context.store.Status());
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "pending", Value::Int(status.erasures_pending));
  writer.Key("erasures");
  writer.BeginList();
  ErasureId after(request.after);
  size_t written = 0;
  bool more = true;
  while (more && written < limit) {
    ASSIGN_OR_RETURN(const std::vector<ErasureRow> rows,
                     context.erasures.Erasures(after, /*pending=*/false, std::min(kPage, limit - written)));
    more = !rows.empty();
    for (const ErasureRow& row : rows) {
      after = row.id;
      if (row.keys.find(name) == row.keys.npos) continue;
      ++written;
      writer.BeginMap();
      Field(writer, "id", Value::Int(row.id.value()));
      Field(writer, "erased_at", Value::Timestamp(row.erased_at_ms));
      Field(writer, "filed_at", Value::Timestamp(row.filed_at_ms));
      OptionalInstant(writer, "done_at", row.done_at_ms);
      writer.End();
    }
  }
  writer.End();
  if (more) Field(writer, "next_after", Value::Int(after.value()));
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
