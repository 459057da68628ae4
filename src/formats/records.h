// Splits JSON input into records without parsing it: only strings and brackets are followed, so that a broken record is
// one broken record and the next one is found again. Records are views into the text; what they hold is judged by the
// parser. An empty record stands for one that is missing: between two commas, or where the end of an array is missing.
#pragma once

#include <string_view>

namespace cartwheel::formats {

class RecordSplitter {
 public:
  // NDJSON (a record a line, blank lines skipped), a JSON array (a record an element), objects written over several
  // lines, or several of these one after the other. A comma between two objects, as inside an array, is passed over.
  explicit RecordSplitter(std::string_view text);
  bool Next(std::string_view* record);

 private:
  enum class Mode { kStart, kLines, kValues, kArray, kUnclosedArray };

  void Detect();
  bool NextElement(std::string_view* record);

  std::string_view rest_;
  Mode mode_ = Mode::kStart;
  bool first_element_ = false;
  bool between_ = false;  // an object was the last record
};

std::string_view TrimSpace(std::string_view text);
std::string_view SkipByteOrderMark(std::string_view text);

// The array of the member `key` of an object: {"batch": […]}. False when there is none.
bool FindArrayMember(std::string_view object, std::string_view key, std::string_view* array);

}  // namespace cartwheel::formats
