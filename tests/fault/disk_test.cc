// disk_test [--sealed] [--disk K] [--memory K]: the main job over a disk that fails at its N-th operation, N = 1, 1 +
// K, … until a run meets no fault: an error once, errors from there on until an operator looks after it, no room, the
// power lost; and with an N-th allocation of SQLite that fails. The host does what hosts do: tries again, opens the
// file anew when the engine says that it is broken. Then the file must be whole, every acknowledged event have had its
// effect once, every message have been made once, no advertisement handed over twice, none sent after the purchase, and
// who was erased be forgotten. After a power loss the file is also opened with a second fault in that, each time a
// different one. With --sealed the database is sealed at rest, the shop's key is exchanged on the way, every customer's
// name and address must be read at the end, and nothing of either be found in the files, nor the key of who was erased.
#include <sqlite3.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/packed.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/clock.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "engine/common/current_playbook.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "store/sealed/sealed_events.h"
#include "store/sealed/sealed_store.h"
#include "store/sqlite/key_database.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/fault/fault_disk.h"
#include "tests/fault/fault_memory.h"

namespace {

using namespace cartwheel;
using namespace cartwheel::fault;

constexpr int64_t kDay0Ms = 1'767'225'600'000;
constexpr std::string_view kPlaybook = R"({"playbook":1,"revision":1,"policy":{"consent":"assumed_by_shop","rules":[]},
  "shop":{"name":"s","currency":"KRW"},"templates":{"gentle":{"purpose":"cart","push":{"title":"t","body":"{{ cart.quantity }}"}}},
  "journeys":{"cart":{"enter":{"on":"product_added","when":"cart.quantity > 0","key":"cart.id"},"exit":[{"on":"order_completed"}],
    "steps":[{"wait":"24h"},{"send":"gentle","via":["web_push"],"name":"one"},{"wait":"24h"},{"send":"gentle","via":["web_push"],"name":"two"}]}}})";

const std::string kOldKey(64, 'a'), kNewKey(64, 'b');

using Messages = std::map<std::string, std::string>;  // "customer/step" -> state
const Messages kExpected = {{"ann/one", "accepted"},
                            {"ann/two", "accepted"},
                            {"bob/one", "accepted"},
                            {"cleo/one", "accepted"},
                            {"cleo/two", "accepted"}};

// The shop, its worker and its channel in one; one life of it over one file.
class Host {
 public:
  Host(std::string path, Fault fault, int64_t at, int64_t memory_at, bool sealed)
      : path_(std::move(path)), fault_(fault), at_(at), memory_at_(memory_at), sealed_(sealed) {
    options_.clock = &clock_;
    options_.free_disk_min_bytes = 0;
    if (sealed_) options_.seal_key = kOldKey;
  }

  // The broken promises, none if all is well.
  std::vector<std::string> Run() {
    disk::Forget();
    disk::Arm(fault_, at_, static_cast<uint64_t>(at_));
    memory::Arm(memory_at_);
    Insist([&] { return engine_->Load(kPlaybook).status(); });
    Turn(0, {{"product_added", "ann"}, {"product_added", "bob"}, {"product_added", "-cleo"}, {"product_added", "eve"}});
    Turn(2, {{"identify", "cleo"}, {"erase", "eve"}});
    Turn(24, {});
    Restart();  // writes everything where it belongs
    if (sealed_) Rotate();
    Turn(32, {{"order_completed", "bob"}, {"product_viewed", "cleo"}});
    Turn(48, {});
    Turn(56, {});
    fired_ = fired_ || disk::Fired() || memory::Fired();
    Restart();
    memory::Arm(0);
    disk::Arm(Fault::kNone, 0, 0);
    Check();
    engine_.reset();
    return broken_;
  }
  bool fired() const { return fired_; }

 private:
  struct Say {
    std::string_view type;
    std::string_view who;  // "-": a device's
  };

