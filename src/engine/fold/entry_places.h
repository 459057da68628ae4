// Places in journeys that take only so many customers in an hour or a day, over all customers. Part of the fold's
// progress, so that what was granted is granted once, across crashes and workers.
//
// Hours and days are those in which the entry's event came in, so that a worker who was away takes no more than one who
// was there. Time does not go back: an entry that comes after one of a later hour counts in that hour.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct EntryPlaces {
  uint64_t journey = 0;  // fingerprint of its name
  int64_t hour = 0, in_hour = 0;
  int64_t day = 0, in_day = 0;  // of the shop

  bool operator==(const EntryPlaces&) const = default;
};
using EntryPlacesList = std::vector<EntryPlaces>;

// Takes a place in a journey. Returns the playbook's key of the cap that has none left; empty: it was taken.
std::string_view TakeEntryPlace(EntryPlacesList& list, const Journey& journey, const Policy& policy, int64_t at_ms);
// Forgets the journeys that do not cap their entries any more.
void KeepEntryPlacesOf(EntryPlacesList& list, const Playbook& playbook);

void WriteEntryPlaces(const EntryPlacesList& list, ByteWriter& writer);
EntryPlacesList ReadEntryPlaces(ByteReader& reader);

}  // namespace cartwheel
