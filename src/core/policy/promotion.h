// Words that promote: what makes an advertisement of a message that its playbook calls transactional or a notice. One
// such sentence is enough (KISA: ancillary advertising makes the whole message advertising). A list as data, in Korean
// and English, with the phrases in which a word only tells what was agreed: the discount of a bill, the balance and the
// expiry of points that a purchase earned.
//
// A linter, not a judge: it finds what people write without thinking, and its silence proves nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/message.h"

namespace cartwheel {

inline constexpr std::string_view kPromotionRule = "CLASS-01";

// Stands in a text for a value that is not known when the playbook is loaded: it parts words.
inline constexpr std::string_view kUnknownValue = "\uFFFC";

struct Promotion {
  size_t at = 0;  // in the text
  size_t size = 0;
};

// The words that promote, in the order of the text, none within another. The text is in Unicode's form C. Links are
// passed over.
std::vector<Promotion> FindPromotions(std::string_view text);

// `CLASS-01: "쿠폰", "무료 배송" promote, …`; *at: where the first one stands. Empty when none does, and for an
// advertisement.
std::string PromotionProblem(MessageClass message_class, std::string_view text, size_t* at);

// HTML with its tags, comments, styles and scripts written over by spaces, so that places stay; also where it begins or
// ends within a tag.
std::string VisibleText(std::string_view html);

}  // namespace cartwheel
