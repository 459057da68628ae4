#include "engine/common/trail.h"

#include <algorithm>

#include "base/codec.h"
#include "base/status.h"

namespace cartwheel {
namespace {

constexpr int kSlotBits = 16;  // a link is the row's number and the entry's place in it

}  // namespace

DecisionLink TrailWriter::Add(DecisionLink previous, DecisionLink merged, const std::vector<Decision>& decisions) {
  std::string encoded;
  for (const Decision& decision : decisions) EncodeDecision(decision, &encoded);
  ByteWriter writer(&data_);
  writer.Signed(previous.value());
  writer.Signed(merged.value());
  writer.Text(encoded);
  return DecisionLink((id_.value() << kSlotBits) | entries_++);
}

DecisionId TrailRowOf(DecisionLink link) { return DecisionId(link.value() >> kSlotBits); }

absl::StatusOr<TrailLinks> BlankEntry(DecisionLink link, std::string& data) {
  TrailLinks found;
  std::string blanked;
  ByteReader reader(data);
  ByteWriter writer(&blanked);
  for (int64_t slot = link.value() & ((1 << kSlotBits) - 1); reader.ok() && !reader.at_end(); --slot) {
    const TrailLinks links{DecisionLink(reader.Signed()), DecisionLink(reader.Signed())};
    const std::string_view decisions = reader.Text();
    if (slot == 0) found = links;
    writer.Signed(links.previous.value());
    writer.Signed(links.merged.value());
    writer.Text(slot == 0 ? std::string_view() : decisions);
  }
  if (!reader.ok()) return absl::DataLossError("a row of the trail is damaged");
  data = std::move(blanked);
  return found;
}

absl::StatusOr<std::vector<Decision>> ReadTrail(ReadStore& store, DecisionLink newest, size_t limit) {
  std::vector<std::vector<Decision>> entries;  // newest first
  size_t read = 0;
  std::vector<int64_t> links{newest.value()};
  while (!links.empty() && read < limit) {
    const int64_t link = links.back();
    links.pop_back();
    if (link == 0) continue;
    ASSIGN_OR_RETURN(std::optional<DecisionRow> row, store.Decision(TrailRowOf(DecisionLink(link))));
    if (!row) continue;
    ByteReader reader(row->data);
    for (int64_t slot = link & ((1 << kSlotBits) - 1); slot > 0; --slot) {
      reader.Signed();
      reader.Signed();
      reader.Text();
    }
    links.push_back(reader.Signed());
    links.push_back(reader.Signed());
    entries.push_back(DecodeDecisions(reader.Text()));
    read += entries.back().size();
  }
  std::vector<Decision> trail;
  trail.reserve(read);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
    for (Decision& decision : *entry) trail.push_back(std::move(decision));
  std::stable_sort(trail.begin(), trail.end(), [](const Decision& a, const Decision& b) { return a.at_ms < b.at_ms; });
  return trail;
}

}  // namespace cartwheel
