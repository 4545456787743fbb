"""Readers of option values: each turns the text that a user gave into a value, or says what the option takes.

A reader gets the option as the user spells it at that door (`--seed`, `--contract-seed`) and the text. It raises
`UsageError` for a text that it can't read. Nothing heavy is imported here, because every pytest session reads options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from contract_suite.errors import UsageError
from contract_suite.known_secrets import without_user_info
from contract_suite.model.exchange import GrantKind
from contract_suite.model.gate_request import FailOn
from contract_suite.model.json import JSON
from contract_suite.runner.options.run_options import Inference


class Names(Enum):
    """What the text of an option names, which decides what a configuration file that nobody named may say with it."""

    NOTHING = "nothing"
    FILE = "a file or a folder"
    DOCUMENT = "a family, a file or an address"
    ADDRESS = "an address"
    VARIABLE = "an environment variable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads texts of one kind; `schema` is the JSON Schema of the value in a configuration file.

    With a `joint`, a text is a name, the joint and a value, and a configuration file may have a table of them.
    """

    read: Callable[[str, str], object]
    schema: Mapping[str, JSON] = field(default_factory=lambda: {"type": "string"})
    names: Names = Names.NOTHING
    joint: str = ""

    def __call__(self, flag: str, given: str) -> object:
        """Read a text that was given with `flag`."""
        return self.read(flag, given)


def _reader(
    *, names: Names = Names.NOTHING, joint: str = "", **schema: JSON
) -> Callable[[Callable[[str, str], object]], Reader]:
    def decorate(read: Callable[[str, str], object]) -> Reader:
        return Reader(read=read, schema={"type": "string", **schema}, names=names, joint=joint)

    return decorate


_ALL: Final = 100
_VARIABLE_PATTERN: Final = "^[A-Za-z_][A-Za-z0-9_]*$"
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

_DIGITS: Final = 18
_LONGEST: Final = 1e9


@_reader()
def text(_flag: str, given: str) -> str:
    """Return any text as it is."""
    return given


@_reader(names=Names.DOCUMENT)
def document(_flag: str, given: str) -> str:
    """Return a family, or the path or URL of a document, as it is."""
    return given


@_reader(names=Names.FILE)
def folder(_flag: str, given: str) -> str:
    """Return the path of a folder as it is."""
    return given


MOCK: Final = "mock"
"""The endpoint that needs no address: the mock inside the package."""


@_reader(names=Names.ADDRESS)
def endpoint(flag: str, given: str) -> str | None:
    """Return a URL as it is; `None`, which is the embedded mock, for `mock`.

    An empty text is a `UsageError`: a variable that holds no address must not let a run pass by the mock.
    """
    if not given.strip():
        raise UsageError(f"{flag} is empty; give the address of an endpoint, or {MOCK!r} for the embedded mock")
    return None if given == MOCK else given


@_reader(names=Names.ADDRESS)
def address(_flag: str, given: str) -> str | None:
    """Return a URL as it is; `None` for an empty text."""
    return given or None


@_reader()
def optional_text(_flag: str, given: str) -> str | None:
    """Return any text; `None` for an empty one."""
    return given or None


@_reader(names=Names.FILE)
def path(_flag: str, given: str) -> Path | None:
    """Return a path; `None` for an empty text."""
    return Path(given) if given else None


@_reader(type="number", minimum=0)
def seconds(flag: str, given: str) -> float:
    """Return a number of seconds, 0 included."""
    value = _number(given)
    if value is None:
        raise UsageError(f"{flag} takes a number of seconds, not {_shown(given)}")
    return value


@_reader(type="number", exclusiveMinimum=0)
def positive_seconds(flag: str, given: str) -> float:
    """Return a number of seconds above 0."""
    value = _number(given)
    if not value:
        raise UsageError(f"{flag} takes a number of seconds above 0, not {_shown(given)}")
    return value


@_reader(type="number", minimum=0, maximum=_ALL)
def percentage(flag: str, given: str) -> float:
    """Return a number from 0 to 100."""
    value = _number(given)
    if value is None or value > _ALL:
        raise UsageError(f"{flag} takes a percentage from 0 to 100, not {_shown(given)}")
    return value


def whole_number(least: int, most: int | None = None) -> Reader:
    """Return a reader of whole numbers from `least` to `most`, both included."""
    span = f"from {least}" if most is None else f"from {least} to {most}"

    def read(flag: str, given: str) -> int:
        if (
            not (given.isascii() and given.isdecimal() and len(given) <= _DIGITS)
            or int(given) < least
            or (most is not None and int(given) > most)
        ):
            raise UsageError(f"{flag} takes a whole number {span}, not {_shown(given)}")
        return int(given)

    schema: dict[str, JSON] = {"type": "integer", "minimum": least}
    return Reader(read=read, schema=schema if most is None else {**schema, "maximum": most})


