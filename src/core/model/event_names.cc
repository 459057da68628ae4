#include "core/model/event_names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/normal_form.h"
#include "base/string_map.h"

namespace cartwheel {
namespace {

using enum EventType;

// A name stands here when it surely means the type. "order_created", "order_shipped" and the like do not: they stay
// custom.
constexpr TypeAlias kAliases[] = {
    // Segment's first names (https://segment.com/docs/connections/spec/ecommerce/v2/, "v1 events"), and Klaviyo's.
    {"Completed Order", kOrderCompleted},
    {"Placed Order", kOrderCompleted},
    {"Order Placed", kOrderCompleted},
    {"Order Paid", kOrderCompleted},
    {"Paid Order", kOrderCompleted},
    {"Updated Order", kOrderUpdated},
    {"Cancelled Order", kOrderCancelled},
    {"Canceled Order", kOrderCancelled},
    {"Order Canceled", kOrderCancelled},
    {"Refunded Order", kOrderRefunded},
    {"Viewed Product", kProductViewed},
    {"Clicked Product", kProductClicked},
    {"Viewed Product Category", kProductListViewed},
    {"Viewed Product List", kProductListViewed},
    {"Product Category Viewed", kProductListViewed},
    {"Searched Products", kProductsSearched},
    {"Added Product", kProductAdded},
    {"Added to Cart", kProductAdded},
    {"Product Added to Cart", kProductAdded},
    {"Removed Product", kProductRemoved},
    {"Removed from Cart", kProductRemoved},
    {"Product Removed from Cart", kProductRemoved},
    {"Viewed Cart", kCartViewed},
    {"Updated Cart", kCartUpdated},
    {"Started Checkout", kCheckoutStarted},
    {"Viewed Checkout Step", kCheckoutStepViewed},
    {"Completed Checkout Step", kCheckoutStepCompleted},
    {"Entered Payment Info", kPaymentInfoEntered},
    {"Entered Coupon", kCouponEntered},
    {"Applied Coupon", kCouponApplied},
    {"Denied Coupon", kCouponDenied},
    {"Removed Coupon", kCouponRemoved},
    {"Shared Product", kProductShared},
    {"Shared Cart", kCartShared},
    {"Reviewed Product", kProductReviewed},
    {"Viewed Page", kPageViewed},
    // GA4 (https://developers.google.com/analytics/devguides/collection/ga4/reference/events).
    {"add_to_cart", kProductAdded},
    {"remove_from_cart", kProductRemoved},
    {"view_item", kProductViewed},
    {"view_item_list", kProductListViewed},
    {"select_item", kProductClicked},
    {"view_cart", kCartViewed},
    {"begin_checkout", kCheckoutStarted},
    {"add_payment_info", kPaymentInfoEntered},
    {"add_shipping_info", kCheckoutStepCompleted},
    {"purchase", kOrderCompleted},
    {"refund", kOrderRefunded},
    {"add_to_wishlist", kProductAddedToWishlist},
    {"view_search_results", kProductsSearched},
    {"page_view", kPageViewed},
    // Meta's and TikTok's pixels (https://developers.facebook.com/docs/meta-pixel/reference).
    {"ViewContent", kProductViewed},
    {"InitiateCheckout", kCheckoutStarted},
    {"CompletePayment", kOrderCompleted},
    {"PlaceAnOrder", kOrderCompleted},
    // Shopify's pixel (https://shopify.dev/docs/api/web-pixels-api/standard-events).
    {"checkout_completed", kOrderCompleted},
    {"collection_viewed", kProductListViewed},
    {"search_submitted", kProductsSearched},
    {"payment_info_submitted", kPaymentInfoEntered},
    // Braze (https://www.braze.com/docs/user_guide/data/activation/custom_data/recommended_events/ecommerce_events).
    {"ecommerce.product_viewed", kProductViewed},
    {"ecommerce.cart_updated", kCartUpdated},
    {"ecommerce.checkout_started", kCheckoutStarted},
    {"ecommerce.order_placed", kOrderCompleted},
    {"ecommerce.order_cancelled", kOrderCancelled},
    {"ecommerce.order_refunded", kOrderRefunded},
    // Other shops.
    {"remove_from_wishlist", kProductRemovedFromWishlist},
    {"clear_cart", kCartEmptied},
    {"cart_cleared", kCartEmptied},
    {"empty_cart", kCartEmptied},
    {"emptied_cart", kCartEmptied},
    {"cart_empty", kCartEmptied},
    {"update_cart", kCartUpdated},
    // Cafe24 and other Korean shops.
    {"상품 조회", kProductViewed},
    {"상품 상세 조회", kProductViewed},
    {"상품 검색", kProductsSearched},
    {"장바구니 담기", kProductAdded},
    {"장바구니 추가", kProductAdded},
    {"장바구니 상품 삭제", kProductRemoved},
    {"장바구니 조회", kCartViewed},
    {"장바구니 비우기", kCartEmptied},
    {"주문서 작성", kCheckoutStarted},
    {"결제 시작", kCheckoutStarted},
    {"주문 완료", kOrderCompleted},
    {"구매 완료", kOrderCompleted},
    {"결제 완료", kOrderCompleted},
    {"주문 취소", kOrderCancelled},
    {"구매 취소", kOrderCancelled},
    {"주문 환불", kOrderRefunded},
    {"환불 완료", kOrderRefunded},
    {"관심상품 등록", kProductAddedToWishlist},
    {"찜하기", kProductAddedToWishlist},
    {"관심상품 삭제", kProductRemovedFromWishlist},
    // What consent and its withdrawal are often called.
    {"unsubscribe", kUnsubscribed},
    {"opt_out", kConsentWithdrawn},
    {"opted_out", kConsentWithdrawn},
    {"consent_revoked", kConsentWithdrawn},
    {"withdraw_consent", kConsentWithdrawn},
    {"revoke_consent", kConsentWithdrawn},
    {"marketing_opt_out", kConsentWithdrawn},
    {"수신 거부", kConsentWithdrawn},
    {"수신 동의 철회", kConsentWithdrawn},
    {"opt_in", kConsentGranted},
    {"opted_in", kConsentGranted},
    {"marketing_opt_in", kConsentGranted},
    {"수신 동의", kConsentGranted},
    // What mail programs call it (Amazon SES, SendGrid, Mailgun, Postmark).
    {"email_bounced", kBounced},
    {"hard_bounce", kBounced},
    {"spam_complaint", kComplained},
    {"spamreport", kComplained},
};

constexpr EventType kExits[] = {kOrderCompleted,
                                kOrderCancelled,
                                kOrderRefunded,
                                kProductRemoved,
                                kCartEmptied,
                                kEndpointRemoved,
                                kProductRemovedFromWishlist,
                                kConsentRefused,
                                kConsentWithdrawn,
                                kUnsubscribed};
constexpr EventType kAlsoTakesAway[] = {kCouponRemoved, kErase,      kMessageReceived,
                                        kBounced,       kComplained, kAddressBlocked};

struct Known {
  std::string squashed;
  EventType type;
  size_t slips_max;  // by which another name may miss it: fewer for an alias, which is like more other words
};

constexpr size_t kSlipsMax = 2;
constexpr size_t kOneSlipBytesMin = 6, kTwoSlipsBytesMin = 11;  // of a name
constexpr size_t kEndingBytesMax = 3, kStemBytesMin = 8;        // "product_add" and "order_cancel" lack an ending

struct Names {
  StringMap<EventType> by_squashed;
  std::vector<Known> known;

