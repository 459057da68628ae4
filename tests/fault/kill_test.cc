// kill_test [--kills N]: law 1, 2 and 5 under kill -9. A process works over a SQLite file and says what was
// acknowledged; it is killed at a random moment, again and again; then the file must be whole, hold every acknowledged
// event exactly once, and no advertisement may have been handed over twice over all lives. Every third time two
// processes work at once: one ingests, one works.
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/clock.h"
#include "core/model/customer_row.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "tests/fault/kill_child.h"
#include "tests/sim/random.h"

namespace {

using namespace cartwheel;
using namespace cartwheel::fault;

constexpr int64_t kDay0Ms = 1'767'225'600'000;

struct Lives {
  std::set<int64_t> events;               // acknowledged
  std::map<std::string, int> hand_overs;  // of advertisements, by key
  std::set<int64_t> claimed, settled;     // message ids
  std::set<int64_t> advertisements;       // of those claimed
  int lives = 0;  // each may have ingested one batch, with at most one order in it, that it could not speak of
  std::vector<std::string> broken;
};

struct Child {
  pid_t pid = -1;
  int in = -1;
};

Child Start(Task duty) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    duty.out = ends[1];
    _exit(Live(duty));
  }
  close(ends[1]);
  return {pid, ends[0]};
}

void Listen(Child child, Lives& lives) {
  ++lives.lives;
  std::string text;
  char buffer[65536];
  for (ssize_t got; (got = read(child.in, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<size_t>(got));
  close(child.in);
  text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);  // a line cut short was not said
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(2));
    int64_t number = 0;
    std::string key, message_class;
    words >> number >> key >> message_class;
    if (line[0] == 'i') lives.events.insert(number);
    if (line[0] == 's') lives.settled.insert(number);
    if (line[0] == '!') lives.broken.push_back("a child stopped: " + line);
    if (line[0] != 'c') continue;
    lives.claimed.insert(number);
    if (message_class != "ad") continue;
    lives.advertisements.insert(number);
    if (++lives.hand_overs[key] > 1) lives.broken.push_back(fmt::format("never twice: message {} left again", number));
  }
}

std::string CheckIntegrity(const std::string& path) {
  sqlite3* database = nullptr;
  std::string answer = "no answer";
  if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_busy_timeout(database, 10'000);
    sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement, nullptr);
    if (sqlite3_step(statement) == SQLITE_ROW)
      answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
  }
  sqlite3_close(database);
  return answer;
}

