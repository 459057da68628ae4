// Handles are names: a number that was never given out before, looked up at every call. So a handle that is closed, or
// none at all, is a clear answer and no crash. A handle stands for an engine of its own, or for one that this process
// shares by the file.
//
// A shared engine is opened once for a file and a process, whatever the number of handles; with the last of them it
// gives its fold lease back and stays ready ("parked") until linger_ms have passed, which the next open or close of a
// handle notices: the library has no thread here.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cartwheel.h"
#include "cartwheel/engine.h"

namespace cartwheel::capi {

class Channels;

absl::StatusOr<cartwheel_engine*> OpenHandle(const std::string& path, const cartwheel_options& options);
// A caller's now for this engine: a manual clock that is earlier moves to it first. 0: the engine's clock says so
// itself.
int64_t Reached(Engine& engine, int64_t now_ms);
// The engine lives at least as long as the answer.
absl::StatusOr<std::shared_ptr<Engine>> Find(cartwheel_engine* handle);
// The channels of this handle; made at the first call.
absl::StatusOr<std::shared_ptr<Channels>> FindChannels(cartwheel_engine* handle);
// Moves an engine's manual clock. FailedPrecondition for the machine's.
absl::Status SetClock(cartwheel_engine* handle, int64_t now_ms);
absl::Status CloseHandle(cartwheel_engine* handle);

}  // namespace cartwheel::capi
