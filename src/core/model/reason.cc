#include "core/model/reason.h"

#include <iterator>

namespace cartwheel {
namespace {

struct ReasonRow {
  Reason reason;
  std::string_view name;
  std::string_view before_detail = ": ";
};

using enum Reason;
constexpr ReasonRow kReasons[] = {
    {kNone, "", ""},
    {kEvent, "", ""},
    {kAccepted, "accepted"},
    {kDelivered, "delivered"},
    {kFailedFinal, "failed_final"},
    {kRetry, "retry"},
    {kUnknown, "unknown"},
    {kGone, "gone"},
    {kRejectMsg, "reject_msg"},
    {kConfig, "config"},
    {kSuppressed, "suppressed"},
    {kDefer, "defer"},
    {kReleased, "released"},
    {kNotSent, "not_sent"},
    {kExpired, "expired"},
    {kDead, "dead"},
    {kStale, "stale"},
    {kLeaseLapsed, "lease_lapsed"},
    {kSpanPassed, "the span in which its channel recognises the key has passed", "; "},
    {kRestored, "restored"},
    {kOvertaken, "overtaken"},
    {kLate, "late", " "},
    {kMinGap, "min_gap"},
    {kUnreachable, "unreachable"},
    {kRequire, "require"},
    {kNoConsent, "no_consent"},
    {kRefused, "refused"},
    {kPurposeEnded, "purpose_ended"},
    {kAborted, "aborted"},
    {kDoesNotFit, "does_not_fit"},
    {kTemplateError, "template_error"},
    {kErased, "erased"},
    {kMerged, "merged"},
    {kEndpointRemoved, "endpoint_removed"},
    {kEndpointTaken, "endpoint_taken"},
    {kEnrolmentsMax, "enrolments_max"},
    {kCartsMax, "carts_max"},
    {kIdle, "idle"},
    {kDuplicate, "duplicate"},
    {kQuarantined, "quarantined"},
    {kAttributesBytesMax, "attributes_bytes_max"},
    {kEndpointsMax, "endpoints_max"},
    {kCartItemsMax, "cart_items_max"},
    {kCartQuantityMax, "cart_quantity_max"},
    {kConsentsMax, "consents_max"},
    {kWithdrawn, "withdrawn"},
    {kNotConfirmed, "not_confirmed"},
    {kReconfirmDue, "reconfirm_due"},
    {kNoMedium, "no_medium"},
    {kTooYoung, "too_young"},
    {kNotCertified, "not_certified"},
    {kClosed, "closed"},
    {kNoCommonHours, "no_common_hours"},
    {kCapped, "capped"},
    {kQuiet, "quiet"},
    {kNoLabel, "no_label"},
    {kMayHaveArrived, "may_have_arrived"},
    {kPaused, "paused"},
    {kStopped, "stopped"},
    {kDraining, "draining"},
    {kSurge, "surge"},
    {kHeldOut, "held_out"},
    {kBounced, "bounced"},
    {kComplained, "complained"},
    {kAddressBlocked, "address_blocked"},
    {kWalkChainMax, "walk_chain_max"},
    {kAudiencesMax, "audiences_max"},
    {kEmittedBytesMax, "emitted_bytes_max"},
    {kOutranked, "outranked"},
    {kUnknownJourney, "unknown_journey"},
    {kEntryDataBytesMax, "entry_data_bytes_max"},
    {kAdopted, "adopted"},
    {kSentBefore, "sent_before"},
    {kUnknownCall, "unknown_call"},
    {kAnswerField, "answer_field"},
    {kAnswerBytesMax, "answer_bytes_max"},
};

// Every reason has its row, in the order of the numbers, and a name that no other has.
constexpr bool IsComplete() {
  if (std::size(kReasons) != static_cast<size_t>(kCount)) return false;
  for (size_t i = 0; i < std::size(kReasons); ++i) {
    if (static_cast<size_t>(kReasons[i].reason) != i) return false;
    for (size_t j = 0; j < i; ++j)
      if (!kReasons[i].name.empty() && kReasons[i].name == kReasons[j].name) return false;
    if (kReasons[i].name.empty() != (i <= static_cast<size_t>(kEvent))) return false;
  }
  return true;
}
static_assert(IsComplete());

const ReasonRow& RowOf(Reason reason) { return kReasons[static_cast<size_t>(reason)]; }

}  // namespace

std::string_view ReasonName(Reason reason) { return RowOf(reason).name; }

std::optional<Reason> FindReason(std::string_view name) {
  for (const ReasonRow& row : kReasons)
    if (!row.name.empty() && row.name == name) return row.reason;
  return std::nullopt;
}

std::string CauseText(const Cause& cause) {
  const ReasonRow& row = RowOf(cause.reason);
  std::string text(row.name);
  if (cause.detail.empty()) return text;
  text += row.before_detail;
  text += cause.detail;
  return text;
}

}  // namespace cartwheel
