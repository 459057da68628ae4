// A playbook's file for commands that look at its text: read, checked whole, and kept as the JSON it was written as.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/model/playbook.h"
#include "playbook/json.h"

namespace cartwheel::cli {

struct PlaybookFile {
  std::string text;
  playbook::JsonNode json;
  std::shared_ptr<const Playbook> compiled;
};

// Errors name the path, one line each.
absl::StatusOr<PlaybookFile> ReadPlaybook(const std::string& path);
// The same of a text; `name` is what errors call it.
absl::StatusOr<PlaybookFile> PlaybookOf(std::string text, const std::string& name);

}  // namespace cartwheel::cli
