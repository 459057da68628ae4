#include "cli/event_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/status.h"
#include "base/suggest.h"
#include "cli/gzip.h"
#include "cli/output.h"
#include "cli/sniff.h"
#include "fmt/format.h"
#include "formats/records.h"

namespace cartwheel::cli {
namespace {

constexpr size_t kChunkBytes = 1u << 20;

// The file of the same folder that was most likely meant; empty: none is near.
std::string NearName(const std::string& path) {
  const std::filesystem::path missing(path);
  std::error_code failed;
  std::vector<std::string> names;
  const std::filesystem::path folder = missing.has_parent_path() ? missing.parent_path() : std::filesystem::path(".");
  for (auto entry = std::filesystem::directory_iterator(folder, failed);
       !failed && entry != std::filesystem::directory_iterator() && names.size() < 1000; entry.increment(failed))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string nearest(Nearest(missing.filename().string(), views, Nearness::kPossible));
  return nearest.empty() ? nearest : (missing.parent_path() / nearest).string();
}

absl::Status SystemError(const std::string& path) {
  const int error = errno;
  std::string near = error == ENOENT ? NearName(path) : std::string();
  return absl::NotFoundError(
      fmt::format("{}: {}{}", path, std::strerror(error), near.empty() ? "" : fmt::format("; did you mean {}?", near)));
}

// Where the rows begin that share their first field (a feed's instant) with the last row of a chunk, which ends with a
// line end: they may be one order, and stay together. The chunk's size when all of its rows share it, or when it is not
// CSV.
size_t StartOfLastRun(std::string_view chunk) {
  auto line_before = [&](size_t line) { return line < 2 ? 0 : chunk.rfind('\n', line - 2) + 1; };
  size_t start = line_before(chunk.size());
  const std::string_view key = chunk.substr(start, chunk.find(',', start) - start + 1);
  if (chunk.starts_with('{') || !key.ends_with(',')) return chunk.size();
  while (start > 0) {
    const size_t before = line_before(start);
    if (!chunk.substr(before).starts_with(key)) return start;
    start = before;
  }
  return chunk.size();
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventFile>> EventFile::Open(const std::string& path, const InputFormat& format) {
  std::unique_ptr<EventFile> events(new EventFile);
  const int file = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return SystemError(path);
  struct stat about {};
  absl::Status status = fstat(file, &about) != 0 ? absl::InternalError("stat") : absl::OkStatus();
  if (status.ok() && S_ISDIR(about.st_mode)) {
    close(file);
    return absl::InvalidArgumentError(fmt::format("{} is a directory, expected a file of events", path));
  }
  if (status.ok()) status = S_ISREG(about.st_mode) && path != "-" ? events->Map(file) : events->ReadAll(file);
  if (!status.ok()) status = SystemError(path);
  if (status.ok() && IsGzip(events->text_)) status = events->Decompress(file, path);
  close(file);
  RETURN_IF_ERROR(status);
  const std::string shown = path == "-" ? "standard input" : path;
  if (std::string what = Unreadable(events->text_); !what.empty())
    return absl::InvalidArgumentError(fmt::format("{} {}", shown, what));
  if (HasOldMacLines(events->text_)) events->MakeLines();
  if (std::string what = Oddity(events->text_, format.json()); !what.empty()) Note(fmt::format("{} {}", shown, what));
  if (!format.mapped && format.format == Format::kNative) events->OpenList(shown);
  events->lines_ = FirstLineIsWhole(events->text_);
  return events;
}

// Into a file without a name, which is read like any other.
absl::Status EventFile::Decompress(int file, const std::string& path) {
  std::unique_ptr<FILE, int (*)(FILE*)> plain(std::tmpfile(), std::fclose);
  if (plain == nullptr)
    return absl::ResourceExhaustedError(
        fmt::format("{}: no file to decompress it into: {}", path, std::strerror(errno)));
  if (mapped_ == nullptr) {
    // Of a pipe the compressed bytes are here already.
    std::unique_ptr<FILE, int (*)(FILE*)> packed(std::tmpfile(), std::fclose);
    const bool written = packed != nullptr &&
                         std::fwrite(held_.data(), 1, held_.size(), packed.get()) == held_.size() &&
                         std::fflush(packed.get()) == 0;
    if (!written) return absl::ResourceExhaustedError(fmt::format("{}: no room to decompress it", path));
    held_ = std::string();
    if (lseek(fileno(packed.get()), 0, SEEK_SET) != 0) return absl::InternalError("lseek");
    RETURN_IF_ERROR(CopyDecompressed(fileno(packed.get()), fileno(plain.get()), path));
  } else {
    munmap(mapped_, mapped_bytes_);
    mapped_ = nullptr;
    RETURN_IF_ERROR(CopyDecompressed(file, fileno(plain.get()), path));
  }
  text_ = {};
  return Map(fileno(plain.get()));
}

void EventFile::MakeLines() {
  held_ = std::string(text_);
  std::replace(held_.begin(), held_.end(), '\r', '\n');
  text_ = held_;
}

// {"events": […]}: the list is what is meant.
void EventFile::OpenList(const std::string& path) {
  constexpr std::string_view kLists[] = {"events", "data", "records", "items", "batch", "results"};
  formats::RecordSplitter records(text_);
  std::string_view object, another;
  if (!records.Next(&object) || !object.starts_with('{') || records.Next(&another)) return;
  for (std::string_view name : kLists) {
    std::string_view list;
    const std::string quoted = fmt::format("\"{}\"", name);
    if (object.substr(0, kChunkBytes).find("\"type\"") < object.find(quoted) ||
        !formats::FindArrayMember(object, name, &list))
      continue;
    Note(fmt::format("{} is one object: its list {} is read", path, quoted));
    text_ = list;
    return;
  }
}

absl::Status EventFile::Map(int file) {
  struct stat about {};
  if (fstat(file, &about) != 0) return absl::InternalError("stat");
  if (about.st_size == 0) return absl::OkStatus();
  size_t bytes = static_cast<size_t>(about.st_size);
  mapped_ = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped_ == MAP_FAILED) {
    mapped_ = nullptr;
    return absl::InternalError("mmap");
  }
  mapped_bytes_ = bytes;
  text_ = {static_cast<const char*>(mapped_), bytes};
  return absl::OkStatus();
}

absl::Status EventFile::ReadAll(int file) {
  std::string buffer(kChunkBytes, '\0');
  while (true) {
    ssize_t bytes = read(file, buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return absl::InternalError("read");
    if (bytes == 0) break;
    held_.append(buffer, 0, static_cast<size_t>(bytes));
  }
  text_ = held_;
  return absl::OkStatus();
}

EventFile::~EventFile() {
  if (mapped_ != nullptr) munmap(mapped_, mapped_bytes_);
}

void EventFile::Rewind() { at_ = released_ = 0; }

double EventFile::fraction_read() const {
  return text_.empty() ? 1 : static_cast<double>(at_) / static_cast<double>(text_.size());
}

std::string_view EventFile::Next() {
  // What was read before is of no more use: it would count as memory of this process.
  if (size_t whole_chunks = at_ / kChunkBytes * kChunkBytes; text_.data() == mapped_ && whole_chunks > released_) {
    madvise(static_cast<char*>(mapped_) + released_, whole_chunks - released_, MADV_DONTNEED);
    released_ = whole_chunks;
  }
  size_t end = text_.size();
  if (lines_ && end - at_ > kChunkBytes) {
    size_t line_end = text_.substr(at_, kChunkBytes).rfind('\n');
    if (line_end == text_.npos) line_end = text_.substr(at_).find('\n');  // a line longer than a chunk
    if (line_end != text_.npos) end = at_ + line_end + 1;
    if (end < text_.size()) end = at_ + StartOfLastRun(text_.substr(at_, end - at_));
  }
  std::string_view chunk = text_.substr(at_, end - at_);
  at_ = end;
  return chunk;
}

bool HoldsEndpointEvents(EventFile& file, const InputFormat& format) {
  EventReader reader = format.Reader();
  for (std::string_view chunk = file.Next(); !chunk.empty(); chunk = file.Next()) {
    if (chunk.find("ndpoint") == chunk.npos) continue;  // most files: no event needs to be read twice
    EventBatch batch;
    std::vector<Rejection> rejected;
    reader.Read(chunk, {INT64_MAX / 2, 0}, &batch, &rejected);
    EventCursor cursor(batch.bytes);
    for (Event event; cursor.Next(&event);)
      if (event.type == EventType::kEndpointAdded || event.type == EventType::kEndpointRemoved) return true;
  }
  return false;
}

}  // namespace cartwheel::cli
