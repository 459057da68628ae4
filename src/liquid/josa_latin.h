// How Latin letters are read in Korean, for josa.h, which states the rule. Tables, because it is custom rather than
// law.
#pragma once

#include <string_view>

#include "liquid/josa.h"

namespace cartwheel::liquid {

// `letters` is one or more ASCII letters; `after_digit` when a digit stands right before them (500ml).
LastSound LastSoundOfLatin(std::string_view letters, bool after_digit);

}  // namespace cartwheel::liquid
