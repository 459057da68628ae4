#include "core/model/event.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "core/model/address.h"
#include "core/model/consent_medium.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTypeNames[] = {"",
                                           "identify",
                                           "alias",
                                           "endpoint_added",
                                           "endpoint_removed",
                                           "erase",
                                           "products_searched",
                                           "product_list_viewed",
                                           "product_clicked",
                                           "product_viewed",
                                           "product_added",
                                           "product_removed",
                                           "cart_viewed",
                                           "checkout_started",
                                           "checkout_step_viewed",
                                           "checkout_step_completed",
                                           "payment_info_entered",
                                           "order_updated",
                                           "order_completed",
                                           "order_cancelled",
                                           "order_refunded",
                                           "coupon_entered",
                                           "coupon_applied",
                                           "coupon_denied",
                                           "coupon_removed",
                                           "product_added_to_wishlist",
                                           "product_removed_from_wishlist",
                                           "wishlist_product_added_to_cart",
                                           "product_shared",
                                           "cart_shared",
                                           "product_reviewed",
                                           "cart_updated",
                                           "cart_emptied",
                                           "cart_expired",
                                           "page_viewed",
                                           "exit_intent",
                                           "receipt",
                                           "segment_entered",
                                           "segment_left",
                                           "message_opened",
                                           "message_clicked",
                                           "consent_granted",
                                           "consent_refused",
                                           "consent_withdrawn",
                                           "consent_reconfirmed",
                                           "consent_requested",
                                           "unsubscribed",
                                           "message_received",
                                           "permission_asked",
                                           "bounced",
                                           "complained",
                                           "address_blocked",
                                           "address_released",
                                           "journey_entered",
                                           "call_answered"};
static_assert(std::size(kTypeNames) == static_cast<size_t>(kLastEventType) + 1);

// An open table by length and outer letters, made by the compiler: every event's type is looked up.
constexpr size_t kTableSize = 256;
constexpr size_t TableSlot(std::string_view name) {
  return (name.size() * 31 + static_cast<unsigned char>(name.front()) * 7 + static_cast<unsigned char>(name.back())) %
         kTableSize;
}
constexpr auto kTable = [] {
  std::array<EventType, kTableSize> table{};  // kCustom: free
  for (size_t i = 1; i < std::size(kTypeNames); ++i) {
    size_t slot = TableSlot(kTypeNames[i]);
    while (table[slot] != EventType::kCustom) slot = (slot + 1) % kTableSize;
    table[slot] = static_cast<EventType>(i);
  }
  return table;
}();

// The byte of an encoded event's type has this bit when a byte of Extra follows it.
constexpr uint8_t kHasExtra = 0x80;
static_assert(static_cast<uint8_t>(kLastEventType) < kHasExtra);

enum Extra : uint8_t { kUndated = 1, kExitsAs = 2, kSentFingerprint = 4, kWarnings = 8, kChain = 16 };

uint8_t ExtraOf(const Event& event) {
  return static_cast<uint8_t>((event.undated ? kUndated : 0) | (event.exits_as != EventType::kCustom ? kExitsAs : 0) |
                              (event.sent_fingerprint != 0 ? kSentFingerprint : 0) |
                              (event.warnings.empty() ? 0 : kWarnings) | (event.chain != 0 ? kChain : 0));
}

void WriteExtra(const Event& event, uint8_t extra, ByteWriter& writer) {
  writer.Byte(extra);
  if (extra & kExitsAs) writer.Byte(static_cast<uint8_t>(event.exits_as));
  if (extra & kSentFingerprint) writer.Fixed64(event.sent_fingerprint);
  if (extra & kWarnings) writer.Text(event.warnings);
  if (extra & kChain) writer.Varint(event.chain);
}

void ReadExtra(ByteReader& record, Event* event) {
  const uint8_t extra = record.Byte();
  event->undated = (extra & kUndated) != 0;
  if (extra & kExitsAs) {
    const uint8_t type = record.Byte();
    if (type < std::size(kTypeNames)) event->exits_as = static_cast<EventType>(type);
  }
  if (extra & kSentFingerprint) event->sent_fingerprint = record.Fixed64();
  if (extra & kWarnings) event->warnings = record.Text();
  if (extra & kChain) event->chain = static_cast<uint32_t>(record.Varint());
}

