// Characters that people paste into texts and EUC-KR does not have: what they are called, where they cannot be seen,
// and what is written instead.
#include <algorithm>
#include <iterator>

#include "base/measure.h"
#include "base/normal_form.h"
#include "base/utf8.h"
#include "core/model/media.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

struct Substitute {
  char32_t character;
  std::string_view name;     // of one that cannot be seen
  std::string_view instead;  // empty: nothing
};
constexpr Substitute kSubstitutes[] = {
    {0x20A9, "", "원"},
    {0xA5, "", "￥"},
    {0xA3, "", "￡"},
    {0xA2, "", "￠"},
    {0x2022, "", "·"},
    {0x30FB, "", "·"},
    {0x2219, "", "·"},
    {0x2013, "", "-"},
    {0x2014, "", "-"},
    {0x2010, "", "-"},
    {0x2011, "", "-"},
    {0x2012, "", "-"},
    {0x2212, "", "-"},
    {0xAB, "", "《"},
    {0xBB, "", "》"},
    {0x2039, "", "〈"},
    {0x203A, "", "〉"},
    {0x201A, "", ","},
    {0x201E, "", "\""},
    {0xA9, "", "(c)"},
    {0x2764, "", "♥"},
    {0x2192, "", "->"},
    {0x27A1, "", "→"},
    {0x2713, "", "√"},
    {0x2714, "", "√"},
    {0x2B50, "", "★"},
    {0x301C, "", "~"},
    {0xA0, "no-break space", " "},
    {0x202F, "narrow no-break space", " "},
    {0x2009, "thin space", " "},
    {0x2007, "figure space", " "},
    {0x200B, "zero width space", ""},
    {0x200C, "zero width non-joiner", ""},
    {0x200D, "zero width joiner", ""},
    {0xFE0F, "variation selector", ""},
    {0xFEFF, "byte order mark", ""},
    {0xAD, "soft hyphen", ""},
    {0x2028, "line separator", "\\n"},
    {0x200E, "left-to-right mark", ""},
};

}  // namespace

std::string UnwritableProblem(const MediumField& field, std::string_view text, size_t* at) {
  if (field.measure != Measure::kKoreanBytes) return "";
  const std::string composed = ComposedForm(text);
  const std::string_view unwritable = MeasureKorean(composed).unwritable;
  if (unwritable.empty()) return "";
  if (at != nullptr) *at = std::min(text.find(unwritable), text.size());  // composed, it may stand nowhere in the text
  size_t bytes = 0;
  const char32_t character = DecodeAt(unwritable, 0, &bytes);
  std::string problem =
      fmt::format("\"{}\" cannot be written in EUC-KR (U+{:04X}", unwritable, static_cast<uint32_t>(character));
  const Substitute* known = std::find_if(std::begin(kSubstitutes), std::end(kSubstitutes),
                                         [&](const Substitute& s) { return s.character == character; });
  if (known == std::end(kSubstitutes)) return problem + ")";
  problem += known->name.empty() ? ")" : fmt::format(", {})", known->name);
  return problem + (known->instead.empty() ? "; leave it out" : fmt::format("; write \"{}\"", known->instead));
}

}  // namespace cartwheel
