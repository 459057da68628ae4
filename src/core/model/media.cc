#include "core/model/media.h"

#include <algorithm>

#include "base/measure.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

using enum FieldForm;
using enum Measure;

constexpr MediumField kPush[] = {
    {"title"},
    {"body"},
    {"icon", kLine},
    {"image", kLine},
    {"url", kLine},
    {"buttons", kList, kNone, 2},
    {"buttons[].label", kLine},
    {"buttons[].url", kLine},
    {"ttl", kNumber},  // seconds that a push service keeps it for a device that is away
    {"urgency", kWord, kNone, 0, "very-low low normal high"},
    {"topic", kLine, kCharacters, 32},  // a newer one replaces an older that was not shown yet
};
constexpr MediumField kSms[] = {
    {.path = "text", .measure = kKoreanBytes, .size_max = kLmsBytesMax, .needed = true},
    {"subject", kLine, kKoreanBytes, kLmsSubjectBytesMax},
    {"image", kLine},
    {"type", kWord, kNone, 0, "sms"},  // never an LMS: what is longer is not sent
};
constexpr MediumField kKakao[] = {
    {.path = "text", .measure = kCharacters, .size_max = kBrandCharactersMax, .needed = true},
    {"template_code", kLine, kCharacters, 30},  // Alimtalk: the reviewed template that the text is
    {"title", kLine, kCharacters, 50},
    {"subtitle", kLine, kCharacters, 50},
    {"image", kLine},
    {"image_url", kLine, kCharacters, 1000},
    {"variables", kMap},
    {"buttons", kList, kNone, 5},
    {"buttons[].label", kLine, kCharacters, 14},
    {"buttons[].url", kLine, kCharacters, 1000},
    {"buttons[].type", kWord, kNone, 0, "WL AL DS BK MD BC BT AC BF"},
    {"targeting", kWord, kNone, 0, "I M N"},
    {"fallback", kText, kKoreanBytes, kLmsBytesMax},  // the SMS or LMS in its place
};
constexpr MediumField kEmail[] = {
    {.path = "subject", .form = kLine, .measure = kCharacters, .size_max = 200, .needed = true},
    {"preheader", kLine, kCharacters, 200},
    {"from_name", kLine, kCharacters, 100},
    {"text"},
    {"html", kHtml},
};

constexpr Medium kMedia[] = {
    {"push", kPush, kPushBytesMax}, {"sms", kSms}, {"kakao", kKakao}, {"email", kEmail}, {"webhook", {}}};

std::string Counted(size_t number) {
  return number < 1000 ? fmt::format("{}", number) : fmt::format("{},{:03}", number / 1000, number % 1000);
}

}  // namespace

absl::Span<const Medium> Media() { return kMedia; }

const Medium* FindMedium(std::string_view name) {
  for (const Medium& medium : kMedia)
    if (medium.name == name) return &medium;
  return nullptr;
}

const MediumField* Medium::Find(std::string_view path) const {
  for (const MediumField& field : fields)
    if (field.path == path) return &field;
  return nullptr;
}

absl::Status CheckField(const Medium& medium, const MediumField& field, std::string_view text, size_t size_max,
                        size_t* korean_bytes) {
  *korean_bytes = 0;
  if (size_max == 0) size_max = field.size_max;
  auto wrong = [&](std::string_view what) {
    return absl::OutOfRangeError(fmt::format("{}.{}: {}", medium.name, field.path, what));
  };
  // Two passes: find_first_of makes a call for each character.
  if (field.form == kLine && (text.find('\n') != text.npos || text.find('\r') != text.npos))
    return wrong("a line break, and it is one line");
  if (field.needed && text.find_first_not_of(" \t\r\n") == text.npos) return wrong("it is empty");
  if (field.form == kWord && fmt::format(" {} ", field.words).find(fmt::format(" {} ", text)) == std::string::npos)
    return wrong(fmt::format("\"{}\", expected {}", text, field.words));
  if (field.measure == kKoreanBytes) {
    const KoreanSize measured = MeasureKorean(text);
    *korean_bytes = measured.bytes;
    if (!measured.unwritable.empty())
      return wrong(fmt::format("\"{}\" cannot be written in EUC-KR", measured.unwritable));
    if (measured.bytes > size_max)
      return wrong(fmt::format("{} bytes in EUC-KR, at most {}", Counted(measured.bytes), Counted(size_max)));
  } else if (field.measure == kCharacters) {
    const size_t characters = text.size() > size_max ? CountCharacters(text) : 0;  // never more characters than bytes
    if (characters > size_max)
      return wrong(fmt::format("{} characters, at most {}", Counted(characters), Counted(size_max)));
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
