// Which properties of events are personal: what a database that is sealed at rest seals in its log.
#pragma once

#include <string_view>

#include "base/string_map.h"
#include "core/model/event.h"

namespace cartwheel {

// Whether a property of an event of this type is one: every attribute, every address, what a customer wrote back, and
// what the playbook names (`named`).
bool IsPersonal(EventType type, std::string_view property, const StringSet& named);

}  // namespace cartwheel
