# Every recipe is drawn in every format; a small playbook is drawn as it reads.
. "$SOURCE/tests/cli/lib.sh"

drawn=0
for file in "$SOURCE"/examples/recipes/*.json; do
  for format in mermaid dot svg; do
    expect_code 0 "$CARTWHEEL" graph "$file" --format $format
    case $format in
      mermaid) expect_text out 'flowchart TD' ;;
      dot) expect_text out 'digraph playbook {' ;;
      svg)
        expect_text out '</svg>'
        python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' out || fail "$file: the SVG is no XML"
        ;;
    esac
    drawn=$((drawn + 1))
  done
done
[ "$drawn" -ge 51 ] || fail "$drawn drawings of recipes, expected those of 17 at least"

cat >small.json <<'END'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S", "currency": "KRW"},
 "templates": {"a": {"purpose": "cart", "sms": "a"}},
 "journeys": {
  "cart": {"enter": {"on": "product_added", "when": "cart.value > 10 && cart.id != \"x\"", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
   "steps": [{"wait": "1h"}, {"send": "a", "via": ["sms"], "name": "first", "latest": "2h"},
    {"wait_for": [{"clicked": "first", "then": [{"exit": "back"}]}], "within": "5h",
     "timeout": [{"split": [{"weight": 80, "name": "words", "steps": [{"send": "a", "via": ["sms"], "name": "second"}]}, {"weight": 20, "name": "held", "holdout": true}]}]},
    {"branch": [{"when": "cart.value > 50", "name": "high", "steps": [{"wait": {"until": "20:00", "weekdays": ["mon"]}}]}]},
    {"goto": "first", "max": 2}]},
  "other": {"enter": {"on": "signed_up"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "a", "via": ["sms"]}]}}}
END
expect_code 0 "$CARTWHEEL" graph small.json cart
cat >expected <<'END'
flowchart TD
  subgraph j0 ["cart"]
    j0n0(["cart<br/>begins on product_added when cart.value #gt; 10 && cart.id != #quot;x#quot;<br/>one for each cart.id<br/>ends on order_completed"])
    j0n1[/"wait 1h"/]
    j0n2["send a (first)<br/>by sms<br/>at most 2h late"]
    j0n3{{"wait up to 5h for"}}
    j0n4(["end: back"])
    j0n5{"share the customers out"}
    j0n6["send a (second)<br/>by sms"]
    j0n7["held out: walks the first arm and is sent no advertisement"]
    j0n8{"choose by conditions"}
    j0n9[/"wait until 20:00, mon"/]
    j0n10>"back to first, at most 2 times"]
    j0n11(["the end"])
    j0n0 --> j0n1
    j0n1 --> j0n2
    j0n2 --> j0n3
    j0n3 -->|"clicked first"| j0n4
    j0n3 -->|"not within 5h"| j0n5
    j0n5 -->|"words: 80 of 100"| j0n6
    j0n5 -->|"held: 20 of 100"| j0n7
    j0n7 -.-> j0n6
    j0n6 --> j0n8
    j0n8 -->|"high: cart.value #gt; 50"| j0n9
    j0n9 --> j0n10
    j0n8 -->|"else"| j0n10
    j0n10 -->|"then"| j0n11
    j0n10 -.->|"again"| j0n2
  end
END
cmp -s out expected || fail "the drawing: $(diff out expected)"
expect_code 0 "$CARTWHEEL" graph small.json
expect_text out 'subgraph j1 ["other"]'
expect_code 0 "$CARTWHEEL" graph small.json cart --format svg
[ "$(grep -c '<rect ' out)" -eq 12 ] || fail "expected a box for each of 12: $(cat out)"
[ "$(grep -c 'class="jump"' out)" -eq 2 ] || fail "expected the ways of a goto and of a holdout: $(cat out)"
expect_text out 'cart.value &gt; 50'

# What a step does instead has a way of its own beside the way on; steps that act are told in words.
cat >acts.json <<'END'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S", "currency": "KRW"},
 "templates": {"a": {"purpose": "general", "sms": "a"}},
 "journeys": {"act": {"enter": {"on": "signed_up"}, "steps": [
   {"send": "a", "via": ["sms"], "on_capped": "skip", "on_unreachable": [{"add_to": "no_sms"}, {"exit": "unreachable"}]},
   {"set": {"stage": "warm", "had": {"cel": "customer.orders"}}}, {"emit": "welcomed"}]}}}
END
expect_code 0 "$CARTWHEEL" graph acts.json
cat >expected <<'END'
flowchart TD
  subgraph j0 ["act"]
    j0n0(["act<br/>begins on signed_up"])
    j0n1["send a<br/>by sms<br/>capped: skip"]
    j0n2["add to no_sms"]
    j0n3(["end: unreachable"])
    j0n4["set attributes<br/>stage: warm<br/>had: {cel: customer.orders}"]
    j0n5["tell the event welcomed"]
    j0n6(["the end"])
    j0n0 --> j0n1
    j0n1 -->|"on_unreachable"| j0n2
    j0n2 --> j0n3
    j0n1 --> j0n4
    j0n4 --> j0n5
    j0n5 --> j0n6
  end
END
cmp -s out expected || fail "the drawing: $(diff out expected)"
expect_code 0 "$CARTWHEEL" graph acts.json --format svg
[ "$(grep -c '<rect ' out)" -eq 7 ] || fail "expected a box for each of 7: $(cat out)"

expect_code 1 "$CARTWHEEL" graph small.json crat
expect_text err 'no journey is called "crat", did you mean "cart"?'
expect_code 2 "$CARTWHEEL" graph small.json --format png
expect_text err '--format is "png", expected mermaid, dot or svg'
echo '{' >broken.json
expect_code 1 "$CARTWHEEL" graph broken.json
expect_text err 'broken.json: '

# A call has a way for each answer, one for any other, and one for none.
cat >asks.json <<'END'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S", "currency": "KRW"},
 "templates": {"a": {"purpose": "general", "sms": "a"}},
 "journeys": {"ask": {"enter": {"on": "signed_up"}, "goal": {"on": "invited", "within": "3d", "from": "entered"}, "steps": [
   {"call": "webhook", "name": "stock", "payload": {"n": 1}, "answer": {"left": "number"}, "within": "10m",
    "then": [{"when": "answer.left > 2.0", "name": "many", "steps": [{"send": "a", "via": ["sms"]}]}], "timeout": [{"exit": "silent"}]}]}}}
END
expect_code 0 "$CARTWHEEL" graph asks.json
cat >expected <<'END'
flowchart TD
  subgraph j0 ["ask"]
    j0n0(["ask<br/>begins on signed_up<br/>goal: invited within 3d of the entry"])
    j0n1{{"ask by webhook, up to 10m (stock)<br/>with {n: 1}<br/>for {left: number}"}}
    j0n2["send a<br/>by sms"]
    j0n3(["end: silent"])
    j0n4(["the end"])
    j0n0 --> j0n1
    j0n1 -->|"many: answer.left #gt; 2.0"| j0n2
    j0n1 -->|"no answer within 10m"| j0n3
    j0n2 --> j0n4
    j0n1 -->|"else"| j0n4
  end
END
cmp -s out expected || fail "the drawing of a call: $(diff out expected)"

sed -e 's/"revision": 1/"revision": 2/' -e 's/"within": "10m"/"within": "20m"/' -e 's/answer.left > 2.0/answer.left > 5.0/' asks.json >later.json
expect_code 0 "$CARTWHEEL" diff asks.json later.json
expect_text out '  step 1 "stock" waits no longer than 20m; before: 10m'
expect_text out '  step 1 "stock" has the way "many: answer.left > 5.0"; before: "many: answer.left > 2.0"'
