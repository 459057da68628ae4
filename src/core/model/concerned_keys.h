// Whom an event concerns, as identity keys: the fold loads the customers that folding the event may read or change, and
// a claim holds back the messages of all that it names until it is folded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/event.h"
#include "core/model/ids.h"

namespace cartwheel {

// What an event does to the keys that it names beside its customer's own.
enum class OtherKeys : uint8_t {
  kNone,
  kGiven,   // identify, alias: they belong to its customer from now on
  kExited,  // of the device that a purchase or an exit was made on: its walks end
  kTaken,   // of the address that its customer registers
  kTold,    // of the address that a channel calls gone: the customer who has it now gets no message there
};

struct ConcernedKeys {
  std::string key;                  // of the customer it belongs to (KeyOf)
  std::vector<std::string> others;  // empty for nearly every event
  OtherKeys role = OtherKeys::kNone;
  CustomerRow owner;  // of a receipt: the row of the customer who has the message, tried before `key`; 0: not said

  // `hash_key`: the database's, for addresses.
  ConcernedKeys(const Event& event, const HashKey& hash_key);
};

// Appends the keys of all that the event names: the concerned ones, and the device of an event that belongs to its
// customer, which the fold leaves as it is. A key may be appended twice.
void AppendNamedKeys(const Event& event, const HashKey& hash_key, std::vector<std::string>& keys);

}  // namespace cartwheel
