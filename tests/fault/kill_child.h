// The life that kill_test ends: a process that ingests, advances, claims and settles over a SQLite file as fast as it
// can, and says what was acknowledged, one line each, before it does anything else.
//   "i <number>"            the event of this number was ingested
//   "c <message> <key>"     an advertisement or note was handed over
//   "s <message>"           its outcome (accepted) was settled
#pragma once

#include <cstdint>
#include <string>

namespace cartwheel::fault {

struct Task {
  std::string path;
  int out = -1;             // the pipe
  int64_t first_event = 0;  // numbers of its events begin here
  int64_t now_ms = 0;       // the wall clock of this life; it passes with every turn
  bool ingests = true;
  bool works = true;
};

// Returns only when something is wrong: the exit code.
int Live(const Task& duty);

inline constexpr int kCustomers = 40;

}  // namespace cartwheel::fault
