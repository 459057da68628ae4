// What a mail server's reply means, by table.
#pragma once

#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "adapters/answer.h"

namespace cartwheel {

// By enhanced status code ("5.1.1"), and by the three digits of replies that have none.
absl::Span<const CodeRow> EnhancedCodes();
absl::Span<const CodeRow> ReplyCodes();

// "5.1.1" of "550 5.1.1 no such user"; empty: the reply has none, or one of another class.
std::string EnhancedCodeOf(std::string_view reply);

// The row of a reply. Never null: a code that no table has is retry from 400, and reject_msg from 500.
const CodeRow& RowOfReply(int status, std::string_view reply);

}  // namespace cartwheel
