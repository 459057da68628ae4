// OTTO's sessions (https://github.com/otto-de/recsys-dataset): a record holds all events of one session. Its numbers
// begin at 0, which would be a placeholder, so customers are "otto-0" and on. Articles ordered at one instant are one
// order.
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "formats/json_tree.h"
#include "formats/readers.h"
#include "formats/records.h"
#include "formats/validate.h"

namespace cartwheel::formats {
namespace {

struct TypeRule {
  std::string_view theirs;
  EventType ours;
};
constexpr TypeRule kTypes[] = {
    {"clicks", EventType::kProductViewed},
    {"carts", EventType::kProductAdded},
    {"orders", EventType::kOrderCompleted},
};

// One element of `events`, as it stands there.
struct Action {
  std::string_view article;
  std::string_view type;
  int64_t at_ms = 0;
};

class Reader {
 public:
  explicit Reader(Sink* sink) : sink_(*sink) {}

  void Session(std::string_view record) {
    session_ = {};
    actions_.clear();
    problems_.clear();
    Problem problem;
    if (!Read(record, &problem)) {
      sink_.Reject(session_, std::move(problem));
      return;
    }
    for (Problem& bad : problems_) sink_.Reject({}, std::move(bad));
    customer_ = fmt::format("otto-{}", session_);
    for (size_t i = 0; i < actions_.size();) i = Take(i);
  }

 private:
  bool Read(std::string_view record, Problem* problem) {
    record_ = JsonNode();
    if (!ParseTree(record, &record_, problem)) return false;
    const JsonNode* session = record_.Find("session");
    if (session == nullptr) return problem->Set("missing_customer", "session is missing: expected its number");
    if (!ReadInteger("session", *session, &session_, problem)) return false;
    const JsonNode* events = record_.Find("events");
    if (events == nullptr) return problem->Set("missing_type", "events is missing: expected a list of actions");
    if (!events->is(JsonNode::Kind::kList))
      return problem->Set("bad_json", fmt::format("events is {}: expected a list", Show(*events)));
    for (size_t i = 0; i < events->children.size(); ++i) ReadAction(i, events->children[i]);
    return true;
  }

  // One that is wrong is a problem of its own.
  void ReadAction(size_t index, const JsonNode& node) {
    Action action;
    Problem own;
    if (!node.is(JsonNode::Kind::kMap)) {
      own.Set("bad_json", fmt::format("events[{}] is {}: expected an object", index, Show(node)));
    } else if (ReadMembers(node, &action, &own)) {
      actions_.push_back(action);
      return;
    } else {
      own.message = fmt::format("events[{}].{}", index, own.message);
    }
    problems_.push_back(std::move(own));
  }

  bool ReadMembers(const JsonNode& node, Action* action, Problem* problem) {
    const JsonNode *aid = node.Find("aid"), *ts = node.Find("ts"), *type = node.Find("type");
    std::string_view digits;
    if (aid == nullptr) return problem->Set("missing_product", "aid is missing: expected an article's number");
    if (!ReadInteger("aid", *aid, &action->article, problem)) return false;
    if (ts == nullptr) return problem->Set("bad_at", "ts is missing: expected epoch milliseconds");
    if (!ReadInteger("ts", *ts, &digits, problem)) return false;
    action->at_ms = ts->number.integer();
    if (!CheckEpochMs("ts", action->at_ms, problem)) return false;
    if (type != nullptr && !type->is(JsonNode::Kind::kText)) return problem->Set("bad_type", "type is not text");
    if (type != nullptr) action->type = type->text;
    return TypeOf(*action) != EventType::kCustom ||
           problem->Set("unknown_type",
                        fmt::format("type is {}: expected clicks, carts or orders", Quote(action->type)));
  }

  static EventType TypeOf(const Action& action) {
    for (const TypeRule& rule : kTypes)
      if (rule.theirs == action.type) return rule.ours;
    return EventType::kCustom;
  }

  static bool ReadInteger(std::string_view name, const JsonNode& node, std::string_view* digits, Problem* problem) {
    if (!node.is(JsonNode::Kind::kNumber) || node.number.kind() != Kind::kInt)
      return problem->Set("bad_id", fmt::format("{} is {}: expected an integer", name, Show(node)));
    *digits = node.raw;
    return true;
  }

  // The event of the action at `first`; orders take the actions of the same order with them. Returns the place after
  // it.
  size_t Take(size_t first) {
    const Action& action = actions_[first];
    size_t end = first + 1;
    EventType type = TypeOf(action);
    std::string id = fmt::format("{}:{}:{}:{}", session_, action.at_ms, action.type, action.article);
    packed_.clear();
    PackedWriter writer(&packed_);
    writer.BeginMap();
    if (type == EventType::kOrderCompleted) {
      while (end < actions_.size() && actions_[end].at_ms == action.at_ms && actions_[end].type == action.type) ++end;
      writer.Key("order_id");
      writer.Scalar(Value::String(fmt::format("{}:{}", session_, action.at_ms)));
      writer.Key("products");
      writer.BeginList();
      for (size_t i = first; i < end; ++i) {
        writer.BeginMap();
        Product(actions_[i], &writer);
        writer.Key("quantity");
        writer.Scalar(Value::Int(1));
        writer.End();
      }
      writer.End();
    } else {
      Product(action, &writer);
    }
    writer.End();
    Event event;
    event.type = type;
    event.type_name = EventTypeName(type);
    event.id = id;
    event.customer = customer_;
    event.at_ms = action.at_ms;
    event.properties = packed_;
    sink_.Take(&event);
    return end;
  }

  void Product(const Action& action, PackedWriter* writer) {
    writer->Key("product_id");
    writer->Scalar(Value::String(action.article));
  }

  Sink& sink_;

  // Of the session being read.
  JsonNode record_;
  std::string_view session_;
  std::vector<Action> actions_;
  std::vector<Problem> problems_;
  std::string customer_;
  std::string packed_;
};

}  // namespace

void ReadOtto(std::string_view input, std::vector<std::string>*, Sink* sink) {
  Reader reader(sink);
  RecordSplitter records(input);
  for (std::string_view record; records.Next(&record); ++sink->record) reader.Session(record);
}

}  // namespace cartwheel::formats
