// Steps that send, with what follows where something stands against them.
#include <algorithm>
#include <iterator>

#include "base/suggest.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/send_step.h"
#include "playbook/step_compiler.h"

namespace cartwheel::playbook {
namespace {

struct TroubleKey {
  std::string_view key;
  OnTrouble SendStep::*trouble;
  Names words;
};
constexpr TroubleKey kTroubleKeys[] = {{"on_capped", &SendStep::on_capped, kOnCapped},
                                       {"on_unreachable", &SendStep::on_unreachable, kOnUnreachable},
                                       {"on_failed", &SendStep::on_failed, kOnFailed}};

}  // namespace

StepCompiler::Ends StepCompiler::CompileSend(const JsonNode& node, const JsonNode&, uint32_t place) {
  steps_[place].does = ReadSendStep(node, playbook_, errors_);
  Ends ends = NextOf(place);
  for (const TroubleKey& row : kTroubleKeys) {
    const JsonNode* said = node.Find(row.key);
    if (said == nullptr) continue;
    auto trouble = [this, place, row]() -> OnTrouble& { return std::get<SendStep>(steps_[place].does).*row.trouble; };
    if (said->is_list()) {
      trouble().does = OnTrouble::Does::kSteps;
      Append(ends, CompileArm(said, [trouble](uint32_t to) { trouble().next = to; }));
      continue;
    }
    const auto word = std::find(std::begin(kTroubles), std::end(kTroubles), said->text);
    if (said->is_text() && std::find(row.words.begin(), row.words.end(), said->text) != row.words.end())
      trouble().does = static_cast<OnTrouble::Does>(word - std::begin(kTroubles));
    else
      errors_->Add(*said, fmt::format("{} is no choice{}, or a list of steps", Describe(*said),
                                      said->is_text() ? Hint(said->text, row.words) : ExpectedOneOf(row.words)));
  }
  auto& send = std::get<SendStep>(steps_[place].does);
  send.awaited = send.on_failed.leads();
  journey_.prefers_opened = journey_.prefers_opened || send.prefers_opened;
  return ends;
}

}  // namespace cartwheel::playbook
