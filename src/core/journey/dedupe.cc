#include "core/journey/dedupe.h"

#include <algorithm>

#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

constexpr size_t kSeenUsual = 8;

int64_t ForgetBefore(const FoldContext& context) { return context.ingested_at_ms - context.options.dedupe_window_ms; }

}  // namespace

bool WasSeen(const Customer& customer, uint64_t fingerprint, const FoldContext& context) {
  return std::any_of(customer.seen.begin(), customer.seen.end(), [&](const Seen& seen) {
    return seen.id == fingerprint && seen.ingested_at_ms >= ForgetBefore(context);
  });
}

void RememberSeen(Customer& customer, uint64_t fingerprint, const FoldContext& context, Effects& effects) {
  if (customer.seen.size() >= kDedupeIdsMax) {
    customer.seen.erase(customer.seen.begin());
    ++effects.seen_overflow;
  }
  if (customer.seen.empty()) customer.seen.reserve(kSeenUsual);
  customer.seen.push_back({fingerprint, context.ingested_at_ms});
}

bool IsDuplicate(const Customer& customer, const Event& event, const FoldContext& context) {
  return !event.id.empty() && WasSeen(customer, SipHash(context.options.hash_key, event.id), context);
}

void ForgetOldSeen(Customer& customer, const FoldContext& context) {
  std::erase_if(customer.seen, [&](const Seen& seen) { return seen.ingested_at_ms < ForgetBefore(context); });
}

}  // namespace cartwheel
