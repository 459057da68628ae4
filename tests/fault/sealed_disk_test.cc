// What a sealed database asks of the disk for its keys.
#include <algorithm>
#include <filesystem>

#include "base/status.h"
#include "cartwheel/clock.h"
#include "cartwheel/engine.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "tests/fault/fault_disk.h"
#include "tests/temporary_directory.h"

namespace cartwheel::fault {
namespace {

constexpr int64_t kDay0Ms = 1'767'225'600'000;

struct SealedShop {
  SealedShop() {
    disk::Install();
    options.clock = &clock;
    options.seal_key = std::string(64, 'a');
    auto opened = Engine::Open(path, options);
    INFO(StatusText(opened.status()));
    REQUIRE(opened.ok());
    engine = *std::move(opened);
  }
  // One call that tells the names of some customers.
  void Tell(int64_t from, int64_t to, std::string_view type = "identify") const {
    std::string events;
    for (int64_t i = from; i < to; ++i)
      events += fmt::format(R"({{"type":"{}","customer":"c{}","at":{},"properties":{{"name":"n"}}}})"
                            "\n",
                            type, i, kDay0Ms);
    const auto result = engine->Ingest(events, {});
    INFO(StatusText(result.status()));
    REQUIRE(result.ok());
    REQUIRE(result->rejected.empty());
  }
  disk::Deeds Of(const char* suffix) const { return disk::DeedsOf(path + suffix); }

  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  ManualClock clock{kDay0Ms};
  Options options;
  std::unique_ptr<Engine> engine;
};

}  // namespace

TEST_CASE("sealed disk: new customers of a call cost one flush of their keys, and known ones none") {
  constexpr int64_t kCalls = 20, kOfCall = 50;
  SealedShop shop;
  shop.Tell(0, kOfCall);  // makes the file
  const disk::Deeds keys = shop.Of(".keys-wal"), log = shop.Of("-wal");
  const int64_t file = shop.Of(".keys").flushes;
  for (int64_t call = 1; call <= kCalls; ++call) shop.Tell(call * kOfCall, (call + 1) * kOfCall);
  CHECK(shop.Of(".keys-wal").flushes - keys.flushes == kCalls);
  CHECK(shop.Of("-wal").flushes - log.flushes == kCalls);
  CHECK(shop.Of(".keys").flushes == file);
  // For each name a page of 512 bytes of its own at most, and its part of what holds the keys in their order. This disk
  // says that its sectors may tear: SQLite then writes each page with the whole sector in which it lies.
  CHECK(shop.Of(".keys-wal").written - keys.written < kCalls * kOfCall * 3'000);
  const disk::Deeds before = shop.Of(".keys-wal");
  for (int64_t call = 0; call <= kCalls; ++call) shop.Tell(call * kOfCall, (call + 1) * kOfCall);
  CHECK(shop.Of(".keys-wal").flushes == before.flushes);
  CHECK(shop.Of(".keys-wal").written == before.written);
}

TEST_CASE(
    "sealed disk: the log of changes of the keys is overwritten before it is cut, when keys are destroyed or sealed "
    "anew") {
  SealedShop shop;
  shop.Tell(0, 50);
  shop.Tell(7, 8, "erase");
  for (int i = 0; i < 50; ++i) REQUIRE(shop.engine->Advance(0).ok());
  const auto erasures = shop.engine->Query({.query = "erasures"});
  REQUIRE(erasures.ok());
  REQUIRE(erasures->find(R"("pending":0)") != erasures->npos);
  auto is_overwritten = [&] {
    const std::string cut = shop.Of(".keys-wal").cut;
    return !cut.empty() && std::all_of(cut.begin(), cut.end(), [](char byte) { return byte == 0; });
  };
  CHECK(is_overwritten());
  CHECK(std::filesystem::file_size(shop.path + ".keys-wal") == 0);
  shop.Tell(50, 100);
  REQUIRE(std::filesystem::file_size(shop.path + ".keys-wal") > 0);
  REQUIRE(shop.engine->impl().store().Checkpoint().ok());
  REQUIRE(shop.engine->impl().store().RotateSealKey(std::string(64, 'b')).ok());
  CHECK(is_overwritten());
  CHECK(std::filesystem::file_size(shop.path + ".keys-wal") == 0);
}

}  // namespace cartwheel::fault
