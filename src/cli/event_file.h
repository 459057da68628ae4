// A file of events (or standard input), handed out in chunks that hold whole records, so that a large one needs little
// memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "cli/input_format.h"

namespace cartwheel::cli {

class EventFile {
 public:
  // "-" is standard input. A .gz is decompressed, lines that end with carriage returns alone are made lines. NotFound
  // and the like name the path; what can be no events (sniff.h) is InvalidArgument and says what it is. Notes what is
  // odd.
  static absl::StatusOr<std::unique_ptr<EventFile>> Open(const std::string& path, const InputFormat& format);
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
  absl::Status Decompress(int file, const std::string& path);
  void MakeLines();
  void OpenList(const std::string& path);

  std::string_view text_;
  std::string held_;  // what text_ views, unless it is mapped
  void* mapped_ = nullptr;
  size_t mapped_bytes_ = 0;
  bool lines_ = false;  // a line is a record: the text may be cut at any line end
  size_t at_ = 0;
  size_t released_ = 0;  // bytes that were given back to the system
};

// Whether the text registers or removes addresses. Reads it to its end; rewind it after.
bool HoldsEndpointEvents(EventFile& file, const InputFormat& format);

}  // namespace cartwheel::cli
