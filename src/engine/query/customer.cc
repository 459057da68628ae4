// What is known of one customer: the row, and the trail of decisions.
#include <algorithm>

#include "base/status.h"
#include "core/model/customer_row.h"
#include "core/model/event.h"
#include "engine/common/erased_names.h"
#include "engine/common/trail.h"
#include "engine/query/query.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

void WriteCart(PackedWriter& writer, const Cart& cart) {
  writer.BeginMap();
  Field(writer, "id", cart.id);
  Field(writer, "stage", CartStageName(cart.now.stage));
  if (const std::optional<Money> value = cart.value(); value) Field(writer, "value", Value::Decimal(*value));
  if (!cart.currency().empty()) Field(writer, "currency", cart.currency());
  Field(writer, "quantity", QuantityValue(cart.quantity()));
  OptionalInstant(writer, "opened_at", cart.now.opened_at_ms);
  OptionalInstant(writer, "updated_at", cart.now.updated_at_ms);
  if (!cart.url.empty()) Field(writer, "url", cart.url);
  writer.Key("items");
  writer.BeginList();
  for (size_t i = 0; i < cart.items.size(); ++i) {
    const Line& line = cart.item(i);
    writer.BeginMap();
    Field(writer, "quantity", QuantityValue(line.now.quantity));
    if (const std::optional<Money> price = line.price(); price) Field(writer, "price", Value::Decimal(*price));
    writer.Key("product");
    writer.Raw(line.properties());
    writer.End();
  }
  writer.End();
  writer.End();
}

// Those that were ever filled, the one opened first before the others, whatever the order in which the customer's
// events came.
std::vector<const Cart*> CartsByAge(const Customer& customer) {
  std::vector<const Cart*> carts;
  for (const Cart& cart : customer.carts)
    if (cart.now.opened_at_ms != 0) carts.push_back(&cart);
  std::sort(carts.begin(), carts.end(), [](const Cart* a, const Cart* b) {
    return a->now.opened_at_ms != b->now.opened_at_ms ? a->now.opened_at_ms < b->now.opened_at_ms : a->id < b->id;
  });
  return carts;
}

}  // namespace

absl::StatusOr<Customer> FindCustomer(ReadStore& store, const QueryRequest& request) {
  if (request.customer.empty() == request.anonymous_id.empty())
    return absl::InvalidArgumentError("expected either a customer or an anonymous_id");
  std::string key = request.customer.empty() ? AnonymousKey(request.anonymous_id) : CustomerKey(request.customer);
  std::string_view who = request.customer.empty() ? request.anonymous_id : request.customer;
  auto unknown = [&] { return absl::NotFoundError(fmt::format("no customer is known as \"{}\"", who)); };
  ASSIGN_OR_RETURN(std::vector<CustomerRow> rows, store.Resolve({key}));
  if (!rows[0]) return unknown();
  ASSIGN_OR_RETURN(std::vector<std::string> data, store.Load({rows[0]}));
  if (data[0].empty()) return unknown();
  ASSIGN_OR_RETURN(Customer customer, DecodeCustomer(rows[0], data[0]));
  if (customer.erased_at_ms != 0 && customer.first_seen_at_ms == 0) return unknown();
  return customer;
}

// A definition that this version does not understand any more has no names to give.
absl::StatusOr<Playbooks> PlaybooksOf(DefinitionStore& definitions, const Customer& customer) {
  Playbooks playbooks;
  for (const Enrolment& enrolment : customer.enrolments) {
    auto [place, is_new] = playbooks.by_revision.try_emplace(enrolment.revision);
    if (!is_new) continue;
    ASSIGN_OR_RETURN(std::optional<std::string> definition, definitions.Definition(enrolment.revision));
    if (!definition) continue;
    if (absl::StatusOr<std::shared_ptr<const Playbook>> playbook = CompilePlaybook(*definition); playbook.ok())
      place->second = *std::move(playbook);
  }
  return playbooks;
}

