// The rules of store/message_states.h and core/model/message.h as SQL, of a block (blocks.h): whether it has a message
// in such a state. Literals, because statements are constants and SQLite uses an index on some rows only where the
// statement repeats the index's condition.
#pragma once

#include <cstdint>

#include "store/message_states.h"

#define CARTWHEEL_SQL_WAITING "present & 1 <> 0"
#define CARTWHEEL_SQL_TROUBLED "present & 400 <> 0"
#define CARTWHEEL_SQL_ADVERTISEMENT "class = 0"

namespace cartwheel {

// A bit for each state, as message_states.present has them.
constexpr int64_t StateBit(MessageState state) { return int64_t{1} << static_cast<int>(state); }
template <typename States>
constexpr int64_t PresentBits(const States& states) {
  int64_t bits = 0;
  for (const MessageState state : states) bits |= StateBit(state);
  return bits;
}
inline constexpr int64_t kTroubledPresent = PresentBits(kTroubledStates);

}  // namespace cartwheel
