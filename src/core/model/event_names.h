// The names under which shops and other systems know the event types. A name is compared without case, white space,
// hyphens, underscores, dots, colons, slashes and camel humps; then one table of aliases counts.
#pragma once

#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/event.h"

namespace cartwheel {

// A name without what does not count: "Order-Completed" is "ordercompleted". Letters outside of ASCII stay as they are.
std::string SquashName(std::string_view name);

struct TypeAlias {
  std::string_view name;  // as its system writes it; compared as SquashName makes it
  EventType type;
};
// Other systems' names of our types: docs/events.md names them all.
absl::Span<const TypeAlias> TypeAliases();

// The type that a name means, in any spelling or by an alias; kCustom for a name of the shop's own. The types that only
// the engine makes are found by their exact names alone.
EventType NamedEventType(std::string_view name);

// The type that a custom name misses by a slip or lacks the ending of, or that is meant by what other systems call an
// opt-out; kCustom: none. Two letters in eleven may be wrong, one in six.
EventType NearEventType(std::string_view name);

// Whether a near miss of this type acts as an exit: orders, withdrawals and removals.
bool ActsAsExit(EventType type);

// Whether an event of this type acts as an exit, takes away or forgets, so that one with an unreadable time counts as
// of its ingest.
bool TakesAway(EventType type);

}  // namespace cartwheel
