#include "playbook/languages.h"

#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/message/world.h"
#include "fmt/format.h"

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kAnswersField = "answers";  // of a walk

// What a text may speak of, in the order in which LiquidText hands it over. Only notices of a consent know the last.
constexpr Root kTextRoots[] = {Root::kCustomer, Root::kCart, Root::kShop, Root::kJourney, Root::kConsent};

class CelCondition : public Condition {
 public:
  explicit CelCondition(cel::Program program) : program_(std::move(program)) {}

  // The environments are in the order of Root.
  bool Holds(const World& world, int64_t* until_ms, bool on_error) const override {
    return program_.Holds(world.roots, on_error, until_ms);
  }

  absl::StatusOr<Evaluated> Evaluate(const World& world) const override {
    cel::Result result = program_.Evaluate(world.roots);
    if (result.error) return absl::InvalidArgumentError(result.Message());
    return Evaluated{result.value, std::move(result.made)};
  }

 private:
  cel::Program program_;
};

// The currency of the cart's amounts: what it says, or its items say; the shop's, where neither says one; empty, where
// they are of several.
std::string_view CartCurrency(const Value& cart, std::string_view shop) {
  if (!cart.is_map()) return shop;
  if (const Value said = cart.Find("currency"); said.is_string()) return said.text();  // all of its items say it
  const Value items = cart.Find("items");
  std::string_view common;
  bool is_mixed = false, unsaid = false;
  for (size_t i = 0; items.is_list() && i < items.size(); ++i) {
    const Value item = items.at(i).Find("currency");
    const std::string_view code = item.is_string() ? item.text() : std::string_view();
    if (code.empty())
      unsaid = true;
    else if (common.empty())
      common = code;
    else
      is_mixed |= !absl::EqualsIgnoreCase({code.data(), code.size()}, {common.data(), common.size()});
  }
  const bool shops_too =
      unsaid && !common.empty() && !absl::EqualsIgnoreCase({common.data(), common.size()}, {shop.data(), shop.size()});
  return is_mixed || shops_too ? std::string_view() : common.empty() ? shop : common;
}

// Whether a text, or a partial that it names, may ask for the currency of an amount.
bool MayHaveAmounts(std::string_view source) {
  for (std::string_view word : {"money", "percent_off", "include", "render"})
    if (source.find(word) != source.npos) return true;
  return false;
}

class LiquidText : public Text {
 public:
  LiquidText(liquid::Template text, bool has_amounts, std::string_view locale, std::string_view currency,
             std::string_view timezone, liquid::Missing missing)
      : text_(std::move(text)), has_amounts_(has_amounts), locale_(locale), currency_(currency), timezone_(timezone) {
    options_.missing = missing;
    options_.output_bytes_max = kMessageBytesMax;
    options_.strict_numbers = true;
    if (!locale_.empty()) options_.locale = locale_;
    if (!currency_.empty()) options_.currency = currency_;
    if (!timezone_.empty()) options_.timezone = timezone_;
    options_.day_locale = options_.locale;
    for (size_t i = 0; i < std::size(kTextRoots); ++i)
      if (kTextRoots[i] == Root::kCustomer || kTextRoots[i] == Root::kShop)
        root_currencies_[i] = options_.currency;  // customer.revenue
    options_.root_currencies = root_currencies_;
  }
  LiquidText(const LiquidText&) = delete;  // options_ points into it

  absl::Status Render(const World& world, std::string* out, UsedValues* used) const override {
    Value roots[std::size(kTextRoots)];
    for (size_t i = 0; i < std::size(kTextRoots); ++i) roots[i] = world.roots[static_cast<size_t>(kTextRoots[i])];
    liquid::RenderOptions options = options_;
    if (has_amounts_) options.currency = CartCurrency(world.roots[static_cast<size_t>(Root::kCart)], options_.currency);
    options.now_ms = world.roots[static_cast<size_t>(Root::kNow)].integer();
    options.used = used;
    const std::function<std::string(std::string_view)> track_link = [&](std::string_view url) {
      return world.links.Make(url);
    };
    if (world.links.tracks()) options.track_link = &track_link;
    return text_.Render(roots, options, out);
  }

