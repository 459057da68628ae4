#include "core/journey/past.h"

#include <algorithm>

#include "cartwheel/limits.h"
#include "core/model/amount.h"
#include "core/model/orders.h"
#include "core/model/personal.h"

namespace cartwheel {
namespace {

// What the event was worth: an order's total, else the value or price times quantity. Absent when it says nothing of
// it, or says it in another currency than the shop's.
Value ValueOf(const Event& event, const FoldContext& context, Effects& effects) {
  if (IsForeign(event, context)) {
    effects.Count({.metric = Metric::kHistoryOtherCurrency});
    return Value();
  }
  if (event.type == EventType::kOrderCompleted)
    if (const std::optional<Money> worth = OrderValue(event); worth) return Value::Decimal(*worth);
  if (const Value said = event.Get(kValueProperty); IsMoney(said)) return Value::Decimal(MoneyOf(said));
  const Value price = event.Get("price");
  if (!IsMoney(price)) return Value();
  return Value::Decimal(MultiplyQuantity(MoneyOf(price), QuantityOf(event.Get("quantity")).value_or(kOnePiece)));
}

// `*personal` is set where one of them is.
std::string Keep(const KeptHistory& wanted, const Event& event, const FoldContext& context, Effects& effects,
                 bool* personal) {
  std::string kept;
  PackedWriter writer(&kept);
  writer.BeginMap();
  const bool worth = wanted.everything || std::find(wanted.properties.begin(), wanted.properties.end(),
                                                    kValueProperty) != wanted.properties.end();
  // First, because it is what is asked for most.
  if (const Value value = worth ? ValueOf(event, context, effects) : Value(); !value.is_absent()) {
    writer.Key(kValueProperty);
    writer.Scalar(value);
  }
  for (PackedCursor cursor(ReadPacked(event.properties)); cursor.Next();) {
    const bool asked = wanted.everything || std::find(wanted.properties.begin(), wanted.properties.end(),
                                                      cursor.key()) != wanted.properties.end();
    if (!asked || cursor.key() == kValueProperty) continue;
    if (kept.size() + cursor.element().size() > kPastEventBytesMax) {
      effects.Count({.metric = Metric::kHistoryLeftOut});
      continue;
    }
    writer.Raw(cursor.element());
    *personal = *personal || IsPersonal(event.type, cursor.key(), context.playbooks.current->personal);
  }
  writer.End();
  return kept;
}

// Identifies what must count once: an order by its order id, any other event by its own id.
uint64_t PastId(const JourneyEvent& journey_event, const FoldContext& context) {
  const Event* event = journey_event.event;
  if (event == nullptr) return 0;
  if (const uint64_t order = journey_event.type == EventType::kOrderCompleted ? OrderFingerprint(*event) : 0;
      order != 0)
    return Mix(order);
  return event->id.empty() ? 0 : SipHash(context.options.hash_key, event->id);
}

bool Earlier(const PastEvent& a, const PastEvent& b) {
  return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.position < b.position;
}

void Insert(History& history, PastEvent event) {
  auto behind = std::upper_bound(history.begin(), history.end(), event, Earlier);
  history.insert(behind, std::move(event));
}

}  // namespace

const KeptHistory* FindKeptHistory(const Playbook& playbook, EventType type, std::string_view name) {
  if (type == EventType::kCustom) {
    auto found = playbook.custom_history.find(name);
    return found == playbook.custom_history.end() ? nullptr : &found->second;
  }
  auto found = playbook.history.find(type);
  return found == playbook.history.end() ? nullptr : &found->second;
}

uint64_t Remember(Customer& customer, const JourneyEvent& journey_event, const FoldContext& context, Effects& effects) {
  const Playbook* playbook = context.playbooks.current.get();
  if (playbook == nullptr || playbook->history_version == 0) return 0;
  const KeptHistory* wanted = FindKeptHistory(*playbook, journey_event.type, journey_event.name);
  const int64_t forgotten_at_ms = context.now_ms - playbook->history_ms;
  if (wanted == nullptr || journey_event.at_ms <= forgotten_at_ms) return 0;
  History& history = customer.history;
  size_t old = 0;
  while (old < history.size() && history[old].at_ms <= forgotten_at_ms) ++old;
  history.erase(history.begin(), history.begin() + static_cast<int64_t>(old));

  PastEvent past{.type = wanted->type, .position = context.position.value(), .at_ms = journey_event.at_ms};
  past.id = PastId(journey_event, context);
  if (journey_event.event != nullptr)
    past.properties = Keep(*wanted, *journey_event.event, context, effects, &past.personal);
  CacheValue(past);
  for (PastEvent& known : history) {
    if (known.type != past.type) continue;
    const bool same = known.position == past.position && past.position != 0;
    if (same) {
      known.properties = std::move(past.properties);
      known.value = past.value;
      known.personal = past.personal;
      return past.type;
    }
    if (past.id == 0 || known.id != past.id) continue;
    if (past.at_ms >= known.at_ms) return 0;                     // told twice
    history.erase(history.begin() + (&known - history.data()));  // an earlier report of the same order
    break;
  }
  if (history.size() >= kHistoryEventsMax) {
    if (past.at_ms < history.front().at_ms) return 0;
    history.erase(history.begin());
    effects.Count({.metric = Metric::kHistoryOverflow});
  }
  Insert(history, std::move(past));
  return wanted->type;
}

void MergeHistory(History& into, const History& from) {
  for (const PastEvent& past : from) {
    const bool known = std::any_of(into.begin(), into.end(), [&](const PastEvent& ours) {
      return ours.type == past.type &&
             ((ours.position == past.position && past.position != 0) || (past.id != 0 && ours.id == past.id));
    });
    if (!known) Insert(into, past);
  }
  if (into.size() > kHistoryEventsMax) into.erase(into.begin(), into.end() - static_cast<int64_t>(kHistoryEventsMax));
}

}  // namespace cartwheel
