// What the tests of this area share: read a text, look at what came out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.h"
#include "base/time.h"
#include "formats/formats.h"

namespace cartwheel {

inline constexpr int64_t kTestNowMs = 1'700'000'000'000;  // 2023-11-14T22:13:20Z

struct TestEvent {
  EventType type;
  std::string type_name, id, customer, anonymous_id;
  int64_t at_ms;
  bool undated;
  EventType exits_as;
  uint64_t sent_fingerprint;
  std::string packed;
  std::string json;  // the properties

  Value Get(std::string_view key) const { return FindPacked(packed, key); }
};

struct TestResult {
  std::vector<TestEvent> events;
  std::vector<Rejection> rejected;
  std::vector<Warning> warnings;
  std::string bytes;
};

inline std::vector<TestEvent> Decode(std::string_view bytes) {
  std::vector<TestEvent> events;
  EventCursor cursor(bytes);
  for (Event event; cursor.Next(&event);) {
    TestEvent& copy = events.emplace_back();
    copy.type = event.type;
    copy.type_name = event.type_name;
    copy.id = event.id;
    copy.customer = event.customer;
    copy.anonymous_id = event.anonymous_id;
    copy.at_ms = event.at_ms;
    copy.undated = event.undated;
    copy.exits_as = event.exits_as;
    copy.sent_fingerprint = event.sent_fingerprint;
    copy.packed = event.properties;
    AppendJson(ReadPacked(event.properties), &copy.json);
  }
  return events;
}

inline TestResult ReadWith(EventReader* reader, std::string_view text, ReadOptions options = {}) {
  TestResult result;
  EventBatch batch;
  options.now_ms = options.default_at_ms = kTestNowMs;
  reader->Read(text, options, &batch, &result.rejected, &result.warnings);
  result.events = Decode(batch.bytes);
  result.bytes = batch.bytes;
  return result;
}

inline TestResult ReadText(Format format, std::string_view text, ReadOptions options = {}) {
  EventReader reader(format);
  return ReadWith(&reader, text, std::move(options));
}

}  // namespace cartwheel
