#include "store/sqlite/redo.h"

#include <algorithm>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/codec.h"
#include "base/compress.h"
#include "base/status.h"
#include "core/model/row_sections.h"
#include "fmt/format.h"
#include "store/sqlite/customers.h"

namespace cartwheel {
namespace {

// All by the primary key.
constexpr char kAdd[] = "INSERT INTO redo(id, customers, aliases, data) VALUES(?1, ?2, ?3, ?4)";
constexpr char kDrop[] = "DELETE FROM redo WHERE id = ?1";
constexpr char kRange[] = "SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM redo";
constexpr char kBehind[] = "SELECT id, customers, data, aliases FROM redo WHERE id > ?1 ORDER BY id";
constexpr char kReadWritten[] =
    "SELECT customers_written, customers_round, customers_to, aliases_written, aliases_round, aliases_to FROM fold "
    "WHERE id = 1";
constexpr char kSaveWritten[] =
    "UPDATE fold SET customers_written = ?1, customers_round = ?2, customers_to = ?3, aliases_written = ?4, "
    "aliases_round = ?5, "
    "aliases_to = ?6 WHERE id = 1";
// These read no page of `data`.
constexpr char kNames[] = "SELECT id, customers FROM redo ORDER BY id";
constexpr char kAliases[] = "SELECT id, aliases FROM redo ORDER BY id";
constexpr char kData[] = "SELECT id, customers, data FROM redo WHERE id = ?1";
constexpr char kRowsBehind[] = "SELECT id FROM customer WHERE id > ?1 ORDER BY id LIMIT ?2";

// How a customer stands in `data`.
enum class RowForm : uint8_t { kWhole, kChange };

absl::Status Damaged(int64_t id) { return absl::DataLossError(fmt::format("redo row {} is damaged", id)); }

// `customers`: the rows' numbers, each as its distance from the one before.
absl::StatusOr<std::vector<CustomerRow>> Numbers(int64_t id, std::string_view customers) {
  std::vector<CustomerRow> numbers;
  int64_t last = 0;
  ByteReader reader(customers);
  while (!reader.at_end()) numbers.emplace_back(last += static_cast<int64_t>(reader.Varint()));
  if (!reader.ok()) return Damaged(id);
  return numbers;
}

// Puts the customers of the row that the statement stands on into `states`; of those that `wanted(row)` names.
template <typename States, typename Wanted>
absl::Status Unpack(const Statement& row, States& states, Wanted&& wanted) {
  ASSIGN_OR_RETURN(std::vector<CustomerRow> numbers, Numbers(row.Integer(0), row.Bytes(1)));
  ASSIGN_OR_RETURN(std::string data, Decompress(row.Bytes(2)));
  ByteReader reader(data);
  for (CustomerRow number : numbers) {
    const auto kind = static_cast<RowForm>(reader.Byte());
    std::string_view bytes = reader.Text();
    if (!reader.ok() || kind > RowForm::kChange) return Damaged(row.Integer(0));
    if (!wanted(number)) continue;
    if (kind == RowForm::kWhole) {
      states[number] = bytes;
    } else if (auto state = states.find(number); state != states.end()) {
      std::string changed;
      if (!ApplyRowChange(state->second, bytes, &changed)) return Damaged(row.Integer(0));
      state->second = std::move(changed);
    }
  }
  return reader.at_end() ? absl::OkStatus() : Damaged(row.Integer(0));
}

// `take(key, customer)` for each key that a fold changed.
template <typename Take>
absl::Status UnpackAliases(int64_t id, std::string_view aliases, Take&& take) {
  ByteReader reader(aliases);
  while (reader.ok() && !reader.at_end()) {
    std::string_view key = reader.Text();
    const CustomerRow customer(reader.Signed());
    if (reader.ok()) take(key, customer);
  }
  return reader.ok() ? absl::OkStatus() : Damaged(id);
}

}  // namespace

absl::Status WriteRedo(Connection& connection, int64_t id, absl::Span<StoredCustomer* const> customers,
                       absl::FunctionRef<std::string_view(CustomerRow)> before,
                       absl::Span<FoldWrite::Alias* const> aliases, RedoRoom& room) {
  std::string names, keys;
  room.data.clear();
  ByteWriter name(&names), key(&keys), writer(&room.data);
  CustomerRow last;
  for (const StoredCustomer* customer : customers) {
    name.Varint(static_cast<uint64_t>(customer->row.value() - last.value()));
    last = customer->row;
    room.change.clear();
    const bool changes = WriteRowChange(before(last), customer->data, &room.change);
    writer.Byte(static_cast<uint8_t>(changes ? RowForm::kChange : RowForm::kWhole));
    writer.Text(changes ? room.change : customer->data);
  }
  for (const FoldWrite::Alias* alias : aliases) {
    key.Text(alias->key);
    key.Signed(alias->customer.value());
  }
  CompressQuickly(room.data, &room.packed);
  ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAdd));
  return add.Run(id, Blob{names}, Blob{keys}, Blob{room.packed});
}

absl::Status DropRedo(Connection& connection, int64_t id) {
  ASSIGN_OR_RETURN(Statement drop, connection.Prepare(kDrop));
  return drop.Run(id);
}

absl::StatusOr<RedoRange> ReadRedoRange(Connection& connection) {
  ASSIGN_OR_RETURN(Statement range, connection.Prepare(kRange));
  RETURN_IF_ERROR(range.First().status());
  return RedoRange{.oldest = range.Integer(0), .newest = range.Integer(1)};
}

