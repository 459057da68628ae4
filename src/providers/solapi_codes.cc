#include "providers/solapi_codes.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;

// SOLAPI's reference, "message status codes": 1 is refused at intake, 2 by the platform (2000: it is queued), 3000 is
// with the carrier, 3 is the carrier's or Kakao's answer, 4000 has arrived.
constexpr CodeRow kStatusCodes[] = {
    {"1026", kRejectMsg, "the same recipient twice in one request"},
    {"1029", kRejectMsg, "characters that EUC-KR does not have"},
    {"1030", kConfig, "the balance is not sufficient"},
    {"1031", kRejectMsg, "the text is too long"},
    {"1043", kRejectMsg, "the text is not that of its template"},
    {"1060", kSuppressed, "the recipient is on the block list"},
    {"1061", kSuppressed, "the recipient opted out by the 080 number"},
    {"1062", kConfig, "the sender number is not registered"},
    {"1064", kConfig, "the sender number is blocked by KISA"},
    {"1*", kRejectMsg, "refused at intake"},
    {"2000", kAccepted, "queued"},
    {"2060", kSuppressed, "the recipient is on the block list"},
    {"2061", kSuppressed, "the recipient opted out by the 080 number"},
    {"2230", kConfig, "the balance is not sufficient"},
    {"2*", kRejectMsg, "refused by the platform"},
    {"3000", kAccepted, "handed to the carrier"},
    {"3032", kGone, "the number has no subscriber"},
    {"3040", kFailedFinal, "the device cannot be reached now"},
    {"3041", kFailedFinal, "the device cannot be reached now"},
    {"3042", kFailedFinal, "the device cannot be reached now"},
    {"3043", kFailedFinal, "the device cannot be reached now"},
    {"3044", kFailedFinal, "the device cannot be reached now"},
    {"3045", kFailedFinal, "the device cannot be reached now"},
    {"3046", kFailedFinal, "the device cannot be reached now"},
    {"3047", kSuppressed, "the recipient refuses messages"},
    {"3054", kConfig, "taken for spam"},
    {"3055", kConfig, "taken for spam"},
    {"3059", kConfig, "the sender number is taken for a forged one"},
    {"3102", kFailedFinal, "the recipient is no friend of the Kakao channel"},
    {"3103", kRejectMsg, "the text is not that of its template"},
    {"3104", kFailedFinal, "the recipient does not use KakaoTalk"},
    {"3107", kSuppressed, "the recipient blocked the Kakao channel, or was not active for 72 hours"},
    {"3108", kDefer, "outside of the hours in which it may be sent"},
    {"3*", kFailedFinal, "the carrier did not deliver it"},
    {"4000", kDelivered, "delivered"},
};

// SOLAPI's reference, "errors": of the signature.
constexpr CodeRow kErrors[] = {
    {"RequestTimeTooSkewed", kRetry, "this machine's clock differs by more than 15 minutes", 60'000},
    {"DuplicatedSignature", kRetry, "the signature was used before", 1'000},
    {"InvalidAPIKey", kConfig, "the API key is not known"},
    {"SignatureDoesNotMatch", kConfig, "the API secret is another one"},
};

}  // namespace

absl::Span<const CodeRow> SolapiStatusCodes() { return kStatusCodes; }
absl::Span<const CodeRow> SolapiErrors() { return kErrors; }

}  // namespace cartwheel
