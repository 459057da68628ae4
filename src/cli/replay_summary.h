// What a replay tells in the end: for people, or as one JSON object.
#pragma once

#include <string>

#include "cli/replayer.h"

namespace cartwheel::cli {

struct ReplaySummary {
  ReplayCounts counts;
  int64_t until_ms = 0;
  double seconds = 0;      // of reading, ingesting, folding and delivering
  double cpu_seconds = 0;  // of the process, all threads
  int64_t peak_rss_bytes = 0;
  int64_t database_bytes = 0;
  int64_t log_bytes = 0;
  std::string report;  // the answer to the query "report"
};

// Fills in what the process used, from its start.
void MeasureProcess(ReplaySummary* summary);
std::string SummaryText(const ReplaySummary& summary);
std::string SummaryJson(const ReplaySummary& summary);

}  // namespace cartwheel::cli
