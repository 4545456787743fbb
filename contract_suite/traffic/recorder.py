"""Records what an httpx client sends and gets, as an HTTP Archive (HAR 1.2) for `contract-suite check` and browsers.

The rule that must not be broken: every entry is redacted before it is kept, so that no archive ever holds a key.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import harfile

from contract_suite.record.errors import RecordError
from contract_suite.record.har import body_text, records
from contract_suite.record.redaction import Redactor, credentials_of

if TYPE_CHECKING:
    import httpx

_STARTED: Final = "contract_suite.started"
_DECODED: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One exchange as the archive holds it, redacted."""

    started: str
    milliseconds: float
    request: harfile.Request
    response: harfile.Response


class Recorder:
    """Writes an archive when it is closed. A context manager.

        with Recorder("traffic.har") as recorder, httpx.Client(event_hooks=recorder.hooks) as client:
            client.get("https://api.example.com/things")

    The hooks read each response to its end, streamed ones too. Whatever respx has mocked is recorded alike; `add` takes
    respx's own calls.
    """

    def __init__(self, path: str | Path, *, secrets: Mapping[str, str] | None = None) -> None:
        """`secrets` maps known keys to what stands in their place; what looks like a key is replaced in any case."""
        self.path = Path(path)
        self._secrets = dict(secrets or {})
        self._redactor = Redactor(self._secrets)
        self._entries: list[_Entry] = []
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
        creator = harfile.Creator(name="contract-suite", version=_version())
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("w", encoding="utf-8") as stream, harfile.HarFile(stream, creator=creator) as archive:
                for each in self._entries:
                    archive.add_entry(
                        startedDateTime=each.started,
                        time=each.milliseconds,
                        request=each.request,
                        response=each.response,
                        timings=harfile.Timings(send=0, wait=each.milliseconds, receive=0),
                    )
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
        self._learn(request)
        entry = _Entry(
            started=datetime.fromtimestamp(started, UTC).isoformat(timespec="milliseconds"),
            milliseconds=round((now - started) * 1000, 3),
            request=self._request(request),
            response=self._response(response),
        )
        with self._lock:
            self._entries.append(entry)

    def _learn(self, request: httpx.Request) -> None:
        """Know the credentials that go out, so that they are not kept where a server gives them back."""
        fresh = credentials_of(tuple(request.headers.multi_items()))
        if not fresh.keys() <= self._secrets.keys():
            self._secrets = {**fresh, **self._secrets}
            self._redactor = Redactor(self._secrets)

    def _request(self, request: httpx.Request) -> harfile.Request:
        sent = request.read() if hasattr(request, "_content") else b""
        posted = None
        if sent:
            text, encoding = body_text(self._redactor.data(sent))
            kind = request.headers.get("content-type", "")
            posted = harfile.PostData(mimeType=kind, text=text, comment=encoding)
        return harfile.Request(
            method=request.method,
            url=self._redactor.text(str(request.url)),
            httpVersion="HTTP/1.1",
            headers=records(self._redactor.headers(tuple(request.headers.multi_items()))),
            queryString=records((name, self._redactor.text(value)) for name, value in request.url.params.multi_items()),
            postData=posted,
            bodySize=len(sent),
        )

    def _response(self, response: httpx.Response) -> harfile.Response:
        # The content is decoded, so that what says how it was coded would be wrong.
        headers = tuple(pair for pair in response.headers.multi_items() if pair[0].lower() not in _DECODED)
        text, encoding = body_text(self._redactor.data(response.content))
        kind = response.headers.get("content-type", "")
        return harfile.Response(
            status=response.status_code,
            statusText=response.reason_phrase,
            httpVersion=response.http_version,
            headers=records(self._redactor.headers(headers)),
            content=harfile.Content(size=len(response.content), mimeType=kind, text=text, encoding=encoding),
            redirectURL=self._redactor.text(response.headers.get("location", "")),
            bodySize=-1,
        )


def _version() -> str:
    try:
        return version("contract-suite")
    except PackageNotFoundError:
        return "0"