 private:
  liquid::Template text_;
  const bool has_amounts_;
  std::string locale_, currency_, timezone_;
  std::string_view root_currencies_[std::size(kTextRoots)];
  liquid::RenderOptions options_;
};

cel::Type TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return cel::TypeKind::kNull;
    case Kind::kBool:
      return cel::TypeKind::kBool;
    case Kind::kInt:
      return cel::TypeKind::kInt;
    case Kind::kUint:
      return cel::TypeKind::kUint;
    case Kind::kDouble:
    case Kind::kDecimal:
      return cel::TypeKind::kDouble;
    case Kind::kString:
      return cel::TypeKind::kString;
    case Kind::kBytes:
      return cel::TypeKind::kBytes;
    case Kind::kDuration:
      return cel::TypeKind::kDuration;
    case Kind::kTimestamp:
      return cel::TypeKind::kTimestamp;
    case Kind::kMap:
      return cel::Type::Map(cel::Type());
    case Kind::kList:
      return cel::Type::List(cel::Type());
    case Kind::kAbsent:
    case Kind::kType:
    case Kind::kOptional:
      break;
  }
  return cel::Type();
}

cel::Type TypeOf(absl::Span<const WorldField> fields, bool open);

cel::Type TypeOf(const WorldField& field) {
  return field.element.empty() ? TypeOf(field.kind) : cel::Type::List(TypeOf(field.element, field.element_open));
}

cel::Type TypeOf(absl::Span<const WorldField> fields, bool open) {
  std::vector<cel::Type::Field> members;
  for (const WorldField& field : fields) members.push_back({std::string(field.name), TypeOf(field)});
  return open ? cel::Type::OpenObject(std::move(members)) : cel::Type::Object(std::move(members));
}

cel::Type TypeOf(const std::vector<CallStep::Field>& fields) {
  static constexpr cel::TypeKind kTypes[] = {cel::TypeKind::kString, cel::TypeKind::kDouble, cel::TypeKind::kBool,
                                             cel::TypeKind::kTimestamp};  // of CallStep::Holds
  std::vector<cel::Type::Field> members;
  for (const CallStep::Field& field : fields) members.push_back({field.name, kTypes[static_cast<size_t>(field.holds)]});
  return cel::Type::Object(std::move(members));
}

// An open one has no fields: any may be asked for.
std::vector<liquid::Variable> VariablesOf(absl::Span<const WorldField> fields, bool open) {
  std::vector<liquid::Variable> variables;
  if (open) return variables;
  for (const WorldField& field : fields)
    variables.push_back(
        {std::string(field.name), VariablesOf(field.element, field.element_open), field.kind == Kind::kList});
  return variables;
}

}  // namespace

