"""Reads recorded traffic: HTTP Archives (HAR 1.2) and our own run records, told apart by what they hold.

The rule that must not be broken: what a recording leaves out is never held against a server. An answer without its
body, or without a status, is counted as skipped.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from contract_suite.model.case import Intent, Stage
from contract_suite.model.exchange import Identity, NoResponse, Pairs, Request, Response
from contract_suite.model.json import JSON
from contract_suite.record.errors import RecordError
from contract_suite.record.reader import read_run

_MAX_BYTES: Final = 512 * 1024 * 1024
_CODING: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_KEYS: Final = frozenset({"authorization"})
_CONNECTION: Final = frozenset({"host", "connection", "content-length", "accept-encoding", "user-agent"})
"""Fields of the connection and the client, which say nothing of the call and only lengthen its `curl` line."""
_SAFE: Final = "/%?#[]@!$&'()*+,;=:-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recorded exchange.

    `origin` is `scheme://host:port`, or empty where the target is already below a base URL, of the contract `family`.
    """

    request: Request
    answer: Response | NoResponse
    seconds: float = 0.0
    origin: str = ""
    family: str = ""
    intent: Intent = Intent.UNKNOWN
    target_clause: str = ""
    note: str = ""
    stage: Stage = Stage.EXAMPLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """A recording: what can be judged of it, and the base URL that a run record names.

    `skipped` says why the rest can't be judged, in one sentence each.
    """

    path: Path
    exchanges: tuple[Recorded, ...]
    skipped: tuple[str, ...] = ()
    base_url: str = ""


