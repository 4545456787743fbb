"""The door to a port: the mock on a socket of this machine, in the foreground or beside a test.

Nothing is bound but the host that was asked for, which is the loopback unless somebody says otherwise.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from contract_suite.errors import UsageError

if TYPE_CHECKING:
    import uvicorn

LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 512
_START_SECONDS: Final = 10.0


def bind(host: str = LOOPBACK, port: int = 0) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. `UsageError` if the address can't be had."""
    if not host.strip():  # which the system takes for every address of the machine
        raise UsageError("no address to listen on was given; 127.0.0.1 takes connections from this machine alone")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol spelt out, asyncio switches Nagle's delay off; without it each answer on a kept connection waits
    # 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(f"can't listen on {host}:{port}: {getattr(error, 'strerror', None) or error}") from None
    return listener


def serve(
    app: Callable[..., Any], host: str = LOOPBACK, port: int = 0, *, listener: socket.socket | None = None
) -> None:
    """Serve until the process is told to stop."""
    listener = listener or bind(host, port)
    try:
        _server(app).run(sockets=[listener])
    finally:
        listener.close()


@contextmanager
def running(app: Callable[..., Any], host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """Serve from a thread of this process while the block runs; yields the address, such as `http://127.0.0.1:40123`."""
    listener = bind(host, port)
    server = _server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="mock", daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.002)
        if not server.started:
            raise UsageError("the mock did not start")
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
        listener.close()


def _server(app: Callable[..., Any]) -> uvicorn.Server:
    import uvicorn  # noqa: PLC0415 - heavy, and most uses of the mock have no socket

    from contract_suite.mock.connections import PatientProtocol  # noqa: PLC0415 - as above

    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
