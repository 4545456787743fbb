"""A message body as lines to read: JSON indented, the violated part marked, long ones cut around the mark.

The rule that must not be broken: however large or hostile a body is, what comes out has a bounded size and a cut says
so.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import escape

from contract_suite.model.json import JSON, is_too_deep, tokens
from contract_suite.report.plain import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcerptLine:
    """One line, with nothing in it that doesn't print.

    `marked` is the violated part, `gap` stands for lines that were left out.
    """

    text: str
    marked: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """What is shown of a body, and in a few words what was done to it; `cut` says that the record holds more."""

    lines: tuple[ExcerptLine, ...]
    note: str = ""
    cut: bool = False


def excerpt(body: bytes, *, pointer: str = "", mark: bool = False, budget: int = 4000) -> Excerpt:
    """Return about `budget` bytes (as written in HTML) of `body`, with the value at `pointer` marked if `mark` says so.

    A pointer into nothing (a member that is missing) marks the nearest value around it, and one that speaks of an item
    inside the body the first item that has such a member. `*` in a pointer stands for the first item or member.
    """
    if not body:
        return Excerpt(lines=())
    parsed = _parsed(body)
    if parsed is None:
        return _raw(body, budget)
    steps = tokens(pointer)
    found = _place(parsed[0], steps) if mark else None
    lines: list[ExcerptLine] = []
    for line in _pretty(parsed[0], (), "", found, inside=False):
        lines.append(line)
        if len(lines) >= _MOST_LINES:
            break
    return _around(lines, budget, whole=len(lines) < _MOST_LINES)


def cost(text: str) -> int:
    """Return how many bytes a line of text takes in an HTML file."""
    return len(escape(text).encode("utf-8", "replace"))


_BIGGEST: Final = 1 << 20
_MOST_LINES: Final = 20_000
_LONGEST_LINE: Final = 400
_MOST_SHOWN: Final = 36
"""Lines that a reader sees without scrolling far, so that the mark is among them."""
_LEAD: Final = 4
"""Lines shown from the beginning when the mark is further down."""

Path = tuple[str, ...]


def _parsed(body: bytes) -> tuple[JSON] | None:
    if len(body) > _BIGGEST:
        return None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return (value,) if isinstance(value, (dict, list)) and not is_too_deep(value, body) else None


def _raw(body: bytes, budget: int) -> Excerpt:
    head = body[: budget * 2]
    text = head.decode("utf-8", "backslashreplace")
    lines: list[ExcerptLine] = []
    left = budget
    rest = len(body) > len(head)
    for line in text.split("\n"):
        if left <= 0:
            rest = True
            break
        plain = line.removesuffix("\r")
        limit = max(min(_LONGEST_LINE * 4, left), 1)
        shown = visible(plain, limit=limit)
        while cost(shown) > 2 * left and limit > 1:
            limit //= 2
            shown = visible(plain, limit=limit)
        rest = rest or len(plain) > limit
        left -= cost(shown) + 1
        lines.append(ExcerptLine(text=shown))
    note = f"the beginning of {len(body):,} bytes; the record has the whole" if rest else ""
    return Excerpt(lines=tuple(lines), note=note, cut=rest)


def _place(value: JSON, steps: Sequence[str]) -> Path:
    path = _reachable(value, steps)
    if path or not steps:
        return path
    waiting: deque[tuple[Path, JSON]] = deque([((), value)])
    for _ in range(_MOST_SEARCHED):
        if not waiting:
            break
        above, each = waiting.popleft()
        within = _reachable(each, steps)
        if len(within) == len(steps):
            return (*above, *within)
        if isinstance(each, dict):
            waiting.extend(((*above, name), member) for name, member in each.items())
        elif isinstance(each, list):
            waiting.extend(((*above, str(index)), item) for index, item in enumerate(each[:_MOST_SEARCHED]))
    return path


_MOST_SEARCHED: Final = 2000


def _reachable(value: JSON, steps: Sequence[str]) -> Path:
    """The path of what `steps` lead to, or as far as they lead."""
    path: list[str] = []
    for token in steps:
        if isinstance(value, dict):
            name = next(iter(value), None) if token == "*" else token  # noqa: S105 - a pointer's token is no password
            if name is None or name not in value:
                break
            path.append(name)
            value = value[name]
        elif isinstance(value, list):
            index = "0" if token == "*" else token  # noqa: S105 - as above
            if not index.isdecimal() or int(index) >= len(value):
                break
            path.append(index)
            value = value[int(index)]
        else:
            break
    return tuple(path)


def _pretty(value: JSON, path: Path, key: str, found: Path | None, *, inside: bool) -> Iterator[ExcerptLine]:
    """The lines of a value; of the one that was looked for, all lines are marked, or only the first if it is large."""
    here = inside or path == found
    # The root as a whole is the violated part where nothing smaller is; marking every line of it would mark nothing.
    marked = here and path != ()
    indent = "  " * len(path)
    if isinstance(value, (dict, list)) and value and len(path) < _DEEPEST:
        opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
        yield ExcerptLine(text=f"{indent}{key}{opening}", marked=marked or here)
        items: Iterator[tuple[str, str, JSON]] = (
            ((name, f"{_quoted(name)}: ", each) for name, each in value.items())
            if isinstance(value, dict)
            else ((str(index), "", each) for index, each in enumerate(value))
        )
        last = len(value) - 1
        for number, (name, label, each) in enumerate(items):
            lines = list(_pretty(each, (*path, name), label, found, inside=marked))
            if number != last:
                end = lines[-1]
                lines[-1] = ExcerptLine(text=f"{end.text},", marked=end.marked)
            yield from lines
        yield ExcerptLine(text=f"{indent}{closing}", marked=marked)
    else:
        yield ExcerptLine(
            text=visible(f"{indent}{key}{json.dumps(value, ensure_ascii=False)}", limit=_LONGEST_LINE), marked=here
        )


_DEEPEST: Final = 40


def _quoted(name: str) -> str:
    return visible(json.dumps(name, ensure_ascii=False), limit=_LONGEST_LINE)


def _around(lines: list[ExcerptLine], budget: int, *, whole: bool) -> Excerpt:
    """The beginning, and as much before and after the first marked line as the budget allows."""
    if whole and len(lines) <= _MOST_SHOWN and sum(cost(each.text) + 1 for each in lines) <= budget:
        return Excerpt(lines=tuple(lines))
    middle = next((number for number, each in enumerate(lines) if each.marked), 0)
    first = last = middle
    left = budget - cost(lines[middle].text) - sum(cost(each.text) for each in lines[:_LEAD])
    while left > 0 and last - first < _MOST_SHOWN - _LEAD and (first > 0 or last < len(lines) - 1):
        if first > 0:
            first -= 1
            left -= cost(lines[first].text) + 1
        if last < len(lines) - 1 and left > 0:
            last += 1
            left -= cost(lines[last].text) + 1
    shown: list[ExcerptLine] = []
    if first > _LEAD:
        shown += [*lines[:_LEAD], _gap(first - _LEAD)]
    else:
        first = 0
    shown += lines[first : last + 1]
    after = len(lines) - 1 - last
    if after or not whole:
        shown.append(_gap(after, more=not whole))
    return Excerpt(lines=tuple(shown), note="cut; the record has the whole", cut=True)


def _gap(count: int, *, more: bool = False) -> ExcerptLine:
    return ExcerptLine(
        text=f"… {count:,}{' or more' if more else ''} line{'' if count == 1 else 's'} left out …", gap=True
    )


def pointer_of(subject: str) -> str:
    """Return the pointer into a body that a clause's subject names (`body/Items/*/Id` or `200/Id`).

    It is empty for the body itself.
    """
    _, slash, rest = subject.partition("/")
    return "" if not slash or rest.startswith("header.") else f"/{rest}"
