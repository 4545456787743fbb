"""What is created is there: it can be read, with the values that were sent, under an identity of its own, and it is listed."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.answering import Answers, promise, shown, unpromised
from contract_suite.behaviours.kit.comparing import differences, field_in, same_identity
from contract_suite.behaviours.kit.resource_operations import Cast, casts, declares, representation
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import make, named, rich_names, sent
from contract_suite.behaviours.resources.kit.observing import Sight, find_again, look_again
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.json import Missing
from contract_suite.model.verdict import Verdict

NAME = "creation"


def clauses(contract: Contract) -> Iterator[Clause]:
    """What a create promises, for every resource that has one."""
    for cast in casts(contract):
        yield from promises(cast).values()
        if cast.create is None:
            yield from unpromised(
                contract, NAME, cast.name, f"the document has no operation that creates {cast.one}", operation=cast.any
            )
    if not contract.resources:
        yield from unpromised(contract, NAME, "resources", "the document names no resources (x-contract)")


def promises(cast: Cast) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource, create, name = cast.resource, cast.create, cast.name
    if create is None or resource.create is None:
        return {}
    made: dict[str, Clause] = {}
    if cast.read and resource.read:
        made["readable"] = promise(
            NAME, create, name, "readable", f"A created {name} can be read.", rests_on=resource.read
        )
        made["values"] = promise(
            NAME, create, name, "values-read-back", f"A created {name} shows the values sent.", rests_on=resource.create
        )
    for listing in cast.lists:
        text = f"A created {name} is listed by {listing.id}."
        made[listing.id] = promise(
            NAME, listing, name, "created-listed", text, rests_on=resource, source=resource.source_of_list(listing.id)
        )
    assigned = [each for each in resource.assigned if plain(each.field) in cast.own_identity]
    if assigned:
        field = plain(assigned[0].field)
        made["distinct"] = promise(
            NAME, create, field, "distinct", f"No two of {name} get the same {field}.", rests_on=assigned[0]
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Make three of each resource: one with plain values, one with values that are easily damaged, one with empty ones."""
    for cast in casts(session.contract):
        answers = Answers(session, promises(cast))
        if not answers.any or cast.create is None:
            continue
        if not session.allowed(cast.create):
            yield from answers.rest(f"{cast.create.id} may not be called in this run")
            continue
        yield from _drive(session, cast, answers)
        yield from answers.rest(f"no {cast.name} could be made")


def _drive(session: Session, cast: Cast, answers: Answers) -> Iterator[Verdict]:
    first = make(session, cast)
    if first is None:
        return
    yield from _read(session, cast, answers, first)
    yield from _listed(session, cast, answers, first)
    if not answers.wants("readable", "values", "distinct"):
        return
    rich = make(session, cast, Flavour.RICH, rich_names(session, cast), note=f"make {cast.one} with unusual texts")
    rich = rich or make(session, cast, Flavour.RICH, note=f"make {cast.one} with unusual texts, but for its name")
    bare = (
        make(session, cast, Flavour.BARE, note=f"make {cast.one} with empty texts")
        if answers.wants("readable", "values")
        else None
    )
    for made in (rich, bare):
        if made is not None:
            yield from _read(session, cast, answers, made)
            yield from _distinct(answers, first, made)


def _read(session: Session, cast: Cast, answers: Answers, made: Made) -> Iterator[Verdict]:
    if not answers.wants("readable", "values"):
        return
    sight = look_again(session, cast, made, note=f"read the {cast.name} just made")
    if sight is None:
        yield from answers.untested("readable", f"the {cast.name} that was made can't be addressed", made.exchange)
    elif sight.trouble:
        yield from answers.untested("readable", sight.trouble, sight.exchange)
    elif not sight.there:
        message = f"the {cast.name} with {named(made.identity)} was created and must be readable; reading it was answered {sight.exchange.status}"
        yield from answers.failed(
            "readable", message, made.exchange, sight.exchange, expected=200, actual=sight.exchange.status
        )
    elif not same_identity(sight.value, made.identity):
        actual = {
            name: None if isinstance(value := field_in(sight.value, name), Missing) else value for name in made.identity
        }
        message = f"reading the {cast.name} with {named(made.identity)} must show it; {named(actual)} was shown"
        yield from answers.failed(
            "readable",
            message,
            made.exchange,
            sight.exchange,
            problem="another",
            expected=dict(made.identity),
            actual=actual,
        )
    else:
        yield from answers.passed("readable", f"the {cast.name} that was made is read", made.exchange, sight.exchange)
        yield from _values(cast, answers, made, sight)
    yield from answers.untested("values", f"the {cast.name} that was made was not read", made.exchange)


def _values(cast: Cast, answers: Answers, made: Made, sight: Sight) -> Iterator[Verdict]:
    """Hold what a create was given against what a read shows."""
    place = representation(cast.read)
    values = {
        name: value for name, value in sent(cast, made).items() if declares(place, name) and name not in made.identity
    }
    lost = list(differences(values, sight.value))
    if lost:
        yield from answers.lost(
            "values", lost[0], f"the {cast.name} that was created", made.exchange, sight.exchange, more=len(lost) - 1
        )
    elif values:
        yield from answers.passed(
            "values", f"what was sent came back: {', '.join(values)}", made.exchange, sight.exchange
        )
    else:
        yield from answers.untested("values", f"a create of {cast.one} takes nothing that a read shows")


def _listed(session: Session, cast: Cast, answers: Answers, made: Made) -> Iterator[Verdict]:
    for listing in cast.lists:
        if not answers.wants(listing.id):
            continue
        if not session.allowed(listing):
            yield from answers.untested(listing.id, f"{listing.id} may not be called in this run")
            continue
        listed = find_again(session, listing, made, aim=answers.aim(listing.id))
        if listed.there:
            yield from answers.passed(
                listing.id, f"the {cast.name} that was made is listed", made.exchange, listed.exchanges[-1]
            )
        elif listed.trouble:
            yield from answers.untested(listing.id, listed.trouble, *listed.exchanges[-1:])
        else:
            message = f"the {cast.name} created with {named(made.identity)} must be listed by {listing.id}; asked three times, it is on no page"
            yield from answers.failed(
                listing.id,
                message,
                made.exchange,
                *listed.exchanges[-3:],
                expected=dict(made.identity),
                actual="not listed",
            )


def _distinct(answers: Answers, one: Made, other: Made) -> Iterator[Verdict]:
    if one.identity == other.identity:
        message = f"two creates must give different identities; both were answered with {named(one.identity)}"
        yield from answers.failed("distinct", message, one.exchange, other.exchange, actual=shown(dict(one.identity)))
    else:
        yield from answers.passed(
            "distinct", "two creates were answered with different identities", one.exchange, other.exchange
        )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What is created can be read with the values that were sent, has an identity of its own, and is listed.",
    clauses=clauses,
    drive=drive,
)
