// Channels as tables of functions: what they are handed, what they may answer, when they are destroyed.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "cartwheel_channel.h"
#include "tests/catch.h"

namespace {

constexpr int64_t kBeginMs = 1'780'272'000'000, kDayMs = 86'400'000;
constexpr std::string_view kPlaybook =
    R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "Shop", "contact": "1", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
  "templates": {"gentle": {"purpose": "cart", "class": "ad", "sms": {"text": "{{ cart.items[0].name }}"}}},
  "channels": {"sms": {"address_by_id": true}},
  "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "24h"}, {"send": "gentle", "via": ["sms"]}]}}})";

// A channel that keeps what it is handed and answers what it was told to: "{}" in it is the message's id.
struct Phone {
  std::string answer = R"([{{"id":{},"outcome":"accepted"}}])";
  std::vector<std::string> handed;
  std::vector<int32_t> codes;
  int destroyed = 0;
  cartwheel_engine* engine = nullptr;

  static void Send(void* data, const char* messages, size_t size, cartwheel_outcomes* outcomes) {
    Phone& phone = *static_cast<Phone*>(data);
    const std::string& json = phone.handed.emplace_back(messages, size);
    const std::string id = json.substr(json.find("\"id\":") + 5, json.find(',') - json.find("\"id\":") - 5);
    const std::string answer = fmt::format(fmt::runtime(phone.answer), id);
    phone.codes.push_back(cartwheel_outcomes_add(outcomes, answer.data(), answer.size(), nullptr));
    if (phone.engine != nullptr) phone.codes.push_back(cartwheel_dispatch(phone.engine, nullptr, nullptr, nullptr));
  }
  static void Destroy(void* data) { ++static_cast<Phone*>(data)->destroyed; }
};

cartwheel_channel Table(Phone& phone) {
  return {sizeof(cartwheel_channel), 0, "sms", 3, &phone, Phone::Send, Phone::Destroy, 0, 0, 0, 0};
}

// An engine with one reminder due on sms.
struct Due {
  Due() {
    cartwheel_options options{};
    options.size = sizeof options;
    REQUIRE(cartwheel_open(":memory:", 8, &options, &engine, nullptr) == CARTWHEEL_OK);
    REQUIRE(cartwheel_load(engine, kPlaybook.data(), kPlaybook.size(), nullptr, nullptr) == CARTWHEEL_OK);
    const std::string event =
        R"({"type":"product_added","customer":"kim","properties":{"cart_id":"k","product_id":"7","name":"머그컵"}})";
    cartwheel_ingest_options ingest{sizeof ingest, 0, nullptr, kBeginMs};
    REQUIRE(cartwheel_ingest(engine, event.data(), event.size(), &ingest, nullptr, nullptr, nullptr) == CARTWHEEL_OK);
    for (int64_t now_ms : {kBeginMs, kBeginMs + kDayMs}) {
      cartwheel_advance_options at{sizeof at, 0, now_ms, 0};
      REQUIRE(cartwheel_advance(engine, &at, nullptr, nullptr) == CARTWHEEL_OK);
    }
  }
  ~Due() { cartwheel_close(engine, nullptr); }
  int32_t Dispatch(cartwheel_dispatched* done = nullptr) {
    cartwheel_dispatch_options options{sizeof options, 0, kBeginMs + kDayMs};
    return cartwheel_dispatch(engine, &options, done, nullptr);
  }
  std::string Messages() {
    cartwheel_result* result = nullptr;
    const std::string request = R"({"query":"messages"})";
    REQUIRE(cartwheel_query(engine, request.data(), request.size(), &result, nullptr) == CARTWHEEL_OK);
    std::string text = cartwheel_result_data(result);
    cartwheel_result_free(result);
    return text;
  }
  cartwheel_engine* engine = nullptr;
};

bool Has(const std::string& text, std::string_view piece) { return text.find(piece) != text.npos; }

}  // namespace

TEST_CASE("a channel is handed what is due, its answer settles it, and it is destroyed once, at close") {
  Phone phone;
  {
    Due due;
    const cartwheel_channel table = Table(phone);
    REQUIRE(cartwheel_add_channel(due.engine, &table, nullptr) == CARTWHEEL_OK);
    CHECK(cartwheel_add_channel(due.engine, &table, nullptr) == CARTWHEEL_INVALID);  // of this name there is one
    CHECK(phone.destroyed == 0);
    cartwheel_dispatched done{};
    done.size = sizeof done;
    CHECK(due.Dispatch(&done) == CARTWHEEL_OK);
    CHECK(done.handed_over == 1);
    CHECK(done.accepted == 1);
    REQUIRE(phone.handed.size() == 1);
    CHECK(Has(phone.handed[0], R"("customer":"kim")"));
    CHECK(Has(phone.handed[0], R"("payload":{"text":"머그컵","type":"sms","bytes":6})"));
    CHECK(Has(due.Messages(), R"("state":"accepted")"));
    CHECK(due.Dispatch() == CARTWHEEL_OK);
    CHECK(phone.handed.size() == 1);  // never twice
  }
  CHECK(phone.destroyed == 1);
}

