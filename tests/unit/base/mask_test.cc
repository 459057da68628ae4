#include "base/mask.h"

#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("a mask shows two characters at either end, of a short text none") {
  CHECK(Mask("01012345678") == "01…78");
  CHECK(Mask("kim@shop.example") == "ki…le");
  CHECK(Mask("김철수@가게.한국") == "김철…한국");
  CHECK(Mask("123456") == "…");
  CHECK(Mask("").empty());
}

TEST_CASE("telephone numbers and mail addresses in a text are masked, and nothing else") {
  CHECK(MaskAddresses("no such number: 010-1234-5678.") == "no such number: 01…78.");
  CHECK(MaskAddresses("+82 10 1234 5678 is gone") == "+8…78 is gone");
  CHECK(MaskAddresses("to=821012345678, 550 <kim@shop.example> unknown") == "to=82…78, 550 <ki…le> unknown");
  for (std::string_view same :
       {"opened, 1234567890 events in the log", "epoch 7", "since 2026-11-30T09:30:00.000+09:00", "@", "a @ b",
        "0.0000000001 s", "event 00000001 of 20", "v0123456789"})
    CHECK(MaskAddresses(same) == same);
}

}  // namespace cartwheel
