// Who is in a segment, and why.
#include "core/journey/segments.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/identity.h"
#include "core/message/world.h"
#include "core/model/customer_row.h"
#include "engine/fold/progress.h"
#include "engine/query/query.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

constexpr size_t kSegmentPage =
    20'000;  // customers read at a time: each page goes once through what is not written back yet
constexpr size_t kCustomersMax = 100'000;  // of one page of members: what a call may cost

absl::StatusOr<const Segment*> NeedSegment(const Playbook& playbook, std::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("\"segment\" needs the name of one");
  for (const Segment& segment : playbook.segments)
    if (segment.name == name) return &segment;
  return absl::NotFoundError(fmt::format("the playbook has no segment \"{}\"", name));
}

// Of a member that is due to be looked at, or of definitions that are gone, the row says nothing that holds now; a
// worker will.
const Membership* FindMembership(const Customer& customer, const Playbook& playbook, const Segment& segment) {
  if (customer.segments_version != playbook.segments_version) return nullptr;
  for (const Membership& membership : customer.segments)
    if (membership.segment == static_cast<size_t>(&segment - playbook.segments.data())) return &membership;
  return nullptr;
}

bool IsIn(const Condition& condition, const Customer& customer, const Playbook& playbook, int64_t now_ms,
          int64_t* until_ms = nullptr) {
  return condition.Holds(World(customer, customer.NewestOpenCart(), nullptr, playbook.shop, now_ms), until_ms);
}

// Calls `each(customer)` for those after `after`, page by page, until it says no or `max` were read. The last row read;
// 0: there are no more.
template <typename Each>
absl::StatusOr<CustomerRow> ForEachCustomer(ReadStore& store, const QueryRequest& request, CustomerRow after,
                                            size_t most, Each each) {
  Customer customer;
  for (size_t read = 0; read < most;) {
    ASSIGN_OR_RETURN(std::vector<StoredCustomer> rows, store.Customers(after, std::min(kSegmentPage, most - read)));
    for (const StoredCustomer& row : rows) {
      after = row.row;
      if (DecodeCustomer(row.row, row.data, &customer).ok() && !IsForgotten(customer) && !each(customer)) return after;
    }
    if (rows.empty()) return CustomerRow();
    read += rows.size();
    if (request.progress && !request.progress(static_cast<int64_t>(read)))
      return absl::CancelledError("the query was ended by its caller");
  }
  return after;
}

void WriteMember(PackedWriter& writer, const Customer& customer) {
  writer.BeginMap();
  Field(writer, customer.by_device() ? "anonymous_id" : "customer", customer.id);
}

// One customer, and each part of the condition.
absl::StatusOr<std::string> Explain(const QueryContext& context, const QueryRequest& request, std::string_view source,
                                    const QueryCondition& compiled) {
  ASSIGN_OR_RETURN(Customer customer, FindCustomer(context.store, request));
  std::string packed;
  PackedWriter writer(&packed);
  int64_t until_ms = kForeverMs;
  const bool member = IsIn(*compiled.condition, customer, *compiled.playbook, context.now_ms, &until_ms);
  WriteMember(writer, customer);
  if (!request.segment.empty()) Field(writer, "segment", request.segment);
  Field(writer, "condition", source);
  Field(writer, "member", Value::Bool(member));
  if (until_ms != kForeverMs) Field(writer, "holds_until", Value::Timestamp(until_ms));
  writer.Key("parts");
  writer.BeginList();
  for (const QueryCondition::Part& part : compiled.parts) {
    const World world(customer, customer.NewestOpenCart(), nullptr, compiled.playbook->shop, context.now_ms);
    absl::StatusOr<Evaluated> value = part.condition->Evaluate(world);
    writer.BeginMap();
    Field(writer, "condition", part.source);
    Field(writer, "holds", Value::Bool(part.condition->Holds(world)));
    if (!value.ok()) Field(writer, "because", StatusText(value.status()));
    writer.End();
  }
  writer.End();
  writer.End();
  return ToJson(packed);
}

