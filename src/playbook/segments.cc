#include "playbook/segments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "base/history.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/journey/past.h"
#include "core/journey/segments.h"
#include "fmt/format.h"
#include "playbook/fields.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kHistoryDefaultMs = 30 * kDayMs;

}  // namespace

int64_t ReadHistory(const JsonNode& root, ErrorList* errors) {
  const JsonNode* node = root.Find("history");
  if (node == nullptr) return kHistoryDefaultMs;
  const int64_t span_ms = ReadSpan(*node, kSecondMs, errors).value_or(kHistoryDefaultMs);
  if (span_ms > kHistoryMaxMs)
    errors->Add(*node, fmt::format("{}: at most {} of the past are kept", Describe(*node), FormatSpan(kHistoryMaxMs)));
  return span_ms;
}

SegmentCompiler::SegmentCompiler(const JsonNode* segments, Languages* languages, ErrorList* errors)
    : languages_(*languages), errors_(errors) {
  if (segments != nullptr && ExpectObject(*segments, errors))
    for (const JsonMember& member : segments->members) entries_.try_emplace(member.key, Entry{&member});
  languages->SetSegments([this](std::string_view name) { return Find(name); });
}

absl::StatusOr<cel::Program> SegmentCompiler::Find(std::string_view name) {
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    std::vector<std::string> names;
    for (const auto& [known, entry] : entries_) names.push_back(known);
    return absl::InvalidArgumentError(fmt::format(
        "unknown segment \"{}\"{}", name,
        names.empty() ? ", there are none here" : fmt::format(", expected one of {}", absl::StrJoin(names, ", "))));
  }
  Entry& entry = found->second;
  if (entry.state == State::kDone) {
    if (!entry.program.ok())
      return absl::InvalidArgumentError(fmt::format("the segment \"{}\" has an error of its own", name));
    return entry.program;
  }
  path_.emplace_back(name);
  if (entry.state == State::kAtWork) {
    const std::string circle = absl::StrJoin(std::find(path_.begin(), path_.end(), name), path_.end(), " -> ");
    path_.pop_back();
    return absl::InvalidArgumentError(fmt::format("segments that ask for each other in a circle: {}", circle));
  }
  if (path_.size() > static_cast<size_t>(kSegmentDepthMax)) {
    path_.pop_back();
    return absl::InvalidArgumentError(
        fmt::format("segments that ask for segments more than {} deep: segment_depth_max", kSegmentDepthMax));
  }
  entry.state = State::kAtWork;
  const JsonNode& node = entry.member->value;
  entry.program =
      node.is_text()
          ? languages_.CompileSegment(node.text)
          : absl::InvalidArgumentError(fmt::format(
                "expected a condition in a text, such as \"customer.orders == 0\", found {}", Describe(node)));
  entry.state = State::kDone;
  path_.pop_back();
  if (!entry.program.ok()) errors_->Add(node, StatusText(entry.program.status()));
  return entry.program;
}

void SegmentCompiler::Compile(Playbook* playbook) {
  if (entries_.size() > kSegmentsMax) {
    errors_->Add(entries_.begin()->second.member->value,
                 fmt::format("{} segments: segments_max is {}", entries_.size(), kSegmentsMax));
    return;
  }
  std::string definitions;
  for (auto& [name, entry] : entries_) {
    if (std::string problem = NameProblem(name); !problem.empty()) errors_->AddKey(*entry.member, problem);
    absl::StatusOr<cel::Program> program = Find(name);
    if (!program.ok()) continue;
    Segment& segment = playbook->segments.emplace_back();
    segment.name = name;
    segment.source = entry.member->value.text;
    const cel::Reads& reads = program->reads();
    segment.parts = PartsOf(reads.names);
    segment.rises = reads.trend.rises;
    segment.falls = reads.trend.falls;
    segment.rises_by_loss = reads.trend.rises_by_loss;
    segment.falls_by_loss = reads.trend.falls_by_loss;
    segment.ages = std::find(reads.ages.begin(), reads.ages.end(), "customer.last_seen") != reads.ages.end();
    for (const cel::HistoryNeed& need : reads.history) segment.types.push_back(TypeFingerprint(need.type));
    segment.condition = Languages::MakeCondition(*std::move(program));
    definitions += fmt::format("{}\n{}\n", segment.name, segment.source);
  }
  // Other days, and another past, are other segments.
  definitions += fmt::format("{}\n{}", playbook->history_ms, playbook->shop);
  playbook->segments_version = entries_.empty() ? 0 : SipDigest(definitions).low | 1;
  IndexSegments(playbook);
}

void PlanHistory(const std::vector<cel::HistoryNeed>& needs, Playbook* playbook) {
  std::map<std::string, KeptHistory> plan;
  for (const cel::HistoryNeed& need : needs) {
    KeptHistory& wanted = plan[need.type];
    wanted.type = TypeFingerprint(need.type);
    wanted.everything |= need.everything;
    wanted.properties.insert(wanted.properties.end(), need.properties.begin(), need.properties.end());
  }
  std::string text;
  for (auto& [name, wanted] : plan) {
    std::sort(wanted.properties.begin(), wanted.properties.end());
    wanted.properties.erase(std::unique(wanted.properties.begin(), wanted.properties.end()), wanted.properties.end());
    text += fmt::format("{}\t{}\t{}\n", name, wanted.everything, absl::StrJoin(wanted.properties, "\t"));
    const EventType type = FindEventType(name);
    if (type == EventType::kCustom)
      playbook->custom_history[name] = std::move(wanted);
    else
      playbook->history[type] = std::move(wanted);
  }
  playbook->history_version = plan.empty() ? 0 : SipDigest(fmt::format("{}{}", text, playbook->history_ms)).low | 1;
}

absl::Status CheckKept(const cel::HistoryNeed& need, const Playbook& playbook) {
  const KeptHistory* kept = FindKeptHistory(playbook, FindEventType(need.type), need.type);
  if (kept == nullptr)
    return absl::InvalidArgumentError(
        fmt::format("1:1: of the past no \"{}\" is kept: what a playbook's own conditions ask for is", need.type));
  for (const std::string& property : need.properties)
    if (!kept->everything &&
        std::find(kept->properties.begin(), kept->properties.end(), property) == kept->properties.end())
      return absl::InvalidArgumentError(
          fmt::format("1:1: of past \"{}\" events no \"{}\" is kept: what a playbook's own conditions ask for is",
                      need.type, property));
  if (need.everything && !kept->everything)
    return absl::InvalidArgumentError(fmt::format(
        "1:1: of past \"{}\" events not everything is kept: what a playbook's own conditions ask for is", need.type));
  return absl::OkStatus();
}

}  // namespace cartwheel::playbook
