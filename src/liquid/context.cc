#include "liquid/context.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel::liquid {

void* Arena::AllocateBlock(size_t bytes) {
  size_t size = std::max(bytes, kInlineBytes * 4);
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
  borrowed_bytes_ += size;
  next_ = blocks_.back().get() + bytes;
  end_ = blocks_.back().get() + size;
  return blocks_.back().get();
}

Value Context::Fail(absl::Status status) {
  if (!failed_) status_ = std::move(status);
  failed_ = true;
  return Value::Null();
}

Value Context::Fail(std::string_view message) { return Fail(absl::InvalidArgumentError(fmt::format("{}", message))); }

void Context::Locate(std::string_view where) {
  status_ = absl::Status(status_.code(), fmt::format("{}: {}", where, StatusText(status_)));
}

bool Context::OutOfSteps() {
  Fail(absl::ResourceExhaustedError(
      fmt::format("the template takes more than steps_max ({}) steps", options_.steps_max)));
  return false;
}

void* Context::Allocate(size_t bytes) {
  void* memory = arena_.Allocate(bytes);
  if (arena_.borrowed_bytes() > kScratchBytesMax)
    Fail(absl::ResourceExhaustedError(
        fmt::format("the template keeps more than kScratchBytesMax ({}) bytes", kScratchBytesMax)));
  return memory;
}

Value Context::NewText(std::string_view text) {
  if (text.empty()) return Value::String("");
  char* copy = static_cast<char*>(Allocate(text.size()));
  memcpy(copy, text.data(), text.size());
  return Value::String({copy, text.size()});
}

}  // namespace cartwheel::liquid
