// The report as people read it: what the `report` query answers, as a table.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel::cli {

std::string ReportTable(std::string_view report_json);

// Its first lines alone: consent, rules, and what they leave to the shop.
std::string PolicyText(std::string_view report_json);

}  // namespace cartwheel::cli
