#include "capi/handles.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "capi/channels.h"
#include "capi/clock.h"
#include "capi/structs.h"
#include "engine/common/given_now.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"

namespace cartwheel::capi {
namespace {

using Place = std::tuple<uint64_t, uint64_t, pid_t>;  // device, inode, process

struct SharedEngine {
  std::shared_ptr<Engine> engine;
  cartwheel_options options;  // without pointers of the caller's
  std::string event_zone, token_key, deployment, seal_key;
  int64_t users = 0;
  int64_t parked_at_ms = 0;  // on the monotonic clock, while it has no users
};

struct Handle {
  std::shared_ptr<Engine> engine;
  std::optional<Place> place;  // of a shared one
  std::shared_ptr<Channels> channels = nullptr;
  std::shared_ptr<SharedClock> clock = nullptr;  // a manual one
};

// Never destroyed: a thread of the host may call while the process ends.
struct Table {
  absl::Mutex mutex;
  uint64_t next ABSL_GUARDED_BY(mutex) = 1;
  absl::flat_hash_map<uint64_t, Handle> handles ABSL_GUARDED_BY(mutex);
  std::map<Place, SharedEngine> shared ABSL_GUARDED_BY(mutex);
};

Table& TheTable() {
  static Table* table = new Table;
  return *table;
}

constexpr uint64_t kStride = 16;  // names look like addresses of things, so that a host's checks of alignment hold

uint64_t NumberOf(cartwheel_engine* handle) { return reinterpret_cast<uintptr_t>(handle) / kStride; }

cartwheel_engine* Enter(Table& table, Handle handle) ABSL_EXCLUSIVE_LOCKS_REQUIRED(table.mutex) {
  const uint64_t number = table.next++;
  table.handles.emplace(number, std::move(handle));
  return reinterpret_cast<cartwheel_engine*>(static_cast<uintptr_t>(number * kStride));
}

absl::Status Unknown() {
  return absl::FailedPreconditionError("this is no handle of an open engine: it was closed, or never opened");
}

std::optional<Place> PlaceOf(const std::string& path) {
  struct stat file;
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  return Place(static_cast<uint64_t>(file.st_dev), static_cast<uint64_t>(file.st_ino), getpid());
}

// Takes out the shared engines that have lingered long enough; the caller lets them go without the mutex.
std::vector<std::shared_ptr<Engine>> TakeStale(Table& table) ABSL_EXCLUSIVE_LOCKS_REQUIRED(table.mutex) {
  std::vector<std::shared_ptr<Engine>> stale;
  const int64_t now_ms = SystemClock()->MonotonicMs();
  for (auto it = table.shared.begin(); it != table.shared.end();) {
    const SharedEngine& shared = it->second;
    const bool mine = std::get<2>(it->first) == getpid();
    if (mine && shared.users == 0 && shared.options.linger_ms > 0 &&
        now_ms - shared.parked_at_ms >= shared.options.linger_ms) {
      stale.push_back(shared.engine);
      it = table.shared.erase(it);
    } else {
      ++it;
    }
  }
  return stale;
}

// A handle to the shared engine of this place, when there is one. Not found is null.
absl::StatusOr<cartwheel_engine*> Join(Table& table, const std::optional<Place>& place,
                                       const cartwheel_options& options, const Options& texts)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(table.mutex) {
  auto found = place ? table.shared.find(*place) : table.shared.end();
  if (found == table.shared.end()) return nullptr;
  const SharedEngine& shared = found->second;
  if (std::memcmp(&shared.options, &options, sizeof options) != 0 || shared.event_zone != texts.event_zone ||
      shared.token_key != texts.token_key || shared.deployment != texts.deployment || shared.seal_key != texts.seal_key)
    return absl::InvalidArgumentError(
        "the file is open in this process with other options: shared = 1 needs the same ones everywhere");
  ++found->second.users;
  return Enter(table, {found->second.engine, place});
}

absl::StatusOr<cartwheel_engine*> OpenShared(const std::string& path, const cartwheel_options& given) {
  Table& table = TheTable();
  const Options texts = EngineOptions(given);
  cartwheel_options options = given;  // compared by value: a text by what it says
  options.event_zone = options.token_key = options.deployment = options.seal_key = nullptr;
  std::vector<std::shared_ptr<Engine>> stale;
  {
    absl::MutexLock lock(&table.mutex);
    stale = TakeStale(table);
    ASSIGN_OR_RETURN(cartwheel_engine * joined, Join(table, PlaceOf(path), options, texts));
    if (joined != nullptr) return joined;
  }
  // Opened outside of the mutex. Two that do so at once: the second one's goes again.
  ASSIGN_OR_RETURN(std::shared_ptr<Engine> engine, Engine::Open(path, texts));
  const std::optional<Place> place = PlaceOf(path);
  if (!place) return absl::UnavailableError(fmt::format("{}: the file was taken away while it was opened", path));
  absl::MutexLock lock(&table.mutex);
  ASSIGN_OR_RETURN(cartwheel_engine * joined, Join(table, place, options, texts));
  if (joined != nullptr) return joined;
  table.shared[*place] = {engine, options, texts.event_zone, texts.token_key, texts.deployment, texts.seal_key, 1, 0};
  return Enter(table, {std::move(engine), place});
}

// With a clock of its own, which lives as long as the engine.
absl::StatusOr<cartwheel_engine*> OpenAtRest(const std::string& path, const cartwheel_options& options) {
  RETURN_IF_ERROR(CheckGivenNow(options.manual_clock_ms));
  if (options.shared != 0)
    return absl::InvalidArgumentError(
        "manual_clock_ms and shared: expected one of them, a manual clock belongs to one engine");
  auto clock = std::make_shared<SharedClock>(options.manual_clock_ms);
  Options with_clock = EngineOptions(options);
  with_clock.clock = clock.get();
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> opened, Engine::Open(path, with_clock));
  std::shared_ptr<Engine> engine(opened.release(), [clock](Engine* closed) { delete closed; });
  Table& table = TheTable();
  absl::MutexLock lock(&table.mutex);
  return Enter(table, {.engine = std::move(engine), .place = std::nullopt, .clock = std::move(clock)});
}

}  // namespace

