// A link says where it leads and which message it stood in, and nothing that was changed is believed.
#include "core/message/link.h"

#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr HashKey kKey{1, 2};

TEST_CASE("A tracked link is read back, whatever it leads to") {
  for (std::string_view url :
       {"https://shop.test/cart", "https://shop.test/c?a=1&b=%20#x", "https://shop.test/장바구니?q=울 코트+", ""})
    for (std::string_view base : {"https://shop.test/r", "https://shop.test/?page=r"}) {
      const std::string link = LinkMaker{kKey, base, 0xfedcba9876543210}.Make(url);
      INFO(link);
      CHECK(link.find_first_of(" #") == std::string::npos);
      const auto read = ReadLink(kKey, link);
      REQUIRE(read.ok());
      CHECK(read->url == url);
      CHECK(read->message == 0xfedcba9876543210);
      CHECK(ReadLink(kKey, link + "&utm_source=mail#top").ok());
    }
  CHECK(LinkMaker{kKey, "https://s.test/r", 1}
            .Make("https://s.test/?a")
            .starts_with("https://s.test/r?m=0000000000000001&u=https%3A%2F%2Fs.test%2F%3Fa&s="));
}

TEST_CASE("The parameters stand in the query, whatever the address is made of") {
  struct {
    const char *base, *before, *after;
  } rows[] = {{"https://s.test/r", "https://s.test/r?", ""},
              {"https://s.test/r?src=push", "https://s.test/r?src=push&", ""},
              {"https://s.test/r#x", "https://s.test/r?", "#x"},
              {"https://s.test/r?src=push#x", "https://s.test/r?src=push&", "#x"},
              {"https://s.test/r#x?y=1", "https://s.test/r?", "#x?y=1"},
              {"https://s.test/r#", "https://s.test/r?", "#"},
              {"https://s.test/r?", "https://s.test/r?", ""},
              {"https://s.test/r?a=1&#x", "https://s.test/r?a=1&", "#x"},
              {"https://s.test/?a=1?b#c#d", "https://s.test/?a=1?b&", "#c#d"},
              {"app://cart", "app://cart?", ""},
              {"app://cart#/tab?x", "app://cart?", "#/tab?x"}};
  for (const auto& row : rows)
    for (std::string_view url : {"https://s.test/cart#top", "app://cart?x=1#?y"}) {
      const std::string link = LinkMaker{kKey, row.base, 7}.Make(url);
      CAPTURE(link);
      CHECK(link.starts_with(std::string(row.before) + "m=0000000000000007&u="));
      CHECK(link.ends_with(row.after));
      CHECK(link.find('#') == (*row.after == '\0' ? link.npos : link.size() - std::string_view(row.after).size()));
      const auto read = ReadLink(kKey, link);
      REQUIRE(read.ok());
      CHECK(read->url == url);
    }
}

TEST_CASE("A token names the message in the place of its number, and is bound to the link") {
  LinkMaker maker{kKey, "https://shop.test/r", 7, "AQEC_tok-en"};
  const std::string link = maker.Make("https://shop.test/cart");
  CHECK(link.starts_with("https://shop.test/r?t=AQEC_tok-en&u="));
  const auto read = ReadLink(kKey, link + "&utm_source=mail");
  REQUIRE(read.ok());
  CHECK(read->url == "https://shop.test/cart");
  CHECK(read->token == "AQEC_tok-en");
  CHECK(read->message == 0);
  for (size_t i = link.find('?') + 1; i < link.size(); ++i) {
    std::string changed = link;
    changed[i] = changed[i] == '0' ? '1' : '0';
    INFO(changed);
    CHECK_FALSE(ReadLink(kKey, changed).ok());
  }
  // Neither kind of name passes for the other.
  maker.token.clear();
  std::string numbered = maker.Make("https://shop.test/cart");
  CHECK_FALSE(ReadLink(kKey, numbered.replace(numbered.find("?m="), 3, "?t=")).ok());
}

TEST_CASE("A link that was changed leads nowhere") {
  const std::string link = LinkMaker{kKey, "https://shop.test/r", 17}.Make("https://shop.test/cart");
  for (size_t i = link.find('?') + 1; i < link.size(); ++i) {
    std::string changed = link;
    changed[i] = changed[i] == '0' ? '1' : '0';
    INFO(changed);
    CHECK_FALSE(ReadLink(kKey, changed).ok());
    CHECK_FALSE(ReadLink(kKey, link.substr(0, i)).ok());
  }
  CHECK_FALSE(ReadLink({2, 1}, link).ok());  // of another database
  for (std::string_view broken :
       {"", "?", "https://x.test/", "?m=1&u=%&s=1", "?m=1&u=%4&s=1", "?m=1&u=%zz&s=1", "?m=99999999999999999&u=x&s=1"})
    CHECK_FALSE(ReadLink(kKey, broken).ok());
}

}  // namespace
}  // namespace cartwheel
