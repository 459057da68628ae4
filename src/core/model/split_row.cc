#include "core/model/split_row.h"

#include "absl/status/status.h"
#include "base/codec.h"
#include "fmt/format.h"

namespace cartwheel {

CustomerForm FormOf(std::string_view row) {
  return row.empty() ? CustomerForm::kPlain : static_cast<CustomerForm>(static_cast<uint8_t>(row.front()) & kFormBits);
}

bool HasPersonalPart(std::string_view row) {
  SplitRow split;
  return FormOf(row) == CustomerForm::kSplit && ReadSplitRow(row, &split).ok() && !split.personal.empty();
}

absl::Status ReadSplitRow(std::string_view row, SplitRow* split) {
  ByteReader reader(row);
  split->version = static_cast<uint8_t>(reader.Byte() & ~kFormBits);
  split->clear = reader.Text();
  split->personal = reader.Text();
  split->lost.resize(reader.Count());
  for (std::string_view& part : split->lost) part = reader.Text();
  if (reader.ok() && reader.at_end()) return absl::OkStatus();
  return absl::DataLossError(fmt::format("{} bytes that are no split row of a customer", row.size()));
}

void WriteSplitRow(CustomerForm form, const SplitRow& split, std::string* out) {
  out->clear();
  ByteWriter writer(out);
  writer.Byte(static_cast<uint8_t>(static_cast<uint8_t>(form) | split.version));
  writer.Text(split.clear);
  writer.Text(split.personal);
  writer.Varint(split.lost.size());
  for (const std::string_view part : split.lost) writer.Text(part);
}

}  // namespace cartwheel
