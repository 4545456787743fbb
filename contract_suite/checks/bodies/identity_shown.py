"""An answer shows what was asked for: its id is the id in the request, and a list of one owner holds no other's items.

Only fields that the answer's schema declares are compared, as texts: a query knows no numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import json_media
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.addressing import body_properties, field_of, named_values, plain, roles
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.walking import visit
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import is_success
from contract_suite.model.json import JSON, MISSING, at
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "identity-shown"
KIND: Final = "as-asked"


@dataclass(frozen=True, slots=True)
class _Place:
    """A field that the request names and the answer shows at `shown`; `items` says where, empty for the body itself."""

    field: str
    shown: str
    items: str
    clause: Clause


def _clauses(contract: Contract, operation: Operation) -> Iterator[Clause]:
    for place in _PLACES(contract)(operation):
        yield place.clause


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, status, body = judgement.operation, judgement.exchange.status, judgement.body
    if operation is None or operation.problem or not is_success(status) or body is MISSING:
        return
    if judgement.case.intent is Intent.NEGATIVE or not judgement.case.arguments:
        return
    asked = named_values(operation, judgement.case.arguments)
    for place in _PLACES(judgement.contract)(operation):
        wanted = asked.get(place.field)
        if isinstance(wanted, (str, int)) and not isinstance(wanted, bool):
            yield from _compare(place, wanted, body, sure=judgement.case.intent is Intent.POSITIVE)


def _compare(place: _Place, wanted: str | int, body: JSON, *, sure: bool) -> Iterator[Verdict]:
    """Compare as texts.

    Unless somebody is `sure` that what was asked for exists, its case and blanks around it are another clause's matter.
    """
    items = at(body, place.items) if place.items else [body]
    seen = False
    for index, item in enumerate(items if isinstance(items, list) else []):
        shown = at(item, place.shown)
        if not isinstance(shown, (str, int)) or isinstance(shown, bool):
            continue
        if not sure and str(shown) != str(wanted) and str(shown).strip().casefold() == str(wanted).strip().casefold():
            continue
        seen = True
        if str(shown) != str(wanted) and not str(shown).endswith(f"/{wanted}"):  # a name that holds the whole way to it
            where = f"{place.items}/{index}" if place.items else ""
            message = f"{place.field} {wanted!r} was asked for, and the answer shows {shown!r}"
            yield failed(place.clause.id, message, pointer=where + place.shown, expected=str(wanted), actual=str(shown))
            return
    if seen:
        yield passed(place.clause.id)


def _of_contract(contract: Contract) -> Memo[Operation, tuple[_Place, ...]]:
    return Memo(lambda operation: tuple(_places(contract, operation)))


_PLACES: Final[Memo[Contract, Memo[Operation, tuple[_Place, ...]]]] = Memo(_of_contract)


def _places(contract: Contract, operation: Operation) -> Iterator[_Place]:
    subjects = _declared(operation)
    found: set[str] = set()
    for resource, role in roles(contract.resources, operation):
        items = ""
        if role == "list":
            collection = operation.promises.collection
            if collection is None:
                continue
            items = collection.items
        for field in _named(operation, resource, listing=role == "list"):
            pointer = f"{items}/*" if items else ""
            shown = field if field.startswith("/") else f"/{field}"
            if resource.representation and role != "list":
                inside = f"{resource.representation}{shown}"
                shown = inside if inside in subjects else shown
            subject = f"200{pointer}{shown}"
            if subject.removeprefix("200") in subjects and subject not in found:
                found.add(subject)
                yield _Place(field, shown, items, _clause(operation, resource, subject, field))


def _named(operation: Operation, resource: Resource, *, listing: bool) -> list[str]:
    """Fields of identity and scope that a call must name; an optional parameter of a list is judged as a filter."""
    required = {field_of(operation, each.name) for each in operation.parameters if each.required}
    if not listing:
        required |= {field_of(operation, name) for name in body_properties(operation)}
    scope = [field_of(operation, name) for name in resource.scope if operation.parameter(name) is not None]
    every = dict.fromkeys([*(plain(field) for field in resource.identity), *scope])
    return [field for field in every if field in required]


def _declared(operation: Operation) -> frozenset[str]:
    """Subjects of the JSON bodies of 2xx answers."""
    specs = [spec for spec in operation.responses if spec.status.startswith("2")]
    return frozenset(
        subject
        for spec in specs
        for media in json_media(spec)
        if media.schema is not None
        for subject, _ in visit(media.schema.bundle)
    )


def _clause(operation: Operation, resource: Resource, subject: str, field: str) -> Clause:
    role = next(
        (each for each in (resource.create, resource.read, resource.update) if each and each.operation == operation.id),
        None,
    )
    source = role.source if role else resource.source_of_list(operation.id)
    return make_clause(
        NAME,
        operation,
        subject,
        KIND,
        f"the {field} in the response is the one that was asked for",
        source=max(source, resource.source, key=_WEAK.index),
        location=role.location if role else resource.location,
        quote=resource.quote,
    )


_WEAK: Final = (Source.DOCUMENTED, Source.EXAMPLE, Source.SDK, Source.INFERRED, Source.STANDARD)

CHECK: Final = Check(
    name=NAME,
    title="A response is about the resource that was asked for.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
