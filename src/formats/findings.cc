#include "formats/findings.h"

#include <utility>

#include "cartwheel/limits.h"
#include "fmt/format.h"

namespace cartwheel::formats {

const ShopSettings& Findings::shop() {
  if (!shop_) shop_ = options.shop ? options.shop() : ShopSettings();
  return *shop_;
}

void Findings::Warn(std::string_view code, std::string field, std::string value, std::string_view expected) {
  if (found.size() + 1 < kWarningsOfEventMax) {
    found.push_back({record, {}, std::string(code), std::move(field), std::move(value), std::string(expected)});
    return;
  }
  if (more_++ == 0) found.push_back({record, {}, "warnings_max", "the event", {}, {}});
  found.back().value = fmt::format("one with {} more warnings", more_);
  found.back().expected = fmt::format("at most {}", kWarningsOfEventMax);
}

void Findings::Clear() {
  found.clear();
  more_ = 0;
}

}  // namespace cartwheel::formats