@_reader(joint=": ")
def header(flag: str, given: str) -> tuple[str, str]:
    """Return name and value of a header. What is wrong is not repeated, because a value may be a secret."""
    match = _HEADER.match(given)
    if match is None or not match.group(2).isprintable():
        raise UsageError(f"{flag} takes 'Name: value'; what was given is not of this form")
    if match.group(1).lower() in _OF_EACH_REQUEST:
        raise UsageError(f"{flag} can't set {match.group(1)}, which each request sets for its own body")
    if len(match.group(2)) > _LONGEST_HEADER:
        raise UsageError(
            f"{flag} takes a value of at most {_LONGEST_HEADER:,} characters; servers don't read longer ones"
        )
    return match.group(1), match.group(2)


_OF_EACH_REQUEST: Final = frozenset({"content-length", "transfer-encoding"})
_LONGEST_HEADER: Final = 16_384


@_reader(names=Names.VARIABLE, pattern=_VARIABLE_PATTERN)
def environment_variable(flag: str, given: str) -> str:
    """Return the name of an environment variable. A wrong one is not repeated, because it may be a key by mistake."""
    if given and not _VARIABLE.match(given):
        raise UsageError(f"{flag} takes the name of an environment variable, not a key")
    return given


@_reader(names=Names.VARIABLE)
def named_variable(flag: str, given: str) -> tuple[str, str]:
    """Return a name with an environment variable, `NAME=VARIABLE`. A wrong one is not repeated: it may be a key."""
    name, _, variable = given.rpartition("=")
    if not name or not _VARIABLE.match(variable):
        raise UsageError(f"{flag} takes NAME=VARIABLE, with the name of an environment variable and not a key")
    return name, variable


@_reader(names=Names.VARIABLE, joint="=")
def scheme_key(flag: str, given: str) -> tuple[str, str]:
    """Return a security scheme with what holds its key: `SCHEME=VARIABLE`, `SCHEME=GRANT:VARIABLE`."""
    name, _, key = given.rpartition("=")
    grant, colon, variable = key.rpartition(":")
    if not name or not _VARIABLE.match(variable) or (colon and grant not in set(GrantKind)):
        raise UsageError(
            f"{flag} takes SCHEME=VARIABLE, with the name of an environment variable and not a key; "
            f"for OAuth 2 also SCHEME=GRANT:VARIABLE, with the grant {', '.join(GrantKind)}"
        )
    return name, key


@_reader(joint="=")
def cookie_and_header(flag: str, given: str) -> tuple[str, str]:
    """Return the names of a cookie and of a header, `COOKIE=HEADER`."""
    cookie, _, name = given.partition("=")
    if not _TOKEN.match(cookie) or not _TOKEN.match(name):
        raise UsageError(f"{flag} takes COOKIE=HEADER, the names of a cookie and of a header")
    return cookie, name


@_reader(joint="=")
def assignment(flag: str, given: str) -> tuple[str, str]:
    """Return both sides of `NAME=VALUE`."""
    name, equals, value = given.partition("=")
    if not equals or not name:
        raise UsageError(f"{flag} takes NAME=VALUE, not {_shown(given)}")
    return name, value


@_reader(enum=[each.value for each in Inference])
def inference(flag: str, given: str) -> Inference:
    """Return what becomes of guesses; `off` or `confirm`."""
    try:
        return Inference(given)
    except ValueError:
        raise UsageError(f"{flag} takes {', '.join(Inference)}, not {_shown(given)}") from None


def recorded_inference(value: JSON) -> Inference | None:
    """Return what a record says of guesses; `None` if it doesn't."""
    return Inference(value) if isinstance(value, str) and value in set(Inference) else None


@_reader(enum=[each.value for each in FailOn])
def fail_on(flag: str, given: str) -> FailOn:
    """Return what fails a gate."""
    try:
        return FailOn(given)
    except ValueError:
        raise UsageError(f"{flag} takes {', '.join(FailOn)}, not {_shown(given)}") from None


# Values that a run record holds, read back. What is no such value any more gives `None`.


def recorded_text(value: JSON) -> str | None:
    """Return a recorded text."""
    return value if isinstance(value, str) else None


def recorded_texts(value: JSON) -> tuple[str, ...] | None:
    """Return a recorded list of texts."""
    return tuple(str(each) for each in value) if isinstance(value, list) else None


def recorded_paths(value: JSON) -> tuple[Path, ...] | None:
    """Return recorded paths of files."""
    texts = recorded_texts(value)
    return None if texts is None else tuple(map(Path, texts))


def recorded_number(value: JSON) -> float | None:
    """Return a recorded number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def recorded_whole_number(value: JSON) -> int | None:
    """Return a recorded whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def recorded_flag(value: JSON) -> bool | None:
    """Return a recorded flag."""
    return value if isinstance(value, bool) else None


def recorded_values(value: JSON) -> Mapping[str, JSON] | None:
    """Return recorded values of parameters."""
    return dict(value) if isinstance(value, dict) else None


_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*\Z")


def _number(given: str) -> float | None:
    """A number from 0 that clocks can still add to the time of day."""
    try:
        value = float(given)
    except ValueError:
        return None
    return value if 0 <= value <= _LONGEST else None


def _shown(given: object) -> str:
    """What was given, for a sentence that refuses it: it may be an address with a password that stands in the wrong place."""
    return repr(without_user_info(given) if isinstance(given, str) else given)
