// Searches everything that a database file holds, as a stranger who found the file would.
#pragma once

#include <string>
#include <vector>

namespace cartwheel {

std::string ReadWholeFile(const std::string& path);
// What is found of the texts: in the bytes of the file and its WAL, and in every column of every row, also unpacked.
std::vector<std::string> FindTexts(const std::string& path, const std::vector<std::string>& texts);

}  // namespace cartwheel
