// Rows of a sealed database: how a customer's personal part, what is personal of a message's body, and the texts of the
// ledger are written and read back. An error of FILE.keys is no lost key: it fails the call.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/model/consent_row.h"
#include "core/model/ids.h"
#include "store/sealed/key_file.h"

namespace cartwheel {

// How a row was opened.
enum class Opened : uint8_t { kWhole, kLost };  // kLost: the key of a part is missing

// Seals the personal part of a customer's row under `key` (null: it has none). A row that is not split
// (core/model/split_row.h) stays as it is.
[[nodiscard]] absl::Status SealCustomer(CustomerRow row, const NumberedKey* key, std::string* data);
// Opens it. A part whose key is missing stays sealed, among the row's lost parts, and is opened when the key is there
// again.
[[nodiscard]] absl::StatusOr<Opened> OpenCustomer(CustomerRow row, KeyFile& keys, std::string* data);

// Whether a body has something personal, and the identity key of whose it is.
bool BodyIsPersonal(std::string_view body);
std::string BodyOwner(std::string_view body);
void SealBody(const NumberedKey& key, std::string* body);
// Where its key is missing or destroyed (kLost) the address, the texts and the values stay empty.
[[nodiscard]] absl::StatusOr<Opened> OpenBody(KeyFile& keys, std::string* body);

// Whether a row of the ledger has something personal.
bool ConsentIsPersonal(const ConsentRow& row);
void SealConsent(const NumberedKey& key, ConsentRow* row);
[[nodiscard]] absl::StatusOr<Opened> OpenConsent(KeyFile& keys, ConsentRow* row);

}  // namespace cartwheel
