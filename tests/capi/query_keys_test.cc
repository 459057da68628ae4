// What docs/queries.json says that queries take is what a request may hold: every key of the one is a key of the other.
#include <fmt/format.h>
#include <simdjson.h>

#include <set>
#include <sstream>
#include <string>

#include "cartwheel.h"
#include "tests/catch.h"

TEST_CASE("a query takes what docs/queries.json says") {
  simdjson::dom::parser parser;
  simdjson::dom::element page = parser.load(CARTWHEEL_SOURCE_DIR "/docs/queries.json");
  std::set<std::string> described = {"query", "actor", "reason"};  // of every query
  simdjson::dom::object queries = page["queries"];
  for (auto [name, query] : queries) {
    simdjson::dom::object takes = query["takes"];
    for (auto [key, what] : takes) described.emplace(key);
  }
  cartwheel_engine* engine = nullptr;
  REQUIRE(cartwheel_open(":memory:", 8, nullptr, &engine, nullptr) == CARTWHEEL_OK);
  cartwheel_error error{};
  error.size = sizeof error;
  cartwheel_result* answer = nullptr;
  const std::string request = R"({"query":"health","none":1})";
  CHECK(cartwheel_query(engine, request.data(), request.size(), &answer, &error) == CARTWHEEL_INVALID);
  cartwheel_close(engine, nullptr);
  // query: none: unknown, expected query, customer, …, limit or now
  std::string text = error.message;
  text.erase(0, text.find("expected ") + 9);
  for (std::string_view between : {", ", " or "})
    for (size_t at; (at = text.find(between)) != text.npos;) text.replace(at, between.size(), "\n");
  std::set<std::string> taken;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word);) taken.insert(word);
  CHECK(taken == described);
}
