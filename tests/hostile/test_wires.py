"""A right server over every wire that HTTP allows: nothing is held against it, and nothing is left untested."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from tests.hostile.test_connections import Port, hold, listening
from tests.hostile.wires import RIGHT, Answer, Wire
from tests.transport.servers import request

QUICK = {"until it is closed", "trailers", "gzip unasked", "closes each time late", "hints first"}


class Wired(Port):
    """Notes behind a port that answers over a wire of its own."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    def serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            while data := request(client):
                with self.lock:
                    self.requests += 1
                    number = self.requests
                    head, _, body = self.answer(data).partition(b"\r\n\r\n")
                status, *fields = head.decode().split("\r\n")
                answer = Answer(
                    status=int(status.split(" ")[1]),
                    fields=[each for each in fields if not each.startswith("Content-Length")],
                    body=body,
                    bodiless=data.startswith(b"HEAD"),
                )
                if not self.wire(number, answer, client.sendall):
                    return


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each in QUICK else (pytest.mark.slow,)) for each in RIGHT]
)
def test_a_right_server_is_right_over_every_wire(name: str, tmp_path: Path) -> None:
    with listening(Wired(RIGHT[name])) as port:
        record = hold(port, tmp_path)
    assert record.footer is not None
    assert (record.footer.reason, record.footer.exit_code) == ("nothing found", 0)
    assert not record.findings
