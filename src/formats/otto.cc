// OTTO's sessions (https://github.com/otto-de/recsys-dataset): a record holds all events of one session. Its numbers
// begin at 0, which would be a placeholder, so customers are "otto-0" and on. Articles ordered at one instant are one
// order.
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "formats/json.h"
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
  size_t index = 0;
  std::string_view article;
  std::string_view type;
  int64_t at_ms = 0;
};

class Reader {
 public:
  Reader(std::string_view input, Sink* sink) : text_(input), sink_(*sink) {}

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
    ondemand::object object;
    if (!text_.OpenObject(record, &object, problem)) return false;
    bool events = false;
    for (auto member : object) {
      std::string_view key;
      ondemand::value value;
      if (!ReadMember(member, &key, &value, &text_, problem)) return false;
      if (key == "session" && !ReadInteger("session", value, &session_, problem)) return false;
      if (key == "events") {
        ondemand::array array;
        if (KindOf(value) != JsonKind::kList) {
          return problem->Set("bad_json", fmt::format("events is {}: expected a list", DescribeValue(value)));
        }
        if (auto error = value.get_array().get(array)) return text_.Fail(error, problem);
        if (!ReadActions(array, problem)) return false;
        events = true;
      }
    }
    if (!text_.Close(problem)) return false;
    if (session_.empty()) return problem->Set("missing_customer", "session is missing: expected its number");
    if (!events) return problem->Set("missing_type", "events is missing: expected a list of actions");
    return true;
  }

  // A broken record ends the session; an action that is well formed but wrong is only a problem of its own.
  bool ReadActions(ondemand::array array, Problem* problem) {
    size_t index = 0;
    for (auto element : array) {
      Action action{.index = index++, .article = {}, .type = {}};
      ondemand::object object;
      if (auto error = element.get_object().get(object)) return text_.Fail(error, problem);
      Problem own;
      std::string_view ts;
      for (auto member : object) {
        std::string_view key;
        ondemand::value value;
        if (!ReadMember(member, &key, &value, &text_, problem)) return false;
        if (!own.code.empty()) continue;
        if (key == "aid") ReadInteger("aid", value, &action.article, &own);
        if (key == "ts" && ReadInteger("ts", value, &ts, &own)) action.at_ms = NumberFromText(ts)->integer();
        if (key == "type" && ReadString(value, &action.type)) own.Set("bad_type", "type is not text");
      }
      if (own.code.empty()) Judge(action, ts, &own);
      if (own.code.empty()) {
        actions_.push_back(action);
      } else {
        own.message = fmt::format("events[{}].{}", action.index, own.message);
        problems_.push_back(std::move(own));
      }
    }
    return true;
  }

  bool Judge(const Action& action, std::string_view ts, Problem* problem) {
    if (action.article.empty()) return problem->Set("missing_product", "aid is missing: expected an article's number");
    if (ts.empty()) return problem->Set("bad_at", "ts is missing: expected epoch milliseconds");
    if (!CheckEpochMs("ts", action.at_ms, problem)) return false;
    return TypeOf(action) != EventType::kCustom ||
           problem->Set("unknown_type",
                        fmt::format("type is {}: expected clicks, carts or orders", Quote(action.type)));
  }

  static EventType TypeOf(const Action& action) {
    for (const TypeRule& rule : kTypes)
      if (rule.theirs == action.type) return rule.ours;
    return EventType::kCustom;
  }

  bool ReadInteger(std::string_view name, ondemand::value& value, std::string_view* digits, Problem* problem) {
    int64_t integer;
    std::string_view token = Token(value);
    if (!value.get_int64().get(integer)) {
      *digits = token;
      return true;
    }
    return problem->Set("bad_id", fmt::format("{} is {}: expected an integer", name, DescribeValue(value)));
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

  JsonText text_;
  Sink& sink_;

  // Of the session being read.
  std::string_view session_;
  std::vector<Action> actions_;
  std::vector<Problem> problems_;
  std::string customer_;
  std::string packed_;
};

}  // namespace

void ReadOtto(std::string_view input, std::vector<std::string>*, Sink* sink) {
  Reader reader(input, sink);
  RecordSplitter records(input);
  for (std::string_view record; records.Next(&record); ++sink->record) reader.Session(record);
}

}  // namespace cartwheel::formats