TEST_CASE("an answer that is not understood is told to the channel, and its message is unknown") {
  Due due;
  Phone phone;
  phone.answer = R"([{{"id":{},"outcome":"sent"}}])";
  const cartwheel_channel table = Table(phone);
  REQUIRE(cartwheel_add_channel(due.engine, &table, nullptr) == CARTWHEEL_OK);
  CHECK(due.Dispatch() == CARTWHEEL_OK);
  CHECK(phone.codes == std::vector<int32_t>{CARTWHEEL_INVALID});
  CHECK(Has(due.Messages(), R"("state":"unknown")"));
  cartwheel_close(due.engine, nullptr);
}

TEST_CASE("a channel that dispatches its own engine is answered, not locked out") {
  Due due;
  Phone phone;
  phone.engine = due.engine;
  const cartwheel_channel table = Table(phone);
  REQUIRE(cartwheel_add_channel(due.engine, &table, nullptr) == CARTWHEEL_OK);
  CHECK(due.Dispatch() == CARTWHEEL_OK);
  CHECK(phone.codes == std::vector<int32_t>{CARTWHEEL_OK, CARTWHEEL_BUSY});
  cartwheel_close(due.engine, nullptr);
}

TEST_CASE("channels: misuse is answered") {
  Due due;
  Phone phone;
  cartwheel_channel table = Table(phone);
  CHECK(cartwheel_add_channel(nullptr, &table, nullptr) == CARTWHEEL_MISUSE);
  CHECK(cartwheel_add_channel(due.engine, nullptr, nullptr) == CARTWHEEL_INVALID);
  CHECK(cartwheel_outcomes_add(nullptr, "[]", 2, nullptr) == CARTWHEEL_INVALID);
  for (auto spoil :
       {+[](cartwheel_channel& t) { t.send_batch = nullptr; }, +[](cartwheel_channel& t) { t.name_size = 0; },
        +[](cartwheel_channel& t) { t.name = nullptr; }, +[](cartwheel_channel& t) { t.batch_max = -1; }}) {
    cartwheel_channel spoilt = Table(phone);
    spoil(spoilt);
    CHECK(cartwheel_add_channel(due.engine, &spoilt, nullptr) == CARTWHEEL_INVALID);
  }
  table.size = 4;
  CHECK(cartwheel_add_channel(due.engine, &table, nullptr) == CARTWHEEL_MISUSE);
  CHECK(due.Dispatch() == CARTWHEEL_OK);  // no channel: nothing to do
  CHECK(phone.destroyed == 0);
}

// A worker's turns, for hosts that send by themselves: the conformance cases tell the rest.
TEST_CASE("worker turns: misuse is answered") {
  Due due;
  cartwheel_result* next = nullptr;
  const auto turn = [&](std::string_view text) {
    return cartwheel_worker_turn(due.engine, text.data(), text.size(), &next, nullptr);
  };
  for (std::string_view text :
       {"", "[]", "{}", R"({"channels":[]})", R"({"channels":{"":{}}})", R"({"channels":{"sms":5}})",
        R"({"channels":{"sms":{"timeout_ms":-1}}})", R"({"channels":{"sms":{}},"wait":5})",
        R"({"channels":{"sms":{}},"answer":{"outcome":1}})", R"({"channels":{"sms":{}},"stop":1})"}) {
    CAPTURE(text);
    CHECK(turn(text) == CARTWHEEL_INVALID);
    CHECK(next == nullptr);
  }
  const std::string_view good = R"({"channels":{"sms":{}}})";
  CHECK(cartwheel_worker_turn(nullptr, good.data(), good.size(), &next, nullptr) == CARTWHEEL_MISUSE);
  CHECK(cartwheel_worker_turn(due.engine, good.data(), good.size(), nullptr, nullptr) == CARTWHEEL_INVALID);
  CHECK(turn(good) == CARTWHEEL_OK);
  cartwheel_result_free(next);
  CHECK(turn(R"({"channels":{"push":{}}})") == CARTWHEEL_INVALID);  // the one of the turn before is missing
}

