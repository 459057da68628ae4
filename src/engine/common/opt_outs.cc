#include "engine/common/opt_outs.h"

#include "base/status.h"
#include "core/model/consent.h"
#include "core/model/customer_row.h"
#include "fmt/format.h"

namespace cartwheel {

std::string MergedRowKey(CustomerRow row) { return fmt::format("r{}", row.value()); }

absl::Status CheckTokenKeys(const Options& options) {
  return options.token_key.empty() ? absl::OkStatus() : ReadTokenKeys(options.token_key).status();
}

std::shared_ptr<const TokenKey> NewestTokenKey(const Options& options) {
  if (options.token_key.empty()) return nullptr;
  const absl::StatusOr<std::vector<TokenKey>> keys = ReadTokenKeys(options.token_key);
  return keys.ok() ? std::make_shared<const TokenKey>(keys->front()) : nullptr;
}

OptOuts::OptOuts(const Options& options) {
  if (!options.token_key.empty()) keys_ = ReadTokenKeys(options.token_key).value_or(std::vector<TokenKey>());
}

absl::StatusOr<OptOut> OptOuts::Read(FoldStore& store, std::string_view text, int64_t now_ms) const {
  ASSIGN_OR_RETURN(const Token token, ReadToken(text, keys_, now_ms));
  if (token.kind != TokenKind::kOptOut) return absl::InvalidArgumentError("the token of an opt-out link");
  CustomerRow row = token.customer;
  ASSIGN_OR_RETURN(std::vector<std::string> rows, store.Load({&row, 1}));
  if (rows[0].empty()) {
    const std::string key = MergedRowKey(row);
    ASSIGN_OR_RETURN(const std::vector<CustomerRow> merged, store.Resolve({&key, 1}));
    row = merged[0];
    if (row) {
      ASSIGN_OR_RETURN(rows, store.Load({&row, 1}));
    }
  }
  if (rows[0].empty()) return absl::NotFoundError("the token of a customer who is known");
  ASSIGN_OR_RETURN(const Customer customer, DecodeCustomer(row, rows[0]));
  OptOut opt_out;
  (customer.by_device() ? opt_out.anonymous_id : opt_out.customer) = customer.id;
  if (token.medium < kConsentMediumCount) opt_out.medium = ConsentMediumName(static_cast<ConsentMedium>(token.medium));
  if (token.scope < kConsentScopes) opt_out.scope = ConsentScopeName(static_cast<ConsentScope>(token.scope));
  return opt_out;
}

}  // namespace cartwheel
