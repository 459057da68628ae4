#include "core/journey/enrolment.h"

#include "base/hash.h"
#include "fmt/format.h"

namespace cartwheel {

namespace {

bool IsMadeBy(const OpenMessage& message, const Journey& journey) {
  if (message.step >= journey.steps.size()) return false;
  const SendStep* send = journey.steps[message.step].FindSend();
  return send != nullptr && message.via < send->via.size();
}

}  // namespace

absl::StatusOr<const Journey*> JourneyOf(const Enrolment& enrolment, const FoldContext& context) {
  const Journey* journey = context.playbooks.Find(enrolment.revision, enrolment.journey);
  if (journey == nullptr)
    return absl::InternalError(fmt::format("an enrolment walks journey {} of revision {}, which does not exist",
                                           enrolment.journey, enrolment.revision.value()));
  for (const OpenMessage& message : enrolment.messages)
    if (!IsMadeBy(message, *journey))
      return absl::InternalError(
          fmt::format("message {} is of step {} and channel {}, which journey \"{}\" does not send by",
                      message.id.value(), message.step, message.via, journey->name));
  return journey;
}

uint64_t KeyFingerprint(std::string_view key) { return SipDigest(key).low | 1; }

}  // namespace cartwheel