// The texts were worked out by `date -u`: kBegin is 2026-06-01T00:00:00Z.
TEST_CASE("times in JSON are ISO 8601 in UTC; a now may also be milliseconds") {
  Due due;
  const auto call = [&](auto function, std::string_view request) {
    cartwheel_result* answer = nullptr;
    cartwheel_error error{};
    error.size = sizeof error;
    const int32_t code = function(due.engine, request.data(), request.size(), &answer, &error);
    std::string text =
        code < 0 ? error.message : std::string(cartwheel_result_data(answer), cartwheel_result_size(answer));
    cartwheel_result_free(answer);
    return text;
  };
  constexpr std::string_view kExpected = R"(expected a time such as "2026-06-01T09:00:00Z", or milliseconds)";
  for (const char* now : {R"("2026-06-02T00:00:00Z")", R"("2026-06-02T09:00:00+09:00")", "1780358400000"}) {
    CAPTURE(now);
    CHECK(call(cartwheel_query, fmt::format(R"({{"query":"health","now":{}}})", now)).starts_with(R"({"ok":)"));
    const std::string turn =
        call(cartwheel_worker_turn, fmt::format(R"({{"channels":{{"none":{{}}}},"now":{},"stop":true}})", now));
    CHECK(turn.find(R"("next_due":null)") != turn.npos);
  }
  const std::string event =
      R"({"type":"product_added","customer":"lee","properties":{"cart_id":"k","product_id":"7","name":"mug"}})";
  cartwheel_ingest_options ingest{sizeof ingest, 0, nullptr, kBeginMs + kDayMs};
  REQUIRE(cartwheel_ingest(due.engine, event.data(), event.size(), &ingest, nullptr, nullptr, nullptr) == CARTWHEEL_OK);
  const std::string turn =
      call(cartwheel_worker_turn, R"({"channels":{"none":{},"sms":{}},"now":"2026-06-02T00:00:00Z","answer":{}})");
  CAPTURE(turn);
  CHECK(Has(turn, R"("made_at":"2026-06-02T00:00:00Z","expires_at":"2026-06-03T00:00:00Z")"));
  CHECK(Has(turn, R"("next_due":"2026-06-03T00:00:00Z")"));
  for (const char* now :
       {R"("yesterday")", R"("2026-02-30")", R"("1970-01-01T00:00:00Z")", "true", "1.5", "null", "[]"}) {
    CAPTURE(now);
    CHECK(call(cartwheel_query, fmt::format(R"({{"query":"health","now":{}}})", now)).find(kExpected) !=
          std::string::npos);
    CHECK(call(cartwheel_worker_turn, fmt::format(R"({{"channels":{{"sms":{{}}}},"now":{}}})", now)).find(kExpected) !=
          std::string::npos);
  }
}

