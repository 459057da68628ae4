// The outcomes of the messages that this engine settled, by channel: since when a channel has taken nothing, and why,
// for health. In memory only: it is about now, and the process that sends is the one that knows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "cartwheel/channel.h"
#include "core/model/ids.h"

namespace cartwheel {

class ChannelBook {
 public:
  struct Entry {
    std::string channel;
    ClaimToken token;
    OutcomeCode code;
    std::string reason;
  };
  struct Failing {
    std::string channel;
    int64_t since_ms = 0;
    std::string reason;  // of the latest
  };

  // Records outcomes that came in time, in their order.
  void Hear(absl::Span<const Entry> entries, int64_t now_ms);
  // Returns whether the channel accepted a message of this claim, or of a later one.
  bool AcceptedSince(std::string_view channel, ClaimToken token) const;
  // Lists the channels whose latest outcomes were that nothing could be handed over, or are unknown.
  std::vector<Failing> Failures() const;

 private:
  struct Known {
    ClaimToken accepted_token;
    int64_t failing_since_ms = 0;  // 0: it works
    int64_t retries = 0;           // one after the other
    int64_t retries_since_ms = 0;
    std::string reason;
  };
  mutable absl::Mutex mutex_;
  std::map<std::string, Known, std::less<>> channels_ ABSL_GUARDED_BY(mutex_);
};

// So many messages that were put off (kRetry), one after the other, say so too: one that is put off may be the
// recipient's fault, all of them are the provider's.
inline constexpr int64_t kRetriesMeanFailure = 20;

// Whether this outcome says that the channel took nothing, or that its answer is uncertain.
bool SaysChannelFails(OutcomeCode code);
// Whether it says that the channel answered for this message. Of what was given back or put off neither is said.
bool SaysChannelWorks(OutcomeCode code);

}  // namespace cartwheel
