#include "core/journey/identity.h"

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/exit.h"
#include "core/journey/segments.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kOldest = 1;  // what was told at no known time gives way to everything else

}  // namespace

void TakeId(Customer& customer) {
  const std::string* name = customer.known_name();
  customer.id = name == nullptr ? std::string() : name->substr(1);
}

void SetAttributes(Customer& customer, const Event& event, Effects& effects) {
  StampedFields attributes = customer.attributes;
  Tell(attributes, event.properties, event.undated ? kOldest : event.at_ms);
  if (attributes.packed.size() > kAttributesBytesMax) {
    effects.refusal =
        Refusal{Reason::kAttributesBytesMax,
                fmt::format("attributes_bytes_max: the attributes would take {} bytes, at most {} are kept",
                            attributes.packed.size(), kAttributesBytesMax)};
    return;
  }
  customer.attributes = std::move(attributes);
}

absl::Status Forget(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects) {
  RETURN_IF_ERROR(ExitAll(customer, Reason::kErased, context, effects));
  ClearSegments(customer, context, effects);
  Customer blank;
  blank.row = customer.row;
  blank.id = customer.id;
  blank.anonymous = customer.anonymous;
  blank.names = customer.names;
  blank.seen = customer.seen;
  blank.consents = customer.consents;
  blank.suppressions = customer.suppressions;
  KeepRefusals(blank.consents);  // who comes back by a list is not written to
  blank.erased_at_ms = at_ms;
  blank.filed_at_ms = customer.filed_at_ms;
  customer = std::move(blank);
  effects.decisions.clear();  // the trail is forgotten too
  return absl::OkStatus();
}

absl::Status Erase(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects) {
  RETURN_IF_ERROR(Forget(customer, at_ms, context, effects));
  effects.Count({.metric = Metric::kErased});
  return absl::OkStatus();
}

}  // namespace cartwheel
