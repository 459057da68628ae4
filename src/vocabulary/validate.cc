#include "vocabulary/validate.h"

#include <algorithm>

#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "vocabulary/records.h"

namespace cartwheel::vocabulary {
namespace {

constexpr std::string_view kPlaceholders[] = {
    "",
    "0",
    "-1",
    "null",
    "undefined",
    "guest",
    "anonymous",
    "none",
    "nil",
    "unknown",
    "nan",
    "[object object]",
    "00000000-0000-0000-0000-000000000000",
};
constexpr size_t kPlaceholderBytesMax = 36;
constexpr int64_t kEpochMsMin = 100'000'000'000;  // 1973 in milliseconds; below it stand seconds

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return Lower(a) == b; });
}

bool Given(std::string_view id) { return id.data() != nullptr; }

bool CheckType(const Event& event, Problem* problem) {
  if (event.type_name.empty()) {
    return problem->Set("missing_type", "type is missing: expected a name such as \"product_added\"");
  }
  if (event.type_name.size() > kTypeBytesMax) {
    return problem->Set("type_bytes_max", fmt::format("type {} has {} bytes: type_bytes_max is {}",
                                                      Quote(event.type_name), event.type_name.size(), kTypeBytesMax));
  }
  if (IsDerived(event.type)) {
    return problem->Set("reserved_type", fmt::format("type {} is made by the engine itself: expected another name",
                                                     Quote(event.type_name)));
  }
  return true;
}

bool RejectPlaceholder(std::string_view what, std::string_view id, Problem* problem) {
  return problem->Set("placeholder_id",
                      fmt::format("{} {} is a placeholder: expected an id of its own, or none", what, Quote(id)));
}

bool CheckIdentity(Event* event, Problem* problem) {
  bool customer_is_placeholder = Given(event->customer) && IsPlaceholder(event->customer);
  bool anonymous_is_placeholder = Given(event->anonymous_id) && IsPlaceholder(event->anonymous_id);
  bool names_a_customer = event->type == EventType::kIdentify || event->type == EventType::kAlias;
  if (customer_is_placeholder) {
    bool other = Given(event->anonymous_id) && !anonymous_is_placeholder && !names_a_customer;
    if (!other) return RejectPlaceholder("customer", event->customer, problem);
    event->customer = {};
  }
  if (anonymous_is_placeholder) {
    if (!Given(event->customer)) return RejectPlaceholder("anonymous_id", event->anonymous_id, problem);
    event->anonymous_id = {};
  }
  if (!Given(event->customer) && !Given(event->anonymous_id)) {
    return problem->Set("missing_customer", "neither customer nor anonymous_id is given: expected at least one");
  }
  return CheckIdBytes("customer", event->customer, problem) &&
         CheckIdBytes("anonymous_id", event->anonymous_id, problem);
}

bool CheckEventId(const Event& event, Problem* problem) {
  // Counters may begin at 0 or -1, but an id "undefined" would make every event but the first a duplicate.
  bool counter = event.id.empty() || event.id == "0" || event.id == "-1";
  if (!counter && IsPlaceholder(event.id)) return RejectPlaceholder("id", event.id, problem);
  return CheckIdBytes("id", event.id, problem);
}

bool CheckInstant(const ReadOptions& options, const Event& event, Problem* problem) {
  if (event.at_ms <= options.now_ms + kEventAheadMaxMs) return true;
  return problem->Set(
      "future", fmt::format("at {} lies over {} ahead of now, {}: expected the time when it happened",
                            FormatInstant(event.at_ms), FormatSpan(kEventAheadMaxMs), FormatInstant(options.now_ms)));
}

bool CheckText(const Event& event, std::string_view key, std::string_view expected, Problem* problem) {
  Value value = event.Get(key);
  if (value.is_string() && !TrimSpace(value.text()).empty()) return true;
  return problem->Set(fmt::format("missing_{}", key), fmt::format("properties.{} is {}: {} needs {}", key,
                                                                  value.is_absent()   ? "missing"
                                                                  : value.is_string() ? "empty"
                                                                                      : "not text",
                                                                  event.type_name, expected));
}

