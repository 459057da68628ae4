// What is in whose cart, worked out from everything that was ever said of it, from the beginning, each time anew. It
// shares no line with src/core: nothing is folded, kept or forgotten here.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/shop_events.h"

namespace cartwheel::sim {

// One event that changes what carts hold.
struct Word {
  enum class Kind { kAdd, kRemove, kSnapshot, kEmpty, kOrder };
  Kind kind = Kind::kAdd;
  int64_t at_ms = 0;
  bool names_cart = true;  // an order may name none
  std::string cart;
  std::vector<Piece> pieces;
  std::string order;
};

// A line of a cart: the variants by which it was told. More than one: those that name less, or more, of the only line
// they agree with.
struct HeldLine {
  std::vector<Variant> variants;  // the first began it
  int64_t pieces = 0;
  int64_t at_ms = 0;  // of the last word on it
  bool Agrees(const Variant& variant) const;
  bool IsTold(const Variant& variant) const;
};

struct CartPicture {
  std::vector<HeldLine> lines;
  int64_t floor_ms = -1;    // ordered, emptied or replaced then
  int64_t emptied_ms = -1;  // its last line was taken out then
  bool opened = false;      // something was put into it once

  // Of the person who has it, and not of the words.
  bool leftovers = false;  // nothing in it may start a walk again
  bool uncertain = false;  // the laws leave open how much of it is left
  bool was_uncertain = false;

  bool HasItems() const { return !lines.empty(); }
  int64_t Pieces() const;
};

struct Effect {
  bool late = false;                // dated up to the floor
  bool grew = false;                // a line is new, or has more pieces
  bool tied = false;                // which of several lines a removal took is not said by any law
  bool every_cart = false;          // an order: of all carts
  std::set<std::string> took_from;  // an order: it took some lines of these carts, and left others
};

struct Story {
  std::vector<Word> words;  // by their instants; of one instant, as they were heard
  std::map<std::string, CartPicture> carts;

  // Puts a word in its place, and says what it did there.
  Effect Tell(const Word& word);
  void Add(const Word& word);
  void TellAgain();  // computes the carts from the words
  const Word* FindOrder(const std::string& order) const;
  void ForgetOrder(const std::string& order);
  // Of the words on a cart, or of any where the cart is "*"; -1: none.
  int64_t LastSaidOf(const std::string& cart) const;

 private:
  Effect Apply(const Word& word);
};

}  // namespace cartwheel::sim
