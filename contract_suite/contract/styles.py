"""How parameter values stand in a URL, a header or a cookie (OpenAPI `style` and `explode`, RFC 6570), there and back.

Writing takes any JSON value, also one of the wrong type; reading gives texts only, in the shape that was asked for.
Types come later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import quote, unquote, unquote_plus

from contract_suite.model.json import JSON, Raw, compact
from contract_suite.model.memo import Memo

Wire = str | list["Wire"] | dict[str, "Wire"]
"""Texts in the shape of a value."""

Shape = Literal["scalar", "array", "object"]
"""What a reader expects to find."""

_SHORT: Final = 100
"""Names and values that are no longer come again and again."""
_RESERVED: Final = ":/?@!$'()*;"
_DELIMITERS: Final = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_LARGEST_EXACT: Final = 1e16
_VISIBLE: Final = range(0x20, 0x7F)


def text_of(value: JSON) -> str:
    """Write one value as text: nothing for null, no `.0` behind whole numbers, JSON for containers."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_EXACT else repr(value)
    if isinstance(value, int):
        return str(value)
    return compact(value)


def escaped(value: JSON, *, safe: str = "") -> str:
    """Write one value with everything escaped but RFC 3986's unreserved characters and `safe`; `Raw` stays as it is."""
    if isinstance(value, Raw):
        return str(value)
    text = text_of(value)
    return _quoted(text, safe) if len(text) <= _SHORT else quote(text, safe=safe, errors="surrogatepass")


@lru_cache(maxsize=4096)
def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="surrogatepass")


def in_path(name: str, value: JSON, *, style: str, explode: bool) -> str:
    """Write a path parameter.

    Dots that would be a path step are escaped, so that no client or proxy swallows the segment.
    """
    if isinstance(value, Raw):
        return str(value)
    if style == "matrix":
        return _matrix(name, value, explode=explode)
    if style == "label":
        separator = "." if explode else ","
        parts = (
            [part.replace(".", "%2E") for part in _parts(value, explode=explode)]
            if isinstance(value, (list, dict))
            else ["%2E" if value == "." else escaped(value)]
        )
        return "." + separator.join(parts)
    text = ",".join(_parts(value, explode=explode)) if isinstance(value, (list, dict)) else escaped(value)
    return text.replace(".", "%2E") if text in {".", ".."} else text


def in_query(
    name: str, value: JSON, *, style: str, explode: bool, allow_reserved: bool = False
) -> list[tuple[str, str]]:
    """Write a query parameter as escaped pairs; an exploded empty array or object is none."""
    safe = _RESERVED if allow_reserved else ""
    key = escaped(name)
    if isinstance(value, dict):
        if style == "deepObject":
            return [
                pair for member, item in value.items() for pair in _deep(f"{key}%5B{escaped(member)}%5D", item, safe)
            ]
        if explode and style == "form":
            return [(escaped(member), escaped(item, safe=safe)) for member, item in value.items()]
    if isinstance(value, list) and (explode or style == "deepObject"):
        return [(key, escaped(item, safe=safe)) for item in value]
    if isinstance(value, (list, dict)):
        return [(key, _DELIMITERS.get(style, ",").join(_parts(value, explode=False, safe=safe)))]
    return [(key, escaped(value, safe=safe))]


def in_header(value: JSON, *, explode: bool) -> str:
    """Write a header parameter. Headers know no escaping; only what can't stand in a field at all is escaped."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, list):
        text = ",".join(text_of(item) for item in value)
    elif isinstance(value, dict):
        text = ",".join(f"{key}{'=' if explode else ','}{text_of(item)}" for key, item in value.items())
    else:
        text = text_of(value)
    return "".join(char if ord(char) in _VISIBLE else quote(char, errors="surrogatepass") for char in text)


def in_cookie(value: JSON) -> str:
    """Write a cookie's value; arrays and objects with commas, since a cookie can't be repeated."""
    return ",".join(_parts(value, explode=False)) if isinstance(value, (list, dict)) else escaped(value)


def from_path(name: str, raw: str, *, style: str, explode: bool, shape: Shape) -> Wire:
    """Read what stands in a path segment."""
    separator = ","
    if style == "label":
        raw = raw.removeprefix(".")
        separator = "." if explode else ","
    elif style == "matrix":
        return _from_matrix(name, raw, explode=explode, shape=shape)
    if shape == "scalar":
        return _decoded(raw)
    return _shaped(raw, separator, explode=explode, shape=shape, plus=False)


def from_query(
    name: str, pairs: Sequence[tuple[str, str]], *, style: str, explode: bool, shape: Shape, others: Iterable[str] = ()
) -> Wire | None:
    """Read a query parameter from escaped pairs; `None` if it is absent.

    A scalar that stands there several times is a list.
    """
    if shape == "object" and style == "deepObject":
        return _from_deep(name, pairs)
    if shape == "object" and explode and style == "form":
        taken = set(others)
        members: dict[str, Wire] = {key: text for key, text in _decoded_pairs(pairs) if key not in taken}
        return members or None
    found = texts_by_name(pairs).get(name, ())
    if not found:
        return None
    if shape == "scalar":
        texts: list[Wire] = [unquote_plus(text, errors="replace") for text in found]
        return texts[0] if len(texts) == 1 else texts
    if shape == "array" and (explode or len(found) > 1):
        return [unquote_plus(text, errors="replace") for text in found]
    separator = _DELIMITERS.get(style, ",")
    raw = found[0]
    if style == "spaceDelimited":
        raw = raw.replace("+", "%20")
    elif style == "pipeDelimited":
        raw = raw.replace("|", "%7C").replace("%7c", "%7C")
    return _shaped(raw, separator, explode=False, shape=shape, plus=True)


def from_header(raw: str, *, explode: bool, shape: Shape) -> Wire:
    """Read a header parameter."""
    if shape == "scalar":
        return raw
    pieces = [piece.strip() for piece in raw.split(",")] if raw else []
    return _members(pieces, explode=explode) if shape == "object" else list(pieces)


def from_cookie(raw: str, *, shape: Shape) -> Wire:
    """Read a cookie's value."""
    return _decoded(raw) if shape == "scalar" else _shaped(raw, ",", explode=False, shape=shape, plus=False)


