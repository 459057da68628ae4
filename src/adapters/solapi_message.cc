// The order of the members is that of SOLAPI's own library for Node, so that requests can be compared byte by byte.
#include "adapters/solapi_message.h"

#include "base/measure.h"
#include "providers/korean_number.h"
#include "providers/message_mark.h"

namespace cartwheel {
namespace {

constexpr Refusal kFine = {};

std::string_view TextType(const KoreanPayload& payload) {
  if (!payload.image.empty()) return "MMS";
  if (payload.type == "sms") return "SMS";
  if (payload.type == "lms" || !payload.subject.empty()) return "LMS";
  return MeasureKorean(payload.text).bytes <= kSmsBytesMax ? "SMS" : "LMS";
}

Refusal CheckText(const KoreanPayload& payload) {
  if (payload.text.empty()) return {OutcomeCode::kRejectMsg, "the text is empty"};
  if (payload.image.find("://") != payload.image.npos)
    return {OutcomeCode::kRejectMsg, "the image is a URL: SOLAPI takes the id of an image that was uploaded there"};
  return kFine;
}

Refusal CheckKakao(const KoreanPayload& payload, const SolapiSender& sender) {
  if (sender.pf_id.empty()) return {OutcomeCode::kConfig, "pf_id is not set: a Kakao message needs a Kakao channel"};
  for (const auto& [key, value] : payload.variables)
    if (VariableName(key).find('.') != key.npos) return {OutcomeCode::kRejectMsg, "a variable's name has a dot"};
  return IsAlimtalk(payload) ? kFine : CheckText(payload);
}

void WriteAlimtalkButtons(const KoreanPayload& payload, JsonWriter& w) {
  if (payload.buttons.size() == 0) return;
  w.Key("buttons");
  w.BeginList();
  for (json::Element button : payload.buttons) {
    const std::string_view type = ButtonType(button), url = json::Text(button, "url");
    w.BeginObject();
    w.Text("buttonName", json::Text(button, "label"));
    w.Text("buttonType", type);
    if (type == "WL") {
      w.Text("linkMo", url);
      w.Text("linkPc", url);
    } else if (type == "AL") {
      w.Text("linkAnd", url);
      w.Text("linkIos", url);
    }
    w.EndObject();
  }
  w.EndList();
}

void WriteVariables(const KoreanPayload& payload, JsonWriter& w) {
  if (payload.variables.size() == 0) return;
  w.Key("variables");
  w.BeginObject();
  for (const auto& [key, value] : payload.variables) {
    std::string name = "#{";
    name.append(VariableName(key)).append("}");
    w.TextKey(name);
    w.Text(json::Text(value));
  }
  w.EndObject();
}

void WriteBrandMessage(const KoreanPayload& payload, JsonWriter& w) {
  w.Key("bms");
  w.BeginObject();
  w.Text("targeting", payload.targeting.empty() ? "I" : payload.targeting);
  w.Text("chatBubbleType", payload.image.empty() ? "TEXT" : "IMAGE");
  if (!payload.image.empty()) {
    w.Text("imageId", payload.image);
    if (!payload.image_url.empty()) w.Text("imageLink", payload.image_url);
  }
  if (payload.buttons.size() != 0) {
    w.Key("buttons");
    w.BeginList();
    for (json::Element button : payload.buttons) {
      const std::string_view type = ButtonType(button), url = json::Text(button, "url");
      w.BeginObject();
      w.Text("name", json::Text(button, "label"));
      w.Text("linkType", type);
      if (type == "WL") {
        w.Text("linkMobile", url);
        w.Text("linkPc", url);
      } else if (type == "AL") {
        w.Text("linkAndroid", url);
        w.Text("linkIos", url);
      }
      w.EndObject();
    }
    w.EndList();
  }
  w.EndObject();
}

void WriteKakao(const Message& message, const KoreanPayload& payload, const SolapiSender& sender, JsonWriter& w) {
  w.Key("kakaoOptions");
  w.BeginObject();
  w.Text("pfId", sender.pf_id);
  if (IsAlimtalk(payload)) {
    w.Text("templateId", payload.template_code);
    WriteVariables(payload, w);
  }
  w.Bool("disableSms", !sender.fallback);
  if (message.message_class == "ad") w.Bool("adFlag", true);
  if (IsAlimtalk(payload))
    WriteAlimtalkButtons(payload, w);
  else
    WriteBrandMessage(payload, w);
  w.EndObject();
}

// What an Alimtalk says beside its template: with variables the provider fills the template in, and the text is the
// fallback's; without any it is compared with the template.
std::string_view AlimtalkText(const KoreanPayload& payload, const SolapiSender& sender) {
  if (payload.variables.size() == 0) return payload.text;
  return sender.fallback ? payload.fallback : std::string_view();
}

}  // namespace

Refusal WriteSolapiMessage(const Message& message, const KoreanPayload& payload, const SolapiSender& sender,
                           JsonWriter* writer) {
  const PhoneNumber to = ReadPhoneNumber(message.address);
  if (!to.korean) return {OutcomeCode::kFailedFinal, "the address is no Korean telephone number"};
  const bool kakao = message.medium == "kakao";
  if (const Refusal refusal = kakao ? CheckKakao(payload, sender) : CheckText(payload);
      refusal.code != OutcomeCode::kAccepted)
    return refusal;
  JsonWriter& w = *writer;
  const std::string_view text = kakao && IsAlimtalk(payload) ? AlimtalkText(payload, sender) : payload.text;
  w.BeginObject();
  if (!text.empty()) w.Text("text", text);
  if (!kakao && !payload.image.empty()) w.Text("imageId", payload.image);
  w.Text("type", !kakao ? TextType(payload) : IsAlimtalk(payload) ? "ATA" : "BMS_FREE");
  if (!kakao && !payload.subject.empty()) w.Text("subject", payload.subject);
  if (kakao) WriteKakao(message, payload, sender, w);
  w.Key("customFields");
  w.BeginObject();
  w.Text(kSolapiMarkField, WriteMark(message));
  w.EndObject();
  w.Text("to", to.digits);
  w.Text("from", sender.from);
  w.EndObject();
  return kFine;
}

}  // namespace cartwheel
