"""A small server that keeps what RFCs say of HTTP, and can be given flaws; its document is `notes.yaml`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from contract_suite.model.exchange import Request, Response

NOTES: Final = str(Path(__file__).with_name("notes.yaml"))
MEMBERS: Final = ("title", "text", "tags", "place")
Headers = dict[str, str]


class NotesServer:
    """What the tests drive instead of the mock: `handle` answers one request. A flaw is a word, such as `no-304`."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.notes: dict[str, dict[str, Any]] = {}
        self.answered = 0
        self.tags: set[str] = set()
        self.remarks: dict[str, list[dict[str, Any]]] = {}
        for number in range(7):
            self.keep({"title": f"Note {number}", "text": "0123456789"})

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def keep(self, body: dict[str, Any]) -> dict[str, Any]:
        key = f"n{len(self.notes) + 1}"
        self.notes[key] = {"id": key, "version": 1, **{name: body[name] for name in MEMBERS if name in body}}
        return self.notes[key]

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        self.answered += 1
        path, _, query = request.target.partition("?")
        parts = path.strip("/").split("/")
        if parts[0] in {"links", "jobs"}:
            return self.beside(request, parts)
        note = self.notes.get(parts[1]) if len(parts) > 1 else None
        if parts[0] != "notes" or len(parts) > 3 or (len(parts) > 1 and note is None):
            return _answer(404, {"error": "unknown"})
        answers: dict[tuple[str, int], Callable[[], Response]] = {
            ("GET", 1): lambda: self.listed(dict(parse_qsl(query))),
            ("POST", 1): lambda: self.add(request),
            ("GET", 2): lambda: self.read(request, note or {}),
            ("PUT", 2): lambda: self.put(request, note or {}),
            ("PATCH", 2): lambda: self.patch(request, note or {}),
            ("DELETE", 2): lambda: self.delete(request, note or {}),
            ("GET", 3): lambda: self.part(request, note or {}),
        }
        if parts[2:] == ["remarks"] and note is not None:
            answers[request.method, 3] = lambda: self.remark(request, note["id"])
        if parts[2:] == ["prints"]:
            job = "/jobs/none" if self.bad("job-nowhere") else "/jobs/1"
            answers = {("POST", 3): lambda: Response(status=202, headers=(("Location", job),), body=b"")}
        if parts[2:] == ["text"] and note is not None:
            answers["PUT", 3] = lambda: self.write(request, note)
        serve = answers.get((request.method, len(parts)))
        return serve() if serve else _answer(405, {"error": "method"}, {"Allow": "GET"})

    # Lists and creates

    def listed(self, query: dict[str, str]) -> Response:
        page, size = int(query.get("page", 1)), int(query.get("size", 3))
        found = list(self.notes.values())
        start = max((page - 1) * size - self.bad("pages-overlap"), 0)
        links = {}
        if (
            start + size < len(found)
            or self.bad("next-without-end")
            or (self.bad("empty-last-page") and start < len(found))
        ):
            links["next"] = page + 2 if self.bad("next-skips") else page if self.bad("next-repeats") else page + 1
        if page > 1:
            links["prev"] = page + self.bad("prev-is-next") * 2 - 1
        if self.bad("no-links"):
            links = {}
        base = "https://other.example.org" if self.bad("links-elsewhere") else ""
        path = "/notes/none" if self.bad("next-nowhere") else "/notes"
        shape = '<{}{}?page={}&size={}>; rel="{}"'
        link = ", ".join(shape.format(base, path, number, size, rel) for rel, number in links.items())
        return _answer(200, found[start : start + size], {"Link": link} if link else {})

    def add(self, request: Request) -> Response:
        body = _body(request)
        if not _is_note(body):
            return _answer(400, {"error": "invalid"})
        note = self.keep(body)
        places = {
            "location-nowhere": "/notes/none",
            "location-unknown": f"/note/{note['id']}",
            "location-collection": "/notes",
            "location-another": "/notes/n1",
            "location-absolute": f"http://localhost/notes/{note['id']}",
            "location-relative": f"notes/{note['id']}",
            "location-elsewhere": "https://other.example.org/notes/1",
        }
        place = next((place for flaw, place in places.items() if self.bad(flaw)), f"/notes/{note['id']}")
        return _answer(201, note, {} if self.bad("no-location") else {"Location": place})

    def remark(self, request: Request, note: str) -> Response:
        every = [remark for remarks in self.remarks.values() for remark in remarks]
        if request.method == "GET":
            mine = self.remarks.get(note, [])
            return _answer(200, every if self.bad("remarks-of-all") else [] if self.bad("remarks-lost") else mine)
        body = _body(request)
        if (
            request.method != "POST"
            or not isinstance(body, dict)
            or not isinstance(body.get("text"), str)
            or not body["text"]
        ):
            return _answer(400 if request.method == "POST" else 405, {"error": "invalid"})
        remark = {"id": len(every) + 1, "text": body["text"]}
        self.remarks.setdefault(note, []).append(remark)
        return _answer(200, remark)

    def beside(self, request: Request, parts: list[str]) -> Response:
        if request.method == "GET" and parts[0] == "jobs":
            return _answer(200, {"state": "done"}) if parts[1:] == ["1"] else _answer(404, {"error": "unknown"})
        if request.method != "POST" or parts != ["links"]:
            return _answer(405, {"error": "method"}, {"Allow": "GET"})
        body = _body(request)
        named = body.get("note_id") if isinstance(body, dict) else None
        known = named in self.notes or (self.bad("links-anywhere") and isinstance(named, str))
        return _answer(200, {"ok": True}) if known else _answer(404, {"error": "unknown"})

    def write(self, request: Request, note: dict[str, Any]) -> Response:
        if not self.bad("bytes-not-stored"):
            note["bytes"] = request.body.decode("utf-8", "replace")
        return Response(status=204, headers=(), body=b"")

    # One note

    def tag(self, note: dict[str, Any]) -> str:
        basis = note["id"] if self.bad("tag-of-id") else json.dumps(note)
        if self.bad("tag-moves"):
            basis += str(self.answered)
        tag = hashlib.sha256(basis.encode()).hexdigest()[:12]
        self.tags.add(f'"{tag}"')
        return f'W/"{tag}"' if self.bad("weak") else f'"{tag}"'

    def read(self, request: Request, note: dict[str, Any]) -> Response:
        tag, none = self.tag(note), request_header(request, "if-none-match")
        if none is not None and not self.bad("no-304"):
            if self.bad("always-304") or _matches(none, tag, weak=True):
                body = json.dumps(note).encode() if self.bad("304-with-body") else b""
                other = '"other"' if self.bad("304-with-other-tag") else tag
                return Response(status=304, headers=(("ETag", other),), body=body)
            if self.bad("none-match-412"):
                return _answer(412, {"error": "precondition"})
        return _answer(200, note, {} if self.bad("no-tag") else {"ETag": tag})

    def unmet(self, request: Request, note: dict[str, Any]) -> Response | None:
        match, none = request_header(request, "if-match"), request_header(request, "if-none-match")
        refused = _answer(409 if self.bad("unmet-409") else 412, {"error": "precondition"})
        if match is not None and not self.bad("match-ignored"):
            tag = self.tag(note)
            if (match == "*" and self.bad("star-refused")) or self.bad("match-refused"):
                return refused
            first = match.split(",")[0] if self.bad("first-tag-only") else match
            if not _matches(first, tag, weak=False) and not (self.bad("former-tag-served") and match in self.tags):
                if self.bad("changes-nevertheless"):
                    note["text"] = f"changed {self.answered}"
                return refused
        if none is not None and not self.bad("none-match-ignored") and _matches(none, self.tag(note), weak=True):
            return refused
        return None

    def put(self, request: Request, note: dict[str, Any]) -> Response:
        body = _body(request)
        if not _is_note(body):
            return _answer(400, {"error": "invalid"})
        unmet = self.unmet(request, note)
        if unmet is not None:
            return unmet
        old = self.tag(note)
        kept = {**(note if self.bad("put-merges") else {}), **{name: body[name] for name in MEMBERS if name in body}}
        if self.bad("put-appends"):
            kept["title"] = f"{note['title']}{body['title']}"
        new = {**kept, "id": note["id"], "version": note["version"] + 1}
        if self.bad("read-only-taken") and "version" in body:
            new["version"] = body["version"]
        if not self.bad("put-not-stored"):
            note.clear()
            note.update(new)
        return _answer(200, new, {"ETag": old if self.bad("old-tag") else self.tag(note)})

    def patch(self, request: Request, note: dict[str, Any]) -> Response:
        patch = _body(request)
        if not isinstance(patch, dict) or not patch or not patch.get("title", "x"):
            return _answer(400, {"error": "invalid"})
        known = {name: patch[name] for name in MEMBERS if name in patch}
        if self.bad("patch-clears"):
            known = {"text": None, **known}
        if self.bad("patch-null-kept"):
            known = {name: value for name, value in known.items() if value is not None}
        for name, value in known.items():
            if value is None:
                note.pop(name, None)
            elif isinstance(value, dict) and isinstance(note.get(name), dict) and not self.bad("patch-replaces-object"):
                merged = {**note[name], **value}
                note[name] = {key: each for key, each in merged.items() if each is not None}
            elif isinstance(value, list) and self.bad("patch-appends"):
                note[name] = [*note.get(name, []), *value]
            else:
                note[name] = value
        note["version"] += 1
        return _answer(200, note)

    def delete(self, request: Request, note: dict[str, Any]) -> Response:
        unmet = self.unmet(request, note)
        if unmet is not None:
            return unmet
        del self.notes[note["id"]]
        return Response(status=204)

    # Parts of a text

    def part(self, request: Request, note: dict[str, Any]) -> Response:
        whole = note.get("bytes", f"About {note['title']}").encode()
        headers = {"Content-Type": "text/plain", "ETag": self.tag(note)}
        text, other = request_header(request, "range") or "", request_header(request, "if-range")
        match = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", text)
        if (text and not match and self.bad("any-unit")) or (other and self.bad("if-range-ignored") and match):
            return _part(206, headers, whole[:1], f"bytes 0-0/{len(whole)}")
        if not match or other is not None or self.bad("no-ranges"):
            return _part(200, headers, whole)
        first, last = match.groups()
        start = int(first) if first else max(len(whole) - int(last), 0)
        stop = min(int(last), len(whole) - 1) if first and last else len(whole) - 1
        if self.bad("suffix-from-start") and not first:
            start, stop = 0, int(last) - 1
        if start >= len(whole):
            if self.bad("beyond-206"):
                return _part(206, headers, b"", f"bytes 0-0/{len(whole)}")
            said = {} if self.bad("beyond-without-length") else {"Content-Range": f"bytes */{len(whole)}"}
            return _answer(416, {"error": "range"}, said)
        piece = whole[start : stop + (not self.bad("end-left-out"))]
        total = len(piece) if self.bad("total-of-part") else len(whole)
        first_byte = start + self.bad("counts-from-one")
        return _part(
            200 if self.bad("part-200") else 206,
            headers,
            piece,
            f"bytes {first_byte}-{stop + first_byte - start}/{total}",
        )


def request_header(request: Request, name: str) -> str | None:
    """A header field of a request, or `None`."""
    return next((value for key, value in request.headers if key.lower() == name), None)


def _matches(text: str, tag: str, *, weak: bool) -> bool:
    if text.strip() == "*":
        return True
    tags = [each.strip() for each in text.split(",")]
    if weak:
        return tag.removeprefix("W/") in {each.removeprefix("W/") for each in tags}
    return not tag.startswith("W/") and tag in tags


def _is_note(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("title"), str) and 0 < len(body["title"]) <= 80


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return None


def _answer(status: int, body: Any, headers: Headers | None = None) -> Response:
    text = json.dumps(body).encode()
    fields = {"Content-Type": "application/json", "Content-Length": str(len(text)), **(headers or {})}
    return Response(status=status, headers=tuple(fields.items()), body=text)


def _part(status: int, headers: Headers, body: bytes, content_range: str = "") -> Response:
    fields = {**headers, **({"Content-Range": content_range} if content_range else {})}
    return Response(status=status, headers=tuple(fields.items()), body=body)
