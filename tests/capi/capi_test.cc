// The C ABI against hosts that make mistakes, share, fork, and use threads.
#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "cartwheel.h"
#include "tests/catch.h"

namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kBeginMs = 1'780'272'000'000;

constexpr std::string_view kPlaybook =
    R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "Shop", "contact": "1", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
  "templates": {"gentle": {"purpose": "cart", "class": "ad", "sms": {"text": "{{ cart.items[0].name }}"}}},
  "channels": {"sms": {"address_by_id": true}},
  "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "24h"}, {"send": "gentle", "via": ["sms"]}]}}})";

struct File {
  File()
      : path((std::filesystem::temp_directory_path() / fmt::format("cartwheel_capi_{}_{}.db", getpid(), ++count))
                 .string()) {
    Remove();
  }
  ~File() { Remove(); }
  void Remove() const {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  }
  static inline int count = 0;
  std::string path;
};

struct Error : cartwheel_error {
  Error() : cartwheel_error{} { size = sizeof(cartwheel_error); }
};

struct Result {
  ~Result() { cartwheel_result_free(result); }
  std::string text() const { return std::string(cartwheel_result_data(result), cartwheel_result_size(result)); }
  cartwheel_result* result = nullptr;
};

cartwheel_engine* Open(const std::string& path, cartwheel_options options = {}) {
  options.size = sizeof options;
  cartwheel_engine* engine = nullptr;
  Error error;
  const int32_t code = cartwheel_open(path.data(), path.size(), &options, &engine, &error);
  INFO(error.message);
  REQUIRE(code == CARTWHEEL_OK);
  return engine;
}

int32_t Ingest(cartwheel_engine* engine, std::string_view events, Error* error = nullptr,
               cartwheel_result** rejected = nullptr) {
  cartwheel_ingest_options options{};
  options.size = sizeof options;
  options.now_ms = kBeginMs;
  return cartwheel_ingest(engine, events.data(), events.size(), &options, nullptr, rejected, error);
}

int32_t Load(cartwheel_engine* engine, std::string_view playbook, Error* error = nullptr,
             cartwheel_result** result = nullptr) {
  return cartwheel_load(engine, playbook.data(), playbook.size(), result, error);
}

int32_t Advance(cartwheel_engine* engine, int64_t now_ms, cartwheel_advanced* done = nullptr, int64_t wait_ms = 0) {
  cartwheel_advance_options options{};
  options.size = sizeof options;
  options.now_ms = now_ms;
  options.wait_ms = wait_ms;
  if (done != nullptr) done->size = sizeof *done;
  return cartwheel_advance(engine, &options, done, nullptr);
}

int32_t Query(cartwheel_engine* engine, std::string_view request, cartwheel_result** answer, Error* error = nullptr) {
  return cartwheel_query(engine, request.data(), request.size(), answer, error);
}

int32_t Hold(cartwheel_engine* engine, std::string_view request, Error* error = nullptr) {
  return cartwheel_hold(engine, request.data(), request.size(), error);
}

std::string Added(int customer) {
  return fmt::format(
      R"({{"id":"e{0}","type":"product_added","customer":"c{0}","at":{1},"properties":{{"cart_id":"k","product_id":"7","name":"mug"}}}})",
      customer, kBeginMs);
}

}  // namespace

TEST_CASE("a handle that is none, closed or unknown is answered, not followed") {
  Error error;
  cartwheel_engine* none = nullptr;
  cartwheel_engine* wild = reinterpret_cast<cartwheel_engine*>(uintptr_t{0xdeadbeef0});
  for (cartwheel_engine* handle : {none, wild}) {
    CHECK(Load(handle, kPlaybook, &error) == CARTWHEEL_MISUSE);
    CHECK(Ingest(handle, Added(1), &error) == CARTWHEEL_MISUSE);
    CHECK(cartwheel_advance(handle, nullptr, nullptr, &error) == CARTWHEEL_MISUSE);
    CHECK(cartwheel_interrupt(handle, &error) == CARTWHEEL_MISUSE);
    Result result;
    CHECK(cartwheel_claim(handle, "sms", 3, nullptr, &result.result, &error) == CARTWHEEL_MISUSE);
    CHECK(cartwheel_settle(handle, "[]", 2, 0, nullptr, &error) == CARTWHEEL_MISUSE);
    CHECK(Query(handle, R"({"query":"report"})", &result.result, &error) == CARTWHEEL_MISUSE);
    CHECK(Hold(handle, R"({"action":"pause"})", &error) == CARTWHEEL_MISUSE);
    CHECK(result.result == nullptr);
  }
  CHECK(error.code == CARTWHEEL_MISUSE);
  CHECK(std::string(error.message) == "this is no handle of an open engine: it was closed, or never opened");
  CHECK(error.length == std::strlen(error.message));

  cartwheel_engine* engine = Open(":memory:");
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_MISUSE);
  CHECK(Ingest(engine, Added(1)) == CARTWHEEL_MISUSE);
  CHECK(cartwheel_close(nullptr, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_result_data(nullptr) == nullptr);
  CHECK(cartwheel_result_size(nullptr) == 0);
  cartwheel_result_free(nullptr);
}

