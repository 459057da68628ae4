// The data of the promotion linter. In a Korean phrase a space stands for any number of spaces, also none, and "~" for
// a particle (이, 가, 을, 를, 은, 는, 의) or nothing; it is found within words, since particles and endings follow it.
// In an English phrase a space stands for at least one space or hyphen; it is found as whole words, in any case.
#pragma once

#include <string_view>

namespace cartwheel {

inline constexpr std::string_view kPromotingKorean[] = {
    // coupons and gifts
    "쿠폰", "사은품 증정", "무료 증정", "경품", "할인권", "캐시백", "페이백",
    // discounts and prices
    "할인", "특가", "반값", "최저가", "핫딜", "파격가", "1+1", "2+1",
    // free shipping
    "무료 배송", "배송비 무료", "무료 체험",
    // sales
    "세일", "기획전", "프로모션", "한정 판매", "한정 수량", "마감 임박", "이벤트 참여", "이벤트 응모",
    // points beyond what was bought
    "추가 적립", "더블 적립", "배 적립", "적립 혜택", "포인트 혜택",
    // calls to buy
    "지금 구매", "바로 구매", "구매하러", "구매하세요", "쇼핑하러", "쇼핑하세요", "놓치지 마", "추천 상품", "신상품"};

inline constexpr std::string_view kPromotingEnglish[] = {
    // coupons and gifts
    "coupon", "coupons", "voucher", "vouchers", "promo", "promo code", "promo codes", "free gift", "free gifts",
    "cashback", "cash back",
    // discounts and prices
    "discount", "discounts", "discounted", "% off", "percent off", "off your order", "off your next order", "bargain",
    "bargains", "special price", "special prices", "lowest price", "lowest prices", "best price", "best prices",
    "half price",
    // free shipping
    "free shipping", "free delivery", "free standard shipping", "free express shipping", "ships free", "ship for free",
    // sales
    "sale", "promotion", "promotions", "promotional", "deals", "special offer", "special offers", "exclusive offer",
    "exclusive offers", "limited offer", "limited time", "buy one get one", "bogo", "giveaway",
    // points beyond what was bought
    "bonus points", "bonus point", "double points", "extra points",
    // calls to buy
    "shop now", "buy now", "don't miss", "don’t miss", "new arrivals", "new arrival", "you may also like",
    "recommended for you"};

// Phrases in which such a word tells what was agreed, or means another thing.
inline constexpr std::string_view kHarmlessKorean[] = {
    "할인 금액",   "할인액",         "할인 내역",   "할인 합계",      "할인 적용 금액", "쿠폰 할인 금액",
    "쿠폰 할인액", "쿠폰 사용 금액", "쿠폰 사용액", "쿠폰 사용 내역", "쿠폰 적용 금액", "쿠폰~ 복구",
    "쿠폰~ 복원",  "쿠폰~ 반환",     "쿠폰~ 환원",  "사용 쿠폰",      "사용한 쿠폰",    "사용하신 쿠폰",
    "세일즈",      "세일러",         "세일링"};
inline constexpr std::string_view kHarmlessEnglish[] = {
    "discount amount",    "discount total",  "total discount",  "discount applied",
    "discounts applied",  "order discount",  "coupon applied",  "coupon used",
    "coupon amount",      "coupon restored", "coupon returned", "coupon code used",
    "gift voucher",       "gift vouchers",   "terms of sale",   "terms and conditions of sale",
    "conditions of sale", "point of sale",   "bill of sale",    "date of sale",
    "contract of sale",   "final sale"};

// Points promote, unless their sentence says that it is about those that the customer has: from a purchase, their
// balance, their expiry, their use.
inline constexpr std::string_view kPointsKorean[] = {"포인트", "적립금", "마일리지"};
inline constexpr std::string_view kPointsEnglish[] = {"points", "reward point", "loyalty point"};
inline constexpr std::string_view kPointsOwnedKorean[] = {
    "잔액",          "잔고",     "잔여",   "보유",     "소멸",     "만료",        "유효 기간",   "차감",
    "복구",          "복원",     "반환",   "환불",     "사용액",   "사용 금액",   "사용 포인트", "사용 적립금",
    "사용 마일리지", "내역",     "현황",   "누적",     "가용",     "구매 확정",   "구매 적립",   "주문 적립",
    "구매로",        "주문으로", "결제로", "구매하신", "주문하신", "픽업 포인트", "수령 포인트"};
inline constexpr std::string_view kPointsOwnedEnglish[] = {
    "balance",     "expire",         "expires",       "expired",           "expiring",
    "expiry",      "expiration",     "earned",        "redeemed",          "deducted",
    "refunded",    "restored",       "you have",      "available points",  "points available",
    "points used", "pick up points", "pickup points", "collection points", "data points"};

}  // namespace cartwheel
