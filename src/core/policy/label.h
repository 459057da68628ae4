// The label of an advertisement: what is put to its texts, or must stand in them, when they are composed and before
// they are measured. Pure.
//
// "add" (the default of a playbook) completes what a template lacks, each part once: a text that has the label, the
// name or the opt-out already keeps its own. "require" refuses what is not complete. Both refuse a false label
// (label_marks.h), a label that is not at the start, and a free number that is not the shop's or not the last text: to
// add another would double it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "core/model/playbook.h"
#include "core/policy/label_marks.h"
#include "core/policy/label_table.h"

namespace cartwheel {

enum class LabelMode : uint8_t { kAdd, kRequire };

// The labels of one medium under one or more packs; made once for a playbook.
struct LabelPlan {
  LabelMode mode = LabelMode::kAdd;
  LabelFacts facts;
  std::vector<LabelRow> rows;  // of the medium
  bool needs_place = false;    // a message without a field for the label must not leave
};

// The plan of a medium; of several packs ("unknown") all that any of them asks. Facts come as MissingForLabel accepts
// them; a part whose fact is empty is missing in every message.
LabelPlan MakeLabelPlan(absl::Span<const std::string_view> packs, std::string_view medium, const LabelFacts& facts,
                        LabelMode mode);

// What a field of a content has to say, start and end.
struct LabelParts {
  uint16_t start = 0, end = 0;
  std::string_view rule;
};
LabelParts PartsOf(const LabelPlan& plan, const Content& content, std::string_view field);

// Labels the text of a field from `start` of *out on. `token` is the opt-out token of the message, for links; empty in
// previews. FailedPrecondition, `no_label: sms.text: KR-05: …`, when it cannot leave so.
absl::Status ApplyLabel(const LabelPlan& plan, const LabelParts& parts, const Content& content,
                        const MediumField& field, std::string_view token, size_t start, std::string* out);

// The opt-out link of a message: its token in the place for it, else as the parameter t.
std::string OptOutLink(std::string_view link, std::string_view token);

}  // namespace cartwheel
