#include "engine/common/doorbell.h"

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

Doorbell::Doorbell(std::string file) : file_(std::move(file)) {
  if (pipe(ring_) != 0) return;  // no descriptors are left: whoever waits sleeps his time
  for (int fd : ring_) fcntl(fd, F_SETFL, O_NONBLOCK), fcntl(fd, F_SETFD, FD_CLOEXEC);
}

Doorbell::~Doorbell() {
  for (int fd : {ring_[0], ring_[1], watch_})
    if (fd >= 0) close(fd);
}

bool Doorbell::HearsWrites() {
  std::call_once(watching_, [this] { watch_ = Watch(file_); });
  return watch_ >= 0;
}

void Doorbell::Ring() {
  if (!rung_.exchange(true) && write(ring_[1], "", 1) < 0) rung_ = false;
}

void Doorbell::Close() {
  closed_ = true;
  Ring();
}

Doorbell::Heard Doorbell::Wait(int64_t ms, bool rings_only) {
  pollfd fds[2] = {{ring_[0], POLLIN, 0}, {!rings_only && HearsWrites() ? watch_ : -1, POLLIN, 0}};
  if (!closed_) poll(fds, 2, static_cast<int>(std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max())));
  if (closed_) return Heard::kRing;  // the byte stays for the others
  if (fds[0].revents != 0) {
    Drain(ring_[0]);
    rung_ = false;
    return Heard::kRing;
  }
  if (fds[1].revents == 0) return Heard::kNothing;
  Drain(watch_);
  return Heard::kWrite;
}

}  // namespace cartwheel
