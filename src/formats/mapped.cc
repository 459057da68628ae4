// Reads records by a mapping: what it makes of one goes through the reader of native events, under the foreign record's
// place.
#include <algorithm>

#include "formats/mapper.h"
#include "formats/readers.h"
#include "formats/records.h"

namespace cartwheel::formats {

void ReadMapped(const Mapping& mapping, std::string_view input, Sink* sink) {
  Mapper mapper(mapping);
  RecordSplitter records(input);
  std::vector<MappedEvent> events;
  std::vector<Problem> problems;
  for (std::string_view record; records.Next(&record); ++sink->record) {
    events.clear();
    problems.clear();
    mapper.Map(record, &events, &problems);
    const size_t place = sink->record;
    for (MappedEvent& event : events) {
      // A line end that was copied, between values or raw in a text, would make it two records.
      std::replace_if(
          event.json.begin(), event.json.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
      ReadNative(event.json, nullptr, sink);
      sink->record = place;  // the native reader counts its own
    }
    for (Problem& problem : problems) sink->Reject({}, std::move(problem));
  }
}

}  // namespace cartwheel::formats
