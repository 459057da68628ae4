#include "adapters/sns_signature.h"

#include <optional>
#include <string>

#include "absl/types/span.h"
#include "adapters/crypto.h"
#include "base/json_tree.h"

namespace cartwheel {
namespace {

// What is signed: the members that are there, in this order, each with its name.
constexpr std::string_view kOfNotification[] = {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"};
constexpr std::string_view kOfConfirmation[] = {"Message", "MessageId", "SubscribeURL", "Timestamp",
                                                "Token",   "TopicArn",  "Type"};

std::string SignedText(json::Element root) {
  const bool notification = json::Text(root, "Type") == "Notification";
  const absl::Span<const std::string_view> members =
      notification ? absl::MakeConstSpan(kOfNotification) : absl::MakeConstSpan(kOfConfirmation);
  std::string text;
  for (const std::string_view member : members) {
    std::string_view value;
    if (root[member].get_string().get(value) != simdjson::SUCCESS) continue;
    text.append(member).append("\n").append(value).append("\n");
  }
  return text;
}

}  // namespace

bool IsSignedBySns(std::string_view body, std::string_view certificate, std::string_view topic) {
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS || !root.is_object()) return false;
  const std::string_view version = json::Text(root, "SignatureVersion");
  const std::optional<std::string> signature = DecodeBase64(json::Text(root, "Signature"));
  if (!signature || (version != "1" && version != "2") || json::Text(root, "TopicArn") != topic) return false;
  return VerifyByCertificate(certificate, SignedText(root), *signature, /*sha1=*/version == "1");
}

}  // namespace cartwheel
