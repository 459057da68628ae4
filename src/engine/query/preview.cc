// Renders a template for a customer, or for a built-in sample customer: every medium, variant and language of it, with
// the sizes of its texts. Nothing is sent and nothing is stored.
#include "base/measure.h"
#include "base/status.h"
#include "base/time.h"
#include "base/utf8.h"
#include "core/message/compose.h"
#include "core/policy/gate.h"
#include "core/policy/labels.h"
#include "core/policy/token.h"
#include "engine/common/opt_outs.h"
#include "engine/query/query.h"
#include "fmt/format.h"
#include "playbook/compile.h"
#include "playbook/json.h"

namespace cartwheel {
namespace {

using playbook::JsonMember;
using playbook::JsonNode;

constexpr std::string_view kSampleNews = "granted: sms: ad";

std::string PackedMap(const std::vector<std::pair<std::string_view, Value>>& fields) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const auto& [key, value] : fields) Field(writer, key, value);
  writer.End();
  return packed;
}

std::string SampleProduct(std::string_view id, std::string_view name, Money price) {
  const std::string url = fmt::format("https://shop.example/p/{}", id), image_url = url + ".jpg";
  return PackedMap({{"product_id", Value::String(id)},
                    {"name", Value::String(name)},
                    {"price", Value::Decimal(price)},
                    {"url", Value::String(url)},
                    {"image_url", Value::String(image_url)}});
}

// A customer with a cart of two products, last used an hour ago.
Customer SampleCustomer(int64_t now_ms) {
  Customer customer;
  customer.id = "sample";
  customer.first_seen_at_ms = now_ms - 48 * kHourMs;
  customer.last_seen_at_ms = now_ms - kHourMs;
  customer.attributes.packed = PackedMap({{"name", Value::String("김민지")},
                                          {"first_name", Value::String("민지")},
                                          {"phone", Value::String("01012345678")}});
  Cart& cart = customer.carts.emplace_back();
  cart.id = "sample-cart";
  cart.url = "https://shop.example/cart";
  PutLine(cart, SampleProduct("1001", "울 코트", 129'000 * kMoneyScale), kOnePiece, now_ms - 2 * kHourMs);
  PutLine(cart, SampleProduct("1002", "머그컵", 12'900 * kMoneyScale), 2 * kOnePiece, now_ms - kHourMs);
  return customer;
}

// Each text of a payload by its place, with how long it is to a reader and to a carrier.
void WriteSizes(PackedWriter& writer, const JsonNode& node, const std::string& path) {
  if (node.is_text() && path != "type") {
    const KoreanSize korean = MeasureKorean(node.text);
    writer.BeginMap();
    Field(writer, "field", path);
    Field(writer, "text", node.text);
    Field(writer, "graphemes", Value::Int(static_cast<int64_t>(CountGraphemes(node.text))));
    Field(writer, "characters", Value::Int(static_cast<int64_t>(CountCharacters(node.text))));
    Field(writer, "bytes", Value::Int(static_cast<int64_t>(node.text.size())));
    if (korean.unwritable.empty())
      Field(writer, "euc_kr_bytes", Value::Int(static_cast<int64_t>(korean.bytes)));
    else
      Field(writer, "not_in_euc_kr", korean.unwritable);
    writer.End();
  }
  for (size_t i = 0; i < node.members.size(); ++i) {
    const JsonMember& member = node.members[i];
    WriteSizes(writer, member.value,
               node.is_list() ? fmt::format("{}[{}]", path, i)
               : path.empty() ? member.key
                              : path + "." + member.key);
  }
}

// The label that the gate puts to an advertisement for this customer. No address tells the country here: what the
// customer's attributes and the shop say does.
const LabelPlan* LabelFor(const Playbook& playbook, const MessageTemplate& message, const Content& content,
                          const Customer& customer) {
  if (message.message_class != MessageClass::kAdvertisement || playbook.labels == nullptr) return nullptr;
  return playbook.labels->Find(JurisdictionOf(customer, "", ConsentMedium::kEmail, playbook.policy).packs,
                               content.medium);
}

void WriteContent(PackedWriter& writer, const Content& content, const World& world, const LabelPlan* label) {
  writer.BeginMap();
  Field(writer, "medium", content.medium);
  if (!content.variant.empty()) Field(writer, "variant", content.variant);
  if (!content.locale.empty()) Field(writer, "locale", content.locale);
  Composed composed;
  if (absl::Status status = Compose(content, world, &composed, label); !status.ok()) {
    Field(writer, "error", StatusText(status));
  } else {
    if (!composed.sms_type.empty()) Field(writer, "type", composed.sms_type);
    Field(writer, "payload", composed.payload);
    writer.Key("texts");
    writer.BeginList();
    if (absl::StatusOr<JsonNode> payload = playbook::ReadJson(composed.payload); payload.ok())
      WriteSizes(writer, *payload, "");
    writer.End();
  }
  writer.End();
}

}  // namespace

absl::StatusOr<std::string> AnswerPreview(const QueryContext& context, const QueryRequest& request) {
  std::string source = request.playbook;
  if (source.empty()) {
    ASSIGN_OR_RETURN(source, AnswerPlaybook(context.definitions));
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const Playbook> playbook, CompilePlaybook(source));
  const MessageTemplate* found = nullptr;
  std::vector<std::string_view> names;
  for (const auto& made : playbook->templates) {
    names.push_back(made->name);
    if (made->name == request.message_template) found = made.get();
  }
  if (found == nullptr)
    return absl::NotFoundError(fmt::format("the playbook has no template \"{}\"; it has: {}", request.message_template,
                                           fmt::join(names, ", ")));
  Customer customer = SampleCustomer(context.now_ms);
  if (!request.customer.empty() || !request.anonymous_id.empty()) {
    ASSIGN_OR_RETURN(customer, FindCustomer(context.store, request));
  }
  Enrolment enrolment;
  enrolment.entered_at_ms = context.now_ms - kHourMs;
  World world(customer, customer.NewestOpenCart(), nullptr, playbook->shop, context.now_ms);
  world.SetWalk(enrolment, "preview", found->name);
  world.TrackLinks(context.hash_key, 0);
  // The longest there is: what is shown to fit does.
  if (const auto token_key = NewestTokenKey(context.options); token_key != nullptr && world.links.tracks())
    world.links.token = MakeToken({.kind = TokenKind::kClick,
                                   .customer = customer.row,
                                   .message = std::numeric_limits<int64_t>::max(),
                                   .made_at_ms = context.now_ms},
                                  *token_key);
  if (found->tells_consent) world.SetConsent(kSampleNews, context.now_ms - kHourMs);

  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "template", found->name);
  Field(writer, "class", MessageClassName(found->message_class));
  Field(writer, "purpose", found->purpose);
  Field(writer, customer.by_device() ? "anonymous_id" : "customer", customer.id);
  if (found->require != nullptr) Field(writer, "required", Value::Bool(found->require->Holds(world)));
  writer.Key("messages");
  writer.BeginList();
  for (const Content& content : found->contents)
    WriteContent(writer, content, world, LabelFor(*playbook, *found, content, customer));
  writer.End();
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
