"""Records what an httpx client sends and gets, as an HTTP Archive (HAR 1.2) that `contract-suite check` and browsers read.

The rule that must not be broken: every entry is redacted before it is kept, so that no archive ever holds a key.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from contract_suite.record.errors import RecordError
from contract_suite.record.redaction import Redactor

if TYPE_CHECKING:
    import httpx

_STARTED: Final = "contract_suite.started"
_DECODED: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Recorder:
    """Writes an archive when it is closed. A context manager.

        with Recorder("traffic.har") as recorder, httpx.Client(event_hooks=recorder.hooks) as client:
            client.get("https://api.example.com/things")

    The hooks read each response to its end, streamed ones too. Whatever respx has mocked is recorded alike; `add` takes
    respx's own calls.
    """

    def __init__(self, path: str | Path, *, secrets: Mapping[str, str] | None = None) -> None:
        """`secrets` maps known keys to what shall stand in their place; what looks like a key is replaced in any case."""
        self.path = Path(path)
        self._redactor = Redactor(secrets)
        self._entries: list[dict[str, Any]] = []
        self._lock = Lock()

    @property
    def hooks(self) -> dict[str, list[Callable[..., Any]]]:
        """What `httpx.Client` takes as `event_hooks`."""
        return {"request": [self._begin], "response": [self._end]}

    @property
    def async_hooks(self) -> dict[str, list[Callable[..., Any]]]:
        """What `httpx.AsyncClient` takes as `event_hooks`."""

        async def begin(request: httpx.Request) -> None:
            self._begin(request)

        async def end(response: httpx.Response) -> None:
            await response.aread()
            self._keep(response.request, response)

        return {"request": [begin], "response": [end]}

    def add(self, calls: Iterable[Any]) -> None:
        """Record calls that respx kept (`respx_mock.calls`); those without a response are passed over."""
        for call in calls:
            if call.has_response:
                call.response.read()
                self._keep(call.request, call.response)

    def close(self) -> None:
        """Write the archive."""
        log = {"version": "1.2", "creator": {"name": "contract-suite", "version": _version()}, "entries": self._entries}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps({"log": log}, ensure_ascii=False, indent=1), "utf-8")
        except OSError as error:
            raise RecordError(f"can't be written ({error.strerror or error})", path=self.path) from error

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the archive, also of a test that failed."""
        self.close()

    def _begin(self, request: httpx.Request) -> None:
        request.extensions[_STARTED] = time.time()

    def _end(self, response: httpx.Response) -> None:
        response.read()
        self._keep(response.request, response)

    def _keep(self, request: httpx.Request, response: httpx.Response) -> None:
        now = time.time()
        started = request.extensions.get(_STARTED, now)
        took = round((now - started) * 1000, 3)
        sent = request.read() if hasattr(request, "_content") else b""
        entry = {
            "startedDateTime": datetime.fromtimestamp(started, UTC).isoformat(timespec="milliseconds"),
            "time": took,
            "request": {
                "method": request.method,
                "url": self._redactor.text(str(request.url)),
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": self._headers(request.headers.multi_items()),
                "queryString": [
                    {"name": name, "value": self._redactor.text(value)}
                    for name, value in request.url.params.multi_items()
                ],
                **({"postData": self._content(sent, request.headers.get("content-type", ""))} if sent else {}),
                "headersSize": -1,
                "bodySize": len(sent),
            },
            "response": {
                "status": response.status_code,
                "statusText": response.reason_phrase,
                "httpVersion": response.http_version,
                "cookies": [],
                # The content is decoded, so that what says how it was coded would be wrong.
                "headers": self._headers(
                    pair for pair in response.headers.multi_items() if pair[0].lower() not in _DECODED
                ),
                "content": {
                    "size": len(response.content),
                    **self._content(response.content, response.headers.get("content-type", "")),
                },
                "redirectURL": response.headers.get("location", ""),
                "headersSize": -1,
                "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0, "wait": took, "receive": 0},
        }
        with self._lock:
            self._entries.append(entry)

    def _headers(self, pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in self._redactor.headers(tuple(pairs))]

    def _content(self, data: bytes, media_type: str) -> dict[str, str]:
        clean = self._redactor.data(data)
        try:
            return {"mimeType": media_type, "text": clean.decode()}
        except UnicodeDecodeError:
            return {"mimeType": media_type, "text": base64.b64encode(clean).decode(), "encoding": "base64"}


def _version() -> str:
    try:
        return version("contract-suite")
    except PackageNotFoundError:
        return "0"
