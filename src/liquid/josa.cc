#include "liquid/josa.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "base/utf8.h"
#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

constexpr Particle kParticles[] = {
    {"은", "는", "은(는)"},
    {"이", "가", "이(가)"},
    {"을", "를", "을(를)"},
    {"과", "와", "과(와)"},
    {"아", "야", "아(야)"},
    {"으로", "로", "(으)로", true},
    {"으로서", "로서", "(으)로서", true},
    {"으로써", "로써", "(으)로써", true},
    {"으로부터", "로부터", "(으)로부터", true},
    {"이라", "라", "(이)라"},
    {"이라고", "라고", "(이)라고"},
    {"이라는", "라는", "(이)라는"},
    {"이란", "란", "(이)란"},
    {"이에요", "예요", "이에요(예요)"},
    {"이었", "였", "이었(였)"},
    {"이나", "나", "(이)나"},
    {"이랑", "랑", "(이)랑"},
    {"이며", "며", "(이)며"},
    {"이고", "고", "(이)고"},
    {"이든", "든", "(이)든"},
    {"이야", "야", "(이)야"},
    {"이여", "여", "(이)여"},
};

enum class Class : uint8_t { kHangul, kJamo, kDigit, kLatin, kKana, kRead, kBracket, kSilent, kUnreadable };

struct Span {
  char32_t first, last;
  Class meaning;
};
// In order; whatever is in no span is silent: punctuation, quotes, spaces, emoji.
constexpr Span kSpans[] = {
    {'%', '%', Class::kRead},
    {')', ')', Class::kBracket},
    {'+', '+', Class::kRead},
    {'0', '9', Class::kDigit},
    {'A', 'Z', Class::kLatin},
    {']', ']', Class::kBracket},
    {'a', 'z', Class::kLatin},
    {'}', '}', Class::kBracket},
    {0xC0, 0x24F, Class::kUnreadable},
    {0x370, 0x10FF, Class::kUnreadable},  // Greek, Cyrillic, Arabic, Thai, …
    {0x1100, 0x11FF, Class::kJamo},
    {0x1200, 0x1FFF, Class::kUnreadable},
    {0x2103, 0x2103, Class::kRead},
    {0x3011, 0x3011, Class::kBracket},
    {0x3015, 0x3015, Class::kBracket},
    {0x3041, 0x3096, Class::kKana},
    {0x30A1, 0x30FC, Class::kKana},
    {0x3131, 0x318E, Class::kJamo},
    {0x3400, 0x9FFF, Class::kUnreadable},
    {0xAC00, 0xD7A3, Class::kHangul},
    {0xF900, 0xFAFF, Class::kUnreadable},
    {0xFF05, 0xFF05, Class::kRead},
    {0xFF09, 0xFF09, Class::kBracket},
    {0xFF0B, 0xFF0B, Class::kRead},
    {0xFF10, 0xFF19, Class::kDigit},
    {0xFF21, 0xFF3A, Class::kUnreadable},
    {0xFF3D, 0xFF3D, Class::kBracket},
    {0xFF41, 0xFF5A, Class::kUnreadable},
    {0xFF5D, 0xFF5D, Class::kBracket},
    {0x20000, 0x3FFFF, Class::kUnreadable},
};

Class ClassOf(char32_t c) {
  auto span =
      std::lower_bound(std::begin(kSpans), std::end(kSpans), c, [](const Span& s, char32_t x) { return s.last < x; });
  return span != std::end(kSpans) && span->first <= c ? span->meaning : Class::kSilent;
}

struct Brackets {
  char32_t opening, closing;
};
constexpr Brackets kBrackets[] = {{'(', ')'},       {'[', ']'},       {'{', '}'},       {0xFF08, 0xFF09},
                                  {0xFF3B, 0xFF3D}, {0xFF5B, 0xFF5D}, {0x3010, 0x3011}, {0x3014, 0x3015}};

// Where the bracket that ends at `end` was opened; npos when it never was.
size_t OpeningOf(std::string_view word, size_t end, char32_t closing) {
  auto brackets =
      std::find_if(std::begin(kBrackets), std::end(kBrackets), [&](const Brackets& b) { return b.closing == closing; });
  int depth = 0;
  for (size_t bytes; end > 0; end -= bytes) {
    char32_t c = DecodeBefore(word, end, &bytes);
    if (c == brackets->closing) ++depth;
    if (c == brackets->opening && --depth == 0) return end - bytes;
  }
  return std::string_view::npos;
}

LastSound FinalOf(int final) {
  return final == 0 ? LastSound::kVowel : final == 8 ? LastSound::kRieul : LastSound::kConsonant;
}

LastSound SoundOfJamo(char32_t c) {
  if (c >= 0x314F && c <= 0x3163) return LastSound::kVowel;                         // ㅏ…ㅣ
  if (c >= 0x3131) return c == 0x3139 ? LastSound::kRieul : LastSound::kConsonant;  // ㄱ…ㅎ by their names; 리을
  if (c >= 0x11A8) return FinalOf(static_cast<int>(c) - 0x11A7);
  return c >= 0x1160 ? LastSound::kVowel : LastSound::kConsonant;
}

