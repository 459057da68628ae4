// `cartwheel hold`: keeps messages from leaving, and lets them go again.
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kHoldOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--journey", "NAME", "of this journey; without it of the whole shop"},
    {"--why", "TEXT", "for those who look later; query health shows it"},
};

int RunHold(const Args& args) {
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  const HoldRequest request{
      .action = std::string(args.operand(0)), .journey = args.Get("--journey"), .why = args.Get("--why")};
  if (absl::Status held = (*engine)->Hold(request); !held.ok()) return Fail(held);
  return Print(fmt::format("{}: {}\n", request.journey.empty() ? "the shop" : request.journey, request.action));
}

}  // namespace

const Command kHoldCommand = {
    "hold",
    "ACTION",
    "keeps messages from leaving, and lets them go again",
    "ACTION is one of\n"
    "  quiet    advertisements wait\n"
    "  pause    nothing is sent; what passes its `latest` meanwhile is skipped\n"
    "  drain    no customer enters; those inside go on\n"
    "  stop     those inside leave, and no customer enters\n"
    "  resume   ends it\n"
    "  release  lets go what the guard against surges holds, for a day\n"
    "  adopt    a copy of a database goes on in the place of the other one: see cartwheel adopt\n"
    "It counts for every process from its next claim on, and lasts whatever playbook is loaded.",
    {"cartwheel hold pause --journey cart --db shop.db --why 'wrong price in the text'",
     "cartwheel hold resume --journey cart --db shop.db"},
    kHoldOptions,
    RunHold,
};

}  // namespace cartwheel::cli
