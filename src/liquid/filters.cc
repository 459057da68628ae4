#include "liquid/filters.h"

#include <algorithm>
#include <vector>

#include "base/string_map.h"
#include "base/suggest.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

using FilterMap = absl::flat_hash_map<std::string_view, const Filter*, StringHash, StringEqual>;

const FilterMap& AllFilters() {
  static const FilterMap* const all = [] {
    auto* map = new FilterMap();
    for (auto filters :
         {TextFilters(), WebFilters(), NumberFilters(), ListFilters(), ShopFilters(), DateFilters(), PeopleFilters()})
      for (const Filter& filter : filters) map->emplace(filter.name, &filter);
    return map;
  }();
  return *all;
}

}  // namespace

const Filter* FindFilter(std::string_view name) {
  auto found = AllFilters().find(name);
  return found == AllFilters().end() ? nullptr : found->second;
}

std::string SimilarFilter(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& [known, filter] : AllFilters()) names.push_back(known);
  std::sort(names.begin(), names.end());
  return DidYouMean(name, names);
}

}  // namespace cartwheel::liquid
