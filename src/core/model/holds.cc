#include "core/model/holds.h"

#include <iterator>

#include "base/codec.h"

namespace cartwheel {
namespace {

constexpr std::string_view kHoldNames[] = {"", "quiet", "drain", "pause", "stop"};  // by number

}  // namespace

std::string_view HoldName(Hold hold) { return kHoldNames[static_cast<size_t>(hold)]; }

std::optional<Hold> FindHold(std::string_view name) {
  for (size_t i = 1; i < std::size(kHoldNames); ++i)
    if (kHoldNames[i] == name) return static_cast<Hold>(i);
  return std::nullopt;
}

std::string EncodeHolds(const Holds& holds) {
  std::string data;
  ByteWriter writer(&data);
  writer.Signed(holds.surge_since_ms);
  writer.Signed(holds.surge_free_until_ms);
  writer.Varint(holds.entries.size());
  for (const auto& [journey, entry] : holds.entries) {
    writer.Text(journey);
    writer.Byte(static_cast<uint8_t>(entry.hold));
    writer.Signed(entry.since_ms);
    writer.Signed(entry.stopped_at_ms);
    writer.Text(entry.why);
  }
  return data;
}

absl::StatusOr<Holds> DecodeHolds(std::string_view data) {
  Holds holds;
  if (data.empty()) return holds;
  ByteReader reader(data);
  holds.surge_since_ms = reader.Signed();
  holds.surge_free_until_ms = reader.Signed();
  for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
    std::string journey(reader.Text());
    Holds::Entry entry;
    const uint8_t hold = reader.Byte();
    if (hold >= std::size(kHoldNames)) return absl::DataLossError("the holds of the database are damaged");
    entry.hold = static_cast<Hold>(hold);
    entry.since_ms = reader.Signed();
    entry.stopped_at_ms = reader.Signed();
    entry.why = reader.Text();
    holds.entries[std::move(journey)] = std::move(entry);
  }
  if (!reader.ok() || !reader.at_end()) return absl::DataLossError("the holds of the database are damaged");
  return holds;
}

}  // namespace cartwheel
