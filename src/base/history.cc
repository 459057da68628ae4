#include "base/history.h"

#include "base/hash.h"
#include "base/packed.h"

namespace cartwheel {
namespace {

constexpr std::string_view kAt = "at", kProperties = "properties";

Value Find(const void* object, std::string_view key) {
  const PastEvent& event = *static_cast<const PastEvent*>(object);
  if (key == kAt) return Value::Timestamp(event.at_ms);
  if (key == kProperties) return ReadPacked(event.properties);
  return Value();
}

constexpr ContainerOps kEventOps = {
    [](const void*) { return size_t{2}; },
    nullptr,
    Find,
    [](const void* object, size_t i) {
      const std::string_view key = i == 0 ? kAt : kProperties;
      return Entry(Value::String(key), Find(object, key));
    },
};

constexpr ContainerOps kHistoryOps = {
    [](const void* object) { return static_cast<const History*>(object)->size(); },
    [](const void* object, size_t i) { return PastEventValue(&(*static_cast<const History*>(object))[i]); },
    nullptr,
    nullptr,
};

const History kNothing;

}  // namespace

void CacheValue(PastEvent& event) {
  const Value value = FindPacked(event.properties, kValueProperty);
  const bool number = value.kind() >= Kind::kInt && value.kind() <= Kind::kDecimal;
  event.value = number ? value : Value();
}

uint64_t TypeFingerprint(std::string_view type) { return SipDigest(type).low; }

Value HistoryValue(const History* history) {
  return Value::List(&kHistoryOps, history == nullptr ? &kNothing : history);
}

const History* HistoryOf(const Value& variable) {
  return variable.is_list() && variable.ops() == &kHistoryOps ? static_cast<const History*>(variable.object())
                                                              : nullptr;
}

Value PastEventValue(const PastEvent* event) { return Value::Map(&kEventOps, event); }

}  // namespace cartwheel
