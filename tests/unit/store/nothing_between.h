// Changes of the outbox beside a thread that appends as fast as it can: the receipt of each change must be the event
// right after the last one that the change has read. Two stores of one file, or one store twice.
#pragma once

#include "store/store.h"

namespace cartwheel {

void CheckNothingComesBetween(Store& changes, Store& appends);

}  // namespace cartwheel
