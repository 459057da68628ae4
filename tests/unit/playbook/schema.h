// JSON Schema (draft-07), as far as docs/playbook.schema.json uses it, over the tree that the playbook's own reader
// makes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "playbook/json.h"

namespace cartwheel {

class Schema {
 public:
  // `path`: a file. Fails the test that reads it when it is no JSON, has a keyword that this check does not know, names
  // a definition that is not there, or says more beside a "$ref" (which draft-07 would ignore).
  explicit Schema(const std::string& path);

  // Why the schema refuses a value: `/shop/name: minLength`; empty when it does not.
  std::string Problem(const playbook::JsonNode& value) const;
  // The same of a text; "" also when it is no JSON, which is the reader's to say.
  std::string ProblemOf(std::string_view json) const;

  // The schema itself for "playbook", else that definition.
  const playbook::JsonNode& Definition(std::string_view name) const;
  // The keys that stand under "properties" of it, or of the first of its alternatives that has some.
  std::vector<std::string> Keys(std::string_view name) const;
  const playbook::JsonNode& Property(std::string_view definition, std::string_view key) const;

 private:
  std::string Check(const playbook::JsonNode& schema, const playbook::JsonNode& value, const std::string& path) const;
  const playbook::JsonNode& Resolved(const playbook::JsonNode& reference) const;
  void CheckKeywords(const playbook::JsonNode& schema) const;

  std::string text_;
  playbook::JsonNode root_;
};

// docs/playbook.schema.json
const Schema& PlaybookSchema();
// Whether what the readers say of a playbook is about its shape alone, so that the schema has to refuse it too.
bool IsAboutShape(std::string_view error);

}  // namespace cartwheel
