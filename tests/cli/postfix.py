"""A real mail server for tests: Postfix in the foreground, with a configuration, a queue, certificates, users and mailboxes in a folder of its own, on ports of its own.
It needs root, as Postfix does, and nothing of /etc/postfix.
"""
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SIZE_MAX = 64 << 10
MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.mail.example
mydestination =
alias_maps =
message_size_limit = {size}
virtual_mailbox_limit = 0
virtual_mailbox_domains = mail.example, closed.example
virtual_mailbox_base = {folder}/mails
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_tls_cert_file = {folder}/localhost.pem
smtpd_tls_key_file = {folder}/localhost.key
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = users
cyrus_sasl_config_path = {folder}/sasl
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/answers, permit_sasl_authenticated, reject
"""
MASTER = """127.0.0.1:{starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
SASL = """pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/users
mech_list: PLAIN LOGIN
"""
TRACE = (b"Return-Path", b"X-Original-To", b"Delivered-To", b"Received")  # what it puts before a mail


def why_not():
    """Why it cannot run here; None: it can."""
    if shutil.which("postfix") is None or shutil.which("saslpasswd2") is None:
        return "Postfix or saslpasswd2 is not installed (apt-get install postfix sasl2-bin libsasl2-modules)"
    return None if os.geteuid() == 0 else "Postfix needs root"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Postfix:
    """Takes mails of `user` for mail.example, by STARTTLS on one port and by TLS on another, until stop(). closed.example has no mailbox, and `answers` says what
    is told to an address instead: {"later@mail.example": "450 4.2.1 …"}.
    """

    def __init__(self, user, password, answers):
        self.folder = tempfile.mkdtemp(prefix="cartwheel-postfix-")
        os.chmod(self.folder, 0o755)
        owner, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
        for name, who in [("queue", None), ("data", owner), ("sasl", None), ("mails", nobody)]:
            os.mkdir(self.path(name))
            os.chown(self.path(name), who.pw_uid if who else 0, who.pw_gid if who else 0)
        self._make_certificate()
        self.starttls, self.tls = free_ports(2)
        self._write("main.cf", MAIN.format(folder=self.folder, size=SIZE_MAX, uid=nobody.pw_uid, gid=nobody.pw_gid))
        self._write("master.cf", MASTER.format(starttls=self.starttls, tls=self.tls))
        self._write("sasl/smtpd.conf", SASL.format(folder=self.folder))
        self._write("mailboxes", "@mail.example all/\n")
        self._write("answers", "".join(f"{address} {answer}\n" for address, answer in answers.items()))
        subprocess.run(["saslpasswd2", "-c", "-p", "-f", self.path("users"), "-u", "users", user], input=password, check=True, text=True)
        os.chown(self.path("users"), owner.pw_uid, owner.pw_gid)
        self.told = open(self.path("told"), "w", encoding="utf-8")
        self.process = subprocess.Popen(["postfix", "-c", self.folder, "start-fg"], stdout=self.told, stderr=subprocess.STDOUT, start_new_session=True)
        self._wait_until_it_listens()

    def path(self, name):
        return os.path.join(self.folder, name)

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), 0o644)

    def _make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", self.path("localhost.key"), "-out", self.path("localhost.pem")],
                       check=True, capture_output=True)

    def _wait_until_it_listens(self):
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.tls), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        text = self.log()
        self.stop()
        raise RuntimeError(f"Postfix does not listen: {text}")

    def log(self):
        with open(self.path("told"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def mails(self):
        """(sender, recipient, the mail as it was handed over) of each that was delivered."""
        folder = self.path("mails/all/new")
        return [self._read(os.path.join(folder, name)) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []

    @staticmethod
    def _read(path):
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
        place, trace = 0, {}
        while lines[place].startswith((b" ", b"\t")) or lines[place].split(b":")[0] in TRACE:
            name, _, value = lines[place].partition(b":")
            trace.setdefault(name, value.strip().decode())
            place += 1
        return trace[b"Return-Path"].strip("<>"), trace[b"Delivered-To"], b"\r\n".join(lines[place:])

    def stop(self):
        if self.process.poll() is None:
            with open(self.path("queue/pid/master.pid"), encoding="utf-8") as file:
                os.kill(int(file.read()), signal.SIGTERM)
            self.process.wait(30)
        self.told.close()
        shutil.rmtree(self.folder, ignore_errors=True)
