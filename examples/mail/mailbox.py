"""A mail server on loopback that shows what it gets and keeps nothing: for trying out, never for real mail.

  python3 mailbox.py COUNT [PORT_FILE]      ends after COUNT mails; the port it chose goes to PORT_FILE
"""
import asyncio
import email
import email.policy
import sys

HEADERS = ("From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post")
REPLIES = {"EHLO": "250 mailbox", "HELO": "250 mailbox", "MAIL": "250 fine", "RCPT": "250 fine", "RSET": "250 fine", "NOOP": "250 fine"}


def show(data):
    mail = email.message_from_bytes(data, policy=email.policy.default)
    for name in HEADERS:
        if mail[name]:
            print(f"{name}: {mail[name]}")
    body = mail.get_body(("plain", "html"))
    print(f"\n{body.get_content().rstrip() if body else ''}\n", flush=True)


async def read_mail(reader):
    lines = []
    while (line := await reader.readline()) not in (b".\r\n", b""):
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


async def main(count, port_file):
    left, done = [count], asyncio.Event()

    async def serve(reader, writer):
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the other side, or this program, has ended
        finally:
            writer.close()

    async def talk(reader, writer):
        writer.write(b"220 mailbox\r\n")
        while line := await reader.readline():
            verb = line[:4].decode(errors="replace").upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                show(await read_mail(reader))
                left[0] -= 1
            elif verb == "QUIT":
                break
            writer.write((REPLIES.get(verb, "250 taken" if verb == "DATA" else "502 no such command") + "\r\n").encode())
            await writer.drain()
            if left[0] <= 0:
                done.set()
        writer.write(b"221 bye\r\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = str(server.sockets[0].getsockname()[1])
    if port_file:
        with open(port_file, "w", encoding="utf-8") as file:
            file.write(port)
    else:
        print(f"127.0.0.1:{port}", flush=True)
    await done.wait()
    server.close()


if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    asyncio.run(main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
