// What the ledger of consents keeps of an event (core/model/consent_row.h).
#pragma once

#include <string>
#include <string_view>

#include "base/hash.h"
#include "core/model/consent_row.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/event.h"

namespace cartwheel {

// Returns the words of a property: one text, or a list of them joined by commas.
std::string WordsOf(const Event& event, std::string_view key);
ConsentRow LedgerRow(const Customer& customer, const Event& event, const FoldContext& context, bool counts);
// Returns what stands for an identity key, also one that is a keyed hash already, after an erasure: who knows the id
// and the database can find the rows.
std::string ProofOf(const HashKey& key, std::string_view name);

}  // namespace cartwheel
