// Events in the log of a sealed database. What is personal of an event (core/model/personal.h) leaves its properties
// and stands in one sealed property, the first, under the key of its customer, or of its device, and with it its
// warnings, which show what was sent. An address of an event that names no person, and of a receipt, is replaced by its
// keyed hash, by which everything finds it: such an event has its effect whatever becomes of the keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "base/string_map.h"
#include "core/model/event.h"
#include "store/sealed/key_file.h"

namespace cartwheel {

// The name of a customer in FILE.keys.
Digest SealName(const HashKey& hash_key, std::string_view identity_key);

// A batch that is about to be appended.
class EventSealing {
 public:
  // DataLoss when the bytes are no events. They must outlive it. `named`: what the playbook calls personal.
  static absl::StatusOr<EventSealing> Of(std::string_view bytes, const StringSet& named, const HashKey& hash_key);

  bool changes() const { return !parts_.empty(); }  // else the batch is appended as it is
  bool needs_keys() const { return !names_.empty(); }
  // Writes the batch with what is personal sealed.
  [[nodiscard]] absl::Status Write(KeyFile& keys, std::string* out) const;

 private:
  // Of an event that changes.
  struct Part {
    size_t begin = 0;      // of its bytes in the batch
    size_t size = 0;       // of them
    size_t name = 0;       // in names_
    std::string open;      // the elements that stay
    std::string personal;  // empty: only its address was replaced
  };

  std::string_view bytes_;
  std::vector<Part> parts_;
  std::vector<Digest> names_;
};

// What was found when events were opened.
struct OpenedEvents {
  int64_t lost = 0;      // events whose key is missing: they are without what was sealed
  bool retired = false;  // one is sealed under a key that is to be destroyed
};

// Writes a batch of the log as it was before it was sealed. DataLoss when the bytes are no events; an error of
// FILE.keys is no lost key.
[[nodiscard]] absl::StatusOr<OpenedEvents> OpenEvents(std::string_view bytes, KeyFile& keys, std::string* out);

}  // namespace cartwheel
