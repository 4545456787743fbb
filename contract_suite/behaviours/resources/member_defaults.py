"""A create that leaves out a member stores its documented `default`, or nothing: not the word for nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources, make_clause
from contract_suite.behaviours.kit.comparing import differences, field_in
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    request_body,
    resource_operations,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import is_free_text
from contract_suite.behaviours.resources.kit.making import make_by, sent_values
from contract_suite.behaviours.resources.kit.observing import ReadResult, read_until_found
from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.operation import Contract
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, MISSING, Arguments, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "member-defaults"
_STORED: Final = "stored"
_ABSENT: Final = "absent"
_WORDS_FOR_NOTHING: Final = frozenset({"null", "None", "undefined", "NaN", "[object Object]"})
"""What programs write where they turn a value that is not there into a text."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """What a create promises of members that are left out, for every resource that has one."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: clauses_of(ops).values(),
        lambda ops: (
            f"no field of {ops.with_article} can be left out of the create, is shown by a read, and is a text or has a default"
        ),
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key, if a create can leave out something that a read shows."""
    create = ops.resource.create
    if ops.create is None or create is None:
        return {}
    found: dict[str, Clause] = {}
    if _defaults(ops):
        text = f"Created without optional fields, {ops.with_article} shows their documented defaults."
        found[_STORED] = make_clause(NAME, ops.create, ops.name, "defaults-stored", text, rests_on=create)
    if _free_texts(ops):
        text = f"Created without optional texts, {ops.with_article} shows no word such as None in their place."
        found[_ABSENT] = make_clause(NAME, ops.create, ops.name, "left-out-absent", text, rests_on=create)
    return found


def drive(session: Session) -> Iterator[Verdict]:
    """Make one of each resource without what may be left out, and read it."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if verdicts.any_wanted:
            yield from _judge(session, ops, verdicts)
            yield from verdicts.leave_untested(f"no {ops.name} could be made without its optional fields")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Created:
    """What was made, what a read shows of it, and which fields the create left out."""

    made: Made
    result: ReadResult
    left_out: Collection[str]


def _judge(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    made = _made_without(session, ops)
    # That each value has its type, the checks say of this answer as of any other.
    result = read_until_found(session, ops, made, note="what do the fields that were left out show?") if made else None
    if made is None or result is None or not result.found:
        return
    left_out = {name for name in _optional(ops) if name not in sent_values(ops, made)}
    created = _Created(made=made, result=result, left_out=left_out)
    yield from _stored(session, ops, verdicts, created)
    words = {name: field_in(result.value, name) for name in _free_texts(ops) if name in left_out}
    wrong = next(
        ((name, word) for name, word in words.items() if isinstance(word, str) and word in _WORDS_FOR_NOTHING), None
    )
    if wrong is not None:
        message = f"the {ops.name} was created without {wrong[0]}, and shows {shown(wrong[1])} there"
        yield from verdicts.failed(
            _ABSENT,
            message,
            made.exchange,
            result.exchange,
            pointer=f"/{escape(wrong[0])}",
            expected="absent",
            actual=wrong[1],
        )
    elif words:
        yield from verdicts.passed(_ABSENT, f"left out: {', '.join(words)}", made.exchange, result.exchange)


def _stored(session: Session, ops: ResourceOperations, verdicts: Verdicts, created: _Created) -> Iterator[Verdict]:
    made, result = created.made, created.result
    defaults = {name: value for name, value in _defaults(ops).items() if name in created.left_out}
    if not defaults:
        return
    seen = {name: value for name, value in defaults.items() if field_in(result.value, name) is not MISSING}
    if not seen:
        yield from verdicts.untested(_STORED, f"a read shows no {' and no '.join(defaults)}", result.exchange)
        return
    other = list(differences(seen, result.value, tidied=not session.contract.sourced))
    if other:
        subject = f"the {ops.name} that was created without {plain(other[0].pointer)}"
        yield from verdicts.mismatch(_STORED, other[0], subject, made.exchange, result.exchange, more=len(other) - 1)
    else:
        yield from verdicts.passed(_STORED, f"defaults show: {', '.join(seen)}", made.exchange, result.exchange)


def _made_without(session: Session, ops: ResourceOperations) -> Made | None:
    """Make one without any optional field, or, where that is refused, without those that have a default."""
    accepted = session.accepted(ops.create) if ops.create is not None and session.allowed(ops.create) else None
    if ops.create is None or accepted is None:
        return None
    for names in (set(_optional(ops)), set(_defaults(ops))):
        arguments = _without(accepted, names)
        made = make_by(session, ops, ops.create, arguments, note="leave out optional fields") if names else None
        if made is not None:
            return made
    return None


def _without(arguments: Arguments, names: Collection[str]) -> Arguments:
    body = arguments.get("body")
    if not isinstance(body, dict):
        return arguments
    return {**arguments, "body": {name: value for name, value in body.items() if name not in names}}


def _optional(ops: ResourceOperations) -> dict[str, SchemaView]:
    """The optional members of a create that a read shows and that identify nothing, as the create describes them."""
    place, described = request_body(ops.create), ops.representation
    if ops.create is None or place is None:
        return {}
    fixed = {plain(each) for each in (*ops.resource.identity, *ops.resource.scope)}
    fixed |= {plain(each) for rule in ops.resource.unique for each in rule.fields}
    return {
        name: place.member(name)
        for name, required in body_properties(ops.create).items()
        if not required and field_of(ops.create, name) not in fixed and declares(described, name)
    }


def _defaults(ops: ResourceOperations) -> dict[str, JSON]:
    """Those optional members that have a default, with it."""
    defaults = {name: place.keyword("default") for name, place in _optional(ops).items()}
    return {name: value for name, value in defaults.items() if value is not None}


def _free_texts(ops: ResourceOperations) -> list[str]:
    """Those optional members that take any text and have no default."""
    defaults = _defaults(ops)
    return [name for name, place in _optional(ops).items() if is_free_text(place) and name not in defaults]


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A create stores the documented defaults of the fields that it leaves out, or nothing.",
    clauses=clauses,
    drive=drive,
)