constexpr LastSound V = LastSound::kVowel, C = LastSound::kConsonant, R = LastSound::kRieul;
constexpr LastSound kDigitSounds[] = {C, R, V, C, V, V, C, R, R, V};  // 영 일 이 삼 사 오 육 칠 팔 구

// `zeros` zeros at the end of a whole number: 십 백 천, 만 (4 to 7), 억 (8 to 11), 조 (12 to 15), 경.
LastSound SoundOfZeros(size_t zeros) { return zeros >= 12 && zeros <= 15 ? LastSound::kVowel : LastSound::kConsonant; }

bool IsWideDigit(char32_t c) { return c >= 0xFF10 && c <= 0xFF19; }

// The number that ends at `end`, with its thousands separators.
LastSound SoundOfNumber(std::string_view word, size_t end) {
  std::string digits;  // last one first
  bool fraction = false;
  for (size_t bytes; end > 0; end -= bytes) {
    char32_t c = DecodeBefore(word, end, &bytes);
    if (c < 0x80 && IsDigit(static_cast<char>(c))) {
      digits += static_cast<char>(c);
      continue;
    }
    if (IsWideDigit(c)) {
      digits += static_cast<char>('0' + (c - 0xFF10));
      continue;
    }
    bool digit_before = end > bytes && IsDigit(word[end - bytes - 1]);
    fraction = c == '.' && digit_before;
    bool separator = c == ',' && digit_before && digits.size() % 3 == 0;
    if (!separator) break;
  }
  size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  bool by_digit = fraction || digits.back() == '0';
  if (by_digit || zeros == 0) return kDigitSounds[digits[0] - '0'];
  return SoundOfZeros(zeros);
}

// How Latin letters are read in Korean: tables, because it is custom rather than law.
struct Reading {
  std::string_view text;
  LastSound sound;
};

// As they are written after a digit: 그램, 킬로그램, 밀리그램; 미터, 리터, 바이트, 인치, 와트, 볼트 and the like end in
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

// Finds b, c, k, p, t after one short vowel: 웹, 뮤직, 캡, 로봇. After two vowels (coat 코트) or a consonant (shirt)
// they open a syllable of their own.
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

// `letters` is one or more ASCII letters; `after_digit` when a digit stands right before them (500ml).
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

LastSound SoundOfLatin(std::string_view word, size_t end) {
  size_t begin = end;
  while (begin > 0 && UpperAscii(word[begin - 1]) != LowerAscii(word[begin - 1])) --begin;
  return LastSoundOfLatin(word.substr(begin, end - begin), begin > 0 && IsDigit(word[begin - 1]));
}

// Words are short; of a hostile text only the end is read, which also bounds the recursion into brackets.
constexpr size_t kWordBytesRead = 256;

}  // namespace

LastSound LastSoundOf(std::string_view word) {
  if (word.size() > kWordBytesRead) word.remove_prefix(word.size() - kWordBytesRead);
  size_t end = word.size();
  for (size_t bytes; end > 0; end -= bytes) {
    char32_t c = DecodeBefore(word, end, &bytes);
    switch (ClassOf(c)) {
      case Class::kHangul:
        return FinalOf(static_cast<int>((c - 0xAC00) % 28));
      case Class::kJamo:
        return SoundOfJamo(c);
      case Class::kDigit:
        return SoundOfNumber(word, end);
      case Class::kLatin:
        return SoundOfLatin(word, end);
      case Class::kKana:  // ん ッ and their like
        return c == 0x3093 || c == 0x30F3 || c == 0x3063 || c == 0x30C3 ? LastSound::kConsonant : LastSound::kVowel;
      case Class::kRead:  // 퍼센트, 플러스, 도
        return LastSound::kVowel;
      case Class::kUnreadable:
        return LastSound::kUnknown;
      case Class::kBracket: {
        size_t opening = OpeningOf(word, end, c);
        if (opening == word.npos) break;
        LastSound before = LastSoundOf(word.substr(0, opening));
        return before != LastSound::kUnknown ? before : LastSoundOf(word.substr(opening, end - bytes - opening));
      }
      case Class::kSilent:
        break;
    }
  }
  return LastSound::kUnknown;
}

const Particle* FindParticle(std::string_view pair) {
  size_t slash = pair.find('/');
  if (slash == pair.npos) return nullptr;
  std::string_view a = pair.substr(0, slash), b = pair.substr(slash + 1);
  for (const Particle& particle : kParticles)
    if ((particle.after_consonant == a && particle.after_vowel == b) ||
        (particle.after_consonant == b && particle.after_vowel == a))
      return &particle;
  return nullptr;
}

std::string_view ParticleAfter(std::string_view word, const Particle& particle) {
  switch (LastSoundOf(word)) {
    case LastSound::kVowel:
      return particle.after_vowel;
    case LastSound::kConsonant:
      return particle.after_consonant;
    case LastSound::kRieul:
      return particle.rieul_is_vowel ? particle.after_vowel : particle.after_consonant;
    case LastSound::kUnknown:
      break;
  }
  return particle.unknown;
}

std::string UnknownParticle(std::string_view pair) {
  std::string known;
  for (const Particle& particle : kParticles)
    known += fmt::format("{}{}/{}", known.empty() ? "" : ", ", particle.after_consonant, particle.after_vowel);
  return fmt::format("unknown particle \"{}\", expected one of {}", pair, known);
}

}  // namespace cartwheel::liquid