TEST_CASE("arguments that cannot be are refused with what was expected") {
  Error error;
  cartwheel_engine* engine = nullptr;
  CHECK(cartwheel_open("x", 1, nullptr, nullptr, &error) == CARTWHEEL_INVALID);
  CHECK(cartwheel_open("", 0, nullptr, &engine, &error) == CARTWHEEL_INVALID);
  CHECK(cartwheel_open(nullptr, 5, nullptr, &engine, &error) == CARTWHEEL_INVALID);
  CHECK(cartwheel_open("a\0b", 3, nullptr, &engine, &error) == CARTWHEEL_INVALID);
  CHECK(cartwheel_open("/nowhere/at/all.db", 18, nullptr, &engine, &error) < 0);
  CHECK(engine == nullptr);

  engine = Open(":memory:");
  CHECK(Load(engine, kPlaybook.substr(0, 100), &error) == CARTWHEEL_INVALID);
  CHECK(cartwheel_ingest(engine, nullptr, 7, nullptr, nullptr, nullptr, &error) == CARTWHEEL_INVALID);
  CHECK(cartwheel_ingest(engine, "x", SIZE_MAX, nullptr, nullptr, nullptr, &error) == CARTWHEEL_INVALID);
  CHECK(std::string(error.message).find("more than there can be") != std::string::npos);
  CHECK(cartwheel_ingest(engine, nullptr, 0, nullptr, nullptr, nullptr, &error) == CARTWHEEL_OK);
  CHECK(cartwheel_claim(engine, "sms", 3, nullptr, nullptr, &error) == CARTWHEEL_INVALID);
  Result result;
  for (const char* outcomes :
       {"", "{", "{}", "[1]", R"([{"id":1,"token":1}])", R"([{"id":1,"token":1,"outcome":"fine"}])",
        R"([{"id":"1","token":1,"outcome":"accepted"}])", R"([{"id":1,"token":1,"outcome":"accepted","x":1}])"}) {
    INFO(outcomes);
    CHECK(cartwheel_settle(engine, outcomes, std::strlen(outcomes), 0, nullptr, &error) == CARTWHEEL_INVALID);
  }
  for (const char* query : {"", "[]", R"({"query":"what"})", R"({"query":"customer"})",
                            R"({"query":"messages","limit":0})", R"({"querry":"report"})"}) {
    INFO(query);
    CHECK(Query(engine, query, &result.result, &error) == CARTWHEEL_INVALID);
  }
  CHECK(Query(engine, R"({"query":"customer","customer":"nobody"})", &result.result, &error) == CARTWHEEL_NOT_FOUND);
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
}

