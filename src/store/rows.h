// The rows that more than one role of the store knows. What they mean is the engine's and the core's matter; bytes
// called `data` are opaque here.
#pragma once

#include <cstdint>
#include <string>

#include "base/hash.h"
#include "core/model/ids.h"

namespace cartwheel {

// A customer as one row (core/model/customer_row.h). Numbers begin at 1 and are never given twice.
struct StoredCustomer {
  CustomerRow row;
  std::string data;  // in a FoldWrite, empty: the row is removed
  Digest name;       // in a FoldWrite whose rows are split: the keyed hash of a name of the customer's
};

// The decisions of one fold (engine/common/trail.h).
struct DecisionRow {
  DecisionId id;
  std::string data;
  int64_t at_ms = 0;  // when it was folded
};

// An event that was not folded, or a duplicate: listed by Query, the newest kRefusedKeptMax of them.
struct RefusedRow {
  Position position;  // its number in the log
  int64_t at_ms = 0;  // when it was refused
  std::string code;   // "duplicate", "cart_items_max", "quarantined", …
  std::string customer;
  std::string event_id;
  std::string message;
};

// A field of an event that could not be read: listed by Query, the newest kWarningsKeptMax of them.
struct WarningRow {
  Position position;  // the event's number in the log
  int64_t at_ms = 0;  // when it was folded
  std::string type;   // the event's
  std::string code;
  std::string field;
  std::string value;
  std::string expected;
  std::string customer;
  std::string event_id;
};

}  // namespace cartwheel
