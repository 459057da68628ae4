#include "adapters/url.h"

#include "tests/catch.h"

using namespace cartwheel;

TEST_CASE("url: an address of HTTP is taken apart, and its origin is that of RFC 6454") {
  struct Case {
    const char *text, *origin, *target;
  };
  constexpr Case kCases[] = {
      {"https://push.example/x", "https://push.example", "/x"},
      {"HTTPS://Push.Example", "https://push.example", "/"},
      {"https://push.example:443/x", "https://push.example", "/x"},
      {"https://push.example:8443/x", "https://push.example:8443", "/x"},
      {"http://127.0.0.1:80/x?y=1", "http://127.0.0.1", "/x?y=1"},
      {"http://[::1]:8080/x", "http://[::1]:8080", "/x"},
      {"https://push.example?x=/y", "https://push.example", "/?x=/y"},
      {"https://push.example/x#part", "https://push.example", "/x"},
      {"https://push.example/wpush/v2/gAAA:b@c", "https://push.example", "/wpush/v2/gAAA:b@c"},
  };
  for (const Case& c : kCases) {
    INFO(c.text);
    const auto url = ReadHttpUrl(c.text);
    REQUIRE(url.ok());
    CHECK(url->Origin() == c.origin);
    CHECK(url->target == c.target);
    CHECK(url->Text() == std::string(c.origin) + c.target);
  }
}

TEST_CASE("url: what programs may read in more than one way is refused, and not shown") {
  for (const char* text : {"",
                           "push.example/x",
                           "//push.example/x",
                           "ftp://push.example/x",
                           "file:///etc/passwd",
                           "javascript:alert(1)",
                           "https:///x",
                           "https://",
                           "https://push.example:/x",
                           "https://push.example:0/x",
                           "https://push.example:65536/x",
                           "https://push.example:80a/x",
                           "https://push.example:1:2/x",
                           "https://push.example@evil.example/x",
                           "https://user:word@push.example/x",
                           "https://push.example\\@evil.example/x",
                           "https://push.example /x",
                           "https://push.example/x\r\nHost: evil.example",
                           "https://push.example/\x7f",
                           "https://푸시.example/x",
                           "https://push_example/x",
                           "https://push%2eexample/x",
                           "https://[::1/x",
                           "https://[]/x",
                           "https://[evil.example]/x"}) {
    INFO(text);
    const auto url = ReadHttpUrl(text);
    REQUIRE_FALSE(url.ok());
    CHECK(std::string(url.status().message()).find("example") == std::string::npos);
  }
}