TEST_CASE("a hold keeps messages from leaving until it ends") {
  cartwheel_engine* engine = Open(":memory:");
  REQUIRE(Load(engine, kPlaybook) == CARTWHEEL_OK);
  REQUIRE(Ingest(engine, Added(1)) == CARTWHEEL_OK);
  REQUIRE(Advance(engine, kBeginMs) == CARTWHEEL_OK);
  Error error;
  REQUIRE(Hold(engine, fmt::format(R"({{"action":"pause","journey":"cart","why":"wrong price","now":{}}})",
                                   kBeginMs)) == CARTWHEEL_OK);
  Result health;
  REQUIRE(Query(engine, R"({"query":"health"})", &health.result) == CARTWHEEL_OK);
  CHECK(health.text().find(R"({"journey":"cart","hold":"pause","since":"2026-06-01T00:00:00Z","why":"wrong price"})") !=
        std::string::npos);
  cartwheel_advanced done{};
  REQUIRE(Advance(engine, kBeginMs + 24 * kHourMs, &done) == CARTWHEEL_OK);
  CHECK(done.messages == 0);
  REQUIRE(Hold(engine, R"({"action":"resume","journey":"cart","now":"2026-06-02T00:01:00Z"})") == CARTWHEEL_OK);
  REQUIRE(Advance(engine, kBeginMs + 25 * kHourMs, &done) == CARTWHEEL_OK);
  CHECK(done.messages == 1);
  for (const char* wrong :
       {"", "[]", "{}", R"({"action":"halt"})", R"({"action":1})", R"({"action":"pause","journey":"none"})",
        R"({"action":"release","journey":"cart"})", R"({"action":"pause","because":"x"})",
        R"({"action":"pause","now":"soon"})", R"({"action":"pause","now":1780272000})"}) {
    INFO(wrong);
    CHECK(Hold(engine, wrong, &error) == CARTWHEEL_INVALID);
  }
  CHECK(cartwheel_hold(engine, nullptr, 7, &error) == CARTWHEEL_INVALID);
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
}

TEST_CASE("a key of tokens belongs to a shared engine, and is checked when it is opened") {
  const std::string key(64, 'a'), other(64, 'b'), no_key = "abc";
  File file;
  auto options_with = [](const std::string& text) {
    cartwheel_options options{};
    options.size = sizeof options;
    options.shared = 1;
    options.token_key = text.data();
    options.token_key_size = text.size();
    return options;
  };
  auto open = [&](const std::string& text, cartwheel_engine** engine, Error* error) {
    const cartwheel_options options = options_with(text);
    return cartwheel_open(file.path.data(), file.path.size(), &options, engine, error);
  };
  Error error;
  cartwheel_engine *one = nullptr, *two = nullptr;
  CHECK(open(no_key, &one, &error) == CARTWHEEL_INVALID);
  CHECK(std::string(error.message).find("expected 64 hexadecimal digits") != std::string::npos);
  REQUIRE(open(key, &one, &error) == CARTWHEEL_OK);
  const std::string same = key;  // of another address
  CHECK(open(same, &two, &error) == CARTWHEEL_OK);
  CHECK(cartwheel_close(two, nullptr) == CARTWHEEL_OK);
  CHECK(open(other, &two, &error) == CARTWHEEL_INVALID);
  CHECK(std::string(error.message).find("other options") != std::string::npos);
  CHECK(std::string(error.message).find(other) == std::string::npos);
  CHECK(cartwheel_close(one, nullptr) == CARTWHEEL_OK);
}

TEST_CASE("a sealed file is opened with its key only, and a query names its actor where that is required") {
  const std::string key(64, 'a'), other(64, 'b');
  File file;
  auto open = [&](const std::string& text, Error* error) {
    cartwheel_options options{};
    options.size = sizeof options;
    options.seal_key = text.empty() ? nullptr : text.data();
    options.seal_key_size = text.size();
    options.require_actor = 1;
    options.access_keep_ms = 1;
    cartwheel_engine* engine = nullptr;
    const int32_t code = cartwheel_open(file.path.data(), file.path.size(), &options, &engine, error);
    if (code != CARTWHEEL_OK) return code;
    const std::string query = R"({"query": "messages"})";
    cartwheel_result* answer = nullptr;
    CHECK(cartwheel_query(engine, query.data(), query.size(), &answer, error) == CARTWHEEL_INVALID);
    CHECK(std::string(error->message).find("expected an actor") != std::string::npos);
    const std::string named = R"({"query": "messages", "actor": "lee"})";
    CHECK(cartwheel_query(engine, named.data(), named.size(), &answer, error) == CARTWHEEL_OK);
    cartwheel_result_free(answer);
    return cartwheel_close(engine, nullptr);
  };
  Error error;
  CHECK(open(key, &error) == CARTWHEEL_OK);
  CHECK(open("", &error) != CARTWHEEL_OK);
  CHECK(std::string(error.message).find("is sealed") != std::string::npos);
  CHECK(open(other, &error) != CARTWHEEL_OK);
  CHECK(std::string(error.message).find(other) == std::string::npos);
  CHECK(open(key, &error) == CARTWHEEL_OK);
}