absl::StatusOr<cartwheel_engine*> OpenHandle(const std::string& path, const cartwheel_options& options) {
  if (options.manual_clock_ms != 0) return OpenAtRest(path, options);
  if (options.shared != 0 && path != ":memory:") return OpenShared(path, options);
  ASSIGN_OR_RETURN(std::shared_ptr<Engine> engine, Engine::Open(path, EngineOptions(options)));
  Table& table = TheTable();
  absl::MutexLock lock(&table.mutex);
  return Enter(table, {std::move(engine), std::nullopt});
}

absl::StatusOr<std::shared_ptr<Engine>> Find(cartwheel_engine* handle) {
  Table& table = TheTable();
  absl::ReaderMutexLock lock(&table.mutex);
  auto found = table.handles.find(NumberOf(handle));
  if (found == table.handles.end()) return Unknown();
  return found->second.engine;
}

absl::StatusOr<std::shared_ptr<Channels>> FindChannels(cartwheel_engine* handle) {
  Table& table = TheTable();
  absl::MutexLock lock(&table.mutex);
  auto found = table.handles.find(NumberOf(handle));
  if (found == table.handles.end()) return Unknown();
  Handle& known = found->second;
  if (known.channels == nullptr) known.channels = std::make_shared<Channels>(known.engine);
  return known.channels;
}

int64_t Reached(Engine& engine, int64_t now_ms) {
  auto* clock = dynamic_cast<SharedClock*>(engine.impl().clock());
  if (clock == nullptr || now_ms == 0 || !CheckGivenNow(now_ms).ok()) return now_ms;
  clock->Reach(now_ms);
  return clock->NowMs() == now_ms ? 0 : now_ms;
}

absl::Status SetClock(cartwheel_engine* handle, int64_t now_ms) {
  Table& table = TheTable();
  std::shared_ptr<Engine> engine;
  {
    absl::ReaderMutexLock lock(&table.mutex);
    auto found = table.handles.find(NumberOf(handle));
    if (found == table.handles.end()) return Unknown();
    if (now_ms == 0) return absl::InvalidArgumentError("now_ms is 0: expected the moment that the clock is set to");
    RETURN_IF_ERROR(CheckGivenNow(now_ms));
    if (found->second.clock == nullptr)
      return absl::FailedPreconditionError(
          "the engine has the machine's clock: expected one that was opened with manual_clock_ms");
    found->second.clock->Set(now_ms);
    engine = found->second.engine;
  }
  engine->Interrupt();  // who waits looks at what is due now
  return absl::OkStatus();
}

absl::Status CloseHandle(cartwheel_engine* handle) {
  Table& table = TheTable();
  std::vector<std::shared_ptr<Engine>> stale;
  Handle closed;
  {
    absl::MutexLock lock(&table.mutex);
    auto found = table.handles.find(NumberOf(handle));
    if (found == table.handles.end()) return Unknown();
    closed = std::move(found->second);
    table.handles.erase(found);
    if (closed.place) {
      SharedEngine& shared = table.shared.find(*closed.place)->second;
      if (--shared.users > 0) return absl::OkStatus();
      shared.parked_at_ms = SystemClock()->MonotonicMs();
    }
    stale = TakeStale(table);
  }
  if (closed.place) return closed.engine->impl().ReleaseLease();
  return closed.engine->Close();
}

}  // namespace cartwheel::capi
