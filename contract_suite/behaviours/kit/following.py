"""What an answer says of the page behind it, where nothing documents how: a link, or a member with a usual name.

A page that does is never the whole list, however few items it holds: the server may page on its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.kit.links import links_of
from contract_suite.contract.naming.names import NEXT_LINKS, PAGE_OBJECTS, PREVIOUS_LINKS, plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, at, escape

_TRUE_OR_FALSE: Final = frozenset({"hasmore", "hasnext", "hasnextpage", "hasmorepages", "more", "morepages"})
_NEXT_PAGES: Final = NEXT_LINKS | {"nextpage", "nextpagetoken", "nexttoken", "nextcursor", "nextmarker", "nextoffset"}
_HREF: Final = "href"
_DEEPEST: Final = 3


def next_place(operation: Operation) -> str:
    """Return where the body of a 200 has the link to the next page, by its name; empty where no or several members may."""
    return _place(operation, NEXT_LINKS)


def previous_place(operation: Operation) -> str:
    """Return where the body of a 200 has the link to the page before, as `next_place` does."""
    return _place(operation, PREVIOUS_LINKS)


def _place(operation: Operation, names: frozenset[str]) -> str:
    spec = operation.response(200)
    media = spec.json if spec is not None else None
    described = media.schema if media is not None else None
    found = list(_places(view(described), names, "", _DEEPEST)) if described is not None else []
    return found[0] if len(found) == 1 else ""


def link_at(body: JSON, place: str) -> str | None:
    """Return the link at a place of a body, also where it is the `href` of an object; `None` for any other text."""
    found = at(body, place)
    if isinstance(found, dict):
        found = found.get(_HREF)
    return found if isinstance(found, str) and any(sign in found for sign in "/?") else None


def _places(place: SchemaView, names: frozenset[str], pointer: str, deepest: int) -> Iterator[str]:
    for name in place.property_names() if deepest else ():
        plain, member = plain_name(name), place.member(name)
        types = member.types() - {"null"}
        if plain in names and (types == {"string"} or _HREF in member.property_names()):
            yield f"{pointer}/{escape(name)}"
        elif plain in PAGE_OBJECTS and "object" in types:
            yield from _places(member, names, f"{pointer}/{escape(name)}", deepest - 1)


def says_more(exchange: Exchange, body: JSON) -> bool:
    """Return whether an answer names a next page: in its Link header, in its body, or in what its body says of pages."""
    return "next" in links_of(exchange) or _says_more(body, _DEEPEST)


def says_no_more(value: JSON | Missing) -> bool:
    """Return whether an object has a flag that says that no page follows: a cursor beside it is that of the last item."""
    members = value.items() if isinstance(value, dict) else ()
    return any(member is False and plain_name(name) in _TRUE_OR_FALSE for name, member in members)


def _says_more(value: JSON, deepest: int) -> bool:
    if not isinstance(value, dict) or not deepest:
        return False
    if says_no_more(value):
        return False
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