Languages::Languages(const std::vector<ShopField>& shop_fields, std::string_view locale, std::string_view currency,
                     std::string_view timezone, int64_t history_ms)
    : history_ms_(history_ms), locale_(locale), currency_(currency), timezone_(timezone) {
  std::vector<cel::Type::Field> shop_types;
  liquid::Variable shop{.name = "shop"};
  for (const ShopField& field : shop_fields) {
    shop_types.push_back({field.name, TypeOf(field.kind)});
    shop.fields.push_back({field.name});
    if (field.name == kLinkUrl) texts_.links = condition_names_.links = true;
  }
  for (size_t i = 0; i < kRootCount; ++i) {
    const WorldRoot& root = WorldRoots()[i];
    cel::Variable& variable = conditions_.variables.emplace_back();
    variable.name = root.name;
    variable.ops = root.ops;
    for (const WorldField& field : root.fields)
      if (root.ops != nullptr) variable.getters.push_back({field.name, field.get});
    switch (static_cast<Root>(i)) {
      case Root::kShop:
        variable.type = cel::Type::Object(shop_types);
        break;
      case Root::kNow:
        variable.type = cel::TypeKind::kTimestamp;
        variable.is_now = true;
        break;
      case Root::kCarts:
        variable.type = cel::Type::List(TypeOf(root.fields, root.open));
        break;
      case Root::kHistory:
        variable.is_history = true;
        break;
      case Root::kCustomer:
      case Root::kCart:
      case Root::kEvent:
      case Root::kJourney:
      case Root::kConsent:
      case Root::kAnswer:
        variable.type = TypeOf(root.fields, root.open);
        break;
    }
  }
  conditions_.history_ms = history_ms;
  if (!timezone_.empty()) conditions_.timezone = timezone_;
  conditions_.variables.resize(static_cast<size_t>(Root::kConsent));  // no condition asks for a consent or an answer
  required_ = conditions_;
  required_.variables[static_cast<size_t>(Root::kEvent)].name.clear();  // there is none when a message is made
  conditions_.variables.pop_back();
  segments_ = conditions_;
  segments_.variables.pop_back();
  texts_.person = condition_names_.person = WorldRoots()[static_cast<size_t>(Root::kCustomer)].name;
  for (Root i : kTextRoots) {
    const WorldRoot& root = WorldRoots()[static_cast<size_t>(i)];
    if (i == Root::kConsent) continue;
    texts_.roots.push_back(
        i == Root::kShop ? shop : liquid::Variable{std::string(root.name), VariablesOf(root.fields, root.open)});
    condition_names_.roots.push_back(i == Root::kShop ? liquid::Variable{.name = shop.name} : texts_.roots.back());
  }
  pages_ = texts_;
  pages_.html = true;
  const WorldRoot& consent = WorldRoots()[static_cast<size_t>(Root::kConsent)];
  notices_ = texts_;
  notices_.roots.push_back({std::string(consent.name), VariablesOf(consent.fields, consent.open)});
  notice_pages_ = notices_;
  notice_pages_.html = true;
  const WorldRoot& event = WorldRoots()[static_cast<size_t>(Root::kEvent)];
  condition_names_.roots.push_back({std::string(event.name), VariablesOf(event.fields, event.open)});
}

void Languages::SetSegments(std::function<absl::StatusOr<cel::Program>(std::string_view name)> find) {
  conditions_.segment = segments_.segment = required_.segment = std::move(find);
}

absl::StatusOr<cel::Program> Languages::Noted(absl::StatusOr<cel::Program> program) const {
  if (!program.ok()) return program;
  for (const cel::HistoryNeed& need : program->reads().history) {
    if (need.reach_ms > history_ms_)
      return absl::InvalidArgumentError(
          fmt::format("1:1: it looks back {}, and {} of the past are kept: write \"history\": \"{}\" beside "
                      "\"segments\" to keep more",
                      FormatSpan(need.reach_ms), FormatSpan(history_ms_), FormatSpan(need.reach_ms)));
    needs_.push_back(need);
  }
  return program;
}

absl::StatusOr<std::unique_ptr<Condition>> Languages::CompileWhen(std::string_view source) const {
  ASSIGN_OR_RETURN(cel::Program program, Noted(cel::CompileCondition(source, conditions_)));
  return MakeCondition(std::move(program));
}

cel::Environment Languages::Walked(const NamedCalls& calls) const {
  cel::Environment environment = required_;
  if (!calls) return environment;
  std::vector<cel::Type::Field> answers, walk;
  for (const NamedCall& call : *calls) answers.push_back({call.step, TypeOf(call.fields)});
  for (const WorldField& field : WorldRoots()[static_cast<size_t>(Root::kJourney)].fields)
    walk.push_back({std::string(field.name), field.name == kAnswersField ? cel::Type::Object(answers) : TypeOf(field)});
  environment.variables[static_cast<size_t>(Root::kJourney)].type = cel::Type::Object(std::move(walk));
  return environment;
}

absl::StatusOr<std::unique_ptr<Condition>> Languages::CompileRequire(std::string_view source,
                                                                     const NamedCalls& calls) const {
  ASSIGN_OR_RETURN(cel::Program program, Noted(cel::CompileCondition(source, Walked(calls))));
  return MakeCondition(std::move(program));
}

absl::StatusOr<std::unique_ptr<Condition>> Languages::CompileAnswered(
    std::string_view source, const NamedCalls& calls, const std::vector<CallStep::Field>& fields) const {
  cel::Environment environment = Walked(calls);
  environment.variables.resize(kRootCount);
  cel::Variable& answer = environment.variables[static_cast<size_t>(Root::kAnswer)];
  answer.name = WorldRoots()[static_cast<size_t>(Root::kAnswer)].name;
  answer.type = TypeOf(fields);
  ASSIGN_OR_RETURN(cel::Program program, Noted(cel::CompileCondition(source, environment)));
  return MakeCondition(std::move(program));
}

