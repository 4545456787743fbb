"""What answers call the things that calls are about: `conversations.create` answers with a `channel`.

Other calls then name one by that word, as `conversations.info` does by a member `channel`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.generate.likeness import ENVELOPES, LISTS


def shown_noun(creates: Iterable[Operation], lists: Iterable[Operation]) -> str:
    """Return the noun by which the answers of creates and lists of one kind hold it; empty for none or several."""
    made = {plain_name(name) for each in creates for name in _members(each, "object")} - ENVELOPES
    listed = {singular(name) for each in lists for name in _members(each, "array") if name.lower() not in LISTS}
    found = made & listed if made and listed else made | listed
    return found.pop() if len(found) == 1 else ""


def _members(operation: Operation, kind: str) -> Iterator[str]:
    """The members of a success that hold an object, or a list of objects."""
    for spec in operation.responses:
        media = spec.json if spec.status.startswith("2") else None
        place = view(media.schema) if media is not None and media.schema is not None else None
        for name in place.property_names() if place is not None else ():
            member = place.member(name) if place is not None else None
            if member is not None and member.types() - {"null"} == {kind} and _is_of_objects(member, kind):
                yield name


def _is_of_objects(member: SchemaView, kind: str) -> bool:
    return kind == "object" or member.element(0).types() - {"null"} == {"object"}
