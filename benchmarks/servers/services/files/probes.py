"""The probes: for each defect and variant the requests whose outcome differs from the plain service's."""

from __future__ import annotations

import base64

from servicekit.client import Step, Steps, delete, get, patch, post, put, wait

BASE = "/store"
HEADERS = {"authorization": "Basic " + base64.b64encode(b"mia:open").decode()}
WRONG = "Basic " + base64.b64encode(b"mia:wrong").decode()
ME = "/files/<0:/id>"
BYTES = f"{ME}/content"
FORM = "application/x-www-form-urlencoded"


def upload(content: bytes = b"a\r\n\0\xc3\xa9789", kind: str = "text/x-note", **fields: str) -> Step:
    """Return an upload."""
    body = b""
    for name, value in fields.items():
        body += f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: {kind}\r\n\r\n'
    body += head.encode() + content + b"\r\n--cut--\r\n"
    return post("/files", body, content_type="multipart/form-data; boundary=cut")


def share(fields: str = "file_id=<0:/id>&seconds=60") -> Step:
    """Return the share of the first file of a list."""
    return post("/shares", fields.replace("<0:/id>", "f100").encode(), content_type=FORM)


def replace(content: bytes = b"new bytes", kind: str = "text/plain", **headers: str) -> Step:
    """Return the replacement of bytes."""
    return put(BYTES, content, content_type=kind, **headers)


def piece(text: str, **headers: str) -> Step:
    """Return the download of a range."""
    return get(BYTES, range=text, **headers)


UP = upload(folder="box", name="one.txt")
ONE = (UP, get(ME), get(BYTES))
BARE = (upload(),)
TAGGED = (UP, patch(ME, {"tags": ["x"]}), patch(ME, {"folder": None}), get(ME))
LIST = (get("/files?size=10"), get("/files?size=10&page=2"), get("/files?size=10&page=4"))
SIZES = (upload(b"x" * 9), get("/files?order_by=size&size=200"), get("/files?order_by=size&desc=true&size=200"))
TIES = (get("/files?order_by=size&size=5"), get("/files?order_by=size&size=5&page=2"))
DELETED = (UP, delete(ME), get(ME), get("/files?size=200"))
CSV = (get("/files", accept="text/csv"),)
UNKNOWN = (get("/files/f1"),)
RANGES = (UP, piece("bytes=2-4"), piece("bytes=-3"), piece("bytes=5-"), piece("bytes=99-"))
RESTORED = (UP, patch(ME, {"tags": ["x"]}), delete(ME), post(f"{ME}/restore"), get(ME))
CHANGED = (UP, get(BYTES), replace(), get(BYTES), get(ME))
SHARE = (share(), get("<0:/path>", authorization=""))
USAGE = (get("/usage"),)

