// What is sealed of an event belongs to that event.
#include "store/sealed/sealed_events.h"

#include "base/packed.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

namespace cartwheel {
namespace {

constexpr HashKey kHashKey{1, 2};

std::string Properties() {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("email");
  writer.Scalar(Value::String("kim@secret.example"));
  writer.End();
  return packed;
}

std::string Sealed(const Event& event, KeyFile& keys) {
  EventBatch batch;
  batch.Append(event);
  const auto sealing = EventSealing::Of(batch.bytes, {}, kHashKey);
  REQUIRE(sealing.ok());
  REQUIRE(sealing->needs_keys());
  std::string out;
  REQUIRE(sealing->Write(keys, &out).ok());
  return out;
}

}  // namespace

TEST_CASE("sealed events: what is sealed of one does not open in another") {
  TemporaryDirectory directory;
  KeyFile keys(directory.File("shop.db.keys"), NewSealKey(), {});
  const std::string properties = Properties();
  const Event own{.type = EventType::kCartViewed,
                  .type_name = "cart_viewed",
                  .id = "e1",
                  .customer = "kim",
                  .at_ms = 5,
                  .properties = properties};
  const std::string sealed = Sealed(own, keys);
  std::string opened;
  const auto same = OpenEvents(sealed, keys, &opened);
  REQUIRE(same.ok());
  CHECK(same->lost == 0);
  CHECK(opened.find("kim@secret.example") != std::string::npos);

  Event written;
  EventCursor cursor(sealed);
  REQUIRE(cursor.Next(&written));
  const std::string moved(written.properties);
  Event others[] = {written, written, written, written, written};
  others[0].id = "e2";
  others[1].customer = "lee";
  others[2].anonymous_id = "phone";
  others[3].at_ms = 6;
  others[4].type = EventType::kProductViewed;
  others[4].type_name = "product_viewed";
  for (Event& other : others) {
    other.properties = moved;
    EventBatch batch;
    batch.Append(other);
    const auto result = OpenEvents(batch.bytes, keys, &opened);
    INFO(other.type_name << ' ' << other.id << ' ' << other.customer << ' ' << other.anonymous_id << ' '
                         << other.at_ms);
    REQUIRE(result.ok());
    CHECK(result->lost == 1);
    CHECK(opened.find("kim@secret.example") == std::string::npos);
  }
}

}  // namespace cartwheel
