#include "core/message/message_key.h"

#include "fmt/format.h"

namespace cartwheel {
namespace {

// The visit of the step. An enrolment visits a step once: steps lead forward, and a reset comes before any message.
constexpr int kVisit = 1;

}  // namespace

Digest MessageKey(const Digest& enrolment, std::string_view step, std::string_view channel) {
  return SipDigest(fmt::format("{}\n{}\n{}\n{}", ToHex(enrolment), step, kVisit, channel));
}

}  // namespace cartwheel
