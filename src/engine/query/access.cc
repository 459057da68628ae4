// The access log: a query that shows personal data and names its actor is noted before it is answered.
#include <algorithm>
#include <iterator>

#include "base/mask.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/model/event.h"
#include "engine/common/erased_names.h"
#include "engine/query/query.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// What shows something of customers: their ids, addresses, words or what they did.
constexpr std::string_view kPersonal[] = {"customer", "why",      "export",       "preview", "consent",
                                          "segment",  "evaluate", "messages",     "link",    "dead_letters",
                                          "token",    "refused",  "suppressions", "warnings"};

// By what the access log names a customer; empty: the request names none.
std::string SubjectOf(const HashKey& hash_key, const QueryRequest& request) {
  if (!request.customer.empty()) return ToBytes(NameDigest(hash_key, CustomerKey(request.customer)));
  if (!request.anonymous_id.empty()) return ToBytes(NameDigest(hash_key, AnonymousKey(request.anonymous_id)));
  return {};
}

absl::Status CheckText(std::string_view what, std::string_view text) {
  if (text.size() <= kIdBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("{} has {} bytes, expected at most {} (id_bytes_max)", what, text.size(), kIdBytesMax));
}

}  // namespace

absl::StatusOr<std::optional<AccessRow>> AccessOf(const HashKey& hash_key, const QueryRequest& request,
                                                  bool require_actor, int64_t now_ms) {
  RETURN_IF_ERROR(CheckText("actor", request.actor));
  RETURN_IF_ERROR(CheckText("reason", request.reason));
  const bool personal = std::find(std::begin(kPersonal), std::end(kPersonal), request.query) != std::end(kPersonal);
  if (request.actor.empty()) {
    if (personal && require_actor)
      return absl::InvalidArgumentError(
          fmt::format("{} shows personal data: expected an actor, who asks, as require_actor is set", request.query));
    if (request.reason.empty()) return std::nullopt;
    return absl::InvalidArgumentError("reason without actor: expected who asks");
  }
  if (!personal) return std::nullopt;
  return AccessRow{.at_ms = now_ms,
                   .actor = MaskAddresses(request.actor),
                   .reason = MaskAddresses(request.reason),
                   .query = request.query,
                   .subject = SubjectOf(hash_key, request)};
}

absl::StatusOr<std::string> AnswerAccess(const QueryContext& context, const QueryRequest& request, size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<AccessRow> rows,
                   context.accesses.Accesses(AccessId(request.after), SubjectOf(context.hash_key, request), limit));
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("accesses");
  writer.BeginList();
  for (const AccessRow& row : rows) {
    writer.BeginMap();
    Field(writer, "id", Value::Int(row.id.value()));
    Field(writer, "at", Value::Timestamp(row.at_ms));
    Field(writer, "actor", row.actor);
    if (!row.reason.empty()) Field(writer, "reason", row.reason);
    Field(writer, "query", row.query);
    if (!row.subject.empty()) Field(writer, "subject", ToHex(DigestFromBytes(row.subject)));
    writer.End();
  }
  writer.End();
  if (rows.size() == limit) Field(writer, "next_after", Value::Int(rows.back().id.value()));
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
