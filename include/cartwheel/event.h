// What the reading of an event may find. docs/events.md says which input leads to what.
#pragma once

#include <cstddef>
#include <string>

namespace cartwheel {

// An event that was not taken, and why. The others of the call are durable.
struct RejectedEvent {
  size_t record = 0;    // its place in the input, from 0
  std::string id;       // the event's id, where it could be read
  std::string code;     // for counting: "bad_json", "missing_customer", "placeholder_id", …
  std::string message;  // one line: what, where, what was expected
};

// A field that could not be read as it was sent. The event was taken without it.
struct Warning {
  size_t record = 0;
  std::string id;
  std::string code;      // "bad_price", "unknown_key", "bad_at", …
  std::string field;     // its path: "properties.products[2].price"
  std::string value;     // as it was sent, at most 64 bytes of it
  std::string expected;  // what would have been read
};

// "properties.price is \"free\": expected a number such as 12900".
std::string Sentence(const Warning& warning);

}  // namespace cartwheel
