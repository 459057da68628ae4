// The report: what the counters say, by journey and step.
#include <algorithm>
#include <map>

#include "base/compress.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/model/event.h"
#include "engine/query/query.h"

namespace cartwheel {
namespace {

// Counters as a tree: "messages\tcart\tgentle" stands under messages, cart, gentle.
struct Node {
  int64_t count = 0;
  Money value = 0;
  std::map<std::string, Node, std::less<>> children;

  const Node& At(std::string_view name) const {
    static const Node kNothing;
    auto found = children.find(name);
    return found == children.end() ? kNothing : found->second;
  }
};

Node BuildTree(const std::vector<TallyDelta>& tallies) {
  Node root;
  for (const TallyDelta& tally : tallies) {
    Node* node = &root;
    for (size_t begin = 0; begin <= tally.name.size();) {
      size_t end = std::min(tally.name.find('\t', begin), tally.name.size());
      node = &node->children[tally.name.substr(begin, end - begin)];
      begin = end + 1;
    }
    node->count += tally.count;
    node->value += tally.value;
  }
  return root;
}

// {"name": count} or, where there are names below, {"name": {…}}.
void WriteCounts(PackedWriter& writer, std::string_view key, const Node& node) {
  writer.Key(key);
  writer.BeginMap();
  for (const auto& [name, child] : node.children) {
    if (child.children.empty())
      Field(writer, name, Value::Int(child.count));
    else
      WriteCounts(writer, name, child);
  }
  writer.End();
}

void WriteJourney(PackedWriter& writer, const std::string& name, const Node& root) {
  writer.Key(name);
  writer.BeginMap();
  Field(writer, "entered", Value::Int(root.At("entered").At(name).count));
  Field(writer, "completed", Value::Int(root.At("completed").At(name).count));
  WriteCounts(writer, "stopped", root.At("exited").At(name));
  WriteCounts(writer, "messages", root.At("messages").At(name));
  for (std::string_view key : {"variants", "sms_types", "opened", "clicked"})  // where there are any
    if (const Node& counts = root.At(key).At(name); !counts.children.empty()) WriteCounts(writer, key, counts);
  WriteCounts(writer, "outcomes", root.At("receipts").At(name));
  WriteCounts(writer, "skipped", root.At("skipped").At(name));
  WriteCounts(writer, "dropped", root.At("dropped").At(name));
  Field(writer, "bought_after_message", Value::Int(root.At("converted").At(name).count));
  Field(writer, "bought_value", Value::Decimal(root.At("converted").At(name).value));
  writer.End();
}

using CountsByType = std::map<std::string, int64_t, std::less<>>;

constexpr int64_t kSliceEvents = 10'000;  // decoded at a time

// Of the newest events that the log keeps, duplicates and those that are not folded yet included. Nothing is counted
// for it while events are folded.
absl::StatusOr<CountsByType> CountTypes(LogStore& log) {
  CountsByType types;
  ASSIGN_OR_RETURN(LogHead head, log.Head());
  for (int64_t after = std::max<int64_t>(head.last - kReportEventsMax, 0);;) {
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

}  // namespace

absl::StatusOr<std::string> AnswerReport(const QueryContext& context) {
  ASSIGN_OR_RETURN(std::vector<TallyDelta> tallies, context.store.Tallies());
  ASSIGN_OR_RETURN(const CountsByType types, CountTypes(context.log));
  Node root = BuildTree(tallies);
  const Node& carts = root.At("carts");
  int64_t opened = carts.At("opened").count, ordered = carts.At("ordered").count, emptied = carts.At("emptied").count;
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "consent", "assumed_by_shop");
  Field(writer, "customers", Value::Int(root.At("customers").count - root.At("merged").count));
  writer.Key("carts");
  writer.BeginMap();
  Field(writer, "opened", Value::Int(opened));
  Field(writer, "ordered", Value::Int(ordered));
  Field(writer, "emptied", Value::Int(emptied));
  Field(writer, "abandoned", Value::Int(opened - ordered - emptied));
  writer.End();
  writer.Key("orders");
  writer.BeginMap();
  Field(writer, "count", Value::Int(root.At("orders").count - root.At("orders").At("cancelled").count));
  Field(writer, "value",
        Value::Decimal(root.At("orders").value - root.At("orders").At("cancelled").value -
                       root.At("orders").At("refunded").value));
  writer.End();
  writer.Key("events");
  writer.BeginMap();
  for (const auto& [type, count] : types) Field(writer, type, Value::Int(count));
  writer.End();
  Field(writer, "duplicates", Value::Int(root.At("duplicates").count));
  WriteCounts(writer, "refused", root.At("refused"));
  writer.Key("journeys");
  writer.BeginMap();
  for (const auto& [name, node] : root.At("entered").children) WriteJourney(writer, name, root);
  writer.End();
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
