"""The launcher with stand-ins for the application: `python -m tests.embedded.standin`.

WORKER is what the stand-in worker does (Python), HEALTH the JSON that the stand-in web server answers.
"""

import os
import sys

from embedded.house import House
from embedded.launcher import launch
from embedded.make import follow_make
from embedded.process import signals

WEB = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["HEALTH"].encode())

HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Health).serve_forever()
"""
SLEEP = "import time; time.sleep(600)"
WELL = '{"status": "ok", "checks": {"database": {"ok": true}}}'


def list_standins(house: House) -> dict[str, list[str]]:
    return {
        "web": [sys.executable, "-c", WEB],
        "worker": [sys.executable, "-c", os.environ.get("WORKER", SLEEP)],
    }


if __name__ == "__main__":
    os.environ.setdefault("HEALTH", WELL)
    signals.listen(follow_make())
    migrate = [sys.executable, "-c", os.environ.get("MIGRATE", "")]
    keep_alive = "--keep-alive" in sys.argv
    sys.exit(launch(os.environ, keep_alive=keep_alive, applications=list_standins, migrate=migrate))
