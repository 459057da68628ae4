"""Mails over a real submission server, Postfix on loopback: STARTTLS and TLS with AUTH, what it refuses, signatures after it, and what a customer or an address may
smuggle in. What it delivered is read by Python's own parser.

  python3 submission.py CARTWHEEL SOURCE      in an empty folder
"""
import email
import email.policy
import json
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mail_support  # noqa: E402
import postfix  # noqa: E402
from mail_support import DKIM, check, check_gentle, check_signature, make_dkim_key, run, send, send_all, wait, worker, write_channels, write_playbook  # noqa: E402

CUSTOMERS = 60
KNOWN_HEADERS = {*mail_support.HEADERS, "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"}
LATER = "later@mail.example"
# Texts that would be headers, another recipient or another mail if anything of them were taken for more than text. What is one line and would be more is never sent.
EVIL_TEXTS = ["김\r\nBcc: evil@mail.example", "김\nX-Evil: 1", "김\r\n\r\n<evil>", "김\r\n.\r\nMAIL FROM:<evil@mail.example>\r\nRCPT TO:<evil@mail.example>\r\nDATA\r\nevil\r\n.\r\n",
              "=?UTF-8?B?DQpCY2M6IGV2aWxAbWFpbC5leGFtcGxl?=", "김\0Bcc: evil@mail.example", "\r", "\n.\n", "\r.\r\n", "김\u2028Bcc: evil@mail.example\u0085X-Evil: 1"]
EVIL_ADDRESSES = ["kim@mail.example\r\nRCPT TO:<evil@mail.example>", "kim@mail.example>\r\nRCPT TO:<evil@mail.example", "kim@mail.example, evil@mail.example",
                  "\"a\r\nDATA\"@mail.example", "kim@mail.example\nBcc: evil@mail.example", "<evil@mail.example> kim@mail.example", "kim@mail.example SIZE=1"]


def known(server):
    return {"user": "shop", "password": {"env": "MAIL_PASSWORD"}, "ca_file": server.path("localhost.pem"), "reply_to": "help@shop.example",
            "unsubscribe_mailto": "stop@shop.example", "feedback_sender": "ondo1", "return_path": "bounce@bounces.shop.example", "return_key": {"env": "RETURN_KEY"}}


def delivered(server, address):
    """The mail to an address, once it is in the mailbox."""
    found = []
    wait_for(server, lambda: found.extend(mail for mail in server.mails() if mail[1] == address) or found, f"mail to {address}")
    check(len(found) == 1, f"{len(found)} mails to {address}")
    return found[0]


def wait_for(server, holds, what):
    try:
        wait(holds, what)
    except (SystemExit, FileNotFoundError):
        mail_support.fail(f"no {what}: {server.log()}")


def check_sent(server):
    """Both ways to TLS; a mail arrives as it was signed and says what was written."""
    for place, (scheme, port, algorithm) in enumerate([("smtp", server.starttls, "rsa"), ("smtps", server.tls, "ed25519")]):
        make_dkim_key(algorithm)
        write_channels(port, scheme, **known(server), **DKIM)
        check(run(0, "channels", "check", "channels.json") == "email (smtp): works\n", "check")
        check(len(server.mails()) == place, "a check sent a mail")
        address = f"{scheme}@mail.example"
        check(send(0, address) == "accepted\n", "send")
        sender, recipient, raw = delivered(server, address)
        check_gentle(sender, recipient, raw)
        check_signature(raw, algorithm)


