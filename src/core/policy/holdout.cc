#include "core/policy/holdout.h"

#include "fmt/format.h"

namespace cartwheel {

bool IsHeldOut(int64_t share, std::string_view customer, const HashKey& key) {
  if (share <= 0) return false;
  return static_cast<int64_t>(SipHash(key, fmt::format("holdout\n{}", customer)) % 100) < share;
}

}  // namespace cartwheel
