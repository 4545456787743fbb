"""How a pattern of a document reads, and whether a text matches it, told within bounds whatever the pattern and the text are.

The rule that must not be broken: Python's own engine goes back and tries again, for ever where it is led to, so it is
asked only where the pattern leaves it few choices for a text of that length. Anything else is `jsonschema-rs`' to say,
whose engine reads a text once, and which counts its steps where a pattern looks around or refers back.

Nothing else asks the standard library's own parser, which is private: `parsed` gives what it reads.
"""

from __future__ import annotations

import re
import re._constants as constants  # type: ignore[import-not-found]  # the standard library's own parser has no stubs
import re._parser as parser  # type: ignore[import-not-found]  # as above
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from contract_suite import limits

if TYPE_CHECKING:
    import jsonschema_rs

_STEPS: Final = 1_000_000
"""So many steps are few for either engine."""
_UNFOLDED: Final = 4
"""A repetition of so many rounds is looked at as if its content were written several times."""
REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
"""Constructs of the parser that repeat: from a least to a greatest number of times, and what."""
_GROUPS: Final = frozenset({"ASSERT", "ASSERT_NOT"})
_ENDLESS: Final = 1_000

Items = Iterable[tuple[object, Any]]
"""What the parser reads: constructs one after another, each with what stands beside it in its own, untyped tree."""


def parsed(pattern: str) -> Items | None:
    """Return what Python's parser reads in a pattern; `None` for what Python can't read."""
    try:
        re.compile(pattern)
        items: Items = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    return items


def is_endless(most: object) -> bool:
    """Whether a repetition may go on as often as one likes."""
    return most is constants.MAXREPEAT


def matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern finds something in a text, as ECMA-262 has it; `None` where nobody can tell."""
    compiled = _compiled(pattern)
    if compiled is None:
        return None
    if len(text) <= _surely_quick(pattern):
        return compiled.search(text) is not None
    engine = _engine(pattern)
    if engine is None:
        return None
    import jsonschema_rs  # noqa: PLC0415 - heavy, and few patterns need it

    try:
        error = next(iter(engine.iter_errors(text)), None)
    except ValueError:  # half of a surrogate pair
        return None
    return (
        True if error is None else False if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern) else None
    )


def is_quick(pattern: str, length: int) -> bool:
    """Whether Python's own engine surely ends soon on any text of that length."""
    return _compiled(pattern) is not None and length <= _surely_quick(pattern)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Compile with `$` as the very end: Python's also matches before a trailing newline. `None` for what Python can't read."""
    if len(pattern) > limits.PATTERN:
        return None
    out: list[str] = []
    escaped = in_class = False
    for character in pattern:
        out.append(r"\Z" if character == "$" and not escaped and not in_class else character)
        if not escaped:
            in_class = (in_class or character == "[") and character != "]"
        escaped = character == "\\" and not escaped
    try:
        return re.compile("".join(out), re.ASCII)
    except (re.error, RecursionError, OverflowError):
        return None


@lru_cache(maxsize=512)
def _engine(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    import jsonschema_rs  # noqa: PLC0415 - heavy, and few patterns need it

    for options in (jsonschema_rs.RegexOptions(), jsonschema_rs.FancyRegexOptions(backtrack_limit=_STEPS)):
        try:
            return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
        except (ValueError, jsonschema_rs.ValidationError):
            continue
    return None


@lru_cache(maxsize=512)
def _surely_quick(pattern: str) -> int:
    """Return the length of text up to which Python's engine surely ends soon; 0 where it may never."""
    items = parsed(pattern)
    if items is None:
        return 0
    try:
        choices = _choices(items)
    except RecursionError:
        return 0
    return int(_STEPS ** (1 / (choices + 1))) if choices < _ENDLESS else 0


def _choices(items: Items) -> int:
    """In how many places an engine may go on in several ways: what it takes grows with the length to that power."""
    return sum(_choices_of(str(kind), argument) for kind, argument in items)


def _choices_of(kind: str, argument: Any) -> int:  # noqa: ANN401 - the parser's own, untyped tree
    if kind in REPEATS:
        low, high, inner = argument
        within = _choices(inner)
        rounds = _ENDLESS if is_endless(high) else int(high)
        if not within:
            return int(low != high)
        return within * rounds + (low != high) if rounds <= _UNFOLDED else _ENDLESS
    if kind == "BRANCH":
        return 1 + max(map(_choices, argument[1]), default=0)
    if kind == "SUBPATTERN":
        return _choices(argument[3])
    if kind == "ATOMIC_GROUP":
        return _choices(argument)
    if kind in _GROUPS:
        return _choices(argument[1])
    if kind == "GROUPREF_EXISTS":
        return 1 + sum(_choices(each) for each in argument[1:] if each is not None)
    return 0
