#include "core/message/message_key.h"

#include <string>

#include "fmt/format.h"

namespace cartwheel {

Digest MessageKey(const Digest& enrolment, std::string_view step, uint32_t visit, std::string_view channel) {
  const fmt::format_int number(visit);
  std::string name = ToHex(enrolment);
  for (const std::string_view part : {step, std::string_view(number.data(), number.size()), channel}) {
    name += '\n';
    name += part;
  }
  return SipDigest(name);
}

}  // namespace cartwheel
