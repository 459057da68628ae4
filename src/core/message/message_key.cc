#include "core/message/message_key.h"

#include "fmt/format.h"

namespace cartwheel {
Digest MessageKey(const Digest& enrolment, std::string_view step, uint32_t visit, std::string_view channel) {
  return SipDigest(fmt::format("{}\n{}\n{}\n{}", ToHex(enrolment), step, visit, channel));
}

}  // namespace cartwheel
