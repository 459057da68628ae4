// A small playbook that is right, to be spoilt one slip at a time, and customers to read its texts to.
#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "core/message/compose.h"
#include "core/message/world.h"
#include "playbook/compile.h"
#include "tests/catch.h"
#include "tests/unit/playbook/schema.h"

namespace cartwheel {

inline constexpr std::string_view kGoodPlaybook = R"({"playbook": 1, "revision": 7,
 "policy": {"consent": "assumed_by_shop", "rules": []},
 "shop": {"name": "온도상점", "cart_url": "https://shop.example/cart", "currency": "KRW", "locale": "ko-KR", "percent": 10},
 "templates": {
  "gentle": {"purpose": "cart",
   "push": {"title": "(광고) {{ shop.name }}", "body": "{{ customer.name | default: '고객' }}님!", "badge": 1},
   "sms": "(광고) {{ shop.name }}"},
  "thanks": {"class": "transactional", "push": {"title": "Thank you"}}},
 "journeys": {
  "cart": {
   "enter": {"on": "product_added", "when": "cart.quantity > 0", "key": "cart.id"},
   "reset_on": ["product_added", "cart_viewed"],
   "reenter": "after_exit",
   "exit": [{"on": "order_completed"}, {"on": "cart_emptied"}],
   "goal": {"on": "order_completed", "within": "7d"},
   "steps": [
    {"wait": "24h"},
    {"send": "gentle", "via": ["web_push", "sms"], "latest": "12h"},
    {"wait": "24h"},
    {"send": "gentle", "via": ["web_push"]}]}}})";

// The text with its first `from` replaced by `to`; `from` must be there.
inline std::string With(std::string_view from, std::string_view to, std::string_view text = kGoodPlaybook) {
  std::string changed(text);
  size_t at = changed.find(from);
  INFO(from);
  REQUIRE(at != changed.npos);
  return changed.replace(at, from.size(), to);
}

// The schema refuses nothing that the readers take, and what they refuse by its shape.
inline void CheckSchema(std::string_view json, std::string_view error) {
  const std::string problem = PlaybookSchema().ProblemOf(json);
  INFO(json << "\nreader: " << error << "\nschema: " << problem);
  if (error.empty()) CHECK(problem.empty());
  if (IsAboutShape(error)) CHECK_FALSE(problem.empty());
}

// The message of the error, empty when there was none.
inline std::string ErrorOf(std::string_view json) {
  auto made = CompilePlaybook(json);
  std::string error = made.ok() ? "" : StatusText(made.status());
  CheckSchema(json, error);
  return error;
}

// A playbook that must be right.
inline std::shared_ptr<const Playbook> Compiled(std::string_view json) {
  auto made = CompilePlaybook(json);
  INFO(StatusText(made.status()));
  REQUIRE(made.ok());
  CheckSchema(json, "");
  return *made;
}

inline std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path);
  INFO(path);
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The JSON blocks of a page of docs/, in order.
inline std::vector<std::string> JsonExamples(const std::string& page) {
  std::istringstream lines(ReadWholeFile(CARTWHEEL_SOURCE_DIR "/docs/" + page));
  std::vector<std::string> examples;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    const std::string text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    if (text == "```json")
      inside = true, examples.emplace_back();
    else if (text == "```")
      inside = false;
    else if (inside)
      examples.back() += text + "\n";
  }
  return examples;
}

inline std::string Rendered(const Content& content, const World& world) {
  Composed composed;
  const absl::Status status = Compose(content, world, &composed);
  INFO(StatusText(status));
  REQUIRE(status.ok());
  return composed.payload;
}

}  // namespace cartwheel
