// Mails as bytes: header fields, encoded words, parts, what an attacker's text must not become.
#include "adapters/mail.h"

#include "adapters/crypto.h"
#include "adapters/mail_text.h"
#include "base/status.h"
#include "base/utf8.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

constexpr int64_t kNowMs = 1'796'029'445'000;  // 2026-11-30 09:04:05 UTC

std::vector<std::string> LinesOf(const std::string& mail) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < mail.size();) {
    const size_t end = mail.find("\r\n", begin);
    REQUIRE(end != std::string::npos);  // every line ends with CRLF
    lines.push_back(mail.substr(begin, end - begin));
    CHECK(lines.back().find_first_of("\r\n") == std::string::npos);
    begin = end + 2;
  }
  return lines;
}

// The text of a header line with encoded words, read by RFC 2047's rules. Every word is whole characters, and no line
// is longer than 76 bytes.
std::string Decoded(const std::string& line) {
  std::string text;
  for (const std::string& piece : LinesOf(line)) {
    CHECK(piece.size() <= 76);
    for (size_t at = 0; (at = piece.find("=?UTF-8?B?", at)) != std::string::npos;) {
      const size_t end = piece.find("?=", at + 10);
      CHECK(end + 2 - at <= 75);
      const std::string word = *DecodeBase64(piece.substr(at + 10, end - at - 10));
      CHECK(IsUtf8(word));
      text += word;
      at = end + 2;
    }
  }
  return text;
}

MailParts Parts() {
  MailParts parts;
  parts.key = "0123456789abcdef0123456789abcdef";
  parts.from = "shop@shop.example";
  parts.to = "kim@mail.example";
  parts.message_id_domain = "shop.example";
  parts.subject = "Your cart";
  parts.text = "hello";
  return parts;
}

}  // namespace

TEST_CASE("mail: the whole of a small one") {
  MailParts parts = Parts();
  parts.from_name = "Shop";
  parts.reply_to = "help@shop.example";
  parts.html = "<p>hi</p>";
  parts.unsubscribe_url = "https://shop.example/o?t=abc";
  parts.unsubscribe_mailto = "stop@shop.example";
  parts.feedback_id = "gentle:cart:ad:shop1";
  CHECK(*BuildMail(parts, kNowMs) ==
        "Date: Mon, 30 Nov 2026 09:04:05 +0000\r\n"
        "From: \"Shop\" <shop@shop.example>\r\n"
        "To: kim@mail.example\r\n"
        "Reply-To: help@shop.example\r\n"
        "Subject: Your cart\r\n"
        "Message-ID: <0123456789abcdef0123456789abcdef@shop.example>\r\n"
        "List-Unsubscribe: <https://shop.example/o?t=abc>, <mailto:stop@shop.example>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        "Feedback-ID: gentle:cart:ad:shop1\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative;\r\n boundary=\"=_0123456789abcdef0123456789abcdef\"\r\n"
        "\r\n"
        "--=_0123456789abcdef0123456789abcdef\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "aGVsbG8=\r\n"
        "--=_0123456789abcdef0123456789abcdef\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "PHA+aGk8L3A+\r\n"
        "--=_0123456789abcdef0123456789abcdef--\r\n");
}

TEST_CASE("mail: one text is one part, and a mail without any is none") {
  MailParts parts = Parts();
  CHECK_THAT(*BuildMail(parts, kNowMs),
             Catch::EndsWith("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n"));
  CHECK_THAT(*BuildMail(parts, kNowMs), !Catch::Contains("Unsubscribe") && !Catch::Contains("Feedback"));
  parts.html = "<p>hi</p>";
  parts.text.clear();
  CHECK_THAT(*BuildMail(parts, kNowMs), Catch::Contains("Content-Type: text/html") && !Catch::Contains("text/plain"));
  parts.html.clear();
  CHECK_FALSE(BuildMail(parts, kNowMs).ok());
}

TEST_CASE("mail: a preheader is the first text of the body, and not shown in it") {
  struct Case {
    const char *html, *expected;
  };
  constexpr Case kCases[] = {
      {"<p>hi</p>", "<div style=\"display:none;max-height:0;overflow:hidden\">a &lt;b&gt; &amp;</div><p>hi</p>"},
      {"<html><BODY class=\"x\"><p>hi</p></BODY></html>",
       "<html><BODY class=\"x\"><div style=\"display:none;max-height:0;overflow:hidden\">a &lt;b&gt; "
       "&amp;</div><p>hi</p></BODY></html>"},
  };
  for (const Case& c : kCases) {
    MailParts parts = Parts();
    parts.text.clear();
    parts.html = c.html;
    parts.preheader = "a <b> &";
    const std::string mail = *BuildMail(parts, kNowMs);
    CHECK(*DecodeBase64([&] {
      std::string body = mail.substr(mail.find("\r\n\r\n") + 4);
      std::erase_if(body, [](char ch) { return ch == '\r' || ch == '\n'; });
      return body;
    }()) == c.expected);
  }
}

