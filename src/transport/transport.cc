// The loop of the transport: a queue an origin, and one curl multi handle that its thread drives. Mails have lanes of
// their own.
#include "cartwheel/transport.h"

#include <curl/curl.h>

#include <csignal>
#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "transport/call.h"
#include "transport/mail_lanes.h"
#include "transport/transfer.h"

namespace cartwheel {
namespace {

constexpr int kPollMs = 1000;        // with requests on their way
constexpr int kIdlePollMs = 60'000;  // without: a wake-up ends it
constexpr long kStreamsMax = 100;    // of one HTTP/2 connection; push services allow as many

// Once a process, and never undone: the host may use curl too.
void InitializeCurl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)code;
}

// Scheme, host and port: what one pool of connections serves.
std::string_view OriginOf(std::string_view url) {
  const size_t host = url.find("://");
  return url.substr(0, host == url.npos ? url.size() : url.find_first_of("/?#", host + 3));
}

}  // namespace

class Transport::Loop {
 public:
  explicit Loop(Clock* clock) : clock_(clock), lanes_(clock) {
    InitializeCurl();
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, kStreamsMax);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(kConnectionsMax));
    thread_ = std::thread([this] { Run(); });
  }

  ~Loop() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    free_.clear();
    curl_multi_cleanup(multi_);
  }

  std::vector<std::optional<Response>> Send(absl::Span<const Request> requests, const SendOptions& options) {
    Call call(requests.size(), options, clock_->MonotonicMs() + options.span_ms);
    {
      absl::MutexLock lock(&mutex_);
      for (size_t i = 0; i < requests.size(); ++i) {
        const Item item{&call, &requests[i], i};
        if (requests[i].url.starts_with("smtp"))
          lanes_.Add(item);
        else
          arrived_.push_back(item);
      }
    }
    curl_multi_wakeup(multi_);
    return call.WaitForAnswers();
  }

 private:
  struct Origin {
    std::deque<Item> waiting;
    size_t running = 0;
  };
  struct Running {
    Item item;
    std::unique_ptr<Transfer> transfer;
    Origin* origin;
  };

  void Run() {
    sigset_t all;  // signals are the host's threads' work; curl, told not to, does not keep SIGPIPE away
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    while (TakeArrived()) {
      for (auto& [name, origin] : origins_) BeginWaiting(origin);
      int active = 0;
      curl_multi_perform(multi_, &active);
      if (EndFinished()) continue;
      std::erase_if(origins_,
                    [](const auto& entry) { return entry.second.running == 0 && entry.second.waiting.empty(); });
      curl_multi_poll(multi_, nullptr, 0, running_.empty() ? kIdlePollMs : kPollMs, nullptr);
    }
  }

  // False: the transport ends.
  bool TakeArrived() {
    absl::MutexLock lock(&mutex_);
    for (const Item& item : arrived_) origins_[std::string(OriginOf(item.request->url))].waiting.push_back(item);
    arrived_.clear();
    return !stopping_;
  }

  void BeginWaiting(Origin& origin) {
    while (!origin.waiting.empty()) {
      const Item item = origin.waiting.front();
      if (origin.running >= kHttpInFlightMax) return;
      origin.waiting.pop_front();
      if (clock_->MonotonicMs() + item.request->timeout_ms > item.call->until_ms()) {
        item.call->Answer(item.place, std::nullopt);
        continue;
      }
      std::unique_ptr<Transfer> transfer = TakeTransfer();
      if (!transfer->Begin(*item.request, item.call->options())) {
        item.call->Answer(item.place, transfer->Finish(CURLE_ABORTED_BY_CALLBACK));
        free_.push_back(std::move(transfer));
        continue;
      }
      CURL* easy = transfer->easy();
      curl_multi_add_handle(multi_, easy);
      running_.emplace(easy, Running{item, std::move(transfer), &origin});
      ++origin.running;
    }
  }

  // Whether any ended.
  bool EndFinished() {
    bool ended = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;  // the message ends with the removal
      curl_multi_remove_handle(multi_, easy);
      const auto found = running_.find(easy);
      Running running = std::move(found->second);
      running_.erase(found);
      --running.origin->running;
      running.item.call->Answer(running.item.place, running.transfer->Finish(code));
      free_.push_back(std::move(running.transfer));
      ended = true;
    }
    return ended;
  }

  std::unique_ptr<Transfer> TakeTransfer() {
    if (free_.empty()) return std::make_unique<Transfer>();
    std::unique_ptr<Transfer> transfer = std::move(free_.back());
    free_.pop_back();
    return transfer;
  }

  Clock* const clock_;
  MailLanes lanes_;
  CURLM* multi_ = nullptr;
  absl::Mutex mutex_;
  std::vector<Item> arrived_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Of the thread alone.
  std::map<std::string, Origin> origins_;
  std::map<CURL*, Running> running_;
  std::vector<std::unique_ptr<Transfer>> free_;
  std::thread thread_;
};

Transport::Transport(Clock* clock) : loop_(std::make_unique<Loop>(clock)) {}
Transport::~Transport() = default;

std::vector<std::optional<Response>> Transport::Send(absl::Span<const Request> requests, const SendOptions& options) {
  return loop_->Send(requests, options);
}

}  // namespace cartwheel
