# The commands that send by themselves: what they say of channels.json, of what they are not told, and of a provider that is not there. The page
# names every key.
. "$SOURCE/tests/cli/lib.sh"

expect_code 0 "$CARTWHEEL" channels kinds
if grep -q '^this build sends nothing' out; then
  echo "skipped: this build was made without libcurl"
  exit 0
fi
for word in $(sed -n 's/^\([a-z_]*\): .*/\1/p; s/^  \([a-z_]*\)  *.*/\1/p' out | sort -u); do
  grep -q "[\`\"]$word[\`\"]" "$SOURCE/docs/channels.md" || fail "docs/channels.md does not name $word"
done

expect_code 2 "$CARTWHEEL" channels
expect_code 2 "$CARTWHEEL" channels test channels.json
expect_text err 'expected check FILE, sync NAME, or kinds'
expect_code 1 "$CARTWHEEL" channels check none.json
expect_text err 'none.json: No such file'

cat >channels.json <<'END'
{"channels": {
   "email": {"kind": "smtp", "url": "smtp+plain://127.0.0.1:1", "from": "shop@shop.example", "private_address": true},
   "mail": {"kind": "smtp", "url": "smtp://127.0.0.1:1", "from": "shop@shop.example"}}}
END
expect_code 1 "$CARTWHEEL" channels check channels.json
expect_lines out 2
expect_text out 'email (smtp): Failed to connect'
expect_text out 'mail (smtp): the address 127.0.0.1 is not public'

cat >wrong.json <<'END'
{"channels": {
   "email": {"kind": "smtp", "ulr": "smtp://mail.shop.example:587", "from": "shop", "password": "hunter2"},
   "sms": {"kind": "smss"}}}
END
for command in 'channels check wrong.json' 'send email a@b.example gentle --channels wrong.json --playbook none.json' 'worker --db shop.db --channels wrong.json'; do
  # shellcheck disable=SC2086
  expect_code 1 "$CARTWHEEL" $command
  expect_text err 'wrong.json: /channels/email/ulr (2:30): unknown key "ulr", did you mean "url"?'
  expect_text err 'wrong.json: /channels/email/password (2:97): expected {"env": "NAME"}'
  expect_text err 'wrong.json: /channels/sms/kind (3:20): "smss" is no kind of channel'
  grep -q hunter2 out err && fail "a secret is shown: $(cat out err)"
done

expect_code 2 "$CARTWHEEL" worker --db shop.db --channels channels.json --deliver file:x
expect_text err 'either --channels or --deliver'
recipe=$SOURCE/examples/recipes/cart-24-48-72.json
expect_code 1 "$CARTWHEEL" send sms 010 gentle --channels channels.json --playbook "$recipe"
expect_text err 'channels.json has no channel "sms"; it has: email, mail'
expect_code 1 "$CARTWHEEL" send email a@b.example none --channels channels.json --playbook "$recipe"
expect_text err 'the playbook has no template "none"'

cat >playbook.json <<'END'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
 "templates": {"hello": {"purpose": "cart", "email": {"subject": "s", "text": "t"}}, "short": {"purpose": "cart", "sms": {"text": "t"}}},
 "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "hello", "via": ["email"]}]}}}
END
expect_code 1 "$CARTWHEEL" send email a@b.example hello --channels channels.json --playbook playbook.json
expect_text out 'not_sent: Failed to connect'
expect_code 1 "$CARTWHEEL" send email a@b.example short --channels channels.json --playbook playbook.json
expect_text err 'the template "short" has no section "email"'
# A channel gets the section of its name, as in a journey, whatever its kind can send.
cat >solapi.json <<'END'
{"channels": {"sms": {"kind": "solapi", "api_key": {"env": "SMS_KEY"}, "api_secret": {"env": "SMS_KEY"}, "from": "0212345678", "url": "http://127.0.0.1:1", "private_address": true},
              "kakao": {"kind": "smtp", "url": "smtp+plain://127.0.0.1:1", "from": "shop@shop.example", "private_address": true}}}
END
SMS_KEY=key
export SMS_KEY
expect_code 1 "$CARTWHEEL" send sms 01012345678 gentle --channels solapi.json --playbook "$recipe"
expect_text out 'not_sent: Failed to connect'
expect_code 1 "$CARTWHEEL" send sms 01012345678 hello --channels solapi.json --playbook playbook.json
expect_text err 'the template "hello" has no section "sms"'
expect_code 1 "$CARTWHEEL" channels check solapi.json
expect_text out 'sms (solapi): Failed to connect'
expect_text out 'kakao (smtp): a channel called "kakao" gets the section "kakao" of templates, and smtp reads "email"'

sed 's|"channels": {|"deliver_only_to": ["*@shop.example"], "channels": {|' channels.json >stage.json
expect_code 1 "$CARTWHEEL" send email a@b.example hello --channels stage.json --playbook playbook.json
expect_text out 'reject_msg: not one of deliver_only_to'
expect_code 1 "$CARTWHEEL" send email a@shop.example hello --channels stage.json --playbook playbook.json
expect_text out 'not_sent'

expect_code 1 "$CARTWHEEL" bounce --channels channels.json
expect_text err 'more than one channel of the kind smtp: name one by --channel'
expect_code 1 "$CARTWHEEL" bounce --channels channels.json --channel sms
expect_text err 'no channel of the kind smtp and that name'
echo 'Subject: holidays' | "$CARTWHEEL" bounce --channels channels.json --channel email >out 2>err || fail "bounce: $(cat err)"
expect_text err 'no report of a bounce'
expect_lines out 0