TEST_CASE("structs may be older and newer than the library") {
  cartwheel_engine* engine = Open(":memory:");
  REQUIRE(Ingest(engine, Added(1)) == CARTWHEEL_OK);

  struct {
    cartwheel_advanced known;
    int64_t from_the_future;
  } newer{};
  newer.known.size = sizeof newer;
  newer.from_the_future = 77;
  CHECK(cartwheel_advance(engine, nullptr, &newer.known, nullptr) == CARTWHEEL_OK);
  CHECK(newer.known.events == 1);
  CHECK(newer.known.size == sizeof newer);
  CHECK(newer.from_the_future == 77);  // not ours to write

  cartwheel_advanced older{};
  older.size = offsetof(cartwheel_advanced, duplicates);
  older.messages = 5;
  REQUIRE(Ingest(engine, Added(2)) == CARTWHEEL_OK);
  CHECK(cartwheel_advance(engine, nullptr, &older, nullptr) == CARTWHEEL_OK);
  CHECK(older.events == 1);
  CHECK(older.messages == 5);

  Error error;
  struct {
    cartwheel_advance_options known;
    int64_t from_the_future;
  } options{};
  options.known.size = sizeof options;
  CHECK(cartwheel_advance(engine, &options.known, nullptr, &error) == CARTWHEEL_OK);
  options.from_the_future = 1;
  CHECK(cartwheel_advance(engine, &options.known, nullptr, &error) == CARTWHEEL_MISUSE);
  options.known.size = 0;
  CHECK(cartwheel_advance(engine, &options.known, nullptr, &error) == CARTWHEEL_MISUSE);
  options.known.size = 8;
  CHECK(cartwheel_advance(engine, &options.known, nullptr, &error) == CARTWHEEL_OK);

  cartwheel_error small{};
  small.size = 24;
  CHECK(cartwheel_load(engine, "{", 1, nullptr, &small) == CARTWHEEL_INVALID);
  CHECK(std::strlen(small.message) <= 7);
  cartwheel_error unset{};
  CHECK(cartwheel_load(engine, "{", 1, nullptr, &unset) == CARTWHEEL_INVALID);
  CHECK(unset.code == 0);
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
}

TEST_CASE("what is not taken is listed, what is wrong with a playbook is told whole") {
  cartwheel_engine* engine = Open(":memory:");
  Result answer, warned;
  CHECK(Ingest(engine, Added(1) + "\n" + R"({"type":"product_added","customer":"guest"})", nullptr, &answer.result) ==
        CARTWHEEL_REJECTED);
  simdjson::dom::parser parser;
  simdjson::dom::element found = parser.parse(answer.text());
  REQUIRE(simdjson::dom::array(found["rejected"]).size() == 1);
  CHECK(int64_t(found["rejected"].at(0)["record"]) == 1);
  CHECK(simdjson::dom::array(found["warnings"]).size() == 0);
  CHECK(Ingest(engine, R"({"type":"product_added","customer":"kim","properties":{"price":"free"}})", nullptr,
               &warned.result) == CARTWHEEL_WARNED);
  found = parser.parse(warned.text());
  CHECK(simdjson::dom::array(found["rejected"]).size() == 0);
  CHECK(std::string_view(found["warnings"].at(0)["field"]) == "properties.price");
  CHECK(std::string_view(found["warnings"].at(0)["value"]) == "\"free\"");

  Result errors;
  Error error;
  std::string broken(kPlaybook);
  broken.replace(broken.find("\"wait\""), 6, "\"wiat\"");
  broken.replace(broken.find("{{ cart.items"), 2, "{%");
  CHECK(Load(engine, broken, &error, &errors.result) == CARTWHEEL_INVALID);
  CHECK(errors.text().find("wiat") != std::string::npos);
  CHECK(errors.text().find("\\n") != std::string::npos);  // more than one line
  CHECK(std::string(error.message).find('\n') == std::string::npos);
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
}

