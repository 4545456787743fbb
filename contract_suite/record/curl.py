"""A request as a command line: one line for any POSIX shell that sends the same bytes again.

No key of the user's ever stands in it: where a request carried one, the name of an environment variable stands in
double quotes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Final, Literal
from urllib.parse import quote as percent

from contract_suite.model.exchange import Identity, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Where a credential travels and which environment variable holds it.

    In a header, `name: prefix$variable`, or a header without a secret if there is no variable; in the query parameter
    or cookie `name`; or as `user:password`, of which curl makes the field for HTTP basic. `made_up` is the key that the
    run made up as the variable holds none: a line that says it works as it is.
    """

    variable: str
    name: str = "Authorization"
    prefix: str = "Bearer "
    where: Literal["header", "query", "cookie", "user"] = "header"
    made_up: str = ""


def curl(request: Request, base_url: str, credentials: Mapping[Identity, Sequence[Credential]] | None = None) -> str:
    """Return a command that sends `request` again.

    `credentials` says for each identity which key its requests carry.
    """
    carried = (credentials or {}).get(request.identity, ())
    sent = {name.lower() for name, _ in request.headers}
    words = ["curl", "-i"]
    if _DOTS.search(base_url + request.target):
        words.append("--path-as-is")  # or curl would take the segment out
    # Sent by `-X`, a HEAD would wait for a body; `--head` and a body exclude each other, and then waiting must end by
    # itself.
    if request.method == "HEAD" and not request.body:
        words.append("--head")
    elif request.method != "GET" or request.body:
        words += ["-X", _word(request.method)]
    if request.method == "HEAD" and request.body:
        words += ["--max-time", "10"]
    cookie = _cookie(request, carried)
    for name, value in request.headers:
        if cookie and name.lower() == "cookie":
            continue
        # `Name:` would remove the header, `Name;` is how curl spells an empty one.
        words += ["-H", _word(f"{name}: {value}" if value.strip() else f"{name};", encoding="latin-1")]
    own = sent | {each.name.lower() for each in carried if each.where == "header"}
    words += [word for name in _unasked(request) if name.lower() not in own for word in ("-H", quote(f"{name}:"))]
    words += ["-H", cookie] if cookie else []
    words += _carried(carried, sent)
    pipe, data = _body(request)
    words += data
    base = base_url.rstrip("/")
    if _plain_target(request.target):
        if set(request.target) & set("[]{}"):
            words.append("--globoff")
        url = quote(base + request.target) + _query(request.target, carried)
    else:
        words += ["--request-target", _word(_path(base) + request.target)]
        url = quote(base)
    return pipe + " ".join([*words, url])


def _carried(carried: Sequence[Credential], sent: set[str]) -> list[str]:
    """The words that pass on what stands in header fields, cookies apart, as far as the request has none itself."""
    words: list[str] = []
    for each in carried:
        if each.where == "user" and "authorization" not in sent:
            words += ["-u", f'"{_variable(each)}"']
        elif each.where == "header" and each.name.lower() not in {*sent, "cookie"}:
            words += ["-H", f'"{_in_double_quotes(f"{each.name}: {each.prefix}")}{_variable(each)}"']
    return words


def _cookie(request: Request, carried: Sequence[Credential]) -> str:
    """The word for one `Cookie` field with the request's own cookies and those that are carried, if any is."""
    own = [value for name, value in request.headers if name.lower() == "cookie" and value.strip()]
    known = {cookie.partition("=")[0].strip() for value in own for cookie in value.split(";")}
    added = [f"{_in_double_quotes(each.name)}={_variable(each)}" for each in carried if _is_cookie(each, known)]
    added += [_variable(each) for each in carried if each.where == "header" and each.name.lower() == "cookie"]
    return f'"Cookie: {"; ".join([*map(_in_double_quotes, own), *added])}"' if added else ""


def _is_cookie(credential: Credential, known: set[str]) -> bool:
    return credential.where == "cookie" and credential.name not in known


def _variable(credential: Credential) -> str:
    if credential.made_up:
        return f"${{{credential.variable}:-{_in_double_quotes(credential.made_up)}}}"
    return f"${credential.variable}" if credential.variable else ""


def _query(target: str, carried: Sequence[Credential]) -> str:
    """What follows a target that carries keys as query parameters."""
    text = ""
    for each in carried:
        if each.where == "query":
            text += f'"{"&" if "?" in target or text else "?"}{percent(each.name)}={_variable(each)}"'
    return text


_DOTS: Final = re.compile(r"/(?:\.|%2e)", re.IGNORECASE)
_EXPECTING: Final = 1024
_ARGUMENT: Final = 100_000
"""An argument may have 128 KB on Linux; a pipe knows no limit."""


def _unasked(request: Request) -> tuple[str, ...]:
    """Header fields that curl would add of its own accord and that the request didn't have."""
    return (
        "Accept",
        *(("Content-Type",) if request.body or _bodied(request) else ()),
        *(("Expect",) if len(request.body) > _EXPECTING else ()),
    )


def _bodied(request: Request) -> bool:
    """Whether the method has a body even when it is empty, so that its length is sent."""
    return request.method in {"POST", "PUT", "PATCH"}


def _body(request: Request) -> tuple[str, list[str]]:
    """The pipe in front of the command, and the words that pass the body on."""
    if not request.body:
        return "", ["--data-binary", "''"] if _bodied(request) else []
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        return f"printf %s {base64.b64encode(request.body).decode()} | base64 -d | ", ["--data-binary", "@-"]
    if text.isprintable() and not text.startswith("@") and len(request.body) <= _ARGUMENT:
        return "", ["--data-binary", quote(text)]
    return f"printf {_format(request.body)} | ", ["--data-binary", "@-"]


def _word(text: str, encoding: str = "utf-8") -> str:
    """One shell word; what can't stand in a line as it is goes through `printf`."""
    if text.isascii() and text.isprintable():
        return quote(text)
    # A command substitution loses newlines at its end; no header or method may hold one.
    return f'"$(printf {_format(text.encode(encoding, "replace"))})"'


def _format(data: bytes) -> str:
    """Bytes as a single-quoted format of `printf`."""
    try:
        chars = data.decode()
    except UnicodeDecodeError:
        chars = data.decode("latin-1")
        return (
            "'"
            + "".join(
                _octal(char.encode("latin-1")) if not char.isascii() or not char.isprintable() else _formatted(char)
                for char in chars
            )
            + "'"
        )
    return "'" + "".join(_formatted(char) if char.isprintable() else _octal(char.encode()) for char in chars) + "'"


def _formatted(char: str) -> str:
    # A format may not begin with "-", which some shells take for an option.
    return {"%": "%%", "\\": "\\\\", "'": "'\\''", "-": "\\055"}.get(char, char)


def _octal(data: bytes) -> str:
    return "".join({10: "\\n", 9: "\\t", 13: "\\r"}.get(octet, f"\\{octet:03o}") for octet in data)


def _in_double_quotes(text: str) -> str:
    return re.sub(r'(["\\$`])', r"\\\1", text)


_URL: Final = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?\[\]{}|^]*")


def _plain_target(target: str) -> bool:
    """Whether curl sends this target unchanged as part of a URL: it keeps fragments to itself and refuses spaces."""
    return _URL.fullmatch(target) is not None


def _path(base: str) -> str:
    _, scheme, rest = base.partition("://")
    return "/" + rest.partition("/")[2] if scheme and "/" in rest else ""
