#include "base/mask.h"

#include <algorithm>

namespace cartwheel {
namespace {

constexpr std::string_view kHidden = "…";
constexpr size_t kShown = 2;      // characters at either end
constexpr size_t kMaskedMin = 7;  // characters of a text of which any are shown

// What stands between two words of a sentence. A phone number may hold single spaces, which are looked at apart.
constexpr std::string_view kBetweenWords = " \t\r\n\"'<>[]{},;|=";
constexpr std::string_view kInPhone = " -.()";
constexpr size_t kPhoneDigitsMin = 9, kPhoneDigitsMax = 15;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool BeginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

// Returns how many bytes a telephone number takes that begins here; 0: none does.
size_t PhoneBytes(std::string_view text) {
  constexpr std::string_view kKoreanMobile = "8210";
  if (text.empty() || !(text[0] == '+' || text[0] == '0' || text.starts_with(kKoreanMobile))) return 0;
  if (text.starts_with("0.")) return 0;  // a fraction
  size_t digits = 0, end = 0;
  for (size_t i = text[0] == '+' ? 1 : 0; i < text.size(); ++i) {
    if (IsDigit(text[i])) {
      ++digits;
      end = i + 1;
    } else if (kInPhone.find(text[i]) == kInPhone.npos || i > end + 1) {
      break;
    }
  }
  return digits >= kPhoneDigitsMin && digits <= kPhoneDigitsMax ? end : 0;
}

}  // namespace

std::string Mask(std::string_view text) {
  const auto characters = static_cast<size_t>(std::count_if(text.begin(), text.end(), BeginsCharacter));
  if (characters < kMaskedMin) return text.empty() ? std::string() : std::string(kHidden);
  size_t head = 0, tail = text.size();
  for (size_t shown = 0; shown < kShown; ++shown) {
    while (++head < text.size() && !BeginsCharacter(text[head])) continue;
    while (--tail > head && !BeginsCharacter(text[tail])) continue;
  }
  return std::string(text.substr(0, head)) + std::string(kHidden) + std::string(text.substr(tail));
}

std::string MaskAddresses(std::string_view text) {
  std::string masked;
  bool word_begins = true;
  for (size_t i = 0; i < text.size();) {
    if (word_begins) {
      const size_t word = std::min(text.find_first_of(kBetweenWords, i), text.size()) - i;
      const size_t at = text.substr(i, word).find('@');
      const size_t address = at != text.npos && at > 0 && at + 1 < word ? word : PhoneBytes(text.substr(i));
      if (address != 0) {
        masked += Mask(text.substr(i, address));
        i += address;
        word_begins = false;
        continue;
      }
    }
    const bool in_word = IsDigit(text[i]) || (text[i] & 0x80) != 0 || (text[i] >= 'A' && text[i] <= 'Z') ||
                         (text[i] >= 'a' && text[i] <= 'z') || text[i] == '+' ||
                         (text[i] == '.' && i > 0 && IsDigit(text[i - 1]));
    word_begins = !in_word;
    masked.push_back(text[i++]);
  }
  return masked;
}

}  // namespace cartwheel
