"""Limits that the sentences of a create state: what can be made only once, and what together may not exceed something.

"A user can review a game only once, the second attempt is a 409": the very same request must not be served twice. "All
refunds of a charge together may not exceed its amount": where one that is larger is refused, so must be the second of two that
are larger together. "The copy must not be on loan" and "409 if the seat is already booked" say of what a create takes that it
takes it alone. "The email is unique, whatever its case" of what is only listed: another one with it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import (
    identity_shown,
    item_paths,
    make_own,
)
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.relations.said_limits import shares
from contract_suite.behaviours.relations.said_limits.own_references import send, things_by_noun, written_like
from contract_suite.contract.naming.idempotency_keys import keys_in
from contract_suite.contract.naming.names import plain_name, singular, speaks_of
from contract_suite.contract.naming.sentences import case_said, sentences
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "said-limits"
_ONCE: Final = "only-once"
_UNIQUE: Final = "same-refused"
_ANY_CASE: Final = "other-case-refused"
_SAYS_ONCE: Final = re.compile(
    r"\bonly (be \w+ )?once\b|\bat most (once|one)\b|\bsecond (attempt|time|try|one)\b|\bmore than once\b|\bno more than (once|one)\b",
    re.IGNORECASE,
)
_SAYS_LIMIT: Final = re.compile(
    r"\b(can|may|must|shall)\b[^.;]*\b(only (be \w+ )?once|at most once|no more than once)\b", re.IGNORECASE
)
"""A rule about the things themselves, which says by itself that a second one is refused: "A user can be a member only once"."""
_SAYS_TAKEN: Final = re.compile(
    r"\balready (?:been )?(?:booked|reserved|taken|lent|rented|assigned|enrol+ed|subscribed|checked out|occupied|claimed|redeemed|sold(?! out))\b",
    re.IGNORECASE,
)
_OTHERWISE: Final = re.compile(r"\bunless\b|\bexcept\b|\bup to\b|\bat most\b|\bcapacity\b", re.IGNORECASE)
_SAYS_REFUSED: Final = re.compile(r"\b409\b|conflict|refus|reject|\berror|\bfail|not allowed|denied", re.IGNORECASE)
_SAYS_REPLAYED: Final = re.compile(r"idempot|\bretr(y|ies|ied)|replay|same key|\bfirst answer", re.IGNORECASE)
_SAYS_UNIQUE: Final = re.compile(
    r"\b(is|are|must be|has to be|have to be) (always |globally )?unique\b(?! (within|per|in|for|to)\b)", re.IGNORECASE
)
_CREATED: Final = 201
_CONFLICT: Final = 409
_REFUSALS: Final = (_CONFLICT, 422, 400)


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every create whose description says that it is done once, or that several together have a limit."""
    found = [clause for each in _once(contract) for clause in _clauses_of(each).values()]
    found += [clause for each in shares.shares(contract) for clause in shares.clauses_of(each, NAME).values()]
    found += [
        clause
        for each, name, any_case in _unique(contract)
        for clause in _unique_clauses(each, name, any_case).values()
    ]
    reason = "no description of a create says that something is done only once, or that several together may not exceed something"
    yield from inapplicable_if_none(found, contract, NAME, "body", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Send a create that was served again, and two creates that are too large together."""
    for operation in _once(session.contract):
        verdicts = Verdicts(session, _clauses_of(operation))
        if verdicts.any_wanted and session.allowed(operation):
            yield from while_sent(_again(session, operation, verdicts))
        yield from verdicts.leave_untested("no request was served that could be repeated")
    for share in shares.shares(session.contract):
        verdicts = Verdicts(session, shares.clauses_of(share, NAME))
        if verdicts.any_wanted and session.allowed(share.create):
            yield from while_sent(shares.take_shares(session, share, verdicts))
        yield from verdicts.leave_untested("nothing was made of which shares could be taken")
    for operation, name, any_case in _unique(session.contract):
        verdicts = Verdicts(session, _unique_clauses(operation, name, any_case))
        if verdicts.any_wanted and session.allowed(operation):
            yield from while_sent(_same(session, operation, name, verdicts))
        yield from verdicts.leave_untested("no request was served that could be repeated")


def _again(session: Session, operation: Operation, verdicts: Verdicts) -> Iterator[Verdict]:
    arguments = session.accepted(operation)
    if arguments is None:
        return
    first = send(session, operation, arguments, note="once", aim=verdicts.clause_id(_ONCE))
    other = _with_own(session, operation, arguments) if refused(first) else None
    if other is not None:
        arguments, first = other, send(session, operation, other, note="once", aim=verdicts.clause_id(_ONCE))
    if not served(first) and first.status not in _REFUSALS:
        return
    earlier = first if served(first) else _served_before(session, first)
    second = (
        send(session, operation, arguments, note="the same once more", aim=verdicts.clause_id(_ONCE))
        if served(first)
        else first
    )
    if earlier is None or obstacle(second):
        return
    if served(second) and _shows_the_same(session, operation, earlier, second):
        return  # it shows the one that is there
    if done(second) and second.status == earlier.status:
        message = f"{operation.id} says that it is done once, and the same request was served twice"
        yield from verdicts.failed(_ONCE, message, earlier, second, expected=_CONFLICT, actual=second.status)
    elif refused(second):
        yield from verdicts.passed(_ONCE, "the same request was refused", earlier, second)


def _same(session: Session, operation: Operation, name: str, verdicts: Verdicts) -> Iterator[Verdict]:
    """Make one, another with the same member, and another with it in the other case; what else is in them stays as it was."""
    arguments = session.accepted(operation)
    body = arguments.get("body") if arguments is not None else None
    value = body.get(name) if isinstance(body, dict) else None
    if arguments is None or not isinstance(body, dict) or not isinstance(value, str):
        return
    first = send(session, operation, arguments, note=f"with {name} {value}", aim=verdicts.clause_id(_UNIQUE))
    if not done(first):
        return
    for kind, again in ((_UNIQUE, value), (_ANY_CASE, value.swapcase())):
        given = {**arguments, "body": {**body, name: again}}
        media = operation.body.of_members if operation.body is not None else None
        usable = media is None or media.schema is None or media.schema.is_valid(given["body"])
        if not verdicts.is_wanted(kind) or not usable or (kind == _ANY_CASE and again == value):
            continue
        second = send(session, operation, given, note=f"another with {name} {again}", aim=verdicts.clause_id(kind))
        if served(second) and not _shows_the_same(session, operation, first, second):
            message = f"there is one with the {name} {value!r}; another one with {again!r} was answered {second.status}"
            pointer = f"/{escape(name)}"
            yield from verdicts.failed(
                kind, message, first, second, pointer=pointer, expected=_CONFLICT, actual=second.status
            )
            return
        if refused(second) and not obstacle(second):
            yield from verdicts.passed(kind, f"another one with {again!r} is refused ({second.status})", first, second)


def _shows_the_same(session: Session, operation: Operation, earlier: Exchange, second: Exchange) -> bool:
    """Whether a create was answered with what is there already: by its id, or by all where no conflict is documented."""
    shown, before = session.json(second), session.json(earlier)
    identity = identity_shown(shown, "id")
    same = bool(identity) and identity == identity_shown(before, "id")
    return same or (not operation.documents(_CONFLICT) and shown == before)


def _served_before(session: Session, exchange: Exchange) -> Exchange | None:
    """Return an earlier request that was served, and the same."""
    own = exchange.request
    return next(
        (
            each
            for each in session.history
            if served(each)
            and (each.request.method, each.request.target) == (own.method, own.target)
            and (exchange.status == _CONFLICT or each.request.body == own.body)
        ),
        None,
    )


def _with_own(session: Session, operation: Operation, arguments: Arguments) -> Arguments | None:
    """Return arguments that refer to new things of the run's own: what others had may have had too much of it."""
    body, things = arguments.get("body"), things_by_noun(session.contract)
    if not isinstance(body, dict):
        return None
    given: dict[str, JSON] = {}
    for name in body:
        paths = things.get(plain_name(name).removesuffix("id"))
        thing = make_own(session, paths) if paths is not None and paths.create is not operation else None
        if thing is not None and paths is not None:
            given[name] = written_like(body[name], thing.address[paths.key])
    return {**arguments, "body": {**body, **given}} if given else None


def _once(contract: Contract) -> Iterator[Operation]:
    """The creates whose own description says that they are done once, and refused after that."""
    for each in contract.operations if not contract.resources else ():
        if each.method != "POST" or each.problem or not any(each.documents(status) for status in _REFUSALS):
            continue
        if _takes_alone(each):
            yield each
            continue
        text = f"{each.summary}\n{each.description}"
        keyed = any(keys_in(each, {parameter.subject: None for parameter in each.parameters}))
        if keyed or _SAYS_REPLAYED.search(text):
            continue
        told = each.documents(_CONFLICT)
        if any(
            _SAYS_LIMIT.search(one) or (told and _SAYS_ONCE.search(one) and _SAYS_REFUSED.search(one))
            for one in sentences(text)
        ):
            yield each


def _takes_alone(operation: Operation) -> bool:
    """Whether a create says that what it takes must not be taken already, by its own noun or by a word for that."""
    noun = re.escape(singular(operation.path.rstrip("/").rpartition("/")[2]))
    if operation.body is None or names_in(operation.path.rstrip("/").rpartition("/")[2]):
        return False
    on_it = re.compile(
        rf"\b(?:not|cannot|can't) be (?:already )?(?:on|in|under) (?:an? |another )?{noun}\b"
        rf"|\balready (?:on|in|under|has|have) (?:an? )?(?:(?:open|active|current|running) )?{noun}\b",
        re.IGNORECASE,
    )
    refusals = [each.description for each in operation.responses if each.status in map(str, _REFUSALS)]
    texts = [operation.summary, operation.description, *refusals]
    said = [one for text in texts for one in sentences(text) if on_it.search(one) or _SAYS_TAKEN.search(one)]
    others = _SAYS_REPLAYED.search("\n".join(texts)) or any(_OTHERWISE.search(one) for one in said)
    return bool(said) and bool(refusals) and not others


def _unique(contract: Contract) -> Iterator[tuple[Operation, str, bool]]:
    """The creates of what no path shows alone that call a member unique, with it, and whether its case makes no difference.

    Of what can be read by itself, `uniqueness` says more.
    """
    shown = {each.create.id for each in item_paths(contract)}
    for each in contract.operations if not contract.resources else ():
        place = request_body(each)
        collects = not names_in(each.path) and each.documents(_CREATED)
        if each.method != "POST" or each.problem or each.id in shown or place is None or not collects:
            continue
        texts = [name for name in place.property_names() if place.member(name).types() - {"null"} == {"string"}]
        for sentence in sentences(each.description) if each.documents(_CONFLICT) else ():
            named = [name for name in texts if speaks_of(sentence, name)]
            if len(named) == 1 and _SAYS_UNIQUE.search(sentence):
                yield each, named[0], case_said(sentence) == "ignored"
                break


def _unique_clauses(operation: Operation, name: str, any_case: bool) -> Mapping[str, Clause]:
    texts = {
        _UNIQUE: f"{operation.id} is refused if its {name} already exists.",
        _ANY_CASE: f"{operation.id} is refused if its {name} already exists in another case.",
    }
    kinds = (_UNIQUE, _ANY_CASE) if any_case else (_UNIQUE,)
    return {each: clause_at(NAME, operation, f"body/{escape(name)}", each, texts[each]) for each in kinds}


def _clauses_of(operation: Operation) -> Mapping[str, Clause]:
    text = f"{operation.id} is refused when the same was done before."
    return {_ONCE: clause_at(NAME, operation, "request", _ONCE, text)}


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="What can be done once is refused when it is repeated, and what together exceeds a limit is refused.",
    clauses=clauses,
    drive=drive,
)
