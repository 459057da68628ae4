#include "core/journey/marks.h"

#include <algorithm>

#include "core/journey/enrolment.h"

namespace cartwheel {
namespace {

constexpr size_t kMarksMax = 64;  // of one customer; the oldest is forgotten first

}  // namespace

bool WasExitedBefore(const std::vector<JourneyMark>& exits, const Journey& journey, std::string_view key,
                     bool about_a_cart, int64_t at_ms) {
  uint64_t fingerprint = KeyFingerprint(key);
  return std::any_of(exits.begin(), exits.end(), [&](const JourneyMark& mark) {
    return mark.journey == journey.fingerprint && (mark.key == 0 || mark.key == fingerprint || !about_a_cart) &&
           at_ms <= mark.at_ms;
  });
}

JourneyMark& RecordMark(std::vector<JourneyMark>& marks, uint64_t journey, uint64_t key, int64_t at_ms) {
  for (JourneyMark& mark : marks) {
    if (mark.journey != journey || mark.key != key) continue;
    mark.at_ms = std::max(mark.at_ms, at_ms);
    return mark;
  }
  if (marks.size() >= kMarksMax)
    marks.erase(std::min_element(marks.begin(), marks.end(),
                                 [](const JourneyMark& a, const JourneyMark& b) { return a.at_ms < b.at_ms; }));
  return marks.emplace_back(JourneyMark{journey, key, at_ms});
}

void RecordEnd(Customer& customer, const Enrolment& enrolment, const Journey& journey, int64_t at_ms) {
  if (journey.duty != Duty::kNone) return;  // what was told before says nothing of the next one
  JourneyMark& mark = RecordMark(customer.ends, journey.fingerprint, KeyFingerprint(enrolment.key), at_ms);
  mark.message_at_ms = std::max(mark.message_at_ms, enrolment.last_message_at_ms);
}

}  // namespace cartwheel
