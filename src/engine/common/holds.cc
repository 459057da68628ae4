#include "engine/common/holds.h"

#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/suggest.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kActions[] = {"quiet", "drain", "pause", "stop", "resume", "release", "adopt"};
constexpr int64_t kReleaseMs = kDayMs;
constexpr int kTries = 100;  // each lost to a verb of another process

// A journey of the playbook in force, or one that is held already.
absl::Status CheckJourney(const Playbook* playbook, const Holds& holds, const std::string& journey) {
  if (journey.empty() || holds.entries.contains(journey)) return absl::OkStatus();
  std::vector<std::string_view> names;
  if (playbook != nullptr)
    for (const Journey& known : playbook->journeys) names.push_back(known.name);
  for (const std::string_view name : names)
    if (name == journey) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("no journey of the playbook in force is called \"{}\"{}", journey, Hint(journey, names)));
}

absl::Status Apply(Holds& holds, const HoldRequest& request, int64_t now_ms) {
  if (request.action == "release") {
    if (!request.journey.empty())
      return absl::InvalidArgumentError("release is of the whole shop, expected no journey");
    holds.surge_since_ms = 0;
    holds.surge_free_until_ms = now_ms + kReleaseMs;
    return absl::OkStatus();
  }
  if (request.action == "resume") {
    const auto entry = holds.entries.find(request.journey);
    if (entry == holds.entries.end()) return absl::OkStatus();
    // The instant of a stop is kept: who was inside is to leave, whenever that is looked at.
    if (entry->second.stopped_at_ms == 0)
      holds.entries.erase(entry);
    else
      entry->second = {.since_ms = now_ms, .stopped_at_ms = entry->second.stopped_at_ms};
    return absl::OkStatus();
  }
  Holds::Entry& entry = holds.entries[request.journey];
  entry.hold = *FindHold(request.action);
  entry.since_ms = now_ms;
  entry.why = request.why;
  if (entry.hold == Hold::kStop) entry.stopped_at_ms = now_ms;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Holds> ReadHolds(DefinitionStore& store) {
  ASSIGN_OR_RETURN(const StoredHolds stored, store.Holds());
  return DecodeHolds(stored.data);
}

absl::Status ChangeHolds(DefinitionStore& store, absl::FunctionRef<absl::Status(Holds&)> change) {
  absl::Status saved;
  for (int i = 0; i < kTries; ++i) {
    ASSIGN_OR_RETURN(const StoredHolds stored, store.Holds());
    ASSIGN_OR_RETURN(Holds holds, DecodeHolds(stored.data));
    RETURN_IF_ERROR(change(holds));
    saved = store.SaveHolds(stored.version, EncodeHolds(holds));
    if (!absl::IsAborted(saved)) return saved;
  }
  return saved;
}

absl::Status ApplyHold(Store& store, const Playbook* playbook, const HoldRequest& request, int64_t now_ms) {
  bool known = false;
  for (const std::string_view action : kActions) known |= action == request.action;
  if (!known)
    return absl::InvalidArgumentError(
        fmt::format("unknown action \"{}\"{}", request.action, Hint(request.action, kActions)));
  if (request.why.size() > kHoldWhyBytesMax)
    return absl::InvalidArgumentError(
        fmt::format("why has {} bytes, hold_why_bytes_max is {}", request.why.size(), kHoldWhyBytesMax));
  if (request.action == "adopt") {
    if (request.journey.empty()) return store.Adopt();
    return absl::InvalidArgumentError("adopt is of the whole file, expected no journey");
  }
  return ChangeHolds(store, [&](Holds& holds) {
    RETURN_IF_ERROR(CheckJourney(playbook, holds, request.journey));
    return Apply(holds, request, now_ms);
  });
}

}  // namespace cartwheel
