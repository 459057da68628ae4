// What one render has besides the template: scratch memory, the count of steps, and the error that ended it. Filters
// and the renderer share it. Once it has failed, whatever is still computed is thrown away; so code may go on until its
// next convenient look at failed(), but every loop looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/value.h"
#include "liquid/environment.h"

namespace cartwheel::liquid {

// A bump allocator whose first block lies inside of it, on the stack of Render. Memory is 8-aligned.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* Allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (static_cast<size_t>(end_ - next_) < bytes) return AllocateBlock(bytes);
    char* result = next_;
    next_ += bytes;
    return result;
  }
  size_t borrowed_bytes() const { return borrowed_bytes_; }

  // Everything allocated after `mark` is free again, where that is cheap to say.
  char* mark() const { return next_; }
  void Release(char* mark) {
    if (borrowed_bytes_ == 0) next_ = mark;
  }

 private:
  void* AllocateBlock(size_t bytes);

  static constexpr size_t kInlineBytes = 4096;
  alignas(8) char inline_[kInlineBytes];
  char* next_ = inline_;
  char* end_ = inline_ + kInlineBytes;
  size_t borrowed_bytes_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
};

class Context {
 public:
  explicit Context(const RenderOptions& options) : options_(options), steps_left_(options.steps_max) {}

  const RenderOptions& options() const { return options_; }
  Arena& arena() { return arena_; }

  // The currency of the amount that a filter was given; empty: not known.
  std::string_view currency() const { return currency_; }
  void set_currency(std::string_view code) { currency_ = code; }

  bool failed() const { return failed_; }
  const absl::Status& status() const { return status_; }
  // The first failure stands. Returns nil, for `return context.Fail(…)`.
  Value Fail(absl::Status status);
  Value Fail(std::string_view message);  // InvalidArgument
  // Puts what went wrong where before the message of the failure.
  void Locate(std::string_view where);

  // False, and failed, when the steps are used up.
  bool Spend(uint64_t steps) {
    if (steps_left_ >= steps) {
      steps_left_ -= steps;
      return !failed_;
    }
    return OutOfSteps();
  }
  bool SpendBytes(size_t bytes) { return Spend(1 + bytes / kBytesPerStep); }

  // Always succeeds; beyond kScratchBytesMax the render has failed. Ask for little, or look at failed() before.
  void* Allocate(size_t bytes);
  // A copy that lives as long as the render.
  Value NewText(std::string_view text);

 private:
  bool OutOfSteps();

  const RenderOptions& options_;
  uint64_t steps_left_;
  std::string_view currency_;
  bool failed_ = false;
  absl::Status status_;
  Arena arena_;
};

// A text or a list in the making, in scratch memory, grown by doubling. After a failure it takes nothing more.
template <typename T>
class Builder {
 public:
  explicit Builder(Context& context) : context_(context) {}

  void Append(const T* items, size_t count) {
    if (capacity_ - size_ < count && !Grow(count)) return;
    for (size_t i = 0; i < count; ++i) items_[size_ + i] = items[i];
    size_ += count;
  }
  void Append(const T& item) { Append(&item, 1); }
  void Append(std::string_view text) requires std::is_same_v<T, char> { Append(text.data(), text.size()); }
  void Reserve(size_t count) {
    if (capacity_ - size_ < count) Grow(count);
  }

  size_t size() const { return size_; }
  T* items() { return items_; }

 private:
  bool Grow(size_t count) {
    constexpr size_t kItemsMax = kScratchBytesMax / sizeof(T);
    size_t capacity = size_ + count > capacity_ * 2 ? size_ + count : capacity_ * 2;
    if (count > kItemsMax || capacity > 2 * kItemsMax) capacity = 2 * kItemsMax;  // more than Allocate lets pass
    if (!context_.SpendBytes(capacity * sizeof(T))) return false;
    T* items = static_cast<T*>(context_.Allocate(capacity * sizeof(T)));
    if (context_.failed()) return false;
    for (size_t i = 0; i < size_; ++i) items[i] = items_[i];
    items_ = items;
    capacity_ = capacity;
    return true;
  }

  Context& context_;
  T* items_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};
using TextBuilder = Builder<char>;
using ListBuilder = Builder<Value>;

inline Value Finish(TextBuilder& text) { return Value::String({text.items(), text.size()}); }

}  // namespace cartwheel::liquid
