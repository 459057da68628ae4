#include "formats/type_names.h"

#include "cartwheel/limits.h"
#include "core/model/event_names.h"
#include "formats/property_table.h"
#include "formats/records.h"

namespace cartwheel::formats {

TypeReading ReadTypeName(std::string_view name) {
  TypeReading reading;
  name = TrimId(name);
  reading.type = NamedEventType(name);
  if (reading.type != EventType::kCustom) {
    reading.name = EventTypeName(reading.type);
    return reading;
  }
  reading.too_long = name.size() > kTypeBytesMax;
  reading.name = reading.too_long ? HashedId(name) : std::string(name);
  if (reading.too_long) return reading;
  reading.near = NearEventType(name);
  if (ActsAsExit(reading.near)) reading.exits_as = reading.near;
  return reading;
}

bool IsPlainCustomName(std::string_view name) {
  const TypeReading reading = ReadTypeName(name);
  return reading.type == EventType::kCustom && !reading.too_long && reading.near == EventType::kCustom &&
         reading.name == name && !name.empty();
}

std::string OurName(std::string_view name) {
  std::string ours;
  for (char c : TrimSpace(name)) {
    if (c == ' ' || c == '-') c = '_';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    ours.push_back(c);
  }
  return ours;
}

}  // namespace cartwheel::formats
