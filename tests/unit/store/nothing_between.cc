#include "tests/unit/store/nothing_between.h"

#include <atomic>
#include <memory>
#include <thread>

#include "tests/unit/store/store_factories.h"

namespace cartwheel {

void CheckNothingComesBetween(Store& changes, Store& appends) {
  constexpr int kChanges = 60;
  std::atomic<int64_t> appended{0};
  std::atomic<bool> stop{false};
  std::thread appender([&] {
    while (!stop) appended += appends.Append(Batch(1, 0, "event")).ok();
  });
  int64_t read = 0;
  for (int done = 0; done < kChanges;) {
    const int64_t before = appended;
    auto change = changes.BeginOutbox(
        {.ready =
             OutboxPlan::Ready{.tail_max = int64_t{1} << 40, .known_cursor = Position(0), .known_to = Position(read)}});
    REQUIRE(change.ok());
    if (!(*change)->view().tail.empty()) read = (*change)->view().tail.back().last.value();
    std::this_thread::yield();
    REQUIRE((*change)->Commit({.append = Batch(1, 0, "receipt")}).ok());
    auto rows = changes.ReadLog(Position(read), Position(read + 1), 1);
    REQUIRE(rows.ok());
    CHECK(rows->at(0).data == "receipt");
    ++read;
    done += appended > before;  // only those beside which something was appended count
  }
  stop = true;
  appender.join();
}

}  // namespace cartwheel
