// Memory for what an evaluation makes: new texts, lists and maps. Values point into it, so a caller that keeps a
// result keeps what was made. One that made nothing holds no memory.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/value.h"
#include "cel/code.h"
#include "cel/limits.h"

namespace cartwheel::cel {

class Arena {
 public:
  Value Text(std::string text) { return Value::String(Keep(std::move(text))); }
  Value Bytes(std::string bytes) { return Value::Bytes(Keep(std::move(bytes))); }
  Value List(std::vector<Value> elements) {
    bytes_ += elements.size() * sizeof(Value);
    return ReadConstant(things().lists.emplace_back(ConstantList{std::move(elements)}));
  }
  Value Optional(const Value& inside) {
    bytes_ += sizeof(Value);
    return Value::Optional(&things().inside.emplace_back(inside));
  }
  // The keys are of the kinds that CEL allows, each once.
  Value Map(std::vector<Entry> entries) {
    bytes_ += entries.size() * sizeof(Entry);
    return ReadConstant(things().maps.emplace_back(ConstantMap{std::move(entries)}));
  }
  bool full() const { return bytes_ > kMadeBytesMax; }
  // What keeps everything made alive; null when nothing was.
  std::shared_ptr<const void> made() const { return things_; }

 private:
  struct Things {  // deques: nothing moves
    std::deque<std::string> texts;
    std::deque<ConstantList> lists;
    std::deque<ConstantMap> maps;
    std::deque<Value> inside;  // of optionals
  };
  Things& things() {
    if (things_ == nullptr) things_ = std::make_shared<Things>();
    return *things_;
  }
  std::string_view Keep(std::string text) {
    bytes_ += text.size();
    return things().texts.emplace_back(std::move(text));
  }

  std::shared_ptr<Things> things_;
  size_t bytes_ = 0;
};

}  // namespace cartwheel::cel
