// What looks like the label "(광고)" and is not: every bracket, everything put inside or before it.
#include "core/policy/label_marks.h"

#include <vector>

#include "base/measure.h"
#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("KR-05: the label is six bytes of EUC-KR: half-width parentheses around two syllables") {
  CHECK(kAdLabel == "\x28\xEA\xB4\x91\xEA\xB3\xA0\x29");
  CHECK(MeasureKorean(kAdLabel).bytes == 6);
  for (std::string_view text :
       {"(광고)", "(광고) 온도상점", "(광고)온도상점", "(광고)\n온도상점", "(광고)[온도상점]"}) {
    INFO(text);
    CHECK(FalseLabel(text).empty());
  }
}

TEST_CASE("KR-05: what looks like the label is found as it stands") {
  const std::vector<std::string_view> marks = {
      // what the guidance names
      "(광/고)", "(광 고)", "(광.고)", "[광고]", "{광고}", "(대출광고)", "\"광고\"",
      // other brackets
      "（광고）", "﹙광고﹚", "⁽광고⁾", "❨광고❩", "〔광고〕", "【광고】", "「광고」", "『광고』", "《광고》",
      "〈광고〉", "<광고>", "｛광고｝", "［광고］", "(광고）", "（광고)", "(광고]", "“광고”", "‘광고’", "*광고*",
      "#광고#", "-광고-", "|광고|", "/광고/", "★광고★", "((광고))", "광고)",
      // something inside
      "( 광고)", "(광고 )", "(광고.)", "(.광고)", "(광_고)", "(광·고)", "(광1고)", "(광x고)", "(광ㅇ고)",
      "(광\u200B고)", "(광\u3164고)", "(광\u00A0고)", "(\u2060광고)", "(광고\uFE0F)", "(광--고)", "(광)고)",
      "(특별광고)", "(온도상점 광고)", "(광고/", "(광고:",
      // something before it
      " (광고)", "\n(광고)", "\uFEFF(광고)", "\u200B(광고)", "📢(광고)", "!(광고)", "\"(광고)", ". (광고)",
      // read alike
      "(廣告)", "(広告)", "(广告)", "(光고)", "[廣告]"};
  for (std::string_view mark : marks) {
    for (std::string_view after : {"", " 온도상점 겨울 소식", "온도상점"}) {
      const std::string text = std::string(mark) + std::string(after);
      INFO(text);
      const std::string_view found = FalseLabel(text);
      REQUIRE_FALSE(found.empty());
      CHECK(text.starts_with(found));
      CHECK(found.size() <= mark.size());
    }
  }
}

TEST_CASE("KR-05: other beginnings are no labels") {
  for (std::string_view text :
       {"", "온도상점 소식", "광고 수신에 동의하셨어요", "(광고주 안내) 모집", "(광주 고객센터)",
        "(광주고등학교) 동문회", "광고", "(광", "(광고", "[온도상점] 광고", "(온도상점) 광고)", "온도상점 (광고)",
        "(AD) Shop", "광장 고깃집", "(주)광고나라", "(광고성 정보) 안내", "(이달의 아주아주 긴 소식을 전하는 광고)"}) {
    INFO(text);
    CHECK(FalseLabel(text).empty());
  }
}

TEST_CASE("Whatever bytes a text begins with, the search ends and returns a beginning of it") {
  uint64_t state = 42;
  const std::vector<std::string_view> parts = {"(",      ")", "[",    "]",        "광", "고", " ",
                                               "\u200B", "a", "\xFF", "\xEA\xB4", "廣", "★"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 8; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += parts[(state >> 33) % parts.size()];
    }
    CHECK(text.starts_with(FalseLabel(text)));
    if (text.starts_with(kAdLabel)) CHECK(FalseLabel(text).empty());
  }
}

TEST_CASE("The error names what was written and what is expected") {
  for (auto problem : {FalseLabelProblem, LabelProblem}) {
    CHECK(
        problem("[광고] 소식") ==
        "\"[광고]\" is no label: it is \"(광고)\", with half-width parentheses, nothing inside and nothing before it");
    CHECK(problem("(광고) 소식").empty());
    CHECK(problem("소식").empty());
  }
  CHECK(LabelProblem("소식 (광고)") == "\"(광고)\" stands in the text, and not at its start");
  CHECK(FalseLabelProblem("소식 (광고)").empty());
}

}  // namespace cartwheel
