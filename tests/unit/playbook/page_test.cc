// docs/playbook.md, run: every key of the schema has a row, its example loads, what is wrong says what the row says,
// and what must be there is missed when it is not.
#include <algorithm>
#include <set>

#include "tests/unit/playbook/json_text.h"
#include "tests/unit/playbook/schema.h"
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

using playbook::JsonMember;
using playbook::JsonNode;

struct Row {
  std::string key, without, example;
  std::vector<std::string> wrong;  // value, what is said, value, what is said, …
};
struct Table {
  std::string definition, place;
  std::vector<Row> rows;
};

// The cells of "| a | b |"; "\|" is a bar.
std::vector<std::string> Cells(std::string_view line) {
  std::vector<std::string> cells(1);
  for (size_t i = 1; i < line.size(); ++i) {
    if (line.substr(i, 2) == "\\|")
      cells.back() += line[++i];
    else if (line[i] == '|')
      cells.emplace_back();
    else
      cells.back() += line[i];
  }
  cells.pop_back();
  return cells;
}

// What stands between backticks.
std::vector<std::string> Codes(std::string_view cell) {
  std::vector<std::string> codes;
  for (size_t begin; (begin = cell.find('`')) != cell.npos;) {
    const size_t end = cell.find('`', begin + 1);
    REQUIRE(end != cell.npos);
    codes.emplace_back(cell.substr(begin + 1, end - begin - 1));
    cell.remove_prefix(end + 1);
  }
  return codes;
}

std::vector<Table> Tables() {
  constexpr std::string_view kMark = "<!-- keys of ", kAt = ", tried at ", kEnd = " -->";
  std::istringstream lines(ReadWholeFile(CARTWHEEL_SOURCE_DIR "/docs/playbook.md"));
  std::vector<Table> tables;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kMark)) {
      const size_t at = line.find(kAt);
      const std::string place = line.substr(at + kAt.size());
      tables.push_back({line.substr(kMark.size(), at - kMark.size()), place.substr(0, place.size() - kEnd.size()), {}});
    } else if (line.starts_with("| `")) {
      INFO(line);
      const std::vector<std::string> cells = Cells(line);
      REQUIRE(cells.size() == 5);
      REQUIRE_FALSE(tables.empty());
      REQUIRE(Codes(cells[3]).size() == 1);
      tables.back().rows.push_back({Codes(cells[0])[0], cells[2], Codes(cells[3])[0], Codes(cells[4])});
    }
  }
  return tables;
}

// `object` with the key's value, or without the key when that is null.
void Put(JsonNode& object, const std::string& key, const JsonNode* value) {
  object.kind = JsonNode::Kind::kObject;
  std::erase_if(object.members, [&](const JsonMember& member) { return member.key == key; });
  if (value != nullptr) object.members.push_back({key, 0, *value});
}

// Takes away what may not stand beside a key: where a definition is one of several keys, the others.
void MakeRoomFor(const std::string& key, const std::string& definition, JsonNode& object) {
  const JsonNode* choices = PlaybookSchema().Definition(definition).Find("anyOf");
  std::set<std::string> others;
  if (choices == nullptr) return;
  for (const JsonMember& choice : choices->members) {
    const JsonNode* required = choice.value.Find("required");
    if (required == nullptr || required->members.size() != 1 || choice.value.members.size() != 1) return;
    others.insert(required->members[0].value.text);
  }
  if (others.erase(key) == 0) return;
  std::erase_if(object.members, [&](const JsonMember& member) { return others.contains(member.key); });
}

// The error of the page's whole example with that value in that place.
std::string ErrorWith(const Table& table, const std::string& key, const std::string* value) {
  static const std::string whole = JsonExamples("playbook.md").at(0);
  JsonNode root = *playbook::ReadJson(whole);
  JsonNode parsed;
  if (value != nullptr) {
    INFO(*value);
    auto read = playbook::ReadJson(*value);
    REQUIRE(read.ok());
    parsed = *std::move(read);
  }
  if (value != nullptr) MakeRoomFor(key, table.definition, JsonPlace(root, table.place));
  Put(JsonPlace(root, table.place), key, value == nullptr ? nullptr : &parsed);
  const std::string text = JsonText(root), error = ErrorOf(text);
  INFO(text << "\nschema: " << PlaybookSchema().ProblemOf(text));
  if (error.empty()) CHECK(PlaybookSchema().ProblemOf(text).empty());
  return error;
}

}  // namespace

TEST_CASE("docs/playbook.md has every key of the schema, and no other") {
  std::set<std::string> described;
  for (const Table& table : Tables()) {
    INFO(table.definition);
    std::vector<std::string> keys;
    for (const Row& row : table.rows) keys.push_back(row.key);
    std::sort(keys.begin(), keys.end());
    CHECK(keys == PlaybookSchema().Keys(table.definition));
    CHECK(described.insert(table.definition).second);
  }
  for (const JsonMember& definition : PlaybookSchema().Definition("playbook").Find("definitions")->members) {
    INFO(definition.key);
    const bool has_keys = definition.value.Find("properties") != nullptr && definition.key != "sections";
    if (has_keys) CHECK(described.contains(definition.key));
  }
  CHECK(described.contains("playbook"));
  CHECK(described.contains("sms"));
}

TEST_CASE("docs/playbook.md: the example of every key loads, and what is wrong says what the page says") {
  for (const Table& table : Tables())
    for (const Row& row : table.rows) {
      INFO(table.place << "/" << row.key);
      CHECK(ErrorWith(table, row.key, &row.example) == "");
      REQUIRE(row.wrong.size() >= 2);
      for (size_t i = 0; i + 1 < row.wrong.size(); i += 2) {
        const std::string error = ErrorWith(table, row.key, &row.wrong[i]);
        INFO(row.wrong[i] << "\n" << error);
        CHECK(error.find(row.wrong[i + 1]) != std::string::npos);
      }
    }
}

TEST_CASE("docs/playbook.md: a default that is a value is the schema's default too, and loads") {
  size_t defaults = 0;
  for (const Table& table : Tables())
    for (const Row& row : table.rows) {
      INFO(table.place << "/" << row.key);
      const JsonNode* said = table.definition == "sms" || table.definition.ends_with("_button")
                                 ? nullptr
                                 : PlaybookSchema().Property(table.definition, row.key).Find("default");
      const std::vector<std::string> codes = Codes(row.without);
      const bool is_value = codes.size() == 1 && row.without == " `" + codes[0] + "` ";
      CHECK(is_value == (said != nullptr));
      if (!is_value || said == nullptr) continue;
      ++defaults;
      const std::string value = JsonText(*said);
      CHECK(value == (said->is_text() ? "\"" + codes[0] + "\"" : codes[0]));
      CHECK(ErrorWith(table, row.key, &value) == "");
    }
  CHECK(defaults >= 5);
}

TEST_CASE("docs/playbook.md: what must be there is missed, anything else may be left out") {
  for (const Table& table : Tables())
    for (const Row& row : table.rows) {
      INFO(table.place << "/" << row.key);
      const std::string error = ErrorWith(table, row.key, nullptr);
      const bool is_missed = error.find("\"" + row.key + "\" is missing") != std::string::npos;
      INFO(error);
      CHECK(is_missed == (row.without == " an error "));
    }
}

}  // namespace cartwheel
