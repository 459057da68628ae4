// What the token of an opt-out or click link is. Reads only: a scanner that opens the link changes nothing, and a page
// learns what it may offer.
#include "core/policy/token.h"

#include <vector>

#include "base/status.h"
#include "core/model/consent.h"
#include "core/model/customer_row.h"
#include "engine/common/opt_outs.h"
#include "engine/query/query.h"

namespace cartwheel {
namespace {

// Whose row it is now; empty: erased, or not known here.
absl::StatusOr<std::optional<Customer>> CustomerOf(ReadStore& store, CustomerRow row) {
  ASSIGN_OR_RETURN(std::vector<std::string> rows, store.Load({&row, 1}));
  if (rows[0].empty()) {
    const std::string key = MergedRowKey(row);
    ASSIGN_OR_RETURN(const std::vector<CustomerRow> merged, store.Resolve({&key, 1}));
    row = merged[0];
    if (!row) return std::nullopt;
    ASSIGN_OR_RETURN(rows, store.Load({&row, 1}));
    if (rows[0].empty()) return std::nullopt;
  }
  ASSIGN_OR_RETURN(Customer customer, DecodeCustomer(row, rows[0]));
  if (customer.erased_at_ms > customer.last_seen_at_ms) return std::nullopt;
  return customer;
}

bool Withdrew(const Customer& customer, const Token& token) {
  return AskConsent(customer.consents, static_cast<ConsentMedium>(token.medium), static_cast<ConsentScope>(token.scope),
                    0, 0)
             .state == ConsentState::kRefused;
}

}  // namespace

absl::StatusOr<std::string> AnswerToken(const QueryContext& context, const QueryRequest& request) {
  if (context.options.token_key.empty())
    return absl::InvalidArgumentError("no token can be read: expected the option token_key with which it was made");
  ASSIGN_OR_RETURN(const std::vector<TokenKey> keys, ReadTokenKeys(context.options.token_key));
  ASSIGN_OR_RETURN(const Token token, ReadToken(request.token, keys, context.now_ms));
  ASSIGN_OR_RETURN(const std::optional<Customer> customer, CustomerOf(context.store, token.customer));
  const bool opts_out = token.kind == TokenKind::kOptOut && token.medium < kConsentMediumCount;
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "kind", token.kind == TokenKind::kOptOut ? "opt_out" : "click");
  Field(writer, "known", Value::Bool(customer.has_value()));
  if (opts_out) {
    Field(writer, "medium", ConsentMediumName(static_cast<ConsentMedium>(token.medium)));
    if (token.scope < kConsentScopes) Field(writer, "scope", ConsentScopeName(static_cast<ConsentScope>(token.scope)));
    Field(writer, "withdrawn", Value::Bool(customer && token.scope < kConsentScopes && Withdrew(*customer, token)));
  }
  Field(writer, "made_at", Value::Timestamp(token.made_at_ms));
  Field(writer, "expired", Value::Bool(token.expired));
  if (customer) {
    ASSIGN_OR_RETURN(const std::optional<MessageRow> message, MessageOf(context.store, token));
    if (message && message->made_at_ms > customer->erased_at_ms) {
      writer.Key("message");
      WriteMessage(writer, *message);
    }
  }
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
