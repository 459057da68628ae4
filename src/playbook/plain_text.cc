#include "playbook/plain_text.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kDropped[] = {"head", "style", "script", "title"};  // with what is in them
constexpr std::string_view kLines[] = {"p",  "div", "table",      "tr",      "ul",     "ol",     "h1", "h2", "h3", "h4",
                                       "h5", "h6",  "blockquote", "section", "header", "footer", "hr", "br", "li"};

struct Entity {
  std::string_view name, text;
};
constexpr Entity kEntities[] = {{"&nbsp;", " "},   {"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                                {"&quot;", "\""},  {"&#39;", "'"},   {"&copy;", "©"}, {"&middot;", "·"},
                                {"&hellip;", "…"}, {"&ndash;", "–"}, {"&mdash;", "—"}};

template <size_t kCount>
bool IsOneOf(std::string_view name, const std::string_view (&names)[kCount]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// One past the Liquid that begins at `at`; `at` when none does.
size_t LiquidEnd(std::string_view html, size_t at) {
  for (auto [open, close] : {std::pair("{{", "}}"), std::pair("{%", "%}")}) {
    if (html.substr(at, 2) != open) continue;
    const size_t end = html.find(close, at);
    return end == html.npos ? html.size() : end + 2;
  }
  return at;
}

struct Tag {
  std::string name;  // lower-case, without the slash
  bool closing = false;
  std::string_view inside;
  size_t end = 0;  // one past it
};

// The tag at a "<"; its quoted values and the Liquid in it may hold a ">".
Tag ReadTag(std::string_view html, size_t at) {
  Tag tag;
  size_t i = at + 1;
  tag.closing = i < html.size() && html[i] == '/';
  for (i += tag.closing; i < html.size() && std::isalnum(static_cast<unsigned char>(html[i])) != 0; ++i)
    tag.name += static_cast<char>(std::tolower(static_cast<unsigned char>(html[i])));
  const size_t inside = i;
  for (char quote = 0; i < html.size() && (quote != 0 || html[i] != '>');) {
    if (const size_t end = LiquidEnd(html, i); end > i) {
      i = end;
      continue;
    }
    if (html[i] == quote)
      quote = 0;
    else if (quote == 0 && (html[i] == '"' || html[i] == '\''))
      quote = html[i];
    ++i;
  }
  tag.inside = html.substr(inside, i - inside);
  tag.end = std::min(i + 1, html.size());
  return tag;
}

std::string_view Href(std::string_view inside) {
  const size_t at = inside.find("href=");
  if (at == inside.npos || at + 5 >= inside.size()) return {};
  const char quote = inside[at + 5];
  if (quote != '"' && quote != '\'') return {};
  const size_t end = inside.find(quote, at + 6);
  return inside.substr(at + 6, end == inside.npos ? end : end - at - 6);
}

class Writer {
 public:
  void Line() {
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  }
  void Character(char c) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space)
      text_ += c;
    else if (!text_.empty() && text_.back() != ' ' && text_.back() != '\n')
      text_ += ' ';
  }
  void Verbatim(std::string_view text) { text_ += text; }
  std::string Take() {
    Line();
    if (!text_.empty()) text_.pop_back();
    return std::move(text_);
  }

 private:
  std::string text_;
};

}  // namespace

std::string PlainText(std::string_view html) {
  Writer out;
  std::string_view href;
  for (size_t at = 0; at < html.size();) {
    if (const size_t end = LiquidEnd(html, at); end > at) {
      out.Verbatim(html.substr(at, end - at));
      at = end;
    } else if (html.substr(at, 4) == "<!--") {
      const size_t end_of_comment = html.find("-->", at);
      at = end_of_comment == html.npos ? html.size() : end_of_comment + 3;
    } else if (html[at] == '<') {
      const Tag tag = ReadTag(html, at);
      at = tag.end;
      if (!tag.closing && IsOneOf(tag.name, kDropped)) {
        const size_t closing = html.find("</" + tag.name, at);
        at = closing == html.npos ? html.size() : ReadTag(html, closing).end;
        continue;
      }
      if (IsOneOf(tag.name, kLines)) out.Line();
      if (tag.name == "li" && !tag.closing) out.Verbatim("- ");
      if (tag.name == "a" && !tag.closing) href = Href(tag.inside);
      if (tag.name == "a" && tag.closing && !href.empty()) {
        out.Verbatim(" (");
        out.Verbatim(href);
        out.Verbatim(")");
        href = {};
      }
      if (tag.name == "td" || tag.name == "th") out.Character(' ');
    } else if (html[at] == '&') {
      const auto* entity = std::find_if(std::begin(kEntities), std::end(kEntities),
                                        [&](const Entity& e) { return html.substr(at).starts_with(e.name); });
      out.Verbatim(entity == std::end(kEntities) ? "&" : entity->text);
      at += entity == std::end(kEntities) ? 1 : entity->name.size();
    } else {
      out.Character(html[at++]);
    }
  }
  return out.Take();
}

}  // namespace cartwheel::playbook