absl::StatusOr<Written> ReadWritten(Connection& connection) {
  ASSIGN_OR_RETURN(Statement read, connection.Prepare(kReadWritten));
  RETURN_IF_ERROR(read.First().status());
  return Written{.customers = {read.Integer(0), read.Integer(1), CustomerRow(read.Integer(2))},
                 .aliases = {read.Integer(3), read.Integer(4), read.Bytes(5)}};
}

absl::Status SaveWritten(Connection& connection, const Written& written) {
  ASSIGN_OR_RETURN(Statement save, connection.Prepare(kSaveWritten));
  const auto& [customers, aliases] = written;
  return save.Run(customers.written, customers.round, customers.to, aliases.written, aliases.round, Blob{aliases.to});
}

absl::Status ReplayRedo(Connection& connection, const Written& written,
                        absl::flat_hash_map<CustomerRow, std::string>& customers,
                        absl::flat_hash_map<std::string, CustomerRow>& aliases) {
  ASSIGN_OR_RETURN(Statement behind, connection.Prepare(kBehind));
  ASSIGN_OR_RETURN(bool found, behind.First(std::min(written.customers.written, written.aliases.written)));
  while (found) {
    const int64_t id = behind.Integer(0);
    RETURN_IF_ERROR(Unpack(behind, customers, [&](CustomerRow row) { return !written.customers.Has(id, row); }));
    RETURN_IF_ERROR(UnpackAliases(id, behind.Bytes(3), [&](std::string_view key, CustomerRow customer) {
      if (!written.aliases.Has(id, key)) aliases[std::string(key)] = customer;
    }));
    ASSIGN_OR_RETURN(found, behind.Step());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> NewestCustomers(Connection& connection, absl::Span<const CustomerRow> rows) {
  ASSIGN_OR_RETURN(std::vector<std::string> newest, LoadCustomers(connection, rows));
  const absl::flat_hash_set<CustomerRow> wanted(rows.begin(), rows.end());
  auto is_wanted = [&](CustomerRow row) { return wanted.contains(row); };
  absl::flat_hash_map<CustomerRow, std::string> states;
  ASSIGN_OR_RETURN(Statement names, connection.Prepare(kNames));
  ASSIGN_OR_RETURN(Statement data, connection.Prepare(kData));
  ASSIGN_OR_RETURN(bool found, names.First());
  while (found) {
    ASSIGN_OR_RETURN(std::vector<CustomerRow> numbers, Numbers(names.Integer(0), names.Bytes(1)));
    if (std::any_of(numbers.begin(), numbers.end(), is_wanted)) {
      RETURN_IF_ERROR(data.First(names.Integer(0)).status());
      RETURN_IF_ERROR(Unpack(data, states, is_wanted));
    }
    ASSIGN_OR_RETURN(found, names.Step());
  }
  for (size_t i = 0; i < rows.size(); ++i)
    if (auto state = states.find(rows[i]); state != states.end()) newest[i] = state->second;
  return newest;
}

absl::StatusOr<std::vector<CustomerRow>> NewestAliases(Connection& connection, absl::Span<const std::string> keys) {
  ASSIGN_OR_RETURN(std::vector<CustomerRow> newest, ResolveKeys(connection, keys));
  absl::flat_hash_map<std::string_view, size_t> wanted;
  for (size_t i = 0; i < keys.size(); ++i) wanted.emplace(keys[i], i);
  ASSIGN_OR_RETURN(Statement aliases, connection.Prepare(kAliases));
  ASSIGN_OR_RETURN(bool found, aliases.First());
  while (found) {
    RETURN_IF_ERROR(
        UnpackAliases(aliases.Integer(0), aliases.Bytes(1), [&](std::string_view key, CustomerRow customer) {
          if (auto want = wanted.find(key); want != wanted.end()) newest[want->second] = customer;
        }));
    ASSIGN_OR_RETURN(found, aliases.Step());
  }
  for (size_t i = 0; i < keys.size(); ++i) newest[i] = newest[wanted[keys[i]]];  // a key that was asked for twice
  return newest;
}

absl::StatusOr<std::vector<StoredCustomer>> ListCustomers(Connection& connection, CustomerRow after_row, size_t limit) {
  std::vector<StoredCustomer> customers;
  while (customers.empty()) {
    absl::btree_set<CustomerRow> rows;
    {
      ASSIGN_OR_RETURN(Statement behind, connection.Prepare(kRowsBehind));
      ASSIGN_OR_RETURN(bool found, behind.First(after_row, static_cast<int64_t>(limit)));
      while (found) {
        rows.emplace(behind.Integer(0));
        ASSIGN_OR_RETURN(found, behind.Step());
      }
    }
    {
      ASSIGN_OR_RETURN(Statement names, connection.Prepare(kNames));
      ASSIGN_OR_RETURN(bool found, names.First());
      while (found) {
        ASSIGN_OR_RETURN(std::vector<CustomerRow> numbers, Numbers(names.Integer(0), names.Bytes(1)));
        rows.insert(std::upper_bound(numbers.begin(), numbers.end(), after_row), numbers.end());
        ASSIGN_OR_RETURN(found, names.Step());
      }
    }
    if (rows.empty()) break;
    std::vector<CustomerRow> page(rows.begin(), rows.end());
    if (page.size() > limit) page.resize(limit);
    after_row = page.back();
    ASSIGN_OR_RETURN(std::vector<std::string> newest, NewestCustomers(connection, page));
    for (size_t i = 0; i < page.size(); ++i)
      if (!newest[i].empty()) customers.push_back({.row = page[i], .data = std::move(newest[i])});
  }
  return customers;
}

}  // namespace cartwheel