void WriteCustomer(PackedWriter& writer, const Customer& customer, const Playbooks& playbooks) {
  writer.BeginMap();
  Field(writer, "id", customer.id);
  Field(writer, "anonymous", Value::Bool(customer.anonymous));
  OptionalInstant(writer, "first_seen", customer.first_seen_at_ms);
  OptionalInstant(writer, "last_seen", customer.last_seen_at_ms);
  OptionalInstant(writer, "last_order_at", customer.last_order_at_ms);
  Field(writer, "orders", Value::Int(customer.orders));
  Field(writer, "revenue", Value::Decimal(customer.revenue));
  writer.Key("names");
  writer.BeginList();
  for (const std::string& name : customer.names)
    if (!IsErasedKey(name)) writer.Scalar(Value::String(std::string_view(name).substr(1)));
  writer.End();
  writer.Key("attributes");
  if (customer.attributes.packed.empty()) {
    writer.BeginMap();
    writer.End();
  } else {
    writer.Raw(customer.attributes.packed);
  }
  writer.Key("audiences");
  writer.BeginList();
  for (PackedCursor cursor(ReadPacked(customer.audiences->packed)); cursor.Next();)
    writer.Scalar(Value::String(cursor.key()));
  writer.End();
  writer.Key("endpoints");
  writer.BeginList();
  for (const Endpoint& endpoint : customer.endpoints) {
    if (!endpoint.live()) continue;
    writer.BeginMap();
    Field(writer, "channel", endpoint.channel);
    Field(writer, "address", endpoint.address);
    OptionalInstant(writer, "added_at", endpoint.added_at_ms);
    writer.End();
  }
  writer.End();
  WriteSuppressed(writer, customer);
  writer.Key("carts");
  writer.BeginList();
  for (const Cart* cart : CartsByAge(customer)) WriteCart(writer, *cart);
  writer.End();
  writer.Key("enrolments");
  writer.BeginList();
  for (const Enrolment& enrolment : customer.enrolments) {
    writer.BeginMap();
    Field(writer, "id", ToHex(enrolment.id));
    Field(writer, "key", enrolment.key);
    Field(writer, "revision", Value::Int(enrolment.revision.value()));
    if (const Journey* journey = playbooks.Find(enrolment.revision, enrolment.journey); journey != nullptr) {
      Field(writer, "journey", journey->name);
      if (enrolment.position < journey->steps.size()) Field(writer, "step", journey->steps[enrolment.position].name);
    }
    OptionalInstant(writer, "entered_at", enrolment.entered_at_ms);
    OptionalInstant(writer, "wakes_at", enrolment.wake_at_ms);
    Field(writer, "finished", Value::Bool(enrolment.finished));
    if (!enrolment.data.empty()) {
      writer.Key("data");
      writer.Raw(enrolment.data);
    }
    writer.End();
  }
  writer.End();
  writer.End();
}

void WriteTrail(PackedWriter& writer, const std::vector<Decision>& trail, const std::vector<MessageRow>& messages) {
  writer.BeginList();
  for (const Decision& decision : trail) {
    writer.BeginMap();
    Field(writer, "at", Value::Timestamp(decision.at_ms));
    Field(writer, "decision", DecisionName(decision.kind));
    if (!decision.journey.empty()) Field(writer, "journey", decision.journey);
    if (!decision.step.empty()) Field(writer, "step", decision.step);
    if (const std::string detail = CauseText(decision.cause()); !detail.empty()) Field(writer, "detail", detail);
    if (decision.message) Field(writer, "message", Value::Int(decision.message.value()));
    OptionalInstant(writer, "planned_at", decision.planned_at_ms);
    auto made = std::find_if(messages.begin(), messages.end(),
                             [&](const MessageRow& message) { return message.id == decision.message; });
    if (decision.message && made != messages.end()) {
      Field(writer, "state", MessageStateName(made->state));
      Field(writer, "attempts", Value::Int(made->attempts));
      if (made->reason != Reason::kNone) Field(writer, "reason", CauseText(made->cause()));
    }
    writer.End();
  }
  writer.End();
}

absl::StatusOr<std::string> AnswerCustomer(const QueryContext& context, const QueryRequest& request) {
  ASSIGN_OR_RETURN(Customer customer, FindCustomer(context.store, request));
  ASSIGN_OR_RETURN(const Playbooks playbooks, PlaybooksOf(context.definitions, customer));
  std::string packed;
  PackedWriter writer(&packed);
  WriteCustomer(writer, customer, playbooks);
  return ToJson(packed);
}

absl::StatusOr<std::string> AnswerWhy(const QueryContext& context, const QueryRequest& request) {
  ASSIGN_OR_RETURN(Customer customer, FindCustomer(context.store, request));
  ASSIGN_OR_RETURN(std::vector<Decision> trail, ReadTrail(context.store, customer.last_decision, request.limit));
  std::vector<MessageId> ids;
  for (const Decision& decision : trail)
    if (decision.message) ids.push_back(decision.message);
  ASSIGN_OR_RETURN(std::vector<MessageRow> messages, context.store.Messages(ids));
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "customer", customer.id);
  writer.Key("decisions");
  WriteTrail(writer, trail, messages);
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
