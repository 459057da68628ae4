// The public class: it opens a store and hands every call to EngineImpl.
#include "cartwheel/engine.h"

#include <utility>

#include "base/machine_id.h"
#include "base/status.h"
#include "engine/common/catch.h"
#include "engine/common/current_playbook.h"
#include "engine/engine_impl.h"
#include "store/memory/memory_store.h"
#include "store/sealed/seal.h"
#include "store/sealed/sealed_store.h"
#include "store/sqlite/sqlite_store.h"

namespace cartwheel {
namespace {

StoreOptions ToStoreOptions(const Options& options) {
  StoreOptions store;
  store.durability =
      options.durability == Durability::kFull ? StoreOptions::Durability::kFull : StoreOptions::Durability::kNormal;
  store.scratch = options.scratch;
  store.log_bytes_max = options.log_bytes_max;
  store.free_disk_min_bytes = options.free_disk_min_bytes;
  store.log_keep_ms = options.log_keep_ms;
  store.busy_timeout_ms = options.busy_timeout_ms;
  store.file_mode = options.file_mode;
  store.deployment = options.deployment;
  store.machine = MachineId();
  store.manual_clock = options.clock != nullptr && options.clock->IsManual();
  return store;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(const std::string& path, const Options& options) {
  return Catch([&]() -> absl::StatusOr<std::unique_ptr<Engine>> {
    RETURN_IF_ERROR(CheckZone(options.event_zone));
    RETURN_IF_ERROR(CheckTokenKeys(options));
    if (!options.seal_key.empty()) RETURN_IF_ERROR(ReadSealKey(options.seal_key).status());
    if (path == ":memory:") return NewEngine(NewMemoryStore(ToStoreOptions(options)), options);
    ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenSqliteStore(path, ToStoreOptions(options)));
    ASSIGN_OR_RETURN(store, SealStore(std::move(store), options.seal_key, PersonalInForce()));
    return NewEngine(std::move(store), options);
  });
}

std::unique_ptr<Engine> NewEngine(std::shared_ptr<Store> store, const Options& options) {
  return std::make_unique<Engine>(std::make_unique<EngineImpl>(std::move(store), options));
}

Engine::Engine(std::unique_ptr<EngineImpl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

absl::StatusOr<LoadResult> Engine::Load(std::string_view playbook_json) { return impl_->Load(playbook_json); }

absl::StatusOr<IngestResult> Engine::Ingest(std::string_view events, const IngestOptions& options) {
  return impl_->Ingest(events, options);
}

absl::StatusOr<AdvanceResult> Engine::Advance(const AdvanceOptions& options) { return impl_->Advance(options); }

absl::StatusOr<ClaimResult> Engine::Claim(const ClaimOptions& options) { return impl_->Claim(options); }

absl::Status Engine::Hold(const HoldRequest& request) { return impl_->Hold(request); }

absl::StatusOr<SettleResult> Engine::Settle(absl::Span<const Outcome> outcomes, int64_t now_ms) {
  return impl_->Settle(outcomes, now_ms);
}

absl::StatusOr<std::string> Engine::Query(const QueryRequest& request) { return impl_->Query(request); }

void Engine::Wait(int64_t ms) { impl_->Wait(ms); }

void Engine::Interrupt() { impl_->Interrupt(); }

int64_t Engine::IdleMs(int64_t next_due_ms, int64_t max_ms, int64_t now_ms) const {
  return impl_->IdleMs(next_due_ms, max_ms, now_ms);
}

absl::Status Engine::Close() { return impl_->Close(); }

}  // namespace cartwheel
