// Characters that people paste into texts and EUC-KR does not have: what they are called, where they cannot be seen,
// and what is written instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/model/media.h"

namespace cartwheel {

// Why a text of a field cannot be sent whatever stands beside it, with the code point and what could be written in its
// place:
// `"₩" cannot be written in EUC-KR (U+20A9); write "원"`. Empty: it can. For texts of a playbook, where their author
// can change it. *at (when it is given): where in the text it stands.
std::string UnwritableProblem(const MediumField& field, std::string_view text, size_t* at = nullptr);

}  // namespace cartwheel
