#include "liquid/josa_latin.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

constexpr LastSound V = LastSound::kVowel, C = LastSound::kConsonant, R = LastSound::kRieul;

struct Reading {
  std::string_view text;
  LastSound sound;
};

// As written, after a digit: 그램, 킬로그램, 밀리그램; 미터, 리터, 바이트, 인치, 와트, 볼트 and the like end in
// vowels.
constexpr Reading kUnits[] = {
    {"g", C},  {"kg", C}, {"mg", C},  {"m", V},  {"cm", V}, {"mm", V},   {"km", V}, {"l", V},  {"L", V},    {"ml", V},
    {"mL", V}, {"GB", V}, {"MB", V},  {"TB", V}, {"KB", V}, {"W", V},    {"V", V},  {"Hz", V}, {"inch", V}, {"oz", V},
    {"ea", V}, {"EA", V}, {"pcs", V}, {"p", V},  {"P", V},  {"kcal", V}, {"nm", V}, {"ha", V}, {"t", C},
};

// Ends of words, lower case, the first that fits.
constexpr Reading kEndings[] = {
    {"book", C}, {"look", C}, {"hook", C}, {"out", C}, {"ck", C}, {"le", R}, {"l", R},
    {"me", C},   {"ne", C},   {"mb", C},   {"ng", C},  {"m", C},  {"n", C},
};

bool IsVowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// b, c, k, p, t after one short vowel: 웹, 뮤직, 캡, 로봇. After two vowels (coat 코트) or a consonant (shirt) they
// open a syllable of their own.
bool ClosesSyllable(std::string_view word) {
  constexpr std::string_view kStops = "bckpt";
  size_t n = word.size();
  return n >= 2 && kStops.find(word[n - 1]) != kStops.npos && IsVowel(word[n - 2]) && (n == 2 || !IsVowel(word[n - 3]));
}

constexpr size_t kSpeltLettersMax = 3;

// USB, LG, HTML; but NIKE, LEGO.
bool IsSpelt(std::string_view letters, std::string_view lower) {
  if (letters.size() == 1) return true;
  if (!std::all_of(letters.begin(), letters.end(), [](char c) { return LowerAscii(c) != c; })) return false;
  return letters.size() <= kSpeltLettersMax || std::none_of(lower.begin(), lower.end(), IsVowel);
}

}  // namespace

LastSound LastSoundOfLatin(std::string_view letters, bool after_digit) {
  if (after_digit)
    for (const Reading& unit : kUnits)
      if (unit.text == letters) return unit.sound;
  std::string lower;
  // no ending of the tables needs more; a spelt word of more capitals reads the same
  constexpr size_t kLettersRead = 8;
  for (char c : letters.substr(letters.size() - std::min(letters.size(), kLettersRead))) lower += LowerAscii(c);
  if (IsSpelt(letters, lower)) {
    char last = lower.back();
    return last == 'l' || last == 'r' ? R : last == 'm' || last == 'n' ? C : V;
  }
  for (const Reading& ending : kEndings)
    if (lower.ends_with(ending.text)) return ending.sound;
  return ClosesSyllable(lower) ? C : V;
}

}  // namespace cartwheel::liquid
