#include "capi/options.h"

#include <type_traits>

namespace cartwheel::capi {

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
  take(options.file_mode, given.file_mode);
  take(options.clock_skew_max_ms, given.clock_skew_max_ms);
  options.strict = given.strict != 0;
  if (given.event_zone != nullptr) options.event_zone.assign(given.event_zone, given.event_zone_size);
  options.address_by_id = given.address_by_id != 0;
  if (given.log != nullptr)
    options.log = [log = given.log, data = given.log_data](LogLevel level, std::string_view line) {
      log(data, static_cast<int32_t>(level), line.data(), line.size());
    };
  return options;
}

}  // namespace cartwheel::capi
