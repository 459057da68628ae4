// Korean particles: which of 은/는, 이/가, … follows a word depends on the last sound of the word as it is read aloud.
//
//   {{ '코트' | josa: '을/를' }} → 를        {{ 'Apple' | josa: '이/가' }} → 이 (애플이)
//
// How a word is read, from its end:
//  * quotes, punctuation, spaces and symbols (emoji too) are not read; a bracket at the end is skipped with its
//  content,
//    코트(블랙) is 코트, unless nothing stands before it. % and + are read: 퍼센트, 플러스.
//  * Hangul: by arithmetic on the syllable; single letters by their names (ㅋ 키읔), composed or decomposed.
//  * Digits: whole numbers in Sino-Korean: the last digit (영 일 이 삼 사 오 육 칠 팔 구), and 10 십, 100 백, 1000 천,
//    10,000 만, 억, 조, 경 when they end in zeros. After a decimal point, or with a leading zero, digit by digit.
//  * Units that follow a digit (ml, kg, cm, …) by their names.
//  * Latin words. Capitals of up to three letters, or without a vowel, are spelt: L, M, N, R end in a consonant (엘 엠
//  엔 알).
//    Other words are read by their spelling, as they are usually transcribed: -l -le (ㄹ), -m -me -mb, -n -ne, -ng end
//    in a consonant; -ck, and c, k, p, t, b after a single short vowel (음악 music 뮤직, laptop 랩톱, robot 로봇, club
//    클럽), book, look, hook, out end in one too; everything else in a vowel (-r: 컴퓨터, -s: 버스, -d: 아이패드).
//  * Kana: ん and っ end in a consonant.
//  * What cannot be read (Han characters, other scripts, nothing at all) gets both forms: 은(는), 이(가), (으)로.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cartwheel::liquid {

enum class LastSound : uint8_t {
  kVowel,
  kConsonant,
  kRieul,  // the consonant ㄹ, a vowel to 으로/로
  kUnknown,
};

struct Particle {
  std::string_view after_consonant;
  std::string_view after_vowel;
  std::string_view unknown;
  bool rieul_is_vowel = false;
};

LastSound LastSoundOf(std::string_view word);

// "은/는" or "는/은". Null when the pair is not a particle of the table.
const Particle* FindParticle(std::string_view pair);
std::string_view ParticleAfter(std::string_view word, const Particle& particle);
// `unknown particle "이/은", expected one of 은/는, 이/가, …`
std::string UnknownParticle(std::string_view pair);

}  // namespace cartwheel::liquid
