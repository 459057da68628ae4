// What belongs to no library of its own: matches(), type(), and the encoders.
#include <re2/re2.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "base/hash.h"
#include "base/string_map.h"
#include "cel/library.h"
#include "cel/limits.h"

namespace cartwheel::cel {
namespace {

using Values = absl::Span<const Value>;
using K = TypeKind;

constexpr size_t kPatternsKept = 32;  // compiled, by a thread

// Null for what is no pattern, or too large a one.
const RE2* Pattern(std::string_view text) {
  thread_local StringMap<std::unique_ptr<RE2>> compiled;
  if (auto known = compiled.find(text); known != compiled.end())
    return known->second->ok() ? known->second.get() : nullptr;
  if (text.size() > kPatternBytesMax) return nullptr;
  if (compiled.size() >= kPatternsKept) compiled.clear();
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kPatternMemoryMax);
  auto pattern = std::make_unique<RE2>(re2::StringPiece(text.data(), text.size()), options);
  const RE2* made = compiled.emplace(std::string(text), std::move(pattern)).first->second.get();
  return made->ok() ? made : nullptr;
}

Value Matches(Values v, Arena&, std::string_view* error) {
  const RE2* pattern = Pattern(v[1].text());
  if (pattern == nullptr) return Fail("a pattern that is no regular expression of RE2, or too large a one", error);
  return Value::Bool(RE2::PartialMatch(re2::StringPiece(v[0].text().data(), v[0].text().size()), *pattern));
}

Value TypeOf(Values v, Arena&, std::string_view*) {
  switch (v[0].kind()) {
    case Kind::kNull:
    case Kind::kAbsent:
      return Value::Type("null_type");
    case Kind::kBool:
      return Value::Type("bool");
    case Kind::kInt:
      return Value::Type("int");
    case Kind::kUint:
      return Value::Type("uint");
    case Kind::kDouble:
    case Kind::kDecimal:
      return Value::Type("double");
    case Kind::kString:
      return Value::Type("string");
    case Kind::kBytes:
      return Value::Type("bytes");
    case Kind::kDuration:
      return Value::Type("google.protobuf.Duration");
    case Kind::kTimestamp:
      return Value::Type("google.protobuf.Timestamp");
    case Kind::kList:
      return Value::Type("list");
    case Kind::kMap:
      return Value::Type("map");
    case Kind::kType:
      return Value::Type("type");
    case Kind::kOptional:
      return Value::Type("optional_type");
  }
  return Value();
}

Value Encode(Values v, Arena& arena, std::string_view*) {
  std::string text;
  absl::Base64Escape({v[0].text().data(), v[0].text().size()}, &text);
  return arena.Text(std::move(text));
}

Value Decode(Values v, Arena& arena, std::string_view* error) {
  std::string bytes;
  if (!absl::Base64Unescape({v[0].text().data(), v[0].text().size()}, &bytes))
    return Fail("a text that is not base64", error);
  return arena.Bytes(std::move(bytes));
}

constexpr uint64_t kBuckets = 10'000;

Value Bucket(Values v, Arena&, std::string_view*) {
  std::string text(v[0].text());
  text += '\n';
  text += v[1].text();
  return Value::Int(static_cast<int64_t>(SipDigest(text).low % kBuckets));
}

constexpr LibraryFunction kRows[] = {
    {"matches", true, K::kBool, 2, 2, {K::kString, K::kString}, Matches},
    {"matches", false, K::kBool, 2, 2, {K::kString, K::kString}, Matches},
    {"type", false, K::kType, 1, 1, {K::kDyn}, TypeOf},
    {"bucket", false, K::kInt, 2, 2, {K::kString, K::kString}, Bucket},
    {"base64.encode", false, K::kString, 1, 1, {K::kBytes}, Encode},
    {"base64.decode", false, K::kBytes, 1, 1, {K::kString}, Decode},
};

}  // namespace

absl::Span<const LibraryFunction> GeneralFunctions() { return kRows; }

}  // namespace cartwheel::cel
