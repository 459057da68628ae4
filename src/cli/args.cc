#include "cli/args.h"

#include <algorithm>
#include <charconv>

#include "base/status.h"
#include "base/suggest.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr size_t kHelpColumn = 24;  // where the options' texts begin

absl::Status UnknownOption(const Command& command, std::string_view name) {
  std::vector<std::string_view> names{"--help"};
  for (const OptionSpec& option : command.options) names.push_back(option.name);
  std::string_view nearest = Nearest(name, names, Nearness::kPossible);
  std::string hint =
      nearest.empty() ? fmt::format("see cartwheel {} --help", command.name) : fmt::format("did you mean {}?", nearest);
  return absl::InvalidArgumentError(fmt::format("unknown option {}: {}", name, hint));
}

const OptionSpec* FindOption(const Command& command, std::string_view name) {
  auto found = std::find_if(command.options.begin(), command.options.end(),
                            [&](const OptionSpec& option) { return option.name == name; });
  return found == command.options.end() ? nullptr : &*found;
}

absl::Status CheckComplete(const Command& command, const Args& args, size_t operands) {
  std::vector<std::string_view> names = SplitWords(command.operands);
  if (operands < names.size() && !names[operands].starts_with('['))
    return absl::InvalidArgumentError(
        fmt::format("{} is missing: expected cartwheel {} {}", names[operands], command.name, command.operands));
  for (const OptionSpec& option : command.options)
    if (option.required && !args.Has(option.name))
      return absl::InvalidArgumentError(fmt::format("{} {} is missing", option.name, option.value));
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string_view> SplitWords(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

absl::StatusOr<Args> Args::Parse(const Command& command, std::span<const char* const> words) {
  Args args;
  const size_t operands_max = SplitWords(command.operands).size();
  bool options_ended = false;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (options_ended || word.size() < 2 || word[0] != '-') {
      if (args.operands_.size() == operands_max)
        return absl::InvalidArgumentError(fmt::format("unexpected \"{}\": cartwheel {} takes {}", word, command.name,
                                                      operands_max == 0 ? "options only" : command.operands));
      args.operands_.emplace_back(word);
      continue;
    }
    if (word == "--") {
      options_ended = true;
      continue;
    }
    if (word == "--help" || word == "-h") {
      args.help_ = true;
      return args;
    }
    size_t equals = word.find('=');
    std::string_view name = word.substr(0, equals);
    const OptionSpec* option = FindOption(command, name);
    if (option == nullptr) return UnknownOption(command, name);
    std::string value;
    if (option->value.empty()) {
      if (equals != word.npos) return absl::InvalidArgumentError(fmt::format("{} takes no value", name));
    } else if (equals != word.npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return absl::InvalidArgumentError(fmt::format("{} needs a value: {}", name, option->value));
    }
    if (!args.values_.emplace(name, std::move(value)).second)
      return absl::InvalidArgumentError(fmt::format("{} is given twice", name));
  }
  RETURN_IF_ERROR(CheckComplete(command, args, args.operands_.size()));
  return args;
}

std::string Args::Get(std::string_view name, std::string_view otherwise) const {
  auto found = values_.find(name);
  return found == values_.end() ? std::string(otherwise) : found->second;
}

absl::StatusOr<int64_t> Args::Number(std::string_view name, int64_t otherwise, int64_t least) const {
  auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  const std::string& text = found->second;
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= least) return number;
  return absl::InvalidArgumentError(fmt::format("{} is \"{}\", expected a whole number from {}", name, text, least));
}

std::string HelpText(const Command& command) {
  std::string text = fmt::format("cartwheel {}{}{}\n  {}\n", command.name, command.operands.empty() ? "" : " ",
                                 command.operands, command.summary);
  if (!command.details.empty()) text += fmt::format("\n{}\n", command.details);
  text += "\nOptions:\n";
  auto line = [&](std::string_view left, std::string_view help) {
    text += fmt::format("  {:<{}}{}{}\n", left, kHelpColumn, left.size() < kHelpColumn ? "" : "  ", help);
  };
  for (const OptionSpec& option : command.options)
    line(fmt::format("{} {}", option.name, option.value),
         fmt::format("{}{}", option.help, option.required ? " (required)" : ""));
  line("--help", "this text");
  text += "\nExamples:\n";
  for (std::string_view example : command.examples) text += fmt::format("  {}\n", example);
  return text;
}

}  // namespace cartwheel::cli
