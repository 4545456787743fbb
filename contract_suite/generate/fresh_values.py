"""Values that nobody has used before, for members that must be unique: each obeys what the schema demands at its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.outside import acts_outside, reserved_like
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, tokens

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ID: Final = "id"
_VARIATIONS: Final = 24
_NAME: Final = re.compile(r"[A-Za-z0-9][\w-]*")


def value_at(arguments: Arguments, subject: str) -> JSON | Missing:
    """Return what stands at a subject at any depth: `query.name`, `body/data/attributes/login`; `MISSING` for nothing."""
    if subject.startswith("body/"):
        return at(arguments.get("body"), subject[len("body") :])
    return arguments.get(subject, MISSING)


def put_at(arguments: Arguments, subject: str, value: JSON) -> dict[str, JSON]:
    """Return arguments with a value at a subject, at any depth of the body; whatever lies above must be there."""
    if not subject.startswith("body/"):
        return {**arguments, subject: value}
    return {**arguments, "body": _put(arguments.get("body"), tokens(subject[len("body") :]), value)}


def as_the_path_says(arguments: Arguments, before: Arguments) -> dict[str, JSON]:
    """Return arguments whose path leads elsewhere than `before`, with a body that says the same of what it is about.

    A `PUT` at `/patients/{id}` often demands that the `id` of the body is that of the path.
    """
    body = arguments.get("body")
    moved = {
        key.removeprefix("path."): (before[key], value)
        for key, value in arguments.items()
        if key.startswith("path.") and key in before and before[key] != value
    }
    if not moved or not isinstance(body, dict):
        return dict(arguments)
    said = dict(body)
    for name, (old, new) in moved.items():
        for member, value in body.items():
            is_id = plain_name(member) in {plain_name(name), _ID}
            if is_id and type(value) in {str, int} and str(value) == str(old):
                said[member] = int(str(new)) if isinstance(value, int) and str(new).isdecimal() else new
    return {**arguments, "body": said}


def freshened(operation: Operation, arguments: Arguments, subject: str, stamp: str) -> dict[str, JSON]:
    """Return arguments with a value at `subject` that holds `stamp` or is drawn from it, and obeys what is demanded there.

    What they break elsewhere they still break, and nothing more: who refuses them has no other reason than before. Where
    no such value is found, a text outside the body becomes the stamp itself, and anything else stays.
    """
    old = value_at(arguments, subject)
    schema = _schema_of(operation, subject)
    if isinstance(old, (Missing, dict, list, bool)) or old is None:
        return dict(arguments)
    name = next((each for each in reversed(tokens(f"/{subject}")) if not each.isdecimal()), "")
    like = (each for each in _like(old, stamp, name) if not acts_outside(each, name))
    for value in like if schema is not None else ():
        changed = put_at(arguments, subject, value)
        if value != old and schema is not None and _is_as_good(schema, changed, arguments, subject):
            return changed
    in_vain = schema is None or not subject.startswith("body/")
    return put_at(arguments, subject, stamp) if isinstance(old, str) and in_vain else dict(arguments)


def in_the_shape_of(shown: str, stamp: str) -> Iterator[str]:
    """Yield texts that are built as one that is there, with a stamp for its name: `theirs.example.`, `/aliases/theirs`."""
    names = list(_NAME.finditer(shown))
    for name in dict.fromkeys((names[0], names[-1])) if names else ():
        made = f"{shown[: name.start()]}{stamp}{shown[name.end() :]}"
        if made != stamp and not acts_outside(made, "host"):
            yield made


def _is_as_good(schema: Schema, changed: Arguments, old: Arguments, subject: str) -> bool:
    if not subject.startswith("body/"):
        return schema.is_valid(changed[subject])
    return schema.is_kept_at(changed["body"], subject[len("body") :], instead_of=old["body"])


def _schema_of(operation: Operation, subject: str) -> Schema | None:
    if subject.startswith("body/"):
        media = operation.body.usual if operation.body else None
        return media.schema if media is not None else None
    parameter = next((each for each in operation.parameters if each.subject == subject), None)
    return parameter.schema if parameter is not None else None


def _like(old: JSON, stamp: str, name: str) -> Iterator[JSON]:
    """Values like an old one, each special to the stamp, the most telling first: addresses are those of nobody."""
    digest = hashlib.sha256(stamp.encode()).digest()
    number = int.from_bytes(digest[:6], "big")
    if isinstance(old, (int, float)):
        for most in (2**31 - 1, 10_000, 1000, 100):
            yield number % most + 1
        return
    if not isinstance(old, str):
        return
    begin = stamp.rstrip("0123456789")
    if begin not in {"", stamp}:  # what stands around a name that was made up before is wanted there
        yield re.sub(rf"{re.escape(begin)}\d+", lambda _: stamp, old)
    if "@" in old:
        yield f"{stamp}@{old.rpartition('@')[2]}"
    yield from reserved_like(old, stamp, name)
    yield stamp
    compact = "".join(char for char in stamp if char.isalnum())
    yield from (compact, compact.upper(), "".join(_LETTERS[byte % 26] for byte in digest[:12]), str(number))
    yield str(UUID(bytes=digest[:16], version=4))
    for turn in range(_VARIATIONS):
        kept = len(old) * (turn % 4) // 4
        yield old[:kept] + _varied(old[kept:], hashlib.sha256(f"{stamp}/{turn}".encode()).digest())


def _varied(old: str, digest: bytes) -> str:
    """Return a text of the same shape: each digit another digit, each letter another letter of its case."""
    made = []
    for index, char in enumerate(old):
        byte = digest[index % len(digest)]
        if char.isascii() and char.isdigit():
            made.append(str(byte % 10))
        elif char.isascii() and char.isalpha():
            letter = _LETTERS[byte % 26]
            made.append(letter if char.islower() else letter.upper())
        else:
            made.append(char)
    return "".join(made)


def _put(value: JSON, steps: tuple[str, ...], new: JSON) -> JSON:
    if not steps:
        return new
    if isinstance(value, dict):
        return {**value, steps[0]: _put(value.get(steps[0]), steps[1:], new)}
    if isinstance(value, list) and steps[0].isdecimal() and int(steps[0]) < len(value):
        index = int(steps[0])
        return [*value[:index], _put(value[index], steps[1:], new), *value[index + 1 :]]
    return value
