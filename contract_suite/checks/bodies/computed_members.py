"""A number is what its description says it is made of: `lineTotal` is "unitPrice times quantity", `total` "net + tax".

Whatever else an answer shows is enough to calculate it, so a sum that was not calculated anew after a change is found
in any answer. Numbers that are no whole ones may be off by what rounding takes. What is counted may be shown in part:
two comments beside `commentCount: 7` are the latest, unless the same place has shown more than two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import described, json_media, media_of, responses_by_label, status_label
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.naming.formulas.formula import Formula
from contract_suite.contract.naming.formulas.pages import is_page
from contract_suite.contract.naming.formulas.reading import formula_of
from contract_suite.contract.naming.formulas.told import told_formulas
from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.numeric import written_like
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.ways import EACH, Steps, objects_at, objects_of, pointer_of
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, MISSING, escape
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "computed-members"
KIND: Final = "computed-as-said"
_MOST: Final = 200


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    listed: set[str] = set()
    for label, specs in responses_by_label(operation):
        for media in (each for spec in specs for each in json_media(spec)):
            for steps, formula in _places_of(operation, media.schema) if label.startswith("2") else ():
                if formula.spans and is_page(operation, steps):
                    continue
                subject = f"{label}{pointer_of(steps)}"
                if media.schema is not None and subject not in listed:
                    listed.add(subject)
                    text = f"{steps[-1]} in a {label} response is what a description says that it is made of"
                    where = media.schema.location
                    yield make_clause(NAME, operation, subject, KIND, text, source=Source.INFERRED, location=where)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, spec, response, body = judgement.operation, described(judgement), judgement.response, judgement.body
    if operation is None or operation.problem or spec is None or response is None or body is MISSING:
        return
    media, label = media_of(spec, response), status_label(spec, response.status)
    if media is None or media.schema is None or not label.startswith("2"):
        return
    for steps, formula in _places_of(operation, media.schema):
        if formula.spans and is_page(operation, steps):
            continue
        clause, name = f"{operation.id}::{label}{pointer_of(steps)}::{KIND}", steps[-1]
        owners = list(objects_at(body, steps[:-1]))
        longest = _longest(judgement, f"{operation.id} {label}{pointer_of(steps[:-1])}", owners, formula)
        judged = [
            (where, owner, found)
            for where, owner in owners
            if (found := formula.calculated(owner, name, longest, listed=EACH in steps)) is not None
        ]
        wrong = next((each for each in judged if not each[2][1]), None)
        if wrong is not None:
            where, owner, (due, _) = wrong
            wanted, shown = written_like(due, owner[name]), str(owner[name])
            message = f"{name} is {shown}, but {formula.words} is {wanted}"
            yield failed(clause, message, pointer=f"{where}/{escape(name)}", expected=wanted, actual=shown)
        elif judged:
            yield passed(clause)


def _longest(
    judgement: Judgement, place: str, owners: Iterable[tuple[str, Mapping[str, JSON]]], formula: Formula
) -> dict[str, int]:
    """Return the most items that the arrays of a formula were shown with at a place, here and in the run so far."""
    longest = formula.lengths(owner for _, owner in owners)
    if judgement.lengths is not None:
        for array, length in longest.items():
            judgement.lengths.note(f"{place}/{array}", length)
            longest[array] = judgement.lengths.longest(f"{place}/{array}")
    return longest


def _places_of(operation: Operation, schema: Schema | None) -> Iterator[tuple[Steps, Formula]]:
    """Yield the ways to the members of which their own description, or else that of the operation, says how they are made."""
    if schema is not None:
        described = _PLACES(schema)
        yield from described
        known = {steps for steps, _ in described}
        yield from ((steps, formula) for steps, formula in _TOLD(operation).get(schema, ()) if steps not in known)


def _told(operation: Operation) -> Mapping[Schema, tuple[tuple[Steps, Formula], ...]]:
    """Return what the description of an operation says of the numbers in what it answers, or in the one object of that."""
    specs = (spec for each in responses_by_label(operation) if each[0].startswith("2") for spec in each[1])
    schemas = [media.schema for spec in specs for media in json_media(spec) if media.schema is not None]
    nouns = {singular(each) for each in words(operation.path)}
    found: dict[Schema, tuple[tuple[Steps, Formula], ...]] = {}
    for schema in schemas:
        places = {way: place for way, place, _ in objects_of(schema) if len(way) <= 1 and EACH not in way}
        told: dict[Steps, Formula] = {}
        for way, place in sorted(places.items(), key=lambda each: len(each[0])):
            if not told:
                told = {(*way, *steps): each for steps, each in told_formulas(place, operation.description, nouns)}
        found[schema] = tuple(told.items())
    return found


def _places(schema: Schema) -> tuple[tuple[Steps, Formula], ...]:
    """Return the ways to the members whose description is a formula, at the places that surely apply."""
    found: dict[Steps, Formula] = {}
    for way, place, properties in objects_of(schema):
        for name, member in properties.items():
            said = member.get("description") if isinstance(member, dict) else None
            formula = formula_of(place, name) if isinstance(said, str) else None
            if formula is not None and len(found) < _MOST:
                found[*way, name] = formula
    return tuple(found.items())


_TOLD: Final[Memo[Operation, Mapping[Schema, tuple[tuple[Steps, Formula], ...]]]] = Memo(_told)
_PLACES: Final[Memo[Schema, tuple[tuple[Steps, Formula], ...]]] = Memo(_places)

CHECK: Final = Check(
    name=NAME,
    title="A number is what its description says it is made of.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
