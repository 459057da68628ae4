// Source: NHN Cloud's "SMS API v3.0 Guide", as of November 2026.
#include "adapters/nhn_sms.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "adapters/listing.h"
#include "adapters/nhn.h"
#include "adapters/nhn_sms_lists.h"
#include "base/measure.h"
#include "fmt/format.h"
#include "providers/korean_number.h"
#include "providers/message_mark.h"
#include "providers/nhn_codes.h"

namespace cartwheel {
namespace {

constexpr std::string_view kUrl = "https://sms.api.nhncloudservice.com";

struct SmsSender {
  std::string from, unsubscribe_no;
  bool polls = false;
};

class NhnSms final : public NhnAdapter {
 public:
  NhnSms(NhnAccount account, SmsSender sender)
      : NhnAdapter(std::move(account), NhnSmsApiCodes(), "body.data.sendResultList"), sender_(std::move(sender)) {}

  ChannelTraits traits() const override {
    return {.timeout_ms = kNhnTimeoutMs, .batch_max = kNhnBatchMax, .poll_ms = sender_.polls ? kPollMs : 0};
  }

  std::optional<Request> BuildList(const ListQuery& query, int64_t) override {
    if (query.what == ListQuery::What::kBlocked && sender_.unsubscribe_no.empty()) return std::nullopt;
    return Get(Path(NhnSmsListPath(query, sender_.unsubscribe_no)));
  }
  absl::StatusOr<ListPage> InterpretList(const ListQuery& query, const Response& response, int64_t) override {
    return ReadNhnSmsList(query, response, parser());
  }

 private:
  std::string Path(std::string_view rest) const { return fmt::format("/sms/v3.0/appKeys/{}{}", app_key(), rest); }
  std::string CheckPath() const override { return Path("/sendNos?sendNo=" + sender_.from); }

  NhnDraft Draft(const Message& message, const KoreanPayload& payload, const PhoneNumber& to) const override {
    if (payload.text.empty()) return NhnRefusal(OutcomeCode::kRejectMsg, "the text is empty");
    const bool sms = payload.image.empty() && IsSms(payload);
    if (!sms && !to.korean) return NhnRefusal(OutcomeCode::kFailedFinal, "LMS and MMS do not go abroad");
    if (!std::all_of(payload.image.begin(), payload.image.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return NhnRefusal(OutcomeCode::kRejectMsg, "the image is no number: NHN takes that of a file uploaded there");
    return Write(message, payload, to, sms);
  }

  static bool IsSms(const KoreanPayload& payload) {
    if (payload.type == "sms" || payload.type == "lms") return payload.type == "sms";
    return payload.subject.empty() && MeasureKorean(payload.text).bytes <= kSmsBytesMax;
  }

  NhnDraft Write(const Message& message, const KoreanPayload& payload, const PhoneNumber& to, bool sms) const {
    NhnDraft draft;
    draft.path = Path(fmt::format("/sender/{}{}", message.message_class == "ad" ? "ad-" : "", sms ? "sms" : "mms"));
    JsonWriter w(&draft.body);
    w.BeginObject();
    if (!sms) w.Text("title", TitleOf(payload));
    w.Text("body", payload.text);
    w.Text("sendNo", sender_.from);
    if (!payload.image.empty()) {
      w.Key("attachFileIdList");
      w.BeginList();
      w.Raw(payload.image);
      w.EndList();
    }
    w.Key("recipientList");
    w.BeginList();
    w.BeginObject();
    w.Text(to.korean ? "recipientNo" : "internationalRecipientNo", to.digits);
    w.Text("recipientGroupingKey", WriteMark(message));
    w.EndObject();
    w.EndList();
    w.EndObject();
    return draft;
  }

  const SmsSender sender_;
};

constexpr SettingKey kKeys[] = {
    {"app_key", SettingType::kText, true, "the appkey of SMS"},
    {"secret_key", SettingType::kSecret, true, "its secret key"},
    {"from", SettingType::kText, true, "the sender number that is registered there"},
    {"unsubscribe_no", SettingType::kText, false, "the 080 number whose refusals `channels sync` asks for"},
    {kPollKey, SettingType::kFlag, false, kPollWhat},
    {"url", SettingType::kText, false, "where the API is, when it is not NHN's own domain"},
};

absl::StatusOr<std::unique_ptr<Adapter>> Make(const ChannelSettings& settings) {
  const PhoneNumber from = ReadPhoneNumber(settings.Text("from"));
  if (!from.korean) return absl::InvalidArgumentError("from: expected a Korean telephone number");
  return std::make_unique<NhnSms>(ReadNhnAccount(settings, kUrl),
                                  SmsSender{from.digits, settings.Text("unsubscribe_no"), settings.Flag(kPollKey)});
}

}  // namespace

const AdapterKind kNhnSmsKind = {"nhn_sms", "sms", "NHN Cloud SMS: SMS, LMS, MMS", kKeys, Make};

}  // namespace cartwheel
