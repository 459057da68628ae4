// The headers by themselves, as strict C++.
#include "cartwheel_channel.h"

static_assert(sizeof(cartwheel_error) == 16 + 256);
static_assert(sizeof(cartwheel_channel) == 8 + 9 * 8);
