// Catch2 for every test: version 2 (Debian 12) or 3 (newer systems), whichever is there. A failed check prints ids as
// their numbers.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#include "base/id.h"

namespace Catch {
template <typename Tag>
struct StringMaker<cartwheel::Id<Tag>> {
  static std::string convert(cartwheel::Id<Tag> id) { return std::to_string(id.value()); }
};
template <typename Tag>
struct StringMaker<cartwheel::Ordinal<Tag>> : StringMaker<cartwheel::Id<Tag>> {};
}  // namespace Catch