TEST_CASE("an advance waits for an event, an interrupt, or the time") {
  File file;
  cartwheel_engine* engine = Open(file.path);
  const auto began = std::chrono::steady_clock::now();
  auto took_ms = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
  };
  cartwheel_advanced done{};
  CHECK(Advance(engine, 0, &done, 20) == CARTWHEEL_OK);
  CHECK(took_ms() >= 20);

  // Catch's checks are for one thread: the others only act.
  std::thread other([&] { cartwheel_interrupt(engine, nullptr); });
  CHECK(Advance(engine, 0, &done, 60'000) == CARTWHEEL_OK);
  other.join();

  cartwheel_engine* theirs = Open(file.path);
  std::thread shop([&] { Ingest(theirs, Added(1)); });
  CHECK(Advance(engine, 0, &done, 60'000) == CARTWHEEL_OK);
  shop.join();
  if (done.events == 0) CHECK(Advance(engine, 0, &done, 60'000) == CARTWHEEL_OK);
  CHECK(cartwheel_close(theirs, nullptr) == CARTWHEEL_OK);
  CHECK(done.events == 1);

  // Closing ends a wait too.
  std::thread waiting([&] { Advance(engine, 0, nullptr, 60'000); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
  waiting.join();
  CHECK(took_ms() < 30'000);
}

TEST_CASE("a second worker is told that it is busy, and takes over when the first one closes") {
  File file;
  cartwheel_engine* one = Open(file.path);
  cartwheel_engine* two = Open(file.path);
  CHECK(Advance(one, 0) == CARTWHEEL_OK);
  CHECK(Advance(two, 0) == CARTWHEEL_BUSY);
  CHECK(cartwheel_close(one, nullptr) == CARTWHEEL_OK);
  CHECK(Advance(two, 0) == CARTWHEEL_OK);
  CHECK(cartwheel_close(two, nullptr) == CARTWHEEL_OK);
}

TEST_CASE("a database is private unless file_mode says otherwise") {
  for (const auto& [asked, mode] : {std::pair{0, 0600}, std::pair{0600, 0600}, std::pair{0660, 0660}}) {
    File file;
    cartwheel_options options{};
    options.file_mode = asked;
    cartwheel_engine* engine = Open(file.path, options);
    CHECK((std::filesystem::status(file.path).permissions() & std::filesystem::perms::mask) ==
          static_cast<std::filesystem::perms>(mode));
    CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
  }
  File file;
  cartwheel_options options{};
  options.size = sizeof options;
  options.file_mode = 0640;
  Error error;
  cartwheel_engine* engine = nullptr;
  CHECK(cartwheel_open(file.path.data(), file.path.size(), &options, &engine, &error) == CARTWHEEL_INVALID);
  CHECK(std::string(error.message).find("file_mode is 0640, expected 0600") != std::string::npos);
  CHECK(!std::filesystem::exists(file.path));
}

TEST_CASE("shared opens of a file are one engine") {
  File file;
  cartwheel_options options{};
  options.shared = 1;
  cartwheel_engine* one = Open(file.path, options);
  cartwheel_engine* two = Open(file.path, options);
  CHECK(one != two);
  CHECK(Advance(one, 0) == CARTWHEEL_OK);
  CHECK(Advance(two, 0) == CARTWHEEL_OK);  // not busy: the same engine
  CHECK(cartwheel_close(one, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_close(one, nullptr) == CARTWHEEL_MISUSE);
  CHECK(Ingest(two, Added(1)) == CARTWHEEL_OK);
  CHECK(cartwheel_close(two, nullptr) == CARTWHEEL_OK);

  // Parked: another engine may fold at once, and the next open is the same engine again.
  cartwheel_engine* worker = Open(file.path);
  CHECK(Advance(worker, 0) == CARTWHEEL_OK);
  cartwheel_engine* three = Open(file.path, options);
  CHECK(Advance(three, 0) == CARTWHEEL_BUSY);
  CHECK(cartwheel_close(worker, nullptr) == CARTWHEEL_OK);
  CHECK(Advance(three, 0) == CARTWHEEL_OK);

  options.work_max = 5;
  Error error;
  cartwheel_engine* other = nullptr;
  options.size = sizeof options;
  CHECK(cartwheel_open(file.path.data(), file.path.size(), &options, &other, &error) == CARTWHEEL_INVALID);
  CHECK(std::string(error.message).find("other options") != std::string::npos);
  CHECK(cartwheel_close(three, nullptr) == CARTWHEEL_OK);
}

TEST_CASE("a shared engine that lingered long enough is closed by the next open") {
  File file, another;
  cartwheel_options options{};
  options.shared = 1;
  options.linger_ms = 1;
  CHECK(cartwheel_close(Open(file.path, options), nullptr) == CARTWHEEL_OK);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(cartwheel_close(Open(another.path, options), nullptr) == CARTWHEEL_OK);
  options.work_max = 5;  // which differs, but nothing of before is there
  CHECK(cartwheel_close(Open(file.path, options), nullptr) == CARTWHEEL_OK);
}

TEST_CASE("a child of fork is refused, and opens its own") {
  File file;
  cartwheel_options options{};
  options.shared = 1;
  for (const cartwheel_options& given : {cartwheel_options{}, options}) {
    cartwheel_engine* engine = Open(file.path, given);
    REQUIRE(Ingest(engine, Added(1)) == CARTWHEEL_OK);
    const pid_t child = fork();
    if (child == 0) {
      Error error;
      if (Ingest(engine, Added(2), &error) != CARTWHEEL_MISUSE) _exit(1);
      if (std::strstr(error.message, "its child") == nullptr) _exit(2);
      cartwheel_options mine = given;
      mine.size = sizeof mine;
      cartwheel_engine* own = nullptr;
      if (cartwheel_open(file.path.data(), file.path.size(), &mine, &own, nullptr) != CARTWHEEL_OK) _exit(3);
      if (Ingest(own, Added(2)) != CARTWHEEL_OK) _exit(4);
      if (cartwheel_close(own, nullptr) != CARTWHEEL_OK) _exit(5);
      _exit(0);
    }
    int state = 0;
    REQUIRE(waitpid(child, &state, 0) == child);
    CHECK(WEXITSTATUS(state) == 0);
    CHECK(Ingest(engine, Added(3)) == CARTWHEEL_OK);
    CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
  }
}

TEST_CASE("all functions from many threads at once") {
  File file;
  cartwheel_engine* engine = Open(file.path);
  REQUIRE(Load(engine, kPlaybook) == CARTWHEEL_OK);
  constexpr int kThreads = 6, kEach = 40;
  std::atomic<int64_t> accepted{0}, settled{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        if (Ingest(engine, Added(thread * kEach + i)) == CARTWHEEL_OK) ++accepted;
        if (thread == 0) Advance(engine, kBeginMs + 25 * kHourMs);
        Result report;
        if (i % 10 == 0) Query(engine, R"({"query":"stats"})", &report.result);
        cartwheel_engine* own = nullptr;
        if (thread == 1) cartwheel_open(":memory:", 8, nullptr, &own, nullptr);
        cartwheel_close(own, nullptr);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  cartwheel_advanced done{};
  while (Advance(engine, kBeginMs + 25 * kHourMs, &done) == CARTWHEEL_MORE) {
  }
  CHECK(accepted == kThreads * kEach);
  cartwheel_claim_options claim{};
  claim.size = sizeof claim;
  claim.now_ms = kBeginMs + 25 * kHourMs;
  for (int i = 0; i < 10; ++i) {
    Result messages;
    REQUIRE(cartwheel_claim(engine, "sms", 3, &claim, &messages.result, nullptr) == CARTWHEEL_OK);
    simdjson::dom::parser parser;
    const std::string text = messages.text();
    std::string outcomes = "[";
    for (simdjson::dom::element message : simdjson::dom::array(parser.parse(text)["messages"]))
      outcomes += fmt::format("{}{{\"id\":{},\"token\":{},\"outcome\":\"accepted\"}}", outcomes.size() > 1 ? "," : "",
                              int64_t(message["id"]), int64_t(message["token"]));
    outcomes += "]";
    cartwheel_settled counts{};
    counts.size = sizeof counts;
    REQUIRE(cartwheel_settle(engine, outcomes.data(), outcomes.size(), claim.now_ms, &counts, nullptr) == CARTWHEEL_OK);
    settled += counts.settled;
  }
  CHECK(settled == kThreads * kEach);
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
}
