// The report: what the counters say, by journey and step.
#include <algorithm>
#include <map>

#include "base/compress.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/model/event.h"
#include "engine/query/query.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

using Rows = absl::Span<const CounterRow>;
using CountsByName = std::map<std::string, int64_t, std::less<>>;
using NameOf = std::string_view (*)(const Counter&);

std::string_view StepOf(const Counter& counter) { return counter.step; }
std::string_view VariantOf(const Counter& counter) { return counter.variant; }
std::string_view ReasonOf(const Counter& counter) {
  return counter.reason == Reason::kEvent ? std::string_view(counter.detail) : ReasonName(counter.reason);
}

// The rows of a metric, in one journey if it is counted by journeys. `rows` are in the order of their counters.
Rows RowsOf(Rows rows, Metric metric, std::string_view journey = {}) {
  const auto first = std::find_if(rows.begin(), rows.end(), [&](const CounterRow& row) {
    return row.counter.metric == metric && row.counter.journey == journey;
  });
  const auto end = std::find_if(first, rows.end(), [&](const CounterRow& row) {
    return row.counter.metric != metric || row.counter.journey != journey;
  });
  return rows.subspan(static_cast<size_t>(first - rows.begin()), static_cast<size_t>(end - first));
}

int64_t CountIn(Rows rows) {
  int64_t count = 0;
  for (const CounterRow& row : rows) count += row.count;
  return count;
}

Money ValueIn(Rows rows) {
  Money value = 0;
  for (const CounterRow& row : rows) value = AddMoney(value, row.value);
  return value;
}

// {"name": count}
void WriteCounts(PackedWriter& writer, std::string_view key, const CountsByName& counts) {
  writer.Key(key);
  writer.BeginMap();
  for (const auto& [name, count] : counts) Field(writer, name, Value::Int(count));
  writer.End();
}

void WriteCounts(PackedWriter& writer, std::string_view key, Rows rows, NameOf name_of) {
  CountsByName counts;
  for (const CounterRow& row : rows) counts[std::string(name_of(row.counter))] += row.count;
  WriteCounts(writer, key, counts);
}

// {"group": {"name": count}}, of rows that are in the order of their groups.
void WriteGroups(PackedWriter& writer, std::string_view key, Rows rows, NameOf group_of, NameOf name_of) {
  writer.Key(key);
  writer.BeginMap();
  while (!rows.empty()) {
    const std::string_view group = group_of(rows.front().counter);
    size_t of_group = 1;
    while (of_group < rows.size() && group_of(rows[of_group].counter) == group) ++of_group;
    WriteCounts(writer, group, rows.first(of_group), name_of);
    rows.remove_prefix(of_group);
  }
  writer.End();
}

void WriteBySteps(PackedWriter& writer, std::string_view key, Rows rows, NameOf name_of) {
  WriteGroups(writer, key, rows, StepOf, name_of);
}

void WriteJourney(PackedWriter& writer, const std::string& name, Rows rows) {
  auto of = [&](Metric metric) { return RowsOf(rows, metric, name); };
  writer.Key(name);
  writer.BeginMap();
  Field(writer, "entered", Value::Int(CountIn(of(Metric::kEntered))));
  Field(writer, "completed", Value::Int(CountIn(of(Metric::kCompleted))));
  if (const Rows counted = of(Metric::kNotEntered); !counted.empty())
    WriteCounts(writer, "not_entered", counted, ReasonOf);
  WriteCounts(writer, "exited", of(Metric::kExited), ReasonOf);
  WriteCounts(writer, "messages", of(Metric::kMessages), StepOf);
  // Where there are any.
  if (const Rows counted = of(Metric::kVariants); !counted.empty())
    WriteBySteps(writer, "variants", counted, VariantOf);
  if (const Rows counted = of(Metric::kSmsTypes); !counted.empty())
    WriteBySteps(writer, "sms_types", counted, VariantOf);
  if (const Rows counted = of(Metric::kOpened); !counted.empty()) WriteCounts(writer, "opened", counted, StepOf);
  if (const Rows counted = of(Metric::kClicked); !counted.empty()) WriteCounts(writer, "clicked", counted, StepOf);
  if (const Rows counted = of(Metric::kMachineOpened); !counted.empty())
    WriteCounts(writer, "machine_opened", counted, StepOf);
  if (const Rows counted = of(Metric::kMachineClicked); !counted.empty())
    WriteCounts(writer, "machine_clicked", counted, StepOf);
  WriteBySteps(writer, "outcomes", of(Metric::kReceipts), ReasonOf);
  WriteBySteps(writer, "skipped", of(Metric::kSkipped), ReasonOf);
  WriteBySteps(writer, "dropped", of(Metric::kDropped), ReasonOf);
  if (const Rows counted = of(Metric::kWays); !counted.empty()) WriteBySteps(writer, "ways", counted, VariantOf);
  if (const Rows counted = of(Metric::kDeferred); !counted.empty()) WriteBySteps(writer, "deferred", counted, ReasonOf);
  if (const Rows counted = of(Metric::kOptOuts); !counted.empty()) {
    WriteCounts(writer, "handed_over", of(Metric::kHandedOver), StepOf);
    WriteBySteps(writer, "opt_outs", counted, VariantOf);
  }
  if (const int64_t count = CountIn(of(Metric::kNotTold)); count > 0) Field(writer, "not_told", Value::Int(count));
  Field(writer, "bought_after_message", Value::Int(CountIn(of(Metric::kConverted))));
  Field(writer, "bought_value", Value::Decimal(ValueIn(of(Metric::kConverted))));
  writer.End();
}

