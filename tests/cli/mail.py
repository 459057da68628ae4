"""E-mail from end to end: `cartwheel send`, `channels check` and the worker against a mail server on loopback; the mails are read by Python's own parser.

  python3 mail.py CARTWHEEL SOURCE      in an empty folder
"""
import email
import email.policy
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mail_server import MailServer  # noqa: E402
from mail_support import (CARTWHEEL, DKIM, check, check_gentle, check_signature, make_certificate, make_dkim_key, read, run, send, send_all, texts_of,  # noqa: E402
                          wait, worker, write_channels, write_playbook)

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


def check_mail(server):
    """What a mail says, as Python's parser reads it."""
    write_channels(server.port, "smtp+plain", reply_to="help@shop.example", unsubscribe_mailto="stop@shop.example", feedback_sender="ondo1",
                   return_path="bounce@bounces.shop.example", return_key={"env": "RETURN_KEY"})
    check(send(0) == "accepted\n", "send")
    sender, recipient, raw = server.mails.pop()
    check(recipient == "kim@mail.example", recipient)
    check_gentle(sender, recipient, raw)


def check_replies(server):
    """Outcomes of replies, and that no address is shown."""
    write_channels(server.port, "smtp+plain")
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
        write_channels(server.port, scheme, **known)
        check(run(0, "channels", "check", "channels.json") == "email (smtp): works\n", "check")
        check(not server.mails, "a check sent a mail")
        check(send(0) == "accepted\n" and len(server.mails) == 1, "TLS")
        write_channels(server.port, scheme, ca_file="localhost.pem")
        check(send(1).startswith("config: 530"), "without signing in")
        os.environ["MAIL_PASSWORD"] = "wrong"
        write_channels(server.port, scheme, **known)
        said = run(1, "channels", "check", "channels.json")
        check(said.startswith("email (smtp): 535 user or password is wrong") and "wrong\n" not in said.replace("wrong user or password", ""), said)
        os.environ["MAIL_PASSWORD"] = "correct horse"
        for settings in [{**known, "ca_file": "other.example.pem"}, {key: known[key] for key in ("user", "password")}]:
            write_channels(server.port, scheme, **settings)
            check(send(1).startswith("not_sent: "), "a certificate that is not trusted")
        server.stop()
    server = MailServer("starttls", "other.example.pem", "other.example.key")
    write_channels(server.port, "smtp", ca_file="other.example.pem")
    check(send(1).startswith("not_sent: "), "a certificate of another name")
    server.stop()
    server = MailServer()
    write_channels(server.port, "smtp")
    check(send(1).startswith("not_sent: "), "a server without STARTTLS")
    check(not any(command.startswith("MAIL") for command in server.commands), "a mail without TLS")
    server.stop()


def check_dkim(server):
    for algorithm in ("rsa", "ed25519"):
        make_dkim_key(algorithm)
        write_channels(server.port, "smtp+plain", from_name="온도상점", feedback_sender="ondo1", **DKIM)
        check(send(0) == "accepted\n", "send")
        check_signature(server.mails.pop()[2], algorithm)


def check_bounce(server):
    """A report that comes back for a mail becomes an event that a database takes; one for another address does not."""
    write_channels(server.port, "smtp+plain", return_path="bounce@bounces.shop.example", return_key={"env": "RETURN_KEY"})
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
    write_channels(server.port, "smtp+plain")
    before = server.connections
    send_all((f"c{i}", f"c{i}@mail.example", "김") for i in range(200))
    with worker() as process:
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
        process.send_signal(1)
        wait(lambda: "the channels stay as they were" in read("worker.err"), "a channels.json with an error")
        check('did you mean "smtp"' in read("worker.err"), read("worker.err"))
        write_channels(server.port, "smtp+plain", reply_to="new@shop.example")
        process.send_signal(1)
        wait(lambda: read("worker.err").count("messages go by email (smtp)") == 2, "the new channels.json")
        send_all([("d0", "d0@mail.example", "김")])
        wait(lambda: len(server.mails) == 201, "a mail by the new channels.json")
        check(b"Reply-To: new@shop.example" in server.mails[-1][2], "Reply-To")


def main():
    if run(0, "channels", "kinds").startswith("this build sends nothing"):
        return print("skipped: this build was made without libcurl")
    if sys.version_info < (3, 11) or shutil.which("openssl") is None:
        return print("skipped: Python 3.11 or openssl is not installed")
    write_playbook()
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
