#include "tests/sim/story.h"

#include <algorithm>
#include <utility>

namespace cartwheel::sim {
namespace {

bool Alike(const Variant& a, const Variant& b) {
  return a.product == b.product && (a.sku == b.sku || a.sku.empty() || b.sku.empty());
}

HeldLine* LineOf(CartPicture& cart, const Variant& variant) {
  for (HeldLine& line : cart.lines)
    if (line.IsTold(variant)) return &line;
  HeldLine* only = nullptr;
  int alike = 0;
  for (HeldLine& line : cart.lines)
    if (line.Agrees(variant)) only = &line, ++alike;
  if (alike != 1) return nullptr;
  only->variants.push_back(variant);
  return only;
}

int64_t Asked(const Piece& piece) { return piece.quantity == 0 ? 1 : piece.quantity; }

void Put(CartPicture& cart, const Word& word) {
  for (const Piece& piece : word.pieces) {
    HeldLine* line = LineOf(cart, piece.variant);
    if (line == nullptr) line = &cart.lines.emplace_back(HeldLine{{piece.variant}});
    line->pieces += Asked(piece);
    line->at_ms = word.at_ms;
  }
  cart.opened = true;
}

// True: it is not said which of two lines it took first.
bool Take(CartPicture& cart, const Piece& piece, int64_t at_ms) {
  int64_t left = piece.quantity == 0 ? INT64_MAX : piece.quantity;
  bool tied = false;
  while (left > 0) {
    HeldLine* next = nullptr;
    for (HeldLine& line : cart.lines) {
      if (!line.Agrees(piece.variant)) continue;
      if (line.variants.front() == piece.variant) {
        next = &line;
        break;
      }
      if (next != nullptr && line.at_ms == next->at_ms) tied = true;
      if (next == nullptr || line.at_ms > next->at_ms) next = &line;
    }
    if (next == nullptr) break;
    const int64_t taken = std::min(left, next->pieces);
    next->pieces -= taken;
    next->at_ms = at_ms;
    if (piece.quantity != 0) left -= taken;
    if (next->pieces > 0) break;
    cart.lines.erase(cart.lines.begin() + (next - cart.lines.data()));
  }
  return tied && piece.quantity != 0;
}

}  // namespace

bool HeldLine::Agrees(const Variant& variant) const {
  return std::all_of(variants.begin(), variants.end(), [&](const Variant& told) { return Alike(told, variant); });
}

bool HeldLine::IsTold(const Variant& variant) const {
  return std::find(variants.begin(), variants.end(), variant) != variants.end();
}

int64_t CartPicture::Pieces() const {
  int64_t sum = 0;
  for (const HeldLine& line : lines) sum += line.pieces;
  return sum;
}

Effect Story::Apply(const Word& word) {
  Effect effect;
  if (word.kind == Word::Kind::kOrder) {
    effect.every_cart = !word.names_cart || !carts[word.cart].opened;
    std::vector<CartPicture*> concerned;
    for (auto& [id, cart] : carts)
      if (effect.every_cart || id == word.cart) concerned.push_back(&cart);
    // Only if every line of the order is found somewhere, something stays.
    bool all_found = !word.pieces.empty();
    for (const Piece& piece : word.pieces)
      all_found &= std::any_of(concerned.begin(), concerned.end(), [&](const CartPicture* cart) {
        return std::any_of(cart->lines.begin(), cart->lines.end(),
                           [&](const HeldLine& line) { return line.Agrees(piece.variant); });
      });
    for (auto& [id, cart] : carts) {
      if (!effect.every_cart && id != word.cart) continue;
      bool took = false;
      if (all_found)
        for (const Piece& piece : word.pieces)
          took |= std::erase_if(cart.lines, [&](const HeldLine& line) { return line.Agrees(piece.variant); }) > 0;
      if (all_found && (!took || cart.HasItems())) {
        if (took) effect.took_from.insert(id);
        continue;
      }
      cart.lines.clear();
      cart.floor_ms = std::max(cart.floor_ms, word.at_ms);
    }
    return effect;
  }
  CartPicture& cart = carts[word.cart];
  effect.late = word.at_ms <= cart.floor_ms;
  if (effect.late) return effect;
  const bool had = cart.HasItems();
  if (word.kind == Word::Kind::kAdd) {
    Put(cart, word);
    effect.grew = true;
  } else if (word.kind == Word::Kind::kRemove) {
    for (const Piece& piece : word.pieces) effect.tied |= Take(cart, piece, word.at_ms);
  } else if (word.kind == Word::Kind::kEmpty) {
    cart.lines.clear();
    cart.floor_ms = word.at_ms;
  } else {
    const std::vector<HeldLine> before = std::exchange(cart.lines, {});
    for (const Piece& piece : word.pieces) {
      auto line = std::find_if(cart.lines.begin(), cart.lines.end(),
                               [&](const HeldLine& told) { return told.variants.front() == piece.variant; });
      if (line == cart.lines.end()) line = cart.lines.insert(line, HeldLine{{piece.variant}});
      line->pieces += Asked(piece);
      line->at_ms = word.at_ms;
    }
    for (const HeldLine& line : cart.lines) {
      auto known = std::find_if(before.begin(), before.end(),
                                [&](const HeldLine& told) { return told.IsTold(line.variants.front()); });
      effect.grew |= known == before.end() || line.pieces > known->pieces;
    }
    cart.opened |= cart.HasItems();
    cart.floor_ms = word.at_ms;
  }
  if (had && !cart.HasItems() && word.kind != Word::Kind::kEmpty) cart.emptied_ms = word.at_ms;
  return effect;
}

void Story::Add(const Word& word) {
  if (word.names_cart) carts[word.cart];
  auto place = std::upper_bound(words.begin(), words.end(), word.at_ms,
                                [](int64_t at_ms, const Word& told) { return at_ms < told.at_ms; });
  words.insert(place, word);
}

Effect Story::Tell(const Word& word) {
  Add(word);
  // Heard last of its instant.
  const Word* mine = &*std::prev(std::upper_bound(words.begin(), words.end(), word.at_ms,
                                                  [](int64_t at_ms, const Word& told) { return at_ms < told.at_ms; }));
  for (auto& [id, cart] : carts) cart.lines.clear(), cart.floor_ms = cart.emptied_ms = -1, cart.opened = false;
  Effect mine_did;
  std::vector<const Word*> tied;
  for (const Word& each : words) {
    const Effect did = Apply(each);
    if (&each == mine) mine_did = did;
    if (did.tied) tied.push_back(&each);
  }
  for (const Word* each : tied)
    if (each->at_ms > carts[each->cart].floor_ms) carts[each->cart].uncertain = carts[each->cart].was_uncertain = true;
  return mine_did;
}

void Story::TellAgain() {
  for (auto& [id, cart] : carts) cart.lines.clear(), cart.floor_ms = cart.emptied_ms = -1, cart.opened = false;
  for (const Word& each : words) Apply(each);
}

const Word* Story::FindOrder(const std::string& order) const {
  for (const Word& word : words)
    if (word.kind == Word::Kind::kOrder && word.order == order) return &word;
  return nullptr;
}

void Story::ForgetOrder(const std::string& order) {
  std::erase_if(words, [&](const Word& word) { return word.kind == Word::Kind::kOrder && word.order == order; });
}

int64_t Story::LastSaidOf(const std::string& cart) const {
  int64_t at_ms = -1;
  for (const Word& word : words)
    if (cart == "*" || word.cart == cart || (word.kind == Word::Kind::kOrder && !word.names_cart))
      at_ms = std::max(at_ms, word.at_ms);
  return at_ms;
}

}  // namespace cartwheel::sim
