"""`channels sync` and the polling of reports, against a stand-in for SOLAPI on loopback.

  python3 sync.py CARTWHEEL      in an empty folder
"""
import json
import os
import subprocess
import sys
import time

from solapi_server import Provider

CARTWHEEL = sys.argv[1]
os.environ.update(SOLAPI_KEY="KEY", SOLAPI_SECRET="S3CRET")
PLAYBOOK = {
    "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW", "timezone": "Asia/Seoul"},
    "templates": {"remind": {"purpose": "cart", "sms": "장바구니"}},
    "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "remind", "via": ["sms"], "latest": "12h"}]}},
}


def fail(text):
    sys.exit("FAILED: " + text)


def check(holds, text):
    if not holds:
        fail(text)


def run(code, *words):
    done = subprocess.run([CARTWHEEL, *words], capture_output=True, text=True, timeout=120)
    check(done.returncode == code, f"{words} gave {done.returncode}, expected {code}: {done.stdout}{done.stderr}")
    check("S3CRET" not in done.stdout + done.stderr, "a secret is shown")
    return done.stdout + done.stderr


def ingest(*events):
    with open("events.ndjson", "w", encoding="utf-8") as file:
        for event in events:
            file.write(json.dumps(event) + "\n")
    run(0, "ingest", "events.ndjson", "--db", "shop.db")


def worker():
    return subprocess.Popen([CARTWHEEL, "worker", "--db", "shop.db", "--playbook", "playbook.json", "--channels", "channels.json"], stderr=subprocess.DEVNULL)


def wait_for(what, holds):
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    fail(f"{what}: {run(0, 'query', 'messages', '--db', 'shop.db')}")


def states():
    return [message["state"] for message in json.loads(run(0, "query", "messages", "--db", "shop.db"))["messages"]]


def main():
    url = Provider.start()
    channel = {"kind": "solapi", "api_key": {"env": "SOLAPI_KEY"}, "api_secret": {"env": "SOLAPI_SECRET"}, "from": "02-123-4567", "poll": True,
               "url": url, "private_address": True}
    hook = {"kind": "webhook", "secret": {"env": "HOOK"}, "url": "https://shop.example/"}
    os.environ["HOOK"] = "whsec_" + "A" * 32
    for name, value in (("playbook.json", PLAYBOOK), ("channels.json", {"channels": {"sms": channel, "hook": hook}})):
        with open(name, "w", encoding="utf-8") as file:
            json.dump(value, file)
    if "this build sends nothing" in run(0, "channels", "kinds"):
        print("skipped: this build was made without libcurl")
        return
    added = [{"type": "endpoint_added", "customer": c, "properties": {"channel": "sms", "address": a}} for c, a in (("kim", "010-1234-5678"), ("lee", "010-7777-8888"))]
    ingest(*added)

    sync = ["channels", "sync", "sms", "--channels", "channels.json", "--db", "shop.db"]
    run(2, "channels", "sync", "sms", "--channels", "channels.json")
    check('did you mean "sms"' in run(1, "channels", "sync", "smss", *sync[3:]), "an unknown channel")
    check("has no such list" in run(1, "channels", "sync", "hook", *sync[3:]), "a kind without a list")
    # Broken off after the first page: it says where to go on, and goes on there.
    Provider.broken = True
    said = run(1, *sync)
    check("sms: 2 addresses blocked there so far; go on with --from 'p 2': SOLAPI answers 503" in said, said)
    check("0101" not in said, "an address is shown")
    Provider.broken = False
    Provider.asked.clear()
    check(run(0, *sync, "--from", "p 2") == "sms: 1 address blocked there\n", "the rest")
    check([query.get("startKey") for _, query, _ in Provider.asked] == ["p 2"], f"it went on elsewhere: {Provider.asked}")
    check(Provider.asked[0][2].startswith("HMAC-SHA256 apiKey=KEY, date="), "it is not signed")
    # The whole list again changes nothing but what it asks.
    events = json.loads(run(0, "query", "health", "--db", "shop.db"))["events"]
    check(run(0, *sync) == "sms: 3 addresses blocked there\n", "again")
    check(json.loads(run(0, "query", "health", "--db", "shop.db"))["events"] == events + 3, "it was not ingested")

    # Who is blocked there gets no advertisement; who is not gets one, and the worker asks what became of it.
    ingest({"type": "product_added", "customer": "kim", "properties": {"product_id": "a"}}, {"type": "product_added", "customer": "lee", "properties": {"product_id": "a"}})
    Provider.asked.clear()
    # A worker asks when it starts: the first may do so before it has sent anything.
    for wanted in (["accepted", "delivered"], ["delivered"]):
        process = worker()
        try:
            wait_for("lee's message", lambda: states() and states()[0] in wanted)
        finally:
            process.terminate()
            process.wait()
    check(len(Provider.taken) == 1, f"taken: {Provider.taken}")
    why = run(0, "why", "kim", "--db", "shop.db")
    check("consent" in why or "withdr" in why, f"kim's trail says no withdrawal: {why}")
    polled = [query for path, query, _ in Provider.asked if path == "/messages/v4/list"]
    check(1 <= len(polled) <= 2 and all(query["dateType"] == "UPDATED" for query in polled), f"polled: {polled}")


main()