// Another life, which is not killed: everything is folded, leases lapse; then what the file holds is compared with what
// was said.
void Judge(const std::string& path, int64_t now_ms, Lives& lives) {
  ManualClock clock(now_ms);
  clock.PassMonotonic(SystemClock()->MonotonicMs() + 1'000'000);  // every lease of the killed has lapsed
  Options options;
  options.clock = &clock;
  auto opened = Engine::Open(path, options);
  auto fail = [&](std::string what) { lives.broken.push_back(std::move(what)); };
  if (!opened.ok()) return fail("open: " + StatusText(opened.status()));
  Engine& engine = **opened;
  engine.impl().SetAddressById(true);
  for (bool more = true; more;) {
    auto advanced = engine.Advance(0);
    if (!advanced.ok()) return fail("advance: " + StatusText(advanced.status()));
    more = advanced->more;
  }
  // Every seventh event is an order without an order id: folded twice, it would count twice.
  std::map<int64_t, int64_t> expected;  // orders by customer
  for (int64_t event : lives.events)
    if (event % 7 == 3) ++expected[event % kCustomers];
  auto health = engine.impl().store().Status();
  if (!health.ok() || health->cursor != health->head.last) fail("not everything was folded");
  auto rows = engine.impl().store().Customers(CustomerRow(0), 100'000);
  std::map<std::string, Customer> customers;
  for (const auto& row : *rows)
    if (auto customer = DecodeCustomer(row.row, row.data); customer.ok())
      customers[customer->id] = *customer;
    else
      fail(StatusText(customer.status()));
  // An event may be there that was not acknowledged (killed between commit and word): at most one batch of five a life.
  for (const auto& [number, orders] : expected)
    if (customers[fmt::format("c{}", number)].orders < orders)
      fail(fmt::format("acknowledged is durable: c{} has {} orders, {} were acknowledged", number,
                       customers[fmt::format("c{}", number)].orders, orders));
  int64_t said = 0, counted = 0;
  for (const auto& [number, orders] : expected) said += orders;
  for (const auto& [id, customer] : customers) counted += customer.orders;
  if (counted > said + lives.lives)
    fail(fmt::format("folded once: {} orders are counted, {} were acknowledged in {} lives", counted, said,
                     lives.lives));
  auto counters = engine.impl().store().Counters();
  for (const CounterRow& row : *counters)
    if (row.counter.metric == Metric::kDuplicates || row.counter.metric == Metric::kRefused)
      fail(fmt::format("folded once: {} {}", row.count, CounterPath(row.counter.view())));
  auto messages = engine.impl().store().ListMessages({{}, MessageId(0), 1'000'000});
  for (const MessageRow& message : *messages) {
    bool claimed = lives.claimed.count(message.id.value()) > 0, settled = lives.settled.count(message.id.value()) > 0;
    if (settled && message.state != MessageState::kAccepted)
      fail(fmt::format("message {} was settled accepted and is {}", message.id.value(),
                       MessageStateName(message.state)));
    if (message.state == MessageState::kClaimed) fail(fmt::format("message {} is stuck", message.id.value()));
    bool ended = message.state == MessageState::kAccepted || message.state == MessageState::kUnknown;
    if (claimed && lives.advertisements.count(message.id.value()) > 0 && !ended)
      fail(fmt::format("advertisement {} was handed over and is {}", message.id.value(),
                       MessageStateName(message.state)));
  }
  if (absl::Status closed = engine.Close(); !closed.ok()) fail("close: " + StatusText(closed));
}

}  // namespace

int main(int argc, char** argv) {
  int kills = 100;
  if (argc == 3 && std::strcmp(argv[1], "--kills") == 0) kills = std::atoi(argv[2]);
  std::string pattern = (std::filesystem::temp_directory_path() / "cartwheel_kill_XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data()), path = folder + "/cartwheel.db";
  sim::Random random(20260101);
  Lives lives;
  int64_t next_event = 0, now_ms = kDay0Ms;
  int done = 0;
  while (done < kills && lives.broken.empty()) {
    std::vector<Child> children;
    constexpr int64_t kEventsOfALife = 1'000'000;
    bool two = done % 3 == 2;
    children.push_back(Start({path, -1, next_event, now_ms, true, !two}));
    if (two) children.push_back(Start({path, -1, 0, now_ms, false, true}));
    usleep(static_cast<useconds_t>(random.Between(2'000, 250'000)));
    for (Child& child : children) {
      kill(child.pid, SIGKILL);
      ++done;
    }
    for (Child& child : children) {
      Listen(child, lives);
      int status = 0;
      waitpid(child.pid, &status, 0);
    }
    next_event += kEventsOfALife / kCustomers * kCustomers;
    now_ms += 3 * 24 * kHourMs;
    if (done % 10 < 2) {
      if (std::string answer = CheckIntegrity(path); answer != "ok")
        lives.broken.push_back("integrity_check: " + answer);
      Judge(path, now_ms, lives);
    }
  }
  if (std::string answer = CheckIntegrity(path); answer != "ok") lives.broken.push_back("integrity_check: " + answer);
  Judge(path, now_ms, lives);
  for (const std::string& law : lives.broken) fmt::print("{}\n", law);
  fmt::print("{} kills: {} events acknowledged, {} messages handed over, {} settled, {} laws broken\n", done,
             lives.events.size(), lives.claimed.size(), lives.settled.size(), lives.broken.size());
  if (lives.broken.empty())
    std::filesystem::remove_all(folder);
  else
    fmt::print("the file is kept: {}\n", path);
  return lives.broken.empty() ? 0 : 1;
}
