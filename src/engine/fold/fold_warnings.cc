// What the ingest found in events goes to where queries list it, when the events are folded.
#include "base/packed.h"
#include "engine/fold/fold.h"

namespace cartwheel {
namespace {

std::string TextOf(const Value& map, std::string_view key) {
  const Value value = map.Find(key);
  return value.is_string() ? std::string(value.text()) : std::string();
}

}  // namespace

// Of an erasure no name and no value is kept.
void Fold::NoteWarnings(const Input& input, std::string_view who) {
  const Event& event = input.event;
  if (event.warnings.empty()) return;
  const bool nameless = event.type == EventType::kErase;
  // Names of the shop's own are without number, and counted as one.
  const std::string_view type = event.type == EventType::kCustom ? "custom" : EventTypeName(event.type);
  for (PackedCursor cursor(ReadPacked(event.warnings)); cursor.Next();) {
    const Value warning = cursor.value();
    if (!warning.is_map()) continue;
    WarningRow row{.position = input.position,
                   .at_ms = round_->now_ms,
                   .type = std::string(event.type_name),
                   .code = TextOf(warning, "code"),
                   .field = TextOf(warning, "field"),
                   .value = nameless ? std::string() : TextOf(warning, "value"),
                   .expected = TextOf(warning, "expected"),
                   .customer = nameless ? std::string() : std::string(who),
                   .event_id = nameless ? std::string() : std::string(event.id)};
    effects_.Count({.metric = Metric::kWarnings, .step = type, .variant = row.code});
    write_.warnings.push_back(std::move(row));
  }
}

}  // namespace cartwheel
