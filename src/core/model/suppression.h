// Suppressed addresses: what providers and the law said of an address, not of a person. It stands in the row of the
// customer who has the address, or in a row of the address's own, and goes with it to the next one who registers it. It
// needs no address in clear and survives erasures. The state is a function of instants, whatever the order of arrival.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/address.h"
#include "core/model/message.h"
#include "core/model/reason.h"

namespace cartwheel {

// Instants are the newest of their kind; 0: never.
struct Suppression {
  std::string channel;
  Digest address;                     // AddressDigest
  int64_t bounced_at_ms = 0;          // for good: no such address, closed
  int64_t complained_at_ms = 0;       // the recipient called a message spam
  int64_t blocked_at_ms = 0;          // the law, or the shop, forbids it
  int64_t released_at_ms = 0;         // the shop lifted all that was said up to it
  int64_t delivered_at_ms = 0;        // softer bounces up to it count no more
  std::vector<int64_t> soft_bounces;  // ascending: the oldest, and the newest kSoftBouncesMax - 1
  uint64_t key() const { return EndpointFingerprint(address); }
};
using Suppressions = std::vector<Suppression>;

inline constexpr size_t kSoftBouncesMax = 8;
inline constexpr size_t kSoftBounces = 3;                                // so many suppress an address
inline constexpr int64_t kSoftBounceSpanMs = int64_t{7} * 24 * 3600000;  // when they lie so far apart

// What was said of an address, in the order of what is worse.
enum class AddressWord : uint8_t { kBounced, kBlocked, kComplained, kSoftBounce, kDelivered, kReleased };

// Takes in one word. The entry is made where there is none.
void TakeWord(Suppressions& suppressions, std::string_view channel, const Digest& address, AddressWord word,
              int64_t at_ms);
// Takes over all that `from` knows: of one address, or (0) of every one.
void AdoptSuppressions(Suppressions& suppressions, const Suppressions& from, uint64_t key);

// Why an address gets no message of a class (kBounced, kAddressBlocked, kComplained), and since when; kNone: it may.
struct SuppressedBy {
  Reason reason = Reason::kNone;
  int64_t since_ms = 0;
};
SuppressedBy WhySuppressed(const Suppression& suppression, MessageClass message_class);
SuppressedBy WhySuppressed(const Suppressions& suppressions, uint64_t key, MessageClass message_class);

// Whether an SMTP status ("5.1.1", "452 4.2.2") is of a bounce that may pass: the mailbox is full, or 4.x.x.
bool IsSoftStatus(std::string_view status);
// Whether a text says by its status that the address is bad: 5.1.x, or 5.2.1, of a mailbox that was closed.
bool SaysBadAddress(std::string_view text);

}  // namespace cartwheel