  void Turn(int64_t hour, const std::vector<Say>& said) {
    clock_.Pass(hour * kHourMs - (clock_.NowMs() - kDay0Ms));
    std::string events;
    for (const Say& say : said) {
      const bool device = say.who.front() == '-';
      events +=
          fmt::format(R"({{"id":"{}{}{}","type":"{}","{}":"{}",{}"at":{},"properties":{{"product_id":"p"{}}}}})"
                      "\n",
                      say.type, say.who, hour, say.type, device ? "anonymous_id" : "customer", say.who.substr(device),
                      say.type == "identify" ? R"("anonymous_id":"cleo",)" : "", clock_.NowMs(),
                      sealed_ && say.type != "product_added"  // a cart's lines are not sealed
                          ? fmt::format(R"(,"email":"secret of {}")", say.who.substr(device))
                          : "");
      if (sealed_ && say.type != "erase")
        events += fmt::format(R"({{"id":"name{}{}","type":"identify","{}":"{}","at":{},"properties":{{"name":"{}"}}}})"
                              "\n",
                              say.who, hour, device ? "anonymous_id" : "customer", say.who.substr(device),
                              clock_.NowMs(), NameOf(say.who.substr(device)));
    }
    if (!events.empty())
      Insist([&] {
        auto result = engine_->Ingest(events, {});
        if (result.ok() && !result->rejected.empty()) Broken("rejected: " + result->rejected[0].message);
        return result.status();
      });
    do {
      power_came_back_ = false;
      Work();
    } while (power_came_back_);  // what a fold did that no caller waited for may be lost with the power, and has to be
                                 // done again
  }

  // One round of the worker's loop.
  void Work() {
    Insist([&] { return engine_->Advance(0).status(); });
    std::vector<Message> taken;
    Insist([&] {
      auto claimed = engine_->Claim({.channel = "web_push"});
      if (claimed.ok()) taken = claimed->messages;
      return claimed.status();
    });
    std::vector<Outcome> outcomes;
    for (const Message& message : taken) {
      if (++hand_overs_[message.key] > 1) Broken("handed over twice: " + message.key);
      outcomes.push_back({message.id, message.token, OutcomeCode::kAccepted});
    }
    Insist([&] { return engine_->Settle(outcomes, 0).status(); });
    for (const Message& message : taken) settled_.insert(message.id);
    Insist([&] { return engine_->Advance(0).status(); });
  }

  static std::string NameOf(std::string_view who) { return fmt::format("{} of Seoul", who); }

  // The key of the shop is exchanged. Whether that happened is known by which key the file opens with.
  void Rotate() {
    Insist([&] {
      if (options_.seal_key == kNewKey) return absl::OkStatus();
      const absl::Status rotated = engine_->impl().store().RotateSealKey(kNewKey);
      engine_.reset();
      rotates_ = true;
      return rotated;
    });
    Restart();
    rotates_ = false;
    if (options_.seal_key != kNewKey) Broken("the file is sealed with the old key");
  }

  // Tries until it works. A fault that lasts is looked after when trying does not help.
  template <typename Call>
  void Insist(Call call) {
    for (int tries = 0; tries < 12; ++tries) {
      if (engine_ == nullptr && !Open()) continue;
      absl::Status status = Watched(call);
      if (status.ok()) return;
      last_ = StatusText(status);
      if (disk::PowerIsLost()) {
        PowerComesBack();
      } else if (absl::IsDataLoss(status)) {
        engine_.reset();
      } else if (absl::IsUnavailable(status)) {  // the lease of a life that ended without giving it back
        clock_.PassMonotonic(options_.fold_lease_ms);
      } else if (absl::IsInternal(status)) {
        return Broken("internal: " + StatusText(status));
      }
      if (tries > 3) disk::Heal();
    }
    Broken("it never worked again: " + last_);
  }

  template <typename Call>
  auto Watched(Call call) {
    memory::Watch watch;
    return call();
  }

