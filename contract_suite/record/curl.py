"""A request as a command line: one line for any POSIX shell that sends the same bytes again.

No key ever stands in it: where a request carried one, the name of an environment variable stands in double quotes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Final, Literal
from urllib.parse import quote as percent

from contract_suite.model.exchange import Identity, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Where a credential travels and which environment variable holds it.

    In a header, `name: prefix$variable`; or in the query parameter or cookie `name`.
    """

    variable: str
    name: str = "Authorization"
    prefix: str = "Bearer "
    where: Literal["header", "query", "cookie"] = "header"


def curl(request: Request, base_url: str, credentials: Mapping[Identity, Credential] | None = None) -> str:
    """Return a command that sends `request` again.

    `credentials` says for each identity which key its requests carry.
    """
    credential = (credentials or {}).get(request.identity)
    sent = {name.lower() for name, _ in request.headers}
    words = ["curl", "-i", "--path-as-is"]
    # Sent by `-X`, a HEAD would wait for a body; `--head` and a body exclude each other, and then waiting must end by
    # itself.
    words += ["--head"] if request.method == "HEAD" and not request.body else ["-X", _word(request.method)]
    if request.method == "HEAD" and request.body:
        words += ["--max-time", "10"]
    for name, value in request.headers:
        # `Name:` would remove the header, `Name;` is how curl spells an empty one.
        words += ["-H", _word(f"{name}: {value}" if value.strip() else f"{name};", encoding="latin-1")]
    words += [word for name in _unasked(request) if name.lower() not in sent for word in ("-H", quote(f"{name}:"))]
    if credential is not None and credential.where != "query":
        name = credential.name if credential.where == "header" else "Cookie"
        value = credential.prefix if credential.where == "header" else f"{credential.name}="
        if name.lower() not in sent:
            words += ["-H", f'"{_in_double_quotes(f"{name}: {value}")}${credential.variable}"']
    pipe, data = _body(request)
    words += data
    base = base_url.rstrip("/")
    if _plain_target(request.target):
        if set(request.target) & set("[]{}"):
            words.append("--globoff")
        url = quote(base + request.target)
        if credential is not None and credential.where == "query":
            separator = "&" if "?" in request.target else "?"
            url = f'{quote(base + request.target)}"{separator}{percent(credential.name)}=${credential.variable}"'
    else:
        words += ["--request-target", _word(_path(base) + request.target)]
        url = quote(base)
    return pipe + " ".join([*words, url])


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
