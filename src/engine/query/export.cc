// Everything that is known of one customer at once: the row, the decisions, the messages, and the events as they came.
#include <cstdint>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/compress.h"
#include "base/status.h"
#include "core/model/concerned_keys.h"
#include "core/model/event.h"
#include "engine/common/trail.h"
#include "engine/query/query.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kDecisionsMax = 100'000;
constexpr int64_t kLogRowsMax = 10'000;  // events read from the log at a time
constexpr Position kNever{std::numeric_limits<int64_t>::max()};

// `each(position, event)` for every event of the log: a whole pass over it.
template <typename Each>
absl::Status ReadEvents(LogStore& log, Each&& each) {
  ASSIGN_OR_RETURN(LogHead head, log.Head());
  for (Position after; after < head.last;) {
    ASSIGN_OR_RETURN(std::vector<LogRow> rows, log.ReadLog(after, head.last, kLogRowsMax));
    if (rows.empty()) break;
    for (const LogRow& row : rows) {
      ASSIGN_OR_RETURN(std::string events, Decompress(row.data));
      EventCursor cursor(events);
      Position position = row.first();
      for (Event event; cursor.Next(&event); ++position) each(position, event);
    }
    after = rows.back().last;
  }
  return absl::OkStatus();
}

// The customer's keys, each with the place of the log from which it was theirs. A device that another customer was
// identified with last before it came (back) to this customer did the other's errands until then.
absl::StatusOr<absl::flat_hash_map<std::string, Position>> KeysSince(LogStore& log, const HashKey& hash_key,
                                                                     const Customer& customer) {
  absl::flat_hash_map<std::string, Position> since;
  for (const std::string& name : customer.names) since[name] = {};
  absl::flat_hash_set<std::string> told;  // an identify that is told again gives nothing
  RETURN_IF_ERROR(ReadEvents(log, [&](Position position, const Event& event) {
    const ConcernedKeys concerned(event, hash_key);
    if (concerned.role != OtherKeys::kGiven) return;
    if (!event.id.empty() && !told.insert(fmt::format("{}\n{}", concerned.key, event.id)).second) return;
    for (const std::string& key : concerned.others) {
      auto given = since.find(key);
      if (given == since.end()) continue;
      if (!since.contains(concerned.key))
        given->second = kNever;
      else if (given->second == kNever)
        given->second = position;
    }
  }));
  return since;
}

absl::Status WriteEvents(PackedWriter& writer, LogStore& log, const HashKey& hash_key, const Customer& customer) {
  ASSIGN_OR_RETURN(auto since, KeysSince(log, hash_key, customer));
  writer.BeginList();
  RETURN_IF_ERROR(ReadEvents(log, [&](Position position, const Event& event) {
    auto key = since.find(KeyOf(event, hash_key));
    if (key == since.end() || position < key->second) return;
    if (customer.erased_at_ms != 0 && event.at_ms <= customer.erased_at_ms) return;
    writer.BeginMap();
    Field(writer, "type", event.type_name);
    Field(writer, "id", event.id);
    Field(writer, "at", Value::Timestamp(event.at_ms));
    writer.Key("properties");
    writer.Raw(event.properties);
    writer.End();
  }));
  writer.End();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> AnswerExport(const QueryContext& context, const QueryRequest& request) {
  ASSIGN_OR_RETURN(Customer customer, FindCustomer(context.store, request));
  ASSIGN_OR_RETURN(const Playbooks playbooks, PlaybooksOf(context.definitions, customer));
  ASSIGN_OR_RETURN(std::vector<Decision> trail, ReadTrail(context.store, customer.last_decision, kDecisionsMax));
  std::vector<MessageId> ids;
  for (const Decision& decision : trail)
    if (decision.kind == DecisionKind::kMessage) ids.push_back(decision.message);
  ASSIGN_OR_RETURN(std::vector<MessageRow> messages, context.store.Messages(ids));
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("customer");
  WriteCustomer(writer, customer, playbooks);
  writer.Key("kept");
  RETURN_IF_ERROR(WriteKept(writer, context.definitions, customer));
  writer.Key("decisions");
  WriteTrail(writer, trail);
  writer.Key("messages");
  writer.BeginList();
  for (const MessageRow& message : messages) WriteMessage(writer, message);
  writer.End();
  writer.Key("events");
  RETURN_IF_ERROR(WriteEvents(writer, context.log, context.hash_key, customer));
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