  bool Open() {
    auto engine = Watched([&] { return Engine::Open(path_, options_); });
    if (rotates_ && absl::IsFailedPrecondition(engine.status())) {
      Options options = options_;
      options.seal_key = kNewKey;
      engine = Watched([&] { return Engine::Open(path_, options); });
      if (engine.ok()) options_.seal_key = kNewKey;
    }
    if (engine.ok()) {
      engine_ = std::move(*engine);
      EngineImpl& folder = engine_->impl();
      folder.SetCommitThread(&commit_thread_);
      folder.SetBatchMax(2);
      folder.SetAddressById(true);
      return true;
    }
    last_ = StatusText(engine.status());
    if (disk::PowerIsLost())
      PowerComesBack();
    else if (absl::IsInternal(engine.status()))
      Broken("internal: " + StatusText(engine.status()));
    disk::Heal();
    return false;
  }

  void PowerComesBack() {
    engine_.reset();
    fired_ = power_came_back_ = true;
    disk::Restart();
    clock_.Reboot();
    disk::Arm(Fault::kOnce, 1 + at_ % 60, 0);  // while it recovers
    Open();
  }

  void Restart() {
    engine_.reset();
    Insist([] { return absl::OkStatus(); });
  }

  void Check() {
    clock_.Pass(kHourMs);
    Insist([&] { return engine_->Advance(0).status(); });  // what was claimed and never settled has lapsed
    engine_.reset();
    CheckFile();
    auto store = OpenSqliteStore(path_, {});
    if (store.ok()) store = SealStore(*std::move(store), options_.seal_key, PersonalInForce());
    if (!store.ok()) return Broken(StatusText(store.status()));
    auto rows = (*store)->ListMessages({{}, MessageId(0), 1000});
    if (!rows.ok()) return Broken(StatusText(rows.status()));
    Messages made;
    for (const MessageRow& row : *rows) {
      const MessageBody body = DecodeMessageBody(row.body);
      const std::string name = fmt::format("{}/{}", body.customer, body.step);
      const std::string state(MessageStateName(row.state));
      if (!made.emplace(name, state).second) Broken("made twice: " + name);
      if (state == "unknown" && !settled_.contains(row.id.value()))
        continue;  // its claim was written, and the caller did not hear of it
      if (auto expected = kExpected.find(name); expected == kExpected.end() || expected->second != state)
        Broken(name + " is " + state);
    }
    for (const auto& [name, state] : kExpected)
      if (!made.contains(name)) Broken("never made: " + name);
    auto counters = (*store)->Counters();
    if (const int64_t counted = CountOf(*counters, Metric::kCustomers); counted != 5)
      Broken(fmt::format("customers: {}, expected 5", counted));
    auto customers = (*store)->Customers(CustomerRow(0), 100);
    if (customers->size() != 4) Broken(fmt::format("{} customers, expected 4", customers->size()));
    if (sealed_) CheckSealed(**store, *customers);
  }

  // The keys of who was erased are destroyed, and no others.
  void CheckErased(Store& store) {
    if (const auto pending = store.Erasures({}, true, 1); !pending.ok() || !pending->empty())
      return Broken("the erasure is pending");
    auto keys = KeyDatabase::Open(KeyFilePath(path_), {});
    if (!keys.ok()) return Broken(StatusText(keys.status()));
    std::set<std::string> kept;
    if (!(*keys)->Each([&](const KeyRow& row) { kept.insert(row.name); }).ok()) Broken("keys cannot be read");
    auto is_kept = [&](const std::string& key) { return kept.contains(ToBytes(SealName(store.hash_key(), key))); };
    for (const char* who : {"ann", "bob", "cleo", "eve"})
      if (is_kept(CustomerKey(who)) != (who != std::string_view("eve")))
        Broken(fmt::format("the key of {} is {}", who, is_kept(CustomerKey(who)) ? "kept" : "destroyed"));
  }