std::string Key(char space, std::string_view id) {
  std::string key(1, space);
  key += id;
  return key;
}

}  // namespace

std::string_view EventTypeName(EventType type) { return kTypeNames[static_cast<size_t>(type)]; }

EventType FindEventType(std::string_view name) {
  if (name.empty()) return EventType::kCustom;
  for (size_t slot = TableSlot(name); kTable[slot] != EventType::kCustom; slot = (slot + 1) % kTableSize)
    if (EventTypeName(kTable[slot]) == name) return kTable[slot];
  return EventType::kCustom;
}

bool IsDerived(EventType type) {
  return type == EventType::kCartExpired || (type >= EventType::kReceipt && type <= EventType::kSegmentLeft);
}

bool IsActivity(EventType type) {
  switch (type) {
    case EventType::kIdentify:
    case EventType::kAlias:
    case EventType::kEndpointRemoved:
    case EventType::kErase:
    case EventType::kOrderUpdated:
    case EventType::kOrderCancelled:
    case EventType::kOrderRefunded:
    case EventType::kCartExpired:
    case EventType::kReceipt:
    case EventType::kSegmentEntered:
    case EventType::kSegmentLeft:
    case EventType::kMessageOpened:  // mail programs open messages by themselves
    case EventType::kConsentGranted:
    case EventType::kConsentRefused:
    case EventType::kConsentWithdrawn:
    case EventType::kConsentReconfirmed:
    case EventType::kConsentRequested:
    case EventType::kUnsubscribed:
    case EventType::kMessageReceived:
    case EventType::kPermissionAsked:  // the page does it
    case EventType::kBounced:
    case EventType::kComplained:
    case EventType::kAddressBlocked:
    case EventType::kAddressReleased:
    case EventType::kCallAnswered:
    case EventType::kJourneyEntered:  // the shop does it
      return false;
    case EventType::kCustom:
    case EventType::kEndpointAdded:
    case EventType::kProductsSearched:
    case EventType::kProductListViewed:
    case EventType::kProductClicked:
    case EventType::kProductViewed:
    case EventType::kProductAdded:
    case EventType::kProductRemoved:
    case EventType::kCartViewed:
    case EventType::kCheckoutStarted:
    case EventType::kCheckoutStepViewed:
    case EventType::kCheckoutStepCompleted:
    case EventType::kPaymentInfoEntered:
    case EventType::kOrderCompleted:
    case EventType::kCouponEntered:
    case EventType::kCouponApplied:
    case EventType::kCouponDenied:
    case EventType::kCouponRemoved:
    case EventType::kProductAddedToWishlist:
    case EventType::kProductRemovedFromWishlist:
    case EventType::kWishlistProductAddedToCart:
    case EventType::kProductShared:
    case EventType::kCartShared:
    case EventType::kProductReviewed:
    case EventType::kCartUpdated:
    case EventType::kCartEmptied:
    case EventType::kPageViewed:
    case EventType::kExitIntent:
    case EventType::kMessageClicked:
      return true;
  }
  return true;
}

bool IsActivity(const Event& event) { return event.chain == 0 && IsActivity(event.type); }

bool IsAboutConsent(EventType type) {
  return (type >= EventType::kConsentGranted && type <= EventType::kMessageReceived) || type == EventType::kComplained;
}

bool IsAboutAddress(EventType type) { return type >= EventType::kBounced && type <= EventType::kAddressReleased; }

bool IsAboutCarts(EventType type) {
  static constexpr EventType kAboutCarts[] = {EventType::kProductAdded,
                                              EventType::kProductRemoved,
                                              EventType::kWishlistProductAddedToCart,
                                              EventType::kCartUpdated,
                                              EventType::kCartEmptied,
                                              EventType::kCartExpired,
                                              EventType::kCartViewed,
                                              EventType::kCartShared,
                                              EventType::kCheckoutStarted,
                                              EventType::kCheckoutStepViewed,
                                              EventType::kCheckoutStepCompleted,
                                              EventType::kPaymentInfoEntered,
                                              EventType::kCouponEntered,
                                              EventType::kCouponApplied,
                                              EventType::kCouponDenied,
                                              EventType::kCouponRemoved};
  return std::find(std::begin(kAboutCarts), std::end(kAboutCarts), type) != std::end(kAboutCarts);
}

