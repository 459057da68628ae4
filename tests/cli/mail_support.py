"""What tests of e-mail share: a playbook, the program, channels.json, and what a mail and its signature say. Imported by a script whose arguments are
CARTWHEEL SOURCE, in an empty folder.
"""
import base64
import contextlib
import email
import email.policy
import email.utils
import hashlib
import json
import os
import re
import subprocess
import sys
import time

CARTWHEEL, SOURCE = sys.argv[1], sys.argv[2]
os.environ.update(MAIL_PASSWORD="correct horse", RETURN_KEY="a key of the tests", CARTWHEEL_TOKEN_KEY="a" * 64)

PLAYBOOK = {
    "playbook": 1, "revision": 1, "policy": {"rules": ["KR"], "domestic": True, "opt_out": {"sms": "080-123-4567", "email": "https://shop.example/o?t={token}"},
                                             "notices": {"result": {"i_have_checked": "a test"}, "reconfirm": {"i_have_checked": "a test"}}},
    "shop": {"name": "온도상점", "contact": "02-123-4567", "email": "help@shop.example", "address": "서울시 중구 세종대로 1",
             "country": "KR", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
    "templates": {"gentle": {"purpose": "cart", "email": {
        "subject": "{{ customer.name | default: '고객' }}님, 장바구니에 담아 두신 상품이 기다리고 있어요. 오늘 안에 돌아와 확인해 보세요 🛒",
        "from_name": "온도상점, 고객 센터", "preheader": "<아직> 남아 있어요 & 더",
        "text": "안녕하세요.\n.점으로 시작하는 줄\n긴 줄 " + "가" * 500, "html": "<html><body><p>안녕하세요.</p></body></html>"}}},
    "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "gentle", "via": ["email"], "latest": "12h"}]}},
}
HEADERS = ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"]


def fail(text):
    sys.exit("FAILED: " + text)


def check(holds, text):
    if not holds:
        fail(text)


def run(code, *words):
    """Runs the program and returns its output."""
    done = subprocess.run([CARTWHEEL, *words], capture_output=True, text=True, timeout=120)
    check(done.returncode == code, f"{words} gave {done.returncode}, expected {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def write_playbook():
    with open("playbook.json", "w", encoding="utf-8") as file:
        json.dump(PLAYBOOK, file, ensure_ascii=False)


def write_channels(port, scheme, **settings):
    channel = {"kind": "smtp", "url": f"{scheme}://localhost:{port}", "from": "shop@shop.example", "private_address": True, **settings}
    with open("channels.json", "w", encoding="utf-8") as file:
        json.dump({"channels": {"email": channel}}, file)


def send(code, address="kim@mail.example"):
    return run(code, "send", "email", address, "gentle", "--channels", "channels.json", "--playbook", "playbook.json")


def send_all(customers):
    """Events of customers who get the mail of the playbook: (id, address, name) of each."""
    with open("events.ndjson", "w", encoding="utf-8") as file:
        for customer, address, name in customers:
            for event in [{"type": "identify", "properties": {"name": name}},
                          {"type": "consent_granted", "properties": {"medium": "email", "scope": ["ad", "ad_night"]}},
                          {"type": "endpoint_added", "properties": {"channel": "email", "address": address}},
                          {"type": "product_added", "properties": {"product_id": "mug", "name": "머그컵"}}]:
                file.write(json.dumps({**event, "customer": customer}) + "\n")
    run(0, "ingest", "events.ndjson", "--db", "shop.db")


def make_certificate(name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"],
                   check=True, capture_output=True)


def texts_of(mail):
    return {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in mail.walk() if not part.is_multipart()}


def check_gentle(sender, recipient, raw):
    """A mail of the playbook's template to the customer that `send` makes up, as Python's parser reads it."""
    check(sender.startswith("bounce+") and sender.endswith("@bounces.shop.example"), sender)
    check(all(len(line) <= 78 for line in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"") and raw.isascii(), "lines")
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    check(not mail.defects and not any(part.defects for part in mail.walk()), f"defects: {mail.defects}")
    for name in HEADERS:
        check(len(mail.get_all(name, [])) == 1 and not mail[name].defects, f"{name}: {mail.get_all(name)}")
    subject = mail["Subject"]
    check(subject.startswith("(광고)") and subject.endswith("김민지님, 장바구니에 담아 두신 상품이 기다리고 있어요. 오늘 안에 돌아와 확인해 보세요 🛒"), subject)
    check(mail["From"].addresses[0].display_name == "온도상점, 고객 센터" and mail["From"].addresses[0].addr_spec == "shop@shop.example", mail["From"])
    check(mail["To"] == recipient and mail["Reply-To"] == "help@shop.example", mail["To"])
    check(mail["List-Unsubscribe"] == "<mailto:stop@shop.example>", mail["List-Unsubscribe"])
    check(mail["Feedback-ID"].endswith(":ad:ondo1"), mail["Feedback-ID"])
    check(mail["Message-ID"] == f"<{sender[7:39]}@shop.example>", mail["Message-ID"])
    check(email.utils.parsedate_to_datetime(mail["Date"]) is not None, "Date")
    check([part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"], "parts")
    texts = texts_of(mail)
    check("안녕하세요.\n.점으로 시작하는 줄\n긴 줄 " + "가" * 500 in texts["text/plain"] and "수신거부" in texts["text/plain"], texts["text/plain"])
    check("&lt;아직&gt; 남아 있어요 &amp; 더</div><p>안녕하세요.</p>" in texts["text/html"], texts["text/html"])


def make_dkim_key(algorithm):
    words = ["-pkeyopt", "rsa_keygen_bits:2048"] if algorithm == "rsa" else []
    subprocess.run(["openssl", "genpkey", "-algorithm", algorithm, *words, "-out", "dkim.pem"], check=True, capture_output=True)
    os.chmod("dkim.pem", 0o600)
    subprocess.run(["openssl", "pkey", "-in", "dkim.pem", "-pubout", "-out", "dkim.pub"], check=True, capture_output=True)


DKIM = {"dkim_domain": "shop.example", "dkim_selector": "s1", "dkim_key": {"file": "dkim.pem"}}


def relaxed(value):
    return re.sub(rb"[ \t\r\n]+", b" ", value).strip()


def signed_data(raw):
    """The tags of a mail's signature and the bytes that it signs, by RFC 6376, relaxed/relaxed."""
    head, body = raw.split(b"\r\n\r\n", 1)
    fields = [field.split(b":", 1) for field in re.split(rb"\r\n(?![ \t])", head)]
    own = fields[0][1]
    tags = dict(re.sub(rb"\s", b"", tag).split(b"=", 1) for tag in own.split(b";"))
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    check(base64.b64decode(tags[b"bh"]) == hashlib.sha256(b"".join(line + b"\r\n" for line in lines)).digest(), "the hash of the body")
    data, rest = b"", fields[1:]
    for name in tags[b"h"].split(b":"):
        for place in range(len(rest) - 1, -1, -1):
            if rest[place][0].lower() == name:
                data += name + b":" + relaxed(rest.pop(place)[1]) + b"\r\n"
                break
    return tags, data + b"dkim-signature:" + relaxed(re.sub(rb"b=[^;]*$", b"b=", own))


def check_signature(raw, algorithm):
    """By openssl over bytes that are put together here, and by dkimpy where it is installed."""
    tags, data = signed_data(raw)
    check(tags[b"a"] == algorithm.encode() + b"-sha256" and tags[b"d"] == b"shop.example" and tags[b"s"] == b"s1", str(tags))
    for name in [b"from:from", b"subject", b"to", b"message-id", b"feedback-id", b"content-type"]:
        check(name in tags[b"h"], name.decode())
    with open("signature", "wb") as file:
        file.write(base64.b64decode(tags[b"b"]))
    with open("data", "wb") as file:
        file.write(data if algorithm == "rsa" else hashlib.sha256(data).digest())
    command = (["openssl", "dgst", "-sha256", "-verify", "dkim.pub", "-signature", "signature", "data"] if algorithm == "rsa" else
               ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "dkim.pub", "-rawin", "-in", "data", "-sigfile", "signature"])
    check(subprocess.run(command, capture_output=True).returncode == 0, f"the signature of {algorithm}")
    check_with_dkimpy(raw, algorithm)


def check_with_dkimpy(raw, algorithm):
    try:
        import dkim
    except ImportError:
        return
    der = base64.b64decode("".join(line for line in read("dkim.pub").splitlines() if not line.startswith("-")))
    public = base64.b64encode(der if algorithm == "rsa" else der[-32:])
    record = b"v=DKIM1; k=" + algorithm.encode() + b"; p=" + public
    check(dkim.verify(raw, dnsfunc=lambda name, timeout=5: record), f"dkimpy: {algorithm}")
    check(not dkim.verify(raw.replace(b"Subject: ", b"Subject: x", 1), dnsfunc=lambda name, timeout=5: record), "dkimpy: a changed mail")


@contextlib.contextmanager
def worker():
    """`cartwheel worker` over shop.db, and that it ends well and shows no secret."""
    with open("worker.err", "w", encoding="utf-8") as told:
        process = subprocess.Popen([CARTWHEEL, "worker", "--db", "shop.db", "--playbook", "playbook.json", "--channels", "channels.json"], stderr=told)
    try:
        yield process
    finally:
        process.terminate()
        check(process.wait(60) == 0, "the worker's end")
    check("correct horse" not in read("worker.err"), "a secret in the log")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def wait(holds, what):
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    fail(f"no {what}: {read('worker.err')}")
