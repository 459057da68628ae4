// The customer's row: how a Customer is written down and read back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/model/customer.h"

namespace cartwheel {

// The row, in `*room`: memory that serves again.
std::string_view EncodeCustomer(const Customer& customer, std::string* room);
std::string EncodeCustomer(const Customer& customer);
// The same with what is personal apart from the rest (split_row.h).
std::string_view EncodeSplitCustomer(const Customer& customer, std::string* room);
// Into a customer that may be another one's: every field is replaced, and its memory serves again. DataLoss when the
// bytes are not a row of this version or broken anywhere; the customer is of no use then.
absl::Status DecodeCustomer(CustomerRow row, std::string_view bytes, Customer* customer);
absl::StatusOr<Customer> DecodeCustomer(CustomerRow row, std::string_view bytes);
// erased_at_ms of a row, whose other fields are not looked at.
absl::StatusOr<int64_t> DecodeErasedAt(CustomerRow row, std::string_view bytes);

}  // namespace cartwheel
