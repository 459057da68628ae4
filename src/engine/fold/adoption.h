// The pass over all customers in which a new revision adopts walks of older ones (core/journey/adopt.h), a slice a
// round. Part of the fold's progress: after a crash it goes on where it was.
#pragma once

#include <cstdint>

#include "base/codec.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct AdoptionPass {
  Revision revision;  // that adopts; 0: none did yet
  int64_t begun_at_ms = 0;
  CustomerRow row_done, row_end;  // customers up to the first were gone through, of those up to the second

  bool pending() const { return row_done < row_end; }
  bool operator==(const AdoptionPass&) const = default;
};

// Begins a pass for a playbook (null: none) that adopts, unless it has begun.
void SetAdoption(AdoptionPass& pass, const Playbook* playbook, CustomerRow next_customer, int64_t now_ms);

void WriteAdoption(const AdoptionPass& pass, ByteWriter& writer);
AdoptionPass ReadAdoption(ByteReader& reader);

}  // namespace cartwheel
