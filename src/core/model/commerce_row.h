// The carts and orders of a customer as its row has them (customer_row.h): what each struct's fields are, in the order
// of the file, for reading and for writing.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/model/customer.h"
#include "core/model/row_codec.h"

namespace cartwheel {

inline constexpr auto kStamp = [](auto& codec, auto& stamp) {
  codec.Fixed(stamp.field);
  codec.Instant(stamp.at_ms);
};

template <typename Codec, typename F>
void VisitStamps(Codec& codec, F& fields) {
  codec.Instant(fields.at_ms);
  codec.List(fields.stamps, kStamp);
}

template <typename Codec, typename F>
void VisitFields(Codec& codec, F& fields) {
  codec.Text(fields.packed);
  VisitStamps(codec, fields);
}

// The facts of a line follow from its fields. One that was never folded, as most are, ends with one zero.
inline constexpr auto kLine = [](auto& codec, auto& line) {
  constexpr bool kReads = !std::is_const_v<std::remove_reference_t<decltype(line)>>;
  codec.Fixed(line.name);
  VisitFields(codec, line.fields);
  LineState base = *line.base;
  codec.Instant(base.at_ms);
  if (base.at_ms != 0) {
    codec.Int(base.quantity);
    codec.Instant(base.since_ms);
    codec.Unsigned(base.rank);
    codec.Unsigned(base.joined);
  }
  if constexpr (kReads) {
    if (base.at_ms == 0)
      line.base.Reset();
    else
      line.base.Change() = base;
  }
};

inline constexpr auto kCart = [](auto& codec, auto& cart) {
  codec.Text(cart.id);
  Flag(codec, cart.base.stage);
  codec.Instant(cart.base.opened_at_ms);
  codec.Instant(cart.base.updated_at_ms);
  codec.Int(cart.base.floor_at_ms);
  codec.Instant(cart.base.ordered_at_ms);
  codec.Instant(cart.base.emptied_at_ms);
  codec.Text(cart.url);
  codec.Instant(cart.url_at_ms);
  Flag(codec, cart.leftovers);
  codec.Count(RowSection::kLines, cart.lines);
};

inline constexpr auto kForgottenCart = [](auto& codec, auto& cart) {
  codec.Fixed(cart.id);
  codec.Instant(cart.floor_at_ms);
  codec.Instant(cart.opened_at_ms);
  Flag(codec, cart.stage);
};

inline constexpr auto kOrder = [](auto& codec, auto& order) {
  codec.Fixed(order.id);
  codec.Instant(order.at_ms);
  codec.Int(order.value);
  Flag(codec, order.reported);
  Flag(codec, order.cancelled);
  codec.Int(order.back);
  Flag(codec, order.foreign);
};

}  // namespace cartwheel
