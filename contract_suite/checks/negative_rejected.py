"""A request that breaks the contract is refused, with the status and code that the contract names.

Serving it is a finding of the constraint it broke, and weighs as that constraint does. A server error, or a refusal
about keys, rates or the state of something, says nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import OF_STATE, OVERSIZE, UNRELATED, is_about_state, is_failure
from contract_suite.checks.kit.refusals import (
    DocumentedDetail,
    broken_demand,
    general_status,
    own_code,
    own_status,
    parameter_of,
    status_for,
)
from contract_suite.checks.kit.soft_refusals import is_soft_refusal
from contract_suite.checks.kit.tidied import was_tidied
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.naming.disregarded_headers import disregarded_by
from contract_suite.contract.operation import Body, Contract, Operation, Parameter, is_json
from contract_suite.contract.schemas.constraints import Constraint, constraints
from contract_suite.contract.schemas.walking import visit
from contract_suite.contract.violations import Violation, violations
from contract_suite.model import clause_ids
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import is_refusal, is_server_error
from contract_suite.model.fact import Fact
from contract_suite.model.json import MISSING, at
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source, weakest
from contract_suite.model.verdict import Verdict

NAME: Final = "negative-rejected"
_ENFORCED: Final = "-enforced"
_MANY: Final = 207
_MAX_TEXT: Final = 80
_UNNAMED: Final = ("propertyNames", "prefixItems", "contains")
"""Keywords whose breach shows where no constraint of its own is listed."""
_CONDITIONAL: Final = frozenset({f"if{_ENFORCED}", f"dependent-schemas{_ENFORCED}"})
"""Kinds of clauses about a demand that stands elsewhere, and has a source of its own."""
_NOT_THERE: Final = frozenset({"400", "404", "410", "422", "4XX"})
"""Documented statuses by which a delete says that nothing stands at its address."""
_WIDTHS: Final = frozenset({"int32", "int64"})
_OF_SDK: Final = "only the vendor's SDK says so, which shows what clients send and not what a server refuses"


def _clauses(contract: Contract, operation: Operation) -> Iterator[Clause]:
    yield from _DEMANDS(operation).values()
    for parameter in operation.parameters:
        for said in (own_status(operation, parameter), own_code(contract, operation, parameter)):
            if said is not None:
                yield _refusal(operation, said, f"a bad {parameter.subject} is refused with {said.value}")
    general = general_status(contract, operation)
    if general is not None:
        yield _refusal(operation, general, f"a request that breaks its schema is refused with {general.value}")


def _demands(operation: Operation) -> dict[str, Clause]:
    """What an operation demands of requests, by clause id; of two sources of one clause the weaker holds."""
    found: dict[str, Clause] = {}
    for clause in _of_operation(operation):
        known = found.get(clause.id)
        found[clause.id] = clause if known is None or weakest((known.source, clause.source)) is clause.source else known
    return found


_DEMANDS: Final[Memo[Operation, dict[str, Clause]]] = Memo(_demands)


def _of_operation(operation: Operation) -> Iterator[Clause]:
    for parameter in operation.parameters:
        yield from _of_parameter(operation, parameter)
    if operation.body is not None:
        yield from _of_body(operation, operation.body)
    schemas = [parameter.schema for parameter in operation.parameters]
    schemas += [
        media.schema for media in (operation.body.media_types if operation.body else ()) if media.schema is not None
    ]
    if any(keyword in node for schema in schemas for _, node in visit(schema.bundle) for keyword in _UNNAMED):
        subject, kind = clause_ids.parts(clause_ids.refused(operation.id))[1:]
        yield make_clause(
            NAME,
            operation,
            subject,
            kind,
            "a request that breaks the contract in a way that no other clause names is refused",
        )


def _of_parameter(operation: Operation, parameter: Parameter) -> Iterator[Clause]:
    if parameter.required and parameter.where != "path":
        yield make_clause(
            NAME,
            operation,
            parameter.subject,
            f"required{_ENFORCED}",
            f"a request without {parameter.subject} is refused",
            source=parameter.required_source,
            location=parameter.location,
            quote=parameter.quote,
        )
    root = parameter.schema.root
    types = root.get("type", "string") if isinstance(root, dict) else "string"
    textual = "string" in (types if isinstance(types, list) else [types])
    standard = disregarded_by(parameter)
    for each in constraints(parameter.schema):
        reason = f"a server disregards what it doesn't understand in this header ({standard})" if standard else ""
        if textual and each.keyword == "type" and not each.subject:
            reason = "every value is a text on the wire, so none is of another type"
        elif parameter.where == "path" and each.keyword == "minLength" and each.value == 1 and not each.subject:
            reason = "an address with an empty segment is another address"
        yield _enforced(operation, parameter.subject, each, quote=each.quote or parameter.quote, reason=reason)


def _of_body(operation: Operation, body: Body) -> Iterator[Clause]:
    if body.required:
        yield _of_whole(operation, body, "required", body.required_source, "a request without a body is refused")
    names = " or ".join(media.name for media in body.media_types)
    if body.media_types and not any("*" in media.name for media in body.media_types):
        yield _of_whole(
            operation, body, clause_ids.MEDIA_TYPE, Source.INFERRED, f"a body that is not {names} is refused"
        )
    for media in body.media_types:
        if is_json(media.name):
            yield _of_whole(operation, body, clause_ids.SYNTAX, Source.DOCUMENTED, "a body that is not JSON is refused")
        for each in constraints(media.schema) if media.schema is not None else ():
            reason = _OF_SDK if each.source is Source.SDK else ""
            yield _enforced(operation, clause_ids.BODY, each, quote=each.quote, reason=reason)


def _of_whole(operation: Operation, body: Body, keyword: str, source: Source, text: str) -> Clause:
    kind = f"{clause_ids.kebab(keyword)}{_ENFORCED}"
    return make_clause(NAME, operation, clause_ids.BODY, kind, text, source=source, location=body.location)


def _enforced(operation: Operation, prefix: str, constraint: Constraint, *, quote: str, reason: str = "") -> Clause:
    subject = f"{prefix}{constraint.subject}"
    shown = json.dumps(constraint.value, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= _MAX_TEXT else f"{shown[:_MAX_TEXT]}…"
    missing = constraint.keyword == "required"
    return make_clause(
        NAME,
        operation,
        subject,
        f"{clause_ids.kebab(constraint.keyword)}{_ENFORCED}",
        f"a request without {subject} is refused"
        if missing
        else f"a request is refused if its {subject} breaks {constraint.keyword} {shown}",
        source=constraint.source,
        location=constraint.location,
        quote=quote,
        inapplicable=reason,
    )


def _refusal(operation: Operation, said: DocumentedDetail, text: str) -> Clause:
    subject, kind = clause_ids.parts(said.clause)[1:]
    return make_clause(
        NAME, operation, subject, kind, text, source=said.source, location=said.location, quote=said.quote
    )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, status = judgement.operation, judgement.exchange.status
    if (
        operation is None
        or operation.problem
        or judgement.case.intent is not Intent.NEGATIVE
        or status < 200
        or status == 304
        or is_server_error(status)
    ):
        return
    _, subject, kind = clause_ids.parts(judgement.case.target_clause)
    facts: tuple[Fact, ...] = ()
    if kind.endswith(_ENFORCED):
        clause, note = judgement.case.target_clause, judgement.case.note
        if kind in _CONDITIONAL:
            broken = violations(operation, judgement.exchange.request, lenient=True)
            facts = _facts(broken)
            note = ": ".join((note, *(each.message for each in broken[:1])))
    elif subject == clause_ids.AUTH:
        return
    else:
        broken = violations(operation, judgement.exchange.request, lenient=True)
        if not broken or (is_refusal(status) and len(broken) > 1):
            return
        clause, first = _clearest(operation, broken)
        if not clause:
            return
        subject, note = first.subject, first.message
        facts = _facts([first]) if clause_ids.parts(clause)[2] in _CONDITIONAL else ()
    if not is_refusal(status):
        yield _served(clause, judgement, note, facts)
    elif unrelated := _unrelated(judgement):
        yield cannot_tell(clause, unrelated)
    else:
        yield passed(clause)
        yield from _details(judgement, operation, subject, status, (*broken_demand(operation, clause), *facts))


def _served(clause: str, judgement: Judgement, note: str, facts: tuple[Fact, ...]) -> Verdict:
    """Return what it means that an invalid request was answered with a success."""
    status = judgement.exchange.status
    if status == _MANY and not judgement.contract.sourced:
        return cannot_tell(clause, "the response has a status for each part of the request (207)")
    if not judgement.contract.sourced and was_tidied(judgement):
        return cannot_tell(clause, "the server removed the space around the text before it checked it")
    if is_soft_refusal(judgement.body):
        return cannot_tell(clause, f"the answer is {status} and says that the call failed")
    if not judgement.contract.sourced and _deletes_what_is_not_there(clause, judgement):
        return cannot_tell(clause, "no status is documented for deleting what isn't there: it may count as done")
    if not judgement.contract.sourced and _is_width(clause, judgement):
        return cannot_tell(clause, "its format says how wide the number is kept: a server may take wider ones")
    message = f"the request was served with {status} although it breaks the contract" + (f": {note}" if note else "")
    return failed(clause, message, problem="served", expected="a 4xx", actual=str(status), facts=facts)


def _deletes_what_is_not_there(clause: str, judgement: Judgement) -> bool:
    """Whether a delete was served at an address that nothing can have, where no document says that this is refused."""
    operation = judgement.operation
    return (
        operation is not None
        and operation.method == "DELETE"
        and clause_ids.parts(clause)[1].startswith("path.")
        and not any(response.status in _NOT_THERE for response in operation.responses)
    )


def _is_width(clause: str, judgement: Judgement) -> bool:
    """Whether a clause is about how wide an integer is (`int32`), which says more about its type than about its value."""
    operation = judgement.operation
    if operation is None or not clause.endswith(clause_ids.kebab(f"format{_ENFORCED}")):
        return False
    found = [(each.subject, each.schema) for each in operation.parameters]
    found += [
        (clause_ids.BODY, media.schema)
        for media in (operation.body.media_types if operation.body else ())
        if media.schema
    ]
    subject = clause_ids.parts(clause)[1]
    return any(
        each.keyword == "format" and each.value in _WIDTHS and f"{prefix}{each.subject}" == subject
        for prefix, schema in found
        for each in constraints(schema)
    )


def _unrelated(judgement: Judgement) -> str:
    """Return why the refusal of an invalid request does not show that its fault was seen, or nothing."""
    status = judgement.exchange.status
    if status in UNRELATED:
        return f"the refusal ({status}) is about who asks or how often, not about what was asked"
    if status in OF_STATE or (not judgement.contract.sourced and _is_repeat(judgement)):
        return f"the refusal ({status}) is about the state of something, not about what was asked"
    return judgement.doubt


def _is_repeat(judgement: Judgement) -> bool:
    """Whether a write is refused in words for what exists, at a place that has nothing to do with its fault."""
    operation = judgement.operation
    return operation is not None and not operation.safe and is_about_state(judgement.exchange)


def _clearest(operation: Operation, broken: tuple[Violation, ...]) -> tuple[str, Violation]:
    """Return the clause and violation that weigh most: any one is reason enough to refuse.

    An unnamed fault counts only if it weighs as a failure.
    """
    listed = _DEMANDS(operation)
    for each in sorted(broken, key=lambda one: not is_failure(one.source)):
        clause = _condition(operation, each) or clause_ids.enforced(operation.id, each.subject, each.keyword)
        if clause in listed:
            return clause, each
    unnamed = clause_ids.refused(operation.id)
    weighty = next((each for each in broken if is_failure(each.source)), None)
    return (unnamed, weighty) if weighty is not None and unnamed in listed else ("", broken[0])


def _condition(operation: Operation, broken: Violation) -> str:
    """The clause of the condition whose demand is broken; empty if the demand holds whatever else a value says."""
    steps = set(broken.location.pointer.split("/"))
    keyword = "if" if {"then", "else"} & steps else "dependentSchemas" if "dependentSchemas" in steps else ""
    subject = broken.subject if keyword else ""
    while subject:
        clause = clause_ids.enforced(operation.id, subject, keyword)
        if clause in _DEMANDS(operation):
            return clause
        subject = subject.rpartition("/")[0]
    return ""


def _facts(broken: Iterable[Violation]) -> tuple[Fact, ...]:
    return tuple(Fact(source=each.source, location=each.location, what=each.message) for each in broken)


def _details(
    judgement: Judgement, operation: Operation, subject: str, status: int, facts: tuple[Fact, ...]
) -> Iterator[Verdict]:
    said = status_for(judgement.contract, operation, subject)
    if said is not None and status == said.value:
        yield passed(said.clause)
    elif said is not None and not _as_good(judgement, subject, status, own=said.subject == subject):
        message = f"a bad {subject} was refused with {status}; the contract says {said.value}"
        yield failed(
            said.clause,
            message,
            problem=f"status-{status}",
            expected=str(said.value),
            actual=str(status),
            facts=facts,
        )
    parameter = parameter_of(operation, subject)
    code = own_code(judgement.contract, operation, parameter) if parameter is not None else None
    errors = judgement.contract.errors
    if code is None or errors is None or (said is not None and status != said.value):
        return
    body = judgement.body
    found = at(body, errors.fields["code"]) if body is not MISSING else MISSING
    if found is MISSING:
        yield cannot_tell(code.clause, "the refusal shows no code")
    elif found == code.value:
        yield passed(code.clause)
    else:
        message = f"a bad {subject} was refused with the code {found!r}; the contract says {code.value!r}"
        yield failed(
            code.clause,
            message,
            problem="code",
            pointer=errors.fields["code"],
            expected=str(code.value),
            actual=str(found),
            facts=facts,
        )


def _as_good(judgement: Judgement, subject: str, status: int, *, own: bool) -> bool:
    """Whether another 4xx is right too: for an unknown id, a text that is too large, an unsupported media type.

    Where the parameter states its `own` refusal, an unknown id is no excuse.
    """
    errors = judgement.contract.errors
    unknown = errors.status.get("unknown") if errors is not None else None
    if subject.startswith("path.") and status == unknown:
        return not own
    if status == 400 and judgement.spec is not None and _is_unreadable(judgement):
        return True  # what can't be read can't be held to a schema, however breaches of that are answered
    return status in OVERSIZE or (status == 415 and subject == clause_ids.BODY)


def _is_unreadable(judgement: Judgement) -> bool:
    """Whether a request has no body that could be held to a schema: none, one of another type, or no JSON."""
    operation, subject, kind = clause_ids.parts(judgement.case.target_clause)
    unread = {
        clause_ids.enforced(operation, subject, each) for each in (clause_ids.SYNTAX, clause_ids.MEDIA_TYPE, "required")
    }
    return subject == clause_ids.BODY and f"{operation}::{subject}::{kind}" in unread


CHECK: Final = Check(
    name=NAME,
    title="A request that breaks the contract is refused.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
