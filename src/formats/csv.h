// CSV (RFC 4180): fields between commas, quoted where they hold commas, quotes or line ends. A row whose quotes do not
// match is given up at its first line end, so that the next row is found again.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace cartwheel::formats {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}
  // The next row that is not blank. Its views live until the following call.
  bool Next();

  // Reads on after the row of this one, by itself.
  CsvReader Rest() const { return CsvReader(rest_); }

  bool good() const { return good_; }            // false when the quotes of this row do not match
  std::string_view row() const { return row_; }  // its text, without the line end
  const std::vector<std::string_view>& fields() const { return fields_; }

 private:
  // The bytes of the row that begins the text, its line end included; 0 when its quotes do not match.
  size_t Split(std::string_view text);
  bool QuotedField(std::string_view text, size_t* at);

  std::string_view rest_;
  bool good_ = false;
  std::string_view row_;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unquoted_;  // fields in which a quote stands twice for one
};

}  // namespace cartwheel::formats
