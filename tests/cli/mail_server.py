"""A mail server on loopback for tests: SMTP by hand over asyncio, with STARTTLS, TLS, AUTH PLAIN and LOGIN, and replies by recipient.

A recipient "r550-5.1.1@…" is answered "550 5.1.1 told to"; any other mail is taken and kept.
"""
import asyncio
import base64
import re
import ssl
import threading


class MailServer:
    """Runs on a thread of its own until stop(). `tls` is "starttls", "tls" or "none"."""

    def __init__(self, tls="none", certificate=None, key=None, user=None, password=None):
        self.tls, self.user, self.password = tls, user, password
        self.context = None
        if tls != "none":
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        self.mails, self.connections, self.commands = [], 0, []
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self.context if self.tls == "tls" else None))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    def _may_sign_in(self, secure):
        return self.user is not None and (secure or self.tls == "none")

    async def _talk(self, reader, writer):
        async def say(text):
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        async def hear():
            line = await reader.readline()
            return line.decode().rstrip("\r\n") if line else None

        secure, signed_in, sender, recipient = self.tls == "tls", self.user is None, None, None
        await say("220 stand-in ESMTP")
        while (line := await hear()) is not None:
            verb = line.split(" ")[0].upper()
            self.commands.append(line if verb != "AUTH" else "AUTH")
            if verb == "EHLO":
                lines = ["stand-in", "SIZE 1000000", "8BITMIME", "ENHANCEDSTATUSCODES"]
                lines += ["STARTTLS"] if self.tls == "starttls" and not secure else []
                lines += ["AUTH PLAIN LOGIN"] if self._may_sign_in(secure) else []
                for i, text in enumerate(lines):
                    await say(("250-" if i + 1 < len(lines) else "250 ") + text)
            elif verb == "STARTTLS" and self.tls == "starttls":
                await say("220 2.0.0 ready")
                await writer.start_tls(self.context)
                secure = True
            elif verb == "AUTH":
                signed_in = await self._sign_in(line, say, hear)
                await say("235 2.7.0 welcome" if signed_in else "535 5.7.8 wrong user or password")
            elif verb == "MAIL":
                if not signed_in:
                    await say("530 5.7.0 authentication required")
                    continue
                sender = re.search(r"<(.*?)>", line).group(1)
                await say("250 2.1.0 fine")
            elif verb == "RCPT":
                recipient = re.search(r"<(.*?)>", line).group(1)
                told = re.match(r"r(\d{3})-([\d.]+)@", recipient)
                await say(f"{told.group(1)} {told.group(2)} <{recipient}> told to" if told else "250 2.1.5 fine")
            elif verb == "DATA":
                await say("354 go on")
                lines = []
                while (text := await reader.readline()) != b".\r\n":
                    lines.append(text[1:] if text.startswith(b".") else text)
                self.mails.append((sender, recipient, b"".join(lines)))
                await say("250 2.0.0 queued")
            elif verb == "QUIT":
                await say("221 2.0.0 bye")
                return
            else:
                await say("250 2.0.0 fine" if verb in ("NOOP", "RSET") else "502 5.5.1 no such command")

    async def _sign_in(self, line, say, hear):
        words = line.split(" ")
        if words[1].upper() == "PLAIN":
            if len(words) == 2:
                await say("334 ")
            text = words[2] if len(words) > 2 else await hear()
            _, user, password = base64.b64decode(text).decode().split("\0")
        else:
            await say("334 " + base64.b64encode(b"Username:").decode())
            user = base64.b64decode(await hear()).decode()
            await say("334 " + base64.b64encode(b"Password:").decode())
            password = base64.b64decode(await hear()).decode()
        return (user, password) == (self.user, self.password)