absl::StatusOr<cel::Program> Languages::CompileSegment(std::string_view source) const {
  return Noted(cel::CompileCondition(source, segments_));
}

std::unique_ptr<Condition> Languages::MakeCondition(cel::Program program) {
  return std::make_unique<CelCondition>(std::move(program));
}

absl::StatusOr<std::unique_ptr<Condition>> Languages::CompileKey(std::string_view source) const {
  ASSIGN_OR_RETURN(cel::Program program, Noted(cel::Compile(source, conditions_)));
  const cel::Type& type = program.type();
  bool good = type.is_dyn() || type.kind == cel::TypeKind::kString || type.kind == cel::TypeKind::kInt ||
              type.kind == cel::TypeKind::kUint;
  if (!good)
    return absl::InvalidArgumentError(
        fmt::format("1:1: a key must be string or int, such as cart.id, and this is {}", cel::TypeName(type)));
  return std::make_unique<CelCondition>(std::move(program));
}

absl::StatusOr<std::unique_ptr<Condition>> Languages::CompileInstant(std::string_view source) const {
  ASSIGN_OR_RETURN(cel::Program program, Noted(cel::Compile(source, segments_)));
  const cel::Type& type = program.type();
  if (!type.is_dyn() && type.kind != cel::TypeKind::kString && type.kind != cel::TypeKind::kTimestamp)
    return absl::InvalidArgumentError(
        fmt::format("1:1: a wait ends by a timestamp or a text that is a time, and this is {}", cel::TypeName(type)));
  return std::make_unique<CelCondition>(std::move(program));
}

absl::StatusOr<std::unique_ptr<Condition>> Languages::CompileValue(std::string_view source,
                                                                   const NamedCalls& calls) const {
  cel::Environment environment = Walked(calls);
  environment.variables[static_cast<size_t>(Root::kNow)].is_now = false;  // when the value changes is not asked
  ASSIGN_OR_RETURN(cel::Program program, Noted(cel::Compile(source, environment)));
  const cel::Type& type = program.type();
  if (type.kind == cel::TypeKind::kList || type.kind == cel::TypeKind::kMap)
    return absl::InvalidArgumentError(fmt::format(
        "1:1: a field holds one text, number, instant, true or false, and this is {}", cel::TypeName(type)));
  return std::make_unique<CelCondition>(std::move(program));
}

void Languages::AddPartial(const std::string& name, const std::string& text) {
  for (liquid::Environment* environment : {&texts_, &pages_, &notices_, &notice_pages_, &condition_names_})
    environment->partials[name] = text;
}

absl::StatusOr<std::unique_ptr<Text>> Languages::CompileText(std::string_view source, const TextStyle& style) const {
  absl::StatusOr<liquid::Template> text = liquid::Parse(source, style.html ? pages_ : texts_);
  if (!text.ok() && style.consent != nullptr) {
    absl::StatusOr<liquid::Template> notice = liquid::Parse(source, style.html ? notice_pages_ : notices_);
    *style.consent |= notice.ok();
    if (notice.ok()) text = std::move(notice);
  }
  if (text.ok() && style.literal_problem != nullptr) RETURN_IF_ERROR(text->CheckLiterals(style.literal_problem));
  if (text.ok())
    return std::make_unique<LiquidText>(*std::move(text), MayHaveAmounts(source),
                                        style.locale.empty() ? std::string_view(locale_) : style.locale, currency_,
                                        timezone_, style.missing);
  if (!liquid::Parse(source, condition_names_).ok()) return text.status();
  return absl::InvalidArgumentError(
      fmt::format("{}; a text knows customer, cart, journey, and of shop what this playbook says of it",
                  StatusText(text.status())));
}

bool HasLiquid(std::string_view source) { return source.find("{{") != source.npos || source.find("{%") != source.npos; }

}  // namespace cartwheel::playbook
