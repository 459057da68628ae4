// A server on loopback that does what a test says: reads requests whole, answers with the bytes it is given, or breaks
// off.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace cartwheel {

// One connection, as its handler sees it.
class LocalConnection {
 public:
  LocalConnection(int socket, int number) : socket_(socket), number_(number) {}

  int number() const { return number_; }  // 0: the first
  // The next request, head and body (by its Content-Length); empty: the client closed.
  std::string ReadRequest() {
    size_t head = std::string::npos;
    while ((head = input_.find("\r\n\r\n")) == std::string::npos)
      if (!ReadMore()) return {};
    size_t size = head + 4;
    if (const size_t at = input_.find("Content-Length: "); at < head) size += std::stoul(input_.substr(at + 16));
    while (input_.size() < size)
      if (!ReadMore()) return {};
    std::string request = input_.substr(0, size);
    input_.erase(0, size);
    return request;
  }
  // The next line without its CRLF; empty: an empty line, or the client closed.
  std::string ReadLine() {
    size_t end = std::string::npos;
    while ((end = input_.find("\r\n")) == std::string::npos)
      if (!ReadMore()) return {};
    std::string line = input_.substr(0, end);
    input_.erase(0, end + 2);
    return line;
  }
  bool ended() const { return ended_; }  // the client closed
  bool Write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }
  void WaitForClose() {
    while (ReadMore()) {
    }
  }
  void Close() { shutdown(socket_, SHUT_RDWR); }
  // Ends with a reset instead of an orderly end.
  void Reset() {
    const linger now{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  bool ReadMore() {
    char bytes[4096];
    const ssize_t count = recv(socket_, bytes, sizeof bytes, 0);
    if (count > 0) input_.append(bytes, static_cast<size_t>(count));
    ended_ = count <= 0;
    return count > 0;
  }

  const int socket_, number_;
  std::string input_;
  bool ended_ = false;
};

class LocalServer {
 public:
  using Handler = std::function<void(LocalConnection&)>;

  // The handler is called on a thread of its own for each connection, which is closed when it returns.
  explicit LocalServer(Handler handler) : handler_(std::move(handler)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool listens = bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                         listen(listener_, 128) == 0 &&
                         getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (!listens) std::abort();
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { Accept(); });
  }
  // The clients must be gone, or their handlers must end.
  ~LocalServer() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (std::thread& thread : handlers_) thread.join();
    close(listener_);
  }

  int port() const { return port_; }
  std::string Url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  int connections() const { return connections_; }
  // Ends those that there are, so that handlers which wait for a request end.
  void CloseConnections() {
    absl::MutexLock lock(&mutex_);
    for (int client : open_) shutdown(client, SHUT_RDWR);
  }

 private:
  void Accept() {
    for (int client; (client = accept(listener_, nullptr, nullptr)) >= 0;) {
      const int number = connections_++;
      {
        absl::MutexLock lock(&mutex_);
        open_.insert(client);
      }
      handlers_.emplace_back([this, client, number] {
        LocalConnection connection(client, number);
        handler_(connection);
        absl::MutexLock lock(&mutex_);
        open_.erase(client);
        close(client);
      });
    }
  }

  const Handler handler_;
  const int listener_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  absl::Mutex mutex_;
  std::set<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> handlers_;
  std::thread accepting_;
};

}  // namespace cartwheel