constexpr int64_t kSliceEvents = 10'000;  // decoded at a time

// Of the newest events that the log keeps, duplicates and those that are not folded yet included. Nothing is counted
// for it while events are folded.
absl::StatusOr<CountsByName> CountTypes(LogStore& log) {
  CountsByName types;
  ASSIGN_OR_RETURN(LogHead head, log.Head());
  for (Position after = std::max(head.last - kReportEventsMax, Position());;) {
    ASSIGN_OR_RETURN(std::vector<LogRow> rows, log.ReadLog(after, head.last, kSliceEvents));
    if (rows.empty()) return types;
    for (const LogRow& row : rows) {
      std::string bytes;
      RETURN_IF_ERROR(Decompress(row.data, &bytes));
      EventCursor cursor(bytes);
      for (Event event; cursor.Next(&event);)
        if (event.type != EventType::kReceipt) ++types[std::string(event.type_name)];
    }
    after = rows.back().last;
  }
}

// What the playbook in force says of consent and of the law. Without one nothing is sent, and nothing is assumed.
absl::Status WritePolicy(PackedWriter& writer, DefinitionStore& definitions) {
  Policy policy;
  ASSIGN_OR_RETURN(const Revision latest, definitions.LatestRevision());
  if (latest) {
    ASSIGN_OR_RETURN(const std::optional<std::string> definition, definitions.Definition(latest));
    if (definition)
      if (const auto playbook = CompilePlaybook(*definition); playbook.ok()) policy = (*playbook)->policy;
  }
  Field(writer, "consent", policy.consent_assumed ? "assumed_by_shop" : "events");
  writer.Key("rules");
  writer.BeginList();
  for (size_t i = 0; i < kPackCount; ++i)
    if (policy.rules.has(static_cast<Pack>(i))) writer.Scalar(Value::String(kPackNames[i]));
  writer.End();
  writer.Key("statements");
  writer.BeginMap();
  for (const Policy::Statement& statement : policy.statements) Field(writer, statement.about, statement.words);
  writer.End();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> AnswerReport(const QueryContext& context) {
  ASSIGN_OR_RETURN(std::vector<CounterRow> counters, context.store.Counters());
  counters = SumOverDays(std::move(counters));
  ASSIGN_OR_RETURN(const CountsByName types, CountTypes(context.log));
  const Rows rows(counters);
  auto count = [&](Metric metric) { return CountIn(RowsOf(rows, metric)); };
  auto value = [&](Metric metric) { return ValueIn(RowsOf(rows, metric)); };
  const int64_t opened = count(Metric::kCartsOpened), ordered = count(Metric::kCartsOrdered),
                emptied = count(Metric::kCartsEmptied);
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  RETURN_IF_ERROR(WritePolicy(writer, context.definitions));
  Field(writer, "customers", Value::Int(count(Metric::kCustomers) - count(Metric::kMerged)));
  writer.Key("carts");
  writer.BeginMap();
  Field(writer, "opened", Value::Int(opened));
  Field(writer, "ordered", Value::Int(ordered));
  Field(writer, "emptied", Value::Int(emptied));
  Field(writer, "abandoned", Value::Int(opened - ordered - emptied));
  writer.End();
  writer.Key("orders");
  writer.BeginMap();
  Field(writer, "count", Value::Int(count(Metric::kOrders) - count(Metric::kOrdersCancelled)));
  Field(writer, "value",
        Value::Decimal(value(Metric::kOrders) - value(Metric::kOrdersCancelled) - value(Metric::kOrdersRefunded)));
  writer.End();
  WriteCounts(writer, "events", types);
  Field(writer, "duplicates", Value::Int(count(Metric::kDuplicates)));
  WriteCounts(writer, "refused", RowsOf(rows, Metric::kRefused), ReasonOf);
  WriteCounts(writer, "consents", RowsOf(rows, Metric::kConsents), StepOf);
  WriteCounts(writer, "addresses", RowsOf(rows, Metric::kAddresses), StepOf);
  WriteGroups(writer, "by_rule", RowsOf(rows, Metric::kByRule), VariantOf, ReasonOf);
  writer.Key("journeys");
  writer.BeginMap();
  for (const CounterRow& row : rows)
    if (row.counter.metric == Metric::kEntered) WriteJourney(writer, row.counter.journey, rows);
  writer.End();
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
