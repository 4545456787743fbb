"""A resource created under the name of a deleted one shows none of its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources, make_clause, weaker
from contract_suite.behaviours.kit.comparing import field_in, pointer_of
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    representation,
    request_body,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import is_free_text, limits, token
from contract_suite.behaviours.resources.kit.making import (
    delete,
    fields_chosen_by_session,
    make,
    make_by,
    unique_rules,
)
from contract_suite.behaviours.resources.kit.observing import ReadResult, read_until_found, read_until_gone
from contract_suite.contract.addressing import body_properties, field_of
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "recreation"
_AFRESH: Final = "afresh"
_TEXT_LENGTH: Final = 12


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every resource with a name that is free once it has been deleted, and with texts that a create may leave out."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: clauses_of(ops).values(),
        lambda ops: f"{ops.with_article} can't be created twice under one name with a text and without",
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clause of one resource, by its short key."""
    role = ops.resource.delete
    if ops.create is None or ops.read is None or ops.delete is None or role is None:
        return {}
    if not unique_rules(ops) or not _optional_texts(ops):
        return {}
    text = f"Created under the name of a deleted one, {ops.with_article} shows none of its texts."
    source = weaker(role.source, Source.INFERRED)
    return {_AFRESH: make_clause(NAME, ops.create, ops.name, "starts-afresh", text, rests_on=role, source=source)}


def drive(session: Session) -> Iterator[Verdict]:
    """Make one of each resource with texts, delete it, make it again without them, and read it."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if not verdicts.any_wanted:
            continue
        barred = [each.id for each in (ops.create, ops.read, ops.delete) if each and not session.allowed(each)]
        if barred:
            yield from verdicts.leave_untested(f"{barred[0]} may not be called in this run")
            continue
        yield from _recreated(session, ops, verdicts)
        yield from verdicts.leave_untested(f"no {ops.name} could be made, deleted and made again")


def _optional_texts(ops: ResourceOperations) -> dict[str, str]:
    """The fields that a create may leave out, that take any text, name nothing and are read back; by body property."""
    create, place, fixed = ops.create, request_body(ops.create), fields_chosen_by_session(ops)
    if create is None or place is None:
        return {}
    return {
        name: field_of(create, name)
        for name, required in body_properties(create).items()
        if not required
        and field_of(create, name) not in fixed
        and is_free_text(place.member(name))
        and limits(place.member(name))[1] >= _TEXT_LENGTH
        and declares(representation(ops.read), field_of(create, name))
    }


def _recreated(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    texts = _optional_texts(ops)
    values: dict[str, JSON] = {name: token(session.random, _TEXT_LENGTH) for name in texts}
    former = make(session, ops, values=values, note=f"make {ops.with_article} to delete and make again")
    before = read_until_found(session, ops, former) if former else None
    deleted = delete(session, ops, former) if former and before and before.found else None
    if former is None or deleted is None or not served(deleted):
        return
    session.forget(former)
    gone = read_until_gone(session, ops, former)
    if gone is None or gone.found or gone.trouble:
        yield from verdicts.untested(_AFRESH, "the deletion was not complete, which is reported separately")
        return
    again = _make_bare(session, ops, former)
    after = read_until_found(session, ops, again) if again else None
    for _ in range(LOOKS - 1):
        if again is None or after is None or not _revived(texts, values, after):
            break
        after = read_until_found(session, ops, again)
    if again is None or after is None or not after.found:
        yield from verdicts.untested(
            _AFRESH, f"no {ops.name} could be made under the name of the deleted one, and read"
        )
        return
    exchanges = (former.exchange, deleted, again.exchange, after.exchange)
    field = _revived(texts, values, after)
    if field:
        message = f"the new {ops.name} was created without {field}, but shows that of the deleted one"
        yield from verdicts.failed(
            _AFRESH, message, *exchanges, pointer=pointer_of(field), actual=field_in(after.value, field)
        )
    else:
        yield from verdicts.passed(_AFRESH, f"the new {ops.name} shows nothing of the deleted one", *exchanges)


def _make_bare(session: Session, ops: ResourceOperations, former: Made) -> Made | None:
    """Make one with the names of a former one, and without the texts that can be left out."""
    body = former.arguments.get("body")
    if ops.create is None or not isinstance(body, dict):
        return None
    texts = _optional_texts(ops)
    arguments = {**former.arguments, "body": {name: value for name, value in body.items() if name not in texts}}
    return make_by(session, ops, ops.create, arguments, note="make it again without its texts")


def _revived(texts: Mapping[str, str], values: Mapping[str, JSON], after: ReadResult) -> str:
    """Return the first field that shows the text of the deleted one; empty if none does."""
    return next(
        (field for name, field in texts.items() if str(values[name]) in str(field_in(after.value, field))),
        "",
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A resource created under the name of a deleted one shows none of its texts.",
    clauses=clauses,
    drive=drive,
)
