#include "core/message/compose.h"

#include <algorithm>

#include "base/hash.h"
#include "base/json_text.h"
#include "base/normal_form.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Most messages take no more memory.
constexpr size_t kPayloadBytesUsual = 512, kUsedUsual = 8;

// What was appended from `start` on becomes the inside of a JSON string.
void EscapeFrom(size_t start, std::string* payload) {
  const std::string_view text = std::string_view(*payload).substr(start);
  if (FindJsonEscape(text, 0) == text.size()) return;
  std::string quoted;
  AppendJsonString(text, &quoted);
  payload->replace(start, payload->npos, quoted, 1, quoted.size() - 2);
}

// What was rendered from `start` on comes in Unicode's form C, so that it is measured and encoded as its reader sees
// it. An address stays as it is.
void NormalizeFrom(size_t start, std::string* payload) {
  const std::string_view text = std::string_view(*payload).substr(start);
  if (!IsSurelyComposed(text) && !IsAddress(text)) payload->replace(start, payload->npos, ComposedForm(text));
}

// The cheapest kind that carries it, said in the payload for the channel and the bill.
void FinishSms(const Content& content, size_t bytes, Composed* composed) {
  composed->sms_type = content.has_image ? "mms" : bytes <= kSmsBytesMax ? "sms" : "lms";
  composed->payload.pop_back();
  composed->payload += fmt::format(R"(,"type":"{}","bytes":{}}})", composed->sms_type, bytes);
}

// What a mail program calls by itself when its reader unsubscribes (RFC 8058). Only a link with a token says whose mail
// it stood in.
void AddUnsubscribeUrl(const LabelPlan& label, std::string_view token, std::string* payload) {
  constexpr std::string_view kMember = R"("unsubscribe_url":)";
  if (token.empty() || label.facts.opt_out_email.empty()) return;
  if (payload->find(kMember) != payload->npos) return;  // the template's own; in a text its quotes are escaped
  payload->pop_back();
  *payload += ',';
  *payload += kMember;
  AppendJsonString(OptOutLink(label.facts.opt_out_email, token), payload);
  *payload += '}';
}

}  // namespace

absl::Status Compose(const Content& content, const World& world, Composed* composed, const LabelPlan* label,
                     std::string_view opt_out_token) {
  std::string& payload = composed->payload;
  payload.reserve(kPayloadBytesUsual);
  composed->used.reserve(kUsedUsual);
  size_t korean_bytes = content.korean_bytes;
  uint16_t placed = 0;  // parts of the label
  for (const Content::Piece& piece : content.pieces) {
    payload += piece.literal;
    if (piece.text == nullptr && piece.field == nullptr) continue;
    const size_t start = payload.size();
    if (piece.text == nullptr) {
      payload += piece.fixed;
    } else {
      RETURN_IF_ERROR(piece.text->Render(world, &payload, &composed->used));
      NormalizeFrom(start, &payload);
    }
    if (label != nullptr && piece.field != nullptr) {
      const LabelParts parts = PartsOf(*label, content, piece.field->path);
      RETURN_IF_ERROR(ApplyLabel(*label, parts, content, *piece.field, opt_out_token, start, &payload));
      placed |= parts.start;
    }
    // A text without variables was measured when the playbook was loaded, but without its label.
    if (piece.field != nullptr && (piece.text != nullptr || label != nullptr)) {
      size_t bytes = 0;
      const bool is_text = piece.field->path == "text";
      RETURN_IF_ERROR(CheckField(*content.rules, *piece.field, std::string_view(payload).substr(start),
                                 is_text ? content.text_max : 0, &bytes));
      if (is_text) korean_bytes = bytes;
    }
    EscapeFrom(start, &payload);
  }
  if (label != nullptr && label->needs_place && (placed & kPartAdLabel) == 0)
    return absl::FailedPreconditionError(
        fmt::format("no_label: {}: none of its texts is a place for \"{}\"", content.medium, kAdLabel));
  if (content.medium == "sms") FinishSms(content, korean_bytes, composed);
  if (content.medium == "email" && label != nullptr) AddUnsubscribeUrl(*label, opt_out_token, &payload);
  if (content.rules != nullptr && content.rules->bytes_max != 0 && payload.size() > content.rules->bytes_max)
    return absl::OutOfRangeError(
        fmt::format("{}: {} bytes in all, at most {}", content.medium, payload.size(), content.rules->bytes_max));
  if (payload.size() <= kMessageBytesMax) return absl::OkStatus();
  return absl::ResourceExhaustedError(fmt::format("message_bytes_max: the message takes {} bytes, at most {} are sent",
                                                  payload.size(), kMessageBytesMax));
}

std::string_view ChooseVariant(const SendStep& step, std::string_view journey, std::string_view customer_id) {
  if (step.shares.empty()) return {};
  uint64_t total = 0;
  for (const SendStep::Share& share : step.shares) total += share.weight;
  uint64_t place = SipDigest(fmt::format("variant\n{}\n{}", journey, customer_id)).low % total;
  for (const SendStep::Share& share : step.shares) {
    if (place < share.weight) return share.variant;
    place -= share.weight;
  }
  return {};
}

}  // namespace cartwheel
