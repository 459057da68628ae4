// Which machine this is.
#pragma once

#include <cstdint>

namespace cartwheel {

// A hash of the id in /etc/machine-id; 0: there is none, as in most containers.
uint64_t MachineId();

}  // namespace cartwheel
