// The segments of a playbook: named conditions, which may ask for one another as long as nobody asks for itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

// How much of the past is kept: "history", 30 days unless it says otherwise.
int64_t ReadHistory(const JsonNode& root, ErrorList* errors);

class SegmentCompiler {
 public:
  // `segments` may be null: there are none. From here on `languages` knows segment('name').
  SegmentCompiler(const JsonNode* segments, Languages* languages, ErrorList* errors);

  // Into playbook->segments, by name.
  void Compile(Playbook* playbook);

 private:
  enum class State { kUntouched, kAtWork, kDone };
  struct Entry {
    const JsonMember* member;
    State state = State::kUntouched;
    absl::StatusOr<cel::Program> program = absl::InvalidArgumentError("");
  };
  absl::StatusOr<cel::Program> Find(std::string_view name);

  Languages& languages_;
  ErrorList* errors_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::string> path_;  // that is being compiled
};

// What all conditions together ask of the past, as the playbook keeps it; to be called when everything is compiled.
void PlanHistory(const std::vector<cel::HistoryNeed>& needs, Playbook* playbook);

// InvalidArgument when the playbook does not keep what is asked of the past.
absl::Status CheckKept(const cel::HistoryNeed& need, const Playbook& playbook);

}  // namespace cartwheel::playbook
