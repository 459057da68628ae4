// Particles after words, worked out by hand from how the word is read aloud in Korean.
#include "liquid/josa.h"

#include <string>

#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

struct Case {
  const char* word;
  const char* pair;
  const char* particle;
};

void Check(const Case& c) {
  const Particle* particle = FindParticle(c.pair);
  REQUIRE(particle != nullptr);
  INFO(c.word << " + " << c.pair);
  CHECK(std::string(ParticleAfter(c.word, *particle)) == c.particle);
}

TEST_CASE("josa: Hangul") {
  const Case kCases[] = {
      {"코트", "은/는", "는"},
      {"가방", "은/는", "은"},
      {"코트", "이/가", "가"},
      {"신발", "이/가", "이"},
      {"치마", "을/를", "를"},
      {"양말", "을/를", "을"},
      {"바지", "과/와", "와"},
      {"셔츠", "과/와", "와"},
      {"가방", "과/와", "과"},
      {"민수", "아/야", "야"},
      {"지훈", "아/야", "아"},
      {"서울", "으로/로", "로"},
      {"부산", "으로/로", "으로"},
      {"제주", "으로/로", "로"},
      {"신발", "으로/로", "로"},
      {"코트", "이라/라", "라"},
      {"가방", "이라/라", "이라"},
      {"코트", "이에요/예요", "예요"},
      {"신발", "이에요/예요", "이에요"},
      {"우유", "이나/나", "나"},
      {"빵", "이나/나", "이나"},
      {"코트", "는/은", "는"},
      {"가방", "를/을", "을"},
      {"부산", "로/으로", "으로"},
      {"힣", "이/가", "이"},
      {"가", "이/가", "가"},
      {"ㅋㅋ", "이/가", "이"},
      {"ㅏ", "이/가", "가"},
      {"서울", "으로부터/로부터", "로부터"},
      {"\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "이/가", "이"},  // 각, decomposed
      {"\xE1\x84\x80\xE1\x85\xA1", "이/가", "가"},              // 가, decomposed
  };
  for (const Case& c : kCases) Check(c);
}

TEST_CASE("josa: digits as they are read") {
  const Case kCases[] = {
      {"0", "이/가", "이"},          {"1", "이/가", "이"},         {"2", "이/가", "가"},
      {"3", "이/가", "이"},          {"4", "이/가", "가"},         {"5", "이/가", "가"},
      {"6", "이/가", "이"},          {"7", "이/가", "이"},         {"8", "이/가", "이"},
      {"9", "이/가", "가"},          {"1", "으로/로", "로"},       {"3", "으로/로", "으로"},
      {"6", "으로/로", "으로"},      {"7", "으로/로", "로"},       {"8", "으로/로", "로"},
      {"2", "으로/로", "로"},        {"0", "으로/로", "으로"},     {"10", "을/를", "을"},
      {"100", "을/를", "을"},        {"1000", "을/를", "을"},      {"12,900", "을/를", "을"},
      {"10000", "으로/로", "으로"},  {"100000000", "을/를", "을"}, {"1000000000000", "을/를", "를"},
      {"12", "과/와", "와"},         {"3.5", "이/가", "가"},       {"2.0", "이/가", "이"},
      {"갤럭시 S24", "이/가", "가"}, {"아이폰 15", "을/를", "를"}, {"010-1234-5678", "으로/로", "로"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST_CASE("josa: Latin letters and units") {
  const Case kCases[] = {
      {"LG", "이/가", "가"},      {"SK", "은/는", "는"},
      {"XL", "으로/로", "로"},    {"XL", "을/를", "을"},
      {"M", "을/를", "을"},       {"N", "으로/로", "으로"},
      {"R", "은/는", "은"},       {"S", "을/를", "를"},
      {"HTML", "은/는", "은"},    {"NIKE", "을/를", "를"},
      {"Apple", "이/가", "이"},   {"Google", "으로/로", "로"},
      {"iPhone", "을/를", "을"},  {"Instagram", "으로/로", "으로"},
      {"Samsung", "과/와", "과"}, {"MacBook", "을/를", "을"},
      {"iPad", "을/를", "를"},    {"Kim", "이/가", "이"},
      {"Oliver", "은/는", "는"},  {"Emma", "아/야", "야"},
      {"coat", "은/는", "는"},    {"robot", "이/가", "이"},
      {"music", "을/를", "을"},   {"black", "으로/로", "으로"},
      {"bus", "을/를", "를"},     {"note", "은/는", "는"},
      {"game", "을/를", "을"},    {"500ml", "을/를", "를"},
      {"2kg", "을/를", "을"},     {"30cm", "은/는", "는"},
      {"64GB", "으로/로", "로"},  {"shop", "이/가", "이"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST_CASE("josa: what stands behind the word, and what cannot be read") {
  const Case kCases[] = {
      {"코트(블랙)", "을/를", "를"},    {"가방 [한정판]", "은/는", "은"},
      {"‘신발’", "이/가", "이"},        {"\"우유\"", "이/가", "가"},
      {"코트!!", "을/를", "를"},        {"가방 ", "을/를", "을"},
      {"(광고)", "이/가", "가"},        {"셔츠(화이트(L))", "은/는", "는"},
      {"곰돌이🧸", "은/는", "는"}, {"가방…", "을/를", "을"},
      {"《토지》", "을/를", "를"},      {"신발）", "이/가", "이"},
      {"50%", "이/가", "가"},           {"코트【블랙】", "은/는", "는"},
      {"", "은/는", "은(는)"},          {"!!!", "이/가", "이(가)"},
      {"金", "을/를", "을(를)"},        {"漢", "으로/로", "(으)로"},
      {"ラーメン", "을/를", "을"},      {"すし", "을/를", "를"},
      {"\xff\xfe", "과/와", "과(와)"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST_CASE("josa: as a filter it yields the particle only") {
  CHECK(Rendered("{{ name }}{{ name | josa: '이/가' }}", R"json({"name": "코트(블랙)"})json") == "코트(블랙)가");
  CHECK(Rendered("{{ 3 }}{{ 3 | josa: '으로/로' }}") == "3으로");
  CHECK(Rendered("{{ 'a' | josa: p }}", R"({"p": "이/은"})").find("error: 1:10: josa: unknown particle \"이/은\"") ==
        0);
  CHECK(FindParticle("이") == nullptr);
  CHECK(FindParticle("이/이") == nullptr);
}

}  // namespace
}  // namespace cartwheel::liquid
