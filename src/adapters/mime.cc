#include "adapters/mime.h"

#include <algorithm>

#include "adapters/crypto.h"
#include "adapters/lower.h"

namespace cartwheel {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\n");
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

std::string_view TakeLine(std::string_view* text) {
  const size_t end = std::min(text->find('\n'), text->size());
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return line;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string DecodeQuotedPrintable(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      decoded += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
    } else if (i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += '=';
    }
  }
  return decoded;
}

std::string WithLineFeeds(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') lines += text[i];
  return lines;
}

std::string Decode(std::string_view body, std::string_view encoding) {
  const std::string name = Lower(Trim(encoding));
  if (name == "quoted-printable") return DecodeQuotedPrintable(body);
  if (name != "base64") return std::string(body);
  std::string digits;
  for (char c : body)
    if (c != '\n' && c != ' ') digits += c;
  return WithLineFeeds(DecodeBase64(digits).value_or(std::string()));
}

std::vector<std::string_view> PartsOf(std::string_view body, std::string_view boundary) {
  std::vector<std::string_view> parts;
  const std::string mark = "--" + std::string(boundary);
  const char* begin = nullptr;
  for (std::string_view rest = body; !rest.empty() && parts.size() < kMimePartsMax;) {
    const std::string_view line = TakeLine(&rest);
    if (!line.starts_with(mark)) continue;
    const std::string_view tail = Trim(line.substr(mark.size()));
    if (!tail.empty() && tail != "--") continue;
    if (begin != nullptr) parts.emplace_back(begin, static_cast<size_t>(line.data() - begin));
    begin = rest.data();
    if (tail == "--") return parts;
  }
  if (begin != nullptr && parts.size() < kMimePartsMax)  // its end is missing
    parts.emplace_back(begin, static_cast<size_t>(body.data() + body.size() - begin));
  return parts;
}

void Walk(std::string_view text, int depth, const std::function<void(const MimePart&)>& visit) {
  MimePart part;
  std::string_view body;
  part.header = ReadMimeHeader(text, &body);
  part.type = ReadContentType(FindField(part.header, "content-type"));
  part.body = Decode(body, FindField(part.header, "content-transfer-encoding"));
  visit(part);
  if (depth == kMimeDepthMax) return;
  if (part.type.type == "message/rfc822") return Walk(part.body, depth + 1, visit);
  if (!part.type.type.starts_with("multipart/")) return;
  const auto boundary = part.type.parameters.find("boundary");
  if (boundary == part.type.parameters.end() || boundary->second.empty()) return;
  for (std::string_view inner : PartsOf(part.body, boundary->second)) Walk(inner, depth + 1, visit);
}

}  // namespace

std::string_view FindField(const MimeHeader& header, std::string_view name) {
  for (const auto& [key, value] : header)
    if (key == name) return value;
  return {};
}

MimeHeader ReadMimeHeader(std::string_view text, std::string_view* body) {
  MimeHeader header;
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    if (line.empty()) break;
    const bool folded = line.front() == ' ' || line.front() == '\t';
    const size_t colon = line.find(':');
    if (folded && !header.empty())
      header.back().second += " " + std::string(Trim(line));
    else if (!folded && colon != line.npos)
      header.emplace_back(Lower(Trim(line.substr(0, colon))), std::string(Trim(line.substr(colon + 1))));
  }
  *body = text;
  return header;
}

ContentType ReadContentType(std::string_view value) {
  ContentType type;
  const size_t end = std::min(value.find(';'), value.size());
  type.type = Lower(Trim(value.substr(0, end)));
  if (type.type.empty()) type.type = "text/plain";
  for (std::string_view rest = value.substr(end); !rest.empty();) {
    rest.remove_prefix(1);  // the semicolon
    const size_t equals = rest.find('=');
    if (equals == rest.npos) break;
    const std::string name = Lower(Trim(rest.substr(0, equals)));
    rest = Trim(rest.substr(equals + 1));
    std::string text;
    if (rest.starts_with('"')) {
      size_t at = 1;
      for (; at < rest.size() && rest[at] != '"'; ++at) {
        if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
        text += rest[at];
      }
      rest.remove_prefix(std::min(at + 1, rest.size()));
      rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    } else {
      const size_t stop = std::min(rest.find(';'), rest.size());
      text = Trim(rest.substr(0, stop));
      rest.remove_prefix(stop);
    }
    type.parameters.emplace(name, text);
  }
  return type;
}

void WalkMail(std::string_view mail, const std::function<void(const MimePart&)>& visit) {
  Walk(WithLineFeeds(mail), 0, visit);
}

}  // namespace cartwheel
