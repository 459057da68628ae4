// The two languages of a playbook behind the two interfaces that the core calls, and the world that both are checked
// against: core's WorldRoots, and of the shop exactly what this playbook says of it (a shop's field that is not there
// would be missing in every single message, so it is an error here).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cel/cel.h"
#include "core/playbook.h"
#include "liquid/liquid.h"

namespace cartwheel::playbook {

struct Languages {
  // `shop_fields` with their kinds; the others may be empty.
  struct ShopField {
    std::string name;
    Kind kind;
  };
  Languages(const std::vector<ShopField>& shop_fields, std::string_view locale, std::string_view currency,
            std::string_view timezone);

  // A condition of an event: customer, cart, event, shop.
  absl::StatusOr<std::unique_ptr<Condition>> CompileWhen(std::string_view source) const;
  // The same world; the result tells one enrolment of a customer from another, so it is a text or a whole number.
  absl::StatusOr<std::unique_ptr<Condition>> CompileKey(std::string_view source) const;
  // A message's text: customer, cart, shop. There is no event when a message is made.
  absl::StatusOr<std::unique_ptr<Text>> CompileText(std::string_view source) const;

 private:
  cel::Environment conditions_;
  liquid::Environment texts_;
  liquid::Environment wider_;  // what a condition knows too: tells a misspelt name from one that only texts do not know
  std::string locale_;
  std::string currency_;
  std::string timezone_;
};

// Whether a text has any Liquid in it; one without is the same for everybody.
bool HasLiquid(std::string_view source);

}  // namespace cartwheel::playbook
