// Properties of an event: which names the core reads, which other names mean the same, and what they must hold. The
// rest of a shop's properties is kept as it came.
#pragma once

#include <string_view>

#include "core/event.h"
#include "vocabulary/json.h"

namespace cartwheel::vocabulary {

// How properties are read, by the type of their event.
enum class Treatment {
  kAsTheyAre,  // identify: every property is an attribute, whatever its name
  kNames,      // names are mapped and ids become text, nothing is demanded
  kCommerce,   // as kNames; ids, prices, quantities and products must be what they say
  kOrder,      // as kCommerce; value, total and revenue must be numbers
};
Treatment TreatmentOf(EventType type);

// Writes the members of an object into the map that is open in the writer. Of two members that mean the same the first
// counts. `member` is the name of the object in its record, for messages.
bool PackProperties(ondemand::object object, Treatment treatment, std::string_view member, PackedWriter* writer,
                    JsonText* text, Problem* problem);

// The check of a price alone, for readers of other formats: where it stands and how it was written are for the message.
bool CheckPrice(const Value& number, std::string_view where, std::string_view shown, Problem* problem);

}  // namespace cartwheel::vocabulary
