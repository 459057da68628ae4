// Web pushes of a shop: what a reminder says, and the subscription of a browser of its own for each.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "adapters/crypto.h"
#include "cartwheel/channel.h"

namespace cartwheel::bench {

// `service` is where the push service is, "https://push.example".
inline std::vector<Message> MakePushMessages(int64_t count, std::string_view service, int64_t now_ms) {
  std::vector<Message> messages(static_cast<size_t>(count));
  for (Message& message : messages) {
    message.id = 1 + (&message - messages.data());
    message.token = 7;
    message.address =
        fmt::format(R"({{"endpoint":"{}/wpush/v2/{}","expirationTime":null,"keys":{{"p256dh":"{}","auth":"{}"}}}})",
                    service, EncodeBase64Url(RandomBytes(120)), EncodeBase64Url(SigningKey::MakeP256().PublicPoint()),
                    EncodeBase64Url(RandomBytes(16)));
    message.payload =
        R"({"title":"(광고) 온도상점","body":"김민지님, ‘머그컵’이 장바구니에서 기다리고 있어요.","icon":"https://shop.example/icon.png",)"
        R"("image":"https://shop.example/mug.png","url":"https://shop.example/cart","topic":"cart",)"
        R"("buttons":[{"label":"장바구니 보기","url":"https://shop.example/cart"}]})";
    message.expires_at_ms = now_ms + 3'600'000;
  }
  return messages;
}

}  // namespace cartwheel::bench
