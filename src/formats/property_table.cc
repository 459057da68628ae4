#include "formats/property_table.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/money.h"

namespace cartwheel::formats {
namespace {

constexpr bool kForeign = true;

// Spellings of one name of ours stand together. camelCase is ours too. Of other systems: GA4's items
// (https://developers.google.com/analytics/devguides/collection/ga4/reference/events), Meta's contents
// (https://developers.facebook.com/docs/meta-pixel/reference), Segment's first version (`id`).
constexpr Property kProperties[] = {
    {"product_id", "product_id", Holds::kId},
    {"productId", "product_id", Holds::kId},
    {"item_id", "product_id", Holds::kId, Property::kAnywhere, kForeign},
    {"id", "product_id", Holds::kId, Property::kProduct, kForeign},
    {"variant_id", "variant_id", Holds::kId},
    {"variantId", "variant_id", Holds::kId},
    {"sku", "sku", Holds::kId},
    {"item_sku", "sku", Holds::kId, Property::kAnywhere, kForeign},
    {"cart_id", "cart_id", Holds::kId},
    {"cartId", "cart_id", Holds::kId},
    {"order_id", "order_id", Holds::kOrderId},
    {"orderId", "order_id", Holds::kOrderId},
    {"transaction_id", "order_id", Holds::kOrderId, Property::kOrder, kForeign},
    {"transactionId", "order_id", Holds::kOrderId, Property::kOrder, kForeign},
    {"previous_id", "previous_id", Holds::kId},
    {"previousId", "previous_id", Holds::kId},
    {"message_id", "message_id", Holds::kMessageId},
    {"messageId", "message_id", Holds::kMessageId},
    {"name", "name", Holds::kText},
    {"product_name", "name", Holds::kText, Property::kProduct, kForeign},
    {"productName", "name", Holds::kText, Property::kProduct, kForeign},
    {"item_name", "name", Holds::kText, Property::kAnywhere, kForeign},
    {"image_url", "image_url", Holds::kText},
    {"imageUrl", "image_url", Holds::kText},
    {"brand", "brand", Holds::kAnything},
    {"item_brand", "brand", Holds::kAnything, Property::kAnywhere, kForeign},
    {"category", "category", Holds::kAnything},
    {"item_category", "category", Holds::kAnything, Property::kAnywhere, kForeign},
    {"variant", "variant", Holds::kAnything},
    {"item_variant", "variant", Holds::kAnything, Property::kAnywhere, kForeign},
    {"currency", "currency", Holds::kText},
    {"price", "price", Holds::kPrice},
    {"item_price", "price", Holds::kPrice, Property::kAnywhere, kForeign},
    {"unit_price", "price", Holds::kPrice, Property::kProduct, kForeign},
    {"quantity", "quantity", Holds::kQuantity},
    {"qty", "quantity", Holds::kQuantity, Property::kProduct, kForeign},
    {"value", "value", Holds::kAmount},
    {"total", "total", Holds::kAmount},
    {"revenue", "revenue", Holds::kAmount},
    {"products", "products", Holds::kProducts, Property::kTop},
    {"items", "products", Holds::kProducts, Property::kTop, kForeign},
    {"contents", "products", Holds::kProducts, Property::kTop, kForeign},
    {"medium", "medium", Holds::kAnything, Property::kTop},
    {"scope", "scope", Holds::kAnything, Property::kTop},
    {"topic", "topic", Holds::kAnything, Property::kTop},
    {"permission", "permission", Holds::kAnything, Property::kTop},
    {"token", "token", Holds::kAnything, Property::kTop},
    {"method", "method", Holds::kAnything, Property::kTop},
    {"text", "text", Holds::kAnything, Property::kTop},
    {"agent", "agent", Holds::kAnything, Property::kTop},
    {"url", "url", Holds::kAnything},
    {"status", "status", Holds::kAnything, Property::kTop},
    {"journey", "journey", Holds::kAnything, Property::kTop},
    {"data", "data", Holds::kAnything, Property::kTop},
    {"channel", "channel", Holds::kAddress},
    {"address", "address", Holds::kAddress},
};

// The rules by name, in a table that a look-up enters with three bytes of the name: this runs for every member of every
// event, and nearly always finds at once that there is a rule or none.
struct RuleTable {
  static constexpr size_t kSlots = 256;
  static constexpr size_t SlotOf(std::string_view name) {
    return (static_cast<unsigned char>(name.front()) * 5 + static_cast<unsigned char>(name.back()) * 3 +
            name.size() * 11) %
           kSlots;
  }

  constexpr RuleTable() {
    uint64_t bit = 1;
    const Property* last = nullptr;
    for (const Property& property : kProperties) {
      if (last != nullptr && last->ours != property.ours) bit <<= 1;
      last = &property;
      size_t slot = SlotOf(property.name);
      while (rules[slot].property != nullptr) slot = (slot + 1) % kSlots;
      rules[slot] = {&property, bit, property.ours};
    }
  }

