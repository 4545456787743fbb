r"""Whether a pattern admits nothing but decimals: `^-?\d{0,8}(?:\.\d{0,2})?$`, `^\d+\.\d{2}$`.

Digits alone are codes and ids; and with as many digits behind the point as one likes, and no sign before it, versions.
"""

from __future__ import annotations

import re
import re._constants as constants  # type: ignore[import-not-found]  # the standard library's own parser has no stubs
import re._parser as parser  # type: ignore[import-not-found]  # as above
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

_LONGEST: Final = 500
_BEGIN, _SIGN, _WHOLE, _FRACTION = range(4)
"""What of a decimal was read: nothing, its sign, digits before the point, or the point and what follows."""
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_LOOKS_AROUND: Final = frozenset({"ASSERT", "ASSERT_NOT"})
_DIGIT, _POINT, _EITHER_SIGN = "digit", "point", "sign"
_NEXT: Final = {
    (_BEGIN, _EITHER_SIGN): _SIGN,
    **{(each, _DIGIT): _WHOLE for each in (_BEGIN, _SIGN, _WHOLE)},
    **{(each, _POINT): _FRACTION for each in (_BEGIN, _SIGN, _WHOLE)},
    (_FRACTION, _DIGIT): _FRACTION,
}
_DIGITS: Final = frozenset({(48, 57), (49, 57)})
"""The ranges `0-9` and `1-9`; another one is of hours, of months or of marks."""


@lru_cache(maxsize=512)
def admits_only_decimals(pattern: str) -> bool:
    """Whether whatever text a pattern finds is a decimal, and one with a fraction may be among them."""
    if len(pattern) > _LONGEST or not pattern.startswith("^"):
        return False
    try:
        items = list(parser.parse(pattern))
    except (re.error, RecursionError, OverflowError):
        return False
    walk = _Walk()
    try:
        ends = walk.after(items[1:], frozenset({_BEGIN}))
    except _NoDecimal:
        return False
    is_version = walk.endless and not walk.signed
    return walk.ends and _FRACTION in ends and not is_version


class _NoDecimal(Exception):  # noqa: N818 - no error: the pattern admits something else
    pass


class _Walk:
    """What was seen on the way through a pattern: its end, a sign, and digits without end behind a point."""

    def __init__(self) -> None:
        self.ends = self.signed = self.endless = False

    def after(self, items: Iterable[tuple[object, Any]], states: frozenset[int]) -> frozenset[int]:
        """Return what of a decimal may be read after some items; look-arounds only leave less."""
        for kind, argument in items:
            states = self._after_one(str(kind), argument, states)
        return states

    def _after_one(self, kind: str, argument: Any, states: frozenset[int]) -> frozenset[int]:  # noqa: ANN401 - the parser's own, untyped tree
        if kind in _LOOKS_AROUND:
            return states
        if kind == "AT" and argument in {constants.AT_END, constants.AT_END_STRING}:
            self.ends = True
            return states
        if kind == "SUBPATTERN":
            return self.after(argument[3], states)
        if kind == "ATOMIC_GROUP":
            return self.after(argument, states)
        if kind == "BRANCH":
            return frozenset().union(*(self.after(each, states) for each in argument[1]))
        if kind in _REPEATS:
            low, high, inner = argument
            return self._repeated(low, high, inner, states)
        if kind == "LITERAL":
            return self._read({_kind_of(argument)}, states)
        if kind == "IN":
            return self._read({_member(str(each), value) for each, value in argument}, states)
        raise _NoDecimal

    def _repeated(
        self, low: int, high: int, items: Iterable[tuple[object, Any]], states: frozenset[int]
    ) -> frozenset[int]:
        found = states if low == 0 else frozenset[int]()
        for index in range(min(int(high), len(_NEXT))):
            states = self.after(items, states)
            found |= states if index + 1 >= min(low, len(_NEXT)) else frozenset()
        self.endless = self.endless or (high is constants.MAXREPEAT and _FRACTION in states)
        return found

    def _read(self, kinds: set[str], states: frozenset[int]) -> frozenset[int]:
        if any((state, kind) not in _NEXT for state in states for kind in kinds):
            raise _NoDecimal
        self.signed = self.signed or _EITHER_SIGN in kinds
        return frozenset(_NEXT[state, kind] for state in states for kind in kinds)


def _kind_of(code: int) -> str:
    return _DIGIT if 48 <= code <= 57 else _POINT if code == 46 else _EITHER_SIGN if code in {43, 45} else ""  # noqa: PLR2004 - `0` to `9`, `.`, `+` and `-`


def _member(kind: str, value: Any) -> str:  # noqa: ANN401 - as above
    if kind == "CATEGORY":
        return _DIGIT if value is constants.CATEGORY_DIGIT else ""
    if kind == "RANGE":
        return _DIGIT if tuple(value) in _DIGITS else ""
    return _kind_of(value) if kind == "LITERAL" else ""
