// Structs of the border, and what the options among them mean to the engine. Each begins with its size, as the caller
// knows it. What the caller does not know yet is zero, and what this library does not know yet must be.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cartwheel.h"
#include "cartwheel/options.h"
#include "fmt/format.h"

namespace cartwheel::capi {

constexpr uint32_t kStructBytesMin = 8;
constexpr uint32_t kStructBytesMax = 4096;  // of a caller from the future

// `given` as this library knows it; all zero for null.
template <typename Struct>
absl::StatusOr<Struct> ReadStruct(const Struct* given, const char* name) {
  Struct known{};
  if (given == nullptr) return known;
  const uint32_t size = given->size;
  if (size < kStructBytesMin || size > kStructBytesMax)
    return absl::FailedPreconditionError(
        fmt::format("{}.size is {}, expected sizeof({}) = {}", name, size, name, sizeof known));
  std::memcpy(&known, given, std::min<size_t>(size, sizeof known));
  const char* bytes = reinterpret_cast<const char*>(given);
  if (size > sizeof known && std::any_of(bytes + sizeof known, bytes + size, [](char byte) { return byte != 0; }))
    return absl::FailedPreconditionError(fmt::format(
        "{} has {} bytes with fields after the {} that this version of the library knows", name, size, sizeof known));
  return known;
}

// Into the caller's, as far as it goes; its size stays. Null is left alone.
template <typename Struct>
void WriteStruct(Struct known, Struct* out) {
  if (out == nullptr) return;
  known.size = out->size;
  std::memcpy(out, &known, std::min<size_t>(out->size, sizeof known));
}

// Before a call that will write it.
template <typename Struct>
absl::Status CheckStruct(const Struct* out, const char* name) {
  if (out == nullptr || (out->size >= kStructBytesMin && out->size <= kStructBytesMax)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("{}.size is {}, expected sizeof({}) = {}", name, out->size, name, sizeof *out));
}

// InvalidArgument names a field that is negative, or has another value than it may.
absl::Status CheckOptions(const cartwheel_options& given);
// A field that is zero keeps the engine's own default.
Options EngineOptions(const cartwheel_options& given);

}  // namespace cartwheel::capi