@lru_cache(maxsize=16)
def query_pairs(target: str) -> tuple[tuple[str, str], ...]:
    """Split the query of a target, nothing decoded."""
    query = target.partition("?")[2].partition("#")[0]
    return tuple((key, value) for key, _, value in (piece.partition("=") for piece in query.split("&") if piece))


def _read(text: str) -> str:
    """Decode a text of a query; most have nothing to decode."""
    return unquote_plus(text) if "%" in text or "+" in text else text


def _read_pairs(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((_read(key), _read(text)) for key, text in pairs)


_decoded_pairs: Final = Memo(_read_pairs, most=16)
"""The texts of a query, which is read strictly and leniently, and by more than one part of a run."""


def _sorted_by_name(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, text in pairs:
        found.setdefault(_read(key), []).append(text)
    return {name: tuple(texts) for name, texts in found.items()}


texts_by_name: Final = Memo(_sorted_by_name, most=16)
"""The escaped texts of each name: a query is read once for all its parameters, of which there may be hundreds."""


def _parts(value: list[JSON] | dict[str, JSON], *, explode: bool, safe: str = "") -> list[str]:
    if isinstance(value, list):
        return [escaped(item, safe=safe) for item in value]
    if explode:
        return [f"{escaped(key)}={escaped(item, safe=safe)}" for key, item in value.items()]
    return [escaped(part, safe=safe) for pair in value.items() for part in pair]


def _matrix(name: str, value: JSON, *, explode: bool) -> str:
    key = escaped(name)
    if isinstance(value, list) and explode:
        return "".join(f";{key}={escaped(item)}" for item in value)
    if isinstance(value, dict) and explode:
        return "".join(f";{escaped(member)}={escaped(item)}" for member, item in value.items())
    text = ",".join(_parts(value, explode=False)) if isinstance(value, (list, dict)) else escaped(value)
    return f";{key}={text}" if text else f";{key}"


def _from_matrix(name: str, raw: str, *, explode: bool, shape: Shape) -> Wire:
    pieces = [piece.partition("=") for piece in raw.split(";") if piece]
    if explode and shape == "object":
        return {_decoded(key): _decoded(text) for key, _, text in pieces}
    if explode and shape == "array":
        return [_decoded(text) for key, _, text in pieces if _decoded(key) == name]
    text = next((text for key, _, text in pieces if _decoded(key) == name), raw)
    return _decoded(text) if shape == "scalar" else _shaped(text, ",", explode=False, shape=shape, plus=False)


def _deep(key: str, value: JSON, safe: str) -> list[tuple[str, str]]:
    if isinstance(value, dict) and value:
        return [pair for member, item in value.items() for pair in _deep(f"{key}%5B{escaped(member)}%5D", item, safe)]
    if isinstance(value, list) and value:
        return [(key, escaped(item, safe=safe)) for item in value]
    return [(key, escaped(value, safe=safe))]


def _from_deep(name: str, pairs: Sequence[tuple[str, str]]) -> Wire | None:
    members: dict[str, Wire] = {}
    for key, text in pairs:
        decoded = unquote_plus(key, errors="replace")
        if not (decoded.startswith(f"{name}[") and decoded.endswith("]")):
            continue
        steps = decoded[len(name) + 1 : -1].split("][")
        place = members
        for step in steps[:-1]:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                inner = place[step] = {}
            place = inner
        value: Wire = unquote_plus(text, errors="replace")
        before = place.get(steps[-1])
        if isinstance(before, list):
            before.append(value)
        else:
            place[steps[-1]] = value if before is None else [before, value]
    return members or None


def _shaped(raw: str, separator: str, *, explode: bool, shape: Shape, plus: bool) -> Wire:
    pieces = raw.split(separator) if raw else []
    if shape == "object" and explode:
        return {
            _decoded(key, plus=plus): _decoded(text, plus=plus)
            for key, _, text in (piece.partition("=") for piece in pieces)
        }
    texts = [_decoded(piece, plus=plus) for piece in pieces]
    return _members(texts, explode=False) if shape == "object" else list(texts)


def _members(pieces: list[str], *, explode: bool) -> dict[str, Wire]:
    if explode:
        return {key: text for key, _, text in (piece.partition("=") for piece in pieces)}
    return dict(zip(pieces[::2], pieces[1::2], strict=False))


def _decoded(raw: str, *, plus: bool = False) -> str:
    return unquote_plus(raw, errors="replace") if plus else unquote(raw, errors="replace")