// The length stands before the event and in most cases takes two bytes: room for it is left, and corrected where it was
// another.
void EventBatch::Append(const Event& event) {
  constexpr size_t kLengthBytes = 2;
  const size_t start = bytes.size();
  bytes.append(kLengthBytes, '\0');
  ByteWriter writer(&bytes);
  const uint8_t extra = ExtraOf(event);
  writer.Byte(static_cast<uint8_t>(static_cast<uint8_t>(event.type) | (extra != 0 ? kHasExtra : 0)));
  if (extra != 0) WriteExtra(event, extra, writer);
  if (event.type == EventType::kCustom) writer.Text(event.type_name);
  writer.Text(event.id);
  writer.Text(event.customer);
  writer.Text(event.anonymous_id);
  writer.Signed(event.at_ms);
  bytes += event.properties;
  char length[kVarintBytesMax];
  const size_t size = static_cast<size_t>(PutVarint(bytes.size() - start - kLengthBytes, length) - length);
  if (size == kLengthBytes)
    std::memcpy(bytes.data() + start, length, size);
  else
    bytes.replace(start, kLengthBytes, length, size);
  Count(event);
}

void EventBatch::AppendRaw(std::string_view encoded, const Event& event) {
  ByteWriter(&bytes).Text(encoded);
  Count(event);
}

void EventBatch::Count(const Event& event) {
  greatest_at_ms = count == 0 ? event.at_ms : std::max(greatest_at_ms, event.at_ms);
  types |= TypeBit(event.type) | TypeBit(event.exits_as);
  ++count;
}

bool EventCursor::Next(Event* event) {
  if (reader_.at_end()) return false;
  encoded_ = reader_.Text();
  ByteReader record(encoded_);
  *event = Event();
  const uint8_t first = record.Byte();
  uint8_t type = first & ~kHasExtra;
  if (type >= std::size(kTypeNames)) type = 0;
  if (first & kHasExtra) ReadExtra(record, event);
  event->type = static_cast<EventType>(type);
  event->type_name = type == 0 ? record.Text() : kTypeNames[type];
  event->id = record.Text();
  event->customer = record.Text();
  event->anonymous_id = record.Text();
  event->at_ms = record.Signed();
  event->properties = record.Raw(record.left());
  if (!record.ok()) {  // leaves ok() false
    reader_ = ByteReader(std::string_view("\xff", 1));
    reader_.Text();
  }
  return reader_.ok() && record.ok();
}

std::string CustomerKey(std::string_view customer) { return Key(kCustomerSpace, customer); }
std::string AnonymousKey(std::string_view anonymous_id) { return Key(kAnonymousSpace, anonymous_id); }
std::string KeyOf(const Event& event, const HashKey& key) {
  const bool unnamed = event.customer.empty() && event.anonymous_id.empty();
  if (unnamed || IsAboutAddress(event.type)) {
    const std::optional<Digest> address = AddressOf(event, key);
    if (address) return EndpointKey(ChannelOfAddress(event), *address);
    if (const std::optional<Digest> name = DigestFromHex(event.Text("identity_hash")); unnamed && name)
      return std::string(1, kErasedSpace) + ToBytes(*name);
    if (unnamed) return EndpointKey(key, ChannelOfAddress(event), "");
  }
  return event.customer.empty() ? AnonymousKey(event.anonymous_id) : CustomerKey(event.customer);
}

std::optional<Digest> AddressOf(const Event& event, const HashKey& key) {
  if (const std::string_view address = event.Text("address"); !address.empty())
    return AddressDigest(key, ChannelOfAddress(event), address);
  return DigestFromHex(event.Text("address_hash"));
}

std::string_view ChannelOfAddress(const Event& event) {
  if (const std::string_view channel = event.Text("channel"); !channel.empty()) return channel;
  if (const std::string_view medium = event.Text("medium"); FindConsentMedium(medium)) return medium;
  return event.Text("address").find('@') == std::string_view::npos ? "sms" : "email";
}

}  // namespace cartwheel
