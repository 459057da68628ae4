#include "base/machine_id.h"

#include <fstream>
#include <string>

#include "base/hash.h"

namespace cartwheel {

// machine-id(5): 32 hexadecimal digits, or nothing, or "uninitialized" before the first boot.
uint64_t MachineId() {
  std::ifstream file("/etc/machine-id");
  std::string id;
  std::getline(file, id);
  return DigestFromHex(id) ? SipDigest(id).low : 0;
}

}  // namespace cartwheel
