// Holds: what an operator keeps from leaving, of the whole shop or of one journey. A verb sets a hold and a verb ends
// it, whatever is loaded meanwhile; a playbook may set some of its own (policy.h). Of several that concern a message
// each counts, so the strictest wins (core/policy/withheld.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cartwheel {

// Numbers are part of the file format: append, never move.
enum class Hold : uint8_t {
  kNone = 0,
  kQuiet = 1,  // advertisements wait
  kDrain = 2,  // no customer enters; those inside go on
  kPause = 3,  // nothing is sent; what passes its `latest` meanwhile is skipped
  kStop = 4,   // those inside leave, and no customer enters
};
std::string_view HoldName(Hold hold);  // "quiet", "drain", "pause", "stop"
std::optional<Hold> FindHold(std::string_view name);

struct Holds {
  struct Entry {
    Hold hold = Hold::kNone;
    int64_t since_ms = 0;
    int64_t stopped_at_ms = 0;  // who entered up to then leaves, also after the stop has ended; 0: never
    std::string why;            // the operator's words
  };
  std::map<std::string, Entry, std::less<>> entries;  // by journey; "": the whole shop
  int64_t surge_since_ms = 0;  // advertisements wait since more left in an hour than the guard allows; 0: they do not
  int64_t surge_free_until_ms = 0;  // the guard was told to let go until then

  bool empty() const { return entries.empty() && surge_since_ms == 0 && surge_free_until_ms == 0; }
};

std::string EncodeHolds(const Holds& holds);
// DataLoss for bytes that EncodeHolds did not write.
absl::StatusOr<Holds> DecodeHolds(std::string_view data);

}  // namespace cartwheel
