#include "core/journey/act.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/json_text.h"
#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/journey/ran.h"
#include "core/journey/walk_world.h"
#include "core/message/message_key.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kCartId = "cart_id";

bool IsKept(const Value& value) {
  return !value.is_absent() && !value.is_list() && !value.is_map() && value.kind() != Kind::kType &&
         value.kind() != Kind::kOptional;
}

// A packed map of what a step says. A field whose expression has no value is left out.
std::string Given(const GivenFields& given, Customer& customer, const Enrolment& enrolment, const Journey& journey,
                  const FoldContext& context, std::string_view cart_id = {}) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (PackedCursor cursor(ReadPacked(given.constants)); cursor.Next();) writer.Raw(cursor.element());
  if (!given.made.empty()) {
    const WalkWorld world(customer, enrolment, journey, context);
    for (const GivenFields::Made& made : given.made) {
      const absl::StatusOr<Evaluated> value = made.expression->Evaluate(world);
      if (!value.ok() || !IsKept(*value)) continue;
      writer.Key(made.name);
      writer.Scalar(*value);
    }
  }
  if (!cart_id.empty()) {
    writer.Key(kCartId);
    writer.Scalar(Value::String(cart_id));
  }
  writer.End();
  return packed;
}

bool Gives(const GivenFields& given, std::string_view name) {
  return !FindPacked(given.constants, name).is_absent() ||
         std::any_of(given.made.begin(), given.made.end(),
                     [&](const GivenFields::Made& made) { return made.name == name; });
}

std::string Shown(std::string_view packed) {
  std::string text;
  AppendJson(ReadPacked(packed), &text);
  return text;
}

void Note(DecisionKind kind, const Enrolment& enrolment, const Journey& journey, std::string detail, int64_t now_ms,
          Effects& effects) {
  effects.decisions.push_back({kind,
                               now_ms,
                               enrolment.planned_at_ms,
                               {},
                               journey.name,
                               journey.steps[enrolment.position].name,
                               Reason::kNone,
                               std::move(detail)});
}

// False: the chain of walks that led to this one is as long as it may be.
bool MayAct(Enrolment& enrolment, const Journey& journey, int64_t now_ms, Effects& effects) {
  if (enrolment.chain < kWalkChainMax) {
    enrolment.reactions.Change().acted = true;
    return true;
  }
  NoteSkipped(enrolment, journey, Reason::kWalkChainMax, now_ms, effects);
  return false;
}

void NoteActed(const Enrolment& enrolment, Acted& acted) {
  acted.attributes = true;
  acted.chain = std::max(acted.chain, enrolment.chain + 1);
}

}  // namespace

void RunSet(const SetStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
            const FoldContext& context, Effects& effects, Acted& acted) {
  if (!MayAct(enrolment, journey, context.now_ms, effects)) return;
  const std::string given = Given(step.fields, customer, enrolment, journey, context);
  StampedFields attributes = customer.attributes;
  Tell(attributes, given, enrolment.planned_at_ms);
  if (attributes.packed.size() > kAttributesBytesMax)
    return NoteSkipped(enrolment, journey, Reason::kAttributesBytesMax, context.now_ms, effects);
  customer.attributes = std::move(attributes);
  NoteActed(enrolment, acted);
  Note(DecisionKind::kSet, enrolment, journey, Shown(given), context.now_ms, effects);
}

void RunAudience(const AudienceStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
                 const FoldContext& context, Effects& effects, Acted& acted) {
  if (!MayAct(enrolment, journey, context.now_ms, effects)) return;
  const Value known = ReadPacked(customer.audiences->packed);
  const bool is_new = step.adds && customer.audiences->Find(step.audience).is_absent();
  if (is_new && known.is_map() && known.size() >= kAudiencesMax)
    return NoteSkipped(enrolment, journey, Reason::kAudiencesMax, context.now_ms, effects);
  std::string told;
  PackedWriter writer(&told);
  writer.BeginMap();
  writer.Key(step.audience);
  writer.Scalar(step.adds ? Value::Bool(true) : Value::Null());
  writer.End();
  Tell(customer.audiences.Change(), told, enrolment.planned_at_ms);
  NoteActed(enrolment, acted);
  Note(step.adds ? DecisionKind::kAddedTo : DecisionKind::kRemovedFrom, enrolment, journey, step.audience,
       context.now_ms, effects);
}

void RunEmit(const EmitStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
             const FoldContext& context, Effects& effects) {
  if (!MayAct(enrolment, journey, context.now_ms, effects)) return;
  // It is about the cart of the walk.
  const bool says_cart = !enrolment.has_cart || Gives(step.properties, kCartId);
  EmittedEvent event;
  event.properties = Given(step.properties, customer, enrolment, journey, context,
                           says_cart ? std::string_view() : std::string_view(enrolment.cart));
  if (event.properties.size() > kEmittedBytesMax)
    return NoteSkipped(enrolment, journey, Reason::kEmittedBytesMax, context.now_ms, effects);
  const std::string& name = journey.steps[enrolment.position].name;
  event.type = step.type;
  event.id = fmt::format("emit:{}", ToHex(MessageKey(enrolment.id, name, enrolment.visit(), "emit")));
  (customer.by_device() ? event.anonymous_id : event.customer) = customer.id;
  event.at_ms = enrolment.planned_at_ms;
  event.chain = enrolment.chain + 1;
  effects.emitted.push_back(std::move(event));
  Note(DecisionKind::kEmitted, enrolment, journey, step.type, context.now_ms, effects);
}

}  // namespace cartwheel
