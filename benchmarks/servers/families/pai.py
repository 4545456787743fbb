"""A server of the PAI algorithm family, below `/api`."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import wire
from defects import check_defects
from variants import check_variant
from wire import ASGIApp, Json, Refusal, Request, Response

STUDIO = ("api", "PaiStudio", "2022-01-12")
PLUGIN = ("api", "PaiPlugin", "2022-01-12")
LARGEST_BODY = 8192
FILTERS = ("WorkspaceId", "AlgorithmName", "AlgorithmId", "AlgorithmProvider")
STYLE = wire.Style(media_type="application/json; charset=utf-8")

Operation = Callable[[Request], Awaitable[Response]]


class Pai:
    """The state of the server and its operations."""

    def __init__(self, defects: frozenset[str], variant: str) -> None:
        """Start from the seed."""
        self.bad = defects.__contains__
        self.variant = variant
        self.style = wire.Style(STYLE.media_type, pieces=4 if variant == "pai-chunked" else 1)
        self.records: dict[str, Json] = {}
        self.versions: dict[str, dict[str, Json]] = {}
        self.workspaces: set[str] = set()
        self.stale: dict[str, Json] = {}
        self.deleted: list[Json] = []
        self.taken: set[tuple[Any, Any]] = set()
        self.orphans: dict[str, dict[str, Json]] = {}
        self.made = 0
        self.turn = 0
        self.ticks: dict[str, int] = {}
        self.last_request_id = ""
        self.all_calls = wire.Window(100)
        self.creations = wire.Window(5 if self.bad("pai-rate-create-five") else 10)
        self.reads = wire.Window(50)
        self.routes: dict[tuple[str, ...], dict[str, Operation]] = {
            (*STUDIO, "CreateAlgorithm"): {"POST": self.create},
            (*STUDIO, "ListAlgorithms"): {"GET": self.list_algorithms},
            (*PLUGIN, "ListAlgorithms"): {"GET": self.plugin_list},
            (*STUDIO, "CreateAlgorithmVersion"): {"POST": self.create_version},
            (*STUDIO, "ListAlgorithmVersions"): {"GET": self.list_versions},
            (*STUDIO, "GetAlgorithmVersion"): {"GET": self.get_version},
            (*STUDIO, "UpdateAlgorithmVersion"): {"PUT": self.update_version},
            (*STUDIO, "DeleteAlgorithmVersion"): {"DELETE": self.delete_version},
        }
        self.one: dict[str, Operation] = {"GET": self.get, "PUT": self.update, "DELETE": self.delete}
        self.seed()
        self.listed = len(self.records)
        self.seeded = frozenset(self.records)

    # Requests and answers

    async def handle(self, request: Request) -> Response:
        """Answer a request."""
        try:
            response = await self.route(request)
            response.payload = self.finish(request, response.payload)
        except Refusal as refusal:
            response = self.refusal(request, refusal)
        if self.bad("pai-success-as-text") and response.status < 300:
            response.headers["content-type"] = "text/plain; charset=utf-8"
        return response

    def finish(self, request: Request, payload: Json) -> Json:
        """Add the request id to the body of a success."""
        request_id: Any = self.request_id()
        if self.bad("pai-request-id-number"):
            request_id = int(request_id[:7], 16)
        if self.bad("pai-request-id-missing-on-delete") and request.method == "DELETE":
            return payload
        if self.variant == "pai-extra-members":
            payload = {"Success": True, "Host": {"Region": "eu", "Zones": [1, 2]}, **payload}
        return {**payload, "RequestId": request_id}

    def refusal(self, request: Request, refusal: Refusal) -> Response:
        """Return the answer of a refusal."""
        if self.bad("pai-error-html") and refusal.status == 404:
            page = f"<html><body><h1>{refusal.code}</h1></body></html>"
            return Response(404, headers={"content-type": "text/html"}, raw=page.encode())
        payload: Json = {"Message": refusal.message, "Code": refusal.code, "RequestId": self.request_id()}
        if self.variant == "pai-error-nested":
            payload = {"error": {"type": refusal.code, "detail": refusal.message}, "RequestId": payload["RequestId"]}
        if self.bad("pai-error-without-request-id"):
            del payload["RequestId"]
        if self.bad("pai-error-request-id-null") and refusal.status == 400:
            payload["RequestId"] = None
        status = refusal.status
        if self.bad("pai-missing-key-403") and status == 401 and "authorization" not in request.headers:
            status = 403
        if self.bad("pai-forbidden-401") and status == 403:
            status = 401
        return Response(status, payload, dict(refusal.headers))

    def request_id(self) -> str:
        """Return a new request id."""
        if self.bad("pai-request-id-repeated") and self.last_request_id:
            return self.last_request_id
        if self.bad("pai-request-id-twice-in-20") and self.last_request_id and self.every("request-id", 20):
            return self.last_request_id
        self.last_request_id = str(uuid.uuid4()).upper()
        return self.last_request_id

    def every(self, what: str, times: int) -> bool:
        """Tell whether this is the last of each `times` calls."""
        self.ticks[what] = self.ticks.get(what, 0) + 1
        return self.ticks[what] % times == 0

    async def route(self, request: Request) -> Response:
        """Find the operation, check the key, and run it."""
        segments = request.raw_segments if self.bad("pai-path-not-decoded") else request.segments
        operations = self.routes.get(segments)
        if operations is None and len(segments) == 5 and segments[:4] == (*STUDIO, "algorithms") and segments[4]:
            operations = self.one
        if operations is None:
            raise Refusal(404, "PathNotFound", "There is nothing at this path.")
        operation = operations.get(request.method)
        if self.bad("pai-post-as-get") and request.method == "POST":
            operation = operation or operations.get("GET")
        if operation is None:
            status = 404 if self.bad("pai-method-404") else 405
            allowed = {"allow": ", ".join(sorted(operations))}
            raise Refusal(status, "MethodNotAllowed", f"{request.method} isn't served here.", allowed)
        self.check_key(request, operation)
        return await operation(request)

    def check_key(self, request: Request, operation: Operation) -> None:
        """Refuse a request without a good key, without the permission, or past its rate."""
        sent = "authorization" in request.headers
        key = wire.bearer(request, any_scheme=self.bad("pai-auth-any-scheme"))
        open_to_all = operation == self.plugin_list and not sent and self.variant != "pai-plugin-needs-key"
        open_to_all |= self.bad("pai-auth-get-open") and operation == self.get and not sent
        open_to_all |= self.bad("pai-auth-versions-open") and operation == self.list_versions
        open_to_all |= self.bad("pai-auth-delete-open") and operation == self.delete and not sent
        open_to_all |= self.bad("pai-auth-wrong-key-served") and sent
        open_to_all |= self.bad("pai-auth-empty-key-served") and request.headers.get("authorization") == "Bearer"
        if not key and not open_to_all:
            raise Refusal(401, "Unauthorized", "The request has no valid key.", {"www-authenticate": "Bearer"})
        if key.startswith(wire.READ_ONLY_KEYS) and request.method != "GET":
            allowed = self.bad("pai-read-only-key-deletes") and operation == self.delete
            allowed |= self.bad("pai-read-only-key-updates-version") and operation == self.update_version
            if not allowed:
                raise Refusal(403, "Forbidden", "The key has no permission to write.")
        limited = self.variant == "pai-rate-limited"
        slow = limited and not self.all_calls.admit(key)
        if operation == self.create and (limited or self.bad("pai-rate-create-five")):
            slow |= not self.creations.admit(key)
        if operation == self.get and self.bad("pai-rate-reads-fifty"):
            slow |= not self.reads.admit(key)
        if slow:
            raise Refusal(429, "Throttling", "Too many requests in this second.", {"retry-after": "1"})

    def body(self, request: Request) -> Json:
        """Return the JSON object that the request holds."""
        try:
            body = wire.parse(request.body)
        except ValueError:
            if self.bad("pai-broken-json-served"):
                return {}
            raise Refusal(400, "InvalidBody", "The body is no JSON.") from None
        if not isinstance(body, dict):
            raise Refusal(400, "InvalidBody", "The body is no JSON object.")
        return body

    def texts(self, body: Json, names: tuple[str, ...]) -> Json:
        """Return those members of the body, each a text."""
        found: Json = {}
        for name in names:
            if name not in body:
                continue
            value = body[name]
            if self.bad("pai-name-number-accepted") and name == "AlgorithmName" and type(value) is int:
                value = str(value)
            if self.bad("pai-display-name-list-accepted") and name == "DisplayName" and isinstance(value, list):
                value = " ".join(map(str, value))
            if self.bad("pai-workspace-number-accepted") and name == "WorkspaceId" and type(value) is int:
                value = str(value)
            if self.bad("pai-version-number-accepted") and name == "AlgorithmVersion" and type(value) is int:
                value = f"v{value}"
            if not isinstance(value, str):
                raise Refusal(400, "InvalidParameter", f"{name} must be a string.")
            found[name] = value
        return found

    def required(self, found: Json, *names: str) -> None:
        """Refuse a request in which one of those texts is missing or empty."""
        for name in names:
            empty = self.bad("pai-empty-version-accepted") and name == "AlgorithmVersion" and name in found
            if not found.get(name) and not empty:
                lost = name == "AlgorithmId" and self.bad("pai-missing-id-404")
                raise Refusal(404 if lost else 400, "MissingParameter", f"{name} is required.")

    def page(self, request: Request, rows: list[Json], what: str) -> list[Json]:
        """Return the page of the rows that the query asks for."""
        query = request.query
        number = self.whole(query, "PageNumber", 1)
        size = self.whole(query, "PageSize", 10)
        if self.bad("pai-page-size-over-100-refused") and size > 100:
            raise Refusal(400, "InvalidParameter", "PageSize must be 100 at most.")
        if self.bad("pai-page-size-ignored"):
            size = 10
        if self.bad("pai-plugin-page-size-ignored") and what == "plugin":
            size = max(size, 10)
        if self.bad("pai-versions-page-number-ignored") and what == "versions":
            number = 1
        if self.bad("pai-page-number-ignored"):
            number = 1
        self.turn += 1
        if self.bad("pai-order-unstable") and rows:
            shift = self.turn % len(rows)
            rows = rows[shift:] + rows[:shift]
        start = (number - 1) * size
        if self.bad("pai-page-overlaps") and number > 1:
            start -= 1
        if self.bad("pai-page-skips") and number > 1:
            start += 1
        if self.bad("pai-past-end-last-page") and start >= len(rows):
            start = max(0, len(rows) - 1) // size * size
        if self.variant == "pai-past-end-404" and number > 1 and start >= len(rows):
            raise Refusal(404, "PageNotFound", "There is no such page.")
        cut = rows[max(0, start) : max(0, start) + (min(size, 20) if self.bad("pai-page-size-capped") else size)]
        if self.bad("pai-page-one-more") and size < 10:
            cut = rows[start : start + size + 1]
        if self.bad("pai-last-page-lost") and number > 1 and len(cut) < size:
            cut = []
        if self.bad("pai-item-lost-in-20") and cut and self.every("page", 20):
            cut = cut[:-1]
        return cut

    def whole(self, query: dict[str, str], name: str, default: int) -> int:
        """Return a number of the query from 1 on."""
        if name not in query:
            return default
        text = query[name]
        number = wire.whole(text, 1, wire.INT32)
        if number is not None:
            return number
        if self.bad("pai-page-size-text-served") and name == "PageSize" and wire.whole(text, -9, 9) is None:
            return default
        if self.bad("pai-page-number-fraction-served") and text.replace(".0", "", 1).isdecimal() and "." in text:
            return int(float(text))
        if self.variant == "pai-page-zero-served" and text == "0":
            return default
        if self.bad("pai-page-size-zero-served") and name == "PageSize" and text == "0":
            return default
        if self.bad("pai-page-number-negative-served") and name == "PageNumber" and text.startswith("-"):
            return default
        raise Refusal(400, "InvalidParameter", f"{name} must be a whole number from 1 to {wire.INT32}.")

    # Algorithms

    def find(self, algorithm_id: str) -> Json:
        """Return an algorithm's record."""
        record = self.records.get(algorithm_id)
        if record is None:
            raise Refusal(404, "AlgorithmNotFound", f"There is no algorithm {algorithm_id}.")
        return record

    def shown(self, record: Json) -> Json:
        """Return an algorithm as answers show it."""
        shown = dict(record)
        if self.variant == "pai-no-times":
            for name in ("GmtCreateTime", "GmtModifiedTime", "AlgorithmProvider"):
                shown.pop(name, None)
        if self.bad("pai-time-without-zone"):
            shown["GmtCreateTime"] = shown["GmtCreateTime"].replace("T", " ").rstrip("Z")
        if self.bad("pai-time-number"):
            shown["GmtModifiedTime"] = int(datetime.fromisoformat(shown["GmtModifiedTime"]).timestamp())
        if self.bad("pai-provider-list"):
            shown["AlgorithmProvider"] = [shown["AlgorithmProvider"]]
        return shown

    def too_large(self, record: Json) -> bool:
        """Tell whether GetAlgorithm would answer more bytes than it may."""
        payload = self.finish(Request("GET", (), "", {}, b""), self.shown(record))
        if self.bad("pai-size-in-characters"):
            return len(wire.render(payload, self.style).decode()) > LARGEST_BODY
        return len(wire.render(payload, self.style)) > LARGEST_BODY and not self.bad("pai-no-size-limit")

    def new_id(self) -> str:
        """Return an id that no algorithm has."""
        self.made += 1
        digest = hashlib.sha256(f"algorithm {self.made}".encode()).hexdigest()
        return f"a/{digest[:4]} é%2F?{digest[4:9]}" if self.variant == "pai-awkward-ids" else f"ALG.{digest[:12]}"

    def collides(self, workspace: Any, name: Any) -> bool:
        """Tell whether an algorithm of the workspace has the name."""
        named = [(record.get("WorkspaceId"), record.get("AlgorithmName")) for record in self.records.values()]
        if self.bad("pai-name-of-deleted-kept"):
            named += sorted(self.taken, key=str)
        if name is None:
            return self.variant == "pai-absent-names-collide" and (workspace, None) in named
        if workspace is None and self.variant != "pai-no-workspace-is-one":
            return False
        if self.bad("pai-unique-across-workspaces"):
            return any(other == name for _, other in named)
        if self.bad("pai-unique-only-first-ten"):
            named = [pair for pair in named if pair[0] == workspace][:10]
        if self.bad("pai-unique-ignores-empty") and not name:
            return False
        return (workspace, name) in named and not self.bad("pai-duplicate-accepted")

    async def create(self, request: Request) -> Response:
        """CreateAlgorithm."""
        body = self.body(request)
        sent = self.texts(body, ("WorkspaceId", "AlgorithmName", "DisplayName", "AlgorithmDescription"))
        if self.collides(sent.get("WorkspaceId"), sent.get("AlgorithmName")):
            status = 409 if self.variant == "pai-duplicate-409" else 400
            raise Refusal(status, "AlgorithmNameExists", "The workspace has an algorithm of this name.")
        now = _now()
        record = {"AlgorithmId": self.new_id(), **sent, "AlgorithmProvider": "user"}
        if self.bad("pai-id-shared-in-race"):
            self.made -= 1
            await asyncio.sleep(0.02)
            self.made += 1
        record |= {"GmtCreateTime": now, "GmtModifiedTime": now}
        if self.too_large(record):
            raise Refusal(400, "AlgorithmTooLarge", "GetAlgorithm couldn't answer this algorithm in 8 KB.")
        if self.bad("pai-duplicate-race"):
            await asyncio.sleep(0.02)
        record = self.spoiled(record)
        if not (self.bad("pai-create-lost-in-20") and self.every("create", 20)):
            self.records[record["AlgorithmId"]] = record
            self.versions[record["AlgorithmId"]] = {}
        if "WorkspaceId" in record:
            self.workspaces.add(record["WorkspaceId"])
        if self.bad("pai-create-without-id"):
            return Response(200, {})
        if self.bad("pai-create-id-null"):
            return Response(200, {"AlgorithmId": None})
        return Response(201 if self.variant == "pai-created-201" else 200, {"AlgorithmId": record["AlgorithmId"]})

    def spoiled(self, record: Json) -> Json:
        """Return a new record as a server with a defect stores it."""
        if self.bad("pai-description-lost"):
            record.pop("AlgorithmDescription", None)
        if self.bad("pai-display-name-trimmed") and "DisplayName" in record:
            record["DisplayName"] = record["DisplayName"].strip()
        if self.bad("pai-unicode-lost") and "DisplayName" in record:
            record["DisplayName"] = record["DisplayName"].encode("ascii", "replace").decode()
        if self.bad("pai-astral-lost") and "AlgorithmDescription" in record:
            record["AlgorithmDescription"] = "".join(c for c in record["AlgorithmDescription"] if ord(c) < 0x10000)
        if self.bad("pai-empty-text-lost"):
            record = {name: value for name, value in record.items() if value != ""}
        if self.bad("pai-description-cut") and "AlgorithmDescription" in record:
            record["AlgorithmDescription"] = record["AlgorithmDescription"][:1024]
        if self.bad("pai-newlines-lost") and "AlgorithmDescription" in record:
            record["AlgorithmDescription"] = " ".join(record["AlgorithmDescription"].splitlines())
        if self.bad("pai-name-lowercased") and "AlgorithmName" in record:
            record["AlgorithmName"] = record["AlgorithmName"].lower()
        if self.bad("pai-display-name-defaults-to-name") and record.get("DisplayName") == "":
            record["DisplayName"] = record.get("AlgorithmName", "")
        if self.bad("pai-html-escaped") and "AlgorithmDescription" in record:
            record["AlgorithmDescription"] = record["AlgorithmDescription"].replace("<", "&lt;")
        return record

    async def get(self, request: Request) -> Response:
        """GetAlgorithm."""
        algorithm_id = request.segments[4]
        if self.bad("pai-path-not-decoded"):
            algorithm_id = request.raw_segments[4]
        if self.bad("pai-get-500-in-20") and self.every("get", 20):
            raise Refusal(500, "InternalError", "An unexpected error occurred.")
        if self.bad("pai-deleted-readable"):
            for record in self.deleted:
                if record["AlgorithmId"] == algorithm_id:
                    return Response(200, self.shown(record))
        if self.bad("pai-get-unknown-200") and algorithm_id not in self.records:
            return Response(200, {"AlgorithmId": algorithm_id})
        if self.bad("pai-get-unknown-400") and algorithm_id not in self.records:
            raise Refusal(400, "AlgorithmNotFound", f"There is no algorithm {algorithm_id}.")
        if self.bad("pai-read-after-update-stale") and algorithm_id in self.stale:
            return Response(200, self.shown(self.stale.pop(algorithm_id)))
        shown = self.shown(self.find(algorithm_id))
        if self.bad("pai-get-without-workspace"):
            shown.pop("WorkspaceId", None)
        if self.bad("pai-get-without-id"):
            del shown["AlgorithmId"]
        return Response(200, shown)

    async def update(self, request: Request) -> Response:
        """UpdateAlgorithm."""
        body = self.body(request)
        algorithm_id = request.segments[4]
        if self.bad("pai-update-unknown-200") and algorithm_id not in self.records:
            return Response(200, {"AlgorithmId": algorithm_id})
        record = self.find(algorithm_id)
        if self.variant == "pai-update-strict" and {"AlgorithmName", "AlgorithmId", "WorkspaceId"} & set(body):
            raise Refusal(400, "ImmutableField", "Only DisplayName and AlgorithmDescription can be updated.")
        if self.bad("pai-update-half-applied") and isinstance(body.get("DisplayName"), str):
            record["DisplayName"] = body["DisplayName"]
        try:
            sent = self.texts(body, ("DisplayName", "AlgorithmDescription"))
        except Refusal as refusal:
            if self.bad("pai-update-wrong-type-500"):
                raise Refusal(500, "InternalError", "An unexpected error occurred.") from refusal
            if self.bad("pai-update-wrong-type-ignored"):
                return Response(200, {"AlgorithmId": algorithm_id})
            raise
        if self.bad("pai-update-description-ignored"):
            sent.pop("AlgorithmDescription", None)
        if self.bad("pai-update-empty-ignored"):
            sent = {name: text for name, text in sent.items() if text}
        if self.bad("pai-update-changes-name") and isinstance(body.get("AlgorithmName"), str):
            sent["AlgorithmName"] = body["AlgorithmName"]
        if self.bad("pai-update-changes-id") and isinstance(body.get("AlgorithmId"), str):
            sent["AlgorithmId"] = body["AlgorithmId"]
        if self.bad("pai-update-changes-workspace") and isinstance(body.get("WorkspaceId"), str):
            sent["WorkspaceId"] = body["WorkspaceId"]
        changed = {**record, **sent, "GmtModifiedTime": _now()}
        if self.bad("pai-update-clears-the-other"):
            for name in {"DisplayName", "AlgorithmDescription"} - set(sent):
                changed.pop(name, None)
        if self.too_large(changed) and not self.bad("pai-size-limit-only-on-create"):
            raise Refusal(400, "AlgorithmTooLarge", "GetAlgorithm couldn't answer this algorithm in 8 KB.")
        if self.bad("pai-update-lost-in-race"):
            await asyncio.sleep(0.02)
        self.stale[algorithm_id] = record
        self.records[algorithm_id] = changed
        if self.bad("pai-update-touches-namesakes"):
            for other in self.records.values():
                if other.get("AlgorithmName") == record.get("AlgorithmName"):
                    other.update(sent)
        return Response(200, {} if self.bad("pai-update-without-id") else {"AlgorithmId": algorithm_id})

    async def delete(self, request: Request) -> Response:
        """DeleteAlgorithm."""
        algorithm_id = request.segments[4]
        if self.bad("pai-delete-unknown-200") and algorithm_id not in self.records:
            return Response(200, {})
        record = self.find(algorithm_id)
        if self.bad("pai-delete-refused-with-versions") and self.versions[algorithm_id]:
            raise Refusal(500, "InternalError", "An unexpected error occurred.")
        self.deleted.append(record)
        self.taken.add((record.get("WorkspaceId"), record.get("AlgorithmName")))
        del self.records[algorithm_id]
        self.orphans[algorithm_id] = self.versions.pop(algorithm_id)
        if self.bad("pai-delete-takes-namesakes"):
            name = record.get("AlgorithmName", "")
            for other in [key for key, value in self.records.items() if value.get("AlgorithmName") == name]:
                del self.records[other]
        return Response(200, {})

    async def list_algorithms(self, request: Request) -> Response:
        """ListAlgorithms."""
        return self.listing(request, FILTERS, "algorithms")

    async def plugin_list(self, request: Request) -> Response:
        """PluginListAlgorithms."""
        return self.listing(request, (), "plugin")

    def listing(self, request: Request, filters: tuple[str, ...], what: str) -> Response:
        """Return a page of the algorithms that pass the filters."""
        query = request.query
        rows = [self.records[key] for key in sorted(self.records)]
        if self.bad("pai-deleted-listed"):
            rows += self.deleted
        if self.bad("pai-list-without-unscoped"):
            rows = [row for row in rows if "WorkspaceId" in row]
        if self.bad("pai-list-lags") and len(rows) > self.listed:
            self.listed, rows = len(rows), [row for row in rows if row["AlgorithmId"] in self.seeded]
        everything = len(rows)
        for name in filters:
            if name in query:
                rows = [row for row in rows if self.passes(row, name, query[name])]
        if self.variant == "pai-unknown-workspace-404" and query.get("WorkspaceId", "") not in self.workspaces | {""}:
            raise Refusal(404, "WorkspaceNotFound", "There is no such workspace.")
        page = [self.shown(row) for row in self.page(request, rows, what)]
        total: Any = len(rows)
        if self.bad("pai-total-of-page"):
            total = len(page)
        if self.bad("pai-total-of-all"):
            total = everything
        if self.bad("pai-total-text"):
            total = str(total)
        if self.bad("pai-total-counts-deleted"):
            total += len(self.deleted)
        if self.bad("pai-total-capped"):
            total = min(total, 20)
        if self.bad("pai-list-shows-old-names"):
            page = [{**row, **self.old_names(row["AlgorithmId"])} for row in page]
        if self.bad("pai-list-null-when-empty") and not page:
            return Response(200, {"Algorithms": None, "TotalCount": total})
        if self.bad("pai-plugin-without-total") and what == "plugin":
            return Response(200, {"Algorithms": page})
        key = "algorithms" if self.bad("pai-list-key-lower") else "Algorithms"
        return Response(200, {"TotalCount": total, key: page})

    def old_names(self, algorithm_id: str) -> Json:
        """Return what an algorithm was called before its last update."""
        old = self.stale.get(algorithm_id, {})
        return {name: old[name] for name in ("DisplayName", "AlgorithmDescription") if name in old}

    def passes(self, row: Json, name: str, wanted: str) -> bool:
        """Tell whether an algorithm passes a filter."""
        value = row.get(name)
        if self.bad("pai-filter-name-prefix") and name == "AlgorithmName":
            return str(value).startswith(wanted)
        if self.variant == "pai-filter-name-contains" and name == "AlgorithmName":
            return wanted in str(value)
        if self.bad("pai-filter-name-ignores-case") and name == "AlgorithmName":
            return str(value).lower() == wanted.lower()
        if self.bad("pai-filter-provider-ignored") and name == "AlgorithmProvider":
            return True
        if self.bad("pai-filter-id-ignored") and name == "AlgorithmId":
            return True
        if self.bad("pai-filter-workspace-leaks") and name == "WorkspaceId":
            return value in (None, wanted)
        return bool(value == wanted)

    # Versions

    async def create_version(self, request: Request) -> Response:
        """CreateAlgorithmVersion."""
        body = self.body(request)
        sent = self.texts(body, ("AlgorithmId", "AlgorithmVersion"))
        self.required(sent, "AlgorithmId", "AlgorithmVersion")
        spec = self.spec(body)
        if self.bad("pai-version-of-unknown") and sent["AlgorithmId"] not in self.records:
            return Response(200, sent)
        parent = self.find(sent["AlgorithmId"])
        versions = self.versions[sent["AlgorithmId"]]
        known = sent["AlgorithmVersion"] in versions
        if self.bad("pai-versions-unique-across-algorithms"):
            known = any(sent["AlgorithmVersion"] in others for others in self.versions.values())
        if known and not self.bad("pai-duplicate-version-overwrites"):
            status = 409 if self.variant == "pai-duplicate-409" else 400
            raise Refusal(status, "AlgorithmVersionExists", "The algorithm has this version.")
        now = _now()
        record = {**sent, **spec, "AlgorithmProvider": parent["AlgorithmProvider"]}
        record |= {"GmtCreateTime": now, "GmtModifiedTime": now}
        if self.bad("pai-version-shares-spec") and versions and "AlgorithmSpec" in record:
            for other in versions.values():
                other["AlgorithmSpec"] = record["AlgorithmSpec"]
        versions[sent["AlgorithmVersion"]] = self.spoiled_version(record)
        echoed = dict(sent)
        if self.bad("pai-version-echo-stripped"):
            echoed["AlgorithmVersion"] = echoed["AlgorithmVersion"].removeprefix("v")
        if self.bad("pai-version-echo-missing"):
            del echoed["AlgorithmVersion"]
        return Response(201 if self.variant == "pai-created-201" else 200, echoed)

    def spec(self, body: Json) -> Json:
        """Return the body's AlgorithmSpec, if it has one, in an object."""
        if "AlgorithmSpec" not in body:
            return {}
        spec = body["AlgorithmSpec"]
        accepted = self.bad("pai-spec-text-accepted") and isinstance(spec, str)
        accepted |= self.bad("pai-spec-list-accepted") and isinstance(spec, list)
        if accepted:
            return {}
        problem = self.problem(spec)
        if problem:
            raise Refusal(400, "InvalidParameter", problem)
        return {"AlgorithmSpec": spec}

    def problem(self, spec: Any) -> str:
        """Return what is wrong with an AlgorithmSpec, or nothing."""
        if not isinstance(spec, dict):
            return "AlgorithmSpec must be an object."
        arrays = ["InputChannels", "OutputChannels", "MetricDefinitions", "ResourceRequirements"]
        arrays += ["SupportedInstanceTypes"]
        if not self.bad("pai-hyperparameters-object-accepted"):
            arrays.append("HyperParameters")
        for name in arrays:
            if name in spec and not isinstance(spec[name], list):
                return f"{name} must be an array."
        for name in ("Image", "JobType"):
            if name in spec and not isinstance(spec[name], str):
                return f"{name} must be a string."
        if not isinstance(spec.get("SupportsDistributedTraining", False), bool):
            return "SupportsDistributedTraining must be a boolean."
        shapes: dict[str, tuple[tuple[str, ...], dict[str, type]]] = {
            "HyperParameters": (("Name", "Type"), {"Name": str, "Type": str, "Required": bool}),
            "InputChannels": (("Name",), _CHANNEL),
            "OutputChannels": (("Name",), _CHANNEL),
        }
        for name, (needed, types) in shapes.items():
            members = spec.get(name, [])
            for member in members if isinstance(members, list) else []:
                if self.bad("pai-hyperparameter-text-accepted") and isinstance(member, str):
                    continue
                if not isinstance(member, dict) or any(key not in member for key in needed):
                    return f"Each of {name} must be an object with {' and '.join(needed)}."
                for key, kind in types.items():
                    if self.bad("pai-hyperparameter-required-text-accepted") and key == "Required":
                        continue
                    if key in member and not isinstance(member[key], kind):
                        return f"{name}[].{key} has the wrong type."
        return ""

    def spoiled_version(self, record: Json) -> Json:
        """Return a version as a server with a defect stores it."""
        spec = record.get("AlgorithmSpec")
        if not isinstance(spec, dict):
            return record
        spec = dict(spec)
        parameters = [dict(one) for one in spec.get("HyperParameters", []) if isinstance(one, dict)]
        for one in parameters:
            if self.bad("pai-spec-default-as-text") and "DefaultValue" in one:
                one["DefaultValue"] = str(one["DefaultValue"])
            if self.bad("pai-spec-false-required-lost") and one.get("Required") is False:
                del one["Required"]
            if self.bad("pai-spec-range-lost"):
                one.pop("Range", None)
            if self.bad("pai-spec-empty-default-lost") and one.get("DefaultValue") == "":
                del one["DefaultValue"]
        if self.bad("pai-spec-parameters-sorted"):
            parameters.sort(key=lambda one: str(one.get("Name")))
        if self.bad("pai-spec-one-parameter-kept"):
            parameters = parameters[:1]
        if parameters:
            spec["HyperParameters"] = parameters
        if self.bad("pai-spec-channel-properties-lost"):
            for name in ("InputChannels", "OutputChannels"):
                if name in spec:
                    spec[name] = [{k: v for k, v in one.items() if k != "Properties"} for one in spec[name]]
        if self.bad("pai-spec-instance-types-text") and "SupportedInstanceTypes" in spec:
            spec["SupportedInstanceTypes"] = ",".join(map(str, spec["SupportedInstanceTypes"]))
        if self.bad("pai-spec-distributed-inverted") and spec.get("SupportsDistributedTraining") is True:
            spec["SupportsDistributedTraining"] = False
        if self.bad("pai-spec-unknown-lost"):
            spec = {name: value for name, value in spec.items() if name in _KNOWN}
        return {**record, "AlgorithmSpec": spec}

    def find_version(self, found: Json) -> Json:
        """Return a version's record."""
        algorithm_id, name = found["AlgorithmId"], found["AlgorithmVersion"]
        if self.variant == "pai-versions-survive":
            orphan = self.orphans.get(algorithm_id, {}).get(name)
            if orphan is not None:
                return orphan
        self.find(algorithm_id)
        versions = self.versions[algorithm_id]
        if self.bad("pai-version-ignores-case"):
            name = next((key for key in versions if key.lower() == name.lower()), name)
        if self.bad("pai-unknown-version-latest") and name not in versions and versions:
            return list(versions.values())[-1]
        if name not in versions:
            status = 400 if self.bad("pai-unknown-version-400") else 404
            raise Refusal(status, "AlgorithmVersionNotFound", "The algorithm has no such version.")
        return versions[name]

    def version_query(self, request: Request) -> Json:
        """Return the query's algorithm and version."""
        found = dict(request.query)
        if self.bad("pai-version-optional") and "AlgorithmVersion" not in found:
            for name in self.versions.get(found.get("AlgorithmId", ""), {}):
                found["AlgorithmVersion"] = name
        self.required(found, "AlgorithmId", "AlgorithmVersion")
        return found

    def shown_version(self, record: Json) -> Json:
        """Return a version as answers show it, without its spec."""
        shown = {name: value for name, value in self.shown(record).items() if name != "AlgorithmSpec"}
        parent = self.records.get(record["AlgorithmId"], {})
        if "AlgorithmName" in parent:
            shown["AlgorithmName"] = parent["AlgorithmName"]
        return shown

    async def get_version(self, request: Request) -> Response:
        """GetAlgorithmVersion."""
        record = self.find_version(self.version_query(request))
        shown = self.shown_version(record)
        if "AlgorithmSpec" in record and not self.bad("pai-get-version-without-spec"):
            shown["AlgorithmSpec"] = record["AlgorithmSpec"]
        return Response(200, shown)

    async def list_versions(self, request: Request) -> Response:
        """ListAlgorithmVersions."""
        found = dict(request.query)
        if self.bad("pai-versions-of-all-without-id") and "AlgorithmId" not in found:
            rows = [row for versions in self.versions.values() for row in versions.values()]
            return Response(200, {"AlgorithmVersions": self.page(request, rows, "versions"), "TotalCount": len(rows)})
        self.required(found, "AlgorithmId")
        if self.bad("pai-versions-of-unknown-empty") and found["AlgorithmId"] not in self.records:
            return Response(200, {"AlgorithmVersions": [], "TotalCount": 0})
        parent = self.find(found["AlgorithmId"])
        rows = list(self.versions[found["AlgorithmId"]].values())[::-1]
        if self.bad("pai-versions-leak"):
            for key, record in self.records.items():
                if key != found["AlgorithmId"] and record.get("WorkspaceId") == parent.get("WorkspaceId"):
                    rows += self.versions[key].values()
        if self.bad("pai-new-version-not-listed"):
            rows = rows[1:] if rows and found["AlgorithmId"].startswith("ALG.") else rows
        page = [self.shown_version(row) for row in self.page(request, rows, "versions")]
        total = len(rows)
        if self.bad("pai-versions-total-of-all"):
            total = sum(map(len, self.versions.values()))
        if self.bad("pai-versions-total-of-page"):
            total = len(page)
        if self.bad("pai-version-element-without-version"):
            for row in page:
                del row["AlgorithmVersion"]
        return Response(200, {"AlgorithmVersions": page, "TotalCount": total})

    async def update_version(self, request: Request) -> Response:
        """UpdateAlgorithmVersion."""
        body = self.body(request)
        sent = self.texts(body, ("AlgorithmId", "AlgorithmVersion"))
        self.required(sent, "AlgorithmId", "AlgorithmVersion")
        spec = self.spec(body)
        record = self.find_version(sent)
        if self.bad("pai-update-version-merges") and spec:
            spec = {"AlgorithmSpec": {**record.get("AlgorithmSpec", {}), **spec["AlgorithmSpec"]}}
        if self.bad("pai-update-version-ignored"):
            spec = {}
        if self.bad("pai-update-version-clears-spec") and not spec:
            record.pop("AlgorithmSpec", None)
        record.update(spec, GmtModifiedTime=_now())
        if self.bad("pai-update-version-touches-siblings"):
            for sibling in self.versions[sent["AlgorithmId"]].values():
                sibling.update(spec)
        return Response(200, sent)

    async def delete_version(self, request: Request) -> Response:
        """DeleteAlgorithmVersion."""
        found = self.version_query(request)
        record = self.find_version(found)
        versions = self.versions.get(record["AlgorithmId"], self.orphans.get(record["AlgorithmId"], {}))
        if self.bad("pai-delete-version-takes-all"):
            versions.clear()
        elif not self.bad("pai-delete-version-noop"):
            del versions[record["AlgorithmVersion"]]
        if self.bad("pai-delete-version-takes-algorithm") and not versions:
            self.records.pop(record["AlgorithmId"], None)
        return Response(200, {})

    # Seed

    def seed(self) -> None:
        """Fill the state: 25 algorithms over three workspaces."""
        start = datetime(2023, 3, 1, 8, tzinfo=UTC)
        for number in range(25):
            workspace = ("100", "2048", "ws_eu")[0 if number < 10 else 1 if number < 22 else 2]
            key = {0: "algo-xsldfvu1334", 7: "algo-sidjc8134hv"}.get(number) or self.new_id()
            created = (start + timedelta(days=number, seconds=number * 17)).strftime("%Y-%m-%dT%H:%M:%SZ")
            record: Json = {"AlgorithmId": key, "WorkspaceId": workspace, "AlgorithmName": _NAMES[number % 13]}
            if number % 5:
                record["DisplayName"] = f"{_NAMES[number % 13].replace('_', ' ').title()} № {number}"
            if number % 3:
                record["AlgorithmDescription"] = "" if number == 8 else f"Trains “{_NAMES[number % 13]}”.\nSince 2023."
            record["AlgorithmProvider"] = "pai" if number % 4 == 0 else "user"
            record |= {"GmtCreateTime": created, "GmtModifiedTime": created}
            self.records[key] = record
            self.workspaces.add(workspace)
            count = 12 if number == 0 else number % 4
            self.versions[key] = {f"v0.0.{part}": _version(record, part) for part in range(1, count + 1)}


