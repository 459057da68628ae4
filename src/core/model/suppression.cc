#include "core/model/suppression.h"

#include <algorithm>
#include <optional>

#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The first enhanced status code (RFC 3463) in a text.
struct EnhancedStatus {
  char kind = 0, subject = 0, detail = 0;
};
std::optional<EnhancedStatus> FindStatus(std::string_view text) {
  for (size_t i = 0; i + 5 <= text.size(); ++i) {
    const bool begins = i == 0 || (!IsDigit(text[i - 1]) && text[i - 1] != '.');
    const bool ends = i + 5 == text.size() || (!IsDigit(text[i + 5]) && text[i + 5] != '.');
    if (begins && ends && IsDigit(text[i]) && text[i + 1] == '.' && IsDigit(text[i + 2]) && text[i + 3] == '.' &&
        IsDigit(text[i + 4]))
      return EnhancedStatus{text[i], text[i + 2], text[i + 4]};
  }
  return std::nullopt;
}

// Since when the address bounces for good by its softer bounces; 0: it does not.
int64_t SoftlyBouncedSince(const Suppression& suppression) {
  const int64_t from_ms = std::max(suppression.delivered_at_ms, suppression.released_at_ms);
  const auto& bounces = suppression.soft_bounces;
  const auto first = std::upper_bound(bounces.begin(), bounces.end(), from_ms);
  if (static_cast<size_t>(bounces.end() - first) < kSoftBounces) return 0;
  return bounces.back() - *first >= kSoftBounceSpanMs ? bounces.back() : 0;
}

void TakeSoftBounce(std::vector<int64_t>& bounces, int64_t at_ms) {
  const auto place = std::lower_bound(bounces.begin(), bounces.end(), at_ms);
  if (place != bounces.end() && *place == at_ms) return;  // told twice
  bounces.insert(place, at_ms);
  if (bounces.size() > kSoftBouncesMax) bounces.erase(bounces.begin() + 1);
}

bool Binds(const Suppression& suppression) {
  return WhySuppressed(suppression, MessageClass::kAdvertisement).reason != Reason::kNone;
}

Suppression& FindOrAdd(Suppressions& suppressions, std::string_view channel, const Digest& address) {
  for (Suppression& suppression : suppressions)
    if (suppression.address == address) return suppression;
  if (suppressions.size() >= kSuppressionsMax) {
    // What binds nothing goes first, then what was said the longest ago.
    auto newest = [](const Suppression& s) {
      return std::max({s.bounced_at_ms, s.blocked_at_ms, s.complained_at_ms, s.delivered_at_ms, s.released_at_ms});
    };
    suppressions.erase(std::min_element(suppressions.begin(), suppressions.end(), [&](const auto& a, const auto& b) {
      return Binds(a) != Binds(b) ? !Binds(a) : newest(a) < newest(b);
    }));
  }
  Suppression& added = suppressions.emplace_back();
  added.channel = channel;
  added.address = address;
  return added;
}

}  // namespace

void TakeWord(Suppressions& suppressions, std::string_view channel, const Digest& address, AddressWord word,
              int64_t at_ms) {
  Suppression& suppression = FindOrAdd(suppressions, channel, address);
  auto later = [&](int64_t& instant) { instant = std::max(instant, at_ms); };
  switch (word) {
    case AddressWord::kBounced:
      return later(suppression.bounced_at_ms);
    case AddressWord::kBlocked:
      return later(suppression.blocked_at_ms);
    case AddressWord::kComplained:
      return later(suppression.complained_at_ms);
    case AddressWord::kSoftBounce:
      return TakeSoftBounce(suppression.soft_bounces, at_ms);
    case AddressWord::kDelivered:
      return later(suppression.delivered_at_ms);
    case AddressWord::kReleased:
      return later(suppression.released_at_ms);
  }
}

void AdoptSuppressions(Suppressions& suppressions, const Suppressions& from, uint64_t key) {
  for (const Suppression& theirs : from) {
    if (key != 0 && theirs.key() != key) continue;
    Suppression& ours = FindOrAdd(suppressions, theirs.channel, theirs.address);
    for (int64_t Suppression::*instant :
         {&Suppression::bounced_at_ms, &Suppression::complained_at_ms, &Suppression::blocked_at_ms,
          &Suppression::released_at_ms, &Suppression::delivered_at_ms})
      ours.*instant = std::max(ours.*instant, theirs.*instant);
    for (const int64_t at_ms : theirs.soft_bounces) TakeSoftBounce(ours.soft_bounces, at_ms);
  }
}

SuppressedBy WhySuppressed(const Suppression& suppression, MessageClass message_class) {
  auto holds = [&](int64_t at_ms) { return at_ms != 0 && at_ms > suppression.released_at_ms; };
  if (holds(suppression.bounced_at_ms)) return {Reason::kBounced, suppression.bounced_at_ms};
  if (const int64_t since_ms = SoftlyBouncedSince(suppression); since_ms != 0) return {Reason::kBounced, since_ms};
  if (holds(suppression.blocked_at_ms)) return {Reason::kAddressBlocked, suppression.blocked_at_ms};
  if (message_class == MessageClass::kAdvertisement && holds(suppression.complained_at_ms))
    return {Reason::kComplained, suppression.complained_at_ms};
  return {};
}

SuppressedBy WhySuppressed(const Suppressions& suppressions, uint64_t key, MessageClass message_class) {
  for (const Suppression& suppression : suppressions)
    if (suppression.key() == key) return WhySuppressed(suppression, message_class);
  return {};
}

bool IsSoftStatus(std::string_view status) {
  if (const auto found = FindStatus(status))
    return found->kind == '4' || (found->subject == '2' && found->detail == '2');
  return status.size() >= 3 && status[0] == '4' && IsDigit(status[1]) && IsDigit(status[2]);
}

bool SaysBadAddress(std::string_view text) {
  const auto found = FindStatus(text);
  return found && found->kind == '5' && (found->subject == '1' || (found->subject == '2' && found->detail == '1'));
}

}  // namespace cartwheel
