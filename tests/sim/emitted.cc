// Events that walks tell, as the judge hears them: from the log, each when it stands there, with its ingest. They are
// events of the customer as those of the shop are, so they move the customer's dedupe window with the clock of the
// worker that wrote them.
#include <algorithm>

#include "base/compress.h"
#include "base/status.h"
#include "core/model/event.h"
#include "fmt/format.h"
#include "tests/sim/world.h"

namespace cartwheel::sim {

void World::HearEmitted() {
  auto head = store(0).Head();
  if (!head.ok()) return observer_.Break("the log: " + StatusText(head.status()));
  if (head->last < heard_until_)
    observer_.Break(fmt::format("acknowledged is durable: the log ends at {}, and went to {} before",
                                head->last.value(), heard_until_.value()));
  while (heard_until_ < head->last) {
    auto rows = store(0).ReadLog(heard_until_, head->last, kHeardTogether);
    if (!rows.ok() || rows->empty()) return observer_.Break("the log: " + StatusText(rows.status()));
    for (const LogRow& row : *rows) {
      std::string bytes;
      if (const absl::Status read = Decompress(row.data, &bytes); !read.ok())
        return observer_.Break("the log: " + StatusText(read));
      EventCursor cursor(bytes);
      Position position = row.first();
      for (Event event; cursor.Next(&event); ++position) {
        // Of one that an erasure has blanked nothing is left to tell.
        const bool named = !event.customer.empty() || !event.anonymous_id.empty();
        if (position <= heard_until_ || event.type_name != kEmittedType || !named) continue;
        ShopEvent told{.id = std::string(event.id), .type = std::string(kEmittedType)};
        told.customer = event.customer;
        told.anonymous_id = event.anonymous_id;
        told.at_ms = event.at_ms;
        observer_.Emitted(told.Heard(row.ingested_at_ms), row.ingested_at_ms);
      }
      heard_until_ = std::max(heard_until_, row.last);
    }
  }
}

}  // namespace cartwheel::sim
