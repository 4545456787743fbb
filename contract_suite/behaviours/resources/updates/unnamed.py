"""What an update doesn't name stays as it was: each field that may be given is given alone, and the others are compared.

Right servers change more than what was named where one value follows from another (a slug from a name, an end from a
begin, what belongs to another type). Where nobody wrote the promise down, such a change is not held against them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import STAMPS, Difference, alike, field_in, first_change, moment
from contract_suite.behaviours.kit.form_values import is_form
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    property_of,
    request_body,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import sent_values
from contract_suite.behaviours.resources.kit.observing import ReadResult, read_one
from contract_suite.behaviours.resources.kit.settling import kept_together
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.behaviours.resources.updates.lost_texts import belongs_to_any, is_choice
from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, MISSING, Missing, escape, tokens
from contract_suite.model.verdict import Verdict

_MOST: Final = 12
"""So many fields are given alone."""
ATTRIBUTES: Final = "attributes"
"""The member that holds what a thing has of its own; what an update leaves out of it stays (JSON:API 1.1, 9.2)."""
_SORTS: Final = frozenset({"type", "kind", "category", "mode", "status", "state"})
"""Last words of fields that say what sort of thing one is, or in which state, so that others may come and go with them."""


def judge_unnamed(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, key: str, made: Made
) -> Iterator[Verdict]:
    """Fill everything in, then update field by field, and look whether the other fields stay."""
    if not verdicts.is_wanted(key) or ops.update is None:
        return
    required = {name for name, needed in body_properties(ops.update).items() if needed}
    plain_values, others = update_values(ops, Flavour.PLAIN, session), update_values(ops, Flavour.OTHER, session)
    fresh = {name: _unlike_default(ops, name, value, others) for name, value in plain_values.items()}
    _fill(session, ops, made, fresh, required)
    before = read_one(session, ops, made)
    if before is None or not before.found:
        return
    other = {
        name: fresh.get(name) is not True
        if isinstance(value, bool)
        else plain_values.get(name, value)
        if alike(value, fresh.get(name, MISSING))
        else value
        for name, value in others.items()
    }
    stamps = frozenset[str]() if session.contract.sourced else STAMPS
    parts = [
        *_by_field(session, fresh, other, required),
        *_by_attribute(ops, fresh, other),
        *_by_nothing(ops, required),
    ]
    for values, inner in parts:
        unnamed = inner or _unnamed(ops, made, required | values.keys(), before, but=stamps)
        unnamed = [each for each in unnamed if each and field_in(before.value, each) is not MISSING]
        if not unnamed:
            continue
        what = ", ".join(_named(values)) or "nothing"
        aim, intent = verdicts.clause_id(key), Intent.POSITIVE if values else Intent.UNKNOWN
        exchange = update(session, ops, made, values, note=f"update only {what}", aim=aim, intent=intent)
        if exchange is not None and not values and exchange.refused:
            continue  # a right server may want something to change
        after = read_one(session, ops, made)
        if exchange is None or not served(exchange) or after is None or not after.found:
            reason = "an update that names only some fields was not accepted"
            yield from verdicts.untested(key, reason, *([exchange] if exchange else []))
            continue
        found = first_change(before.value, after.value, unnamed, but=stamps)
        if (
            found
            and not session.contract.sourced
            and (_may_follow(found, values) or _goes_with(session, ops, made, values, found))
        ):
            reason = f"{plain(found.pointer)} may follow from {what}"
            yield from verdicts.untested(key, reason, before.exchange, exchange, after.exchange)
            after = read_one(session, ops, made)  # both may have been named since
            if after is None or not after.found:
                return
        elif found:
            message = (
                f"an update that names {what} must leave {plain(found.pointer)} as it was; "
                f"{shown(found.expected)} became {shown(found.actual)}"
            )
            yield from verdicts.failed(
                key,
                message,
                before.exchange,
                exchange,
                after.exchange,
                pointer=found.pointer,
                expected=found.expected,
                actual=found.actual,
            )
            return
        else:
            yield from verdicts.passed(
                key,
                f"an update that names {what} left {', '.join(unnamed)}",
                before.exchange,
                exchange,
                after.exchange,
            )
        before = after


def _fill(
    session: Session, ops: ResourceOperations, made: Made, values: Mapping[str, JSON], required: Collection[str]
) -> None:
    """Fill everything in, or one after the other what is served alone: what is empty can't be lost."""
    whole = update(session, ops, made, values, note=f"fill the {ops.name} in")
    if whole is None or served(whole) or session.contract.sourced or not whole.refused:
        return
    for name in [each for each in values if each not in required][:_MOST]:
        alone = {each: value for each, value in values.items() if each in {*required, name}}
        update(session, ops, made, alone, note=f"fill in {name}")


def alone(session: Session, ops: ResourceOperations) -> frozenset[str]:
    """Return the members that `judge_unnamed` names alone."""
    required = {name for name, needed in body_properties(ops.update).items() if needed} if ops.update else set()
    values = update_values(ops, Flavour.PLAIN, session)
    names = [each for parts, _ in _by_field(session, values, values, required) for each in parts]
    return frozenset(names) - required


def _by_field(
    session: Session, fresh: Mapping[str, JSON], other: Mapping[str, JSON], required: Collection[str]
) -> Iterator[tuple[dict[str, JSON], list[str]]]:
    """Yield the values of updates that name one field each; which fields they don't name is left to be seen."""
    names = [name for name in fresh if name not in required]
    if not session.contract.sourced:
        names = [name for name in names if (words(name) or ("",))[-1] not in _SORTS]
    for chosen in [{name} for name in names[:_MOST]] if len(names) > 1 else [set[str]()]:
        yield {name: value for name, value in other.items() if name in required or name in chosen}, []


