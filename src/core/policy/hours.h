// When an advertisement may be handed over: the hours of all rules that apply to a recipient (packs.h), in all zones
// whose clocks may be the recipient's. Pure: asked for an instant, answers by the tables and the time zone database
// alone, right across changes of clocks.
//
// An instant is inside hours when the local clock of that instant shows a time inside them. Hours are half-open:
// 08:00 is inside of 08:00 to 21:00, 21:00 is not.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "core/model/consent_medium.h"
#include "core/model/pack_numbers.h"
#include "core/policy/jurisdiction.h"

namespace cartwheel {

inline constexpr int64_t kNeverCloses = std::numeric_limits<int64_t>::max();

// The rule of hours that the playbook sets.
inline constexpr std::string_view kShopHoursRule = "SHOP-01";

// Nothing that opens within this span means: never.
inline constexpr int64_t kHoursSearchDays = 400;

enum class HoursState : uint8_t { kOpen, kClosed, kNever };

struct HoursAnswer {
  HoursState state = HoursState::kNever;
  int64_t opens_ms = 0;      // kClosed: the next opening. kOpen: not after the instant asked for
  int64_t closes_ms = 0;     // the end of that opening for hand-overs (exclusive), cut-offs of carriers applied
  int64_t arrive_by_ms = 0;  // the end of that opening for arrivals: no time to live reaches beyond it; >= closes_ms
  std::string_view rule;  // kClosed, kNever: the rule that forbids the instant; kOpen: the one that ends it, or empty
  friend bool operator==(const HoursAnswer&, const HoursAnswer&) = default;
};

// A shop's own hours, which can only narrow those of the law, on each day of the week. They are read in the recipient's
// zones.
struct HoursOverride {
  int16_t opens_minute = 0;         // of the day, 0 to 1439
  int16_t closes_minute = 24 * 60;  // of the day, after opens_minute, at most 1440
  MediumSet media = MediumSet::All().Without(ConsentMedium::kEmail);
  friend bool operator==(const HoursOverride&, const HoursOverride&) = default;
};

// Answers whether an advertisement may be handed over at `now_ms`, and until when, or else from when. `night_consent`:
// the customer has agreed to advertisements by night on this medium (scope ad_night). `shop_hours` may be null.
// `numbers`: the playbook's, in the place of the law's. Where nothing opens within kHoursSearchDays the answer is
// kNever: the gate drops with `no_common_hours`. Costs some 15 ns when this thread asked about the same place and
// opening before, else a microsecond for each zone.
[[nodiscard]] HoursAnswer AskHours(const Jurisdiction& jurisdiction, ConsentMedium medium, bool night_consent,
                                   int64_t now_ms, const HoursOverride* shop_hours = nullptr,
                                   const PackNumbers& numbers = {});

// Returns when a message that was deferred to an opening is handed over: an instant within `spread_ms` from the
// opening, before its close, the same one for the same hash. So a thousand messages do not leave in one second.
[[nodiscard]] int64_t SpreadOpening(int64_t opens_ms, int64_t closes_ms, int64_t spread_ms, uint64_t hash);

}  // namespace cartwheel
