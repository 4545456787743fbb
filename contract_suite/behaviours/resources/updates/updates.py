"""An update shows wherever the resource shows, replaces what it names as a whole, and leaves what it doesn't name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources, make_clause, weaker
from contract_suite.behaviours.kit.comparing import (
    Difference,
    differences,
    field_in,
    first_change,
    first_left_over,
    is_own_stamp,
    pointer_of,
)
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    can_show,
    declares,
    listed_representation,
    property_of,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.kit.work_states import explains_a_state
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.letter_case import may_change_case
from contract_suite.behaviours.resources.kit.making import in_first_state, make, make_namesake, sent_values
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    read_one,
    read_until_found,
    search_until_found,
)
from contract_suite.behaviours.resources.kit.refused_members import TRIES, learn_from
from contract_suite.behaviours.resources.kit.settling import unsettled_by_update
from contract_suite.behaviours.resources.kit.several import several
from contract_suite.behaviours.resources.kit.unordered import is_kept_as_set
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.behaviours.resources.updates.lists import InList, is_hit
from contract_suite.behaviours.resources.updates.maps import judge_maps, said_maps
from contract_suite.behaviours.resources.updates.nulls import judge_nulls, nullable
from contract_suite.behaviours.resources.updates.others_alone import judge_others_alone
from contract_suite.behaviours.resources.updates.unnamed import ATTRIBUTES, alone, judge_unnamed, optional_attributes
from contract_suite.contract.addressing import body_properties
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, tokens
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME = "updates"
_KEPT = "kept"
_SHOWS = "shows"
_OTHERS = "others"
_NULL = "null"


def clauses(contract: Contract) -> Iterator[Clause]:
    """What an update promises, for every resource that has one."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: clauses_of(ops).values(),
        lambda ops: f"the document has no operation that updates {ops.with_article} and shows it",
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource, name, role = ops.resource, ops.name, ops.resource.update
    if ops.update is None or role is None or not ops.mutable or ops.shown_by is None:
        return {}
    made = {
        _SHOWS: make_clause(
            NAME,
            ops.update,
            name,
            "update-read-back",
            f"An update of {ops.with_article} shows when it is read.",
            rests_on=role,
        )
    }
    if ops.create:
        text = f"An update of {ops.with_article} leaves the others as they are."
        made[_OTHERS] = make_clause(NAME, ops.update, name, "update-others-kept", text, rests_on=role)
    for listing in ops.lists:
        if any(declares(listed_representation(listing), each) for each in ops.mutable):
            source = weaker(role.source, resource.source_of_list(listing.id))
            text = f"An update of {ops.with_article} shows in {listing.id}."
            made[listing.id] = make_clause(NAME, listing, name, "update-listed", text, rests_on=role, source=source)
    if nullable(ops):
        text = f"A field of {ops.with_article} that an update sets to null has no value afterwards."
        made[_NULL] = make_clause(NAME, ops.update, name, "null-clears", text, rests_on=role)
    for each in said_maps(ops):
        kind = "map-merged" if each.merged else "map-replaced"
        text = f"An update of one key of {each.name} {'keeps' if each.merged else 'removes'} its other keys."
        made[each.key] = make_clause(
            NAME, ops.update, f"{name}/{each.name}", kind, text, rests_on=role, source=Source.INFERRED
        )
    if role.omitted == "kept" and _can_omit(ops):
        text = f"An update of {ops.with_article} keeps the fields that it doesn't name."
        made[_KEPT] = make_clause(
            NAME, ops.update, name, "unnamed-kept", text, rests_on=role, source=role.source_of("omitted")
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Update one of each resource, with values of several flavours, and then field by field."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if not verdicts.any_wanted or ops.update is None:
            continue
        if not session.allowed(ops.update):
            yield from verdicts.leave_untested(f"{ops.update.id} may not be called in this run")
            continue
        made = make(session, ops, note=f"make {ops.with_article} to update")
        before = read_until_found(session, ops, made) if made else None
        if made is None or before is None or not before.found:
            yield from verdicts.leave_untested(f"no {ops.name} could be made and read that an update may change")
            continue
        yield from _shows(session, ops, verdicts, made, before)
        made = in_first_state(session, ops, made)
        yield from judge_unnamed(session, ops, verdicts, _KEPT, made)
        yield from judge_nulls(session, ops, verdicts, _NULL, made)
        yield from judge_maps(session, ops, verdicts, made)
        yield from _others_kept(session, ops, verdicts, made)
        yield from judge_others_alone(session, ops, verdicts, _KEPT, made, tried=alone(session, ops))
        yield from verdicts.leave_untested(f"no update of {ops.with_article} was accepted")


def _shows(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made, before: ReadResult
) -> Iterator[Verdict]:
    lists = [listing for listing in ops.lists if verdicts.is_wanted(listing.id) and session.allowed(listing)]
    if not verdicts.is_wanted(_SHOWS) and not lists:
        return
    former = {listing.id: search_until_found(session, listing, made) for listing in lists}
    mangled = list(differences(_shown(ops, sent_values(ops, made)), before.value))
    flavours = (Flavour.OTHER, Flavour.RICH, Flavour.BARE)
    for flavour in (*flavours, None) if _values(session, ops, None) else flavours:
        if flavour is not Flavour.OTHER and not verdicts.is_wanted(_SHOWS):
            return
        values, exchange = _sent(session, ops, verdicts, made, flavour)
        if exchange is None or not served(exchange):
            yield from verdicts.untested(_SHOWS, _not_served(ops, exchange), *([exchange] if exchange else []))
            continue
        after = read_one(session, ops, made, note=f"read the {ops.name} just updated")
        if after is None or not after.found:
            yield from verdicts.untested(_SHOWS, f"the updated {ops.name} was not read", exchange)
            return
        wanted = {
            name: value
            for name, value in _by_field(ops, values).items()
            if not is_hit(mangled, name) and _is_judgeable(session, ops, (name, value), before, after)
        }
        lost = _lost(ops, wanted, before, after, tidied=not session.contract.sourced)
        lost, settled = unsettled_by_update(session, ops, made, values, lost)
        if lost and flavour is not Flavour.OTHER and _create_does_too(session, ops, flavour, lost[0]):
            reason = f"{lost[0].pointer} is damaged by a create too, which is reported separately"
            yield from verdicts.untested(_SHOWS, reason, exchange, after.exchange)
        else:
            seen = (before.exchange, exchange, after.exchange)
            yield from _of_update(ops, verdicts, lost, settled, list(wanted), seen)
        for listing in lists if flavour is Flavour.OTHER and not lost and not settled else ():
            shows = InList(listing=listing, former=former[listing.id], values=wanted, exchange=exchange)
            yield from shows.judge(session, ops, verdicts, made)
        before = (
            read_one(session, ops, made) if settled else None
        ) or after  # what was tried since may have changed it


def _of_update(  # noqa: PLR0917 - what an update named, and what came of it
    ops: ResourceOperations,
    verdicts: Verdicts,
    lost: Sequence[Difference],
    settled: str,
    wanted: Sequence[str],
    seen: tuple[Exchange, ...],
) -> Iterator[Verdict]:
    if lost:
        yield from verdicts.mismatch(_SHOWS, lost[0], f"the {ops.name} that was updated", *seen, more=len(lost) - 1)
    elif settled:
        yield from verdicts.untested(_SHOWS, settled, *seen[1:])
    elif wanted:
        yield from verdicts.passed(_SHOWS, f"the update shows: {', '.join(wanted)}", *seen[1:])


def _is_judgeable(
    session: Session, ops: ResourceOperations, named: tuple[str, JSON], before: ReadResult, after: ReadResult
) -> bool:
    """Whether a read surely shows what an update names; where nobody wrote that down, the server may give some fields itself."""
    name, value = named
    came, former = field_in(after.value, name), field_in(before.value, name)
    own = explains_a_state(name) or is_own_stamp(name, came, former) or is_kept_as_set(ops, name, value, came)
    return _is_surely_shown(ops, name, before) and (session.contract.sourced or not own)


def _sent(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made, flavour: Flavour | None
) -> tuple[dict[str, JSON], Exchange | None]:
    """Send an update with every member; of plain values those are replaced that a refusal names."""
    values, exchange = _values(session, ops, flavour), None
    for _ in range(TRIES if flavour is Flavour.OTHER else 1):
        note = f"update the {ops.name}"
        exchange = update(session, ops, made, values, note=note, aim=verdicts.clause_id(_SHOWS)) if values else None
        if exchange is None or ops.update is None or not learn_from(session, ops.update, values):
            break
        values = _values(session, ops, flavour)
    return values, exchange


def _others_kept(session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made) -> Iterator[Verdict]:
    """Update one, and look whether its neighbour stays, and one of the same name elsewhere."""
    if not verdicts.is_wanted(_OTHERS):
        return
    others = [make(session, ops, note=f"make another {ops.name}"), make_namesake(session, ops, made)]
    known = [(each, read_until_found(session, ops, each)) for each in others if each]
    before = [(each, seen) for each, seen in known if seen is not None and seen.found]
    if not before:
        yield from verdicts.untested(_OTHERS, f"no second {ops.name} could be made and read")
        return
    values = update_values(ops, Flavour.OTHER, session)
    exchange = (
        update(session, ops, made, values, note=f"update one of several {ops.name}s", aim=verdicts.clause_id(_OTHERS))
        if values
        else None
    )
    if exchange is None or not served(exchange):
        yield from verdicts.untested(_OTHERS, _not_served(ops, exchange), *([exchange] if exchange else []))
        return
    for other, seen in before:
        yield from _other_kept(session, ops, verdicts, other=other, before=seen, exchange=exchange)


def _other_kept(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    *,
    other: Made,
    before: ReadResult,
    exchange: Exchange,
) -> Iterator[Verdict]:
    """Compare one with what it was before the update of another."""
    after = read_until_found(session, ops, other)
    if after is None or not after.found:
        yield from verdicts.untested(_OTHERS, f"the other {ops.name} was not read again", exchange)
        return
    shown_by = (before.exchange, exchange, after.exchange)
    found = first_change(before.value, after.value, dict.fromkeys((*ops.mutable, *sent_values(ops, other))))
    if found is None:
        yield from verdicts.passed(_OTHERS, "the other one is as it was", *shown_by)
        return
    was = f"{found.pointer} of another was {shown(found.expected)} and is {shown(found.actual)}"
    message = f"updating one {ops.name} must leave the others; {was}"
    yield from verdicts.failed(
        _OTHERS, message, *shown_by, pointer=found.pointer, expected=found.expected, actual=found.actual
    )


def _not_served(ops: ResourceOperations, exchange: Exchange | None) -> str:
    return (
        f"the update was answered {exchange.status or 'with nothing'}"
        if exchange
        else f"no update of {ops.with_article} can be made up"
    )


def _lost(
    ops: ResourceOperations, wanted: Mapping[str, JSON], before: ReadResult, after: ReadResult, *, tidied: bool
) -> list[Difference]:
    """What an update named and a read doesn't show, or what it should have replaced and didn't."""
    found = differences(wanted, after.value, tidied=tidied)
    lost = [each for each in found if not (tidied and may_change_case(ops, each))]
    if not lost and ops.update and ops.update.method == "PUT":
        stale = (
            first_left_over(field_in(before.value, name), value, field_in(after.value, name), pointer_of(name))
            for name, value in wanted.items()
        )
        lost = [each for each in stale if each]
    return lost


def _values(session: Session, ops: ResourceOperations, flavour: Flavour | None) -> dict[str, JSON]:
    """Return values for an update of one flavour; without a flavour, lists and maps with several elements."""
    if flavour is not None:
        return update_values(ops, flavour, session)
    changed = {property_of(ops.update, name) for name in ops.mutable} if ops.update else set()
    found = several(session, ops, ops.update) if ops.update else {}
    return {name: value for name, value in found.items() if name in changed}


def _create_does_too(session: Session, ops: ResourceOperations, flavour: Flavour | None, lost: Difference) -> bool:
    """Whether a create damages the same field when it is given such values."""
    values = several(session, ops, ops.create) if flavour is None and ops.create else {}
    made = make(session, ops, flavour or Flavour.PLAIN, values, note=f"make {ops.with_article} with the same values")
    result = read_one(session, ops, made) if made else None
    if made is None or result is None or not result.found:
        return False
    damaged = list(differences(_shown(ops, sent_values(ops, made)), result.value))
    return any(is_hit([lost], name) and is_hit(damaged, name) for name in ops.mutable)


def _by_field(ops: ResourceOperations, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """The values of an update by field, those that a read shows."""
    names = {property_of(ops.update, name): name for name in ops.mutable} if ops.update else {}
    return _shown(ops, {names[key]: value for key, value in values.items() if key in names})


def _shown(ops: ResourceOperations, values: Mapping[str, JSON]) -> dict[str, JSON]:
    place = ops.representation
    return {name: value for name, value in values.items() if can_show(ops.shown_by, place, name, value)}


def _is_surely_shown(ops: ResourceOperations, name: str, before: ReadResult) -> bool:
    """Whether this one shows a field: it did before, or whatever one is of (`oneOf`, `anyOf`) has it."""
    place = ops.representation
    return field_in(before.value, name) is not MISSING or (place is not None and tokens(name)[0] in place.sure_names())


def _can_omit(ops: ResourceOperations) -> bool:
    """Whether an update can leave one of the mutable fields out, or one of its attributes."""
    if ATTRIBUTES in ops.mutable and len(optional_attributes(ops)) > 1:
        return True
    required = body_properties(ops.update) if ops.update else {}
    return any(not required.get(property_of(ops.update, each) or "", True) for each in ops.mutable if ops.update)


BEHAVIOUR = Behaviour(
    name=NAME,
    title=(
        "An update shows wherever the resource shows, replaces what it names as a whole, "
        "and leaves what it doesn't name."
    ),
    clauses=clauses,
    drive=drive,
)
