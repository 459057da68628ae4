// E-mail by a submission server: SMTP with STARTTLS or TLS (RFC 6409, RFC 8314), one mail a message.
#pragma once

#include "adapters/settings.h"

namespace cartwheel {

extern const AdapterKind kSmtpKind;

}  // namespace cartwheel
