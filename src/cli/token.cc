// `cartwheel token`: makes a key for the tokens of opt-out links, and says what a token is.
#include "core/policy/token.h"

#include <string>

#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kTokenOptions[] = {
    {"--db", "FILE", "of read: the database"},
};

int MakeKey() {
  const std::string key = MakeTokenKey();
  fmt::print(stderr,
             "Set it for every process that sends or hears of withdrawals, and keep it where the shop keeps its "
             "passwords:\n"
             "  CARTWHEEL_TOKEN_KEY=KEY                  of this program's worker, ingest and token read\n"
             "  token_key, tokenKey                      an option of the engine in every language\n"
             "A new key goes before the old ones, each with its version: 2:NEW,1:OLD. Keep the old ones: the law asks\n"
             "for an opt-out that always works.\n");
  return Print(key + "\n");
}

int ReadOne(const Args& args) {
  if (args.operands() < 2) return Fail(kUsage, "token read: expected the token, as it stands in the link");
  if (args.Get("--db").empty()) return Fail(kUsage, "token read: expected --db FILE");
  Options options;
  options.token_key = TokenKeyOfEnvironment();
  if (options.token_key.empty())
    return Fail(kUsage, "token read: expected the key with which it was made in CARTWHEEL_TOKEN_KEY");
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"), options);
  if (!engine.ok()) return Fail(engine.status());
  absl::StatusOr<std::string> answer = (*engine)->Query({.query = "token", .token = args.operand(1)});
  if (!answer.ok()) return Fail(answer.status());
  return Print(*answer + "\n");
}

int RunToken(const Args& args) {
  const std::string& action = args.operand(0);
  if (action == "new") return args.operands() == 1 ? MakeKey() : Fail(kUsage, "token new: expected nothing after it");
  if (action == "read") return ReadOne(args);
  return Fail(kUsage, fmt::format("token: \"{}\" is no action, expected new or read TOKEN", action));
}

}  // namespace

const Command kTokenCommand = {
    "token",
    "ACTION [TOKEN]",
    "makes a key for the tokens of opt-out links, or says what a token is",
    "ACTION is new or read.\n"
    "new prints a key: 64 hexadecimal digits from the system's random numbers.\n"
    "read says of a token what it is of, when it was made, whether its customer is known and has withdrawn, and the\n"
    "message it stood in. It changes nothing. The key is that of CARTWHEEL_TOKEN_KEY.",
    {"cartwheel token new", "cartwheel token read AQEC... --db shop.db"},
    kTokenOptions,
    RunToken,
};

}  // namespace cartwheel::cli
