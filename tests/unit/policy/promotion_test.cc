// The promotion linter: each phrase of the list is found, what only tells of a bill or of the customer's own points is
// not. The sentences are as shops write them.
#include "core/policy/promotion.h"

#include <algorithm>

#include "core/policy/promotion_words.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

// The words that were found, with bars between.
std::string Found(std::string_view text) {
  std::string words;
  for (const Promotion& promotion : FindPromotions(text)) {
    if (!words.empty()) words += '|';
    words += text.substr(promotion.at, promotion.size);
  }
  return words;
}

struct Case {
  std::string_view text;
  std::string_view words;
};

// What KISA's guidance calls advertising, and a person would write into an order's confirmation.
constexpr Case kPromoting[] = {
    {"주문이 접수되었어요. 다음 주문에 쓸 쿠폰을 드려요!", "쿠폰"},
    {"배송이 시작됐어요. 지금 무료배송 이벤트 중", "무료배송"},
    {"지금 무료 배송으로 받아 보세요", "무료 배송"},
    {"무료\u00A0배송", "무료\u00A0배송"},
    {"10% 할인 적용 중!", "할인"},
    {"회원님만을 위한 특가", "특가"},
    {"여름 세일이 시작됐어요", "세일"},
    {"가입 축하 포인트 3,000점을 드립니다", "포인트"},
    {"적립금 5,000원을 받아 가세요", "적립금"},
    {"마일리지 선물이 도착했어요", "마일리지"},
    {"리뷰 쓰면 2배 적립", "배 적립"},
    {"보유 포인트를 확인하세요. 포인트 선물도 드려요", "포인트"},
    {"소멸 예정 포인트 500점, 지금 쇼핑하세요", "쇼핑하세요"},
    {"할인 금액 3,000원. 오늘만 할인!", "할인"},
    {"쿠폰이 복구되었습니다. 새 쿠폰도 받으세요", "쿠폰"},
    {"결제 완료\n이런 추천 상품은 어때요?", "추천 상품"},
    {"1+1 행사", "1+1"},
    {"Your order is on its way. Use coupon NEXT5.", "coupon"},
    {"Thanks! Here is a Discount for you", "Discount"},
    {"FREE SHIPPING on your next order", "FREE SHIPPING"},
    {"Free-shipping today", "Free-shipping"},
    {"free\nshipping", "free\nshipping"},
    {"Our summer sale starts", "sale"},
    {"Get 20% off", "% off"},
    {"Earn points with every review", "points"},
    {"Your points balance is 20. Win points today!", "points"},
    {"coupon을 드려요", "coupon"},
    {"Save with promo codes, buy now", "promo codes|buy now"},
};

// Information about a contract, and words that only look alike.
constexpr Case kPlain[] = {
    {"주문이 접수되었어요. 주문번호 20261130-1", ""},
    {"배송비 3,000원", ""},
    {"배송비: 무료", ""},
    {"무료수신거부 080-123-4567", ""},
    {"포인트 잔액 3,000점", ""},
    {"포인트잔액: 3,000", ""},
    {"적립금 3,000원이 2026.12.31에 소멸됩니다", ""},
    {"소멸 예정 마일리지 안내", ""},
    {"구매 확정으로 120포인트가 쌓였어요", ""},
    {"사용 적립금 -1,000원", ""},
    {"픽업 포인트에서 찾아가세요", ""},
    {"할인 금액 -3,000원", ""},
    {"쿠폰 할인금액: 3,000원", ""},
    {"취소하신 주문의 쿠폰이 복구되었습니다", ""},
    {"세일즈팀에서 연락드립니다", ""},
    {"입금 계좌: 국민 123-456, 예금주 온도상점", ""},
    {"Your order #1 has shipped.", ""},
    {"Discount applied: -$3.00", ""},
    {"Total discount -$3.00", ""},
    {"Sales tax $1.20; terms of sale below", ""},
    {"Your points balance is 20", ""},
    {"120 points expire on 31 Dec", ""},
    {"wholesale resale whatsoever", ""},
    {"Shipping: free of charge", ""},
    {"Track it: https://shop.test/sale/coupon?discount=1", ""},
    {"https://shop.test/쿠폰/할인", ""},
    {"", ""},
};

}  // namespace

