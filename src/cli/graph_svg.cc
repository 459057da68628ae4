// Drawings as SVG, laid out as the steps lie inside of each other: a list from top to bottom, the arms of a step beside
// each other under it, and what follows in the middle below them, where all lines join.
#include <algorithm>
#include <utility>

#include "cli/graph_flow.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

// All in pixels.
constexpr double kLineHeight = 16, kPadding = 12, kGap = 28, kArmGap = 24, kBend = 12, kMargin = 24;
constexpr double kTextMax = 250;  // of a line of a box
constexpr double kArmTextMax = 190;
constexpr double kJumpApart = 14;

struct Colour {
  std::string_view kind, fill;
};
constexpr Colour kColours[] = {
    {"start", "#e8f0fe"},  {"end", "#f1f3f4"},   {"exit", "#f1f3f4"},     {"wait", "#fef7e0"}, {"send", "#e6f4ea"},
    {"branch", "#fce8e6"}, {"split", "#f3e8fd"}, {"wait_for", "#fef7e0"}, {"goto", "#f1f3f4"}, {"holdout", "#f1f3f4"}};

std::string_view FillOf(std::string_view kind) {
  for (const Colour& colour : kColours)
    if (colour.kind == kind) return colour.fill;
  return "#ffffff";
}

// Of the characters of East Asia a font takes twice the width of a Latin letter.
double WidthOf(std::string_view text) {
  double width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) width += byte < 0xe1 ? 6.8 : 12.5;
  }
  return width;
}

// Breaks a text at its spaces into lines that are not wider, as far as a word allows.
std::vector<std::string> Wrapped(std::string_view text, double width) {
  std::vector<std::string> lines;
  std::string line;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (!line.empty() && WidthOf(line) + WidthOf(word) + WidthOf(" ") > width) lines.push_back(std::exchange(line, ""));
    line += fmt::format("{}{}", line.empty() ? "" : " ", word);
    begin = end + 1;
  }
  lines.push_back(std::move(line));
  return lines;
}

