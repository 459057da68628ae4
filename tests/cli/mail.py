"""E-mail from end to end: `cartwheel send`, `channels check` and the worker against a mail server on loopback; the mails are read by Python's own parser.

  python3 mail.py CARTWHEEL SOURCE      in an empty folder
"""
import base64
import email
import email.policy
import email.utils
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mail_server import MailServer  # noqa: E402

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
REPORT = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

"""
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


def write_channels(server, scheme, **settings):
    channel = {"kind": "smtp", "url": f"{scheme}://localhost:{server.port}", "from": "shop@shop.example", "private_address": True, **settings}
    with open("channels.json", "w", encoding="utf-8") as file:
        json.dump({"channels": {"email": channel}}, file)


def send(code, address="kim@mail.example"):
    return run(code, "send", "email", address, "gentle", "--channels", "channels.json", "--playbook", "playbook.json")


def make_certificate(name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"],
                   check=True, capture_output=True)


def texts_of(mail):
    return {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in mail.walk() if not part.is_multipart()}


def check_mail(server):
    """What a mail says, as Python's parser reads it."""
    write_channels(server, "smtp+plain", reply_to="help@shop.example", unsubscribe_mailto="stop@shop.example", feedback_sender="ondo1",
                   return_path="bounce@bounces.shop.example", return_key={"env": "RETURN_KEY"})
    check(send(0) == "accepted\n", "send")
    sender, recipient, raw = server.mails.pop()
    check(sender.startswith("bounce+") and sender.endswith("@bounces.shop.example"), sender)
    check(recipient == "kim@mail.example", recipient)
    check(all(len(line) <= 78 for line in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"") and raw.isascii(), "lines")
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    check(not mail.defects and not any(part.defects for part in mail.walk()), f"defects: {mail.defects}")
    for name in HEADERS:
        check(len(mail.get_all(name, [])) == 1 and not mail[name].defects, f"{name}: {mail.get_all(name)}")
    subject = mail["Subject"]
    check(subject.startswith("(광고)") and subject.endswith("김민지님, 장바구니에 담아 두신 상품이 기다리고 있어요. 오늘 안에 돌아와 확인해 보세요 🛒"), subject)
    check(mail["From"].addresses[0].display_name == "온도상점, 고객 센터" and mail["From"].addresses[0].addr_spec == "shop@shop.example", mail["From"])
    check(mail["To"] == "kim@mail.example" and mail["Reply-To"] == "help@shop.example", mail["To"])
    check(mail["List-Unsubscribe"] == "<mailto:stop@shop.example>", mail["List-Unsubscribe"])
    check(mail["Feedback-ID"].endswith(":ad:ondo1"), mail["Feedback-ID"])
    check(mail["Message-ID"] == f"<{sender[7:39]}@shop.example>", mail["Message-ID"])
    check(email.utils.parsedate_to_datetime(mail["Date"]) is not None, "Date")
    check([part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"], "parts")
    texts = texts_of(mail)
    check("안녕하세요.\n.점으로 시작하는 줄\n긴 줄 " + "가" * 500 in texts["text/plain"] and "수신거부" in texts["text/plain"], texts["text/plain"])
    check("&lt;아직&gt; 남아 있어요 &amp; 더</div><p>안녕하세요.</p>" in texts["text/html"], texts["text/html"])


def check_replies(server):
    """Outcomes of replies, and that no address is shown."""
    write_channels(server, "smtp+plain")
    for address, outcome in [("r550-5.1.1@mail.example", "gone: 550 no such mailbox"), ("r451-4.7.1@mail.example", "retry: 451 policy, greylisting"),
                             ("r552-5.3.4@mail.example", "reject_msg: 552 message too big"), ("r550-5.7.1@mail.example", "config: 550 refused by policy"),
                             ("kim", "gone: the address is none"), ("김@mail.example", "gone: the address is none"),
                             ("a@b.example\r\nRCPT TO:<x@y.example>", "gone: the address is none")]:
        said = send(1, address)
        check(said.startswith(outcome) and address not in said, f"{address}: {said}")
    check(not server.mails, "a refused mail was taken")
    check(not any("y.example" in command for command in server.commands), "an address was injected")


def check_tls():
    """STARTTLS and TLS, who signs in, and certificates."""
    make_certificate("localhost")
    make_certificate("other.example")
    for tls, scheme in [("starttls", "smtp"), ("tls", "smtps")]:
        server = MailServer(tls, "localhost.pem", "localhost.key", "shop", "correct horse")
        known = {"user": "shop", "password": {"env": "MAIL_PASSWORD"}, "ca_file": "localhost.pem"}
        write_channels(server, scheme, **known)
        check(run(0, "channels", "check", "channels.json") == "email (smtp): works\n", "check")
        check(not server.mails, "a check sent a mail")
        check(send(0) == "accepted\n" and len(server.mails) == 1, "TLS")
        write_channels(server, scheme, ca_file="localhost.pem")
        check(send(1).startswith("config: 530"), "without signing in")
        os.environ["MAIL_PASSWORD"] = "wrong"
        write_channels(server, scheme, **known)
        said = run(1, "channels", "check", "channels.json")
        check(said.startswith("email (smtp): 535 user or password is wrong") and "wrong\n" not in said.replace("wrong user or password", ""), said)
        os.environ["MAIL_PASSWORD"] = "correct horse"
        for settings in [{**known, "ca_file": "other.example.pem"}, {key: known[key] for key in ("user", "password")}]:
            write_channels(server, scheme, **settings)
            check(send(1).startswith("not_sent: "), "a certificate that is not trusted")
        server.stop()
    server = MailServer("starttls", "other.example.pem", "other.example.key")
    write_channels(server, "smtp", ca_file="other.example.pem")
    check(send(1).startswith("not_sent: "), "a certificate of another name")
    server.stop()
    server = MailServer()
    write_channels(server, "smtp")
    check(send(1).startswith("not_sent: "), "a server without STARTTLS")
    check(not any(command.startswith("MAIL") for command in server.commands), "a mail without TLS")
    server.stop()


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


def check_dkim(server):
    """Signatures, checked by openssl over bytes that are put together here, and by dkimpy where it is installed."""
    for algorithm, words in [("rsa", ["-pkeyopt", "rsa_keygen_bits:2048"]), ("ed25519", [])]:
        subprocess.run(["openssl", "genpkey", "-algorithm", algorithm, *words, "-out", "dkim.pem"], check=True, capture_output=True)
        os.chmod("dkim.pem", 0o600)
        subprocess.run(["openssl", "pkey", "-in", "dkim.pem", "-pubout", "-out", "dkim.pub"], check=True, capture_output=True)
        write_channels(server, "smtp+plain", from_name="온도상점", feedback_sender="ondo1", dkim_domain="shop.example", dkim_selector="s1",
                       dkim_key={"file": "dkim.pem"})
        check(send(0) == "accepted\n", "send")
        raw = server.mails.pop()[2]
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


def check_bounce(server):
    """A report that comes back for a mail becomes an event that a database takes; one for another address does not."""
    write_channels(server, "smtp+plain", return_path="bounce@bounces.shop.example", return_key={"env": "RETURN_KEY"})
    check(send(0) == "accepted\n", "send")
    sender, recipient, raw = server.mails.pop()
    for address, expected in [(recipient, True), ("lee@mail.example", False)]:
        report = REPORT.format(to=sender, address=address).replace("\n", "\r\n").encode() + (raw if expected else b"") + b"\r\n--b--\r\n"
        done = subprocess.run([CARTWHEEL, "bounce", "--channels", "channels.json"], input=report, capture_output=True, timeout=60)
        check(done.returncode == 0, done.stderr.decode())
        if not expected:
            check(not done.stdout and b"no address of the report fits" in done.stderr, f"{done.stdout} {done.stderr}")
            continue
        event = json.loads(done.stdout)
        check(event["type"] == "bounced" and event["properties"] == {"channel": "email", "address": recipient, "status": "5.1.1", "message_key": sender[7:39]},
              str(event))
        with open("bounced.ndjson", "wb") as file:
            file.write(done.stdout)
        run(0, "ingest", "bounced.ndjson", "--db", "bounced.db")


def check_worker(server):
    """The worker's mails: many over few connections, with the link of one click; a new channels.json at SIGHUP."""
    write_channels(server, "smtp+plain")
    before = server.connections
    with open("events.ndjson", "w", encoding="utf-8") as file:
        for i in range(200):
            for event in [{"type": "consent_granted", "properties": {"medium": "email", "scope": ["ad", "ad_night"]}},
                          {"type": "endpoint_added", "properties": {"channel": "email", "address": f"c{i}@mail.example"}},
                          {"type": "product_added", "properties": {"product_id": "mug", "name": "머그컵"}}]:
                file.write(json.dumps({**event, "customer": f"c{i}"}) + "\n")
    run(0, "ingest", "events.ndjson", "--db", "shop.db")
    with open("worker.err", "w", encoding="utf-8") as told:
        worker = subprocess.Popen([CARTWHEEL, "worker", "--db", "shop.db", "--playbook", "playbook.json", "--channels", "channels.json"], stderr=told)
    try:
        wait(lambda: len(server.mails) == 200, "200 mails")
        check("messages go by email (smtp) of channels.json" in read("worker.err"), read("worker.err"))
        check(server.connections - before <= 4, f"{server.connections - before} connections")
        check(sorted(recipient for _, recipient, _ in server.mails) == sorted(f"c{i}@mail.example" for i in range(200)), "recipients")
        mail = email.message_from_bytes(server.mails[0][2], policy=email.policy.default)
        check(mail["List-Unsubscribe"].startswith("<https://shop.example/o?t=") and mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click",
              str(mail["List-Unsubscribe"]))
        check(mail["List-Unsubscribe"].strip("<>") in texts_of(mail)["text/plain"], "the same link in the text")
        with open("channels.json", "w", encoding="utf-8") as file:
            file.write('{"channels": {"email": {"kind": "smpt"}}}')
        worker.send_signal(1)
        wait(lambda: "the channels stay as they were" in read("worker.err"), "a channels.json with an error")
        check('did you mean "smtp"' in read("worker.err"), read("worker.err"))
        write_channels(server, "smtp+plain", reply_to="new@shop.example")
        worker.send_signal(1)
        wait(lambda: read("worker.err").count("messages go by email (smtp)") == 2, "the new channels.json")
        with open("more.ndjson", "w", encoding="utf-8") as file:
            for line in read("events.ndjson").splitlines()[:3]:
                file.write(line.replace('"c0', '"d0') + "\n")
        run(0, "ingest", "more.ndjson", "--db", "shop.db")
        wait(lambda: len(server.mails) == 201, "a mail by the new channels.json")
        check(b"Reply-To: new@shop.example" in server.mails[-1][2], "Reply-To")
    finally:
        worker.terminate()
        check(worker.wait(60) == 0, "the worker's end")
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


def main():
    if run(0, "channels", "kinds").startswith("this build sends nothing"):
        return print("skipped: this build was made without libcurl")
    if sys.version_info < (3, 11) or shutil.which("openssl") is None:
        return print("skipped: Python 3.11 or openssl is not installed")
    with open("playbook.json", "w", encoding="utf-8") as file:
        json.dump(PLAYBOOK, file, ensure_ascii=False)
    server = MailServer()
    check_mail(server)
    check_replies(server)
    check_tls()
    check_dkim(server)
    check_bounce(server)
    check_worker(server)
    server.stop()
    return None


main()
