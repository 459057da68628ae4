# Renders generated templates with ruby-liquid, the reference, and with `cartwheel render`, and compares what they print.
#   ruby tests/liquid/differential.rb build/dev/cartwheel [COUNT [SEED]]
# Where both end in an error they agree. Exit code 77: skipped.
# Left out, because the reference's answer is Ruby's and not Liquid's: the size of a number (of its machine word), what equals `blank` (only with
# Rails), the order of equals in a sort, sorting true and false, Infinity (an error here), a list that a text filter takes (printed as Ruby writes
# lists), the last digit of a quotient that no decimal writes out, empty == empty.
require "json"
require "open3"
begin
  require "liquid"
rescue LoadError
  puts "skipped: ruby-liquid is not installed (apt-get install ruby ruby-liquid)"
  exit 77
end

DATA = {
  "name" => "김민지", "latin" => "Jo Ann", "void" => "", "spaces" => "  two  words ", "html" => "<b>\"큰\" & 'small'</b>",
  "zero" => 0, "one" => 1, "price" => 12900, "below" => -7, "half" => 0.5, "ratio" => 3.25, "whole" => 20.0, "yes" => true, "no" => false,
  "nothing" => nil, "digits" => "42", "decimal" => "3.5", "csv" => "b,a,c,a",
  "list" => [3, 1, 2, 3], "words" => %w[pear Apple fig apple], "mixed" => [1, "a", nil, 2.5], "none" => [],
  "items" => [{ "name" => "양말", "price" => 3000, "sale" => true, "tags" => %w[a b] },
              { "name" => "Mug", "price" => 12000, "sale" => false, "tags" => [] },
              { "name" => "모자", "price" => 3000, "sale" => true, "tags" => %w[c] }],
  "cart" => { "url" => "https://shop.test/c?a=1&b=2", "count" => 3, "owner" => { "name" => "지우" } }
}.freeze

# What a generator knows: variables by kind, literals, filters with their arguments.
TEXTS = %w[name latin void spaces html digits decimal csv cart.url cart.owner.name items[0].name items.first.name words.last].freeze
NUMBERS = %w[zero one price below half ratio whole cart.count items[1].price list[0] list.size name.size].freeze
LISTS = %w[list words mixed none items items[0].tags].freeze
OTHERS = %w[yes no nothing missing cart.missing].freeze
ARGUMENTS = { text: ["'a'", "'-'", "' '", "','", "name", "'민'"], number: %w[0 1 2 3 7 -1 2.5 cart.count], whole: %w[0 1 2 5 12], divisor: %w[1 2 4 7 -1 2.5] }.freeze
FILTERS = {
  text: [["append", :text], ["prepend", :text], ["capitalize"], ["downcase"], ["upcase"], ["strip"], ["lstrip"], ["rstrip"], ["escape"], ["escape_once"],
         ["newline_to_br"], ["strip_newlines"], ["strip_html"], ["remove", :text], ["remove_first", :text], ["remove_last", :text], ["replace", :text, :text],
         ["replace_first", :text, :text], ["replace_last", :text, :text], ["truncate", :whole], ["truncate", :whole, :text], ["truncatewords", :whole],
         ["url_encode"], ["url_decode"], ["base64_encode"], ["slice", :whole], ["slice", :number_whole, :whole], ["default", :text]],
  number: [["plus", :number], ["minus", :number], ["times", :number], ["divided_by", :divisor], ["modulo", :divisor], ["abs"], ["ceil"], ["floor"], ["round"],
           ["round", :whole], ["at_least", :number], ["at_most", :number], ["append", :text], ["default", :number]],
  list: [["join", :text], ["reverse"], ["uniq"], ["compact"], ["sort"], ["join"], ["concat", :list], ["slice", :whole, :whole]],
  items: [["map", :field], ["where", :field], ["sort", :ordered], ["sort_natural", :ordered], ["uniq", :field], ["compact", :field]]
}.freeze
FIELDS = ["'name'", "'price'", "'sale'", "'nope'"].freeze

