// Hidden: run with `test_formats "[.bench]" -s`.
#include <cstdio>
#include <ctime>

#include "fmt/format.h"
#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;

TEST_CASE("a native event costs at most a microsecond", "[.bench]") {
  std::string lines, array = "[";
  constexpr size_t kEvents = 100'000;
  for (size_t i = 0; i < kEvents; ++i) {
    std::string event = fmt::format(
        R"({{"id":"e-{:012}","type":"product_added","customer":"customer-{:06}","at":"2023-11-01T{:02}:{:02}:{:02}.123Z",)"
        R"("properties":{{"product_id":"p-{:05}","name":"Leinenhemd, weiß","price":{}.50,"quantity":1,)"
        R"("category":"shirts","url":"https://shop.example/p/{:05}","image_url":"https://img.example/{:05}.jpg"}}}})",
        i, i % 10'000, i / 3600 % 24, i / 60 % 60, i % 60, i % 5000, 10 + i % 90, i % 5000, i % 5000);
    lines += event + "\n";
    array += (i == 0 ? "" : ",") + event;
  }
  array += "]";
  for (const std::string* text : {&lines, &array}) {
    double best_ns = 1e9;
    for (int run = 0; run < 7; ++run) {
      EventBatch batch;
      std::vector<Rejection> rejected;
      EventReader reader(Format::kNative);
      std::clock_t start = std::clock();
      reader.Read(*text, {.now_ms = kTestNowMs, .default_at_ms = kTestNowMs}, &batch, &rejected);
      double taken_ns = static_cast<double>(std::clock() - start) * 1e9 / CLOCKS_PER_SEC;
      REQUIRE(batch.count == kEvents);
      best_ns = std::min(best_ns, taken_ns / kEvents);
    }
    fmt::print("{}: {} bytes an event, {:.0f} CPU ns an event\n", text == &lines ? "NDJSON" : "array",
               text->size() / kEvents, best_ns);
  }
}
