// docs/events.md against the tables: it has every type of event, every property that is read, and every other name of
// either.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/model/event_names.h"
#include "formats/property_table.h"
#include "tests/unit/formats/read.h"

namespace cartwheel {
namespace {

using Words = std::set<std::string, std::less<>>;

// The page from the line that begins with `begin` to the next heading.
std::string Section(std::string_view begin) {
  std::ifstream file(CARTWHEEL_SOURCE_DIR "/docs/events.md");
  std::string section;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (inside && line.starts_with("## ")) break;
    inside |= line.starts_with(begin);
    if (inside) section += line + "\n";
  }
  INFO("docs/events.md: " << begin);
  REQUIRE_FALSE(section.empty());
  return section;
}

// What stands between backticks.
std::vector<std::string> Codes(std::string_view text) {
  std::vector<std::string> codes;
  for (size_t begin; (begin = text.find('`')) != text.npos;) {
    const size_t end = text.find('`', begin + 1);
    REQUIRE(end != text.npos);
    codes.emplace_back(text.substr(begin + 1, end - begin - 1));
    text.remove_prefix(end + 1);
  }
  return codes;
}

// The cells of each row of the tables of a section.
std::vector<std::vector<std::string>> Rows(const std::string& section) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(section);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(1));
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, '|');) rows.back().push_back(cell);
  }
  return rows;
}

constexpr std::string_view kTypes = "## Types, what they read";

}  // namespace

TEST_CASE("docs/events.md has every type, once, and says apart which only the engine makes") {
  std::map<std::string, int, std::less<>> told;
  for (const std::vector<std::string>& row : Rows(Section(kTypes)))
    for (const std::string& type : Codes(row[0])) {
      INFO(type);
      REQUIRE(FindEventType(type) != EventType::kCustom);
      CHECK(IsDerived(FindEventType(type)) == (row.size() == 2));
      ++told[type];
    }
  for (int i = 1; i <= static_cast<int>(kLastEventType); ++i) {
    const std::string_view type = EventTypeName(static_cast<EventType>(i));
    INFO(type);
    CHECK(told[std::string(type)] == 1);
  }
}

TEST_CASE("docs/events.md has every property that is read, and every other name of one") {
  const std::string section = Section(kTypes);
  Words named;
  for (const std::string& code : Codes(section)) named.insert(code);
  for (const formats::Property& property : formats::Properties()) {
    INFO(property.name << ", which is " << property.ours);
    CHECK(named.contains(property.name));
  }
  for (const std::vector<std::string>& row : Rows(section))
    for (const std::string& property : row.size() < 3 ? std::vector<std::string>() : Codes(row[1])) {
      INFO(property);
      CHECK((formats::IsRead(property) || property == "cart_url" || property == "product_added" || property == "call"));
    }
}

TEST_CASE("docs/events.md has every other name of a type, at its type") {
  std::string names;
  std::map<std::string, std::string, std::less<>> rows;  // of a type, the squashed names of its row
  for (const std::vector<std::string>& row : Rows(Section("## Other names of types"))) {
    std::vector<std::string> types = Codes(row[0]);
    std::string squashed = ",";
    std::istringstream list(row[1]);
    for (std::string name; std::getline(list, name, ',');) {
      std::istringstream parts(name);
      for (std::string part; std::getline(parts, part, ';');) squashed += SquashName(part) + ",";
    }
    const std::string stem = types[0].substr(0, types[0].find('_'));
    for (std::string type : types) rows[type.starts_with("…") ? stem + type.substr(3) : type] = squashed;
  }
  for (const TypeAlias& alias : TypeAliases()) {
    INFO(alias.name << " is " << EventTypeName(alias.type));
    const std::string& row = rows[std::string(EventTypeName(alias.type))];
    CHECK(row.find("," + SquashName(alias.name) + ",") != row.npos);
  }
}

}  // namespace cartwheel