def read_traffic(path: Path) -> Traffic:
    """Read a recording; `RecordError` if it is neither an HTTP Archive nor a run record."""
    try:
        if path.exists() and not path.is_file():
            raise RecordError("is no regular file", path=path)
        if path.is_file() and path.stat().st_size > _MAX_BYTES:
            raise RecordError(f"is larger than {_MAX_BYTES // 1024 // 1024} MiB", path=path)
        with path.open("rb") as file:
            first = file.readline(65536)
        if b'"contract-suite-run/' in first:
            return _from_run(path)
        content = path.read_bytes()
    except OSError as error:
        raise RecordError(f"can't be read ({error.strerror or error})", path=path) from error
    try:
        parsed: JSON = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RecordError(
            "is neither an HTTP Archive (JSON) nor a run record (NDJSON with a header)", path=path
        ) from None
    log = parsed.get("log") if isinstance(parsed, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise RecordError("is JSON, but no HTTP Archive: /log/entries is missing", path=path)
    return _from_har(path, entries)


def _from_run(path: Path) -> Traffic:
    run = read_run(path)
    found = tuple(
        Recorded(
            request=each.exchange.request,
            answer=each.exchange.answer,
            seconds=each.exchange.seconds,
            family=each.family,
            intent=each.intent,
            target_clause=each.target_clause,
            note=each.note,
            stage=each.stage,
        )
        for each in run.exchanges()
    )
    base = run.header.target if "://" in run.header.target else ""
    return Traffic(path=path, exchanges=found, base_url=base)


def _from_har(path: Path, entries: list[JSON]) -> Traffic:
    found: list[Recorded] = []
    skipped: list[str] = []
    for number, entry in enumerate(entries, 1):
        try:
            read = _entry(entry)
        except (TypeError, KeyError, AttributeError, ValueError, OverflowError, binascii.Error):
            raise RecordError(f"entry {number} is not as HAR 1.2 describes it", path=path) from None
        if isinstance(read, str):
            skipped.append(f"entry {number}: {read}")
        else:
            found.append(read)
    return Traffic(path=path, exchanges=tuple(found), skipped=tuple(skipped))


def _entry(entry: Any) -> Recorded | str:  # noqa: ANN401 - parsed JSON, and whatever is wrong with it raises
    sent, came = entry["request"], entry["response"]
    url = urlsplit(str(sent["url"]))
    if url.scheme not in {"http", "https"} or not url.netloc:
        return f"{url.scheme or 'its address'} is not HTTP"
    status = int(came["status"])
    if not 100 <= status < 600:  # noqa: PLR2004 - what HTTP has
        return "no response was recorded"
    body = _came(came.get("content") or {})
    if body is None:
        return "the body of its response was not recorded"
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    headers = _pairs(sent.get("headers"))
    keyed = any(name.lower() in _KEYS for name, _ in headers)
    request = Request(
        method=str(sent["method"]).upper(),
        target=quote(target, safe=_SAFE),
        headers=tuple(pair for pair in headers if pair[0].lower() not in _KEYS | _CONNECTION),
        body=_sent(sent.get("postData") or {}),
        identity=Identity.DEFAULT if keyed else Identity.NOBODY,
    )
    # An archive holds bodies as they are after decoding, so what describes their coding says nothing of them any more.
    kept = tuple(pair for pair in _pairs(came.get("headers")) if pair[0].lower() not in _CODING)
    mime = str((came.get("content") or {}).get("mimeType") or "")
    if mime and mime != "x-unknown" and not any(name.lower() == "content-type" for name, _ in kept):
        kept = (*kept, ("Content-Type", mime))
    return Recorded(
        request=request,
        answer=Response(status=status, reason=str(came.get("statusText") or ""), headers=kept, body=body),
        seconds=max(0.0, float(entry.get("time") or 0)) / 1000,
        origin=f"{url.scheme}://{url.netloc}",
    )


def _pairs(headers: Any) -> Pairs:  # noqa: ANN401 - as above
    # What begins with a colon is HTTP/2's own and no header.
    return tuple(
        (str(each["name"]), str(each["value"])) for each in headers or () if not str(each["name"]).startswith(":")
    )


def _sent(data: Any) -> bytes:  # noqa: ANN401 - as above
    text = data.get("text")
    if text is not None:
        return (
            base64.b64decode(text)
            if "base64" in (data.get("encoding"), data.get("comment"))
            else str(text).encode("utf-8", "surrogatepass")
        )
    return urlencode([(str(each["name"]), str(each.get("value", ""))) for each in data.get("params") or ()]).encode()


def _came(content: Any) -> bytes | None:  # noqa: ANN401 - as above
    """The body of a response, or `None` if there was one that the archive leaves out."""
    text = content.get("text")
    if text is None:
        return b"" if int(content.get("size") or 0) <= 0 else None
    return base64.b64decode(text) if content.get("encoding") == "base64" else str(text).encode("utf-8", "surrogatepass")


def below(exchanges: tuple[Recorded, ...], bases: tuple[str, ...], base_path: str) -> Iterator[tuple[Recorded, str]]:
    """Yield the exchanges that went to a contract's API with its base URL, and their targets cut to what lies below it.

    A URL below one of `bases` belongs to it. An address that none of them names may be a mock or a staging server: it
    counts where its path begins with the document's own base path, and only if that says something.
    """
    roots = tuple(urlsplit(base) for base in bases)
    for each in exchanges:
        if not each.origin:
            yield each, ""
            continue
        origin = urlsplit(each.origin)
        prefixes = [root.path.rstrip("/") for root in roots if _authority(root) == _authority(origin)]
        prefixes += [base_path] if base_path and not prefixes else []
        for prefix in prefixes:
            rest = each.request.target[len(prefix) :]
            if each.request.target.startswith(prefix) and rest[:1] in {"", "/", "?"}:
                target = rest if rest.startswith("/") else f"/{rest}"
                yield replace(each, request=replace(each.request, target=target)), each.origin + prefix
                break


def _authority(url: Any) -> tuple[str, str, int]:  # noqa: ANN401 - what urlsplit returns
    try:
        port = url.port
    except ValueError:  # no number of a port
        port = -1
    return url.scheme, url.hostname or "", port or {"http": 80, "https": 443}.get(url.scheme, 0)
