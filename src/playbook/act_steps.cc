// Steps that act: set, emit, add_to, remove_from.
#include <algorithm>
#include <string>

#include "base/packed.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/message/world.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/step_compiler.h"
#include "playbook/triggers.h"

namespace cartwheel::playbook {
namespace {

// What the library itself says of a customer, which no step sets.
bool IsCounted(std::string_view name) {
  const auto& fields = WorldRoots()[static_cast<size_t>(Root::kCustomer)].fields;
  return std::any_of(fields.begin(), fields.end(), [&](const WorldField& field) { return field.name == name; });
}

}  // namespace

// {"name": value, "name": {"cel": "expression"}}.
GivenFields StepCompiler::ReadGiven(const JsonNode& node) {
  GivenFields given;
  PackedWriter writer(&given.constants);
  writer.BeginMap();
  if (ExpectObject(node, errors_) && node.members.size() > kGivenFieldsMax)
    errors_->Add(node, fmt::format("{} fields: given_fields_max is {}", node.members.size(), kGivenFieldsMax));
  for (const JsonMember& member : node.members) {
    const JsonNode& said = member.value;
    if (const std::string problem = NameProblem(member.key); !problem.empty()) errors_->AddKey(member, problem);
    if (said.is_object()) {
      CheckKeys(said, kExpressionKeys, {}, errors_);
      if (const JsonNode* source = said.Find("cel"); source == nullptr)
        errors_->AddMissing(said, "cel",
                            R"("cel" is missing: write an expression such as {"cel": "customer.points + 1"})");
      else if (auto made = ReadCondition(
                   *source, [&](std::string_view source) { return languages_.CompileValue(source, calls_); });
               made != nullptr)
        given.made.push_back({member.key, std::move(made)});
      continue;
    }
    const Value value = said.kind == JsonNode::Kind::kNull ? Value::Null() : ScalarOf(said);
    if (value.is_absent()) {
      errors_->Add(said, fmt::format("expected a text, a number, true, false, null or {{\"cel\": …}}, found {}",
                                     Describe(said)));
      continue;
    }
    writer.Key(member.key);
    writer.Scalar(value);
  }
  writer.End();
  return given;
}

StepCompiler::Ends StepCompiler::CompileSet(const JsonNode&, const JsonNode& what, uint32_t place) {
  steps_[place].does = SetStep{ReadGiven(what)};
  if (what.is_object() && what.members.empty())
    errors_->Add(what, R"(nothing is set, expected attributes such as {"stage": "warm"})");
  for (const JsonMember& member : what.members)
    if (IsCounted(member.key))
      errors_->AddKey(member, fmt::format("customer.{} is no attribute: the library itself says it", member.key));
  return NextOf(place);
}

StepCompiler::Ends StepCompiler::CompileEmit(const JsonNode& node, const JsonNode& what, uint32_t place) {
  EmitStep emit;
  const size_t before = errors_->size();
  const Trigger trigger = ReadTrigger(what, errors_);
  if (errors_->size() == before && trigger.type != EventType::kCustom)
    errors_->Add(
        what, fmt::format("{} is an event that the library acts on, expected a name of your own", Quote(trigger.name)));
  emit.type = trigger.name;
  if (const JsonNode* properties = node.Find("properties")) emit.properties = ReadGiven(*properties);
  steps_[place].does = std::move(emit);
  return NextOf(place);
}

StepCompiler::Ends StepCompiler::CompileAddTo(const JsonNode&, const JsonNode& what, uint32_t place) {
  steps_[place].does = AudienceStep{ReadName(what, errors_).value_or(""), true};
  return NextOf(place);
}

StepCompiler::Ends StepCompiler::CompileRemoveFrom(const JsonNode&, const JsonNode& what, uint32_t place) {
  steps_[place].does = AudienceStep{ReadName(what, errors_).value_or(""), false};
  return NextOf(place);
}

}  // namespace cartwheel::playbook
