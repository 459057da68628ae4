#include "capi/structs.h"

#include <string_view>
#include <type_traits>

#include "fmt/format.h"

namespace cartwheel::capi {

absl::Status CheckOptions(const cartwheel_options& given) {
  struct Field {
    std::string_view name;
    int64_t value, max;
  };
  const Field fields[] = {{"durability", given.durability, 1},
                          {"work_max", given.work_max, INT64_MAX},
                          {"customer_cache_bytes", given.customer_cache_bytes, INT64_MAX},
                          {"claim_tail_max", given.claim_tail_max, INT64_MAX},
                          {"fold_lease_ms", given.fold_lease_ms, INT64_MAX},
                          {"dedupe_window_ms", given.dedupe_window_ms, INT64_MAX},
                          {"cart_idle_ms", given.cart_idle_ms, INT64_MAX},
                          {"log_bytes_max", given.log_bytes_max, INT64_MAX},
                          {"free_disk_min_bytes", given.free_disk_min_bytes, INT64_MAX},
                          {"log_keep_ms", given.log_keep_ms, INT64_MAX},
                          {"busy_timeout_ms", given.busy_timeout_ms, INT64_MAX},
                          {"message_keep_ms", given.message_keep_ms, INT64_MAX},
                          {"decision_keep_ms", given.decision_keep_ms, INT64_MAX},
                          {"finding_keep_ms", given.finding_keep_ms, INT64_MAX},
                          {"consent_keep_ms", given.consent_keep_ms, INT64_MAX},
                          {"access_keep_ms", given.access_keep_ms, INT64_MAX},
                          {"require_actor", given.require_actor, 1},
                          {"shared", given.shared, 1}};
  for (const Field& field : fields)
    if (field.value < 0 || field.value > field.max)
      return absl::InvalidArgumentError(fmt::format("cartwheel_options.{} is {}, expected {}", field.name, field.value,
                                                    field.max == 1 ? "0 or 1" : "no negative number"));
  return absl::OkStatus();
}

Options EngineOptions(const cartwheel_options& given) {
  Options options;
  auto take = [](auto& option, int64_t value) {
    if (value != 0) option = static_cast<std::remove_reference_t<decltype(option)>>(value);
  };
  if (given.durability != 0) options.durability = Durability::kNormal;
  take(options.work_max, given.work_max);
  take(options.customer_cache_bytes, given.customer_cache_bytes);
  take(options.claim_tail_max, given.claim_tail_max);
  take(options.fold_lease_ms, given.fold_lease_ms);
  take(options.dedupe_window_ms, given.dedupe_window_ms);
  take(options.cart_idle_ms, given.cart_idle_ms);
  take(options.log_bytes_max, given.log_bytes_max);
  take(options.free_disk_min_bytes, given.free_disk_min_bytes);
  take(options.log_keep_ms, given.log_keep_ms);
  take(options.busy_timeout_ms, given.busy_timeout_ms);
  take(options.message_keep_ms, given.message_keep_ms);
  take(options.decision_keep_ms, given.decision_keep_ms);
  take(options.finding_keep_ms, given.finding_keep_ms);
  take(options.consent_keep_ms, given.consent_keep_ms);
  take(options.access_keep_ms, given.access_keep_ms);
  take(options.file_mode, given.file_mode);
  take(options.clock_skew_max_ms, given.clock_skew_max_ms);
  options.strict = given.strict != 0;
  options.require_actor = given.require_actor != 0;
  if (given.event_zone != nullptr) options.event_zone.assign(given.event_zone, given.event_zone_size);
  if (given.token_key != nullptr) options.token_key.assign(given.token_key, given.token_key_size);
  if (given.seal_key != nullptr) options.seal_key.assign(given.seal_key, given.seal_key_size);
  if (given.deployment != nullptr) options.deployment.assign(given.deployment, given.deployment_size);
  if (given.log != nullptr)
    options.log = [log = given.log, data = given.log_data](LogLevel level, std::string_view line) {
      log(data, static_cast<int32_t>(level), line.data(), line.size());
    };
  return options;
}

}  // namespace cartwheel::capi
