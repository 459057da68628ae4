// A channel delivers messages: web push, app push, SMS, KakaoTalk, e-mail, a webhook, or the shop's own. A host may
// also do without this interface: Claim, send, Settle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace cartwheel {

// A message handed out by Claim. Send it before `expires_at_ms`, not after.
struct Message {
  int64_t id = 0;
  int64_t token = 0;  // of this claim: goes back with the outcome
  std::string key;    // 32 hex digits, the same whenever this message is handed out: the provider's idempotency key
  std::string channel;
  std::string message_class;  // "ad", "transactional", "notice", "call"
  std::string purpose;        // "cart", …
  std::string medium;         // the template's section: "push", "sms", …
  std::string customer;       // the customer's id (or the anonymous id)
  std::string address;        // the endpoint's address
  std::string journey, step, template_name;
  std::string payload;  // the rendered texts, one JSON object of the shape of the template's section
  int64_t made_at_ms = 0;
  int64_t expires_at_ms = 0;
  int attempt = 1;  // 1: the first hand-over
};

enum class OutcomeCode {
  kAccepted,     // the provider took it: done
  kDelivered,    // it arrived: done
  kFailedFinal,  // it will never be delivered; the next channel of `via` is tried
  kRetry,        // not now: again after `retry_after_ms` or a growing delay
  kUnknown,      // handed over, and no answer: an advertisement is not tried again
  kGone,         // the address no longer exists: it is removed, the next channel of `via` is tried
  kRejectMsg,    // the provider refuses this text: nothing wrong with the recipient
  kConfig,       // the channel itself is misconfigured: the message waits
  kSuppressed,   // the provider's own block list: this recipient gets no more advertisements on this channel
  kDefer,        // not before `retry_after_ms` from now; costs no attempt
  kReleased,     // sending was not begun: it may be claimed again at once, costs no attempt
  kNotSent,      // tried, and surely nothing left: again after a delay; costs an attempt only if the channel accepted
                 // another since
};
std::string_view OutcomeName(OutcomeCode code);               // "accepted", "failed_final", …
bool ParseOutcome(std::string_view name, OutcomeCode* code);  // false: no such name

struct Outcome {
  int64_t message_id = 0;
  int64_t token = 0;
  OutcomeCode code = OutcomeCode::kAccepted;
  std::string reason;          // for people: the provider's code or text
  int64_t retry_after_ms = 0;  // a span, at least a second; 0: the engine's own backoff
  int64_t gone_at_ms = 0;      // kGone: since when; an address that was registered after it stays. 0: not said
};

struct ChannelTraits {
  int64_t timeout_ms = 10'000;  // the longest one SendBatch may take: no hand-over starts with less lease left
  size_t batch_max = 100;       // messages of one SendBatch
  // how long the provider recognises a second hand-over of a key, from the first; 0: not at all
  int64_t idempotency_ms = 0;
  double rate_per_second = 0;  // messages; 0: no limit
  int64_t poll_ms = 0;         // how often a Dispatcher calls Poll; 0: never
};

// What a provider says of messages that it took before: records of a format that Engine::Ingest takes, "receipts/…".
struct ChannelReports {
  std::string format;
  std::string records;
  bool more = false;  // there is more to be had at once: Poll again
};

// Thrown by a SendBatch of which surely nothing left: the connection was refused, the provider's name is not known.
struct NotSent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Channel {
 public:
  virtual ~Channel() = default;
  virtual std::string_view name() const = 0;  // as playbooks write it in `via`
  virtual ChannelTraits traits() const { return {}; }
  // Sends what it is given and says what became of each, in any order; a message it does not mention is kUnknown.
  // Called by one thread at a time. Whatever it throws leaves all of them kUnknown, but NotSent: that leaves them
  // kNotSent.
  virtual std::vector<Outcome> SendBatch(absl::Span<const Message> messages) = 0;
  // Asks the provider for its reports, where they do not come by themselves. On the thread of SendBatch. An error is
  // one line for people; what was to be told is asked for again.
  virtual absl::StatusOr<ChannelReports> Poll() { return ChannelReports(); }
};

}  // namespace cartwheel
