// Places in a source, read and written, and the caret under them.
#include "base/place.h"

#include <string>

#include "base/status.h"
#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("lines and columns count from 1, columns in characters") {
  const std::string text = "ab\n온도 x\r\n\n끝";
  CHECK(LineAndColumn(text, 0) == "1:1");
  CHECK(LineAndColumn(text, text.find('x')) == "2:4");
  CHECK(LineAndColumn(text, text.find("끝")) == "4:1");
  CHECK(LineAndColumn(text, text.size()) == "4:2");
  CHECK(LineAndColumn("\xef\xbb\xbfx y", 5) == "1:3");  // a byte order mark is no column
}

TEST_CASE("a place that was written is read again") {
  Place place;
  for (Place wanted : {Place{1, 1}, Place{12, 30}, Place{70000, 9}}) {
    const std::string text = std::to_string(wanted.line) + ":" + std::to_string(wanted.column);
    CHECK(ReadPlace(text + ": what", &place) == text.size());
    CHECK(place.line == wanted.line);
    CHECK(place.column == wanted.column);
  }
  for (const char* text : {"", "1", "1:", ":1", "a:1", "0:1", "1:0", "1;1", "-1:1"})
    CHECK(ReadPlace(text, &place) == 0);
}

TEST_CASE("an error is one line, whatever it quotes") {
  CHECK(StatusText(ErrorAt("a\nbc", 3, "unknown \"x\ny\tz\"")) == "2:2: unknown \"x y z\"");
}

TEST_CASE("the caret stands below the column as a terminal shows it") {
  CHECK(Caret("cart.id == '온도' &&\n  '장바구니' == crat.id", {2, 13}) ==
        "  '장바구니' == crat.id\n                ^");
  CHECK(Caret("\ta = b", {1, 4}) == "\ta = b\n\t  ^");
  CHECK(Caret("가나 {{ x | y }}", {1, 11}) == "가나 {{ x | y }}\n            ^");
  CHECK(Caret("one\n\ttwo\nthree", {2, 3}) == "\ttwo\n\t ^");
  CHECK(Caret("a\r\nb", {1, 2}) == "a\n ^");
  CHECK(Caret("", {1, 1}) == "\n^");
  CHECK(Caret("a", {7, 1}).empty());
}

TEST_CASE("of a long line, what stands around the column is shown") {
  const std::string line(300, 'x');
  CHECK(Caret(line, {1, 1}) == std::string(100, 'x') + "…\n^");
  CHECK(Caret(line, {1, 200}) == "…" + std::string(100, 'x') + "…\n" + std::string(51, ' ') + "^");
  CHECK(Caret(line, {1, 301}) == "…" + std::string(50, 'x') + "\n" + std::string(51, ' ') + "^");
}

}  // namespace cartwheel
