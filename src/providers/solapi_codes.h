// What SOLAPI's codes mean. Source: SOLAPI's reference, "message status codes" and "errors" of the messages v4 API.
#pragma once

#include "providers/code_table.h"

namespace cartwheel {

// Of a message, in the answer to its hand-over and in reports. Every code has a row: the last ones are of whole groups.
absl::Span<const CodeRow> SolapiStatusCodes();
// `errorCode` of an answer that is not 2xx.
absl::Span<const CodeRow> SolapiErrors();

}  // namespace cartwheel
