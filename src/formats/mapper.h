// Applies a mapping to records: each becomes the events that its rules say, as JSON objects of our own format, in the
// order of the record. Values are copied as they stand; judging them is the work of that format's reader.
//
// An id that a record gives to several of its events is made different for the second and further ones ("id#1"), the
// same way each time the record comes, so that a record that is sent again is a duplicate as a whole.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/mapping.h"
#include "formats/problem.h"
#include "formats/source_tree.h"

namespace cartwheel::formats {

// Where a field of a made event came from.
struct MappedField {
  std::string field;  // "customer", "properties.total", "properties.products[0].price"
  std::string path;   // as the mapping says it; empty: a constant
};

struct MappedEvent {
  size_t rule = 0;
  const char* place = nullptr;  // of the element that it was made of, in the record
  std::string json;
  std::vector<MappedField> fields;  // only when asked for
};

class Mapper {
 public:
  explicit Mapper(const Mapping& mapping, bool explain = false) : mapping_(mapping), explain_(explain) {}

  // Appends what the record becomes. What no rule takes (the record, or elements of its lists) is a problem each. False
  // when it is no JSON.
  bool Map(std::string_view record, std::vector<MappedEvent>* events, std::vector<Problem>* problems);
  // Of the last record: the paths where something stands that no rule read. Only when asked to explain.
  std::vector<std::string> Unread() const;

 private:
  // What a path is relative to, from the record inwards.
  using Scope = std::vector<const SourceNode*>;
  using Nodes = std::vector<const SourceNode*>;

  struct Found {
    std::string json;  // empty: absent
    std::string path;
  };

  void Rule(const MappingRule& rule, size_t index);
  bool Holds(const std::vector<MappingCondition>& conditions, const Scope& scope);
  // What kind of record it is; empty: the mapping does not say.
  std::string Topic(const Scope& scope);
  void Event(const MappingRule& rule, size_t index, const Scope& scope, const SourceNode* line);
  std::string Properties(const MappingRule& rule, const Scope& scope, const SourceNode* line);
  void Products(const MappingLines& lines, const Scope& scope, std::string* out);
  void Copy(const MappingRule& rule, const Scope& scope, std::set<std::string>* seen, std::string* out);
  void Field(std::string_view name, const Found& found, std::string_view place, std::set<std::string>* seen,
             std::string* out);
  const MappingSource* EventField(const MappingRule& rule, std::string_view name) const;
  std::string UniqueId(const std::string& json);

  Found Value(const MappingSource& source, const Scope& scope);
  Found FromPath(const MappingSource& source, const MappingPath& path, const Scope& scope);
  Nodes Resolve(const MappingPath& path, const Scope& scope);
  // Of the first list that is there; `there` says whether one is, and how it is called.
  Nodes Elements(const MappingPaths& lists, const Scope& scope, const MappingPath** there);
  void Follow(const SourceNode* node, const MappingPath& path, size_t step, Nodes* found);
  const SourceNode* Inside(const SourceNode* node);
  Nodes Parts(const SourceNode* text);
  void NoteRead(const SourceNode* node) {
    if (explain_) read_.insert(node);
  }
  void FindUnread(const SourceNode& node, const std::string& path, std::vector<std::string>* paths) const;

  const Mapping& mapping_;
  const bool explain_;

  // Of the record being read.
  SourceNode root_;
  std::deque<std::pair<std::string, SourceNode>> nested_;  // JSON that stood in texts
  std::map<const SourceNode*, const SourceNode*> inside_;  // the texts and what was in them
  std::vector<MappedEvent>* events_ = nullptr;
  Nodes seen_;  // elements that rules looked at, in order
  std::set<const SourceNode*> known_, matched_,
      taken_;                 // the same; those that a rule took; those that no further rule may take
  bool empty_lists_ = false;  // the record holds a list of elements that is empty
  std::map<std::string, int> ids_;
  size_t made_bytes_ = 0;
  bool handled_ = false;  // a rule took something further in
  std::vector<MappedField> fields_;
  std::set<const SourceNode*> read_;
};

}  // namespace cartwheel::formats
