#include "core/model/message_body.h"

#include "base/codec.h"

namespace cartwheel {
namespace {

constexpr std::string_view MessageBody::*kTexts[] = {
    &MessageBody::key,     &MessageBody::customer, &MessageBody::anonymous_id,  &MessageBody::address,
    &MessageBody::journey, &MessageBody::step,     &MessageBody::template_name, &MessageBody::enrolment_key,
    &MessageBody::variant, &MessageBody::locale,   &MessageBody::payload,       &MessageBody::values};

}  // namespace

std::string EncodeMessageBody(const MessageBody& body) {
  std::string bytes;
  size_t size = 32;
  for (const auto text : kTexts) size += (body.*text).size();
  bytes.reserve(size);
  ByteWriter writer(&bytes);
  for (const auto text : kTexts) writer.Text(body.*text);
  writer.Signed(body.revision.value());
  writer.Varint(body.policy);
  return bytes;
}

MessageBody DecodeMessageBody(std::string_view bytes) {
  MessageBody body;
  ByteReader reader(bytes);
  for (const auto text : kTexts) body.*text = reader.Text();
  body.revision = Revision(reader.Signed());
  body.policy = reader.Varint();
  return reader.ok() && reader.at_end() ? body : MessageBody();
}

}  // namespace cartwheel