  Names() {
    for (int i = 1; i <= static_cast<int>(kLastEventType); ++i) {
      const auto type = static_cast<EventType>(i);
      if (!IsDerived(type)) Add(EventTypeName(type), type, kSlipsMax);
    }
    for (const TypeAlias& alias : kAliases) Add(alias.name, alias.type, 1);
  }
  void Add(std::string_view name, EventType type, size_t slips_max) {
    std::string squashed = SquashName(name);
    if (by_squashed.emplace(squashed, type).second) known.push_back({std::move(squashed), type, slips_max});
  }
};

const Names& AllNames() {
  static const auto* names = new Names;
  return *names;
}

// Letters to insert, delete or replace, or neighbours to swap (the distance of optimal string alignment).
size_t Slips(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

size_t SlipsAllowed(size_t bytes) { return bytes >= kTwoSlipsBytesMin ? kSlipsMax : bytes >= kOneSlipBytesMin ? 1 : 0; }

bool LacksEnding(std::string_view name, std::string_view whole) {
  return name.size() >= kStemBytesMin && whole.size() - name.size() <= kEndingBytesMax && whole.starts_with(name);
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

}  // namespace

std::string SquashName(std::string_view name) {
  constexpr std::string_view kSkipped = " \t\r\n-_.:/";
  std::string composed, squashed;
  if (!IsSurelyComposed(name)) name = composed = ComposedForm(name);
  for (char c : name) {
    if (kSkipped.find(c) != kSkipped.npos) continue;
    squashed.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return squashed;
}

absl::Span<const TypeAlias> TypeAliases() { return kAliases; }

EventType NamedEventType(std::string_view name) {
  if (EventType exact = FindEventType(name); exact != kCustom) return exact;
  const auto& names = AllNames().by_squashed;
  auto found = names.find(SquashName(name));
  return found == names.end() ? kCustom : found->second;
}

EventType NearEventType(std::string_view name) {
  const std::string squashed = SquashName(name);
  EventType nearest = kCustom;
  size_t best = SlipsAllowed(squashed.size()) + 1;
  if (!IsAscii(squashed) || best == 1) return kCustom;
  for (const Known& known : AllNames().known) {
    if (known.type == kErase || SlipsAllowed(known.squashed.size()) == 0) continue;
    const size_t longer = std::max(known.squashed.size(), squashed.size());
    const size_t shorter = std::min(known.squashed.size(), squashed.size());
    const size_t slips = longer - shorter <= kSlipsMax ? Slips(squashed, known.squashed) : longer;
    if (slips < best && slips <= known.slips_max) {
      best = slips;
      nearest = known.type;
    }
    if (nearest == kCustom && LacksEnding(squashed, known.squashed)) nearest = known.type;
  }
  return nearest;
}

bool ActsAsExit(EventType type) { return std::find(std::begin(kExits), std::end(kExits), type) != std::end(kExits); }

bool TakesAway(EventType type) {
  return ActsAsExit(type) ||
         std::find(std::begin(kAlsoTakesAway), std::end(kAlsoTakesAway), type) != std::end(kAlsoTakesAway);
}

}  // namespace cartwheel
