// A value that most of its owners do not have: a pointer's size, allocated when it is first changed. Copies are deep.
#pragma once

#include <memory>
#include <utility>

namespace cartwheel {

template <typename T>
class Rare {
 public:
  Rare() = default;
  Rare(T value) : value_(std::make_unique<T>(std::move(value))) {}  // as a T is told
  Rare(const Rare& other) : value_(other.value_ == nullptr ? nullptr : std::make_unique<T>(*other.value_)) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(Rare other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }

  // A T{} where it was never changed.
  const T& operator*() const {
    static const T kNone{};
    return value_ == nullptr ? kNone : *value_;
  }
  const T* operator->() const { return &**this; }
  bool is_set() const { return value_ != nullptr; }

  T& Change() {
    if (value_ == nullptr) value_ = std::make_unique<T>();
    return *value_;
  }
  void Reset() { value_ = nullptr; }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace cartwheel
