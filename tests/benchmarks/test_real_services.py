"""The comparison on real services: what it counts, what it calls harm, and what is not installed."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from benchmarks.real.counting_proxy import CountingProxy

ROOT = Path(__file__).parents[2]


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.longer
def test_the_proxy_passes_on_and_counts() -> None:
    service = HTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    with CountingProxy(service.server_address[1]) as proxy:
        client = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
        client.request("POST", "/a?b=%20", body=b"some bytes")
        answer = client.getresponse()
        assert (answer.status, answer.read()) == (201, b"some bytes")
        client.close()
    service.shutdown()
    service.server_close()
    assert proxy.answers == [("POST", "/a?b=%20", 201)]


def test_what_is_not_installed_is_left_out(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "services.py"), "--venvs", str(tmp_path), "kinto", "httpbin"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603 - our own script
    assert [line for line in done.stdout.splitlines() if "not installed" in line] == [
        "| kinto | not installed | | | | | | | |",
        "| httpbin | not installed | | | | | | | |",
    ]
