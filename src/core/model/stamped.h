// Fields that are told at instants, where the newest telling of each field wins, whatever the order of arrival. What a
// customer's identifies say of it and what a shop says of a product are kept this way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/packed_words.h"
#include "base/value.h"

namespace cartwheel {

uint64_t FieldFingerprint(std::string_view name);

struct FieldStamp {
  uint64_t field = 0;  // FieldFingerprint
  int64_t at_ms = 0;
  friend bool operator==(const FieldStamp&, const FieldStamp&) = default;
};

// Invariant: a field that is there was told at its own stamp, else at `at_ms`. A stamp of a field that is not there
// says when it was unset.
struct StampedFields {
  std::string packed;  // a packed map; empty: nothing was told
  int64_t at_ms = 0;   // of the newest telling
  std::vector<FieldStamp> stamps;

  Value Find(const PackedKey& field) const;
};

// Merges a packed map that was told at `at_ms`. A null unsets its field. Of two tellings of one instant the one that
// arrives later wins. After a second telling the fields stand in the order of their names, so that equal tellings give
// equal bytes.
void Tell(StampedFields& fields, std::string_view packed, int64_t at_ms);
// Merges all tellings of another.
void TellAll(StampedFields& fields, const StampedFields& from);

}  // namespace cartwheel
