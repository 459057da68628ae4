// sending_kill_test [--kills N]: law 5 over the network. A worker sends advertisements by HTTP to a provider in this
// process, which counts them by their keys, and now and then takes one and breaks off without an answer. The worker is
// killed at a random moment, again and again: no key may have come twice over all lives.
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>

#include "adapters/answer.h"
#include "base/status.h"
#include "cartwheel/clock.h"
#include "cartwheel/transport.h"
#include "cartwheel/worker.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "tests/sim/random.h"
#include "tests/unit/transport/local_server.h"

extern char** environ;

namespace {

using namespace cartwheel;

constexpr std::string_view kPlaybook = R"({"playbook":1,"revision":1,"policy":{"consent":"assumed_by_shop","rules":[]},
  "shop":{"name":"s","currency":"KRW"},"templates":{"hello":{"purpose":"cart","push":{"title":"t","body":"b"}}},
  "journeys":{"cart":{"enter":{"on":"product_added"},"exit":[{"on":"order_completed"}],"steps":[{"send":"hello","via":["web_push"],"latest":"12h"}]}}})";
constexpr int kBatch = 10;          // customers of one call of Ingest
constexpr int kIngestMs = 3;        // between two
constexpr int kNoAnswerEvery = 13;  // requests of which the provider takes one and says nothing
constexpr size_t kKeyBytes = 32;
constexpr int kBeginMsMax = 20'000;
constexpr int64_t kCustomersOfALife = 1'000'000;

constexpr int64_t kLifeMs = 3'600'000;  // between two lives: leases have lapsed, what waited for a while is due

// The machine's clocks, an hour later in each life.
class LifeClock final : public Clock {
 public:
  explicit LifeClock(int64_t life) : ahead_ms_(life * kLifeMs) {}
  int64_t NowMs() override { return SystemClock()->NowMs() + ahead_ms_; }
  int64_t MonotonicMs() override { return SystemClock()->MonotonicMs() + ahead_ms_; }
  uint64_t BootId() override { return SystemClock()->BootId(); }

 private:
  const int64_t ahead_ms_;
};

// One request a message: its body is its key.
class KeyAdapter final : public Adapter {
 public:
  explicit KeyAdapter(std::string url) : url_(std::move(url)) {}
  ChannelTraits traits() const override { return {.timeout_ms = 1'000, .batch_max = 20}; }
  Plan Build(absl::Span<const Message> messages, int64_t) override {
    Plan plan;
    for (size_t i = 0; i < messages.size(); ++i) {
      Request& request = plan.requests.emplace_back();
      request.method = "POST";
      request.url = url_;
      request.body = messages[i].key;
      request.timeout_ms = 1'000;
      request.private_address = true;
      request.messages = {i};
    }
    return plan;
  }
  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t) override {
    const OutcomeCode code = OutcomeOfFailure(response).value_or(OutcomeCode::kAccepted);
    return OutcomeOfAll(request, messages, code, response.error);
  }

 private:
  const std::string url_;
};

int Fail(std::string_view what, const absl::Status& status) {
  fmt::print(stderr, "the worker: {}: {}\n", what, StatusText(status));
  return 4;
}

// A life: ingests and works until it is killed.
int Live(const std::string& path, const std::string& url, int64_t life) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  LifeClock clock(life);
  int64_t customer = life * kCustomersOfALife;
  Options options;
  options.clock = &clock;
  options.fold_lease_ms = 30;
  auto opened = Engine::Open(path, options);
  if (!opened.ok()) return Fail("open", opened.status());
  Engine& engine = **opened;
  engine.impl().SetAddressById(true);
  engine.impl().SetGuardsSurges(false);
  if (auto loaded = engine.Load(kPlaybook); !loaded.ok()) return Fail("load", loaded.status());
  Transport transport(&clock);
  std::vector<Dispatcher> dispatchers;
  dispatchers.emplace_back(&engine);
  auto channel = MakeAdapterChannel("web_push", std::make_unique<KeyAdapter>(url), &transport, &clock);
  if (absl::Status added = dispatchers[0].Add(std::move(channel)); !added.ok()) return Fail("add", added);
  Worker worker(&engine, Dispatcher(&engine));
  worker.SetDispatchers(std::move(dispatchers));
  worker.Start();
  while (true) {
    std::string batch;
    for (int i = 0; i < kBatch; ++i, ++customer)
      batch += fmt::format(R"({{"type":"product_added","customer":"c{}","properties":{{"product_id":"p"}}}})"
                           "\n",
                           customer);
    if (auto taken = engine.Ingest(batch, {}); !taken.ok()) return Fail("ingest", taken.status());
    if (absl::Status error = worker.last_error(); !error.ok()) return Fail("work", error);
    usleep(kIngestMs * 1000);
  }
}

// What was taken, by key, and how often.
class Provider {
 public:
  Provider() : server_([this](LocalConnection& connection) { Serve(connection); }) {}
  std::string Url() const { return server_.Url(); }
  std::map<std::string, int> taken() {
    absl::MutexLock lock(&mutex_);
    return taken_;
  }
  size_t messages() {
    absl::MutexLock lock(&mutex_);
    return taken_.size();
  }

 private:
  void Serve(LocalConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      {
        absl::MutexLock lock(&mutex_);
        ++taken_[request.substr(request.size() - kKeyBytes)];
        if (++requests_ % kNoAnswerEvery == 0) return;
      }
      if (!connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) return;
    }
  }

  absl::Mutex mutex_;
  std::map<std::string, int> taken_ ABSL_GUARDED_BY(mutex_);
  int64_t requests_ ABSL_GUARDED_BY(mutex_) = 0;
  LocalServer server_;
};

pid_t Start(const char* program, const std::string& path, const std::string& url, int64_t life) {
  const std::string number = fmt::format("{}", life);
  const char* words[] = {program, "--live", path.c_str(), url.c_str(), number.c_str(), nullptr};
  pid_t child = -1;
  return posix_spawn(&child, program, nullptr, nullptr, const_cast<char* const*>(words), environ) == 0 ? child : -1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "--live") == 0) return Live(argv[2], argv[3], std::atoll(argv[4]));
  const int kills = argc == 3 && std::strcmp(argv[1], "--kills") == 0 ? std::atoi(argv[2]) : 20;
  std::string pattern = (std::filesystem::temp_directory_path() / "cartwheel_sending_XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data()), path = folder + "/cartwheel.db";
  Provider provider;
  sim::Random random(20260101);
  int done = 0, useful = 0;
  for (; done < kills; ++done) {
    const size_t before = provider.messages();
    const pid_t child = Start("/proc/self/exe", path, provider.Url(), done);
    if (child < 0) break;
    // Three of four lives end after they began to send, the fourth at any moment of its beginning.
    for (int waited_ms = 0; done % 4 != 3 && waited_ms < kBeginMsMax && provider.messages() == before; ++waited_ms)
      usleep(1'000);
    usleep(static_cast<useconds_t>(random.Between(0, 400'000)));
    int status = 0;
    const bool ended = waitpid(child, &status, WNOHANG) == child;
    kill(child, SIGKILL);
    if (ended) break;
    waitpid(child, &status, 0);
    useful += provider.messages() > before;
  }
  int64_t twice = 0;
  const std::map<std::string, int> taken = provider.taken();
  for (const auto& [key, count] : taken) twice += count > 1;
  fmt::print("{} kills, {} of them after something was sent: {} messages taken, {} of them twice\n", done, useful,
             taken.size(), twice);
  std::filesystem::remove_all(folder);
  return done == kills && twice == 0 && useful * 2 > kills ? 0 : 1;
}
