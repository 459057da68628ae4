// Files are read whole; what cannot be read is told by path and reason.
#include "base/read_file.h"

#include <cerrno>
#include <fstream>

#include "base/status.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

using namespace cartwheel;

TEST_CASE("read file: every byte comes, of an empty file none") {
  const TemporaryDirectory directory;
  for (const std::string& text : {std::string(), std::string("a\0b\r\n\xff", 6), std::string(100'000, 'x')}) {
    const std::string path = directory.File(std::to_string(text.size()));
    std::ofstream(path, std::ios::binary) << text;
    errno = EPERM;  // of an earlier call
    const absl::StatusOr<std::string> read = ReadFile(path);
    REQUIRE(read.ok());
    CHECK(*read == text);
  }
}

TEST_CASE("read file: what cannot be read is told by path and reason") {
  const TemporaryDirectory directory;
  absl::StatusOr<std::string> read = ReadFile(directory.File("none"));
  CHECK(absl::IsNotFound(read.status()));
  CHECK(StatusText(read.status()) == directory.File("none") + ": No such file or directory");
  read = ReadFile(directory.path());
  CHECK(absl::IsNotFound(read.status()));
  CHECK(StatusText(read.status()) == directory.path() + ": Is a directory");
}
