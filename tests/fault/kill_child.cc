#include "tests/fault/kill_child.h"

#include <unistd.h>

#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/clock.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "tests/shared_clock.h"

namespace cartwheel::fault {
namespace {

constexpr std::string_view kPlaybook = R"({"playbook":1,"revision":1,"policy":{"consent":"assumed_by_shop","rules":[]},
  "shop":{"name":"s","currency":"KRW"},
  "templates":{"reminder":{"purpose":"cart","push":{"title":"t","body":"{{ cart.quantity }}"}},
               "order":{"class":"transactional","purpose":"order","push":{"title":"o","body":"o"}}},
  "journeys":{"cart":{"enter":{"on":"product_added","when":"cart.quantity > 0","key":"cart.id"},
                      "exit":[{"on":"order_completed"},{"on":"cart_emptied"}],
                      "steps":[{"wait":"1h"},{"send":"reminder","via":["web_push"]}]},
              "order":{"enter":{"on":"order_completed"},"reenter":"always",
                       "steps":[{"send":"order","via":["web_push"],"latest":"24h"}]}}})";

void Say(int out, const std::string& line) {
  std::string text = line + "\n";
  if (write(out, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(3);  // the parent is gone
}

int Fail(const Task& duty, std::string_view what, const absl::Status& status) {
  Say(duty.out, fmt::format("! {}: {}", what, StatusText(status)));
  return 4;
}

}  // namespace

int Live(const Task& duty) {
  SharedClock clock(duty.now_ms);
  Options options;
  options.clock = &clock;
  options.fold_lease_ms = 30;
  auto opened = Engine::Open(duty.path, options);
  if (!opened.ok()) return Fail(duty, "open", opened.status());
  Engine& engine = **opened;
  BackgroundThread commit_thread;  // killed at any moment between the steps of one batch and the commit of another
  engine.impl().SetCommitThread(&commit_thread);
  engine.impl().SetBatchMax(3);
  engine.impl().SetAddressById(true);
  engine.impl().SetGuardsSurges(false);
  if (auto loaded = engine.Load(kPlaybook); !loaded.ok()) return Fail(duty, "load", loaded.status());
  int64_t event = duty.first_event;
  for (int turn = 0;; ++turn) {
    clock.now_ms += 17 * kMinuteMs;  // an hour or so with every few turns
    if (duty.ingests) {
      std::string batch;
      for (int i = 0; i < 5; ++i)
        batch +=
            fmt::format(R"({{"id":"e{}","type":"{}","customer":"c{}","at":{},"properties":{{"product_id":"p{}"}}}})"
                        "\n",
                        event + i, (event + i) % 7 == 3 ? "order_completed" : "product_added", (event + i) % kCustomers,
                        clock.NowMs() - 60 * kSecondMs, (event + i) % 5);
      auto taken = engine.Ingest(batch, {});
      if (!taken.ok()) return Fail(duty, "ingest", taken.status());
      std::string said;
      for (int i = 0; i < 5; ++i) said += fmt::format("{}i {}", i == 0 ? "" : "\n", event + i);
      Say(duty.out, said);
      event += 5;
    }
    if (!duty.works) continue;
    auto advanced = engine.Advance();
    if (!advanced.ok() && !absl::IsUnavailable(advanced.status()) && !absl::IsAborted(advanced.status()))
      return Fail(duty, "advance", advanced.status());
    ClaimOptions claim{.channel = "web_push", .max = 10, .lease_ms = 50};
    auto claimed = engine.Claim(claim);
    if (!claimed.ok()) return Fail(duty, "claim", claimed.status());
    std::vector<Outcome> outcomes;
    for (const Message& message : claimed->messages) {
      Say(duty.out, fmt::format("c {} {} {}", message.id, message.key, message.message_class));
      if (message.id % 11 != 0) outcomes.push_back({message.id, message.token, OutcomeCode::kAccepted});
    }
    if (auto settled = engine.Settle(outcomes); !settled.ok()) return Fail(duty, "settle", settled.status());
    for (const Outcome& outcome : outcomes) Say(duty.out, fmt::format("s {}", outcome.message_id));
  }
}

}  // namespace cartwheel::fault
