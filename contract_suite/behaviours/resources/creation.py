"""What is created can be read with the values that were sent, has an identity of its own, and is listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources, make_clause
from contract_suite.behaviours.kit.comparing import alike, differences, field_in, is_own_stamp, same_identity
from contract_suite.behaviours.kit.left_out import may_leave_out
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    can_show,
    resource_operations,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.kit.work_states import explains_a_state, is_said_to_begin_in, moves_by_itself
from contract_suite.behaviours.resources.kit.earlier_creates import unlisted
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.letter_case import may_change_case
from contract_suite.behaviours.resources.kit.making import few_values, make, named, rich_names, sent_values
from contract_suite.behaviours.resources.kit.observing import ReadResult, read_until_found, search_until_found
from contract_suite.behaviours.resources.kit.settling import is_hidden_by_choice, unsettled_by_create
from contract_suite.behaviours.resources.kit.several import several
from contract_suite.behaviours.resources.kit.unordered import is_kept_as_set
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

NAME = "creation"
_OK: Final = 200
_CREATED: Final = 201
_MOST_CHOICES: Final = 8
"""So many further ones are made so that each value of what has few is given once."""
_MOST_ALONE: Final = 3
"""So many of the values that are refused together are given alone."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """What a create promises, for every resource that has one."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: clauses_of(ops).values(),
        lambda ops: "" if ops.create else f"the document has no operation that creates {ops.with_article}",
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource, create, name = ops.resource, ops.create, ops.name
    if create is None or resource.create is None:
        return {}
    made: dict[str, Clause] = {}
    if ops.read and resource.read:
        made["readable"] = make_clause(
            NAME, create, name, "readable", f"A created {name} can be read.", rests_on=resource.read
        )
    if ops.shown_by is not None:
        made["values"] = make_clause(
            NAME, create, name, "values-read-back", f"A created {name} shows the values sent.", rests_on=resource.create
        )
    for listing in ops.lists:
        text = f"A created {name} is listed by {listing.id}."
        made[listing.id] = make_clause(
            NAME, listing, name, "created-listed", text, rests_on=resource, source=resource.source_of_list(listing.id)
        )
    assigned = [each for each in resource.assigned if plain(each.field) in ops.own_identity]
    if assigned:
        field = plain(assigned[0].field)
        made["distinct"] = make_clause(
            NAME, create, field, "distinct", f"No two of {name} get the same {field}.", rests_on=assigned[0]
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Make three of each resource: with plain values, with values that are easily damaged, and with empty ones."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if not verdicts.any_wanted or ops.create is None:
            continue
        if not session.allowed(ops.create):
            yield from verdicts.leave_untested(f"{ops.create.id} may not be called in this run")
            continue
        yield from _drive(session, ops, verdicts)
        yield from _kept(session, ops, verdicts)
        yield from verdicts.leave_untested(f"no {ops.name} could be made")


def _drive(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    first = make(session, ops)
    if first is None:
        return
    yield from _read(session, ops, verdicts, first)
    yield from _listed(session, ops, verdicts, first)
    if not verdicts.is_wanted("readable", "values", "distinct"):
        return
    rich = make(
        session, ops, Flavour.RICH, rich_names(session, ops), note=f"make {ops.with_article} with unusual texts"
    )
    rich = rich or make(
        session, ops, Flavour.RICH, note=f"make {ops.with_article} with unusual texts, but for its name"
    )
    bare = (
        make(session, ops, Flavour.BARE, note=f"make {ops.with_article} with empty texts")
        if verdicts.is_wanted("readable", "values")
        else None
    )
    for made in (rich, bare):
        if made is not None:
            yield from _read(session, ops, verdicts, made)
            yield from _distinct(verdicts, first, made)
    yield from _each_choice(session, ops, verdicts, [each for each in (first, rich, bare) if each is not None])
    values = several(session, ops, ops.create) if ops.create is not None and verdicts.is_wanted("values") else {}
    if values:
        yield from _with_values(session, ops, verdicts, values)


def _each_choice(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, former: Sequence[Made]
) -> Iterator[Verdict]:
    """Make further ones until each value of what has few (an enum, true and false) was given once, several at a time."""
    if not verdicts.is_wanted("values"):
        return
    given = [sent_values(ops, each) for each in former]
    left = {
        name: rest
        for name, values in few_values(ops).items()
        if (rest := [each for each in values if all(not alike(each, body.get(name)) for body in given)])
    }
    for _ in range(_MOST_CHOICES):
        values = {name: rest.pop(0) for name, rest in left.items() if rest}
        if not values or not verdicts.is_wanted("values"):
            return
        yield from _with_values(session, ops, verdicts, values)


def _with_values(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, values: Mapping[str, JSON]
) -> Iterator[Verdict]:
    """Make one with all of these values, or where they are refused together, one with each of the first of them."""
    made = make(session, ops, values=values, note=f"make {ops.with_article} with {named(values)}")
    if made is not None:
        yield from _read(session, ops, verdicts, made)
        return
    for name, value in list(values.items())[:_MOST_ALONE] if len(values) > 1 else ():
        alone = session.make(ops.resource, {name: value}, note=f"make {ops.with_article} with {name} {shown(value)}")
        if alone is not None:
            yield from _read(session, ops, verdicts, alone)


def _read(session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made) -> Iterator[Verdict]:
    if not verdicts.is_wanted("readable", "values"):
        return
    result = read_until_found(session, ops, made, note=f"read the {ops.name} just made")
    if result is None:
        yield from verdicts.untested("readable", f"the {ops.name} that was made can't be addressed", made.exchange)
    elif result.trouble:
        yield from verdicts.untested("readable", result.trouble, result.exchange)
    elif not result.found:
        message = (
            f"the {ops.name} with {named(made.identity)} was created and must be readable; "
            f"reading it was answered {result.exchange.status}"
        )
        yield from verdicts.failed(
            "readable", message, made.exchange, result.exchange, expected=200, actual=result.exchange.status
        )
    elif not same_identity(result.value, made.identity):
        actual = {
            name: None if isinstance(value := field_in(result.value, name), Missing) else value
            for name in made.identity
        }
        message = f"reading the {ops.name} with {named(made.identity)} must show it; {named(actual)} was shown"
        yield from verdicts.failed(
            "readable",
            message,
            made.exchange,
            result.exchange,
            problem="another",
            expected=dict(made.identity),
            actual=actual,
        )
    else:
        yield from verdicts.passed("readable", f"the {ops.name} that was made is read", made.exchange, result.exchange)
        yield from _values(session, ops, verdicts, made, result)
    yield from verdicts.untested("values", f"the {ops.name} that was made was not read", made.exchange)


def _values(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made, result: ReadResult
) -> Iterator[Verdict]:
    """Hold what a create was given against what a read shows."""
    place = ops.representation
    values = {
        name: value
        for name, value in sent_values(ops, made).items()
        if can_show(ops.shown_by, place, name, value) and name not in made.identity
    }
    if not session.contract.sourced:  # it would have said what moves without being asked
        said = ops.create.description if ops.create is not None else ""
        values = {
            name: value
            for name, value in values.items()
            for came in [field_in(result.value, name)]
            if not (moves_by_itself(name, came) or explains_a_state(name) or is_own_stamp(name, came))
            and not is_kept_as_set(ops, name, value, came)
            and (alike(value, came) or not is_said_to_begin_in(name, came, said))
        }
    found = differences(values, result.value, tidied=not session.contract.sourced)
    lost = [each for each in found if session.contract.sourced or not may_change_case(ops, each)]
    lost, settled = unsettled_by_create(session, ops, made, lost)
    if settled and not lost:
        yield from verdicts.untested("values", settled, made.exchange, result.exchange)
    elif lost:
        yield from verdicts.mismatch(
            "values", lost[0], f"the {ops.name} that was created", made.exchange, result.exchange, more=len(lost) - 1
        )
    elif values:
        yield from verdicts.passed(
            "values", f"the read returned what was sent: {', '.join(values)}", made.exchange, result.exchange
        )
    else:
        yield from verdicts.untested("values", f"a create of {ops.with_article} takes nothing that a read shows")


def _listed(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made, *, only: Operation | None = None
) -> Iterator[Verdict]:
    for listing in ops.lists:
        if not verdicts.is_wanted(listing.id) or (only is not None and listing.id != only.id):
            continue
        if not session.allowed(listing):
            yield from verdicts.untested(listing.id, f"{listing.id} may not be called in this run")
            continue
        clause = verdicts.clause_id(listing.id)
        listed = search_until_found(session, listing, made, aim=clause, clause=clause)
        if listed.found:
            yield from verdicts.passed(
                listing.id, f"the {ops.name} that was made is listed", made.exchange, listed.exchanges[-1]
            )
        elif listed.trouble:
            yield from verdicts.untested(listing.id, listed.trouble, *listed.exchanges[-1:])
        elif may_leave_out(listing, session.json(made.exchange)):
            reason = f"{listing.id} says that it leaves some out, and this may be one of them"
            yield from verdicts.untested(listing.id, reason, *listed.exchanges[-1:])
        elif is_hidden_by_choice(session, ops, listing, made):
            reason = f"{listing.id} shows another {ops.name} with other values of enums or booleans, by which it may hide this one"
            yield from verdicts.untested(listing.id, reason, *listed.exchanges[-1:])
        else:
            message = (
                f"the {ops.name} created with {named(made.identity)} must be listed by {listing.id}; "
                "asked three times, it is on no page"
            )
            yield from verdicts.failed(
                listing.id,
                message,
                made.exchange,
                *listed.exchanges[-3:],
                expected=dict(made.identity),
                actual="not listed",
            )


def _kept(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Everything that the run created before is still there, and is listed where the contract was written with its lists in mind."""
    if not verdicts.is_wanted("readable", *(listing.id for listing in ops.lists)):
        return
    for each in unlisted(session, ops):
        made, listing = each.made, each.listing
        read = read_until_found(session, ops, made, note=f"read the {ops.name} that no list shows")
        if read is None or read.trouble:
            continue
        if not read.found:
            message = (
                f"the {ops.name} with {named(made.identity)} was created, and no write has named it since; "
                f"{listing.id} doesn't show it, and reading it was answered {read.exchange.status}"
            )
            yield from verdicts.failed(
                "readable",
                message,
                made.exchange,
                read.exchange,
                problem="lost",
                expected=200,
                actual=read.exchange.status,
            )
        elif session.contract.annotated:
            yield from _listed(session, ops, verdicts, made, only=listing)


def _distinct(verdicts: Verdicts, one: Made, other: Made) -> Iterator[Verdict]:
    if one.identity == other.identity and (one.exchange.status, other.exchange.status) == (_CREATED, _OK):
        reason = f"the second create was answered {_OK}, and not {_CREATED} as the first: it gave back what was there"
        yield from verdicts.untested("distinct", reason, one.exchange, other.exchange)
    elif one.identity == other.identity:
        message = f"two creates must give different identities; both were answered with {named(one.identity)}"
        yield from verdicts.failed("distinct", message, one.exchange, other.exchange, actual=dict(one.identity))
    else:
        yield from verdicts.passed(
            "distinct", "two creates were answered with different identities", one.exchange, other.exchange
        )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What is created can be read with the values that were sent, has an identity of its own, and is listed.",
    clauses=clauses,
    drive=drive,
)
