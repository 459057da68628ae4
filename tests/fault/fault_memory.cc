#include "tests/fault/fault_memory.h"

#include <sqlite3.h>

#include <cstdlib>

namespace cartwheel::fault::memory {
namespace {

bool watched = false;
int64_t fail_at = 0, allocations = 0;

bool Fails() { return watched && ++allocations == fail_at; }

sqlite3_mem_methods base;
void* Malloc(int size) { return Fails() ? nullptr : base.xMalloc(size); }
void* Realloc(void* memory, int size) { return Fails() ? nullptr : base.xRealloc(memory, size); }

}  // namespace

void Install() {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &base);
  static sqlite3_mem_methods methods = base;
  methods.xMalloc = Malloc, methods.xRealloc = Realloc;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK) std::abort();
}

void Arm(int64_t at) { fail_at = at, allocations = 0; }
bool Fired() { return fail_at != 0 && allocations >= fail_at; }
Watch::Watch() { watched = true; }
Watch::~Watch() { watched = false; }

}  // namespace cartwheel::fault::memory
