#include "cli/output.h"

#include <unistd.h>

#include <cstdio>

#include "base/json_tree.h"
#include "base/status.h"
#include "cli/sniff.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

// One text under its name; further lines of it stand below its first.
void AppendText(std::string_view name, std::string_view text, std::string_view indent, std::string* out) {
  std::string below = fmt::format("\n{}{:{}}", indent, "", name.size() + 2);
  *out += fmt::format("{}{}: ", indent, name);
  for (char c : text) {
    if (c == '\n')
      *out += below;
    else
      out->push_back(c);
  }
  out->push_back('\n');
}

void AppendTexts(json::Element element, const std::string& name, std::string_view indent, std::string* out) {
  for (auto [key, value] : json::Members(element))
    AppendTexts(value, fmt::format("{}{}{}", name, name.empty() ? "" : ".", key), indent, out);
  for (json::Element value : json::Elements(element)) AppendTexts(value, name, indent, out);
  if (std::string_view text = json::Text(element); !text.empty())
    AppendText(name.empty() ? "text" : name, text, indent, out);
}

}  // namespace

int Fail(ExitCode code, std::string_view message) {
  std::fflush(stdout);
  fmt::print(stderr, "cartwheel: {}\n", Printable(message));
  return code;
}

int Fail(const absl::Status& status) { return Fail(absl::IsUnavailable(status) ? kBusy : kFailed, StatusText(status)); }

int Print(std::string_view text) {
  bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? kOk : kFailed;
}

void Note(std::string_view line) { fmt::print(stderr, "{}\n", Printable(line)); }

void ShowProgress(double fraction) {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  static int shown = -1;
  constexpr int kWidth = 40;
  int percent = static_cast<int>(fraction * 100);
  if (!terminal || percent == shown) return;
  shown = percent;
  int done = percent * kWidth / 100;
  fmt::print(stderr, "\r[{:#>{}}{:>{}}] {:3}%{}", "", done, "", kWidth - done, percent,
             percent == 100 ? "\r\033[K" : "");
}

std::string Count(int64_t number) {
  std::string digits = fmt::format("{}", number);
  for (size_t place = digits.size(); place > 3 + (number < 0 ? 1u : 0u);) digits.insert(place -= 3, 1, ',');
  return digits;
}

std::string Size(int64_t bytes) {
  constexpr std::string_view kUnits[] = {"kB", "MB", "GB"};
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double number = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  for (; number >= 1000 && unit + 1 < std::size(kUnits); ++unit) number /= 1000;
  return fmt::format("{:.1f} {}", number, kUnits[unit]);
}

std::string Plural(int64_t number, std::string_view one) {
  return fmt::format("{} {}{}", Count(number), one, number == 1 ? "" : "s");
}

std::string ReadableTexts(std::string_view payload, std::string_view indent) {
  std::string out;
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(simdjson::padded_string(payload)).get(root)) return fmt::format("{}{}\n", indent, payload);
  AppendTexts(root, "", indent, &out);
  return out;
}

}  // namespace cartwheel::cli
