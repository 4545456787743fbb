"""Nouns with their numbers and articles: "1 item", "0 advisories", "an Algorithm"."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: object, noun: str, plural: str = "") -> str:
    """Return the number with the noun in singular or plural: `counted(1, "item")` is "1 item"."""
    return f"{number:,} {plural_of(number, noun, plural)}" if isinstance(number, int) else f"{number} {noun}s"


def plural_of(number: object, noun: str, plural: str = "") -> str:
    """Return the noun as it stands beside this number."""
    if number == 1:
        return noun
    return plural or (f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s")


def with_article(noun: str) -> str:
    """Return a noun with its indefinite article, by its spelling: "a Book", "an Algorithm", "a userId"."""
    return f"{'an' if noun[:1].lower() in set('aeio') else 'a'} {noun}"


def listed(names: Sequence[str], most: int) -> str:
    """Return names in a row, and how many more there are beyond `most`: "A, B and 3 more"."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def wrong_page_size(returned: int, requested: int) -> str:
    """Return that a page holds another number of items than requested: "the page has 2 items; 1 was requested"."""
    return f"the page has {counted(returned, 'item')}; {requested:,} {'was' if requested == 1 else 'were'} requested"
