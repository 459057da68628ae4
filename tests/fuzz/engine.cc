// The whole engine in memory: lines of events, hours that pass, claims and outcomes in any order. No call fails for
// what it was given, and the engine can always tell what it did. (What it must not send is the simulation's matter,
// which knows what is true.)
#include <fstream>
#include <iterator>

#include "base/status.h"
#include "base/time.h"
#include "engine/engine_impl.h"
#include "store/memory/memory_store.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr int64_t kDay0 = 1'767'225'600'000;

const std::string& Playbook() {
  static const std::string playbook = [] {
    std::ifstream file(CARTWHEEL_SOURCE_DIR "/tests/bench/cart72.json");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  return playbook;
}

class Host {
 public:
  Host() {
    options_.clock = &clock_;
    engine_ = NewEngine(NewMemoryStore(), options_);
    Check(engine_->Load(Playbook()).ok(), "the playbook is right");
  }

  // A line of JSON is ingested; any other line is a verb, by its first letter.
  void Take(std::string_view line) {
    if (line.empty()) return;
    const int64_t number = line.size() > 1 ? static_cast<unsigned char>(line[1]) : 1;
    switch (line[0]) {
      case 'h':
        clock_.Pass(number * kHourMs);
        break;
      case 'b':
        clock_.Set(clock_.NowMs() - number * kHourMs);
        break;
      case 'a':
        Check(engine_->Advance().ok(), "advance");
        break;
      case 'c':
        Claim(number % 2 == 0 ? "web_push" : "sms");
        break;
      case 's':
        Settle(number);
        break;
      case 'q':
        Ask();
        break;
      default:
        Check(engine_->Ingest(line).ok(), "ingest takes or refuses, event by event");
    }
  }
  void End() {
    Check(engine_->Advance().ok(), "advance at the end");
    Ask();
    Check(engine_->Close().ok(), "close");
  }

 private:
  void Claim(const std::string& channel) {
    auto claimed = engine_->Claim({.channel = channel, .max = 5});
    Check(claimed.ok(), "claim");
    for (const Message& message : claimed->messages)
      held_.push_back({message.id, message.token, OutcomeCode::kAccepted});
  }
  void Settle(int64_t code) {
    std::vector<Outcome> outcomes;
    std::swap(outcomes, held_);
    for (Outcome& outcome : outcomes) outcome.code = static_cast<OutcomeCode>(code % 10);
    Check(engine_->Settle(outcomes).ok(), "settle");
  }
  void Ask() {
    for (const char* query : {"report", "messages", "dead_letters", "refused", "health"})
      Check(engine_->Query({.query = query}).ok(), query);
    for (const char* query : {"customer", "why", "export"}) (void)engine_->Query({.query = query, .customer = "a"});
  }

  ManualClock clock_{kDay0};
  Options options_;
  std::unique_ptr<Engine> engine_;
  std::vector<Outcome> held_;
};

}  // namespace

void Fuzz(std::string_view input) {
  Host host;
  for (size_t lines = 0; !input.empty() && lines < 60; ++lines) {
    const size_t end = std::min(input.find('\n'), input.size());
    host.Take(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  host.End();
}

std::vector<std::string> Seeds() {
  constexpr std::string_view kAdd =
      R"({"id":"1","type":"product_added","customer":"a","at":1767225600000,"properties":{"cart_id":"c","product_id":"p","name":"모자","price":9900,"image_url":"i"}})";
  constexpr std::string_view kOrder =
      R"({"id":"2","type":"order_completed","customer":"a","at":1767312100000,"properties":{"cart_id":"c","order_id":"o","revenue":9900}})";
  constexpr std::string_view kLogin =
      R"({"type":"identify","customer":"a","anonymous_id":"d","at":1767225700000,"properties":{"name":"김"}})";
  constexpr std::string_view kDevice =
      R"({"type":"product_added","anonymous_id":"d","at":1767225650000,"properties":{"product_id":"q","price":"1.5","quantity":3}})";
  constexpr std::string_view kErase = R"({"type":"erase","customer":"a","at":1767225900000})";
  constexpr std::string_view kClick =
      R"({"type":"message_clicked","customer":"a","at":1767312100000,"properties":{"message_id":1}})";
  auto lines = [](std::initializer_list<std::string_view> list) {
    std::string text;
    for (std::string_view line : list) text.append(line).append("\n");
    return text;
  };
  return {
      lines({kAdd, "a", "h\x18", "a", "c\x02", "s\x01", "a", "h\x19", "a", "c\x02", "s\x03", "q"}),
      lines({kAdd, "a", "h\x19", "a", "c\x02", kOrder, "s\x02", "a", "h\x30", "a", "c\x02"}),
      lines({kDevice, "a", kLogin, kAdd, "a", "h\x19", "a", "c\x02", "s\x05", "a", "c\x01", "s\x01", "q"}),
      lines({kAdd, "a", "h\x19", "a", "c\x02", kClick, "a", "s\x01", "a", kClick, kLogin, "h\x19", "a", "c\x02", "q"}),
      lines({kOrder, kAdd, "a", kErase, "a", "h\x20", "a", kDevice, "b\x20", "a", "h\x40", "a", "q"})};
}

}  // namespace cartwheel::fuzz
