"""The service: files, their bytes, and links to share them, below `/store`."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.parser import BytesParser
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from servicekit import fields
from servicekit.fields import Field, json_body, moment, peek, query
from servicekit.wire import (
    ASGIApp,
    Clock,
    Json,
    Refusal,
    Request,
    Response,
    Service,
    accepts,
    chosen,
    etag_matches,
    now,
    render,
    serve,
    stamp,
    turned,
)

from files.defects import DEFECTS
from files.variants import VARIANTS

LARGEST = 65536
PASSWORDS = ("open",)
ORDERS = ("name", "size", "uploaded_at")
COLUMNS = ("id", "name", "folder", "size", "media_type", "sha256", "uploaded_at")
NAME = Field("text", low=1, high=100, pattern=r"^[^/]+\Z")
FOLDER = Field("text", low=1, high=60)
CHANGE = {
    "name": NAME,
    "folder": Field("text", nullable=True, low=1, high=60),
    "tags": Field("list", high=5, items=Field("text", low=1, high=30)),
}

# What a defect makes of a member of the service's bodies.
FILE_CHANGES: dict[str, Callable[[Json], Any]] = {
    "size-as-text": lambda it: it.update(size=str(it["size"])),
    "checksum-upper-case": lambda it: it.update(sha256=it["sha256"].upper()),
    "checksum-cut": lambda it: it.update(sha256=it["sha256"][:40]),
    "folder-left-out-if-null": lambda it: it.pop("folder") if it["folder"] is None else None,
    "tags-null-if-none": lambda it: it.update(tags=it["tags"] or None),
    "deleted-at-false": lambda it: it.update(deleted_at=it["deleted_at"] or False),
    "uploaded-at-http-date": lambda it: it.update(uploaded_at="Wed, 01 Jan 2031 00:00:00 GMT"),
    "file-id-number": lambda it: it.update(id=int(it["id"][1:])),
    "media-type-short": lambda it: it.update(media_type=it["media_type"].partition("/")[2]),
    "modified-at-left-out": lambda it: it.pop("modified_at"),
}
# Which bounds of the fields a defect forgets or narrows.
LAX: dict[str, tuple[str, Field]] = {
    "empty-name-taken": ("name", Field("text", high=100)),
    "slash-in-name-taken": ("name", Field("text", low=1, high=100)),
    "long-name-taken": ("name", Field("text", low=1, pattern=r"^[^/]+\Z")),
    "six-tags-taken": ("tags", Field("list", items=Field("text", low=1, high=30))),
    "number-as-tag-taken": ("tags", Field("list", high=5)),
    "no-folder-refused": ("folder", FOLDER),
}


def form_parts(request: Request) -> dict[str, tuple[str, str, bytes]]:
    """Return the parts of a form by their names: the name of the file, the media type and the bytes."""
    match = re.search(r'boundary="?([^";,]+)', request.headers["content-type"], re.IGNORECASE)
    parts: dict[str, tuple[str, str, bytes]] = {}
    if not match:
        return parts
    mark = b"\r\n--" + match[1].strip().encode("latin-1")
    for piece in (b"\r\n" + request.body).split(mark)[1:]:
        head, gap, content = piece.partition(b"\r\n\r\n")
        if piece.startswith(b"--") or not gap:
            continue
        message = BytesParser().parsebytes(head.lstrip() + b"\r\n\r\n")
        name = message.get_param("name", "", "content-disposition")
        kind = str(message.get("content-type", "application/octet-stream")).strip()
        kind = kind if re.fullmatch(r"[\x21-\x2e\x30-\x7e]+/[\x21-\x2e\x30-\x7e]+(;.*)?", kind) else "text/plain"
        parts.setdefault(str(name), (str(message.get_filename("") or ""), kind, content))
    return parts


class Files(Service):
    """The state of the service and its operations."""

    DEFECTS = DEFECTS
    VARIANTS = VARIANTS
    BASE = "/store"

    def __init__(self, defects: frozenset[str], variant: str, clock: Clock) -> None:
        """Start from the seed."""
        super().__init__(defects, variant, clock)
        lax = {member: wanted for name, (member, wanted) in LAX.items() if self.bad(name)}
        self.change = {name: lax.get(name, wanted) for name, wanted in CHANGE.items()}
        self.files: dict[str, Json] = {}
        self.bytes: dict[str, bytes] = {}
        self.shares: dict[str, Json] = {}
        self.requests = 0
        self.seed()
        file = "/files/{file_id}"
        self.add("GET", "/files", self.list_files)
        self.add("POST", "/files", self.upload)
        self.add("GET", file, self.get_file)
        self.add("PATCH", file, self.change_file)
        self.add("DELETE", file, self.delete_file)
        self.add("POST", f"{file}/restore", self.restore)
        self.add("GET", f"{file}/content", self.download)
        self.add("PUT", f"{file}/content", self.replace)
        self.add("POST", "/shares", self.share)
        self.add("GET", "/shared/{token}", self.shared)
        self.add("GET", "/usage", self.usage)

    def seed(self) -> None:
        """Fill in the files that are there from the start."""
        kinds = (("txt", "text/plain"), ("csv", "text/csv"), ("bin", "application/octet-stream"))
        for number in range(36):
            ending, kind = kinds[number % 3]
            folder = (None, "reports", "photos")[number // 3 % 3]
            content = (b"0123456789", b"a,b\r\n1,2\r\n", bytes(range(10)))[number % 3] * (1 + number // 18)
            file = self.keep(f"{('note', 'plan', 'old')[number % 3]}-{number:02}.{ending}", folder, kind, content)
            file["uploaded_at"] = file["modified_at"] = stamp(self.clock() - timedelta(days=10 + number // 12))
            if number % 12 == 11:
                file["deleted_at"] = stamp(self.clock() - timedelta(days=1))

    def keep(self, name: str, folder: str | None, kind: str, content: bytes) -> Json:
        """Keep a new file and return it."""
        key = f"f{len(self.bytes) + 100}"
        time = self.time()
        self.files[key] = {
            "id": key,
            "name": name,
            "folder": folder,
            "size": 0,
            "media_type": kind,
            "sha256": "",
            "tags": [],
            "uploaded_at": time,
            "modified_at": time,
            "deleted_at": None,
        }
        self.fill(key, content)
        return self.files[key]

    def fill(self, key: str, content: bytes) -> None:
        """Put bytes into a file."""
        file = self.files[key]
        checksum = hashlib.sha256(b"" if self.bad("checksum-of-nothing") else content).hexdigest()
        size = len(content.decode("utf-8", "ignore")) if self.bad("size-in-characters") else len(content)
        file |= {"size": size, "sha256": checksum}
        if self.bad("line-ends-changed"):
            content = content.replace(b"\r\n", b"\n")
        if self.bad("cut-at-zero-byte"):
            content = content.partition(b"\0")[0]
        self.bytes[key] = content

    # Requests and answers

    def refused(self, refusal: Refusal) -> Response:
        """Return the error of a refusal."""
        error: Json = {"error": refusal.code, "detail": refusal.message}
        if self.variant == "error-status":
            error["status"] = refusal.status
        if self.bad("error-code-number"):
            error["error"] = refusal.status
        if self.bad("error-without-detail"):
            del error["detail"]
        response = Response(refusal.status, error)
        if self.bad("gone-without-body") and refusal.status == 410:
            response = Response(410)
        return response

    def finish(self, request: Request, response: Response) -> Response:
        """Change an answer at last."""
        left_out = {
            "allow-left-out": "Allow",
            "challenge-left-out": "WWW-Authenticate",
            "location-left-out": "Location",
            "etag-left-out": "ETag",
            "content-range-left-out": "Content-Range",
        }
        for name, header in left_out.items():
            if self.bad(name) and not (header == "Content-Range" and response.status != 206):
                response.headers.pop(header, None)
        if self.bad("unsatisfied-without-content-range") and response.status == 416:
            response.headers.pop("Content-Range", None)
        if self.bad("range-unit-left-out") and "Content-Range" in response.headers:
            response.headers["Content-Range"] = response.headers["Content-Range"].removeprefix("bytes ")
        if self.variant == "location-absolute" and "Location" in response.headers:
            response.headers["Location"] = f"http://{request.headers.get('host')}{response.headers['Location']}"
        if request.method == "HEAD" and self.bad("head-405"):
            return Response(405, headers={"Allow": "GET"})
        if request.method == "HEAD" and self.bad("head-of-no-bytes"):
            response.headers["Content-Length"] = "0"
        if self.variant == "members-reversed":
            response.payload = turned(response.payload)
        if self.variant == "chunked" and (response.payload is not None or response.raw):
            body = render(response.payload) if response.raw is None else response.raw
            response.headers.setdefault("Content-Type", "application/json")
            response.pieces = [body[:3], body[3:]]
        return response

    def allow(self, request: Request) -> None:
        """Check the name and the password of a request."""
        user, password = request.basic or ("", "")
        if self.bad("download-without-password") and request.segments[-1] == "content":
            return
        if not user or "wrong" in user or (password not in PASSWORDS and not self.bad("any-password-taken")):
            headers = {"WWW-Authenticate": 'Basic realm="store", charset="UTF-8"'}
            raise Refusal(401, "unauthorized", "Name or password is wrong.", headers)

    def file(self, file_id: str, binned: bool = False) -> Json:
        """Return a file, or refuse."""
        if self.bad("file-id-number") and file_id.isdigit():
            file_id = f"f{file_id}"
        if file_id not in self.files:
            raise Refusal(500 if self.bad("unknown-file-crash") else 404, "no_file", "There is no such file.")
        file = self.files[file_id]
        if file["deleted_at"] is not None and not binned and not self.bad("deleted-served"):
            raise Refusal(404 if self.bad("gone-404") else 410, "deleted", "The file is in the bin.")
        return file

    def show(self, file: Json) -> Json:
        """Return a file as it is sent."""
        shown = {**file, "tags": list(file["tags"])}
        if self.variant == "extra-members":
            shown["href"] = f"/store/files/{file['id']}"
        for name, change in FILE_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def check_name(self, name: str, folder: str | None, own: str = "") -> None:
        """Refuse a name that is taken in its folder."""
        for other in self.files.values():
            binned = other["deleted_at"] is not None and not self.bad("names-in-bin-count")
            elsewhere = other["folder"] != folder and not self.bad("names-of-all-folders-count")
            if other["id"] == own or other["name"] != name or binned or elsewhere:
                continue
            if not self.bad("name-twice-changed" if own else "name-twice-uploaded"):
                raise Refusal(409, "name_taken", "There is such a file in the folder.")

    # Files

    def list_files(self, request: Request) -> Response:
        """List files."""
        self.allow(request)
        low = None if self.bad("size-zero-taken") else 1
        page = query(request, "page", Field("integer", low=1, high=100000), default=1)
        size = query(request, "size", Field("integer", low=low, high=200), default=25)
        any_order = self.bad("any-order-taken")
        order = query(request, "order_by", Field("text", choices=() if any_order else ORDERS), default="name")
        desc = query(request, "desc", Field("any" if self.bad("any-desc-taken") else "boolean"), default=False) is True
        binned = query(request, "include_deleted", Field("boolean"), default=self.bad("deleted-listed"))
        kind = accepts(request.headers.get("accept"), ("application/json", "text/csv"))
        if not kind and not self.bad("accept-ignored"):
            raise Refusal(406, "not_acceptable", "There is JSON and CSV.")
        if self.bad("accept-weights-ignored") and "application/json" in request.headers.get("accept", ""):
            kind = "application/json"
        if self.bad("accept-ignored"):
            kind = "application/json"
        folder, start = request.query.get("folder"), request.query.get("name")
        rows = []
        for file in self.files.values():
            if file["deleted_at"] is not None and not binned:
                continue
            if folder is not None and file["folder"] != folder and not self.bad("folder-filter-ignored"):
                continue
            if start is not None and not (
                start in file["name"] if self.bad("name-found-inside") else file["name"].startswith(start)
            ):
                continue
            rows.append(file)
        self.requests += 1
        rows.sort(key=lambda row: str(row["id"]), reverse=self.bad("ties-unstable") and self.requests % 2 == 0)
        key = order if order in ORDERS and not self.bad("order-ignored") else "name"
        if self.bad("size-sorted-as-text") and key == "size":
            rows.sort(key=lambda row: str(row["size"]), reverse=desc)
        else:
            rows.sort(key=lambda row: row[key], reverse=desc and not self.bad("desc-ignored"))
        begin = 0 if self.bad("page-ignored") else (page - 1) * size - (self.bad("pages-overlap") and page > 1)
        shown = [self.show(row) for row in rows[max(begin, 0) : max(begin, 0) + size]]
        total: Any = len(shown) if self.bad("total-of-page") else len(rows)
        pages = len(rows) // max(size, 1) if self.bad("pages-rounded-down") else -(-len(rows) // max(size, 1))
        if self.bad("total-with-bin"):
            total = len(self.files)
        if self.bad("total-as-text"):
            total = str(total)
        if kind == "text/csv":
            table = io.StringIO()
            writer = csv.writer(table, quoting=csv.QUOTE_ALL if self.variant == "csv-quoted" else csv.QUOTE_MINIMAL)
            if not self.bad("csv-without-headings"):
                writer.writerow(COLUMNS)
            for row in shown:
                writer.writerow(row.get(name) for name in COLUMNS)
            media_type = "text/plain" if self.bad("csv-as-plain") else "text/csv; charset=utf-8"
            return Response(
                200, None, {"Content-Type": media_type, "Vary": "Accept"}, table.getvalue().encode("utf-8", "replace")
            )
        body = {"files": shown, "page": page, "size": size, "pages": pages, "total": total}
        if self.bad("pages-left-out"):
            del body["pages"]
        return Response(200, body, {"Vary": "Accept"})

    def upload(self, request: Request) -> Response:
        """Upload a file."""
        self.allow(request)
        if request.media_type != "multipart/form-data":
            raise Refusal(415, "wrong_type", "Files come as multipart/form-data.")
        parts = form_parts(request)
        if "file" not in parts:
            if self.bad("no-file-crash"):
                raise Refusal(500, "crash")
            raise Refusal(422 if parts else 400, "no_file", "There is no part named file.")
        filename, kind, content = parts["file"]
        name = parts["name"][2].decode("utf-8", "replace") if "name" in parts else filename or "unnamed"
        folder = parts["folder"][2].decode("utf-8", "replace") if "folder" in parts else None
        given = {"name": name, **({"folder": folder} if folder is not None else {})}
        wrong = fields.problems(given, Field("object", members={"name": NAME, "folder": FOLDER}))
        if wrong:
            raise Refusal(422, "invalid", f"{wrong[0][0]} {wrong[0][1]}.")
        if self.bad("name-of-part-wins") and filename:
            name = filename
        self.check_size(content)
        if not content and self.bad("empty-file-refused"):
            raise Refusal(422, "empty", "The file is empty.")
        self.check_name(name, folder)
        kind = "application/octet-stream" if self.bad("media-type-lost") else kind
        file = self.keep(name, None if self.bad("folder-forgotten") else folder, kind, content)
        if self.bad("upload-200"):
            return Response(200, self.show(file))
        place = "/store/files" if self.bad("location-of-collection") else f"/store/files/{file['id']}"
        return Response(201, self.show(file), {"Location": place})

    def check_size(self, content: bytes) -> None:
        """Refuse too many bytes."""
        if len(content) > LARGEST and not self.bad("any-size-taken"):
            raise Refusal(500 if self.bad("large-crash") else 413, "too_large", "The file is too large.")

    def get_file(self, request: Request, file_id: str) -> Response:
        """Get what is known about a file."""
        self.allow(request)
        return Response(200, self.show(self.file(file_id)))

    def change_file(self, request: Request, file_id: str) -> Response:
        """Change what is known about a file."""
        self.allow(request)
        file = self.file(file_id)
        if self.bad("null-name-crash") and peek(request).get("name", "") is None:
            raise Refusal(500, "crash")
        body = json_body(request, Field("object", members=self.change))
        if not body and not self.bad("empty-change-taken"):
            raise Refusal(422, "nothing", "There is nothing to change.")
        changed = {**file, **{name: body[name] for name in CHANGE if name in body}}
        if self.bad("change-clears-tags") and "tags" not in body:
            changed["tags"] = []
        self.check_name(changed["name"], changed["folder"], file["id"])
        if not self.bad("modified-at-stays"):
            changed["modified_at"] = self.time()
        if not self.bad("change-not-stored"):
            self.files[file["id"]] = changed
        return Response(200, self.show(changed))

    def delete_file(self, request: Request, file_id: str) -> Response:
        """Delete a file."""
        self.allow(request)
        purge = query(request, "purge", Field("boolean"), default=False)
        file = self.file(file_id, binned=purge)
        if purge and not self.bad("purge-into-bin"):
            del self.files[file["id"]]
        elif not self.bad("deletion-forgotten"):
            file["deleted_at"] = self.time()
            if self.bad("delete-purges"):
                del self.files[file["id"]]
        return Response(200, self.show(file)) if self.bad("delete-200") else Response(204)

    def restore(self, request: Request, file_id: str) -> Response:
        """Take a file out of the bin."""
        self.allow(request)
        file = self.file(file_id, binned=True)
        if file["deleted_at"] is None and not self.bad("restore-of-live-200"):
            raise Refusal(409, "not_deleted", "The file isn't in the bin.")
        self.check_name(file["name"], file["folder"], file["id"])
        file["deleted_at"] = None
        if self.bad("restore-loses-tags"):
            file["tags"] = []
        return Response(204) if self.bad("restore-204") else Response(200, self.show(file))

    # Bytes

    def etag(self, file: Json) -> str:
        """Return the entity tag of a file's bytes."""
        tag = hashlib.sha256(self.bytes[file["id"]]).hexdigest()[:20]
        if self.bad("etag-of-id"):
            tag = str(file["id"])
        if self.bad("etag-of-the-moment"):
            tag = self.time()
        if self.bad("etag-without-quotes"):
            return tag
        return f'W/"{tag}"' if self.variant == "etag-weak" else f'"{tag}"'

    @staticmethod
    def unchanged(request: Request, header: str, file: Json) -> bool | None:
        """Tell whether a file wasn't modified after the date in a header; None if there is no good date."""
        modified = moment(file["modified_at"])
        try:
            date = parsedate_to_datetime(request.headers.get(header, ""))
        except ValueError:
            return None
        if modified is None or date.tzinfo is None:
            return None
        return modified.replace(microsecond=0) <= date

    def check_unchanged(self, request: Request, file: Json) -> None:
        """Refuse a request whose condition isn't met (RFC 9110 13.2.2)."""
        match = request.headers.get("if-match")
        if match is not None:
            met = etag_matches(match, self.etag(file), weak=False) or self.bad("if-match-ignored")
        else:
            met = self.unchanged(request, "if-unmodified-since", file) is not False
        if not met:
            raise Refusal(412, "changed", "The bytes have changed.")

    def download(self, request: Request, file_id: str) -> Response:
        """Download the bytes."""
        self.allow(request)
        file = self.file(file_id)
        content = self.bytes[file["id"]]
        tag = self.etag(file)
        modified = moment(file["modified_at"]) or self.clock()
        changed = format_datetime(modified.replace(microsecond=0), usegmt=True)
        headers = {
            "ETag": tag,
            "Last-Modified": file["modified_at"] if self.bad("last-modified-iso") else changed,
            "Accept-Ranges": "bytes",
        }
        self.check_unchanged(request, file)
        none = request.headers.get("if-none-match")
        if none is not None:
            same = etag_matches(none, tag, weak=True)
        else:
            same = self.unchanged(request, "if-modified-since", file) is True
        if same and not self.bad("if-none-match-ignored"):
            return Response(304, headers=headers)
        headers["Content-Type"] = file["media_type"]
        headers["Content-Disposition"] = (
            f"attachment; filename*=UTF-8''{quote(file['name'].encode('utf-8', 'replace'))}"
        )
        whole = Response(200, None, headers, content)
        text = request.headers.get("range", "")
        match = re.fullmatch(r"bytes=\s*(\d{0,15})-(\d{0,15})\s*", text, re.ASCII)
        condition = request.headers.get("if-range")
        if not match or not any(match.groups()) or request.method != "GET":
            return whole
        if self.variant == "small-ranges-ignored" and len(content) < 16:
            return whole
        other = condition is not None and (tag.startswith("W/") or condition != tag)  # dates are no strong validators
        if other and not self.bad("if-range-ignored"):
            return whole
        first, last = match.groups()
        if first and last and int(first) > int(last):
            return whole
        if first:
            start, stop = int(first), min(int(last) if last else len(content) - 1, len(content) - 1)
            if self.bad("open-range-one-byte") and not last:
                stop = start
        else:
            start, stop = max(len(content) - int(last), 0), len(content) - 1
            if self.bad("suffix-range-from-start"):
                start, stop = 0, min(int(last), len(content)) - 1
        if start >= len(content) or (not first and int(last) == 0):
            if self.bad("unsatisfied-206"):
                return Response(206, None, {**headers, "Content-Range": f"bytes 0-0/{len(content)}"}, b"")
            raise Refusal(416, "no_range", "There are no such bytes.", {"Content-Range": f"bytes */{len(content)}"})
        piece = content[start : stop + (not self.bad("range-end-left-out"))]
        count = len(piece) if self.bad("range-total-of-piece") else len(content)
        shift = 1 if self.bad("content-range-from-one") else 0
        headers["Content-Range"] = f"bytes {start + shift}-{stop + shift}/{count}"
        return Response(200 if self.bad("range-200") else 206, None, headers, piece)

    def replace(self, request: Request, file_id: str) -> Response:
        """Replace the bytes."""
        self.allow(request)
        file = self.file(file_id)
        if not request.body:
            raise Refusal(400, "no_body", "There are no bytes.")
        self.check_unchanged(request, file)
        self.check_size(request.body)
        checksum = request.headers.get("x-checksum-sha256")
        right = hashlib.sha256(request.body).hexdigest()
        if checksum is not None and checksum.lower() != right and not self.bad("checksum-unchecked"):
            raise Refusal(422, "wrong_checksum", "The checksum is another.")
        if not self.bad("content-not-stored"):
            self.fill(file["id"], request.body)
        if re.fullmatch(r"[^/ ]+/[^/ ]+", request.media_type) and not self.bad("replaced-type-stays"):
            file["media_type"] = request.media_type
        file["modified_at"] = self.time()
        return Response(200, self.show(file))

    # Shares and usage

    def share(self, request: Request) -> Response:
        """Share a file."""
        self.allow(request)
        if request.media_type != "application/x-www-form-urlencoded" and not self.bad("json-share-taken"):
            raise Refusal(415, "wrong_type", "Shares come as a form.")
        form: Json = {}
        for name, value in parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True):
            form.setdefault(name, value)
        if request.media_type == "application/json":
            form = json_body(request, Field("object"))
        text = str(form.get("seconds", 3600))
        good = re.fullmatch(r"\d{1,9}", text, re.ASCII) and 1 <= int(text) <= 86400
        if not good and self.bad("seconds-crash"):
            raise Refusal(500, "crash")
        if "file_id" not in form or (not good and not self.bad("any-seconds-taken")):
            raise Refusal(422, "invalid", "The form is wrong.")
        file = self.file(str(form["file_id"]))
        seconds = int(text) if good else 3600
        token = self.new_id().replace("-", "")
        expires = self.clock() + timedelta(seconds=seconds)
        self.shares[token] = {"file": file["id"], "expires": expires}
        shown: Json = {"token": token, "path": f"/store/shared/{token}", "expires_at": stamp(expires)}
        if self.bad("expiry-in-seconds"):
            shown["expires_at"] = seconds
        if self.bad("share-path-left-out"):
            del shown["path"]
        if self.bad("default-share-a-minute") and "seconds" not in form:
            shown["expires_at"] = stamp(self.clock() + timedelta(seconds=60))
        return Response(200 if self.bad("share-200") else 201, shown)

    def shared(self, request: Request, token: str) -> Response:
        """Download a shared file."""
        share = self.shares.get(token)
        if self.bad("shared-needs-password"):
            self.allow(request)
        late = share is not None and share["expires"] <= self.clock() and not self.bad("share-never-runs-out")
        file = self.files.get(share["file"]) if share is not None else None
        if file is None or late or (file["deleted_at"] is not None and not self.bad("share-of-deleted-served")):
            raise Refusal(404, "no_share", "There is no such link.")
        return Response(200, None, {"Content-Type": file["media_type"]}, self.bytes[file["id"]])

    def usage(self, request: Request) -> Response:
        """Count files and bytes."""
        self.allow(request)
        rows = [file for file in self.files.values() if file["deleted_at"] is None or self.bad("usage-counts-bin")]
        total = sum(file["size"] for file in rows)
        types: Any = dict(Counter(str(file["media_type"]) for file in rows))
        shown: Json = {"files": len(rows), "bytes": total, "by_type": types}
        if self.bad("usage-types-as-list"):
            shown["by_type"] = sorted(types)
        if self.bad("usage-bytes-as-text"):
            shown["bytes"] = f"{total} B"
        if self.bad("usage-bytes-of-largest"):
            shown["bytes"] = max((file["size"] for file in rows), default=0)
        return Response(200, shown)


def application(defects: frozenset[str] = frozenset(), variant: str = "", clock: Clock = now) -> ASGIApp:
    """Return a new service with these defects and this variant."""
    return serve(Files(defects, variant, clock))


app = application(*chosen(Files))
