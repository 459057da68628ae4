// Who may read the file of a database: only its owner, whatever the umask, unless the host says otherwise; and
// what is said to those who may not.
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>

#include "base/new_file.h"
#include "base/status.h"
#include "cartwheel/channels.h"
#include "store/sqlite/database_file.h"
#include "tests/unit/store/sqlite_support.h"

namespace cartwheel {
namespace {

constexpr uid_t kStranger = 65'534;
constexpr gid_t kFolderGroup = 4'321;  // of no user

int ModeOf(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 ? static_cast<int>(about.st_mode & 07777) : -1;
}
gid_t GroupOf(const std::string& path) {
  struct stat about {};
  REQUIRE(stat(path.c_str(), &about) == 0);
  return about.st_gid;
}

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(umask(mask)) {}
  ~Umask() { umask(before_); }

 private:
  mode_t before_;
};

LogRow OneEvent() { return {.count = 1, .data = "x"}; }

// What a process of another user is told: the text it returns. Only root can become another.
std::string AsStranger(gid_t group, const std::function<std::string()>& say) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(kStranger) != 0) _exit(2);
    const std::string text = say();
    _exit(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 3);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t bytes; (bytes = read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(bytes));
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return text;
}

bool Has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("file mode: a database, its WAL, its copy and what is delivered are private under every umask") {
  struct Row {
    mode_t mask;
    int asked, mode;
  };
  for (const Row& row :
       {Row{0, 0600, 0600}, Row{022, 0600, 0600}, Row{0777, 0600, 0600}, Row{077, 0660, 0660}, Row{022, 0666, 0666}}) {
    CAPTURE(row.mask, row.asked);
    TemporaryDirectory directory;
    Umask umask(row.mask);
    const std::string path = directory.File("shop.db");
    auto store = Open(path, {.file_mode = row.asked});
    REQUIRE(store->Append(OneEvent()).ok());
    CHECK(ModeOf(path) == row.mode);
    CHECK(ModeOf(path + "-wal") == row.mode);
    CHECK(ModeOf(path + "-shm") == row.mode);
    REQUIRE(store->Backup(directory.File("copy.db")).ok());
    CHECK(ModeOf(directory.File("copy.db")) == row.mode);
    REQUIRE(OpenFileChannel("sms", directory.File("sent.ndjson"), path).ok());
    CHECK(ModeOf(directory.File("sent.ndjson")) == row.mode);
    REQUIRE(OpenFileChannel("sms", directory.File("alone.ndjson")).ok());
    CHECK(ModeOf(directory.File("alone.ndjson")) == 0600);
  }
}

TEST_CASE("file mode: a file that is there keeps its mode") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  std::ofstream(path).close();
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  REQUIRE(Open(path)->Append(OneEvent()).ok());
  CHECK(ModeOf(path) == 0640);
  const std::string sent = directory.File("sent.ndjson");
  std::ofstream(sent).close();
  REQUIRE(chmod(sent.c_str(), 0644) == 0);
  REQUIRE(OpenFileChannel("sms", sent, path).ok());
  CHECK(ModeOf(sent) == 0644);
}

TEST_CASE("file mode: only modes with which a database works") {
  TemporaryDirectory directory;
  for (int mode : {0, 0400, 0200, 0640, 0644, 0700, 0777, 660, -1, 02660}) {
    CAPTURE(mode);
    const absl::Status status = OpenSqliteStore(directory.File("shop.db"), {.file_mode = mode}).status();
    CHECK(absl::IsInvalidArgument(status));
    CHECK(Has(StatusText(status), "expected 0600 (private), 0660"));
  }
  CHECK(ModeOf(directory.File("shop.db")) == -1);
}