def check_refused(server):
    """What it says of wrong users, other domains and large mails is understood, and no mail of these arrives."""
    before = len(server.mails())
    write_channels(server.starttls, "smtp", **known(server))
    for address, expected in [("kim@elsewhere.example", "config: 554 refused by policy, or relaying denied"), ("kim@closed.example", "gone: 550 no such mailbox"),
                              (LATER, "retry: 450 mailbox disabled, or too many mails to it")]:
        said = send(1, address)
        check(said.startswith(expected) and address not in said, said)
    os.environ["MAIL_PASSWORD"] = "wrong horse"
    for words in [("channels", "check", "channels.json"), ("send", "email", "kim@mail.example", "gentle", "--channels", "channels.json", "--playbook", "playbook.json")]:
        said = run(1, *words)
        check("535 user or password is wrong" in said and "horse" not in said, said)
    os.environ["MAIL_PASSWORD"] = "correct horse"
    anonymous = {key: value for key, value in known(server).items() if key not in ("user", "password")}
    write_channels(server.starttls, "smtp", **anonymous)
    said = send(1)
    check(said.startswith("config: 5"), said)
    write_channels(server.starttls, "smtp+plain", **known(server))
    said = send(1)
    check(not said.startswith("accepted") and "horse" not in said, said)
    book = json.loads(json.dumps(mail_support.PLAYBOOK))
    book["templates"]["gentle"]["email"]["text"] = "가" * (postfix.SIZE_MAX // 4)
    with open("playbook.json", "w", encoding="utf-8") as file:
        json.dump(book, file)
    write_channels(server.starttls, "smtp", **known(server))
    said = send(1)
    check(said.startswith("reject_msg: "), said)
    write_playbook()
    check(len(server.mails()) == before, "a mail that was refused arrived")


def check_injection(server):
    """Nothing of a name or an address becomes a header, a recipient or a mail."""
    write_channels(server.starttls, "smtp", **known(server))
    for address in EVIL_ADDRESSES:
        said = send(1, address)
        check(said.startswith("gone: the address is none"), f"{address!r}: {said}")
    book = json.loads(json.dumps(mail_support.PLAYBOOK))
    texts = book["templates"]["gentle"]["email"]
    texts.update(text="안녕하세요, {{ customer.name }}님.\n끝", html="<html><body><p>{{ customer.name }}</p></body></html>")
    for place, line in enumerate(["{{ customer.name }}님, 기다리고 있어요", "기다리고 있어요"]):  # what is one line, and what may be more
        texts.update(subject=line, preheader=line, from_name=line)
        with open("playbook.json", "w", encoding="utf-8") as file:
            json.dump(book, file)
        customers = [(f"e{place}-{i}", f"e{place}-{i}@mail.example", text) for i, text in enumerate(EVIL_TEXTS)]
        expected = {address: text for _, address, text in customers if place == 1 or not any(c in text for c in "\r\n")}
        send_all(customers)
        before = len(server.mails())
        with worker():
            wait_for(server, lambda: len(server.mails()) - before >= len(expected), "mails with those texts")
        mails = server.mails()[before:]
        check(sorted(recipient for _, recipient, _ in mails) == sorted(expected), str([recipient for _, recipient, _ in mails]))
        for _, recipient, raw in mails:
            check_harmless(recipient, raw, expected[recipient])
        os.remove("shop.db")
    write_playbook()


def check_harmless(recipient, raw, text):
    """A mail that says the text, and no header more than any other."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    strange = [name for name in mail.keys() if name not in KNOWN_HEADERS]
    check(not strange and not mail.defects, f"{recipient}: {strange} {mail.defects}")
    check(all(len(mail.get_all(name)) == 1 for name in mail.keys()), f"{recipient}: {mail.keys()}")
    check(mail["To"] == recipient and mail["Subject"].startswith("(광고)") and not any(c in mail["Subject"] for c in "\r\n\0"), f"{mail['Subject']!r}")
    check([part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"], recipient)
    plain = mail_support.texts_of(mail)["text/plain"]
    check(plain.startswith("안녕하세요, ") and text.replace("\r\n", "\n").replace("\r", "\n") in plain.replace("\r", "\n"), f"{plain!r}")


def check_worker(server):
    """Many mails: each arrives once, over few connections."""
    before, sessions = len(server.mails()), server.log().count(": connect from localhost")
    write_channels(server.starttls, "smtp", **known(server))
    send_all([(f"c{i}", f"c{i}@mail.example", "김") for i in range(CUSTOMERS)])
    with worker():
        wait_for(server, lambda: len(server.mails()) - before >= CUSTOMERS, f"{CUSTOMERS} mails")
    check(sorted(mail[1] for mail in server.mails()[before:]) == sorted(f"c{i}@mail.example" for i in range(CUSTOMERS)), "recipients")
    sessions = server.log().count(": connect from localhost") - sessions
    check(1 <= sessions <= 4, f"{sessions} connections")


def main():
    if run(0, "channels", "kinds").startswith("this build sends nothing"):
        return print("skipped: this build was made without libcurl")
    if sys.version_info < (3, 11) or shutil.which("openssl") is None:
        return print("skipped: Python 3.11 or openssl is not installed")
    if (reason := postfix.why_not()) is not None:
        return print(f"skipped: {reason}")
    write_playbook()
    server = postfix.Postfix("shop", "correct horse", {LATER: "450 4.2.1 too many mails to this address"})
    try:
        check_sent(server)
        check_refused(server)
        check_injection(server)
        check_worker(server)
    finally:
        server.stop()
    return None


main()
