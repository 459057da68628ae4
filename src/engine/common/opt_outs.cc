#include "engine/common/opt_outs.h"

#include "base/status.h"
#include "core/model/address.h"
#include "core/model/consent.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
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

// A token has all of its message key's lower half but the lowest bit.
absl::StatusOr<std::optional<MessageRow>> MessageOf(ReadStore& store, const Token& token) {
  for (const uint64_t low : {uint64_t{0}, uint64_t{1}}) {
    ASSIGN_OR_RETURN(std::vector<MessageRow> messages,
                     store.ListMessages({.link = static_cast<uint64_t>(token.message) << 1 | low}));
    for (MessageRow& message : messages)
      if (message.customer == token.customer) return std::move(message);
  }
  return std::nullopt;
}

absl::StatusOr<OptOut> OptOuts::Read(ReadStore& store, const HashKey& hash_key, std::string_view text,
                                     int64_t now_ms) const {
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
  if (customer.id.empty()) {
    ASSIGN_OR_RETURN(const std::optional<MessageRow> message, MessageOf(store, token));
    const std::string_view address = message ? DecodeMessageBody(message->body).address : std::string_view();
    if (!address.empty()) {
      opt_out.channel = message->channel;
      opt_out.address_hash = ToHex(AddressDigest(hash_key, message->channel, address));
    } else {
      opt_out.identity_hash = ToHex(DigestFromBytes(std::string_view(customer.names.front()).substr(1)));
    }
  } else {
    (customer.by_device() ? opt_out.anonymous_id : opt_out.customer) = customer.id;
  }
  if (token.medium < kConsentMediumCount) opt_out.medium = ConsentMediumName(static_cast<ConsentMedium>(token.medium));
  if (token.scope < kConsentScopes) opt_out.scope = ConsentScopeName(static_cast<ConsentScope>(token.scope));
  return opt_out;
}

}  // namespace cartwheel