bool NamesCustomer(const QueryRequest& request) { return !request.customer.empty() || !request.anonymous_id.empty(); }

}  // namespace

absl::StatusOr<std::string> AnswerSegments(const QueryContext& context) {
  ASSIGN_OR_RETURN(std::string content, AnswerPlaybook(context.definitions));
  ASSIGN_OR_RETURN(std::shared_ptr<const Playbook> playbook, CompilePlaybook(content));
  ASSIGN_OR_RETURN(std::vector<CounterRow> counters, context.store.Counters());
  counters = SumOverDays(std::move(counters));
  ASSIGN_OR_RETURN(StoreStatus status, context.store.Status());
  const BackFill back_fill = DecodeProgress(status.back_fill).back_fill;
  const bool ready = back_fill.segments_version == playbook->segments_version && !back_fill.rows_pending();
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("segments");
  writer.BeginList();
  for (const Segment& segment : playbook->segments) {
    const Counter counter = MembersCounter(playbook->segments_version, segment.name);
    int64_t members = 0;
    for (const CounterRow& row : counters)
      if (row.counter == counter) members = row.count;
    writer.BeginMap();
    Field(writer, "segment", segment.name);
    Field(writer, "condition", segment.source);
    Field(writer, "state", ready ? "ready" : "building");
    Field(writer, "members", Value::Int(members));
    writer.End();
  }
  writer.End();
  writer.End();
  return ToJson(packed);
}

absl::StatusOr<std::string> AnswerSegment(const QueryContext& context, const QueryRequest& request) {
  ASSIGN_OR_RETURN(std::string content, AnswerPlaybook(context.definitions));
  ASSIGN_OR_RETURN(std::shared_ptr<const Playbook> playbook, CompilePlaybook(content));
  ASSIGN_OR_RETURN(const Segment* segment, NeedSegment(*playbook, request.segment));
  if (NamesCustomer(request)) {
    ASSIGN_OR_RETURN(QueryCondition compiled, CompileQueryCondition(content, segment->source));
    return Explain(context, request, segment->source, compiled);
  }
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "segment", segment->name);
  writer.Key("members");
  writer.BeginList();
  size_t listed = 0;
  auto list = [&](const Customer& customer) {
    const Membership* membership = FindMembership(customer, *playbook, *segment);
    if (membership == nullptr) return true;
    WriteMember(writer, customer);
    Field(writer, "since", Value::Timestamp(membership->since_ms));
    writer.End();
    return ++listed < request.limit;
  };
  ASSIGN_OR_RETURN(CustomerRow next,
                   ForEachCustomer(context.store, request, CustomerRow(request.after), kCustomersMax, list));
  writer.End();
  if (next) Field(writer, "next_after", Value::Int(next.value()));
  writer.End();
  return ToJson(packed);
}

absl::StatusOr<std::string> AnswerEvaluate(const QueryContext& context, const QueryRequest& request) {
  if (request.expression.empty())
    return absl::InvalidArgumentError("\"evaluate\" needs an expression, such as customer.orders == 0");
  ASSIGN_OR_RETURN(std::string content, AnswerPlaybook(context.definitions));
  ASSIGN_OR_RETURN(QueryCondition compiled, CompileQueryCondition(content, request.expression));
  if (NamesCustomer(request)) return Explain(context, request, request.expression, compiled);
  int64_t customers = 0, count = 0;
  std::vector<std::string> members;
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("members");
  writer.BeginList();
  auto judge = [&](const Customer& customer) {
    ++customers;
    if (!IsIn(*compiled.condition, customer, *compiled.playbook, context.now_ms)) return true;
    if (static_cast<size_t>(count++) >= request.limit) return true;
    WriteMember(writer, customer);
    writer.End();
    return true;
  };
  RETURN_IF_ERROR(ForEachCustomer(context.store, request, {}, std::numeric_limits<size_t>::max(), judge).status());
  writer.End();
  Field(writer, "count", Value::Int(count));
  Field(writer, "customers", Value::Int(customers));
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
