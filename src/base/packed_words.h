// The dictionary of packed values (packed.h): the words of the commerce vocabulary, each with its number. It is part of
// the file format: words are appended, never moved.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace cartwheel {

// Append only: the place of a word is its number in the file.
inline constexpr std::string_view kPackedWords[] = {"product_id",  "sku",          "name",           "price",
                                                    "quantity",    "category",     "brand",          "variant",
                                                    "url",         "image_url",    "currency",       "cart_id",
                                                    "order_id",    "checkout_id",  "products",       "value",
                                                    "total",       "revenue",      "subtotal",       "shipping",
                                                    "tax",         "discount",     "coupon",         "position",
                                                    "query",       "path",         "title",          "referrer",
                                                    "email",       "phone",        "channel",        "address",
                                                    "locale",      "timezone",     "category_id",    "category_code",
                                                    "session_id",  "user_session", "previous_id",    "reason",
                                                    "step",        "affiliation",  "payment_method", "shipping_method",
                                                    "wishlist_id", "list_id",      "first_name",     "last_name",
                                                    "age",         "gender",       "birthday",       "created_at",
                                                    "plan",        "cart_url",     "color",          "size",
                                                    "message_id",  "outcome"};

// Of a key that is no word and is written as text.
inline constexpr uint8_t kNoWord = 0xff;
static_assert(std::size(kPackedWords) < kNoWord);

// Every key that is written is looked for in the dictionary: an open table by length and outer letters, made by the
// compiler.
inline constexpr size_t kWordTableSize = 256;
constexpr size_t WordSlot(std::string_view word) {
  return (word.size() * 31 + static_cast<unsigned char>(word.front()) * 7 + static_cast<unsigned char>(word.back())) %
         kWordTableSize;
}
inline constexpr auto kWordTable = [] {
  std::array<uint8_t, kWordTableSize> table{};
  table.fill(kNoWord);
  for (size_t i = 0; i < std::size(kPackedWords); ++i) {
    size_t slot = WordSlot(kPackedWords[i]);
    while (table[slot] != kNoWord) slot = (slot + 1) % kWordTableSize;
    table[slot] = static_cast<uint8_t>(i);
  }
  return table;
}();

// The word's number, or kNoWord.
constexpr uint8_t FindPackedWord(std::string_view word) {
  if (word.empty()) return kNoWord;
  for (size_t slot = WordSlot(word); kWordTable[slot] != kNoWord; slot = (slot + 1) % kWordTableSize)
    if (kPackedWords[kWordTable[slot]] == word) return kWordTable[slot];
  return kNoWord;
}

// What is looked for in a packed map. The compiler finds the number of a literal.
struct PackedKey {
  template <size_t N>
  consteval PackedKey(const char (&literal)[N]) : name(literal), word(FindPackedWord(name)) {}
  template <std::convertible_to<std::string_view> Name>
  constexpr PackedKey(const Name& key) : name(key), word(FindPackedWord(name)) {}

  std::string_view name;
  uint8_t word;
};

}  // namespace cartwheel
