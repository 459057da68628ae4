// A file of events (or standard input), handed out in chunks that hold whole records, so that a large one needs little
// memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vocabulary/vocabulary.h"

namespace cartwheel::cli {

class EventFile {
 public:
  // "-" is standard input. NotFound and the like name the path.
  static absl::StatusOr<std::unique_ptr<EventFile>> Open(const std::string& path);
  ~EventFile();
  EventFile(const EventFile&) = delete;

  // The next whole records; empty at the end. The view lives until the next call.
  std::string_view Next();
  void Rewind();
  double fraction_read() const;  // 0 to 1

 private:
  EventFile() = default;
  absl::Status Map(int file);
  absl::Status ReadAll(int file);

  std::string_view text_;
  std::string held_;  // what text_ views, unless it is mapped
  void* mapped_ = nullptr;
  bool lines_ = false;  // a line is a record: the text may be cut at any line end
  size_t at_ = 0;
  size_t released_ = 0;  // bytes that were given back to the system
};

// Whether the text registers or removes addresses. Reads it to its end; rewind it after.
bool HoldsEndpointEvents(EventFile& file, Format format);

}  // namespace cartwheel::cli
