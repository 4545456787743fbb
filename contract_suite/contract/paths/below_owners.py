"""What is made and listed below an owner, and addressed by itself: `POST /members/{memberId}/loans` of `/loans/{loanId}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView, view

_SAME: Final = 0.8
"""An answer with so many of the members of another shows the same thing."""
_KEYS: Final = frozenset({"id", "uuid", "guid", "uid"})


def found_below_an_owner(field: str, by_shape: Mapping[str, Mapping[str, Operation]], method: str) -> Operation | None:
    """Return the one operation below an owner on the collection of what the field `loans/{}` addresses.

    `by_shape` has the operations by the shape of their path and by method. What has an address below that owner is
    something else, and of two owners neither counts.
    """
    collection, _, own = field.rpartition("/")
    if own != "{}" or not collection or "{}" in collection or field not in by_shape:
        return None
    ends = f"{{}}/{collection.rpartition('/')[2]}"
    found = [
        methods[method]
        for path, methods in by_shape.items()
        if method in methods and path.endswith(ends) and f"{path}/{{}}" not in by_shape
    ]
    return found[0] if len(found) == 1 else None


def made_below_an_owner(field: str, by_shape: Mapping[str, Mapping[str, Operation]]) -> Operation | None:
    """Return the only create of what is made below an owner and addressed by itself.

    If a path lists all such things, the create must show what a read shows, and take nothing but what is shown: a POST
    that puts an existing track on a playlist makes none.
    """
    create = found_below_an_owner(field, by_shape, "POST")
    if create is None or create.body is None:
        return None
    collection = field.removesuffix("/{}")
    if collection not in by_shape:
        return create
    read = by_shape[field].get("GET")
    return create if read is not None and "POST" not in by_shape[collection] and _makes(create, read) else None


def _makes(create: Operation, read: Operation) -> bool:
    shown, answered, sent = _shown_by(read), _shown_by(create), _taken_by(create)
    if shown is None or answered is None or sent is None:
        return False
    own = set(shown.property_names())
    taken = set(sent.property_names())
    noun = singular(read.path.rstrip("/").rpartition("/")[0].rpartition("/")[2])
    named = {*_KEYS, noun, *(f"{noun}{key}" for key in _KEYS)}
    chosen = {name for name in taken & own if words(name)[-1:] and words(name)[-1] not in _KEYS}
    return (
        bool(own)
        and len(own & set(answered.property_names())) >= _SAME * len(own)
        and len(chosen) * 2 > len(taken)
        and named.isdisjoint(map(plain_name, taken))
    )


def _shown_by(operation: Operation) -> SchemaView | None:
    """Where the JSON of a success is described."""
    found = (each.json for each in operation.responses if each.status.startswith("2"))
    schema = next((media.schema for media in found if media is not None and media.schema is not None), None)
    return view(schema).unwrapped() if schema is not None else None


def _taken_by(operation: Operation) -> SchemaView | None:
    media = operation.body.of_members if operation.body else None
    return view(media.schema).unwrapped() if media is not None and media.schema is not None else None