double WidestOf(const std::vector<std::string>& lines) {
  double widest = 0;
  for (const std::string& line : lines) widest = std::max(widest, WidthOf(line));
  return widest;
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

struct Point {
  double x = 0, y = 0;
};

class Drawing {
 public:
  explicit Drawing(const Flow& flow) : flow_(flow), boxes_(flow.nodes.size()) {
    for (size_t n = 0; n < flow.nodes.size(); ++n) {
      Box& box = boxes_[n];
      box.lines = Wrapped(flow.nodes[n].title, kTextMax);
      box.titles = box.lines.size();
      for (const std::string& detail : flow.nodes[n].details)
        for (std::string& line : Wrapped(detail, kTextMax)) box.lines.push_back(std::move(line));
      box.width = WidestOf(box.lines) + 2 * kPadding;
      box.height = static_cast<double>(box.lines.size()) * kLineHeight + kPadding;
    }
  }

  // Draws with its top at `y` and returns its bottom.
  double Draw(double y) {
    const double width = WidthOf(flow_.items);
    double bottom = y;
    Items(flow_.items, kMargin + width / 2, y, {}, &bottom);
    right_ = kMargin + width;
    for (const FlowEdge& edge : flow_.edges)
      if (edge.jump) Jump(edge);
    return bottom;
  }
  double right() const { return right_; }
  // Lines first, so that no box is crossed.
  std::string Text() const { return lines_ + texts_; }

 private:
  struct Box {
    std::vector<std::string> lines;
    size_t titles = 0;  // so many of the lines are the title
    double width = 0, height = 0;
    Point top;  // in its middle
  };

  double WidthOf(const std::vector<FlowItem>& items) const {
    double width = 0;
    for (const FlowItem& item : items) width = std::max({width, boxes_[item.node].width, ArmsWidth(item)});
    return width;
  }
  double ArmWidth(const FlowArm& arm) const {
    return std::max(WidestOf(Wrapped(arm.label, kArmTextMax)) + kPadding, WidthOf(arm.items));
  }
  // The way past the arms of a step that goes on beside them has a place at their left.
  double ArmsWidth(const FlowItem& item) const {
    if (item.arms.empty()) return 0;
    double width = item.goes_on ? kArmGap : -kArmGap;
    for (const FlowArm& arm : item.arms) width += ArmWidth(arm) + kArmGap;
    return width;
  }
  static double WidthOf(std::string_view text) { return cli::WidthOf(text); }

  // Draws items around the line at `x` from `y` on; `ins` lead into the first. Returns what leads on.
  std::vector<Point> Items(const std::vector<FlowItem>& items, double x, double y, std::vector<Point> ins,
                           double* bottom) {
    for (const FlowItem& item : items) {
      Box& box = boxes_[item.node];
      box.top = {x, y};
      for (const Point& in : ins) Line(in, box.top);
      DrawBox(flow_.nodes[item.node], box);
      const Point below{x, y + box.height};
      *bottom = std::max(*bottom, below.y);
      ins.clear();
      double arms_bottom = below.y;
      if (!item.arms.empty()) ins = Arms(item, below, &arms_bottom);
      if (item.goes_on) ins.push_back(item.arms.empty() ? below : Past(item, below, arms_bottom));
      *bottom = std::max(*bottom, arms_bottom);
      y = arms_bottom + kGap;
    }
    return ins;
  }

  std::vector<Point> Arms(const FlowItem& item, Point from, double* bottom) {
    std::vector<Point> outs;
    double left = from.x - ArmsWidth(item) / 2 + (item.goes_on ? kArmGap : 0);
    for (const FlowArm& arm : item.arms) {
      const double width = ArmWidth(arm), x = left + width / 2;
      const std::vector<std::string> label = Wrapped(arm.label, kArmTextMax);
      const double top = from.y + 2 * kBend + static_cast<double>(label.size()) * kLineHeight + kBend;
      lines_ += fmt::format("<path d=\"M{:.0f} {:.0f}V{:.0f}H{:.0f}V{:.0f}\"{}/>\n", from.x, from.y, from.y + kBend, x,
                            top, arm.items.empty() ? "" : " marker-end=\"url(#arrow)\"");
      DrawLines(label, {x, from.y + 2 * kBend}, "class=\"label\"", label.size());
      std::vector<Point> after{{x, top}};
      *bottom = std::max(*bottom, top);
      if (!arm.items.empty()) after = Items(arm.items, x, top, {}, bottom);
      outs.insert(outs.end(), after.begin(), after.end());
      left += width + kArmGap;
    }
    return outs;
  }

  Point Past(const FlowItem& item, Point from, double bottom) {
    const double x = from.x - ArmsWidth(item) / 2;
    lines_ +=
        fmt::format("<path d=\"M{:.0f} {:.0f}V{:.0f}H{:.0f}V{:.0f}\"/>\n", from.x, from.y, from.y + kBend, x, bottom);
    return {x, bottom};
  }

  void Line(Point from, Point to) {
    const std::string way =
        from.x == to.x ? fmt::format("V{:.0f}", to.y) : fmt::format("V{:.0f}H{:.0f}V{:.0f}", to.y - kBend, to.x, to.y);
    lines_ += fmt::format("<path d=\"M{:.0f} {:.0f}{}\" marker-end=\"url(#arrow)\"/>\n", from.x, from.y, way);
  }

  // Around the right of everything.
  void Jump(const FlowEdge& edge) {
    const Box &from = boxes_[edge.from], &to = boxes_[edge.to];
    right_ += kJumpApart;
    lines_ +=
        fmt::format("<path class=\"jump\" d=\"M{:.0f} {:.0f}H{:.0f}V{:.0f}H{:.0f}\" marker-end=\"url(#arrow)\"/>\n",
                    from.top.x + from.width / 2, from.top.y + from.height / 2, right_, to.top.y + to.height / 2,
                    to.top.x + to.width / 2);
  }

  void DrawBox(const FlowNode& node, const Box& box) {
    texts_ +=
        fmt::format("<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"{}\" fill=\"{}\"/>\n",
                    box.top.x - box.width / 2, box.top.y, box.width, box.height,
                    node.kind == "start" || node.kind == "end" || node.kind == "exit" ? 16 : 4, FillOf(node.kind));
    DrawLines(box.lines, {box.top.x, box.top.y + kPadding / 2}, "", box.titles);
  }

  // The first `bold` lines are titles, unless there is a class.
  void DrawLines(const std::vector<std::string>& lines, Point top, std::string_view attributes, size_t bold) {
    for (size_t i = 0; i < lines.size(); ++i)
      texts_ += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" {}>{}</text>\n", top.x,
                            top.y + (static_cast<double>(i) + 0.75) * kLineHeight,
                            attributes.empty() && i < bold ? "class=\"title\"" : attributes, Escaped(lines[i]));
  }

  const Flow& flow_;
  std::vector<Box> boxes_;
  double right_ = 0;
  std::string lines_, texts_;
};

constexpr std::string_view kHead =
    R"(<style>text{font:12px sans-serif;text-anchor:middle;fill:#202124}.title{font-weight:bold}.label{fill:#5f6368;font-size:11px}
path{fill:none;stroke:#5f6368}.jump{stroke-dasharray:4 3}rect{stroke:#9aa0a6}#arrow path{fill:#5f6368;stroke:none}</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
)";

}  // namespace

std::string SvgOf(const std::vector<Flow>& flows) {
  std::string body;
  double y = kMargin, right = 0;
  for (const Flow& flow : flows) {
    Drawing drawing(flow);
    y = drawing.Draw(y) + 2 * kGap;
    right = std::max(right, drawing.right());
    body += drawing.Text();
  }
  const double width = right + kMargin, height = y;
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
             "{1:.0f}\">\n",
             width, height) +
         std::string(kHead) + body + "</svg>\n";
}

}  // namespace cartwheel::cli
