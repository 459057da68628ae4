// `cartwheel audience`: the members of a segment as an advertising platform takes them, of those who agreed to it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "base/new_file.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "core/journey/segments.h"
#include "core/model/customer_row.h"
#include "core/policy/reach.h"
#include "fmt/format.h"
#include "playbook/compile.h"
#ifdef CARTWHEEL_ADAPTERS
#include "adapters/audience.h"
#endif

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kAudienceOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--format", "NAME", "meta, google or kakao", true},
    {"--since", "FILE", "compares with this list of an earlier run"},
    {"--added", "FILE", "with --since: a file for those who have come"},
    {"--removed", "FILE", "with --since: a file for those who have left, withdrawn or were erased"},
};

#ifdef CARTWHEEL_ADAPTERS

constexpr size_t kPage = 20'000;  // customers read at a time

using Lines = std::set<std::string, std::less<>>;

const AudienceFormat* FindAudienceFormat(std::string_view name) {
  for (const AudienceFormat& format : AudienceFormats())
    if (format.name == name) return &format;
  return nullptr;
}

bool IsMember(const Customer& customer, const Playbook& playbook, size_t segment) {
  return customer.segments_version == playbook.segments_version &&
         std::any_of(customer.segments.begin(), customer.segments.end(),
                     [&](const Membership& membership) { return membership.segment == segment; });
}

// The newest address of the first of these media by which the customer's data may be shared.
std::string_view SharedAddress(const Customer& customer, std::initializer_list<ConsentMedium> media,
                               const Playbook& playbook, int64_t now_ms) {
  for (const ConsentMedium medium : media) {
    if (FindReach(customer, medium, ConsentScope::kAudienceShare, playbook, now_ms).reason != Reason::kNone) continue;
    if (const Endpoint* endpoint = FindAddress(customer, medium, playbook.policy)) return endpoint->address;
  }
  return {};
}

struct Audience {
  Lines lines;
  int64_t members = 0;
};

absl::StatusOr<Audience> ReadAudience(Engine& engine, std::string_view name, const AudienceFormat& format) {
  ASSIGN_OR_RETURN(const std::string content, engine.Query({.query = "playbook"}));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Playbook> playbook, CompilePlaybook(content));
  const auto& segments = playbook->segments;
  const auto found = std::find_if(segments.begin(), segments.end(), [&](const Segment& s) { return s.name == name; });
  if (found == segments.end()) return absl::NotFoundError(fmt::format("the playbook has no segment \"{}\"", name));
  const auto place = static_cast<size_t>(found - segments.begin());
  const int64_t now_ms = engine.impl().clock()->NowMs();
  Audience audience;
  Customer customer;
  for (CustomerRow after;;) {
    ASSIGN_OR_RETURN(const std::vector<StoredCustomer> rows, engine.impl().store().Customers(after, kPage));
    if (rows.empty()) return audience;
    for (const StoredCustomer& row : rows) {
      after = row.row;
      if (!DecodeCustomer(row.row, row.data, &customer).ok()) continue;
      if (IsForgotten(customer) || !IsMember(customer, *playbook, place)) continue;
      ++audience.members;
      const std::string_view email = SharedAddress(customer, {ConsentMedium::kEmail}, *playbook, now_ms);
      const std::string_view phone =
          SharedAddress(customer, {ConsentMedium::kSms, ConsentMedium::kKakao}, *playbook, now_ms);
      if (std::string line = AudienceRow(format, email, phone); !line.empty()) audience.lines.insert(std::move(line));
    }
  }
}

absl::StatusOr<Lines> ReadLines(const std::string& path, const AudienceFormat& format) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  std::string_view rest = text;
  if (!rest.starts_with(fmt::format("{}\n", format.header)))
    return absl::InvalidArgumentError(fmt::format("{}: expected a list whose first line is {}", path, format.header));
  Lines lines;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) lines.emplace(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  lines.erase(lines.find(format.header));
  return lines;
}

std::string TextOf(const Lines& lines, const AudienceFormat& format) {
  std::string text = fmt::format("{}\n", format.header);
  for (const std::string& line : lines) text.append(line).append("\n");
  return text;
}

// A new file for its owner alone: it holds what names customers.
absl::Status WriteNew(const std::string& path, std::string_view text) {
  auto failed = [&] { return absl::FailedPreconditionError(fmt::format("{}: {}", path, std::strerror(errno))); };
  const int file = OpenNewFile(path, O_WRONLY | O_CLOEXEC, {});
  if (file < 0) return failed();
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const absl::Status status = failed();
      close(file);
      return status;
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  return close(file) == 0 ? absl::OkStatus() : failed();
}

Lines Without(const Lines& lines, const Lines& others) {
  Lines rest;
  std::set_difference(lines.begin(), lines.end(), others.begin(), others.end(), std::inserter(rest, rest.end()));
  return rest;
}

absl::Status WriteChanges(const Args& args, const AudienceFormat& format, const Lines& now) {
  if (!args.Has("--since")) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Lines before, ReadLines(args.Get("--since"), format));
  const Lines added = Without(now, before), removed = Without(before, now);
  if (args.Has("--added")) RETURN_IF_ERROR(WriteNew(args.Get("--added"), TextOf(added, format)));
  if (args.Has("--removed")) RETURN_IF_ERROR(WriteNew(args.Get("--removed"), TextOf(removed, format)));
  Note(fmt::format("{} added, {} removed since {}", Count(static_cast<int64_t>(added.size())),
                   Count(static_cast<int64_t>(removed.size())), args.Get("--since")));
  return absl::OkStatus();
}

int RunAudience(const Args& args) {
  const AudienceFormat* format = FindAudienceFormat(args.Get("--format"));
  if (format == nullptr)
    return Fail(kUsage, fmt::format("--format is \"{}\", expected meta, google or kakao", args.Get("--format")));
  if (!args.Has("--since") && (args.Has("--added") || args.Has("--removed")))
    return Fail(kUsage, "--added and --removed need --since FILE, the list of an earlier run");
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  absl::StatusOr<Audience> audience = ReadAudience(**engine, args.operand(0), *format);
  if (!audience.ok()) return Fail(audience.status());
  if (absl::Status written = WriteChanges(args, *format, audience->lines); !written.ok()) return Fail(written);
  Note(fmt::format("{} of {} may be shared", Count(static_cast<int64_t>(audience->lines.size())),
                   Plural(audience->members, "member")));
  return Print(TextOf(audience->lines, *format));
}

#else

int RunAudience(const Args&) {
  return Fail(kFailed, "this cartwheel was built without OpenSSL: it makes no audiences");
}

#endif

}  // namespace

const Command kAudienceCommand = {
    "audience",
    "SEGMENT",
    "lists a segment as an advertising platform takes it",
    "Prints the members of a segment who agreed to it (consent of the scope audience_share, by e-mail for mail "
    "addresses,\n"
    "by sms or kakao for telephone numbers), hashed as the platform asks; for kakao telephone numbers as they are. "
    "Keep the\n"
    "list: pass it to the next run with --since, which writes what was added and removed. Upload the removals too.",
    {"cartwheel audience vip --format meta --db shop.db > vip.csv",
     "cartwheel audience vip --format meta --db shop.db --since vip.csv --added add.csv --removed remove.csv > "
     "new.csv"},
    kAudienceOptions,
    RunAudience,
};

}  // namespace cartwheel::cli
