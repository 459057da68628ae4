"""php-fpm under load: 8 workers ingest at once, one event a request, while one worker process folds. Nothing may be lost.

    python3 load.py PHP_FPM PHP LIBRARY [requests of each client]

Speaks FastCGI (https://fastcgi-archives.github.io/FastCGI_Specification.html) to php-fpm over a Unix socket. Prints what a request felt.
"""

import json
import os
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLAYBOOK = HERE.parents[2] / "examples.json"
CLIENTS = 8
VERSION, BEGIN, PARAMS, STDIN, STDOUT, END = 1, 1, 4, 5, 6, 3


def record(kind, body):
    return struct.pack(">BBHHBB", VERSION, kind, 1, len(body), 0, 0) + body


def exactly(stream, size):
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("php-fpm closed the connection")
    return data


def get(path, query):
    """The body that php-fpm answers, as JSON."""
    script = str(HERE / "record.php")
    params = {"SCRIPT_FILENAME": script, "SCRIPT_NAME": "/record.php", "REQUEST_METHOD": "GET", "QUERY_STRING": query,
              "SERVER_PROTOCOL": "HTTP/1.1", "GATEWAY_INTERFACE": "CGI/1.1"}
    pairs = b"".join(struct.pack(">BI", len(k), len(v) | 1 << 31) + k.encode() + v.encode() for k, v in params.items())
    answer = b""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(record(BEGIN, struct.pack(">HB5x", 1, 0)) + record(PARAMS, pairs) + record(PARAMS, b"") + record(STDIN, b""))
        stream = connection.makefile("rb")
        while True:
            _, kind, _, size, padding, _ = struct.unpack(">BBHHBB", exactly(stream, 8))
            body = exactly(stream, size)
            exactly(stream, padding)
            if kind == STDOUT:
                answer += body
            elif kind == END:
                return json.loads(answer.split(b"\r\n\r\n", 1)[1])


def quantile(values, share):
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def main(php_fpm, php, library, requests):
    with tempfile.TemporaryDirectory() as folder:
        database, listen = f"{folder}/shop.db", f"{folder}/fpm.sock"
        (Path(folder) / "fpm.conf").write_text(
            f"[global]\nerror_log = {folder}/fpm.log\ndaemonize = no\n[shop]\nlisten = {listen}\npm = static\npm.max_children = {CLIENTS}\n"
            f"clear_env = no\nuser = {os.getuid()}\ngroup = {os.getgid()}\n")
        env = {**os.environ, "CARTWHEEL_LIBRARY": library, "SHOP_DATABASE": database, "LD_LIBRARY_PATH": str(Path(library).parent)}
        playbook = json.loads(PLAYBOOK.read_text(encoding="utf-8"))
        playbook["policy"] = {"consent": "assumed_by_shop", "rules": []}  # so that the worker has a message of each request
        (Path(folder) / "playbook.json").write_text(json.dumps(playbook))
        worker = subprocess.Popen([php, str(HERE.parents[1] / "examples" / "drain_messages.php"), database, f"{folder}/playbook.json"], env=env,
                                  stdout=subprocess.DEVNULL)
        fpm = subprocess.Popen([php_fpm, "-R", "-y", f"{folder}/fpm.conf", "-d", "ffi.enable=1",
                                "-d", f"ffi.preload={HERE.parents[1] / 'src' / 'preload.h'}"], env=env)
        try:
            for _ in range(200):
                if os.path.exists(listen) and os.path.exists(database):
                    break
                time.sleep(0.05)
            bare = [get(listen, "")["resident_kb"] for _ in range(4 * CLIENTS)]
            answers, spans_ms = [], []

            def shopper(number):
                for i in range(requests):
                    began = time.perf_counter()
                    answers.append(get(listen, f"customer=c{number}-{i}"))
                    spans_ms.append((time.perf_counter() - began) * 1e3)

            threads = [threading.Thread(target=shopper, args=(number,)) for number in range(CLIENTS)]
            began = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.perf_counter() - began
        finally:
            fpm.terminate()
            fpm.wait()
            time.sleep(1)
            worker.terminate()
            worker.wait()
        assert len(answers) == CLIENTS * requests and all(each["accepted"] == 1 for each in answers), "a request was not acknowledged"
        # What is in the file, by SQLite and not by Cartwheel: the log numbers events without gaps, and a worker that died left it as it is.
        with sqlite3.connect(database) as connection:
            events = connection.execute("SELECT sum(count) FROM log").fetchone()[0]
            folded = connection.execute("SELECT cursor FROM fold").fetchone()[0]
        assert events >= len(answers), f"{events} events in the log, {len(answers)} were acknowledged"
        assert folded >= len(answers), f"{folded} events folded, {len(answers)} were acknowledged"

        first, further = {}, []
        for each in answers:
            if each["pid"] in first:
                further.append(each)
            first.setdefault(each["pid"], each)
        ingest = [each["ingest_us"] / 1e3 for each in answers]
        print(f"{len(answers)} requests by {CLIENTS} clients of {len(first)} php-fpm workers, {len(answers) / seconds:.0f} a second; none lost, all folded")
        print(f"request p50 {quantile(spans_ms, 0.5):.2f} ms, p99 {quantile(spans_ms, 0.99):.2f}; ingest p50 {quantile(ingest, 0.5):.2f} ms, p99 {quantile(ingest, 0.99):.2f}")
        for what, key in ("library found", "load_us"), ("engine opened", "open_us"):
            print(f"{what}: first request of a worker {quantile([each[key] for each in first.values()], 0.5):.0f} us, "
                  f"further ones p50 {quantile([each[key] for each in further], 0.5):.1f}, p99 {quantile([each[key] for each in further], 0.99):.0f}")
        print(f"memory of a worker: {quantile(bare, 0.5) / 1024:.1f} MB without Cartwheel, {quantile([each['resident_kb'] for each in answers[-200:]], 0.5) / 1024:.1f} MB with")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 500)
