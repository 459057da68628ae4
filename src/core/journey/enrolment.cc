#include "core/journey/enrolment.h"

#include "base/hash.h"
#include "fmt/format.h"

namespace cartwheel {

absl::StatusOr<const Journey*> JourneyOf(const Enrolment& enrolment, const FoldContext& context) {
  const Journey* journey = context.playbooks.Find(enrolment.revision, enrolment.journey);
  if (journey != nullptr) return journey;
  return absl::InternalError(fmt::format("an enrolment walks journey {} of revision {}, which does not exist",
                                         enrolment.journey, enrolment.revision));
}

uint64_t KeyFingerprint(std::string_view key) { return SipDigest(key).low | 1; }

}  // namespace cartwheel
