// The mark by which a provider's report names a message of ours: it goes out in a field that the provider keeps and
// gives back (SOLAPI's customFields, NHN's recipientGroupingKey), as "42.7.00112233445566778899aabbccddeeff": the
// message, the token of its claim, and its key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cartwheel/channel.h"

namespace cartwheel {

struct MessageMark {
  int64_t id = 0;
  int64_t token = 0;  // 0: not said
  std::string key;    // 32 hex digits: another database's message of the same number has another
};

// At most 72 bytes: providers keep 100.
std::string WriteMark(const Message& message);
bool ReadMark(std::string_view text, MessageMark* mark);  // false: no mark of ours

}  // namespace cartwheel
