// A strict reader of command lines: every option is in the command's table, none is guessed, none is given twice. What
// is wrong is one line that names the word and what was expected.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"

namespace cartwheel::cli {

class Args {
 public:
  // The words after the command's name. `--name value`, `--name=value`; "--" ends the options, "-" is an operand.
  static absl::StatusOr<Args> Parse(const Command& command, std::span<const char* const> words);

  bool wants_help() const { return help_; }
  size_t operands() const { return operands_.size(); }
  const std::string& operand(size_t index) const { return operands_[index]; }
  bool Has(std::string_view name) const { return values_.contains(name); }
  // The option's value, or `otherwise`.
  std::string Get(std::string_view name, std::string_view otherwise = {}) const;
  // A whole number of at least `least`; InvalidArgument names the option and what was expected.
  absl::StatusOr<int64_t> Number(std::string_view name, int64_t otherwise, int64_t least) const;

 private:
  bool help_ = false;
  std::vector<std::string> operands_;
  std::map<std::string, std::string, std::less<>> values_;
};

// Names of operands, one by one.
std::vector<std::string_view> SplitWords(std::string_view text);
std::string HelpText(const Command& command);

}  // namespace cartwheel::cli
