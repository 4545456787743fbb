"""Prints the client's CPU time for one small exchange: this package's transport, `http.client` and httpx against one server in another process."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter, process_time

import httpx

from contract_suite.model.exchange import Request, Response
from contract_suite.transport.http import HttpTransport

_BODY = b'{"RequestId": "5A14FA81-DD4E-1A4D-8A1E-0B0B0B0B0B0B", "AlgorithmId": "algo-1", "AlgorithmProvider": "custom"}'
_HEAD = (
    b"HTTP/1.1 200 OK\r\nDate: Wed, 10 Jul 2024 11:49:47 GMT\r\nServer: bench\r\nContent-Type: application/json\r\n"
    b"X-Request-Id: 5A14FA81\r\nContent-Length: %d\r\n\r\n" % len(_BODY)
)
_TARGET = "/algorithms/algo-1?PageNumber=1&PageSize=10"
_HEADERS = (("Accept", "application/json"), ("Authorization", "Bearer made-up"))
_ROUNDS = 5


def main(exchanges: int) -> None:
    """Measure each client several times and print its best round."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    server = context.Process(target=_serve, args=(sender,), daemon=True)
    server.start()
    port = receiver.recv()
    try:
        print(f"{'client':<16}{'CPU us/exchange':>16}{'wall us/exchange':>18}")
        for name, opened in (("contract-suite", _ours), ("http.client", _standard), ("httpx", _httpx)):
            exchange = opened(port)
            for _ in range(50):
                exchange()
            cpu, wall = min(_round(exchange, exchanges) for _ in range(_ROUNDS))
            print(f"{name:<16}{cpu * 1e6:>16.0f}{wall * 1e6:>18.0f}")
    finally:
        server.terminate()
        server.join()


def _round(exchange: Callable[[], None], count: int) -> tuple[float, float]:
    cpu, wall = process_time(), perf_counter()
    for _ in range(count):
        exchange()
    return (process_time() - cpu) / count, (perf_counter() - wall) / count


def _ours(port: int) -> Callable[[], None]:
    transport = HttpTransport(f"http://127.0.0.1:{port}/api")

    def exchange() -> None:
        answer, _ = transport.send(Request(method="GET", target=_TARGET, headers=_HEADERS))
        if not isinstance(answer, Response) or answer.body != _BODY:
            raise RuntimeError(answer)

    return exchange


def _standard(port: int) -> Callable[[], None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def exchange() -> None:
        connection.request("GET", f"/api{_TARGET}", headers=dict(_HEADERS))
        response = connection.getresponse()
        if response.read() != _BODY:
            raise RuntimeError(response.status)

    return exchange


def _httpx(port: int) -> Callable[[], None]:
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", trust_env=False)

    def exchange() -> None:
        response = client.get(_TARGET, headers=dict(_HEADERS))
        if response.content != _BODY:
            raise RuntimeError(response.status_code)

    return exchange


def _serve(ready: Connection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ready.send(listener.getsockname()[1])
        while True:
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client:
                _answer(client)


def _answer(client: socket.socket) -> None:
    pending = b""
    while data := client.recv(65_536):
        pending += data
        while b"\r\n\r\n" in pending:
            pending = pending.partition(b"\r\n\r\n")[2]
            client.sendall(_HEAD + _BODY)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
