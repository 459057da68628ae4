#include "core/model/policy.h"

namespace cartwheel {

std::optional<ConsentMedium> Policy::MediumOf(std::string_view channel) const {
  if (const auto found = media.find(channel); found != media.end()) return found->second;
  return MediumOfChannel(channel);
}

}  // namespace cartwheel
