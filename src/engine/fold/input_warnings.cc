#include "engine/fold/input_warnings.h"

#include <string>
#include <utility>

#include "base/packed.h"

namespace cartwheel {
namespace {

std::string TextOf(const Value& map, std::string_view key) {
  const Value value = map.Find(key);
  return value.is_string() ? std::string(value.text()) : std::string();
}

}  // namespace

void NoteWarnings(const Input& input, std::string_view who, int64_t now_ms, Shard& shard) {
  const Event& event = input.event;
  if (event.warnings.empty()) return;
  const bool nameless = event.type == EventType::kErase;
  // Names of the shop's own are without number, and counted as one.
  const std::string_view type = event.type == EventType::kCustom ? "custom" : EventTypeName(event.type);
  for (PackedCursor cursor(ReadPacked(event.warnings)); cursor.Next();) {
    const Value warning = cursor.value();
    if (!warning.is_map()) continue;
    WarningRow row{.position = input.position,
                   .at_ms = now_ms,
                   .type = std::string(event.type_name),
                   .code = TextOf(warning, "code"),
                   .field = TextOf(warning, "field"),
                   .value = nameless ? std::string() : TextOf(warning, "value"),
                   .expected = TextOf(warning, "expected"),
                   .customer = nameless ? std::string() : std::string(who),
                   .event_id = nameless ? std::string() : std::string(event.id)};
    shard.effects.Count({.metric = Metric::kWarnings, .step = type, .variant = row.code});
    shard.warnings.push_back(std::move(row));
  }
}

}  // namespace cartwheel