TEST_CASE("CLASS-01: words that promote are found") {
  for (const Case& one : kPromoting) {
    INFO(one.text);
    CHECK(Found(one.text) == one.words);
  }
}

TEST_CASE("CLASS-01: what tells of a contract is no promotion") {
  for (const Case& one : kPlain) {
    INFO(one.text);
    CHECK(Found(one.text) == one.words);
  }
}

TEST_CASE("Each phrase of the lists is found, alone and in a sentence, and each harmless one passes") {
  auto filled = [](std::string_view phrase) {
    std::string text;
    for (char c : phrase)
      if (c != '~') text += c;
    return text;
  };
  for (std::string_view phrase : kPromotingKorean) {
    INFO(phrase);
    CHECK_FALSE(Found(phrase).empty());
    CHECK_FALSE(Found("고객님께 " + std::string(phrase) + "을 알려요").empty());
  }
  for (std::string_view phrase : kPromotingEnglish) {
    INFO(phrase);
    CHECK_FALSE(Found("(" + std::string(phrase) + ").").empty());
    CHECK(Found("x" + std::string(phrase) + "x").empty());
    CHECK(Found(std::string(phrase) + "xyz") != phrase);
  }
  for (std::string_view phrase : kHarmlessKorean) CHECK(Found(filled(phrase)) == "");
  for (std::string_view phrase : kHarmlessEnglish) CHECK(Found(phrase) == "");
  for (std::string_view points : kPointsKorean)
    for (std::string_view owned : kPointsOwnedKorean) CHECK(Found(std::string(points) + " " + filled(owned)) == "");
  for (std::string_view points : kPointsEnglish)
    for (std::string_view owned : kPointsOwnedEnglish)
      CHECK(Found(std::string(owned) + " " + std::string(points)) == "");
}

TEST_CASE("A value that is not known parts words") {
  const std::string unknown(kUnknownValue);
  CHECK(Found("무료" + unknown + "배송") == "");
  CHECK(Found(unknown + "쿠폰") == "쿠폰");
  CHECK(Found("free " + unknown + " shipping") == "");
  CHECK(Found("소멸 예정 포인트 " + unknown + "점") == "");
}

TEST_CASE("CLASS-01: the error names the words once, the class, and where the first one stands") {
  size_t at = 0;
  CHECK(PromotionProblem(MessageClass::kTransactional, "주문 완료. 쿠폰과 무료 배송, 또 쿠폰", &at) ==
        "CLASS-01: \"쿠폰\", \"무료 배송\" promote, and a message of the class \"transactional\" has no promotion in "
        "it: leave it out, or make it an advertisement (\"class\": \"ad\")");
  CHECK(at == std::string_view("주문 완료. ").size());
  CHECK(PromotionProblem(MessageClass::kNotice, "sale", &at)
            .starts_with("CLASS-01: \"sale\" promotes, and a message "
                         "of the class \"notice\""));
  CHECK(at == 0);
  CHECK(PromotionProblem(MessageClass::kAdvertisement, "쿠폰 sale", &at).empty());
  CHECK(PromotionProblem(MessageClass::kTransactional, "주문 완료", &at).empty());
  CHECK(PromotionProblem(MessageClass::kNotice, "쿠폰 할인 특가 세일 반값 핫딜 경품", &at)
            .starts_with("CLASS-01: \"쿠폰\", \"할인\", \"특가\", \"세일\", \"반값\" and 2 more promote"));
}

TEST_CASE("Of HTML only what a reader sees is judged, and places stay") {
  const std::string_view html =
      "<style>.sale{}</style><!-- coupon --><a class=\"sale>\" href='https://x.test/discount'>Order</a> 무료&nbsp;배송"
      "<script>promo</script><b title=\"deals";
  const std::string text = VisibleText(html);
  CHECK(text.size() == html.size());
  CHECK(Found(text).find("무료") == 0);
  CHECK(FindPromotions(text).size() == 1);
  CHECK(FindPromotions(text)[0].at == html.find("무료"));
  CHECK(VisibleText("a < b") == "a    ");
  CHECK(VisibleText("plain") == "plain");
}

}  // namespace cartwheel
