"""A stand-in for SOLAPI on loopback."""
import http.server
import json
import threading
import urllib.parse


class Provider(http.server.BaseHTTPRequestHandler):
    """Three blocked numbers on two pages, and the messages that it took, which it says were delivered."""
    asked, taken, sent, broken = [], [], [], False

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        Provider.asked.append((url.path, query, self.headers["Authorization"]))
        if url.path == "/messages/v4/list":
            return self.answer(200, {"nextKey": None, "messageList": {mark: {"messageId": "M" + mark, "statusCode": "4000", "customFields": {"cartwheel": mark}}
                                                                      for mark in Provider.taken}})
        if Provider.broken and "startKey" in query:
            return self.answer(503, {"errorMessage": "01012345678"})
        numbers = ["01012345678", "01099990000"] if "startKey" not in query else ["01055556666"]
        return self.answer(200, {"nextKey": None if "startKey" in query else "p 2", "blackList": [
            {"handleKey": n, "type": "DENIAL", "recipientNumber": n, "dateCreated": "2026-05-01T00:00:00.000Z"} for n in numbers]})

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        marks = [message["customFields"]["cartwheel"] for message in sent["messages"]]
        Provider.taken += marks
        Provider.sent += sent["messages"]
        self.answer(200, {"messageList": [{"statusCode": "2000", "customFields": {"cartwheel": mark}} for mark in marks]})

    def log_message(self, *_):
        pass

    @staticmethod
    def start():
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"
