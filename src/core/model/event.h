// An event as the engine carries it: a type, who, when, and packed properties. Encoded once at the ingest (EventBatch),
// kept in the log as those bytes, and decoded as views by the fold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/packed.h"

namespace cartwheel {

// The vocabulary the core understands; event.cc has the names. Numbers are part of the file format: append, never move.
enum class EventType : uint8_t {
  kCustom = 0,  // any other name: journeys and conditions may speak of it, the core does nothing with it
  // Identity.
  kIdentify,
  kAlias,
  kEndpointAdded,
  kEndpointRemoved,
  kErase,
  // Commerce: Segment's e-commerce specification v2 in snake_case.
  kProductsSearched,
  kProductListViewed,
  kProductClicked,
  kProductViewed,
  kProductAdded,
  kProductRemoved,
  kCartViewed,
  kCheckoutStarted,
  kCheckoutStepViewed,
  kCheckoutStepCompleted,
  kPaymentInfoEntered,
  kOrderUpdated,
  kOrderCompleted,
  kOrderCancelled,
  kOrderRefunded,
  kCouponEntered,
  kCouponApplied,
  kCouponDenied,
  kCouponRemoved,
  kProductAddedToWishlist,
  kProductRemovedFromWishlist,
  kWishlistProductAddedToCart,
  kProductShared,
  kCartShared,
  kProductReviewed,
  // Ours.
  kCartUpdated,  // a full snapshot: `products` is the whole cart
  kCartEmptied,  // also derived, when the last item is removed
  kCartExpired,  // derived only
  kPageViewed,
  kExitIntent,
  kReceipt,         // what became of a message; written by settle only
  kSegmentEntered,  // derived only; `segment` is its name
  kSegmentLeft,
  kMessageOpened,  // `message_id` is the number of one of ours
  kMessageClicked,
  // Consent: `medium`, `scope` and `topic` say of what (consent.h).
  kConsentGranted,
  kConsentRefused,
  kConsentWithdrawn,
  kConsentReconfirmed,
  kConsentRequested,  // a double opt-in: in force once it is granted by its token
  kUnsubscribed,      // a withdrawal through the link of a message: `token`, `method`
  kMessageReceived,   // what a customer wrote back: `text`; some words of it are a withdrawal
  kPermissionAsked,   // a page asked the device for push permission: `permission` is what the customer answered
  // Of an address, not of a person: `channel`, `address` (or `address_hash`).
  kBounced,         // `status`: for good, unless it says that it may pass
  kComplained,      // its reader called a message spam: a withdrawal too
  kAddressBlocked,  // the law, or the shop, forbids it
  kAddressReleased,
  kJourneyEntered,  // the shop lets a customer into `journey`; `data` is what the walk knows of it
  kCallAnswered,    // a system of the shop answers a call of a walk: `call` is its key
};
inline constexpr EventType kLastEventType = EventType::kCallAnswered;
static_assert(static_cast<int>(kLastEventType) < 64);  // EventBatch::types

// The name of a type ("product_added"); empty for kCustom. And back: kCustom for a name that is not in the vocabulary.
std::string_view EventTypeName(EventType type);
EventType FindEventType(std::string_view name);
struct Event;

// Types that only the engine itself makes: a shop that sends one is told so.
bool IsDerived(EventType type);
// Whether the customer does it (custom types too), rather than a shop's systems or a channel: it moves last_seen and
// keeps carts from expiring.
bool IsActivity(EventType type);
// The same of an event: what a walk tells, the customer does not do.
bool IsActivity(const Event& event);
// Whether it says something of the customer's consent.
bool IsAboutConsent(EventType type);
// Whether it is about an address, not about a person: it belongs to the row that has the address.
bool IsAboutAddress(EventType type);
// Whether it is about what is in a cart, and not merely of a customer who has one.
bool IsAboutCarts(EventType type);

struct Event {
  EventType type = EventType::kCustom;
  std::string_view type_name;  // never empty
  std::string_view id;         // the shop's id; empty: never a duplicate
  std::string_view customer;   // at least one of the two
  std::string_view anonymous_id;
  int64_t at_ms = 0;            // when it happened
  std::string_view properties;  // a packed map

  // What the ingest found when it read the event (docs/events.md). All are zero or empty for nearly every event.
  bool undated = false;  // `at` was given and unreadable: the event is stored, and enters, resets and counts nothing
  // of a custom type that is one slip from this one, which is an exit: it acts as that exit
  EventType exits_as = EventType::kCustom;
  uint64_t sent_fingerprint = 0;  // of the record as it was sent, before any correction; 0: the event has an id
  uint32_t chain = 0;             // of one that a walk told: how many walks led to it; 0: it came from outside
  std::string_view warnings;      // a packed list of maps {code, field, value, expected}; empty: none

  Value Get(const PackedKey& key) const { return FindPacked(properties, key); }
  // Empty for what is no text.
  std::string_view Text(const PackedKey& key) const {
    const Value value = Get(key);
    return value.is_string() ? value.text() : std::string_view();
  }
};

// Encoded events, back to back, in the order they came.
struct EventBatch {
  std::string bytes;
  size_t count = 0;
  int64_t greatest_at_ms = 0;
  uint64_t types = 0;  // those that are among them, as TypeBit names them, also as which they act (exits_as)

  static constexpr uint64_t TypeBit(EventType type) { return uint64_t{1} << static_cast<int>(type); }
  bool Has(EventType type) const { return (types & TypeBit(type)) != 0; }
  void Append(const Event& event);
  void AppendRaw(std::string_view encoded, const Event& event);  // of another batch, as EventCursor shows it

 private:
  void Count(const Event& event);
};

// Walks the encoded events of a batch. The views live as long as the bytes.
class EventCursor {
 public:
  explicit EventCursor(std::string_view bytes) : reader_(bytes) {}
  // False at the end, or when the bytes are broken (then ok() is false too).
  bool Next(Event* event);
  bool ok() const { return reader_.ok(); }
  std::string_view encoded() const { return encoded_; }  // the bytes of the event that Next gave last

 private:
  ByteReader reader_;
  std::string_view encoded_;
};

// The first characters of identity keys: of a customer's id, of a device's, of the keyed hash of a name that was erased
// or is known by its hash only.
inline constexpr char kCustomerSpace = 'c', kAnonymousSpace = 'a', kErasedSpace = 'h';
// The keys under which the identity table knows a customer.
std::string CustomerKey(std::string_view customer);
std::string AnonymousKey(std::string_view anonymous_id);
// The key of the customer it belongs to. A withdrawal without a customer belongs to the owner of the address that it
// names, or to the one whose name has the hash `identity_hash`; addresses are hashed under the database's key.
std::string KeyOf(const Event& event, const HashKey& key);
// The keyed hash of the address that an event names, by itself or by its hash (`address_hash`); nullopt: it names none.
std::optional<Digest> AddressOf(const Event& event, const HashKey& key);
// Returns the channel of the address that an event names: as it says, else the medium's, else by what it looks like.
std::string_view ChannelOfAddress(const Event& event);

}  // namespace cartwheel
