/* A host with an SQLite of its own in the process: both are used, on different files, and neither notices the other. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "cartwheel.h"

static int host_rows = 0;

static int count(void* unused, int columns, char** values, char** names) {
  (void)unused, (void)columns, (void)values, (void)names;
  return ++host_rows, 0;
}

int main(int argc, char** argv) {
  char path[512];
  sqlite3* host = NULL;
  cartwheel_engine* engine = NULL;
  const char* event = "{\"type\":\"page_viewed\",\"customer\":\"kim\"}";
  cartwheel_advanced done = {sizeof done, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  int i;
  if (argc != 2) return 2;
  snprintf(path, sizeof path, "%s-host.db", argv[1]);
  remove(path);
  if (sqlite3_open(path, &host) != SQLITE_OK || sqlite3_exec(host, "CREATE TABLE t(x)", NULL, NULL, NULL) != SQLITE_OK)
    return 3;
  snprintf(path, sizeof path, "%s-cartwheel.db", argv[1]);
  remove(path);
  if (cartwheel_open(path, strlen(path), NULL, &engine, NULL) != CARTWHEEL_OK) return 4;
  for (i = 0; i < 20; ++i) {
    if (cartwheel_ingest(engine, event, strlen(event), NULL, NULL, NULL, NULL) != CARTWHEEL_OK) return 5;
    if (sqlite3_exec(host, "INSERT INTO t VALUES(1)", NULL, NULL, NULL) != SQLITE_OK) return 6;
  }
  /* The host's own vfs list and settings are as it left them. */
  if (sqlite3_vfs_find("cartwheel-wal-unix") != NULL) return 7;
  if (cartwheel_advance(engine, NULL, &done, NULL) != CARTWHEEL_OK || done.events != 20) return 8;
  if (cartwheel_close(engine, NULL) != CARTWHEEL_OK) return 9;
  if (sqlite3_exec(host, "SELECT x FROM t", count, NULL, NULL) != SQLITE_OK || host_rows != 20) return 10;
  sqlite3_close(host);
  return 0;
}
