"""Runs the commands of "An SMS in two minutes" as docs/channels.md has them, against a stand-in for SOLAPI on loopback.

  python3 sms_page.py CARTWHEEL SOURCE      in an empty folder
"""
import json
import os
import re
import subprocess
import sys
import time

from solapi_server import Provider

CARTWHEEL, SOURCE = sys.argv[1:]
ADDRESS = "01012345678"


def check(holds, text):
    if not holds:
        sys.exit("FAILED: " + text)


def blocks():
    """The settings and the commands of the section."""
    with open(os.path.join(SOURCE, "docs", "channels.md"), encoding="utf-8") as page:
        section = re.search(r"^## An SMS in two minutes$(.*?)^## ", page.read(), re.M | re.S)[1]
    return re.search(r"```json\n(.*?)```", section, re.S)[1], re.search(r"```sh\n(.*?)```", section, re.S)[1].splitlines()


def run(code, command):
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120)
    check(done.returncode == code, f"{command} gave {done.returncode}, expected {code}: {done.stdout}{done.stderr}")
    check("S3CRET" not in done.stdout + done.stderr, f"{command} shows a secret")
    return done.stdout + done.stderr


def main():
    os.environ["PATH"] = os.path.dirname(CARTWHEEL) + ":" + os.environ["PATH"]
    os.symlink(os.path.join(SOURCE, "examples"), "examples")
    settings, (export, try_it, send, work) = blocks()
    if "this build sends nothing" in run(0, "cartwheel channels kinds"):
        print("skipped: this build was made without libcurl")
        return
    channels = json.loads(settings)
    # The provider of the test is on this machine, which a channel must allow.
    channels["channels"]["sms"].update(url=Provider.start(), private_address=True)
    with open("channels.json", "w", encoding="utf-8") as file:
        json.dump(channels, file)

    # Before the variables are there, each that is missing is told.
    said = run(1, try_it)
    names = re.findall(r"(\w+)=…", export)
    check(len(names) == 2 and all(f"the environment variable {name} is not set" in said for name in names), said)
    os.environ.update(zip(names, ("KEY", "S3CRET")))
    check(run(0, try_it) == "sms (solapi): works\n", "check")
    check(not Provider.sent, "a check sent a message")
    check(ADDRESS in send, "the command names another number")
    said = run(0, send)
    check(said == "accepted: 2000: queued\n", f"send: {said}")
    check([message["to"] for message in Provider.sent] == [ADDRESS], f"sent: {Provider.sent}")
    check(Provider.sent[0]["text"].startswith("(광고)") or "담아 둔 상품" in Provider.sent[0]["text"], f"not the template's text: {Provider.sent}")
    check(Provider.asked[0][2].startswith("HMAC-SHA256 apiKey=KEY, date="), "it is not signed")

    # A customer consented last week: the worker tells her so, as the law of the recipe asks for, by day or night.
    Provider.sent.clear()
    events = [{"type": "endpoint_added", "customer": "kim", "properties": {"channel": "sms", "address": ADDRESS}},
              {"type": "consent_granted", "customer": "kim", "properties": {"medium": "sms", "scope": "ad", "where": "sign-up"}}]
    with open("events.ndjson", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)
    run(0, "cartwheel ingest events.ndjson --db shop.db")
    with open("told", "w", encoding="utf-8") as told:
        worker = subprocess.Popen(work.split(), stderr=told)
        try:
            for _ in range(300):
                if Provider.sent:
                    break
                check(worker.poll() is None, "the worker ended")
                time.sleep(0.1)
        finally:
            worker.terminate()
            worker.wait()
    with open("told", encoding="utf-8") as told:
        said = told.read()
    check([message["to"] for message in Provider.sent] == [ADDRESS], f"the worker sent {Provider.sent}: {said}")
    check("S3CRET" not in said, "a secret is shown")


main()
