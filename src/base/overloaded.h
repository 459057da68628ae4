// One function of several for std::visit: the compiler asks for one for each alternative.
//   std::visit(Overloaded{[](const A&) { … }, [](const B&) { … }}, variant);
#pragma once

namespace cartwheel {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace cartwheel
