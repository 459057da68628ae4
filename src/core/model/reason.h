// Reasons: why a step was skipped, a message dropped, revoked or ended, an enrolment exited or refused, an event not
// taken. One enumeration with one table of names; code compares enumerators, and text is made at the border.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartwheel {

// A new one is an enumerator before kCount and a row of kReasons. Numbers are part of the file format: append, never
// move.
enum class Reason : uint8_t {
  kNone,
  kEvent,  // an event came; the detail is its type

  // Outcomes of a hand-over (channel.h). The detail is the channel's own words.
  kAccepted,
  kDelivered,
  kFailedFinal,
  kRetry,
  kUnknown,
  kGone,
  kRejectMsg,
  kConfig,
  kSuppressed,
  kDefer,
  kReleased,
  kNotSent,

  // Ends that the engine gives a message.
  kExpired,      // its moment passed
  kDead,         // kAttemptsMax hand-overs were tried
  kStale,        // its text is too old; the step that made it decides anew
  kLeaseLapsed,  // its claim was not settled
  kSpanPassed,   // another hand-over might be a second copy; the detail is the reason before
  kRestored,     // it may have been sent after the copy of the database was made
  kOvertaken,    // a later step of the walk made a message

  // Steps and messages that are not made, or not sent.
  kLate,         // after the step's `latest`; of an outcome: after the message had ended, the detail is the outcome
  kMinGap,       // too soon after the last message
  kUnreachable,  // no channel of the step has an address
  kRequire,      // the template's condition does not hold
  kNoConsent,
  kRefused,  // the channel answered that the recipient wants no advertisement
  kPurposeEnded,
  kAborted,        // by the template; the detail is its reason
  kDoesNotFit,     // the detail says which field, and the limit
  kTemplateError,  // the detail is the error

  // What happens to customers, addresses, enrolments and carts.
  kErased,
  kMerged,
  kEndpointRemoved,
  kEndpointTaken,
  kEnrolmentsMax,
  kCartsMax,
  kIdle,

  // Events that are not taken, or not as a whole.
  kDuplicate,
  kQuarantined,
  kAttributesBytesMax,
  kEndpointsMax,
  kCartItemsMax,
  kCartQuantityMax,
  kConsentsMax,

  // What the gate says; the detail is the rule's id.
  kWithdrawn,     // the recipient wants no such advertisement
  kNotConfirmed,  // the consent waits for the address's own confirmation
  kReconfirmDue,  // the consent is too old
  kNoMedium,      // the channel belongs to no medium of consents
  kTooYoung,
  kNotCertified,   // the channel's provider
  kClosed,         // outside of hours
  kNoCommonHours,  // there are none at which it might arrive
  kCapped,
  kQuiet,
  kNoLabel,

  kMayHaveArrived,  // of a hand-over whose end is not known, and that is tried again

  // What an operator holds (core/model/holds.h).
  kPaused,
  kStopped,
  kDraining,
  kSurge,  // more left in an hour than the guard allows

  kHeldOut,  // the walk is of an arm that is held out, or the customer is

  // What was said of the address (suppression.h).
  kBounced,
  kComplained,
  kAddressBlocked,

  // Steps that act.
  kWalkChainMax,
  kAudiencesMax,
  kEmittedBytesMax,

  // Entries, and walks that a new revision takes over.
  kOutranked,          // another journey, which the detail names, goes before this one
  kUnknownJourney,     // no journey in force is entered by that name
  kEntryDataBytesMax,  // what a walk should know of its entry is too long
  kAdopted,            // a new revision took the walk over, and has no such step
  kSentBefore,         // the step made its message under the revision before

  // Answers to calls.
  kUnknownCall,     // no walk of the customer waits for it
  kAnswerField,     // it is not of the kind that the step expects
  kAnswerBytesMax,  // the answer is too long

  kCount  // not a reason
};

// Returns its name: "order_completed" has none of its own, since kEvent is named by its detail.
std::string_view ReasonName(Reason reason);
// Finds a reason by its name; nullopt when there is none of that name.
std::optional<Reason> FindReason(std::string_view name);
// Returns whether a number that was read is one.
constexpr bool IsReason(uint64_t number) { return number < static_cast<uint64_t>(Reason::kCount); }

// A reason with the words that came with it from outside: a view, for as long as a call lasts.
struct Cause {
  Reason reason = Reason::kNone;
  std::string_view detail;

  Cause() = default;
  Cause(Reason why, std::string_view words = {}) : reason(why), detail(words) {}
  static Cause OfEvent(std::string_view type_name) { return {Reason::kEvent, type_name}; }
};

// Returns it as answers show it: "unreachable", "gone: no such number", "order_completed" of an event.
std::string CauseText(const Cause& cause);

}  // namespace cartwheel
