// The report as people read it: what the `report` query answers, as a table.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel::cli {

std::string ReportTable(std::string_view report_json);

}  // namespace cartwheel::cli