bool CheckEndpoint(const Event& event, Problem* problem) {
  if (!CheckText(event, "channel", "the name of a channel such as \"web_push\"", problem)) return false;
  if (!CheckText(event, "address", "the customer's address on that channel, as text", problem)) return false;
  std::string_view address = event.Get("address").text();
  if (address.size() > kAddressBytesMax) {
    return problem->Set("address_bytes_max", fmt::format("properties.address has {} bytes: address_bytes_max is {}",
                                                         address.size(), kAddressBytesMax));
  }
  return CheckIdBytes("properties.channel", event.Get("channel").text(), problem);
}

bool CheckAlias(const Event& event, Problem* problem) {
  if (!Given(event.customer)) {
    return problem->Set("missing_customer", "customer is missing: alias needs the id to which previous_id belongs");
  }
  if (!CheckText(event, "previous_id", "the id that the customer had before", problem)) return false;
  std::string_view previous = event.Get("previous_id").text();
  if (IsPlaceholder(previous)) return RejectPlaceholder("previous_id", previous, problem);
  return CheckIdBytes("properties.previous_id", previous, problem);
}

bool CheckMessage(const Event& event, Problem* problem) {
  const Value id = event.Get("message_id");
  if (id.kind() == Kind::kInt && id.integer() > 0) return true;
  return problem->Set("missing_message_id", fmt::format("properties.message_id is {}: {} needs the number of a message, as claim and query link say it",
                                                        id.is_absent() ? "missing" : "no whole number above 0", event.type_name));
}

}  // namespace

bool IsPlaceholder(std::string_view id) {
  if (id.size() > kPlaceholderBytesMax && id.front() > ' ' && id.back() > ' ') return false;
  id = TrimSpace(id);
  return std::any_of(std::begin(kPlaceholders), std::end(kPlaceholders),
                     [id](std::string_view placeholder) { return EqualsIgnoringCase(id, placeholder); });
}

bool CheckIdBytes(std::string_view what, std::string_view id, Problem* problem) {
  if (id.size() <= kIdBytesMax) return true;
  return problem->Set("id_bytes_max",
                      fmt::format("{} {} has {} bytes: id_bytes_max is {}", what, Quote(id), id.size(), kIdBytesMax));
}

bool CheckEventBytes(size_t bytes, Problem* problem) {
  if (bytes <= kEventBytesMax) return true;
  return problem->Set("event_bytes_max",
                      fmt::format("the event has {} bytes: event_bytes_max is {}", bytes, kEventBytesMax));
}

bool CheckEpochMs(std::string_view what, int64_t at_ms, Problem* problem) {
  if (at_ms >= kEpochMsMin) return true;
  return problem->Set("bad_at", fmt::format("{} {} looks like seconds: expected epoch milliseconds such as "
                                            "1659346200000, or ISO 8601 text",
                                            what, at_ms));
}

bool ParseAt(std::string_view what, std::string_view text, int64_t* at_ms, Problem* problem) {
  if (std::optional<int64_t> instant = ParseInstant(TrimSpace(text))) return *at_ms = *instant, true;
  return problem->Set("bad_at", fmt::format("{} {} is not a time: expected ISO 8601 such as \"2022-08-01T09:30:00Z\", "
                                            "or epoch milliseconds",
                                            what, Quote(text)));
}

bool CheckEvent(const ReadOptions& options, Event* event, Problem* problem) {
  if (!CheckType(*event, problem) || !CheckEventId(*event, problem) || !CheckIdentity(event, problem) ||
      !CheckInstant(options, *event, problem)) {
    return false;
  }
  switch (event->type) {
    case EventType::kEndpointAdded:
    case EventType::kEndpointRemoved:
      return CheckEndpoint(*event, problem);
    case EventType::kAlias:
      return CheckAlias(*event, problem);
    case EventType::kMessageOpened:
    case EventType::kMessageClicked:
      return CheckMessage(*event, problem);
    default:
      return true;
  }
}

}  // namespace cartwheel::vocabulary
