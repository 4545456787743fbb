"""Checks of values against the fields that a service takes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from servicekit.wire import Json, Refusal, Request, parse

_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:)(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Field:
    """What a value has to be; `low` and `high` bound a number, or the length of a text or a list."""

    kind: str
    required: bool = False
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    items: Field | None = None
    members: Mapping[str, Field] | None = None
    closed: bool = False
    unique: bool = False


def moment(text: str) -> datetime | None:
    """Read a date-time of RFC 3339, or return None."""
    match = _DATE_TIME.fullmatch(text)
    if not match:
        return None
    day, clock, seconds, fraction, zone = match.groups()
    seconds = "59" if seconds == "60" else seconds
    zone = "+00:00" if zone in "Zz" else zone
    try:
        return datetime.fromisoformat(f"{day}T{clock}{seconds}{(fraction or '')[:7]}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(text: str) -> date | None:
    """Read a full-date of RFC 3339, or return None."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def is_uuid(text: str) -> bool:
    """Tell whether a text writes a UUID with its hyphens."""
    return bool(_UUID.fullmatch(text))


def same(text: str) -> str:
    """Return a UUID as it is kept."""
    return str(uuid.UUID(text)) if is_uuid(text) else text


def problems(value: Any, wanted: Field, at: str = "") -> list[tuple[str, str]]:
    """Return what is wrong with a value, each with the place where it is wrong."""
    if value is None:
        return [] if wanted.nullable else [(at, "must not be null")]
    match wanted.kind:
        case "any":
            return []
        case "boolean":
            return [] if isinstance(value, bool) else [(at, "must be a boolean")]
        case "integer" | "number":
            return _number(value, wanted, at)
        case "list":
            return _list(value, wanted, at)
        case "object":
            return _object(value, wanted, at)
        case _:
            return _text(value, wanted, at)


def _number(value: Any, wanted: Field, at: str) -> list[tuple[str, str]]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return [(at, f"must be a {wanted.kind}")]
    if wanted.kind == "integer" and isinstance(value, float) and not value.is_integer():
        return [(at, "must be a whole number")]
    if wanted.low is not None and value < wanted.low:
        return [(at, f"must be at least {wanted.low:g}")]
    if wanted.high is not None and value > wanted.high:
        return [(at, f"must be at most {wanted.high:g}")]
    return []


def _text(value: Any, wanted: Field, at: str) -> list[tuple[str, str]]:
    if not isinstance(value, str):
        return [(at, "must be a string")]
    if wanted.choices and value not in wanted.choices:
        return [(at, f"must be one of {', '.join(wanted.choices)}")]
    if wanted.low is not None and len(value) < wanted.low:
        return [(at, f"must have at least {wanted.low:g} characters")]
    if wanted.high is not None and len(value) > wanted.high:
        return [(at, f"must have at most {wanted.high:g} characters")]
    if wanted.pattern and not re.search(wanted.pattern, value, re.ASCII):
        return [(at, "has the wrong form")]
    if wanted.kind == "uuid" and not is_uuid(value):
        return [(at, "must be a UUID")]
    if wanted.kind == "date" and day(value) is None:
        return [(at, "must be a date")]
    if wanted.kind == "date-time" and moment(value) is None:
        return [(at, "must be a date-time")]
    return []


def _list(value: Any, wanted: Field, at: str) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        return [(at, "must be an array")]
    if wanted.low is not None and len(value) < wanted.low:
        return [(at, f"must have at least {wanted.low:g} items")]
    if wanted.high is not None and len(value) > wanted.high:
        return [(at, f"must have at most {wanted.high:g} items")]
    if wanted.unique and len({repr(item) for item in value}) < len(value):
        return [(at, "must not have an item twice")]
    found: list[tuple[str, str]] = []
    for number, item in enumerate(value):
        found += problems(item, wanted.items or Field("any"), f"{at}/{number}")
    return found


def _object(value: Any, wanted: Field, at: str) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return [(at, "must be an object")]
    found: list[tuple[str, str]] = []
    members = wanted.members or {}
    for name, member in members.items():
        if name in value:
            found += problems(value[name], member, f"{at}/{name}")
        elif member.required:
            found.append((f"{at}/{name}", "is required"))
    if wanted.closed:
        found += [(f"{at}/{name}", "is unknown") for name in value if name not in members]
    return found


def query(request: Request, name: str, wanted: Field, status: int = 400, default: Any = None) -> Any:
    """Return a parameter of the query as a value, or refuse the request."""
    text = request.query.get(name)
    if text is None:
        if wanted.required:
            raise Refusal(status, "invalid_parameter", f"{name} is required", details=[(name, "is required")])
        return default
    value: Any = text
    if wanted.nullable and text == "":
        return None
    if wanted.kind in ("integer", "number"):
        shape = r"-?[0-9]{1,300}" + (r"(\.[0-9]+)?" if wanted.kind == "number" else "")
        value = (float(text) if "." in text else int(text)) if re.fullmatch(shape, text) else text
    elif wanted.kind == "boolean":
        value = {"true": True, "false": False}.get(text, text)
    wrong = problems(value, wanted, name)
    if wrong:
        raise Refusal(status, "invalid_parameter", f"{name} {wrong[0][1]}", details=wrong)
    return value


def peek(request: Request) -> Json:
    """Return the object in a body, or an empty one if there is none."""
    try:
        value = parse(request.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def json_body(
    request: Request,
    wanted: Field,
    types: tuple[str, ...] = ("application/json",),
    status: int = 422,
    broken: int = 400,
) -> Any:
    """Return the JSON value of a body that is what is wanted, or refuse the request."""
    if not request.body:
        raise Refusal(broken, "missing_body", "A body is required.")
    if request.media_type not in types:
        raise Refusal(415, "unsupported_media_type", f"The body has to be {' or '.join(types)}.")
    try:
        value = parse(request.body)
    except ValueError:
        raise Refusal(broken, "malformed_body", "The body is no JSON.") from None
    wrong = problems(value, wanted)
    if wrong:
        where, what = wrong[0]
        raise Refusal(status, "validation_failed", f"{where or 'The body'} {what}.", details=wrong)
    return value


def merge(target: Any, patch: Any) -> Any:
    """Apply a merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
