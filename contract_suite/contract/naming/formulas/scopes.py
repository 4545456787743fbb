"""What the words of a formula can name at a place: the numbers beside a member, and the arrays with the numbers of their items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from contract_suite.contract.naming.formulas.texts import is_container
from contract_suite.contract.naming.names import (
    CURSORS,
    NEXT_LINKS,
    OFFSETS,
    PAGE_NUMBERS,
    PAGE_SIZES,
    PREVIOUS_LINKS,
    plain_name,
    singular,
    words,
)
from contract_suite.contract.schemas.numeric import is_number
from contract_suite.contract.schemas.view import SchemaView

FILLERS: Final = frozenset(
    {"the", "all", "each", "every", "it", "its", "their", "a", "an", "this", "these", "those", "of"}
)
_UNITS: Final = frozenset({"cent", "minor", "in", "unit", "eur", "usd"})
"""Words at the end of a name that say in what it is counted: `unitPriceCents` is "the unit price"."""
_PAGING: Final = (
    (PAGE_SIZES - {"top", "rows", "size", "take"})
    | PAGE_NUMBERS
    | (OFFSETS - {"from", "start"})
    | (CURSORS - {"after"})
    | NEXT_LINKS
    | PREVIOUS_LINKS
    | {"hasmore", "hasnext", "hasnextpage", "totalpages", "pages", "pagination", "paging", "pageinfo"}
)
"""Members of what shows a page of its items, not all of them."""
_PARTIAL: Final = frozenset(
    {
        "first",
        "latest",
        "recent",
        "top",
        "up",
        "preview",
        "page",
        "only",
        "some",
        "sample",
        "most",
        "last",
        "subset",
        "excerpt",
        *("max", "maximum", "newest", "oldest", "few", "limited", "truncated", "capped", "popular", "featured", "highlights"),
    }
)  # fmt: skip
"""Words of an array's description by which it may show a part of what is counted."""
_PARTIAL_NAMES: Final = frozenset(
    {
        *("first", "latest", "recent", "newest", "top", "last", "preview", "previews", "sample", "samples", "subset", "excerpt"),
        *("excerpts", "popular", "featured", "highlights", "snippet", "snippets", "visible", "shown"),
    }
)  # fmt: skip
"""Words of an array's name by which it may show a part of what is counted."""
_LINES: Final = frozenset({("line",), ("item",), ("line", "item"), ("position",), ("entry",), ("row",), ("article",)})
"""What the lines of a document are called, whatever the array that holds them is called."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names can mean at a place: the members of an object; within an array also after the `noun` of its items."""

    place: SchemaView
    names: tuple[str, ...]
    noun: tuple[str, ...] = ()

    def named(self, phrase: tuple[str, ...]) -> str:
        """Return the one number that a phrase names; empty for none, or for several."""
        size = len(self.noun)
        ways = [phrase, self.noun + phrase, phrase + self.noun]
        ways += [phrase[size:]] if size and phrase[:size] == self.noun else []
        ways += [phrase[:-size]] if size and phrase[-size:] == self.noun else []
        for strip in (False, True):
            for way in ways if phrase else ():
                wanted = "".join(unitless(way) if strip else way)
                found = [each for each in self.names if wanted and wanted == _compared(each, strip)]
                numbers = [each for each in found if is_number(self.place.member(each))]
                if len(found) == len(numbers) == 1:
                    return numbers[0]
                if found:
                    return ""
        return ""


@dataclass(frozen=True, slots=True)
class ItemArray:
    """An array beside a member: its name, the words of that, and where its items are described."""

    name: str
    noun: tuple[str, ...]
    element: SchemaView

    @property
    def scope(self) -> Scope:
        """What names mean within its items."""
        return Scope(self.element, tuple(self.element.property_names()), self.noun)

    def is_called(self, phrase: tuple[str, ...], *, alone: bool) -> bool:
        """Whether a phrase names its items: "order lines" and "lines" are `orderLines`; where it is `alone`, "line items" too."""
        shorter = self.noun[1:] if len(self.noun) > 1 and is_container(self.noun[0]) else self.noun
        longer = phrase[1:] if len(phrase) > 1 and is_container(phrase[0]) else phrase
        same = bool(phrase) and {phrase, longer} & {self.noun, shorter} != set()
        return same or (alone and {self.noun, shorter} & _LINES != set() and {phrase, longer} & _LINES != set())


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in the singular."""
    return tuple(singular(each) for each in words(name))


def arrays_in(scope: Scope) -> list[ItemArray]:
    """The arrays beside a member that show all of what they hold."""
    return list(_arrays_at(scope.place))


@lru_cache(maxsize=64)
def _arrays_at(place: SchemaView) -> tuple[ItemArray, ...]:
    found: list[ItemArray] = []
    names = tuple(place.property_names())
    for name in names if not any(plain_name(each) in _PAGING for each in names) else ():
        array = place.member(name)
        said = array.keyword("description")
        is_part = not _PARTIAL_NAMES.isdisjoint(words(name)) or (
            isinstance(said, str) and not _PARTIAL.isdisjoint(words(said))
        )
        if array.types() - {"null"} == {"array"} and not is_part:
            found.append(ItemArray(name, name_words(name), array.element(0)))
    return tuple(found)


def phrase_of(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return words without articles and the like."""
    return tuple(each for each in said if each not in FILLERS)


def unitless(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name without the units at its end."""
    while len(said) > 1 and said[-1] in _UNITS:
        said = said[:-1]
    return said


@lru_cache(maxsize=8192)
def _compared(name: str, strip: bool) -> str:
    said = name_words(name)
    return "".join(unitless(said) if strip else said)
