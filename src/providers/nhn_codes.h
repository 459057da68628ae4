// What NHN Cloud's codes mean: of KakaoTalk Bizmessage (Alimtalk v2.3, brand message v1.0) and of SMS v3.0. Sources:
// the pages "Error Codes" of KakaoTalk Bizmessage and "Result Code" of SMS, as of November 2026.
#pragma once

#include "providers/code_table.h"

namespace cartwheel {

// `header.resultCode` and that of each recipient, in the answer to a hand-over.
absl::Span<const CodeRow> NhnKakaoApiCodes();
absl::Span<const CodeRow> NhnSmsApiCodes();
// `resultCode` of a report.
absl::Span<const CodeRow> NhnKakaoResults();
absl::Span<const CodeRow> NhnSmsResults();

}  // namespace cartwheel
