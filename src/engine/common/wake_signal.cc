#include "engine/common/wake_signal.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

#include <algorithm>
#include <limits>
#include <utility>

namespace cartwheel {
namespace {

void Drain(int fd) {
  alignas(8) char bytes[4096];
  while (read(fd, bytes, sizeof bytes) > 0) {
  }
}

int Watch([[maybe_unused]] const std::string& file) {
#ifdef __linux__
  const int watch = file.empty() ? -1 : inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch >= 0 && inotify_add_watch(watch, file.c_str(), IN_MODIFY) >= 0) return watch;
  if (watch >= 0) close(watch);
#endif
  return -1;
}

}  // namespace

WakeSignal::WakeSignal(std::string file) : file_(std::move(file)) {
  if (pipe(pipe_) != 0) return;  // no descriptors are left: a wait sleeps its whole time
  for (int fd : pipe_) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

WakeSignal::~WakeSignal() {
  for (int fd : {pipe_[0], pipe_[1], watch_})
    if (fd >= 0) close(fd);
}

bool WakeSignal::WatchesWrites() {
  std::call_once(watching_, [this] { watch_ = Watch(file_); });
  return watch_ >= 0;
}

void WakeSignal::Notify() {
  if (!notified_.exchange(true) && write(pipe_[1], "", 1) < 0) notified_ = false;
}

void WakeSignal::Close() {
  closed_ = true;
  Notify();
}

WakeSignal::WakeReason WakeSignal::Wait(int64_t ms, bool notifications_only) {
  pollfd fds[2] = {{pipe_[0], POLLIN, 0}, {!notifications_only && WatchesWrites() ? watch_ : -1, POLLIN, 0}};
  if (!closed_) poll(fds, 2, static_cast<int>(std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max())));
  if (closed_) return WakeReason::kNotified;  // the byte stays for the others
  if (fds[0].revents != 0) {
    Drain(pipe_[0]);
    notified_ = false;
    return WakeReason::kNotified;
  }
  if (fds[1].revents == 0) return WakeReason::kNothing;
  Drain(watch_);
  return WakeReason::kWrite;
}

}  // namespace cartwheel