_CHANNEL: dict[str, type] = {
    "Name": str,
    "Description": str,
    "Required": bool,
    "Properties": dict,
    "SupportedChannelTypes": list,
}
_KNOWN = frozenset(
    (
        *("HyperParameters", "InputChannels", "OutputChannels", "Image", "Command", "JobType", "CodeDir"),
        *("Customization", "MetricDefinitions", "ProgressDefinitions", "ResourceRequirements"),
        *("SupportedInstanceTypes", "SupportsDistributedTraining"),
    )
)
_NAMES = (
    *("llm_tuning", "kmeans", "xgboost", "Ranker", "als_recall", "resnet50", "bert-base", "gbdt", "词向量"),
    *("pagerank", "lda", "word2vec", "deep_fm"),
)


def _now() -> str:
    """Return the time of now in RFC 3339."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _version(parent: Json, part: int) -> Json:
    """Return a version of the seed."""
    spec: Json = {
        "Image": f"registry.example.com/train/{parent['AlgorithmName']}:{part}",
        "JobType": "PyTorchJob",
        "Command": ["sh", "-c", "python train.py"],
        "HyperParameters": [
            {"Name": "lr", "Type": "Float", "DefaultValue": "0.01", "Required": True, "Range": {"Min": "0"}},
            {"Name": "epochs", "Type": "Int", "DefaultValue": "3", "Required": False},
        ],
        "InputChannels": [{"Name": "train", "Required": True, "SupportedChannelTypes": ["oss", "dataset"]}],
        "OutputChannels": [{"Name": "model", "Properties": {"ResourceUse": "Model"}}],
        "SupportsDistributedTraining": part % 2 == 0,
    }
    record = {name: parent[name] for name in ("AlgorithmId", "AlgorithmProvider", "GmtCreateTime", "GmtModifiedTime")}
    record["AlgorithmVersion"] = f"v0.0.{part}"
    return record if part == 3 else {**record, "AlgorithmSpec": spec}


def application(defects: frozenset[str] = frozenset(), variant: str = "") -> ASGIApp:
    """Return a new server with its own state; without defects and variant it is a plain correct one."""
    check_defects("pai", defects)
    check_variant("pai", variant)
    server = Pai(defects, variant)
    return wire.serve(server.handle, server.style)


app = application(*wire.chosen("pai"))
