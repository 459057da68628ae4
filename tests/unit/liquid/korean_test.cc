// Korean telephone numbers, and texts that come decomposed.
#include <string>

#include "base/measure.h"
#include "base/normal_form.h"
#include "liquid/korean_phone.h"
#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

TEST_CASE("liquid: telephone numbers are grouped as Koreans write them") {
  struct {
    const char *written, *grouped;
  } rows[] = {
      {"01012345678", "010-1234-5678"},
      {"010 1234 5678", "010-1234-5678"},
      {"0111234567", "011-123-4567"},
      {"01912345678", "019-1234-5678"},
      {"0212345678", "02-1234-5678"},
      {"021234567", "02-123-4567"},
      {"0311234567", "031-123-4567"},
      {"06412345678", "064-1234-5678"},
      {"(02) 123-4567", "02-123-4567"},
      {"07012345678", "070-1234-5678"},
      {"0801234567", "080-123-4567"},
      {"08012345678", "080-1234-5678"},
      {"0601234567", "060-123-4567"},
      {"050712345678", "0507-1234-5678"},
      {"05071234567", "0507-123-4567"},
      {"05021234567", "0502-123-4567"},
      {"050312345678", "0503-1234-5678"},
      {"05041234567", "0504-123-4567"},
      {"050512345678", "0505-1234-5678"},
      {"05061234567", "0506-123-4567"},
      {"050812345678", "0508-1234-5678"},
      {"0507-1234-5678", "0507-1234-5678"},
      {"030312345678", "0303-1234-5678"},
      {"15881234", "1588-1234"},
      {"1588-1234", "1588-1234"},
      {"16001234", "1600-1234"},
      {"18991234", "1899-1234"},
      {"15 44 12 34", "1544-1234"},
      {"+821012345678", "010-1234-5678"},
      {"+82 10-1234-5678", "010-1234-5678"},
      {"+82 (0)10 1234 5678", "010-1234-5678"},
      {"821012345678", "010-1234-5678"},
      {"82-2-123-4567", "02-123-4567"},
      {"+82-2-1234-5678", "02-1234-5678"},
      {"00821012345678", "010-1234-5678"},
      {"+82 1588-1234", "1588-1234"},
      {"+8250712345678", "0507-1234-5678"},
      {"+82 70 1234 5678", "070-1234-5678"},
      // Not Korean, or no number: as it is.
      {"+1 415 555 0100", ""},
      {"114", ""},
      {"112", ""},
      {"1234", ""},
      {"0101234", ""},
      {"010123456789", ""},
      {"0507123456", ""},
      {"15881", ""},
      {"158812345", ""},
      {"12345678", ""},
      {"none", ""},
      {"", ""},
      {"-", ""},
      {"8212-3456", ""},
      {"010-1234-5678 ext 3", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.written);
    CHECK(KoreanPhone(row.written) == row.grouped);
    CHECK(Rendered("{{ '" + std::string(row.written) + "' | phone }}", "{}", {.missing = Missing::kEmpty}) ==
          (*row.grouped == '\0' ? row.written : row.grouped));
  }
  CHECK(Rendered("{{ '15881234' | mask }} {{ '050712345678' | mask }} {{ '021234567' | mask }}") ==
        "1588-**** 0507-****-5678 02-***-4567");
}

constexpr const char* kNfd = "\u1106\u1165\u1100\u1173\u110f\u1165\u11b8";  // 머그컵
constexpr const char* kNfc = "머그컵";

TEST_CASE("liquid: a decomposed text is measured and cut as the composed one") {
  for (const char* filter :
       {"truncate: 5, '..'", "truncate: 2, ''", "truncate: 3", "truncate_bytes: 4, 'euc-kr'", "truncate_bytes: 6",
        "writable: 'euc-kr'", "size", "slice: 1", "slice: 0, 2", "mask", "truncate: 2"}) {
    const std::string source = "{{ x | " + std::string(filter) + " }} {{ x.size }}";
    CAPTURE(source);
    CHECK(ComposedForm(RenderedWith(Value::String(kNfd), source)) == RenderedWith(Value::String(kNfc), source));
  }
  CHECK(RenderedWith(Value::String(kNfd), "{{ x | writable: 'euc-kr' }}") == kNfc);
  CHECK(RenderedWith(Value::String("https://x.test/\u1106\u1165.png"), "{{ x | truncate: 99 }}") ==
        "https://x.test/\u1106\u1165.png");  // another file
}

TEST_CASE("liquid: no cut parts what a reader takes for one character") {
  for (const char* cluster : {"👨‍👩‍👧", "🇰🇷", "👍🏽", "❤️", "\u1112\u1161\u11ab", "e\u0301\u0327",
                              "नि", "각", "x", "1️⃣"}) {
    std::string text;
    for (int i = 0; i < 6; ++i) text += cluster;
    const size_t count = CountGraphemes(text);
    for (int most = 0; most < 40; ++most)
      for (const char* format : {"truncate: %d, ''", "truncate_bytes: %d", "truncate_graphemes: %d, ''"}) {
        char filter[64];
        snprintf(filter, sizeof filter, format, most);
        CAPTURE(cluster, filter);
        const std::string cut = RenderedWith(Value::String(text), "{{ x | " + std::string(filter) + " }}"),
                          whole = ComposedForm(text);
        const std::string_view like =
            cut.size() <= text.size() && text.starts_with(cut) ? std::string_view(text) : std::string_view(whole);
        REQUIRE(like.starts_with(cut));
        size_t at = 0;
        while (at < cut.size()) at = GraphemeEnd(like, at);
        CHECK(at == cut.size());
        if (most >= 40 - 1) CHECK(CountGraphemes(cut) <= count);
      }
  }
}

}  // namespace
}  // namespace cartwheel::liquid
