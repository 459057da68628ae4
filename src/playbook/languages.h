// The two languages of a playbook, as the two interfaces that the core calls, and the world that both are checked
// against: core's WorldRoots, and of the shop exactly what this playbook says of it (a shop's field that is not there
// would be missing in every single message, so it is an error here).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cel/cel.h"
#include "core/model/playbook.h"
#include "liquid/liquid.h"

namespace cartwheel::playbook {

struct TextStyle {
  std::string_view locale;  // empty: the shop's
  bool html = false;        // what is printed is escaped
  liquid::Missing missing = liquid::Missing::kError;
  bool* consent = nullptr;  // of a notice, which may speak of a consent: set where it does; null: it may not
  liquid::Template::LiteralCheck
      literal_problem;  // what is wrong with a part that is printed as it is written; may be null
};

// A call of a journey, as conditions of its walks know it: `journey.answers` by the names of steps.
struct NamedCall {
  std::string step;
  std::vector<CallStep::Field> fields;
};
using NamedCalls = std::optional<std::vector<NamedCall>>;  // nullopt: any may be named

struct Languages {
  // `shop_fields` with their kinds; the others may be empty.
  struct ShopField {
    std::string name;
    Kind kind;
  };
  Languages(const std::vector<ShopField>& shop_fields, std::string_view locale, std::string_view currency,
            std::string_view timezone, int64_t history_ms);
  Languages(const Languages&) = delete;  // what it compiles notes in it what it reads

  // What texts may include and render.
  void AddPartial(const std::string& name, const std::string& text);

  // How segment('name') finds a segment's condition, in conditions and in segments.
  void SetSegments(std::function<absl::StatusOr<cel::Program>(std::string_view name)> find);

  // A condition of an event: customer, cart, carts, event, shop, now, the past.
  absl::StatusOr<std::unique_ptr<Condition>> CompileWhen(std::string_view source) const;
  // A condition of a customer: the same world without an event.
  absl::StatusOr<cel::Program> CompileSegment(std::string_view source) const;
  static std::unique_ptr<Condition> MakeCondition(cel::Program program);
  // The same world; the result tells one enrolment of a customer from another, so it is a text or a whole number.
  absl::StatusOr<std::unique_ptr<Condition>> CompileKey(std::string_view source) const;
  // An instant in the same world, without an event: a timestamp, or a text that is one.
  absl::StatusOr<std::unique_ptr<Condition>> CompileInstant(std::string_view source) const;
  // A scalar in the world of a walk.
  absl::StatusOr<std::unique_ptr<Condition>> CompileValue(std::string_view source, const NamedCalls& calls) const;
  // What must hold when a message is made: a customer's world, and the walk.
  absl::StatusOr<std::unique_ptr<Condition>> CompileRequire(std::string_view source,
                                                            const NamedCalls& calls = std::nullopt) const;
  // The same with `answer`, which has these fields: of the arms of a call.
  absl::StatusOr<std::unique_ptr<Condition>> CompileAnswered(std::string_view source, const NamedCalls& calls,
                                                             const std::vector<CallStep::Field>& fields) const;
  // A message's text: customer, cart, journey, shop, and consent where it is a notice of one. There is no event when a
  // message is made.
  absl::StatusOr<std::unique_ptr<Text>> CompileText(std::string_view source, const TextStyle& style) const;

  // What everything compiled so far asks of the past.
  const std::vector<cel::HistoryNeed>& needs() const { return needs_; }

 private:
  absl::StatusOr<cel::Program> Noted(absl::StatusOr<cel::Program> program) const;
  // The world of a walk with such calls.
  cel::Environment Walked(const NamedCalls& calls) const;

  cel::Environment conditions_;
  cel::Environment segments_;  // conditions_ without its last variable, the event
  cel::Environment required_;  // segments_, and the walk
  int64_t history_ms_;
  mutable std::vector<cel::HistoryNeed> needs_;
  liquid::Environment texts_;
  liquid::Environment pages_;                   // texts_, of HTML
  liquid::Environment notices_, notice_pages_;  // the same, of notices that speak of a consent
  liquid::Environment
      condition_names_;  // what a condition knows too: tells a misspelt name from one that only texts do not know
  std::string locale_;
  std::string currency_;
  std::string timezone_;
};

// Whether a text has any Liquid in it; one without is the same for every customer.
bool HasLiquid(std::string_view source);

}  // namespace cartwheel::playbook
