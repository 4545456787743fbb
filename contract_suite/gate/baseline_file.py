"""The baseline as a TOML file: read with the line of every mistake, written whole or not at all."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contract_suite.errors import UsageError
from contract_suite.gate.baseline import Baseline, ordered
from contract_suite.model.gate import KnownFinding

if TYPE_CHECKING:
    from tomlkit.container import Container

VERSION: Final = 1
"""The number grows when an old reader could misread a new file."""


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; a `UsageError` says file and line of whatever is wrong with it."""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path}: the baseline is no regular file")
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file; --update-baseline writes it") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: the baseline is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: the baseline can't be read ({getattr(error, 'strerror', None) or error})") from None
    return _parsed(text, str(path))


def check_writable(path: Path) -> None:
    """Raise `UsageError` if a baseline could not be written to `path`; nothing is left there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, "it is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.touch()
        beside.unlink()
    except OSError as error:
        raise UsageError(f"{path}: the baseline can't be written ({error.strerror or error})") from None


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline whole or not at all, with the comments that the file has.

    `UsageError` if the file can't be written, or can't be read any more.
    """
    path = path.resolve()  # a link of the user's own stays a link
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if path.exists() else ""
        beside.write_text(_text(baseline, before), "utf-8")
        beside.replace(path)
    except (OSError, ValueError) as error:
        beside.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: the baseline can't be written ({reason})") from None


# Reading

_ID: Final = re.compile(r"[0-9a-f]{12}\Z")
_HEAD: Final = re.compile(r"\s*\[\[\s*finding\s*\]\]")
_TEXTS: Final = ("id", "family", "clause", "message", "reason", "owner", "ticket")
_DATES: Final = ("first_seen", "expires")
_NEEDED: Final = ("id", "family", "clause")
_EPOCH: Final = date(1970, 1, 1)