PROBES: dict[str, Steps] = {
    "size-as-text": ONE,
    "checksum-upper-case": ONE,
    "checksum-cut": ONE,
    "folder-left-out-if-null": BARE,
    "tags-null-if-none": ONE,
    "deleted-at-false": ONE,
    "uploaded-at-http-date": ONE,
    "file-id-number": BARE,
    "media-type-short": ONE,
    "modified-at-left-out": ONE,
    "error-code-number": UNKNOWN,
    "error-without-detail": UNKNOWN,
    "gone-without-body": DELETED,
    "etag-left-out": ONE,
    "content-range-left-out": RANGES,
    "range-unit-left-out": RANGES,
    "total-as-text": LIST,
    "pages-left-out": LIST,
    "csv-as-plain": CSV,
    "upload-200": BARE,
    "delete-200": DELETED,
    "restore-204": RESTORED,
    "share-200": SHARE,
    "expiry-in-seconds": SHARE,
    "share-path-left-out": SHARE,
    "usage-types-as-list": USAGE,
    "usage-bytes-as-text": USAGE,
    "download-without-password": (UP, get(BYTES, authorization="")),
    "any-password-taken": (get("/files", authorization=WRONG),),
    "empty-name-taken": (UP, patch(ME, {"name": ""})),
    "slash-in-name-taken": (UP, patch(ME, {"name": "a/b"})),
    "long-name-taken": (UP, patch(ME, {"name": "n" * 101})),
    "six-tags-taken": (UP, patch(ME, {"tags": ["a", "b", "c", "d", "e", "f"]})),
    "number-as-tag-taken": (UP, patch(ME, {"tags": [1]})),
    "no-folder-refused": TAGGED,
    "empty-change-taken": (UP, patch(ME, {})),
    "size-zero-taken": (get("/files?size=0"),),
    "any-order-taken": (get("/files?order_by=id"),),
    "any-desc-taken": (get("/files?desc=yes"),),
    "any-seconds-taken": (share("file_id=f100&seconds=0"),),
    "json-share-taken": (post("/shares", {"file_id": "f100"}),),
    "seconds-crash": (share("file_id=f100&seconds=soon"),),
    "no-file-crash": (
        post("/files", UP.body.replace(b'"file"', b'"data"'), content_type="multipart/form-data; boundary=cut"),
    ),
    "null-name-crash": (UP, patch(ME, {"name": None})),
    "unknown-file-crash": UNKNOWN,
    "large-crash": (upload(b"x" * 65537),),
    "shared-needs-password": SHARE,
    "allow-left-out": (delete("/files"),),
    "challenge-left-out": (get("/files", authorization=""),),
    "location-left-out": BARE,
    "location-of-collection": BARE,
    "head-405": (Step("HEAD", "/files"),),
    "head-of-no-bytes": (UP, Step("HEAD", BYTES)),
    "accept-ignored": (get("/files", accept="text/csv"), get("/files", accept="image/png")),
    "accept-weights-ignored": (get("/files", accept="application/json;q=0.5, text/csv"),),
    "etag-of-id": CHANGED,
    "etag-of-the-moment": (UP, get(BYTES), get(BYTES)),
    "etag-without-quotes": ONE,
    "last-modified-iso": ONE,
    "if-none-match-ignored": (*ONE, get(BYTES, if_none_match="<2:etag>")),
    "if-match-ignored": (UP, replace(if_match='"other"')),
    "if-range-ignored": (UP, piece("bytes=2-4", if_range='"other"')),
    "range-end-left-out": RANGES,
    "suffix-range-from-start": RANGES,
    "open-range-one-byte": RANGES,
    "content-range-from-one": RANGES,
    "range-total-of-piece": RANGES,
    "range-200": RANGES,
    "unsatisfied-206": RANGES,
    "unsatisfied-without-content-range": RANGES,
    "line-ends-changed": ONE,
    "cut-at-zero-byte": ONE,
    "size-in-characters": ONE,
    "checksum-of-nothing": ONE,
    "media-type-lost": ONE,
    "replaced-type-stays": CHANGED,
    "content-not-stored": CHANGED,
    "folder-forgotten": ONE,
    "change-not-stored": TAGGED,
    "change-clears-tags": TAGGED,
    "modified-at-stays": TAGGED,
    "deletion-forgotten": DELETED,
    "folder-filter-ignored": (get("/files?folder=reports"),),
    "page-ignored": LIST,
    "pages-overlap": LIST,
    "total-of-page": LIST,
    "pages-rounded-down": LIST,
    "order-ignored": SIZES,
    "size-sorted-as-text": SIZES,
    "desc-ignored": SIZES,
    "ties-unstable": TIES,
    "total-with-bin": LIST,
    "deleted-listed": LIST,
    "deleted-served": DELETED,
    "gone-404": DELETED,
    "delete-purges": DELETED,
    "purge-into-bin": (UP, delete(f"{ME}?purge=true"), get(ME), post(f"{ME}/restore")),
    "restore-of-live-200": (UP, post(f"{ME}/restore")),
    "restore-loses-tags": RESTORED,
    "name-found-inside": (get("/files?name=te"),),
    "name-twice-uploaded": (UP, UP),
    "name-twice-changed": (UP, upload(folder="box"), patch(ME, {"name": "a.txt"})),
    "names-in-bin-count": (UP, delete(ME), UP),
    "names-of-all-folders-count": (UP, upload(folder="other", name="one.txt")),
    "name-of-part-wins": ONE,
    "empty-file-refused": (upload(b""), get(ME), get(BYTES)),
    "any-size-taken": (upload(b"x" * 65537),),
    "checksum-unchecked": (UP, replace(x_checksum_sha256="0" * 64)),
    "csv-without-headings": CSV,
    "share-never-runs-out": (share(), wait(61), get("<0:/path>")),
    "share-of-deleted-served": (share(), delete("/files/f100"), get("<0:/path>")),
    "default-share-a-minute": (share("file_id=f100"),),
    "usage-counts-bin": USAGE,
    "usage-bytes-of-largest": USAGE,
}

SHOWS: dict[str, Steps] = {
    "chunked": ONE,
    "members-reversed": ONE,
    "extra-members": ONE,
    "etag-weak": (*ONE, piece("bytes=1-2", if_range="<2:etag>"), replace(if_match="<2:etag>")),
    "small-ranges-ignored": RANGES,
    "location-absolute": BARE,
    "csv-quoted": CSV,
    "error-status": UNKNOWN,
}
