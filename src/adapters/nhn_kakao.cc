// Source: NHN Cloud's "AlimTalk API v2.3 Guide" (replaced and full messages) and "Brand Message API v1.0 Guide"
// (freestyle messages), as of November 2026.
#include "adapters/nhn_kakao.h"

#include <memory>
#include <utility>

#include "adapters/nhn.h"
#include "base/measure.h"
#include "fmt/format.h"
#include "providers/korean_number.h"
#include "providers/message_mark.h"
#include "providers/nhn_codes.h"

namespace cartwheel {
namespace {

constexpr std::string_view kUrl = "https://kakaotalk-bizmessage.api.nhncloudservice.com";
constexpr int64_t kIdempotencyMs = 10 * 60'000;

struct KakaoSender {
  std::string sender_key;
  std::string from;            // of the fallback, digits
  std::string unsubscribe_no;  // the 080 number
  bool fallback = false;
  bool alimtalk_only = false;
};

class NhnKakao final : public NhnAdapter {
 public:
  NhnKakao(NhnAccount account, KakaoSender sender)
      : NhnAdapter(std::move(account), NhnKakaoApiCodes(), "message.sendResults"), sender_(std::move(sender)) {}

  // The key is honoured for Alimtalk alone: a channel that also sends brand messages promises nothing.
  ChannelTraits traits() const override {
    return {.timeout_ms = kNhnTimeoutMs,
            .batch_max = kNhnBatchMax,
            .idempotency_ms = sender_.alimtalk_only ? kIdempotencyMs : 0};
  }

 private:
  std::string CheckPath() const override {
    return fmt::format("/alimtalk/v2.3/appkeys/{}/senders/{}", app_key(), sender_.sender_key);
  }

  NhnDraft Draft(const Message& message, const KoreanPayload& payload, const PhoneNumber& to) const override {
    if (IsAlimtalk(payload)) return Alimtalk(message, payload, to.digits);
    if (sender_.alimtalk_only)
      return NhnRefusal(OutcomeCode::kRejectMsg, "a brand message, and the channel is for Alimtalk only");
    return BrandMessage(message, payload, to.digits);
  }

  NhnDraft Alimtalk(const Message& message, const KoreanPayload& payload, std::string_view to) const {
    const bool by_variables = payload.variables.size() != 0;
    if (!by_variables && payload.text.empty()) return NhnRefusal(OutcomeCode::kRejectMsg, "the text is empty");
    NhnDraft draft;
    draft.idempotent = true;
    draft.path = fmt::format("/alimtalk/v2.3/appkeys/{}/{}", app_key(), by_variables ? "messages" : "raw-messages");
    JsonWriter w(&draft.body);
    w.BeginObject();
    w.Text("senderKey", sender_.sender_key);
    w.Text("templateCode", payload.template_code);
    w.Key("recipientList");
    w.BeginList();
    w.BeginObject();
    w.Text("recipientNo", to);
    if (by_variables) {
      WriteNhnVariables(payload, &w);  // the buttons are the template's
    } else {
      w.Text("content", payload.text);
      if (!payload.title.empty()) w.Text("templateTitle", payload.title);
      WriteNhnButtons(payload, true, &w);
    }
    WriteFallback(payload, &w);
    w.Text("recipientGroupingKey", WriteMark(message));
    w.EndObject();
    w.EndList();
    w.EndObject();
    return draft;
  }

  NhnDraft BrandMessage(const Message& message, const KoreanPayload& payload, std::string_view to) const {
    if (payload.text.empty()) return NhnRefusal(OutcomeCode::kRejectMsg, "the text is empty");
    NhnDraft draft;
    draft.path = fmt::format("/brand-message/v1.0/appkeys/{}/freestyle-messages", app_key());
    JsonWriter w(&draft.body);
    w.BeginObject();
    w.Text("senderKey", sender_.sender_key);
    w.Text("chatBubbleType", payload.image.empty() ? "TEXT" : "IMAGE");
    w.Bool("pushAlarm", true);
    if (!sender_.unsubscribe_no.empty()) w.Text("unsubscribeNo", sender_.unsubscribe_no);
    w.Text("content", payload.text);
    if (!payload.image.empty()) {
      w.Key("image");
      w.BeginObject();
      w.Text("imageUrl", payload.image);
      if (!payload.image_url.empty()) w.Text("imageLink", payload.image_url);
      w.EndObject();
    }
    WriteNhnButtons(payload, false, &w);
    w.Key("recipientList");
    w.BeginList();
    w.BeginObject();
    w.Text("recipientNo", to);
    w.Text("targeting", payload.targeting.empty() ? "I" : payload.targeting);
    WriteFallback(payload, &w);
    w.Text("recipientGroupingKey", WriteMark(message));
    w.EndObject();
    w.EndList();
    w.EndObject();
    return draft;
  }

  // Always said: without it the console's setting decides.
  void WriteFallback(const KoreanPayload& payload, JsonWriter* w) const {
    const bool resend = sender_.fallback && !payload.fallback.empty();
    w->Key("resendParameter");
    w->BeginObject();
    w->Bool("isResend", resend);
    if (resend) {
      w->Text("resendType", MeasureKorean(payload.fallback).bytes <= kSmsBytesMax ? "SMS" : "LMS");
      w->Text("resendContent", payload.fallback);
      w->Text("resendSendNo", sender_.from);
      if (!IsAlimtalk(payload) && !sender_.unsubscribe_no.empty())
        w->Text("resendUnsubscribeNo", sender_.unsubscribe_no);
    }
    w->EndObject();
  }

  const KakaoSender sender_;
};

constexpr SettingKey kKeys[] = {
    {"app_key", SettingType::kText, true, "the appkey of KakaoTalk Bizmessage"},
    {"secret_key", SettingType::kSecret, true, "its secret key"},
    {"sender_key", SettingType::kText, true, "the sender profile's key"},
    {"alimtalk_only", SettingType::kFlag, false,
     "whether the channel sends Alimtalk only, which NHN recognises when it comes twice within 10 minutes"},
    {"unsubscribe_no", SettingType::kText, false, "the 080 number of brand messages, when it is not the profile's own"},
    {"fallback", SettingType::kFlag, false,
     "whether NHN sends a text message where Kakao fails; the journey's `via` does it better"},
    {"from", SettingType::kText, false, "the sender number of the fallback"},
    {"url", SettingType::kText, false, "where the API is, when it is not NHN's own domain"},
};

absl::StatusOr<std::unique_ptr<Adapter>> Make(const ChannelSettings& settings) {
  KakaoSender sender{.sender_key = settings.Text("sender_key"),
                     .from = ReadPhoneNumber(settings.Text("from")).digits,
                     .unsubscribe_no = settings.Text("unsubscribe_no"),
                     .fallback = settings.Flag("fallback"),
                     .alimtalk_only = settings.Flag("alimtalk_only")};
  if (sender.fallback && sender.from.empty())
    return absl::InvalidArgumentError("from: a fallback needs the telephone number that it comes from");
  return std::make_unique<NhnKakao>(ReadNhnAccount(settings, kUrl), std::move(sender));
}

}  // namespace

const AdapterKind kNhnKakaoKind = {"nhn_kakao", "kakao", "NHN Cloud KakaoTalk Bizmessage: Alimtalk, brand messages",
                                   kKeys, Make};

}  // namespace cartwheel