class Maker
  def initialize(seed)
    @random = Random.new(seed)
    @names = []
  end

  def pick(list) = list[@random.rand(list.size)]
  def chance?(percent) = @random.rand(100) < percent

  def argument(kind)
    case kind
    when :field then pick(FIELDS)
    when :ordered then pick(FIELDS.first(2))
    when :list then pick(%w[list words none])
    when :number_whole then pick(%w[-2 -1 0 1])
    else pick(ARGUMENTS[kind])
    end
  end

  def filters(kind)
    Array.new(@random.rand(3)) do
      name, *kinds = pick(FILTERS[kind])
      " | #{name}#{": #{kinds.map { |k| argument(k) }.join(", ")}" unless kinds.empty?}"
    end.join
  end

  def value
    case @random.rand(12)
    when 0..3 then pick(TEXTS) + filters(:text)
    when 4..6 then pick(NUMBERS) + filters(:number)
    when 7 then pick(LISTS) + filters(:list).sub(/( \| join[^|]*).*/, '\1') + pick(["", "", " | size", " | first", " | last"])
    when 8 then "items" + filters(:items).sub(/ \| map: '\w+'.*/) { |map| map[/ \| map: '\w+'/] } + pick(["", " | size", " | join: ','"])
    when 9 then pick(OTHERS) + pick(["", " | default: 'none'", " | default: 1, allow_false: true", " | append: 'x'"])
    when 10 then pick(["'text'", "\"two\"", "12", "1.50", "true", "nil", "-3", "(1..3)"]) + pick(["", " | append: '!'"])
    else @names.empty? ? pick(TEXTS) : pick(@names) + pick(["", " | default: 'x'"])
    end
  end

  def operand = pick(TEXTS + NUMBERS + OTHERS + ["'a'", "1", "0", "2.5", "nil", "true", "false", "'42'"])

  def condition
    one = lambda do
      case @random.rand(4)
      when 0 then operand
      when 1 then "#{operand} #{pick(%w[== != <>])} #{chance?(10) ? "empty" : operand}"
      when 2 then "#{pick(NUMBERS)} #{pick(%w[< > <= >=])} #{pick(NUMBERS + %w[1 2.5 0])}"
      else "#{pick(TEXTS + %w[words list csv])} contains #{pick(["'a'", "'민'", "1", "'apple'"])}"
      end
    end
    Array.new(1 + @random.rand(3)) { one.call }.join(pick([" and ", " or "]))
  end

  def body(depth) = Array.new(1 + @random.rand(3)) { node(depth) }.join

  def tag(text) = "{%#{"-" if chance?(10)} #{text} #{"-" if chance?(10)}%}"

  def loop_parameters
    [pick(["", "", " reversed"]), pick(["", "", " limit: #{pick(%w[0 1 2 9])}"]), pick(["", "", " offset: #{pick(%w[0 1 5 continue])}"])].shuffle(random: @random).sort_by do |part|
      part == " reversed" ? 0 : 1
    end.join
  end

  def node(depth)
    kind = @random.rand(depth.zero? ? 8 : 16)
    case kind
    when 0..1 then pick(["text ", "\n  ", " 한글 ", "{ } ", "50% "])
    when 2..6 then "{{#{"-" if chance?(10)} #{value} #{"-" if chance?(10)}}}"
    when 7
      name = "v#{@random.rand(3)}"
      made = tag("assign #{name} = #{value}")
      @names |= [name]
      made
    when 8..9 then tag("if #{condition}") + body(depth - 1) + (chance?(30) ? tag("elsif #{condition}") + body(depth - 1) : "") + (chance?(50) ? tag("else") + body(depth - 1) : "") + tag("endif")
    when 10 then tag("unless #{condition}") + body(depth - 1) + tag("endunless")
    when 11
      tag("case #{operand}") + tag("when #{operand}#{pick(["", ", #{operand}", " or #{operand}"])}") + body(depth - 1) + (chance?(50) ? tag("else") + body(depth - 1) : "") + tag("endcase")
    when 12
      over = pick(LISTS + ["(1..3)", "(one..cart.count)"])
      inner = pick(["{{ i }}", "{{ i.name }}", "{{ forloop.index }}/{{ forloop.length }} ", "{{ forloop.first }}{{ forloop.rindex0 }}", "{% if forloop.last %}{% break %}{% endif %},",
                    "{% cycle 'a', 'b' %}", "{% if i == 2 %}{% continue %}{% endif %}{{ i | append: ';' }}"])
      tag("for i in #{over}#{loop_parameters}") + inner + body(depth - 1) + (chance?(30) ? tag("else") + "none" : "") + tag("endfor")
    when 13
      name = "c#{@random.rand(2)}"
      made = tag("capture #{name}") + body(depth - 1) + tag("endcapture")
      @names |= [name]
      made + "{{ #{name} | strip | truncate: 20 }}"
    when 14 then tag("increment n") + tag("decrement m") + tag("cycle '가', '나', '다'")
    else pick(["{% comment %}{{ x }}{% endcomment %}", "{% raw %}{{ x }}{% endraw %}", "{% # note %}", "{% liquid\n assign z = price | plus: 1\n echo z\n%}",
               "{% tablerow row in list cols: 2 %}{{ row }}{% endtablerow %}", "{% echo name | upcase %}", "{% ifchanged %}x{% endifchanged %}"])
    end
  end
end

def reference(source)
  text = Liquid::Template.parse(source, error_mode: :strict).render!(JSON.parse(JSON.generate(DATA)))
  { "text" => text }
rescue Liquid::Error, StandardError => e
  { "error" => e.message }
end

# The sign of a float's zero is nobody's text.
def plain(answer) = answer["text"]&.gsub(/-0\.0(?!\d)/, "0.0")

program, count, seed = ARGV[0], (ARGV[1] || 3000).to_i, (ARGV[2] || 1).to_i
abort "usage: ruby differential.rb CARTWHEEL [COUNT [SEED]]" if program.nil?
maker_seed = seed * 1_000_003
sources = Array.new(count) { |i| Maker.new(maker_seed + i).body(3) }
lines = sources.map { |source| JSON.generate({ template: source, data: DATA, now: "2026-11-26T12:00:00Z" }) }
output, status = Open3.capture2(program, "render", stdin_data: lines.join("\n") + "\n")
answers = output.lines.map { |line| JSON.parse(line) }
abort "cartwheel render answered #{answers.size} of #{count} lines (#{status})" if answers.size != count

wrong = 0
errors = 0
sources.zip(answers) do |source, ours|
  theirs = reference(source)
  errors += 1 if theirs["error"]
  next if theirs["error"] && ours["error"]
  next if plain(theirs) == plain(ours)
  wrong += 1
  puts "template: #{source.inspect}\n  reference: #{theirs.inspect}\n  cartwheel: #{ours.inspect}" if wrong <= (ENV["SHOW"] || 10).to_i
end
puts "#{count} templates (seed #{seed}), #{errors} end in an error in the reference, #{wrong} differ; Liquid #{Liquid::VERSION}"
exit(wrong.zero? ? 0 : 1)