TEST_CASE("mail: texts beyond ASCII are encoded words of whole characters, of any length") {
  for (size_t count : {1, 2, 13, 14, 15, 16, 40, 200}) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += i % 3 == 0 ? "(광고) 장바구니" : i % 3 == 1 ? "🛒" : "é";
    INFO(text);
    CHECK(Decoded(HeaderLine("Subject", text)) == text);
    CHECK_THAT(HeaderLine("Subject", text), Catch::StartsWith("Subject: =?UTF-8?B?"));
    const std::string from = AddressLine("From", text, "shop@shop.example");
    CHECK(Decoded(from) == text);
    CHECK_THAT(from, Catch::EndsWith(" <shop@shop.example>\r\n"));
  }
  CHECK(HeaderLine("Subject", "=?UTF-8?B?aGk=?=") == "Subject: =?UTF-8?B?PT9VVEYtOD9CP2FHaz0/PQ==?=\r\n");
  CHECK(Decoded(HeaderLine("Subject", "=?UTF-8?B?aGk=?=")) == "=?UTF-8?B?aGk=?=");
}

TEST_CASE("mail: long ASCII texts are folded at spaces") {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "word" + std::to_string(i) + " ";
  text.pop_back();
  std::string unfolded = HeaderLine("Subject", text);
  for (const std::string& line : LinesOf(unfolded)) CHECK(line.size() <= 76);
  CHECK(LinesOf(unfolded).size() > 3);
  for (size_t at = 0; (at = unfolded.find("\r\n ")) != std::string::npos;) unfolded.erase(at, 2);
  CHECK(unfolded == "Subject: " + text + "\r\n");
}

TEST_CASE("mail: names that are ASCII are quoted") {
  CHECK(AddressLine("From", "Kim, \"K\" \\ Co.", "a@b.example") ==
        "From: \"Kim, \\\"K\\\" \\\\ Co.\" <a@b.example>\r\n");
  CHECK(AddressLine("From", "", "a@b.example") == "From: a@b.example\r\n");
}

TEST_CASE("mail: no text makes a header of its own") {
  const std::string kInjected[] = {"a\r\nBcc: lee@mail.example", "a\nBcc: lee@mail.example",
                                   "a\rBcc: lee@mail.example",   "a\r\n\r\nbody",
                                   std::string("a\0b", 3),       "a\x0b\r\n\tBcc: x"};
  for (const std::string& text : kInjected) {
    MailParts parts = Parts();
    parts.subject = parts.from_name = parts.feedback_id = text;
    parts.unsubscribe_url = "https://shop.example/" + text;
    const std::string mail = *BuildMail(parts, kNowMs);
    const std::string header = mail.substr(0, mail.find("\r\n\r\n") + 2);
    for (const std::string& line : LinesOf(header)) {
      CHECK_THAT(line, !Catch::StartsWith("Bcc"));
      CHECK_THAT(line, !Catch::StartsWith("\tBcc"));
    }
    CHECK_THAT(header, !Catch::Contains("List-Unsubscribe"));
    CHECK_THAT(mail, Catch::EndsWith("\r\n\r\naGVsbG8=\r\n"));
    parts = Parts();
    parts.to = "kim@mail.example" + text;
    CHECK_FALSE(BuildMail(parts, kNowMs).ok());
  }
  for (const char c : {'\0', '\t', '\r', '\n', '\x1f', '\x7f'})
    CHECK(HeaderLine("Subject", std::string{'a', c, 'b'}) == "Subject: a b\r\n");
}

TEST_CASE("mail: bodies are base64 in lines of 76, of texts whose lines end with CRLF") {
  CHECK(CanonicalLines("a\nb\r\nc\rd\r\n\r\n") == "a\r\nb\r\nc\r\nd\r\n\r\n");
  for (size_t size : {0, 1, 56, 57, 58, 1000}) {
    const std::string bytes(size, 'x');
    std::string joined;
    for (const std::string& line : LinesOf(Base64Lines(bytes))) {
      CHECK(line.size() <= 76);
      joined += line;
    }
    CHECK(*DecodeBase64(joined) == bytes);
  }
}

TEST_CASE("mail: addresses that may be written to") {
  struct Case {
    std::string text;
    bool good;
  };
  const Case kCases[] = {
      {"kim@shop.example", true},
      {"Kim.Lee+tag@mail.shop.example", true},
      {"o'neil_{x}!#$%&*-/=?^`|~@a.example", true},
      {"kim@localhost", true},
      {"k@1.2", true},
      {"", false},
      {"kim", false},
      {"@shop.example", false},
      {"kim@", false},
      {".kim@shop.example", false},
      {"kim.@shop.example", false},
      {"ki..m@shop.example", false},
      {"ki m@shop.example", false},
      {"kim@shop example", false},
      {"kim@-shop.example", false},
      {"kim@shop-.example", false},
      {"kim@shop..example", false},
      {"kim@shop.example.", false},
      {"<kim@shop.example>", false},
      {"\"kim\"@shop.example", false},
      {"kim@[10.0.0.1]", false},
      {"a@b@shop.example", false},
      {"김@shop.example", false},
      {"kim@상점.example", false},
      {"kim@shop.example\r\nRCPT TO:<x@y.example>", false},
      {"kim@shop.example,lee@shop.example", false},
      {std::string(64, 'a') + "@shop.example", true},
      {std::string(65, 'a') + "@shop.example", false},
      {"kim@" + std::string(63, 'a') + ".example", true},
      {"kim@" + std::string(64, 'a') + ".example", false},
  };
  for (const Case& c : kCases) {
    INFO(c.text);
    CHECK(IsMailAddress(c.text) == c.good);
  }
}
