// The payload of a text message or a Kakao message, as core/model/media.cc lists its fields, and what the adapters of
// Korean providers share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_text.h"
#include "base/json_tree.h"

namespace cartwheel {

inline constexpr size_t kSmsBytesMax = 90;  // in EUC-KR; what is longer goes as LMS

// Views into the parser that read it: until it reads the next.
struct KoreanPayload {
  std::string_view text, subject, title, image, image_url, template_code, targeting, fallback;
  std::string_view type;  // "sms", "lms" or "mms"
  json::Object variables = json::EmptyObject();
  json::Array buttons = json::EmptyArray();
};
bool ReadKoreanPayload(std::string_view payload, simdjson::dom::parser* parser, KoreanPayload* read);

// A button's kind: what the payload says, else a web link.
std::string_view ButtonType(json::Element button);
// "이름" of "#{이름}".
std::string_view VariableName(std::string_view key);
// The payload as an object of its own for each medium: a Kakao message has buttons, targeting or a template.
bool IsAlimtalk(const KoreanPayload& payload);

// The title of an LMS: its subject, else the beginning of its text, within 40 bytes of EUC-KR and one line.
std::string TitleOf(const KoreanPayload& payload);

// How long it is until 08:00 in Korea, when advertisements may be sent again.
int64_t UntilMorningInKorea(int64_t now_ms);

}  // namespace cartwheel