  PropertyRule rules[kSlots] = {};
};
constexpr RuleTable kRules;

constexpr double kMoneyMax = 9.2e14;

constexpr std::string_view kWideSpaces[] = {"\xc2\xa0", "\xe3\x80\x80", "\xe2\x80\x8b",
                                            "\xef\xbb\xbf"};  // NBSP, ideographic, zero width, BOM

}  // namespace

PropertyMode PropertyModeOf(EventType type) {
  if (IsAboutConsent(type) && !IsAboutAddress(type)) return PropertyMode::kNames;
  switch (type) {
    case EventType::kIdentify:
    case EventType::kJourneyEntered:
      return PropertyMode::kAsTheyAre;
    case EventType::kCustom:
    case EventType::kErase:
    case EventType::kPageViewed:
    case EventType::kExitIntent:
    case EventType::kPermissionAsked:
    case EventType::kCallAnswered:
      return PropertyMode::kNames;
    case EventType::kEndpointAdded:
    case EventType::kEndpointRemoved:
    case EventType::kBounced:
    case EventType::kComplained:
    case EventType::kAddressBlocked:
    case EventType::kAddressReleased:
      return PropertyMode::kEndpoint;
    case EventType::kMessageOpened:
    case EventType::kMessageClicked:
      return PropertyMode::kMessage;
    case EventType::kCouponEntered:
    case EventType::kCouponApplied:
    case EventType::kCouponDenied:
    case EventType::kCouponRemoved:
      return PropertyMode::kCoupon;
    case EventType::kOrderUpdated:
    case EventType::kOrderCompleted:
    case EventType::kOrderCancelled:
    case EventType::kOrderRefunded:
      return PropertyMode::kOrder;
    default:
      return PropertyMode::kCommerce;
  }
}

absl::Span<const Property> Properties() { return kProperties; }

const PropertyRule* FindProperty(std::string_view name) {
  if (name.empty()) return nullptr;
  for (size_t slot = RuleTable::SlotOf(name); kRules.rules[slot].property != nullptr;
       slot = (slot + 1) % RuleTable::kSlots)
    if (kRules.rules[slot].property->name == name) return &kRules.rules[slot];
  return nullptr;
}

bool Applies(const Property& property, PropertyMode mode, bool in_product) {
  if (property.foreign && mode < PropertyMode::kCoupon) return false;
  switch (property.place) {
    case Property::kAnywhere:
      return true;
    case Property::kTop:
      return !in_product;
    case Property::kProduct:
      return in_product;
    case Property::kOrder:
      return !in_product && mode == PropertyMode::kOrder;
  }
  return false;
}

bool Demands(PropertyMode mode, Holds holds) {
  switch (holds) {
    case Holds::kAnything:
      return false;
    case Holds::kAddress:
      return mode == PropertyMode::kEndpoint;
    case Holds::kMessageId:
      return mode == PropertyMode::kMessage;
    case Holds::kAmount:
      return mode >= PropertyMode::kCommerce;
    case Holds::kId:
    case Holds::kOrderId:
    case Holds::kPrice:
    case Holds::kText:
    case Holds::kQuantity:
    case Holds::kProducts:
      return mode >= PropertyMode::kCoupon;
  }
  return false;
}

bool IsRead(std::string_view name) { return FindProperty(name) != nullptr; }

std::string_view Expected(Holds holds) {
  switch (holds) {
    case Holds::kId:
    case Holds::kOrderId:
      return "text or an integer";
    case Holds::kPrice:
    case Holds::kAmount:
      return "a number such as 12900 or \"12.50\"";
    case Holds::kQuantity:
      return "a number such as 2 or 0.5";
    case Holds::kProducts:
      return "a list of objects";
    case Holds::kMessageId:
      return "the number of a message, as claim and query link say it";
    case Holds::kText:
    case Holds::kAddress:
    case Holds::kAnything:
      break;
  }
  return "text";
}

std::string_view CodeOf(Holds holds) {
  switch (holds) {
    case Holds::kId:
    case Holds::kOrderId:
      return "bad_id";
    case Holds::kPrice:
      return "bad_price";
    case Holds::kAmount:
      return "bad_value";
    case Holds::kQuantity:
      return "bad_quantity";
    case Holds::kProducts:
      return "bad_products";
    case Holds::kMessageId:
      return "bad_message_id";
    case Holds::kText:
    case Holds::kAddress:
    case Holds::kAnything:
      break;
  }
  return "bad_text";
}

bool InMoneyRange(const Value& number) {
  const bool is_number = number.kind() == Kind::kInt || number.kind() == Kind::kUint ||
                         number.kind() == Kind::kDecimal || number.kind() == Kind::kDouble;
  return is_number && std::fabs(ToDouble(number)) < kMoneyMax;
}

bool MakeQuantity(Value* number) {
  if (number->kind() == Kind::kInt) return InMoneyRange(*number);
  if (!InMoneyRange(*number)) return false;
  const double size = ToDouble(*number);
  if (size == std::floor(size))
    *number = Value::Int(static_cast<int64_t>(size));
  else if (number->kind() == Kind::kDouble)
    *number = Value::Decimal(MoneyFromDouble(size).value_or(0));
  return true;
}

std::string_view TrimOddId(std::string_view id) {
  auto ascii_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  bool more = true;
  while (more && !id.empty()) {
    more = false;
    while (!id.empty() && ascii_space(id.front())) id.remove_prefix(1);
    while (!id.empty() && ascii_space(id.back())) id.remove_suffix(1);
    if (id.empty() || (static_cast<unsigned char>(id.front()) < 0x80 && static_cast<unsigned char>(id.back()) < 0x80))
      return id;
    for (std::string_view space : kWideSpaces) {
      if (id.starts_with(space)) {
        id.remove_prefix(space.size());
        more = true;
      }
      if (id.ends_with(space)) {
        id.remove_suffix(space.size());
        more = true;
      }
    }
  }
  return id;
}

std::string HashedId(std::string_view id) { return ToHex(SipDigest(id)); }

}  // namespace cartwheel::formats
