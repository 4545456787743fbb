"""Whether an answer says that more follows, where nothing documents how it would: by a link, or by a usual member.

A page that does is never the whole list, however few items it holds: the server may page on its own.
"""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.kit.links import links_of
from contract_suite.contract.naming.names import NEXT_LINKS, PAGE_OBJECTS, plain_name
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON

_TRUE_OR_FALSE: Final = frozenset({"hasmore", "hasnext", "hasnextpage", "hasmorepages", "more", "morepages"})
_NEXT_PAGES: Final = NEXT_LINKS | {"nextpage", "nextpagetoken", "nexttoken", "nextcursor", "nextmarker", "nextoffset"}
_HREF: Final = "href"
_DEEPEST: Final = 3


def says_more(exchange: Exchange, body: JSON) -> bool:
    """Return whether an answer names a next page: in its Link header, in its body, or in what its body says of pages."""
    return "next" in links_of(exchange) or _says_more(body, _DEEPEST)


def _says_more(value: JSON, deepest: int) -> bool:
    if not isinstance(value, dict) or not deepest:
        return False
    if any(member is False and plain_name(name) in _TRUE_OR_FALSE for name, member in value.items()):
        return False  # a cursor beside it is that of the last item
    for name, member in value.items():
        plain = plain_name(name)
        if plain in _TRUE_OR_FALSE and member is True:
            return True
        if plain in _NEXT_PAGES and _leads_on(member):
            return True
        if plain in PAGE_OBJECTS and _says_more(member, deepest - 1):
            return True
    return False


def _leads_on(member: JSON) -> bool:
    """Whether a member named after the next page names one: a text, a number, or an object with a link (HAL)."""
    if isinstance(member, dict):
        member = member.get(_HREF)
    return not isinstance(member, bool) and isinstance(member, (str, int)) and bool(member)
