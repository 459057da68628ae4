#include "transport/mail_lanes.h"

#include <csignal>
#include <optional>
#include <utility>

#include "transport/transfer.h"

namespace cartwheel {

MailLanes::~MailLanes() {
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (auto& [url, server] : servers_) server->more.SignalAll();
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

void MailLanes::Add(const Item& item) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<Server>& server = servers_[item.request->url];
  if (server == nullptr) server = std::make_unique<Server>();
  server->waiting.push_back(item);
  if (server->waiting.size() > server->idle && server->lanes < Transport::kMailConnectionsMax) {
    ++server->lanes;
    threads_.emplace_back([this, &server = *server] { Run(server); });
  }
  server->more.Signal();
}

void MailLanes::Run(Server& server) {
  sigset_t all;  // signals are the host's threads' work
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  Transfer transfer;
  absl::MutexLock lock(&mutex_);
  ++server.idle;
  while (true) {
    while (server.waiting.empty() && !stopping_) server.more.Wait(&mutex_);
    --server.idle;
    if (server.waiting.empty()) return transfer.Hush();
    const Item item = server.waiting.front();
    server.waiting.pop_front();
    mutex_.Unlock();
    std::optional<Response> response;
    if (clock_->MonotonicMs() + item.request->timeout_ms <= item.call->until_ms()) {
      const bool ready = transfer.Begin(*item.request, item.call->options());
      response = transfer.Finish(ready ? curl_easy_perform(transfer.easy()) : CURLE_ABORTED_BY_CALLBACK);
    }
    mutex_.Lock();
    ++server.idle;  // before the answer: its caller may send the next mail at once, which is for this lane
    item.call->Answer(item.place, std::move(response));
  }
}

}  // namespace cartwheel
