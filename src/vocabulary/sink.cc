#include "vocabulary/sink.h"

#include <utility>

#include "vocabulary/validate.h"

namespace cartwheel::vocabulary {

void Sink::Take(Event* event) {
  Problem problem;
  if (CheckEvent(options, event, &problem)) {
    batch->Append(*event);
  } else {
    Reject(event->id, std::move(problem));
  }
}

void Sink::Reject(std::string_view id, Problem problem) {
  rejected->push_back({record, std::string(id), std::move(problem.code), std::move(problem.message)});
}

}  // namespace cartwheel::vocabulary
