// Opt-out links: whose message a token is of. A token names a row; the row of a device that was merged since leads to
// the customer that it became.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "cartwheel/options.h"
#include "core/policy/token.h"
#include "formats/read_options.h"
#include "store/read_store.h"

namespace cartwheel {

// The identity key that leads from a merged row to the one that it became.
std::string MergedRowKey(CustomerRow row);

// InvalidArgument says which key of Options::token_key is wrong.
[[nodiscard]] absl::Status CheckTokenKeys(const Options& options);
// The key that makes tokens; null: there is none.
std::shared_ptr<const TokenKey> NewestTokenKey(const Options& options);

// The message that a token stood in, if that is still there.
[[nodiscard]] absl::StatusOr<std::optional<MessageRow>> MessageOf(ReadStore& store, const Token& token);

class OptOuts {
 public:
  // Precondition: CheckTokenKeys says OK.
  explicit OptOuts(const Options& options);
  bool has_keys() const { return !keys_.empty(); }
  // InvalidArgument for what is no token of ours; NotFound for a customer that is not known. Of one who was erased it
  // is the address to which the message went that withdraws. `hash_key`: the database's.
  [[nodiscard]] absl::StatusOr<OptOut> Read(ReadStore& store, const HashKey& hash_key, std::string_view token,
                                            int64_t now_ms) const;

 private:
  std::vector<TokenKey> keys_;
};

}  // namespace cartwheel
