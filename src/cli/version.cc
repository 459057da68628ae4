// `cartwheel version`.
#include "cli/args.h"
#include "cli/output.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr std::string_view kVersion = "0.1.0";  // as CMakeLists.txt says; a test compares them

int RunVersion(const Args&) { return Print(fmt::format("cartwheel {}\n", kVersion)); }

}  // namespace

const Command kVersionCommand = {"version", "", "prints the version", "", {"cartwheel version"}, {}, RunVersion};

}  // namespace cartwheel::cli
