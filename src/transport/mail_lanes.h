// Sends mails, a thread a connection: curl waits for a server's answer to a mail without giving its thread back, so
// mails must not share a thread with anything else.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "cartwheel/clock.h"
#include "transport/call.h"

namespace cartwheel {

class MailLanes {
 public:
  explicit MailLanes(Clock* clock) : clock_(clock) {}
  ~MailLanes();  // no item may wait
  MailLanes(const MailLanes&) = delete;

  void Add(const Item& item);

 private:
  // A mail server with the lanes that lead to it.
  struct Server {
    std::deque<Item> waiting;
    size_t lanes = 0, idle = 0;
    absl::CondVar more;
  };
  void Run(Server& server);

  Clock* const clock_;
  absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<Server>> servers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cartwheel
