// A store whose database is sealed at rest: it stands before another one, seals what it hands on and opens what comes
// back, so that neither the engine nor that store knows of it. What is personal of events, customers, bodies of
// messages and the ledger is sealed (sealed_events.h, sealed_rows.h) under a key for each name of a customer
// (key_file.h); what docs/policy.md names beside that is not.
//
// An erasure retires the keys of the customer's names in the commit that makes it: what comes after is sealed under new
// ones. The sweep, which goes through the log up to where the old ones may have been used, writes what is left under
// them again, and then they are destroyed.
//
// A key that is missing hides what is sealed under it and nothing else: such a row keeps it as it is, and it is there
// again with the key.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/string_map.h"
#include "store/store.h"

namespace cartwheel {

// The names of properties that the playbook in force calls personal; null: none.
using PersonalNames = std::function<std::shared_ptr<const StringSet>(DefinitionStore& definitions)>;

// Checks a database against `seal_key` (Options::seal_key; empty: none), and marks one that is sealed for the first
// time. Returns the store to use. FailedPrecondition: it is sealed and there is no key, or another one.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Store>> SealStore(std::unique_ptr<Store> store, std::string_view seal_key,
                                                               PersonalNames personal);
// FILE.keys of a database.
std::string KeyFilePath(const std::string& database);

}  // namespace cartwheel
