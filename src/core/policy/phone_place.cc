#include "core/policy/phone_place.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/policy/area_codes.h"
#include "core/policy/calling_codes.h"

namespace cartwheel {
namespace {

constexpr size_t kPhoneDigitsMax = 15;      // E.164, the calling code included
constexpr size_t kInternationalPrefix = 2;  // "00" in place of "+", which some shops write
constexpr size_t kCodesMax = 1000;          // calling codes and area codes have at most three digits
constexpr size_t kCodeDigits = 3;
constexpr size_t kNorthAmericanDigits = 10;  // without the 1

struct Digits {
  std::array<char, kPhoneDigitsMax + kInternationalPrefix> digits;
  size_t size = 0;
  bool international = false;  // begins with the calling code
  std::string_view text() const { return {digits.data(), size}; }
};

// Reads the digits of a number; none of a text with anything but digits and what stands between them.
Digits ReadDigits(std::string_view number) {
  Digits read;
  if (!number.empty() && number.front() == '+') {
    read.international = true;
    number.remove_prefix(1);
  }
  for (const char c : number) {
    if (c >= '0' && c <= '9') {
      if (read.size == read.digits.size()) return {};
      read.digits[read.size++] = c;
    } else if (std::string_view(" -().").find(c) == std::string_view::npos) {
      return {};
    }
  }
  if (!read.international && read.text().starts_with("00")) {
    std::copy(read.digits.begin() + kInternationalPrefix, read.digits.end(), read.digits.begin());
    read.size -= kInternationalPrefix;
    read.international = true;
  }
  return read.size > kPhoneDigitsMax ? Digits{} : read;
}

size_t NumberOf(std::string_view digits) {
  size_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<size_t>(digit - '0');
  return number;
}

// By code: the place of its row in the table plus 1; 0: no row.
using Rows = std::array<uint16_t, kCodesMax>;

// A calling code fills the codes of three digits that begin with it; longer ones come later and win.
Rows RowsByCallingCode() {
  Rows rows{};
  const absl::Span<const CallingCode> table = CallingCodeTable();
  size_t span = kCodesMax / 10;
  for (size_t length = 1; length <= kCodeDigits; ++length) {
    for (size_t row = 0; row < table.size(); ++row) {
      if (table[row].digits.size() != length) continue;
      std::fill_n(rows.begin() + NumberOf(table[row].digits) * span, span, static_cast<uint16_t>(row + 1));
    }
    span /= 10;
  }
  return rows;
}

struct AreaCodeRows {
  Rows rows{};
  std::array<StateId, 256> states{};  // by row
};
AreaCodeRows RowsByAreaCode() {
  AreaCodeRows found;
  const absl::Span<const AreaCodes> table = AreaCodeTable();
  for (size_t row = 0; row < table.size(); ++row) {
    if (table[row].country != "CA") found.states[row] = FindState(table[row].state);
    for (std::string_view codes = table[row].codes; codes.size() >= kCodeDigits;) {
      found.rows[NumberOf(codes.substr(0, kCodeDigits))] = static_cast<uint16_t>(row + 1);
      codes.remove_prefix(std::min(kCodeDigits + 1, codes.size()));
    }
  }
  return found;
}

// `digits`: without the calling code.
PhonePlace PlaceInNorthAmerica(std::string_view digits) {
  static const AreaCodeRows codes = RowsByAreaCode();
  const size_t row =
      digits.size() == kNorthAmericanDigits ? codes.rows[NumberOf(digits.substr(0, kCodeDigits))] : size_t{0};
  if (row == 0) return {{}, true, StateId::kUnknown, ZonesOfNorthAmerica()};
  return {AreaCodeTable()[row - 1].country, false, codes.states[row - 1], ZonesOfAreaCodes(row - 1)};
}

PhonePlace PlaceByCallingCode(std::string_view digits) {
  if (digits.starts_with('1')) return PlaceInNorthAmerica(digits.substr(1));
  static const Rows rows = RowsByCallingCode();
  if (digits.size() < kCodeDigits) return {};
  const size_t row = rows[NumberOf(digits.substr(0, kCodeDigits))];
  if (row == 0) return {};
  return {CallingCodeTable()[row - 1].countries.substr(0, 2), false, StateId::kUnknown, ZonesOfCallingCode(row - 1)};
}

// Mobile numbers of Korea without their calling code: 010 and seven or eight digits, 011, 016 to 019. Also what becomes
// of +8210 and eight digits where the + was lost: no other country has such a number of twelve digits.
bool IsKoreanMobile(std::string_view digits) {
  if (digits.size() == 12 && digits.starts_with("8210")) return true;
  return (digits.size() == 10 || digits.size() == 11) && digits.starts_with("01") &&
         std::string_view("016789").find(digits[2]) != std::string_view::npos;
}

}  // namespace

PhonePlace FindPhonePlace(std::string_view number, std::string_view home) {
  const Digits read = ReadDigits(number);
  std::string_view digits = read.text();
  if (read.international) return PlaceByCallingCode(digits);
  if (IsKoreanMobile(digits)) return {"KR", false, StateId::kUnknown, ZonesOfCountry("KR")};
  if (home == "US" || home == "CA") {
    if (digits.size() == kNorthAmericanDigits + 1 && digits.starts_with('1')) digits.remove_prefix(1);
    if (digits.size() == kNorthAmericanDigits) return PlaceInNorthAmerica(digits);
  }
  return {};
}

}  // namespace cartwheel
