// `cartwheel vapid`: makes the key with which push services know the shop, and says its public half.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "base/new_file.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "fmt/format.h"
#ifdef CARTWHEEL_ADAPTERS
#include "adapters/crypto.h"
#include "adapters/vapid.h"
#endif

namespace cartwheel::cli {
namespace {

#ifdef CARTWHEEL_ADAPTERS

constexpr std::string_view kHint =
    "The page subscribes with this public key: applicationServerKey. In channels.json:\n"
    R"(  {{"channels": {{"web_push": {{"kind": "web_push", "subject": "mailto:push@shop.example", "private_key": {{"file": "{}"}}}}}}}})"
    "\nKeep the file: subscriptions that were made with this key take no messages of another.\n";

int MakeNew(const std::string& path) {
  const SigningKey key = SigningKey::MakeP256();
  const int file = OpenNewFile(path, O_WRONLY, FileAccess());
  if (file < 0)
    return Fail(kFailed, fmt::format("{}: {}; expected a file that is not there yet", path, strerror(errno)));
  const std::string text = EncodeBase64Url(key.Scalar()) + "\n";
  const bool whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  if (close(file) != 0 || !whole) {
    unlink(path.c_str());
    return Fail(kFailed, fmt::format("{}: expected room to write", path));
  }
  fmt::print(stderr, kHint, path);
  return Print(EncodeBase64Url(key.PublicPoint()) + "\n");
}

int Show(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(kFailed, fmt::format("{}: expected a file that can be read", path));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (text.ends_with('\n')) text.pop_back();
  const auto key = ReadVapidKey(text);
  if (!key.ok()) return Fail(kFailed, fmt::format("{}: {}", path, StatusText(key.status())));
  return Print(EncodeBase64Url(key->PublicPoint()) + "\n");
}

int RunVapid(const Args& args) {
  const std::string& action = args.operand(0);
  if (action == "new") return MakeNew(args.operand(1));
  if (action == "show") return Show(args.operand(1));
  return Fail(kUsage, fmt::format("vapid: \"{}\" is no action, expected new or show", action));
}

#else

int RunVapid(const Args&) { return Fail(kFailed, "vapid: built without OpenSSL, so without channels"); }

#endif

}  // namespace

const Command kVapidCommand = {
    "vapid",
    "ACTION FILE",
    "makes the key of web push, or says its public half",
    "ACTION is new or show.\n"
    "new writes a private key (P-256, base64url) to FILE, which only its owner may read, and prints the public one.\n"
    "show prints the public key of a FILE, also of one in PEM.",
    {"cartwheel vapid new vapid.key", "cartwheel vapid show vapid.key"},
    {},
    RunVapid,
};

}  // namespace cartwheel::cli
