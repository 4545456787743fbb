"""Members that refer to other resources, told by their names where nobody wrote down what refers to what."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.schemas.view import SchemaView

_IDS: Final = frozenset({"id", "ids", "uuid", "uuids", "guid", "ref"})
_DEEPEST: Final = 3


def refers(session: Session, name: str, place: SchemaView) -> bool:
    """Whether a member, or one inside it, is called like another resource, alone or with a word for ids behind it.

    Nothing is taken for such in a contract that somebody annotated: there the session knows what refers.
    """
    if session.contract.sourced:
        return False
    nouns = {singular(each.name.rpartition("/")[2]) for each in session.contract.resources}
    return _refers(name, place, nouns, 0)


def _refers(name: str, place: SchemaView, nouns: AbstractSet[str], depth: int) -> bool:
    if place.types() - {"null"} == {"boolean"} or isinstance(place.keyword("enum"), list):
        return False
    *noun, last = words(name) or ("",)
    if last in _IDS:
        if "".join(noun) in nouns or any(place.keyword("format") == each for each in ("uuid", "guid")):
            return True
    elif singular(name) in nouns:
        return True
    if depth >= _DEEPEST:
        return False
    inside = place.element(0) if "array" in place.types() else place
    return any(_refers(each, inside.member(each), nouns, depth + 1) for each in inside.property_names())
