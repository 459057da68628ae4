// `cartwheel adopt`: a copy of a database becomes the one that sends.
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

int RunAdopt(const Args& args) {
  const std::string& path = args.operand(0);
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(path);
  if (!engine.ok()) return Fail(engine.status());
  absl::StatusOr<StoreStatus> status = (*engine)->impl().store().Status();
  if (!status.ok()) return Fail(status.status());
  if (!status->copied) return Print(fmt::format("{} is at home here already\n", path));
  if (absl::Status adopted = (*engine)->Hold({.action = "adopt"}); !adopted.ok()) return Fail(adopted);
  int64_t waiting = 0;
  for (const StoreStatus::Channel& channel : status->channels) waiting += channel.waiting;
  return Print(
      fmt::format("{} is at home here from now on: {} in its outbox may leave\n", path, Plural(waiting, "message")));
}

}  // namespace

const Command kAdoptCommand = {
    "adopt",
    "FILE",
    "lets a copy of a database send in the place of the other one",
    "A database that was copied, or moved to another machine or file system, hands out no advertisement: two files "
    "that\n"
    "both send would send everything twice. First end whatever sends from the other one; what that handed out after "
    "the\n"
    "copy was made, this one would send again. A backup is made a database by cartwheel restore, which heeds that.\n"
    "Transactional messages leave in any case. CARTWHEEL_DEPLOYMENT names the deployment, for containers.",
    {"cartwheel adopt shop.db"},
    {},
    RunAdopt,
};

}  // namespace cartwheel::cli
