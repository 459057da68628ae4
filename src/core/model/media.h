// What media take: the fields of a message for each, with their limits, as one table. A medium is a section of a
// template; channels share it
// ("push" is web_push and app_push). A shop's own channel has none, and no limits but that of every message.
//
// Sources: carriers' sizes of SMS and LMS and Kakao's of Alimtalk and brand messages as their guides of 2026 give them;
// RFC 8291 (a push record of 4,096 bytes carries 3,993) and RFC 8030 (topics) for push; RFC 5322 for a subject, which
// is one line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace cartwheel {

inline constexpr size_t kSmsBytesMax = 90;  // beyond it the message goes as LMS, which costs more
inline constexpr size_t kLmsBytesMax = 2000;
inline constexpr size_t kLmsSubjectBytesMax = 40;
inline constexpr size_t kAlimtalkCharactersMax = 1000;
inline constexpr size_t kBrandCharactersMax = 1300;
inline constexpr size_t kPushBytesMax = 3600;  // of the section; what a channel wraps around it takes up to 393 more

enum class FieldForm : uint8_t {
  kText,
  kLine,
  kHtml,
  kWord,
  kNumber,
  kList,
  kMap
};  // kLine: a text without a line break
enum class Measure : uint8_t { kNone, kCharacters, kKoreanBytes };

struct MediumField {
  std::string_view path;  // "title"; "buttons[].label" of each element
  FieldForm form = FieldForm::kText;
  Measure measure = Measure::kNone;
  size_t size_max = 0;          // in that measure; of kList: elements
  std::string_view words = {};  // of kWord: those it may be, spaces between
  bool needed = false;
};

struct Medium {
  std::string_view name;
  absl::Span<const MediumField> fields;  // empty: any
  size_t bytes_max = 0;                  // of the whole section as JSON; 0: only kMessageBytesMax

  const MediumField* Find(std::string_view path) const;
};

absl::Span<const Medium> Media();
const Medium* FindMedium(std::string_view name);

// Whether a field takes this text; OutOfRange says what is wrong and what the limit is: `sms.text: 2,104 bytes in
// EUC-KR, at most 2,000`. `size_max` is another limit than the field's own, when it is not 0. *korean_bytes: of a field
// that is measured so, else 0.
absl::Status CheckField(const Medium& medium, const MediumField& field, std::string_view text, size_t size_max,
                        size_t* korean_bytes);

}  // namespace cartwheel
