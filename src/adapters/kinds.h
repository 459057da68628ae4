// The kinds of channels that channels.json may name.
#pragma once

#include <string_view>

#include "absl/types/span.h"
#include "adapters/settings.h"

namespace cartwheel {

absl::Span<const AdapterKind* const> AdapterKinds();
const AdapterKind* FindKind(std::string_view name, absl::Span<const AdapterKind* const> kinds);  // null: there is none

}  // namespace cartwheel
