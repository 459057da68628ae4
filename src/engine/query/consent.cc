// Consent as a shop asks for it: how many may be reached, and why not; the state of one customer, with the ledger.
#include <map>

#include "base/status.h"
#include "core/journey/identity.h"
#include "core/model/customer_row.h"
#include "core/model/event.h"
#include "core/policy/reach.h"
#include "engine/common/erased_names.h"
#include "engine/query/query.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

constexpr size_t kConsentPage = 20'000;  // customers read at a time
constexpr std::string_view kStates[] = {"unknown", "granted", "refused"};

template <typename Each>
absl::Status ForEachUnit(Each each) {
  for (size_t medium = 0; medium < kConsentMediumCount; ++medium)
    for (size_t scope = 0; scope < kConsentScopes; ++scope)
      RETURN_IF_ERROR(each(static_cast<ConsentMedium>(medium), static_cast<ConsentScope>(scope)));
  return absl::OkStatus();
}

std::string WhyNot(const Reach& reach) {
  std::string text(ReasonName(reach.reason));
  return reach.rule.empty() ? text : text + ": " + std::string(reach.rule);
}

struct Counts {
  int64_t reached = 0;
  std::map<std::string, int64_t> not_reached;
};

absl::StatusOr<std::string> AnswerCounts(const QueryContext& context, const QueryRequest& request,
                                         const Playbook& playbook) {
  Counts counts[kConsentMediumCount][kConsentScopes];
  int64_t customers = 0;
  CustomerRow after;
  Customer customer;
  for (;;) {
    ASSIGN_OR_RETURN(std::vector<StoredCustomer> rows, context.store.Customers(after, kConsentPage));
    if (rows.empty()) break;
    for (const StoredCustomer& row : rows) {
      after = row.row;
      if (!DecodeCustomer(row.row, row.data, &customer).ok()) continue;
      if (IsNobody(customer) || (customer.erased_at_ms != 0 && customer.first_seen_at_ms == 0)) continue;
      ++customers;
      RETURN_IF_ERROR(ForEachUnit([&](ConsentMedium medium, ConsentScope scope) {
        const Reach reach = FindReach(customer, medium, scope, playbook, context.now_ms);
        Counts& unit = counts[static_cast<size_t>(medium)][static_cast<size_t>(scope)];
        ++(reach.reason == Reason::kNone ? unit.reached : unit.not_reached[WhyNot(reach)]);
        return absl::OkStatus();
      }));
    }
    if (request.progress && !request.progress(customers))
      return absl::CancelledError("the query was ended by its caller");
  }
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "customers", Value::Int(customers));
  writer.Key("media");
  writer.BeginMap();
  for (size_t medium = 0; medium < kConsentMediumCount; ++medium) {
    writer.Key(kConsentMediumNames[medium]);
    writer.BeginMap();
    for (size_t scope = 0; scope < kConsentScopes; ++scope) {
      const Counts& unit = counts[medium][scope];
      writer.Key(ConsentScopeName(static_cast<ConsentScope>(scope)));
      writer.BeginMap();
      Field(writer, "reached", Value::Int(unit.reached));
      writer.Key("not_reached");
      writer.BeginMap();
      for (const auto& [reason, count] : unit.not_reached) Field(writer, reason, Value::Int(count));
      writer.End();
      writer.End();
    }
    writer.End();
  }
  writer.End();
  writer.End();
  return ToJson(packed);
}

void WriteState(PackedWriter& writer, ConsentMedium medium, ConsentScope scope, const ConsentAnswer& answer) {
  Field(writer, "medium", ConsentMediumName(medium));
  Field(writer, "scope", ConsentScopeName(scope));
  Field(writer, "state", kStates[static_cast<size_t>(answer.state)]);
  OptionalInstant(writer, "since", answer.since_ms);
  OptionalInstant(writer, "confirmed_at", answer.confirmed_ms);
}

// By medium and scope: what is in force, and whether the customer may be reached.
absl::Status WriteStates(PackedWriter& writer, const Customer& customer, const Playbook& playbook, int64_t now_ms) {
  writer.Key("states");
  writer.BeginList();
  RETURN_IF_ERROR(ForEachUnit([&](ConsentMedium medium, ConsentScope scope) {
    const Reach reach = FindReach(customer, medium, scope, playbook, now_ms);
    writer.BeginMap();
    WriteState(writer, medium, scope, reach.consent);
    OptionalInstant(writer, "reconfirm_due", reach.reconfirm_due_ms);
    Field(writer, "reached", Value::Bool(reach.reason == Reason::kNone));
    if (reach.reason != Reason::kNone) Field(writer, "reason", WhyNot(reach));
    writer.End();
    return absl::OkStatus();
  }));
  writer.End();
  return absl::OkStatus();
}

