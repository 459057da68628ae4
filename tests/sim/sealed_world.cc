// A world whose database is sealed at rest: its answers are judged as those of any other, its files are copied back and
// its key is exchanged on the way, and at the end nothing personal is found in them.
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/compress.h"
#include "base/status.h"
#include "core/model/customer_row.h"
#include "fmt/format.h"
#include "store/sealed/key_file.h"
#include "store/sealed/sealed_store.h"
#include "tests/sim/world.h"

namespace cartwheel::sim {
namespace {

// Addresses as they are written, and what WithSecret adds.
constexpr std::string_view kSecrets[] = {"010-1234-000", "0101234000", "@x.kr", "@X.kr", "secret of"};
constexpr std::string_view kAttribute = "user_agent";

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Every column of every row of a database, as it stands and unpacked.
std::string ReadRows(const std::string& path) {
  std::string all;
  sqlite3* database = nullptr;
  std::vector<std::string> tables;
  auto take = [](void* out, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(out)->push_back(values[0]);
    return 0;
  };
  if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK)
    sqlite3_exec(database, "SELECT name FROM sqlite_schema WHERE type = 'table'", take, &tables, nullptr);
  for (const std::string& table : tables) {
    sqlite3_stmt* rows = nullptr;
    if (sqlite3_prepare_v2(database, ("SELECT * FROM " + table).c_str(), -1, &rows, nullptr) != SQLITE_OK) continue;
    while (sqlite3_step(rows) == SQLITE_ROW)
      for (int column = 0; column < sqlite3_column_count(rows); ++column) {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(rows, column));
        if (bytes == nullptr) continue;
        const std::string text(bytes, static_cast<size_t>(sqlite3_column_bytes(rows, column)));
        all += text + "\n";
        if (const absl::StatusOr<std::string> unpacked = Decompress(text); unpacked.ok()) all += *unpacked + "\n";
      }
    sqlite3_finalize(rows);
  }
  sqlite3_close(database);
  return all;
}

}  // namespace

// Not of events that put something into a cart: what its lines say is not sealed.
std::string World::WithSecret(const ShopEvent& event) {
  std::string json = event.Json();
  if (!event.products.empty() || event.type.starts_with("cart_")) return json;
  constexpr std::string_view kProperties = R"("properties":{)";
  const size_t at = json.rfind(kProperties) + kProperties.size();
  return json.insert(at,
                     fmt::format(R"("{}":"secret of {}"{})", kAttribute, event.customer, json[at] == '}' ? "" : ","));
}

void World::RestartAll() {
  for (int i = 0; i < nature_.engines; ++i) dead_.push_back(std::move(engines_[i]));
  for (int i = 0; i < nature_.engines; ++i) engines_[i] = Open(i);
}

void World::Restore() {
  Note("the database and its keys are put back from copies of now");
  const std::string path = folder_ + "/cartwheel.db", copy = folder_ + "/copy.db";
  const absl::Status copied = store(0).Backup(copy);
  if (!copied.ok()) return observer_.Break("backup: " + StatusText(copied));
  const absl::Status keys = KeyFile::Copy(KeyFilePath(path), KeyFilePath(copy));
  if (!keys.ok() && !absl::IsNotFound(keys)) return observer_.Break("copy of the keys: " + StatusText(keys));
  for (int i = 0; i < nature_.engines; ++i) dead_.push_back(std::move(engines_[i]));
  for (const std::string& file : {path, KeyFilePath(path)})
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
  std::filesystem::rename(copy, path);
  if (keys.ok()) std::filesystem::rename(KeyFilePath(copy), KeyFilePath(path));
  engines_[0] = Open(0);
  const absl::Status adopted = store(0).Adopt();
  if (!adopted.ok()) observer_.Break("adopt: " + StatusText(adopted));
  for (int i = 1; i < nature_.engines; ++i) engines_[i] = Open(i);
}

void World::RotateKey() {
  const std::string key(64, static_cast<char>('a' + ++rotations_ % 6));
  Note("the shop's key is exchanged");
  const absl::Status rotated = store(0).RotateSealKey(key);
  if (!rotated.ok()) return observer_.Break("rotate: " + StatusText(rotated));
  options_.seal_key = key;
  RestartAll();
}

void World::CheckSealed() {
  auto rows = store(0).Customers(CustomerRow(0), kOutboxMax);
  if (!rows.ok()) return observer_.Break("customers: " + StatusText(rows.status()));
  for (const StoredCustomer& row : *rows) {
    auto customer = DecodeCustomer(row.row, row.data);
    if (!customer.ok()) return observer_.Break(StatusText(customer.status()));
    if (customer->anonymous || !identified_.contains(customer->id) || erased_.contains(customer->id)) continue;
    if (customer->attributes.Find(kAttribute).text().empty())
      observer_.Break(fmt::format("what {} told of itself is not there", customer->id));
  }
  const auto status = store(0).Status();
  if (!status.ok() || status->lost_customers + status->lost_events > 0) observer_.Break("a key is lost");
  const auto damage = store(0).FindDamage();
  if (!damage.ok() || !damage->empty())
    observer_.Break("damage: " + (damage.ok() ? *damage : StatusText(damage.status())));
  auto look = [&](const std::string& bytes, const std::string& where) {
    for (const std::string_view secret : kSecrets)
      if (bytes.find(secret) != bytes.npos) observer_.Break(fmt::format("{} is found in {}", secret, where));
  };
  for (const auto& file : std::filesystem::directory_iterator(folder_))
    look(ReadAll(file.path()), file.path().string());
  look(ReadRows(folder_ + "/cartwheel.db"), "the rows");
}

}  // namespace cartwheel::sim
