// Whom an event concerns: the identity keys, and so the customers, that folding it may read or change. The fold loads
// these, and a claim holds back their messages until the event is folded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/event.h"

namespace cartwheel {

// What an event does to the keys that it names beside its customer's own.
enum class OtherKeys : uint8_t {
  kNone,
  kGiven,    // identify, alias: they belong to its customer from now on
  kStopped,  // of the device that a purchase or an exit was made on: its walks end
  kTaken,    // of the address that its customer registers
};

struct ConcernedKeys {
  std::string key;                  // of the customer it belongs to (KeyOf)
  std::vector<std::string> others;  // empty for nearly every event
  OtherKeys role = OtherKeys::kNone;
  int64_t owner = 0;  // of a receipt: the row of the customer who has the message, tried before `key`; 0: not said

  explicit ConcernedKeys(const Event& event);
};

}  // namespace cartwheel
