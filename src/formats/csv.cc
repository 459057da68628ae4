#include "formats/csv.h"

#include <algorithm>

namespace cartwheel::formats {
namespace {

std::string_view WithoutLineEnd(std::string_view row) {
  if (!row.empty() && row.back() == '\n') row.remove_suffix(1);
  if (!row.empty() && row.back() == '\r') row.remove_suffix(1);
  return row;
}

}  // namespace

bool CsvReader::Next() {
  do {
    if (rest_.empty()) return false;
    fields_.clear();
    unquoted_.clear();
    size_t size = Split(rest_);
    good_ = size > 0;
    if (!good_) {
      fields_.clear();
      size = std::min(rest_.find('\n'), rest_.size() - 1) + 1;
    }
    row_ = WithoutLineEnd(rest_.substr(0, size));
    rest_.remove_prefix(size);
  } while (row_.empty());
  return true;
}

size_t CsvReader::Split(std::string_view text) {
  for (size_t at = 0;; ++at) {
    if (at < text.size() && text[at] == '"') {
      if (!QuotedField(text, &at)) return 0;
    } else {
      size_t end = std::min(text.find_first_of(",\n", at), text.size());
      fields_.push_back(text.substr(at, end - at));
      at = end;
      if ((at == text.size() || text[at] == '\n') && !fields_.back().empty() && fields_.back().back() == '\r')
        fields_.back().remove_suffix(1);
    }
    if (at == text.size()) return at;
    if (text[at] == '\n') return at + 1;
  }
}

// Moves from the opening quote to the comma or line end behind the closing one.
bool CsvReader::QuotedField(std::string_view text, size_t* at) {
  size_t start = *at + 1;
  bool doubled = false;
  size_t quote = text.find('"', start);
  while (quote != std::string_view::npos && quote + 1 < text.size() && text[quote + 1] == '"') {
    doubled = true;
    quote = text.find('"', quote + 2);
  }
  if (quote == std::string_view::npos) return false;
  std::string_view field = text.substr(start, quote - start);
  if (doubled) {
    std::string& plain = unquoted_.emplace_back();
    for (size_t i = 0; i < field.size(); ++i) {
      plain.push_back(field[i]);
      if (field[i] == '"') ++i;
    }
    field = plain;
  }
  fields_.push_back(field);
  *at = quote + 1;
  if (text.substr(*at, 2) == "\r\n") ++*at;
  return *at == text.size() || text[*at] == ',' || text[*at] == '\n';
}

}  // namespace cartwheel::formats
