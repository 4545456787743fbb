"""Connections that are lost, and an endpoint that goes away, before a right service behind a port."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import unquote

import pytest

from contract_suite.record.reader import Run, read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.quick import one_in
from tests.runner.notes_app import DOCUMENT, Notes
from tests.transport.servers import request


class Port:
    """Notes behind a port; `due` says for each request, counted from 1, whether its connection is reset once it was served."""

    def __init__(self, due: Callable[[int], bool] = lambda _number: False, *, latency: float = 0.0) -> None:
        self.service = Notes()
        self.due = due
        self.latency = latency
        self.requests = 0
        self.away: tuple[int, float] = (0, 0.0)
        """After which request nobody listens, and for how many seconds; for ever if that is negative."""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = Lock()
        self.clients: list[socket.socket] = []

    def serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            while data := request(client):
                with self.lock:
                    self.requests += 1
                    number = self.requests
                    answer = self.answer(data)
                time.sleep(self.latency)
                if number == self.away[0]:
                    self.go_away()
                if self.due(number):
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                client.sendall(answer)

    def answer(self, data: bytes) -> bytes:
        head, _, body = data.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        path, _, query = target.removeprefix("/notes-api").partition("?")
        status, value = self.service.reply(method, unquote(path), query, body)
        payload = b"" if value is None else json.dumps(value).encode()
        lines = [f"HTTP/1.1 {status} Said"]
        lines += [f"Content-Length: {len(payload)}"] * (status != 204)
        lines += ["Content-Type: application/json"] * bool(payload)
        lines += [f"Allow: {'GET, POST' if path.endswith('/notes') else 'GET, DELETE'}"] * (status == 405)
        return "\r\n".join((*lines, "", "")).encode() + (b"" if method == "HEAD" else payload)

    def go_away(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for client in self.clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RD)
        if self.away[1] >= 0:
            Thread(target=self.come_back, daemon=True).start()

    def come_back(self) -> None:
        time.sleep(self.away[1])
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.accept()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.clients.append(client)
            Thread(target=self.serve, args=(client,), daemon=True).start()


@contextmanager
def listening(port: Port) -> Iterator[Port]:
    Thread(target=port.accept, daemon=True).start()
    try:
        yield port
    finally:
        port.away = (0, -1.0)
        with suppress(OSError):
            port.listener.shutdown(socket.SHUT_RDWR)
        port.listener.close()


def hold(port: Port, folder: Path) -> Run:
    document = folder / "notes.yaml"
    document.write_text(DOCUMENT)
    url = f"http://127.0.0.1:{port.port}/notes-api"
    outcome = run(
        RunOptions(contracts=(str(document),), url=url, fuzz_time=0, report=folder / "report", timeout=5), environ={}
    )
    return read_run(outcome.record)


@pytest.mark.longer
@pytest.mark.parametrize("n", one_in(3, [2, 7, 40]))
def test_every_sending_is_recorded_and_a_server_that_resets_is_found(n: int, tmp_path: Path) -> None:
    """A server that executed and then reset every second request got 726 requests, 364 were recorded, nothing was found."""
    with listening(Port(lambda number: number % n == 0)) as port:
        record = hold(port, tmp_path)
    assert len(record.exchange_offsets) == port.requests
    assert record.footer is not None
    assert record.footer.exit_code == 1
    assert any(each.clause.endswith("::response::arrives") for each in record.findings)


@pytest.mark.longer
@pytest.mark.parametrize("after", one_in(2, [1, 5, 60, 150]))
def test_a_restart_is_waited_for_and_said(after: int, tmp_path: Path) -> None:
    """A restart of 0.1 s ended the run."""
    with listening(Port()) as port:
        port.away = (after, 0.4)
        record = hold(port, tmp_path)
    assert record.footer is not None
    assert record.footer.exit_code in {1, 4}
    assert port.requests > 200
    assert "took no connection" in record.footer.reason


@pytest.mark.longer
@pytest.mark.parametrize("after", [30, 200])
def test_an_endpoint_that_is_gone_stops_the_run(after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.limits.RESTART", 0.3)
    with listening(Port()) as port:
        port.away = (after, -1.0)
        record = hold(port, tmp_path)
    assert record.footer is not None
    assert record.footer.exit_code == 3
    assert "the endpoint is gone" in record.footer.reason


@pytest.mark.slow
def test_a_right_server_at_300_ms_is_not_accused(tmp_path: Path) -> None:
    with listening(Port(latency=0.3)) as port:
        record = hold(port, tmp_path)
    assert record.findings == ()
    assert record.footer is not None
    assert record.footer.exit_code == 0