def _by_nothing(ops: ResourceOperations, required: Collection[str]) -> Iterator[tuple[dict[str, JSON], list[str]]]:
    """Yield an update that names nothing, where its schema takes one: a PATCH that changes nothing."""
    media = ops.update.body.of_members if ops.update is not None and ops.update.body is not None else None
    is_patch = ops.update is not None and ops.update.method == "PATCH" and not is_form(ops.update)
    if is_patch and not required and media is not None and media.schema is not None and media.schema.is_valid({}):
        yield {}, []


def _by_attribute(
    ops: ResourceOperations, fresh: Mapping[str, JSON], other: Mapping[str, JSON]
) -> Iterator[tuple[dict[str, JSON], list[str]]]:
    """Yield the values of updates that name one of the attributes each, and the places of those that they don't name."""
    full, new = fresh.get(ATTRIBUTES), other.get(ATTRIBUTES)
    if not isinstance(full, dict) or not isinstance(new, dict):
        return
    free = optional_attributes(ops)
    needed = {name: value for name, value in new.items() if name not in free}
    for chosen in [name for name in new if name in free and (words(name) or ("",))[-1] not in _SORTS][:_MOST]:
        others = [f"/{ATTRIBUTES}/{escape(name)}" for name in full if name != chosen and name in free]
        yield {ATTRIBUTES: {**needed, chosen: new[chosen]}}, others


def optional_attributes(ops: ResourceOperations) -> frozenset[str]:
    """Return the names of the attributes that an update may leave out, where a body has them in a member of their own."""
    place = request_body(ops.update) if ops.update else None
    inner = place.member(ATTRIBUTES) if place is not None and ATTRIBUTES in place.property_names() else None
    return frozenset(inner.property_names()) - inner.required_names() if inner is not None else frozenset()


def _named(values: Mapping[str, JSON]) -> Iterator[str]:
    for name, value in values.items():
        yield from (f"{name}.{inner}" for inner in value) if name == ATTRIBUTES and isinstance(value, dict) else (name,)


def _unnamed(
    ops: ResourceOperations, made: Made, given: Collection[str], before: ReadResult, *, but: Collection[str]
) -> list[str]:
    """Return the fields that a client sets and a read showed, but for those that an update gives, and those called like `but`."""
    place = ops.representation
    fields = dict.fromkeys((*ops.mutable, *sent_values(ops, made)))
    return [
        each
        for each in fields
        if ops.update is not None
        and property_of(ops.update, each) not in given
        and plain_name(each) not in {plain_name(name) for name in given}
        and (each in ops.mutable or declares(place, each))
        and each not in ops.modified
        and not {*words(each)[-1:]} & {*but}
        and field_in(before.value, each) is not MISSING
    ]


def _unlike_default(ops: ResourceOperations, name: str, value: JSON, others: Mapping[str, JSON]) -> JSON:
    """Return another value where one is the documented default, so that a reset to that shows; of a boolean, true else."""
    field = field_of(ops.update, name) if ops.update else name
    places = [
        (request_body(ops.update), name),
        (request_body(ops.create), (property_of(ops.create, field) if ops.create else None) or field),
    ]
    defaults = [place.member(each).keyword("default") for place, each in places if place is not None]
    default = next((each for each in defaults if each is not None), None)
    if isinstance(value, bool):
        return default is not True
    return others.get(name, value) if default is not None and alike(value, default) else value


def _may_follow(found: Difference, values: Mapping[str, JSON]) -> bool:
    """Whether a right server may have made a field's new value of one that was named: a text of a text, a time of a time."""
    new = found.actual
    if isinstance(new, Missing | bool) or new in ("", 0, [], {}):
        return False
    return any(_is_made_of(new, value) for value in values.values())


def _goes_with(
    session: Session, ops: ResourceOperations, made: Made, values: Mapping[str, JSON], found: Difference
) -> bool:
    """Whether a right server may change a field with one that was named: either discount but not both, a stage and whether it is done.

    A choice may empty what belongs to another one, or make another choice. Else both are named together: a server that
    refuses that, or doesn't keep what it is told of the other, holds that one follows from the other.
    """
    name = property_of(ops.update, tokens(found.pointer)[-1]) if ops.update and tokens(found.pointer) else None
    if name is None or isinstance(found.expected, Missing):
        return False
    is_emptied = isinstance(found.actual, Missing) or found.actual in (None, "", [], {})
    may_be_emptied = is_emptied and not belongs_to_any(ops, name, list(values))
    if all(_chooses(ops, each) for each in values) and values and (may_be_emptied or _chooses(ops, name)):
        return True
    both = update(
        session, ops, made, {**values, name: found.expected}, note=f"together with {name}", intent=Intent.UNKNOWN
    )
    after = read_one(session, ops, made) if both is not None and served(both) else None
    if both is None or after is None:
        return both is not None and both.refused
    return after.found and not kept_together(ops, after.value, {**values, name: found.expected})


def _chooses(ops: ResourceOperations, name: str) -> bool:
    """Whether a member is one of a few values, or says which other thing belongs to this one."""
    return is_choice(ops, name) or (words(name) or ("",))[-1] in {"id", "ids"}


def _is_made_of(new: JSON, named: JSON) -> bool:
    if isinstance(new, str) and isinstance(named, str):
        if moment(new) is not None or moment(named) is not None:
            return moment(new) is not None and moment(named) is not None
        return alike(plain_name(new), plain_name(named)) or (bool(named) and plain_name(named) in plain_name(new))
    numbers = (int, float)
    return isinstance(new, numbers) and isinstance(named, numbers) and not isinstance(named, bool)
