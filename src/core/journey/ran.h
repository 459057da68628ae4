// What came of a step that was due, and how the trail tells of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct Ran {
  enum class Kind : uint8_t { kDone, kNotYet, kEnds } kind = Kind::kDone;  // kNotYet: the enrolment's wake_at_ms
  uint32_t next = 0;                                                       // kDone: the step after it

  static Ran To(uint32_t next) { return {Kind::kDone, next}; }
  static Ran NotYet() { return {Kind::kNotYet}; }
  static Ran Ends() { return {Kind::kEnds}; }
};

// Writes the way that the walk takes from the step at its position, and counts it.
void NoteWay(const Enrolment& enrolment, const Journey& journey, std::string_view way, int64_t now_ms,
             Effects& effects);
// Writes that the step at its position does nothing, and counts it.
void NoteSkipped(const Enrolment& enrolment, const Journey& journey, Reason reason, int64_t now_ms, Effects& effects,
                 std::string detail = {});

}  // namespace cartwheel
