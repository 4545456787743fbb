"""A request that keeps the contract is accepted.

A refusal for who asks, how often or how much, or for the state that something is in, proves nothing; a 404 where the
document doesn't vouch for the address is the address's finding. What the document merely leaves unsaid (an empty text
without `minLength`, a huge number without `maximum`) is a clause of its own, which nobody documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import (
    AS_INVALID,
    OF_STATE,
    OVERSIZE,
    UNRELATED,
    is_about_choice,
    is_about_negotiation,
    is_about_setting,
    is_about_state,
)
from contract_suite.checks.kit.promised_answers import promised_answers
from contract_suite.checks.kit.related_members import compares_members
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.addressing import roles
from contract_suite.contract.naming.ranges import turned_round
from contract_suite.contract.naming.said_relations import broken_relation
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.view import view
from contract_suite.contract.schemas.walking import visit
from contract_suite.model import clause_ids
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Identity, is_refusal, is_server_error
from contract_suite.model.json import JSON, Missing, parsed
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "positive-accepted"
UNSAID: Final = "unsaid-accepted"
_UNKNOWN: Final = 404
_LONG: Final = 20_000
"""A refusal with more bytes is no sentence about a value."""
_WHERE: Final = frozenset({"path", "instance", "uri", "url", "href", "self", "request", "requesturi"})
"""Members of a refusal that say where the request went."""
_WORD: Final = re.compile(r"[\w.-]*\w")
_TELLING: Final = 3


def _clauses(contract: Contract, operation: Operation) -> Iterator[Clause]:
    yield from _of_operation(operation).values()
    if not contract.sourced:
        yield make_clause(
            NAME,
            operation,
            clause_ids.REQUEST,
            UNSAID,
            "a request is accepted whose values are special in a way that the document says nothing about",
            source=Source.INFERRED,
        )


def _list(operation: Operation) -> dict[str, Clause]:
    found: dict[str, Clause] = {}
    for clause in _each(operation):
        found.setdefault(clause.id, clause)
    return found


_of_operation: Final[Memo[Operation, dict[str, Clause]]] = Memo(_list)


def _each(operation: Operation) -> Iterator[Clause]:
    yield make_clause(NAME, operation, clause_ids.REQUEST, "accepted", "a request that keeps the contract is accepted")
    for parameter in operation.parameters:
        yield make_clause(
            NAME,
            operation,
            parameter.subject,
            "accepted",
            f"every valid {parameter.subject} is accepted",
            source=parameter.source,
            location=parameter.location,
            quote=parameter.quote,
        )
    for media in operation.body.media_types if operation.body is not None else ():
        for subject, subschema in visit(media.schema.bundle) if media.schema is not None else ():
            place = media.schema.bundle.place(subschema) if media.schema is not None else None
            if place is not None:
                name = f"{clause_ids.BODY}{subject}"
                yield make_clause(
                    NAME,
                    operation,
                    name,
                    "accepted",
                    f"every valid {name} is accepted",
                    source=place.provenance.kind or place.inherited,
                    location=place.node.location,
                    quote=place.provenance.at,
                )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, status, case = judgement.operation, judgement.exchange.status, judgement.case
    if (
        operation is None
        or operation.problem
        or case.intent is not Intent.POSITIVE
        or case.request.identity is not Identity.DEFAULT
    ):
        return
    if clause_ids.parts(case.target_clause)[1] == clause_ids.AUTH or status < 200 or is_server_error(status):
        return
    whole = clause_ids.accepted(operation.id)
    listed = _of_operation(operation)
    clause = case.target_clause if case.target_clause in listed else whole
    unsaid = f"{operation.id}::{clause_ids.REQUEST}::{UNSAID}"
    if not is_refusal(status):
        if status < 300:
            if case.unsaid:
                yield passed(unsaid)
            shown = {clause, whole, *(clause_ids.accepted(operation.id, subject) for subject in case.arguments)}
            yield from (passed(each) for each in sorted(shown) if each in listed)
        return
    excuse = _excuse(judgement, operation, clause)
    if excuse:
        yield cannot_tell(clause, excuse)
        return
    note = f" ({case.note})" if case.note else ""
    if case.unsaid:
        yield failed(
            unsaid,
            f"a request that the document does not forbid{note} was refused with {status}",
            problem=f"refused-{clause_ids.parts(clause)[1]}",
            expected="a 2xx",
            actual=str(status),
        )
        return
    yield failed(
        clause,
        f"a valid request{note} was refused with {status}",
        problem="refused",
        expected="a 2xx",
        actual=str(status),
        facts=promised_answers(judgement, operation),
    )


def _excuse(judgement: Judgement, operation: Operation, clause: str) -> str:
    """Why a right server may refuse a valid request with this status; empty if it may not."""
    status, listed = judgement.exchange.status, operation.response(judgement.exchange.status) is not None
    if status in UNRELATED or status in OVERSIZE:
        return f"the refusal ({status}) is about who asks, how often or how much, not about what was asked"
    if listed and is_about_negotiation(judgement.exchange):
        return f"the refusal ({status}) is about the media type, language or version that a header asked for"
    if status in OF_STATE and (listed or not operation.safe):
        return f"the refusal ({status}) is about the state of something, not about what was asked"
    if not judgement.contract.sourced and not operation.safe and is_about_state(judgement.exchange):
        return f"the refusal ({status}) says that something exists, is taken or is not there"
    if not judgement.contract.sourced and not operation.safe and is_about_setting(judgement.exchange):
        return f"the refusal ({status}) says that a member is not the client's to set"
    if judgement.case.unsaid and is_about_choice(judgement.exchange):
        return f"the refusal ({status}) says that the value is none of those that there are"
    if not judgement.contract.sourced and (rule := _rule_of_two(judgement, operation)):
        return rule
    crossed = turned_round(_query(judgement))
    if crossed is not None and not judgement.contract.sourced:
        return f"{crossed[0]} is above {crossed[1]}, which a right server may refuse"
    if not judgement.contract.sourced and _names_what_is_addressed(judgement, clause):
        return f"the refusal ({status}) names what the path addresses: it may be about what that is"
    return _excuse_of_unknown(judgement, operation, clause) if status == _UNKNOWN else ""


def _rule_of_two(judgement: Judgement, operation: Operation) -> str:
    """Return what a refusal, or a description, says of how two values must agree, in words; empty if it says nothing."""
    response, body = judgement.exchange.response, judgement.case.arguments.get("body")
    if response is None or response.status not in AS_INVALID or len(response.body) > _LONG:
        return ""
    media = operation.body.of_members if operation.body is not None else None
    broken = broken_relation(view(media.schema), body) if media is not None and media.schema is not None else None
    if broken is not None:
        return f"a description says how {broken[0]} compares with {broken[1]}, which the request doesn't keep"
    query = [each for each in operation.parameters if each.where == "query"]
    sent = [each.name for each in query if each.subject in judgement.case.arguments]
    members = view(media.schema).property_names() if media is not None and media.schema is not None else ()
    if compares_members(parsed(response.body), body, sent, (*members, *(each.name for each in query))):
        return f"the refusal ({response.status}) says how two values must agree, which no schema says"
    return ""


def _excuse_of_unknown(judgement: Judgement, operation: Operation, clause: str) -> str:
    """Why a right server may answer 404; empty if it may not."""
    if operation.method == "DELETE" and not judgement.contract.sourced:
        return "what was to be removed may have been removed before, which is answered 404"
    if judgement.case.unsaid or _varies_a_field(clause):
        return "another value may lead to where what was addressed doesn't exist, which is answered 404"
    if operation.response(_UNKNOWN) is not None and not _addresses(judgement):
        return "a value may name something that doesn't exist, which is answered 404"
    return ""


def _names_what_is_addressed(judgement: Judgement, clause: str) -> bool:
    """Whether an argument of the query is refused with words about the thing at the path: "notes.txt is no directory"."""
    response = judgement.exchange.response
    if response is None or not clause_ids.parts(clause)[1].startswith("query."):
        return False
    given = {
        each for key, each in judgement.case.arguments.items() if key.startswith("path.") and isinstance(each, str)
    }
    words = {word for text in _sentences(parsed(response.body)) for word in _WORD.findall(text)}
    return any(len(each) >= _TELLING and each in words for each in given)


def _sentences(value: JSON | Missing) -> Iterator[str]:
    """Yield the texts of a refusal, but for those that only say where the request went."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from () if name.lower() in _WHERE else _sentences(member)
    elif isinstance(value, list):
        for item in value:
            yield from _sentences(item)


def _query(judgement: Judgement) -> dict[str, JSON]:
    """The query's arguments by the names of their parameters."""
    start, given = "query.", judgement.case.arguments
    return {key.removeprefix(start): value for key, value in given.items() if key.startswith(start)}


def _varies_a_field(clause: str) -> bool:
    """Whether a request was special in a header or cookie alone: it may name another tenant, region or version."""
    return clause_ids.parts(clause)[1].startswith(("header.", "cookie."))


def _addresses(judgement: Judgement) -> bool:
    """Whether what the request speaks of is known to exist: it reads, changes or removes something by live ids."""
    operation = judgement.operation
    if operation is None:
        return False
    mine = {role for _, role in roles(judgement.contract.resources, operation)}
    return (
        bool(mine & {"read", "update", "delete"})
        if mine
        else any(each.where == "path" for each in operation.parameters)
    )


CHECK: Final = Check(
    name=NAME,
    title="A request that keeps the contract is accepted.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
