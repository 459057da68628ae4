// The ledger of consents: one row for every expression of a customer, in the order in which they were folded. Rows are
// appended and never dropped with the log: they are what a shop proves its consents with.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "core/model/ids.h"

namespace cartwheel {

// One expression. Texts are as the event has them; lists are joined by commas.
struct ConsentRow {
  ConsentId id;          // the store's number, in the order of arrival
  CustomerRow customer;  // the row whose state it is of
  Position position;     // of the event in the log
  int64_t at_ms = 0;
  int64_t ingested_at_ms = 0;
  bool counts = false;   // whether it changed the state
  bool undated = false;  // its `at` could not be read or is not known: at_ms is that of the ingest
  std::string who;       // identity key (event.h); empty: only an address; after an erasure "#" and a keyed hash
  std::string type;      // of the event
  std::string medium;    // of a withdrawal, empty: every one; the same of the scope and the topic
  std::string scope;
  std::string topic;
  std::string where;
  std::string wording;
  std::string evidence;  // "imported", or what the shop says
  std::string actor;
  std::string address;  // of an address that no customer had: "#" and its keyed hash
  std::string message;  // id of the message that it was an answer to
  std::string offset;   // the local offset that `at` was written with: "+09:00"
  friend bool operator==(const ConsentRow&, const ConsentRow&) = default;
};

// What a fold changes of rows that are there: a merge moves them, an erasure takes out who it was and keeps the rest.
struct ConsentChange {
  CustomerRow customer;
  CustomerRow to;     // the new owner; 0: an erasure
  std::string proof;  // of an erasure: what stands in the place of `who`
  // of an erasure: only rows up to both
  Position through_position{std::numeric_limits<int64_t>::max()};
  int64_t through_at_ms = std::numeric_limits<int64_t>::max();
};

}  // namespace cartwheel
