// The header by itself, as strict C++.
#include "cartwheel.h"

static_assert(sizeof(cartwheel_error) == 16 + 256);
