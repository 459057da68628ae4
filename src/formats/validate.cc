#include "formats/validate.h"

#include <algorithm>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/model/consent.h"
#include "core/model/push_ask.h"
#include "fmt/format.h"
#include "formats/property_table.h"
#include "formats/records.h"

namespace cartwheel::formats {
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

// A withdrawal may name an address in place of a person. That of consent says the medium in place of the channel.
bool NamesAnAddress(const Event& event) {
  const bool hashed = DigestFromHex(event.Text("identity_hash")).has_value();
  if (hashed &&
      (event.type == EventType::kErase || event.type == EventType::kEndpointRemoved || IsAboutConsent(event.type)))
    return true;
  if (!event.Get("address").is_string() && !DigestFromHex(event.Text("address_hash"))) return false;
  if (event.type == EventType::kEndpointRemoved || IsAboutAddress(event.type)) return event.Get("channel").is_string();
  return event.type == EventType::kConsentWithdrawn || event.type == EventType::kConsentRefused ||
         event.type == EventType::kMessageReceived || event.type == EventType::kUnsubscribed;
}

// Takes out the ids that cannot stand for a customer. False, with the reason of the last one, when none is left. An
// identify or alias of a placeholder names no customer, whatever its device.
bool CheckIdentity(Findings* findings, Event* event, Problem* problem) {
  const bool names_a_customer = event->type == EventType::kIdentify || event->type == EventType::kAlias;
  const bool customer_was_given = Given(event->customer);
  auto usable = [&](std::string_view what, std::string_view* id) {
    if (!Given(*id)) return false;
    bool good = true;
    if (IsPlaceholder(*id))
      good = RejectPlaceholder(what, *id, problem);
    else if (id->size() > kIdBytesMax) {
      good = CheckIdBytes(what, *id, problem);
      findings->Warn("id_bytes_max", std::string(what), Quote(*id),
                     fmt::format("at most {} bytes (id_bytes_max)", kIdBytesMax));
    }
    if (!good) *id = {};
    return good;
  };
  const bool device = usable("anonymous_id", &event->anonymous_id);
  const bool customer = usable("customer", &event->customer);
  if (customer || (device && !(names_a_customer && customer_was_given)) || NamesAnAddress(*event)) return true;
  if (!problem->code.empty()) return false;
  // What looks like the reason is said too.
  std::string why;
  for (const Warning& warning : findings->found) {
    if (warning.code == "bad_id" && warning.field.find('.') == warning.field.npos && warning.field != "id")
      return problem->Set("bad_id", Sentence(warning));
    if (warning.code == "unknown_key" && why.empty()) why = fmt::format(" ({})", Sentence(warning));
  }
  return problem->Set("missing_customer",
                      fmt::format("neither customer nor anonymous_id is given: expected at least one{}", why));
}

// An id that would make other events duplicates is none. Counters may begin at 0 or -1.
void CheckEventId(Findings* findings, Event* event) {
  const bool counter = event->id.empty() || event->id == "0" || event->id == "-1";
  if (!counter && IsPlaceholder(event->id)) {
    findings->Warn("placeholder_id", "id", Quote(event->id), "an id of its own, or none");
    event->id = {};
  } else if (event->id.size() > kIdBytesMax) {
    findings->Warn("id_bytes_max", "id", Quote(event->id),
                   fmt::format("at most {} bytes (id_bytes_max); its hash stands for it", kIdBytesMax));
    findings->id = HashedId(event->id);
    event->id = findings->id;
  }
}

// A property without which the event has no effect. An unreadable one was reported already, and is absent.
void Need(Findings* findings, const Event& event, std::string_view key, std::string_view expected) {
  const std::string field = fmt::format("properties.{}", key);
  if (!event.Get(key).is_absent() ||
      std::any_of(findings->found.begin(), findings->found.end(), [&](const Warning& w) { return w.field == field; }))
    return;
  findings->Warn(fmt::format("missing_{}", key), field, "missing",
                 fmt::format("{}: {} does nothing without it", expected, event.type_name));
}

void Drop(Findings* findings, Event* event, std::string_view key) {
  findings->packed = SetPacked(event->properties, key, Value());
  event->properties = findings->packed;
}

void CheckEndpoint(Findings* findings, Event* event) {
  for (std::string_view key : {"channel", "address"}) {
    const Value value = event->Get(key);
    if (value.is_absent()) continue;
    const bool empty = !value.is_string() || TrimId(value.text()).empty();
    const size_t max = key == "channel" ? kIdBytesMax : kAddressBytesMax;
    if (!empty && value.text().size() <= max) continue;
    if (!empty)
      findings->Warn(key == "channel" ? "id_bytes_max" : "address_bytes_max", fmt::format("properties.{}", key),
                     Quote(value.text()), fmt::format("at most {} bytes", max));
    Drop(findings, event, key);
  }
  Need(findings, *event, "channel", "the name of a channel such as \"web_push\"");
  if (!DigestFromHex(event->Text("address_hash")))
    Need(findings, *event, "address", "the customer's address on that channel, as text");
}

// What is said of a consent: one name, or a list of them.
template <typename Find>
void CheckNames(Findings* findings, const Event& event, std::string_view key, Find find, std::string_view names) {
  const Value value = event.Get(key);
  auto known = [&](const Value& name) { return name.is_string() && find(name.text()).has_value(); };
  bool good = value.is_absent() || known(value);
  if (value.is_list()) {
    good = true;
    for (size_t i = 0; i < value.size(); ++i) good = good && known(value.at(i));
  }
  if (good) return;
  findings->Warn(fmt::format("bad_{}", key), fmt::format("properties.{}", key),
                 value.is_string() ? Quote(value.text()) : "something else",
                 fmt::format("{}, or a list of them: a withdrawal without it is of all, a grant of none", names));
}

void CheckConsent(Findings* findings, const Event& event) {
  CheckNames(findings, event, "medium", FindConsentMedium, "sms, email, kakao, app_push or web_push");
  CheckNames(findings, event, "scope", FindConsentScope, "ad, ad_night, audience_share or profiling");
  if (event.type == EventType::kConsentGranted)
    Need(findings, event, "medium", "sms, email, kakao, app_push or web_push");
}

// The recipient, medium and scope of an opt-out link stand in the place of what the event says of them.
void ReadOptOut(Findings* findings, Event* event) {
  const Value token = event->Get("token");
  if (token.is_absent()) return;
  auto warn = [&](std::string_view value, std::string_view expected) {
    findings->Warn("bad_token", "properties.token", Quote(value), expected);
  };
  if (!token.is_string()) return warn("something else", "the token of an opt-out link");
  if (!findings->options.opt_out) return warn(token.text(), "option token_key, with which it can be read");
  absl::StatusOr<OptOut> read = findings->options.opt_out(token.text());
  if (!read.ok()) return warn(token.text(), StatusText(read.status()));
  findings->opt_out = *std::move(read);
  event->customer = findings->opt_out.customer;
  event->anonymous_id = findings->opt_out.anonymous_id;
  const OptOut& opt_out = findings->opt_out;
  auto set = [&](std::string_view key, std::string_view text) {
    findings->packed = SetPacked(event->properties, key, text.empty() ? Value() : Value::String(text));
    event->properties = findings->packed;
  };
  set("medium", opt_out.medium);
  set("scope", opt_out.scope);
  if (!opt_out.customer.empty() || !opt_out.anonymous_id.empty()) return;
  set("channel", opt_out.channel);
  set("address", {});
  set("address_hash", opt_out.address_hash);
  set("identity_hash", opt_out.identity_hash);
}

void CheckPermission(Findings* findings, const Event& event) {
  const Value value = event.Get("permission");
  if (value.is_string() && FindPushAnswer(value.text())) return;
  findings->Warn(value.is_absent() ? "missing_permission" : "bad_permission", "properties.permission",
                 value.is_absent()   ? "absent"
                 : value.is_string() ? Quote(value.text())
                                     : "something else",
                 "granted, denied or dismissed; it is taken as dismissed");
}

void CheckAlias(Findings* findings, Event* event) {
  const Value previous = event->Get("previous_id");
  std::string_view wrong;
  if (previous.is_absent()) {
  } else if (!previous.is_string() || IsPlaceholder(previous.text())) {
    wrong = "the id that the customer had before";
  } else if (event->customer.empty()) {
    wrong = "a customer, to whom that id belongs";
  } else if (previous.text().size() > kIdBytesMax) {
    wrong = "at most 256 bytes (id_bytes_max)";
  }
  if (!wrong.empty()) {
    findings->Warn("bad_previous_id", "properties.previous_id",
                   previous.is_string() ? Quote(previous.text()) : "not text", wrong);
    Drop(findings, event, "previous_id");
  }
  Need(findings, *event, "previous_id", "the id that the customer had before");
}

}  // namespace