// What devices said before they were the customer's.
absl::Status WriteDevices(PackedWriter& writer, const Customer& customer) {
  writer.Key("devices");
  writer.BeginList();
  for (const std::string& name : customer.names) {
    if (customer.anonymous || name != AnonymousKey(name.substr(1))) continue;
    const uint64_t device = DeviceFingerprint(std::string_view(name).substr(1));
    RETURN_IF_ERROR(ForEachUnit([&](ConsentMedium medium, ConsentScope scope) {
      const ConsentAnswer answer = AskConsent(customer.consents, medium, scope, 0, device);
      if (answer.state == ConsentState::kUnknown) return absl::OkStatus();
      writer.BeginMap();
      Field(writer, "anonymous_id", std::string_view(name).substr(1));
      WriteState(writer, medium, scope, answer);
      writer.End();
      return absl::OkStatus();
    }));
  }
  writer.End();
  return absl::OkStatus();
}

void OptionalText(PackedWriter& writer, std::string_view key, const std::string& text) {
  if (!text.empty()) Field(writer, key, text);
}

absl::StatusOr<std::string> AnswerOne(const QueryContext& context, const QueryRequest& request,
                                      const Playbook& playbook, size_t limit) {
  const bool by_id = !request.customer.empty();
  const std::string key = by_id ? CustomerKey(request.customer) : AnonymousKey(request.anonymous_id);
  absl::StatusOr<Customer> customer = FindCustomer(context.store, request);
  if (!customer.ok() && !absl::IsNotFound(customer.status())) return customer.status();
  // Of who was erased the ledger keeps what proves the consents.
  ASSIGN_OR_RETURN(std::vector<CustomerRow> rows, context.store.Resolve({key, ErasedKey(context.hash_key, key)}));
  if (!rows[0]) rows[0] = rows[1];
  if (!rows[0]) return customer.status();
  ASSIGN_OR_RETURN(const std::vector<ConsentRow> ledger,
                   context.store.Consents(rows[0], ConsentId(request.after), limit));
  if (!customer.ok() && ledger.empty()) return customer.status();
  const Customer unknown;
  const Customer& known = customer.ok() ? *customer : unknown;
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "customer", by_id ? request.customer : request.anonymous_id);
  Field(writer, "erased", Value::Bool(!customer.ok()));
  RETURN_IF_ERROR(WriteStates(writer, known, playbook, context.now_ms));
  RETURN_IF_ERROR(WriteDevices(writer, known));
  WriteSuppressed(writer, known);
  writer.Key("ledger");
  writer.BeginList();
  for (const ConsentRow& row : ledger) WriteConsentRow(writer, row);
  writer.End();
  if (ledger.size() == limit) Field(writer, "next_after", Value::Int(ledger.back().id.value()));
  writer.End();
  return ToJson(packed);
}

}  // namespace

void WriteConsentRow(PackedWriter& writer, const ConsentRow& row) {
  writer.BeginMap();
  Field(writer, "id", Value::Int(row.id.value()));
  Field(writer, "position", Value::Int(row.position.value()));
  Field(writer, "at", Value::Timestamp(row.at_ms));
  OptionalText(writer, "local_offset", row.offset);
  Field(writer, "ingested_at", Value::Timestamp(row.ingested_at_ms));
  if (row.undated) Field(writer, "undated", Value::Bool(true));
  const std::string id = row.who.empty() ? "" : row.who.substr(1);
  if (row.who.starts_with('#')) OptionalText(writer, "proof", id);
  if (row.who == CustomerKey(id)) OptionalText(writer, "customer", id);
  if (row.who == AnonymousKey(id)) OptionalText(writer, "anonymous_id", id);
  Field(writer, "type", row.type);
  OptionalText(writer, "medium", row.medium);
  OptionalText(writer, "scope", row.scope);
  OptionalText(writer, "topic", row.topic);
  OptionalText(writer, "where", row.where);
  OptionalText(writer, "wording", row.wording);
  OptionalText(writer, "evidence", row.evidence);
  OptionalText(writer, "actor", row.actor);
  OptionalText(writer, "address", row.address);
  OptionalText(writer, "message_id", row.message);
  Field(writer, "counts", Value::Bool(row.counts));
  writer.End();
}

absl::StatusOr<std::string> AnswerConsent(const QueryContext& context, const QueryRequest& request, size_t limit) {
  ASSIGN_OR_RETURN(const std::string content, AnswerPlaybook(context.definitions));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Playbook> playbook, CompilePlaybook(content));
  if (request.customer.empty() && request.anonymous_id.empty()) return AnswerCounts(context, request, *playbook);
  return AnswerOne(context, request, *playbook, limit);
}

}  // namespace cartwheel
