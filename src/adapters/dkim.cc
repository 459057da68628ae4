#include "adapters/dkim.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/mail_text.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// What is signed where it is there. "from" is signed once more than it is there, so that no second one can be added.
constexpr std::string_view kSigned[] = {"from",
                                        "from",
                                        "to",
                                        "reply-to",
                                        "subject",
                                        "date",
                                        "message-id",
                                        "mime-version",
                                        "content-type",
                                        "content-transfer-encoding",
                                        "list-unsubscribe",
                                        "list-unsubscribe-post",
                                        "feedback-id"};
constexpr std::string_view kOversigned = "from";
constexpr size_t kSignatureLine = 72;

struct HeaderField {
  std::string name;   // lower case
  std::string value;  // relaxed
};

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

// Runs of white space become one space; none is left at the ends (RFC 6376, sections 3.4.2 and 3.4.4).
std::string Relaxed(std::string_view text, bool trim_begin) {
  std::string relaxed;
  bool space = false;
  for (char c : text) {
    if (IsSpace(c) || c == '\r' || c == '\n') {
      space = true;
      continue;
    }
    if (space && !(trim_begin && relaxed.empty())) relaxed += ' ';
    space = false;
    relaxed += c;
  }
  return relaxed;
}

HeaderField FieldOf(std::string_view field) {
  const size_t colon = field.find(':');
  std::string name = Relaxed(field.substr(0, colon), /*trim_begin=*/true);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return {std::move(name), Relaxed(field.substr(colon + 1), /*trim_begin=*/true)};
}

// The fields of a header, each with its folded lines.
std::vector<HeaderField> FieldsOf(std::string_view header) {
  std::vector<HeaderField> fields;
  while (!header.empty()) {
    size_t end = header.find("\r\n");
    while (end != header.npos && end + 2 < header.size() && IsSpace(header[end + 2]))
      end = header.find("\r\n", end + 2);
    end = std::min(end, header.size());
    fields.push_back(FieldOf(header.substr(0, end)));
    header.remove_prefix(std::min(end + 2, header.size()));
  }
  return fields;
}

std::string RelaxedBody(std::string_view body) {
  std::string relaxed;
  size_t empty_lines = 0;
  while (!body.empty()) {
    const size_t end = std::min(body.find("\r\n"), body.size());
    const std::string line = Relaxed(body.substr(0, end), /*trim_begin=*/false);
    body.remove_prefix(std::min(end + 2, body.size()));
    if (line.empty()) {
      ++empty_lines;
      continue;
    }
    for (; empty_lines > 0; --empty_lines) relaxed += "\r\n";
    relaxed += line + "\r\n";
  }
  return relaxed;
}

}  // namespace

absl::StatusOr<DkimSigner> DkimSigner::Make(std::string_view domain, std::string_view selector,
                                            std::string_view key_pem) {
  absl::StatusOr<SigningKey> key = SigningKey::ReadPem(key_pem, SigningKey::Kind::kEd25519);
  if (!key.ok()) key = SigningKey::ReadPem(key_pem, SigningKey::Kind::kRsa);
  if (!key.ok())
    return absl::InvalidArgumentError("expected a private key of RSA (2048 bits or more) or Ed25519, as PEM");
  return DkimSigner(std::string(domain), std::string(selector), *std::move(key));
}

std::string DkimSigner::Sign(std::string_view mail, int64_t now_ms) const {
  const size_t end = mail.find("\r\n\r\n");
  const std::vector<HeaderField> fields = FieldsOf(mail.substr(0, end));
  std::string names, data;
  bool oversigned = false;
  for (std::string_view name : kSigned) {
    const HeaderField* found = nullptr;
    for (const HeaderField& field : fields)
      if (field.name == name) found = &field;
    const bool again = name == kOversigned && std::exchange(oversigned, true);
    if (found == nullptr && !again) continue;
    names += (names.empty() ? "" : ":") + std::string(name);
    if (!again) data += fmt::format("{}:{}\r\n", name, found->value);
  }
  const bool is_rsa = key_.kind() == SigningKey::Kind::kRsa;
  std::string folded_names;
  for (size_t begin = 0, line = 0; begin < names.size(); ++line) {  // folded after a colon
    size_t size = names.size() - begin;
    if (size > kSignatureLine) size = names.rfind(':', begin + kSignatureLine) + 1 - begin;
    folded_names += (line == 0 ? "" : "\r\n ") + names.substr(begin, size);
    begin += size;
  }
  const std::string body_hash = EncodeBase64(Sha256(RelaxedBody(mail.substr(end + 4))));
  std::string signature =
      fmt::format("DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={};\r\n b=",
                  is_rsa ? "rsa-sha256" : "ed25519-sha256", domain_, selector_, now_ms / 1000, folded_names, body_hash);
  const HeaderField own = FieldOf(signature);
  data += fmt::format("{}:{}", own.name, own.value);
  const std::string bytes = EncodeBase64(key_.Sign(is_rsa ? data : Sha256(data)));
  for (size_t begin = 0; begin < bytes.size(); begin += kSignatureLine)
    signature += (begin == 0 ? "" : "\r\n ") + bytes.substr(begin, kSignatureLine);
  return signature + "\r\n" + std::string(mail);
}

}  // namespace cartwheel