TEST_CASE("a manual clock is the engine's own, and moved by hand only") {
  cartwheel_options options{};
  options.size = sizeof options;
  options.manual_clock_ms = kBeginMs;
  options.shared = 1;
  cartwheel_engine* engine = nullptr;
  CHECK(cartwheel_open(":memory:", 8, &options, &engine, nullptr) == CARTWHEEL_INVALID);
  options.shared = 0;
  options.manual_clock_ms = 1'780'272'000;  // seconds
  CHECK(cartwheel_open(":memory:", 8, &options, &engine, nullptr) == CARTWHEEL_INVALID);
  options.manual_clock_ms = kBeginMs;
  REQUIRE(cartwheel_open(":memory:", 8, &options, &engine, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_set_clock(engine, 0, nullptr) == CARTWHEEL_INVALID);
  CHECK(cartwheel_set_clock(engine, -kBeginMs, nullptr) == CARTWHEEL_INVALID);
  CHECK(cartwheel_set_clock(engine, kBeginMs + kDayMs, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_close(engine, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_set_clock(engine, kBeginMs, nullptr) == CARTWHEEL_MISUSE);
  Due due;
  CHECK(cartwheel_set_clock(due.engine, kBeginMs, nullptr) == CARTWHEEL_MISUSE);  // the machine's
}

TEST_CASE("a channel that gives everything back ends the dispatch") {
  Due due;
  Phone phone{R"([{{"id":{},"outcome":"released"}}])"};
  cartwheel_channel table = Table(phone);
  REQUIRE(cartwheel_add_channel(due.engine, &table, nullptr) == CARTWHEEL_OK);
  CHECK(due.Dispatch() == CARTWHEEL_OK);
  CHECK(phone.handed.size() == 1);
  CHECK(Has(due.Messages(), R"("state":"waiting")"));
  CHECK(due.Dispatch() == CARTWHEEL_OK);
  CHECK(phone.handed.size() == 2);  // at the next run
}

TEST_CASE("an id of a query may be a whole number, and a wait is not negative") {
  Due due;
  cartwheel_result* answer = nullptr;
  cartwheel_error error{};
  error.size = sizeof error;
  for (auto [request, code] : {std::pair{R"({"query":"why","customer":42})", CARTWHEEL_NOT_FOUND},
                               {R"({"query":"why","anonymous_id":-7})", CARTWHEEL_NOT_FOUND},
                               {R"({"query":"why","customer":1.5})", CARTWHEEL_INVALID},
                               {R"({"query":"why","customer":true})", CARTWHEEL_INVALID},
                               {R"({"query":42})", CARTWHEEL_INVALID}})
    CHECK(cartwheel_query(due.engine, request, std::string_view(request).size(), &answer, &error) == code);
  const cartwheel_advance_options options{sizeof options, 0, kBeginMs + kDayMs, -1};
  CHECK(cartwheel_advance(due.engine, &options, nullptr, &error) == CARTWHEEL_INVALID);
  CHECK(Has(error.message, "wait_ms is -1"));
}

TEST_CASE("options that cannot be are refused by name") {
  for (auto spoil :
       {+[](cartwheel_options& o) { o.work_max = -5; }, +[](cartwheel_options& o) { o.shared = 2; },
        +[](cartwheel_options& o) { o.durability = 2; }, +[](cartwheel_options& o) { o.busy_timeout_ms = -1; }}) {
    cartwheel_options options{};
    options.size = sizeof options;
    spoil(options);
    cartwheel_engine* engine = nullptr;
    cartwheel_error error{};
    error.size = sizeof error;
    CHECK(cartwheel_open(":memory:", 8, &options, &engine, &error) == CARTWHEEL_INVALID);
    CHECK(Has(error.message, "cartwheel_options."));
  }
}

TEST_CASE("a file under a manual clock is refused under the machine's until it is closed") {
  const std::string path = fmt::format("{}/manual_clock_{}.db", CARTWHEEL_BINARY_DIR, getpid());
  cartwheel_options options{};
  options.size = sizeof options;
  options.manual_clock_ms = kBeginMs;
  cartwheel_engine *manual = nullptr, *machine = nullptr;
  REQUIRE(cartwheel_open(path.data(), path.size(), &options, &manual, nullptr) == CARTWHEEL_OK);
  cartwheel_error error{};
  error.size = sizeof error;
  CHECK(cartwheel_open(path.data(), path.size(), nullptr, &machine, &error) == CARTWHEEL_MISUSE);
  CHECK(Has(error.message, "a clock that is set by hand"));
  REQUIRE(cartwheel_close(manual, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_open(path.data(), path.size(), nullptr, &machine, nullptr) == CARTWHEEL_OK);
  CHECK(cartwheel_close(machine, nullptr) == CARTWHEEL_OK);
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
}

TEST_CASE("the place of a file that cannot be is told in words") {
  for (auto [path, expected] : {std::pair{"/", "is a directory"},
                                {"/nowhere/at/all.db", "the folder /nowhere/at does not exist"},
                                {"/dev/null/x.db", "/dev/null is a file and no folder"}}) {
    cartwheel_engine* engine = nullptr;
    cartwheel_error error{};
    error.size = sizeof error;
    CHECK(cartwheel_open(path, std::string_view(path).size(), nullptr, &engine, &error) == CARTWHEEL_MISUSE);
    CHECK(Has(error.message, expected));
  }
}

TEST_CASE("a file that is deleted or replaced while it is open takes no events any more") {
  const std::string path = fmt::format("{}/replaced_{}.db", CARTWHEEL_BINARY_DIR, getpid());
  const std::string event = R"({"type":"page_viewed","customer":"kim"})";
  cartwheel_engine* engine = nullptr;
  REQUIRE(cartwheel_open(path.data(), path.size(), nullptr, &engine, nullptr) == CARTWHEEL_OK);
  const auto ingest = [&](cartwheel_error* error) {
    return cartwheel_ingest(engine, event.data(), event.size(), nullptr, nullptr, nullptr, error);
  };
  CHECK(ingest(nullptr) == CARTWHEEL_OK);
  cartwheel_error error{};
  error.size = sizeof error;
  REQUIRE(std::rename(path.c_str(), (path + ".away").c_str()) == 0);
  CHECK(ingest(&error) == CARTWHEEL_MISUSE);
  CHECK(Has(error.message, "was deleted or moved away"));
  std::fclose(std::fopen(path.c_str(), "w"));
  CHECK(ingest(&error) == CARTWHEEL_MISUSE);
  CHECK(Has(error.message, "was replaced by another file"));
  REQUIRE(std::rename((path + ".away").c_str(), path.c_str()) == 0);
  CHECK(ingest(nullptr) == CARTWHEEL_OK);
  cartwheel_close(engine, nullptr);
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
}
