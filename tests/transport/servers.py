"""Servers of raw bytes for the tests: each runs in a thread, on a port of its own, and ends with its `with` block."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Answer = Callable[[socket.socket], None]
"""Serves one accepted connection; what it raises about a broken connection is swallowed."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server(*answers: Answer) -> Iterator[str]:
    """Serve the first connection with the first answer and so on, the last answer for all that follow; yield the base URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads: list[Thread] = []

        def accept() -> None:
            number = 0
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                thread = Thread(target=_serve, args=(client, answers[min(number, len(answers) - 1)]), daemon=True)
                thread.start()
                threads.append(thread)
                number += 1

        acceptor = Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            acceptor.join(5)
            for thread in threads:
                thread.join(5)


def request(client: socket.socket) -> bytes:
    """Read one request with its body; empty once the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += client.recv(65_536)
    return head + b"\r\n\r\n" + body


def once(data: bytes) -> Answer:
    """Answer one request with these bytes, then close."""

    def answer(client: socket.socket) -> None:
        request(client)
        client.sendall(data)

    return answer


def always(data: bytes) -> Answer:
    """Answer every request on the connection with these bytes."""

    def answer(client: socket.socket) -> None:
        while request(client):
            client.sendall(data)

    return answer


def reset(client: socket.socket) -> None:
    """Close with a RST."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()


def _serve(client: socket.socket, answer: Answer) -> None:
    with client, suppress(OSError):
        client.settimeout(5)
        answer(client)