def _parsed(text: str, name: str) -> Baseline:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(place[1]) if place else max(1, text.count("\n"))
        raise UsageError(f"{name}:{line}: the baseline is not valid TOML: {str(error).partition(' (at ')[0]}") from None
    for key in parsed:
        if key not in {"version", "finding"}:
            raise UsageError(f"{name}:{_line_of(text, key)}: a baseline has no {key!r}; it has version and [[finding]]")
    if parsed.get("version", VERSION) != VERSION:
        raise UsageError(
            f"{name}:{_line_of(text, 'version')}: the baseline has version {parsed['version']!r}; "
            f"this program reads {VERSION}"
        )
    listed = parsed.get("finding", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise UsageError(f"{name}:{_line_of(text, 'finding')}: findings are written as [[finding]]")
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if _HEAD.match(line)]
    entries: dict[str, KnownFinding] = {}
    for index, each in enumerate(listed):
        first = heads[index] if index < len(heads) else 0
        until = heads[index + 1] if index + 1 < len(heads) else len(lines)
        entry = _entry(each, _Place(name=name, lines=tuple(lines[first:until]), first=first + 1))
        if entry.id in entries:
            raise UsageError(f"{name}:{first + 1}: {entry.id} stands twice in the baseline")
        entries[entry.id] = entry
    return Baseline(name=name, entries=ordered(entries.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an entry stands."""

    name: str
    lines: tuple[str, ...]
    first: int

    def trouble(self, key: str, sentence: str) -> UsageError:
        """An error at the line of one key, or at the entry's head where the key isn't there."""
        key_line = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        offset = next((number for number, line in enumerate(self.lines) if key_line.match(line)), 0)
        return UsageError(f"{self.name}:{self.first + offset}: {sentence}")


def _entry(raw: Mapping[str, Any], place: _Place) -> KnownFinding:
    for key in raw:
        if key not in {*_TEXTS, *_DATES, "count"}:
            raise place.trouble(key, f"a finding has no {key!r}; it has {', '.join((*_TEXTS, 'count', *_DATES))}")
    for key in _NEEDED:
        if not raw.get(key):
            raise place.trouble(key, f"a finding needs {key!r}")
    for key in _TEXTS:
        if not isinstance(raw.get(key, ""), str):
            raise place.trouble(key, f"{key!r} is a text in quotes")
    if not _ID.match(raw["id"]):
        raise place.trouble("id", f"{raw['id'][:40]!r} is not the id of a finding, which has 12 hexadecimal digits")
    count = raw.get("count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise place.trouble("count", "'count' is a whole number from 1")
    dates = {key: _date(raw[key], key, place) for key in _DATES if raw.get(key, "") != ""}
    return KnownFinding(
        **{key: raw.get(key, "") for key in _TEXTS},
        count=count,
        first_seen=dates.get("first_seen", _EPOCH),
        expires=dates.get("expires"),
    )


def _date(value: object, key: str, place: _Place) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise place.trouble(key, f"{key!r} is a date, such as {key} = 2030-12-31")


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^\s*\[*\s*[\"']?{re.escape(key)}\b", text, re.MULTILINE)
    return text[: found.start()].count("\n") + 1 + found[0].count("\n") if found else 1


# Writing

_INTRODUCTION: Final = """\
# Findings that are known and tolerated: `contract-suite run --baseline FILE`.
# Fill in reason, owner, ticket and expires by hand (expires = 2030-12-31: from the next day on it fails again).
# --update-baseline keeps what you wrote there, your comments included, rewrites the rest and sorts.
"""
_FINDING: Final = "finding"
_DEFAULTS: Final = {"message": "", "count": 1, "reason": "", "owner": "", "ticket": "", "first_seen": _EPOCH}
"""What a key is worth that isn't in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One entry in the file: the comments above it, its first line, and its keys with the comments among them."""

    comments: str
    head: str
    keys: str


def _text(baseline: Baseline, before: str) -> str:
    """Return the file's text for a baseline; of `before`, its text until now, comments and spelling are kept."""
    import tomlkit  # noqa: PLC0415 - every run loads this module, and few write a baseline

    preamble, blocks, end = _taken_apart(before)
    pieces = [preamble or f"{_INTRODUCTION}version = {VERSION}\n"]
    for each in ordered(baseline.entries):
        block = blocks.get(each.id)
        if block is None:
            pieces.append(f"[[{_FINDING}]]\n{tomlkit.dumps(_keys_of(each))}")
        else:
            pieces.append(f"{block.comments}{block.head}{_changed_keys(block.keys, each)}")
    return "\n".join([*pieces, end] if end else pieces)


def _taken_apart(text: str) -> tuple[str, dict[str, _Block], str]:
    """Return what stands before the entries, the entries by id, and the comments after the last one.

    Comments after the keys of an entry belong to the entry that follows.
    """
    import tomlkit  # noqa: PLC0415 - as above
    from tomlkit.items import AoT  # noqa: PLC0415 - as above

    document = tomlkit.parse(text)
    entries = document.get(_FINDING)
    tables = entries.body if isinstance(entries, AoT) else []
    document.pop(_FINDING, None)
    preamble, comments = _split(document, document.as_string())
    if "version" not in document:
        # Without a key, nothing tells the comments of the file from those of its first entry.
        preamble, comments = f"{comments}version = {VERSION}\n" if comments else "", ""
    blocks: dict[str, _Block] = {}
    for table in tables:
        keys, after = _split(table.value, table.as_string())
        head = f"[[{_FINDING}]]{table.trivia.comment_ws}{table.trivia.comment}\n"
        blocks[str(table["id"])] = _Block(comments=comments, head=head, keys=keys)
        comments = after
    return preamble, blocks, comments


def _split(container: Container, text: str) -> tuple[str, str]:
    """Cut a text behind its last key: the keys, and the comments after them without the blank lines around."""
    after: list[str] = []
    for key, item in reversed(container.body):
        if key is not None:
            break
        after.insert(0, item.as_string())
    tail = "".join(after)
    return _line(text.removesuffix(tail)), _line(tail.strip("\r\n"))


def _line(text: str) -> str:
    """End a text that isn't empty with one line break."""
    stripped = text.rstrip("\r\n")
    return f"{stripped}\n" if stripped else ""


def _keys_of(entry: KnownFinding) -> dict[str, str | int | date]:
    """An entry's keys in the order in which a new one is written."""
    keys: dict[str, str | int | date] = {
        name: _writable(getattr(entry, name)) for name in ("id", "family", "clause", "message")
    }
    keys["count"] = entry.count
    keys |= {name: _writable(getattr(entry, name)) for name in ("reason", "owner", "ticket")}
    keys["first_seen"] = entry.first_seen
    if entry.expires is not None:
        keys["expires"] = entry.expires
    return keys


def _changed_keys(keys: str, entry: KnownFinding) -> str:
    """Change what differs and add what is new; everything else stays as its author wrote it."""
    import tomlkit  # noqa: PLC0415 - as above

    document = tomlkit.parse(keys)
    for key, value in _keys_of(entry).items():
        # A date may stand there as a text.
        if str(document.get(key, _DEFAULTS.get(key))) != str(value):
            document[key] = value
    return document.as_string()


def _writable(text: str) -> str:
    """A text that TOML can hold, without halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode()
