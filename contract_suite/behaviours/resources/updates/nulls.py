"""A field that an update sets to null has no value any more.

Only where the schema of the update says outright that null is a value of the field, and the read may show none: many
servers take null for what is not sent (`name: str | None = None`), also where a thing always has a name. A server may show
nothing, null, an empty value or a default then; what it had before must not stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import alike, field_in, pointer_of
from contract_suite.behaviours.kit.form_values import is_form
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    request_body,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.observing import read_one
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.contract.schemas.view import ANY_TYPE, SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, Missing, tokens
from contract_suite.model.verdict import Verdict

_ALONE: Final = 4
"""So many fields are set to null alone where all of them together are refused."""


def nullable(ops: ResourceOperations) -> dict[str, str]:
    """Return the mutable fields that an update may set to null and a read may be without, by its body properties."""
    place = request_body(ops.update) if not is_form(ops.update) else None
    found = {property_of(ops.update, field): field for field in ops.mutable} if ops.update and place else {}
    return {
        name: field
        for name, field in found.items()
        if name
        and place is not None
        and "null" in (types := place.member(name).types())
        and types not in _UNSAID
        and _may_be_gone(ops.representation, field)
    }


def _may_be_gone(place: SchemaView | None, field: str) -> bool:
    """Whether what is shown of a thing may be without a field, or have null there."""
    *owners, name = tokens(field)
    for owner in owners:
        place = place.member(owner) if place is not None else None
    return place is None or name not in place.required_names() or "null" in place.member(name).types()


def judge_nulls(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, key: str, made: Made
) -> Iterator[Verdict]:
    """Fill the fields in, set them to null, and read."""
    fields = nullable(ops) if verdicts.is_wanted(key) else {}
    if not fields:
        return
    update(session, ops, made, update_values(ops, Flavour.OTHER, session), note=f"fill the {ops.name} in")
    together: list[list[str]] = [list(fields), *([name] for name in list(fields)[:_ALONE] if len(fields) > 1)]
    for names in together:
        before = read_one(session, ops, made)
        nothing: dict[str, JSON] = dict.fromkeys(names)
        note, aim = f"set {', '.join(names)} to null", verdicts.clause_id(key)
        exchange = update(session, ops, made, nothing, note=note, aim=aim, intent=Intent.UNKNOWN)
        after = read_one(session, ops, made) if exchange is not None and served(exchange) else None
        if exchange is None or before is None or after is None or not before.found or not after.found:
            continue
        seen = (before.exchange, exchange, after.exchange)
        for name in names:
            former, latter = field_in(before.value, fields[name]), field_in(after.value, fields[name])
            if isinstance(former, Missing) or former in ("", [], {}, 0, False):
                continue
            if alike(former, latter):
                message = f"{name} was set to null and answered {exchange.status}; a read shows {shown(latter)} still"
                where = pointer_of(fields[name])
                yield from verdicts.failed(key, message, *seen, pointer=where, problem="kept", actual=latter)
                return
            yield from verdicts.passed(key, f"{name} has no value any more", *seen)
        return


_UNSAID: Final = (ANY_TYPE, frozenset({"null"}))
"""Types of a place that says nothing of null, or nothing else."""