bool IsPlaceholder(std::string_view id) {
  id = TrimId(id);
  if (id.size() > kPlaceholderBytesMax) return false;
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
  if (std::optional<int64_t> instant = ParseInstant(TrimSpace(text))) {
    *at_ms = *instant;
    return true;
  }
  return problem->Set("bad_at", fmt::format("{} {} is not a time: expected ISO 8601 such as \"2022-08-01T09:30:00Z\", "
                                            "or epoch milliseconds",
                                            what, Quote(text)));
}

bool CheckEvent(Findings* findings, Event* event, Problem* problem) {
  if (event->type == EventType::kUnsubscribed) ReadOptOut(findings, event);
  if (!CheckType(*event, problem) || !CheckIdentity(findings, event, problem)) return false;
  CheckEventId(findings, event);
  switch (event->type) {
    case EventType::kEndpointAdded:
    case EventType::kEndpointRemoved:
    case EventType::kBounced:
    case EventType::kComplained:
    case EventType::kAddressBlocked:
    case EventType::kAddressReleased:
      CheckEndpoint(findings, event);
      return true;
    case EventType::kAlias:
      CheckAlias(findings, event);
      return true;
    case EventType::kConsentGranted:
    case EventType::kConsentRefused:
    case EventType::kConsentWithdrawn:
    case EventType::kConsentReconfirmed:
    case EventType::kConsentRequested:
      CheckConsent(findings, *event);
      return true;
    case EventType::kPermissionAsked:
      CheckPermission(findings, *event);
      return true;
    case EventType::kJourneyEntered:
      Need(findings, *event, "journey", "the name of a journey");
      return true;
    case EventType::kMessageOpened:
    case EventType::kMessageClicked:
      Need(findings, *event, "message_id", Expected(Holds::kMessageId));
      return true;
    case EventType::kCallAnswered:
      Need(findings, *event, "call", Expected(Holds::kText));
      return true;
    default:
      return true;
  }
}

}  // namespace cartwheel::formats
