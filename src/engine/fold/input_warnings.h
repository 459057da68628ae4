// What the ingest found in an event goes to where queries list it, when the event is folded.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/fold/batch.h"
#include "engine/fold/shard.h"

namespace cartwheel {

// Lists the warnings of an event, whose customer is `who`. Of an erasure no name and no value is kept.
void NoteWarnings(const Input& input, std::string_view who, int64_t now_ms, Shard& shard);

}  // namespace cartwheel
