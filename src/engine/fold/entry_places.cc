#include "engine/fold/entry_places.h"

#include <algorithm>

#include "absl/time/time.h"
#include "base/time.h"

namespace cartwheel {
namespace {

int64_t DayOf(const Policy& policy, int64_t at_ms) {
  absl::TimeZone zone;
  if (policy.timezone.empty() || !absl::LoadTimeZone(policy.timezone, &zone)) zone = absl::UTCTimeZone();
  return absl::ToCivilDay(absl::FromUnixMillis(at_ms), zone) - absl::CivilDay(1970, 1, 1);
}

// Begins to count anew where a later hour or day has begun.
void Turn(int64_t now, int64_t* current, int64_t* count) {
  if (now <= *current) return;
  *current = now;
  *count = 0;
}

}  // namespace

std::string_view TakeEntryPlace(EntryPlacesList& list, const Journey& journey, const Policy& policy, int64_t at_ms) {
  auto places =
      std::find_if(list.begin(), list.end(), [&](const EntryPlaces& p) { return p.journey == journey.fingerprint; });
  if (places == list.end()) places = list.insert(places, {.journey = journey.fingerprint});
  Turn(at_ms / kHourMs, &places->hour, &places->in_hour);
  Turn(DayOf(policy, at_ms), &places->day, &places->in_day);
  if (journey.entries_per_hour_max != 0 && places->in_hour >= journey.entries_per_hour_max) return "max_per_hour";
  if (journey.entries_per_day_max != 0 && places->in_day >= journey.entries_per_day_max) return "max_per_day";
  ++places->in_hour;
  ++places->in_day;
  return {};
}

void KeepEntryPlacesOf(EntryPlacesList& list, const Playbook& playbook) {
  std::erase_if(list, [&](const EntryPlaces& places) {
    return std::none_of(playbook.journeys.begin(), playbook.journeys.end(), [&](const Journey& journey) {
      return journey.fingerprint == places.journey && journey.caps_entries();
    });
  });
}

void WriteEntryPlaces(const EntryPlacesList& list, ByteWriter& writer) {
  writer.Varint(list.size());
  for (const EntryPlaces& places : list) {
    writer.Fixed64(places.journey);
    for (const int64_t number : {places.hour, places.in_hour, places.day, places.in_day}) writer.Signed(number);
  }
}

EntryPlacesList ReadEntryPlaces(ByteReader& reader) {
  EntryPlacesList list;
  for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
    EntryPlaces& places = list.emplace_back();
    places.journey = reader.Fixed64();
    for (int64_t* number : {&places.hour, &places.in_hour, &places.day, &places.in_day}) *number = reader.Signed();
  }
  return list;
}

}  // namespace cartwheel
