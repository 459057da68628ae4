// Where readers leave what they found: events that pass the checks of validate.h go to the batch with their warnings,
// problems to the list of rejections, all under the record they belong to.
#pragma once

#include <string_view>
#include <vector>

#include "core/model/event.h"
#include "formats/clocks.h"
#include "formats/findings.h"
#include "formats/problem.h"

namespace cartwheel::formats {

class Sink : public Findings {
 public:
  // `warnings` of accepted events; null: they are not collected. `record` is the place of the first record in the
  // input.
  Sink(const ReadOptions& options_of_call, EventBatch* events, std::vector<Rejection>* rejections,
       std::vector<Warning>* warnings, size_t first)
      : Findings(options_of_call, first), batch_(events), rejected_(rejections), warnings_(warnings) {}

  // Appends the event with what was found in the record, or rejects it.
  void Take(Event* event) { Take(event, Stamps()); }
  void Take(Event* event, const Stamps& stamps);
  void Reject(std::string_view event_id, Problem problem);

 private:
  EventBatch* batch_;
  std::vector<Rejection>* rejected_;
  std::vector<Warning>* warnings_;
};

}  // namespace cartwheel::formats
