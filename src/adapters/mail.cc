#include "adapters/mail.h"

#include <algorithm>
#include <vector>

#include "adapters/mail_text.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

// The preheader is what lists of mails show after the subject: the first text of the body, which the body does not
// show.
std::string WithPreheader(std::string_view html, std::string_view preheader) {
  if (preheader.empty()) return std::string(html);
  const std::string hidden =
      fmt::format("<div style=\"display:none;max-height:0;overflow:hidden\">{}</div>", EscapeHtml(preheader));
  const size_t body = Lower(html).find("<body");
  const size_t end = body == html.npos ? html.npos : html.find('>', body);
  const size_t place = end == html.npos ? 0 : end + 1;
  return fmt::format("{}{}{}", html.substr(0, place), hidden, html.substr(place));
}

std::string Part(std::string_view type, std::string_view text) {
  return fmt::format("Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", type,
                     Base64Lines(CanonicalLines(text)));
}

// The plain text goes first: programs show the last part that they can.
std::string Bodies(const MailParts& parts) {
  const std::string html = parts.html.empty() ? "" : WithPreheader(parts.html, parts.preheader);
  if (html.empty()) return Part("text/plain", parts.text);
  if (parts.text.empty()) return Part("text/html", html);
  const std::string boundary = fmt::format("=_{}", parts.key);  // base64 has no "_"
  return fmt::format(
      "Content-Type: multipart/alternative;\r\n boundary=\"{0}\"\r\n\r\n--{0}\r\n{1}--{0}\r\n{2}--{0}--\r\n", boundary,
      Part("text/plain", parts.text), Part("text/html", html));
}

// A link of which a byte could end the header, or the brackets, is left out.
bool IsHeaderUrl(std::string_view url) {
  return url.starts_with("https://") && url.find_first_of(" <>\"\\\r\n\t") == url.npos &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

absl::StatusOr<std::string> BuildMail(const MailParts& parts, int64_t now_ms) {
  if (parts.text.empty() && parts.html.empty()) return absl::InvalidArgumentError("it has neither text nor html");
  for (const std::string* address : {&parts.from, &parts.to})
    if (!IsMailAddress(*address)) return absl::InvalidArgumentError("an address is none");
  std::string mail = HeaderLine("Date", MailDate(now_ms));
  mail += AddressLine("From", parts.from_name, parts.from);
  mail += AddressLine("To", "", parts.to);
  if (!parts.reply_to.empty()) mail += AddressLine("Reply-To", "", parts.reply_to);
  mail += HeaderLine("Subject", parts.subject);
  mail += FoldedLine("Message-ID", fmt::format("<{}@{}>", parts.key, parts.message_id_domain));
  std::vector<std::string> ways;
  const bool one_click = IsHeaderUrl(parts.unsubscribe_url);
  if (one_click) ways.push_back(fmt::format("<{}>", parts.unsubscribe_url));
  if (!parts.unsubscribe_mailto.empty()) ways.push_back(fmt::format("<mailto:{}>", parts.unsubscribe_mailto));
  if (!ways.empty()) mail += FoldedLine("List-Unsubscribe", fmt::format("{}", fmt::join(ways, ", ")));
  if (one_click) mail += FoldedLine("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
  if (!parts.feedback_id.empty()) mail += FoldedLine("Feedback-ID", parts.feedback_id);
  if (!parts.report_header.empty()) mail += parts.report_header + "\r\n";
  mail += "MIME-Version: 1.0\r\n";
  return mail + Bodies(parts);
}

}  // namespace cartwheel