  // What is sealed is read, and found nowhere.
  void CheckSealed(Store& store, const std::vector<StoredCustomer>& customers) {
    std::set<std::string> names;
    for (const StoredCustomer& row : customers) {
      auto customer = DecodeCustomer(row.row, row.data);
      if (!customer.ok()) return Broken(StatusText(customer.status()));
      if (const Value name = customer->attributes.Find("name"); name.kind() == Kind::kString)
        names.emplace(name.text());
    }
    if (names != std::set<std::string>{NameOf("ann"), NameOf("bob"), NameOf("cleo")})
      Broken(fmt::format("the names are {}", fmt::join(names, ", ")));
    CheckErased(store);
    if (const auto status = store.Status(); status->lost_customers + status->lost_events > 0) Broken("a key is lost");
    if (const auto damage = store.FindDamage(); !damage.ok() || !damage->empty()) Broken("damage: " + *damage);
    for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(path_).parent_path())) {
      std::ifstream in(file.path(), std::ios::binary);
      const std::string bytes(std::istreambuf_iterator<char>(in), {});
      for (const char* secret : {"of Seoul", "secret of"})
        if (bytes.find(secret) != bytes.npos) Broken(fmt::format("{} in {}", secret, file.path().string()));
    }
  }

  void CheckFile() {
    sqlite3* handle = nullptr;
    sqlite3_open_v2(path_.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
    std::string answer;
    auto take = [](void* out, int, char** values, char**) { return *static_cast<std::string*>(out) += values[0], 0; };
    sqlite3_exec(handle, "PRAGMA integrity_check", take, &answer, nullptr);
    sqlite3_close(handle);
    if (answer != "ok") Broken("integrity_check: " + answer);
  }

  void Broken(std::string what) { broken_.push_back(std::move(what)); }

  const std::string path_;
  const Fault fault_;
  const int64_t at_;         // the operation of the disk
  const int64_t memory_at_;  // the allocation; 0: none
  const bool sealed_;
  ManualClock clock_{kDay0Ms};
  Options options_;
  BackgroundThread commit_thread_;  // commits beside the next batch
  std::unique_ptr<Engine> engine_;
  std::map<std::string, int> hand_overs_;
  std::set<int64_t> settled_;
  std::vector<std::string> broken_;
  std::string last_;  // what the last call that failed said
  bool power_came_back_ = false;
  bool rotates_ = false;  // either key may be the file's
  bool fired_ = false;
};

// Runs with N = 1, 1 + every, … until one meets no fault; how many were broken.
int TryEvery(std::string_view name, int64_t every, Fault fault, bool of_memory, bool sealed) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("cartwheel_disk_{}", getpid());
  int failures = 0, runs = 0;
  int64_t at = 1;
  for (bool fired = true; fired && failures < 20; at += every, ++runs) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    Host host((folder / "shop.db").string(), fault, of_memory ? 0 : at, of_memory ? at : 0, sealed);
    const std::vector<std::string> broken = host.Run();
    for (const std::string& what : broken) fmt::print("{}, number {}: {}\n", name, at, what);
    failures += !broken.empty();
    fired = host.fired();
  }
  std::filesystem::remove_all(folder);
  fmt::print("{}: {} runs up to number {}, {} broken\n", name, runs, at - every, failures);
  return failures;
}

}  // namespace

int main(int argc, char** argv) {
  int64_t disk_every = 0, memory_every = 0;
  bool sealed = false;
  for (int i = 1; i < argc; ++i) {
    auto number = [&] { return i + 1 < argc ? std::atoll(argv[++i]) : 0; };
    if (std::strcmp(argv[i], "--disk") == 0) disk_every = number();
    if (std::strcmp(argv[i], "--memory") == 0) memory_every = number();
    if (std::strcmp(argv[i], "--sealed") == 0) sealed = true;
  }
  if (disk_every + memory_every <= 0)
    return std::fputs("usage: disk_test [--sealed] [--disk K] [--memory K]\n", stderr), 2;
  memory::Install();
  disk::Install();
  constexpr std::pair<std::string_view, Fault> kFaults[] = {{"an error once", Fault::kOnce},
                                                            {"errors from there", Fault::kFromThere},
                                                            {"no room", Fault::kFull},
                                                            {"power loss", Fault::kPowerLoss}};
  int failures = 0;
  if (disk_every > 0)
    for (const auto& [name, fault] : kFaults) failures += TryEvery(name, disk_every, fault, false, sealed);
  if (memory_every > 0) failures += TryEvery("no memory", memory_every, Fault::kNone, true, sealed);
  return failures == 0 ? 0 : 1;
}
