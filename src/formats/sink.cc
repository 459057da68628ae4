#include "formats/sink.h"

#include <utility>

#include "base/hash.h"
#include "cartwheel/limits.h"
#include "core/model/event_names.h"
#include "fmt/format.h"
#include "formats/validate.h"

namespace cartwheel {

std::string Sentence(const Warning& warning) {
  return fmt::format("{} is {}: expected {}", warning.field, warning.value, warning.expected);
}

namespace formats {
namespace {

// A packed list of maps, as Event::warnings says.
std::string Pack(const std::vector<Warning>& warnings) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginList();
  for (const Warning& warning : warnings) {
    writer.BeginMap();
    for (auto [key, text] : {std::pair<std::string_view, std::string_view>{"code", warning.code},
                             {"field", warning.field},
                             {"value", warning.value},
                             {"expected", warning.expected}}) {
      writer.Key(key);
      writer.Scalar(Value::String(text));
    }
    writer.End();
  }
  writer.End();
  return packed;
}

// Of an event without an id, so that it can be told from others: its bytes as they were sent. An event that was sent
// without a time is another one when it is sent again later.
uint64_t Fingerprint(const Event& event, const Stamps& stamps, int64_t ingested_at_ms) {
  std::string own;
  std::string_view bytes = stamps.record;
  if (bytes.empty()) {
    own = fmt::format("{}\n{}\n{}\n{}\n{}", event.type_name, event.customer, event.anonymous_id, event.at_ms,
                      event.properties);
    bytes = own;
  }
  const uint64_t print = SipDigest(bytes).low;
  return (stamps.at_missing ? Mix(print ^ static_cast<uint64_t>(ingested_at_ms)) : print) | 1;
}

}  // namespace

void Sink::Take(Event* event, const Stamps& stamps) {
  Problem problem;
  if (!CheckEvent(this, event, &problem)) return Reject(event->id, std::move(problem));
  if (stamps.at_unreadable)
    event->undated = !TakesAway(event->type) && event->exits_as == EventType::kCustom;
  else if (options.source == Source::kLive && stamps.sent_at_ms && !stamps.at_corrected)
    CorrectClock(stamps, event, this);
  if (options.source != Source::kHistory && event->at_ms > options.now_ms) event->at_ms = options.now_ms;
  std::string packed_warnings;
  if (!found.empty()) {
    if (options.strict) {
      problem.Set(found.front().code, Sentence(found.front()));
      return Reject(event->id, std::move(problem));
    }
    packed_warnings = Pack(found);
    event->warnings = packed_warnings;
  }
  std::string with_offset;
  if (const std::string_view offset = WrittenOffset(stamps.at_text);
      !offset.empty() && IsAboutConsent(event->type) && !stamps.at_unreadable) {
    with_offset = SetPacked(event->properties, "local_offset", Value::String(offset));
    event->properties = with_offset;
  }
  if (event->id.empty()) event->sent_fingerprint = Fingerprint(*event, stamps, options.now_ms);
  batch_->Append(*event);
  if (found.empty()) return;
  if (warnings_ != nullptr) {
    for (Warning& warning : found) {
      warning.record = record;
      warning.id = event->id;
      warnings_->push_back(std::move(warning));
    }
  }
  Clear();
}

void Sink::Reject(std::string_view event_id, Problem problem) {
  rejected_->push_back({record, ToValidUtf8(event_id), std::move(problem.code), std::move(problem.message)});
  Clear();
}

}  // namespace formats
}  // namespace cartwheel
