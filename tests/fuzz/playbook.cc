// Playbooks: any text is compiled, or refused with errors that say where.
#include <fstream>
#include <iterator>

#include "base/status.h"
#include "playbook/compile.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {

void Fuzz(std::string_view input) {
  const auto playbook = CompilePlaybook(input);
  if (playbook.ok()) return Check(*playbook != nullptr, "what compiles is there");
  Check(absl::IsInvalidArgument(playbook.status()), "a mistake in the text is InvalidArgument");
  const std::string text = StatusText(playbook.status());
  Check(text.find('(') != std::string::npos && text.find(':') != std::string::npos, "an error says where");
}

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (const char* recipe : {"cart-24-48-72", "cart-5m-1h-24h"}) {
    std::ifstream file(std::string(CARTWHEEL_SOURCE_DIR "/examples/recipes/") + recipe + ".json");
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    Check(!seeds.back().empty(), "the recipe is there");
  }
  return seeds;
}

}  // namespace cartwheel::fuzz
