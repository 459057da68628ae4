// Where readers leave what they found: events that pass the checks of validate.h go to the batch, problems to the list
// of rejections, both under the record they belong to.
#pragma once

#include <string_view>
#include <vector>

#include "core/event.h"
#include "vocabulary/problem.h"
#include "vocabulary/vocabulary.h"

namespace cartwheel::vocabulary {

struct Sink {
  const ReadOptions& options;
  EventBatch* batch;
  std::vector<Rejection>* rejected;
  size_t record = 0;  // the place of the record being read

  void Take(Event* event);
  void Reject(std::string_view id, Problem problem);
};

}  // namespace cartwheel::vocabulary
