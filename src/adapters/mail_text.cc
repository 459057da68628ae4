#include "adapters/mail_text.h"

#include <algorithm>

#include "absl/time/time.h"
#include "adapters/crypto.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kWordBegin = "=?UTF-8?B?", kWordEnd = "?=";
constexpr size_t kAddressBytesMax = 254, kLocalBytesMax = 64, kLabelBytesMax = 63;
constexpr size_t kWordBytesMax = 75;  // of one encoded word

bool IsAlphanumeric(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

bool IsAtomCharacter(char c) {
  return IsAlphanumeric(c) || (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

bool IsDomain(std::string_view domain) {
  while (true) {
    const std::string_view label = domain.substr(0, domain.find('.'));
    if (label.empty() || label.size() > kLabelBytesMax || label.front() == '-' || label.back() == '-' ||
        !std::all_of(label.begin(), label.end(), [](char c) { return IsAlphanumeric(c) || c == '-'; }))
      return false;
    if (label.size() == domain.size()) return true;
    domain.remove_prefix(label.size() + 1);
  }
}

bool IsLocalPart(std::string_view local) {
  return !local.empty() && local.size() <= kLocalBytesMax && local.front() != '.' && local.back() != '.' &&
         local.find("..") == local.npos &&
         std::all_of(local.begin(), local.end(), [](char c) { return IsAtomCharacter(c) || c == '.'; });
}

std::string WithoutControls(std::string_view text) {
  std::string clean(text);
  for (char& c : clean)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  return clean;
}

bool IsPlain(std::string_view text) {
  return text.find("=?") == text.npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Appends the text as encoded words; `column` is how much of the line is taken.
void AppendEncodedWords(std::string_view text, size_t column, std::string* out) {
  while (!text.empty()) {
    const size_t room = std::min(kWordBytesMax, kMailLineMax - column) - kWordBegin.size() - kWordEnd.size();
    std::string_view word = CutAtCharacter(text, room / 4 * 3);
    if (word.empty()) word = text.substr(0, 1);  // not UTF-8
    *out += fmt::format("{}{}{}", kWordBegin, EncodeBase64(word), kWordEnd);
    text.remove_prefix(word.size());
    if (text.empty()) return;
    *out += "\r\n ";
    column = 1;
  }
}

// Appends words and folds before the ones that would make a line too long.
void AppendFolded(std::string_view text, size_t column, std::string* out) {
  while (!text.empty()) {
    const size_t gap = std::min(text.find_first_not_of(' '), text.size());
    const size_t end = std::min(text.find(' ', gap), text.size());
    if (column + end > kMailLineMax && gap > 0 && gap < text.size() && column > 1) {
      *out += "\r\n";
      column = 0;
    }
    *out += text.substr(0, end);
    column += end;
    text.remove_prefix(end);
  }
}

}  // namespace

bool IsMailAddress(std::string_view text) {
  const size_t at = text.rfind('@');
  return at != text.npos && text.size() <= kAddressBytesMax && IsLocalPart(text.substr(0, at)) &&
         IsDomain(text.substr(at + 1));
}

std::string_view DomainOf(std::string_view address) { return address.substr(address.rfind('@') + 1); }

std::string HeaderLine(std::string_view name, std::string_view text) {
  std::string line = fmt::format("{}: ", name);
  const std::string clean = WithoutControls(text);
  if (IsPlain(clean))
    AppendFolded(clean, line.size(), &line);
  else
    AppendEncodedWords(clean, line.size(), &line);
  return line + "\r\n";
}

std::string AddressLine(std::string_view name, std::string_view display_name, std::string_view address) {
  std::string line = fmt::format("{}: ", name);
  const std::string clean = WithoutControls(display_name);
  if (clean.empty()) return line + std::string(address) + "\r\n";
  const size_t column = line.size();
  if (IsPlain(clean)) {
    std::string quoted = "\"";
    for (char c : clean) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    AppendFolded(quoted + "\"", column, &line);
  } else {
    AppendEncodedWords(clean, column, &line);
  }
  const size_t last = line.size() - (line.rfind('\n') + 1);  // npos + 1 is 0
  line += last + address.size() + 3 > kMailLineMax ? "\r\n " : " ";
  return line + fmt::format("<{}>\r\n", address);
}

std::string FoldedLine(std::string_view name, std::string_view value) {
  std::string line = fmt::format("{}: ", name), clean = WithoutControls(value);
  for (char& c : clean)
    if (c > '~' || c < ' ') c = '?';
  AppendFolded(clean, line.size(), &line);
  return line + "\r\n";
}

std::string MailDate(int64_t now_ms) {
  return absl::FormatTime("%a, %d %b %E4Y %H:%M:%S +0000", absl::FromUnixMillis(now_ms), absl::UTCTimeZone());
}

std::string CanonicalLines(std::string_view text) {
  std::string lines;
  lines.reserve(text.size() + text.size() / 32);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\r' || text[i] == '\n')
      lines += "\r\n";
    else
      lines += text[i];
  }
  return lines;
}

std::string Base64Lines(std::string_view bytes) {
  constexpr size_t kBytesOfLine = kMailLineMax / 4 * 3;
  std::string lines;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kBytesOfLine, bytes.size())))
    lines += EncodeBase64(bytes.substr(0, kBytesOfLine)) + "\r\n";
  return lines;
}

}  // namespace cartwheel