TEST_CASE("file mode: a shared file, its WAL and copies have the folder's group") {
  if (geteuid() != 0) {
    WARN("skipped: only root can give a folder to a group of which it is no member");
    return;
  }
  TemporaryDirectory directory;
  REQUIRE(chown(directory.path().c_str(), static_cast<uid_t>(-1), kFolderGroup) == 0);
  REQUIRE(chmod(directory.path().c_str(), 0770) == 0);
  const std::string path = directory.File("shop.db");
  auto store = Open(path, {.file_mode = 0660});
  REQUIRE(store->Append(OneEvent()).ok());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    CHECK(GroupOf(path + suffix) == kFolderGroup);
    CHECK(ModeOf(path + suffix) == 0660);
  }
  REQUIRE(store->Backup(directory.File("copy.db")).ok());
  CHECK(GroupOf(directory.File("copy.db")) == kFolderGroup);
  // Another user of the group works with it.
  CHECK(AsStranger(kFolderGroup, [&] {
          auto mine = OpenSqliteStore(path);
          if (!mine.ok()) return StatusText(mine.status());
          auto last = (*mine)->Append(OneEvent());
          return last.ok() ? std::string("appended") : StatusText(last.status());
        }) == "appended");
  CHECK(store->Head()->last == Position(2));

  // A member with another primary group makes the WAL anew: it is the group's again.
  store.reset();
  CHECK(ModeOf(path + "-wal") == -1);
  const int made = [&] {
    const pid_t child = fork();
    if (child == 0) {
      const gid_t groups[] = {kFolderGroup};
      if (setgroups(1, groups) != 0 || setgid(kStranger) != 0 || setuid(kStranger) != 0) _exit(2);
      auto mine = OpenSqliteStore(path);
      if (!mine.ok() || !(*mine)->Append(OneEvent()).ok()) _exit(3);
      for (const char* suffix : {"-wal", "-shm"})
        if (AccessOf(path + suffix).group != kFolderGroup || AccessOf(path + suffix).mode != 0660) _exit(4);
      _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }();
  CHECK(made == 0);

  // A private database stays out of it.
  Open(directory.File("own.db"));
  CHECK(GroupOf(directory.File("own.db")) == getegid());
}

TEST_CASE("file mode: a refused open says what stands there, whose it is and how to share it") {
  TemporaryDirectory directory;
  auto refused = [](const std::string& path) {
    const absl::Status status = OpenSqliteStore(path).status();
    CHECK(absl::IsFailedPrecondition(status));
    return StatusText(status);
  };
  CHECK(Has(refused(directory.path()), "is a directory, expected a file"));
  CHECK(Has(refused(directory.File("missing/shop.db")), "the folder " + directory.File("missing") + " does not exist"));
  std::ofstream(directory.File("file")) << "x";
  CHECK(Has(refused(directory.File("file/shop.db")), directory.File("file") + " is a file and no folder"));
  REQUIRE(symlink("/nowhere/at/all", directory.File("link").c_str()) == 0);
  CHECK(Has(refused(directory.File("link")), "is a symbolic link to a file that does not exist"));

  if (geteuid() != 0) {
    WARN("skipped: only root can become another user");
    return;
  }
  const std::string path = directory.File("shop.db");
  Open(path);
  REQUIRE(chmod(directory.path().c_str(), 0755) == 0);
  auto told = [&](const std::string& file) {
    return AsStranger(kStranger, [&] { return StatusText(OpenSqliteStore(file).status()); });
  };
  const std::string unreadable = told(path);
  CHECK(Has(unreadable, path + " is of user root, group root, mode 0600, and cannot be read"));
  CHECK(Has(unreadable, "this process is user nobody"));
  CHECK(Has(unreadable, "chmod 660"));
  CHECK(Has(unreadable, "file_mode 0660"));
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  CHECK(Has(told(path), path + " is read-only, of user root, group root, mode 0644"));
  REQUIRE(chmod(path.c_str(), 0666) == 0);
  CHECK(Has(told(path), "needs a folder that can be written"));
  CHECK(Has(told(directory.File("new.db")), "needs a folder that can be written"));
}

}  // namespace
}  // namespace cartwheel
