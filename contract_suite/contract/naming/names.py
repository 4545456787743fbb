"""What the names in a document say: their words, singular and plural, and what parameters of lists are called.

`pageSize`, `page_size` and `Page-Size` are one name in three styles. Tables hold names without what styles differ in.
Who reads a name where it can mean less, or must not miss it, adds to a table what is sure there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

PAGE_SIZES: Final = frozenset(
    {
        "perpage", "limit", "pagesize", "pagelimit", "maxresults", "maxitems", "pagecount", "size", "top", "rows", "take",
        "itemsperpage", "resultsperpage", "recordsperpage", "maxperpage", "pagelength", "maxpagesize", "maxrecords",
    }
)  # fmt: skip
"""Parameters that say how many items a page holds."""
PAGE_NUMBERS: Final = frozenset({"page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage"})
"""Parameters that say which page, counted."""
OFFSETS: Final = frozenset(
    {"offset", "skip", "startindex", "start", "from", "startat", "firstresult", "startrow", "pageoffset"}
)
"""Parameters that say how many items come before the page."""
CURSORS: Final = frozenset(
    {
        "cursor", "pagecursor", "nextcursor", "aftercursor", "pagetoken", "nexttoken", "nextpagetoken", "startingtoken",
        "continuationtoken", "continuation", "paginationtoken", "marker", "after", "starttoken", "pageafter",
    }
)  # fmt: skip
"""Parameters that take what the page before named as the next one."""
NEXT_LINKS: Final = frozenset(
    {"next", "nextlink", "nexturl", "nextpageurl", "nexthref", "odatanextlink", "nextpagelink"}
)
"""Members of an answer that hold a link to the next page."""
PREVIOUS_LINKS: Final = frozenset(
    {each.replace("next", start) for each in NEXT_LINKS for start in ("prev", "previous")}
)
"""Members of an answer that hold a link to the page before."""
PAGE_OBJECTS: Final = frozenset({"links", "paging", "pagination", "pageinfo", "meta", "metadata", "page"})
"""Members of an answer that hold what is said of its pages, by the plain name: `_links` is one."""

_IRREGULAR: Final = {"people": "person", "children": "child", "indices": "index", "media": "media", "series": "series"}
_IN_F: Final = re.compile(r"(?:(?<!va)l|loa|shea|thie|scar|dwar|whar|hoo)ves$")
"""Plurals of nouns in -f, as `bookshelves` and `halves`. Not `leaves`: interfaces count days of leave more often than leaves."""
_IN_FE: Final = re.compile(r"(?:kni|wi|^li)ves$")
_MOST_WORDS: Final = 4
"""So many words at most have one name."""
_NOT_ALNUM: Final = re.compile(r"[\W_]")
_WORD: Final = re.compile(r"A+(?!a)|A?a+|0+")
"""A word of a name of which `_shapes` is left: `HTTPServer2` is `AAAAAaaaaa0`."""


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a name or a sentence, in lower case: `nextPageToken` and `Next-Page-Token` have the same three.

    Digits are a word of their own: `md5Sum` is `md`, `5`, `sum`. So is a run of capitals: `HTTPServer` is `http`, `server`.
    """
    return tuple(text[found.start() : found.end()].lower() for found in _WORD.finditer(_shapes(text)))


@lru_cache(maxsize=8192)
def plain_name(name: str) -> str:
    """Return a name without what naming styles differ in: `page_size` and `PageSize` are one."""
    return _NOT_ALNUM.sub("", name.lower())


def singular(noun: str) -> str:
    """Return the singular of a path segment or member name, in lower case and without separators."""
    plain = plain_name(noun)
    if plain in _IRREGULAR:
        return _IRREGULAR[plain]
    if _IN_F.search(plain) or _IN_FE.search(plain):
        return plain[:-3] + ("f" if _IN_F.search(plain) else "fe")
    if plain.endswith("ies") and len(plain) > 4:  # noqa: PLR2004 - "ties" and "dies" are words of their own
        return plain[:-3] + "y"
    if plain.endswith(("sses", "shes", "ches", "xes", "zes")):
        return plain[:-2]
    return plain[:-1] if plain.endswith("s") and not plain.endswith(("ss", "us", "is")) else plain


def singulars(noun: str) -> frozenset[str]:
    """Return every noun that one can be the plural of, itself included: `statuses` may be of `status` or of `statuse`.

    For who compares names, and must not miss one; `singular` is the likeliest.
    """
    plain = plain_name(noun)
    found = {plain, singular(plain), plain.removesuffix("s"), plain.removesuffix("es")}
    if plain.endswith("ies"):
        found.add(f"{plain[:-3]}y")
    if plain.endswith("ves"):
        found |= {f"{plain[:-3]}f", f"{plain[:-3]}fe"}
    return frozenset(found - {""})


def _shapes(text: str) -> str:
    """Each character by its kind: `A` and `a` for letters of any script, `0` for digits, a space for what parts words."""
    return "".join(
        "A" if each.isupper() else "a" if each.isalpha() else "0" if each.isdecimal() else " " for each in text
    )


def speaks_of(sentence: str, name: str) -> bool:
    """Whether a sentence has the words of a name, however it parts them: "e-mail addresses" for `email`, no "stage" for `tag`."""
    wanted = plain_name(name)
    return wanted != "" and any(each == wanted or singular(each) == wanted for each in _spans(sentence))


def names_spoken(sentence: str) -> frozenset[str]:
    """The plain names of which `speaks_of` says that a sentence has them, for who asks for many."""
    spans = set(_spans(sentence))
    return frozenset(spans | set(map(singular, spans))) - {""}


def _spans(sentence: str) -> Iterator[str]:
    """Each run of a few words of a sentence, written as one."""
    said = words(sentence)
    for begin in range(len(said)):
        for end in range(begin + 1, begin + _MOST_WORDS + 1):
            yield "".join(said[begin:end])
