// The customers at hand: what the cache takes a customer for is what its row came to, also of one that was made in this
// fold.
#include "engine/fold/customer_cache.h"

#include "store/memory/memory_store.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr size_t kCustomers = 100;
constexpr size_t kAttributeBytes = 10'000;

// How many of the customers made in four folds are still at hand after the last.
size_t KeptOf(size_t cache_bytes, size_t attribute_bytes) {
  const std::unique_ptr<Store> store = NewMemoryStore();
  CustomerCache cache(store.get(), cache_bytes, store->hash_key());
  for (size_t fold = 0; fold < 4; ++fold) {
    for (size_t i = 0; i < kCustomers; ++i) {
      const std::string id = std::to_string(fold * kCustomers + i);
      CachedCustomer& made = cache.Create(CustomerRow(static_cast<int64_t>(fold * kCustomers + i + 1)), id, id, false);
      made.customer.attributes.packed = std::string(attribute_bytes, 'a');
      cache.Change(made);
    }
    FoldWrite write;
    std::vector<CustomerRow> oversize;
    cache.Collect(write, oversize);
    cache.Commit();
  }
  size_t kept = 0;
  for (size_t row = 1; row <= 4 * kCustomers; ++row)
    kept += cache.ByRow(CustomerRow(static_cast<int64_t>(row))) != nullptr;
  return kept;
}

}  // namespace

TEST_CASE("customer cache: new customers count for the bytes of their rows, so that the cache keeps its bound") {
  constexpr size_t kCacheBytes = 6'000'000;
  CHECK(KeptOf(kCacheBytes, 10) == 4 * kCustomers);
  CHECK(KeptOf(kCacheBytes, kAttributeBytes) < 3 * kCustomers);
}

}  // namespace cartwheel
