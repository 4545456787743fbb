r"""Whether a pattern admits nothing but decimals: `^-?\d{0,8}(?:\.\d{0,2})?$`, `^\d+\.\d{2}$`.

Digits alone are codes and ids; and with as many digits behind the point as one likes, and no sign before it, versions.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from contract_suite.contract.schemas.pattern_matching import REPEATS, Items, is_endless, parsed

_LONGEST: Final = 500
_BEGIN, _SIGN, _WHOLE, _FRACTION = range(4)
"""What of a decimal was read: nothing, its sign, digits before the point, or the point and what follows."""
_LOOKS_AROUND: Final = frozenset({"ASSERT", "ASSERT_NOT"})
_ENDS: Final = frozenset({"AT_END", "AT_END_STRING"})
_DIGIT, _POINT, _EITHER_SIGN = "digit", "point", "sign"
_NEXT: Final = {
    (_BEGIN, _EITHER_SIGN): _SIGN,
    **{(each, _DIGIT): _WHOLE for each in (_BEGIN, _SIGN, _WHOLE)},
    **{(each, _POINT): _FRACTION for each in (_BEGIN, _SIGN, _WHOLE)},
    (_FRACTION, _DIGIT): _FRACTION,
}
_CHARACTERS: Final = {
    **dict.fromkeys(map(ord, "0123456789"), _DIGIT),
    **dict.fromkeys(map(ord, "+-"), _EITHER_SIGN),
    ord("."): _POINT,
}
_DIGITS: Final = frozenset({(ord("0"), ord("9")), (ord("1"), ord("9"))})
"""The ranges `0-9` and `1-9`; another one is of hours, of months or of marks."""

_States = frozenset[int]


@lru_cache(maxsize=512)
def admits_only_decimals(pattern: str) -> bool:
    """Whether whatever text a pattern finds is a decimal, and one with a fraction may be among them.

    A `$` in one alternative is taken for the end of all, as pydantic writes its decimals.
    """
    items = parsed(pattern) if len(pattern) <= _LONGEST and pattern.startswith("^") else None
    if items is None:
        return False
    walk = _Walk()
    try:
        ends = walk.after(list(items)[1:], frozenset({_BEGIN}))
    except (_NoDecimal, RecursionError):
        return False
    is_version = walk.endless and not walk.signed
    return walk.ends and _FRACTION in ends and not is_version


class _NoDecimal(Exception):  # noqa: N818 - no error: the pattern admits something else
    pass


class _Walk:
    """What was seen on the way through a pattern: its end, a sign, and digits without end behind a point."""

    def __init__(self) -> None:
        self.ends = self.signed = self.endless = False
        self.known: dict[tuple[int, _States], _States] = {}  # by identity: repetitions within repetitions ask again

    def after(self, items: Items, states: _States) -> _States:
        """Return what of a decimal may be read after some items; look-arounds only leave less."""
        key = id(items), states
        if key not in self.known:
            for kind, argument in items:
                states = self._after_one(str(kind), argument, states)
            self.known[key] = states
        return self.known[key]

    def _after_one(self, kind: str, argument: Any, states: _States) -> _States:  # noqa: ANN401 - the parser's own, untyped tree
        if kind in _LOOKS_AROUND:
            return states
        if kind == "AT" and str(argument) in _ENDS:
            self.ends = True
            return states
        if kind == "SUBPATTERN" and not any(argument[1:3]):  # no flags, which change what the rest means
            return self.after(argument[3], states)
        if kind == "ATOMIC_GROUP":
            return self.after(argument, states)
        if kind == "BRANCH":
            return frozenset().union(*(self.after(each, states) for each in argument[1]))
        if kind in REPEATS:
            low, high, inner = argument
            return self._repeated(int(low), high, inner, states)
        if kind == "LITERAL":
            return self._read({_CHARACTERS.get(argument, "")}, states)
        if kind == "IN":
            return self._read({_member(str(each), value) for each, value in argument}, states)
        raise _NoDecimal

    def _repeated(self, low: int, high: Any, items: Items, states: _States) -> _States:  # noqa: ANN401 - as above
        found = states if low == 0 else frozenset[int]()
        for index in range(min(int(high), len(_NEXT))):
            states = self.after(items, states)
            found |= states if index + 1 >= min(low, len(_NEXT)) else frozenset()
        self.endless = self.endless or (is_endless(high) and _FRACTION in states)
        return found

    def _read(self, kinds: set[str], states: _States) -> _States:
        if any((state, kind) not in _NEXT for state in states for kind in kinds):
            raise _NoDecimal
        self.signed = self.signed or _EITHER_SIGN in kinds
        return frozenset(_NEXT[state, kind] for state in states for kind in kinds)


def _member(kind: str, value: Any) -> str:  # noqa: ANN401 - as above
    if kind == "CATEGORY":
        return _DIGIT if str(value) == "CATEGORY_DIGIT" else ""
    if kind == "RANGE":
        return _DIGIT if tuple(value) in _DIGITS else ""
    return _CHARACTERS.get(value, "") if kind == "LITERAL" else ""
