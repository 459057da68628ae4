#include "cli/walks_inside.h"

#include <memory>
#include <optional>

#include "base/status.h"
#include "cli/session.h"
#include "core/model/customer_row.h"
#include "playbook/compile.h"

namespace cartwheel::cli {
namespace {

using Revisions = std::map<int64_t, std::shared_ptr<const Playbook>>;

absl::StatusOr<std::string> NameOf(const Enrolment& enrolment, DefinitionStore& definitions, Revisions* known) {
  auto [found, fresh] = known->try_emplace(enrolment.revision.value());
  if (fresh) {
    ASSIGN_OR_RETURN(const std::optional<std::string> text, definitions.Definition(enrolment.revision));
    if (text)
      if (auto compiled = CompilePlaybook(*text); compiled.ok()) found->second = *std::move(compiled);
  }
  const Playbook* playbook = found->second.get();
  if (playbook == nullptr || enrolment.journey >= playbook->journeys.size()) return std::string();
  return playbook->journeys[enrolment.journey].name;
}

}  // namespace

absl::StatusOr<WalksInside> CountWalks(Engine& engine) {
  Store& store = engine.impl().store();
  WalksInside inside;
  Revisions known;
  CustomerRow after;
  while (true) {
    ASSIGN_OR_RETURN(const auto rows, store.Customers(after, kCustomersAtATime));
    if (rows.empty()) return inside;
    for (const StoredCustomer& row : rows) {
      ASSIGN_OR_RETURN(const Customer customer, DecodeCustomer(row.row, row.data));
      for (const Enrolment& enrolment : customer.enrolments) {
        if (enrolment.finished) continue;
        ASSIGN_OR_RETURN(const std::string name, NameOf(enrolment, store, &known));
        ++inside[name][enrolment.revision.value()];
      }
    }
    after = rows.back().row;
  }
}

}  // namespace cartwheel::cli
