"""The body of a served request obeys the documented schema, clause by clause.

A clause passes only where the body exercised it: a missing optional field shows nothing about its type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.echoes import is_echo
from contract_suite.checks.kit.exercise import CoverageNode, build, walk
from contract_suite.checks.kit.judging import (
    bodyless,
    described,
    fact_of,
    is_failure,
    json_media,
    media_of,
    responses_by_label,
    source_of_schema,
    status_label,
    valid,
)
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.constraints import Constraint, constraints, may_refuse
from contract_suite.contract.schemas.problems import Problem
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model import clause_ids
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted, with_article
from contract_suite.model.json import JSON, MISSING
from contract_suite.model.memo import Memo
from contract_suite.model.source import weakest
from contract_suite.model.verdict import Verdict

NAME: Final = "response-schema"
WHOLE: Final = "schema"
EDGES: Final = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "enum",
        "const",
    }
)
"""Keywords with an edge: a value that stays far from it shows little, which coverage tells."""
_MASKS: Final = 512
_MAX_TEXT: Final = 80


@dataclass(slots=True)
class _Plan:
    """One schema made ready.

    `kinds` are its clauses as subject and kind, without the operation; `answers` the verdicts for masks seen before.
    """

    kinds: list[tuple[str, str]]
    index: dict[tuple[str, str], int]
    root: CoverageNode
    answers: dict[tuple[str, int], tuple[Verdict, ...]] = field(default_factory=dict)


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    found: dict[str, Clause] = {}
    for name, specs in responses_by_label(operation):
        for spec in specs if name != "4xx" else ():
            for media in json_media(spec):
                if media.schema is not None:
                    for clause in _of_schema(operation, name, media.schema):
                        known = found.get(clause.id)
                        found[clause.id] = (
                            clause
                            if known is None or weakest((known.source, clause.source)) is clause.source
                            else known
                        )
    yield from found.values()


def _of_schema(operation: Operation, name: str, schema: Schema) -> Iterator[Clause]:
    if not may_refuse(schema):
        return
    yield make_clause(
        NAME,
        operation,
        name,
        WHOLE,
        f"the body of a {name} response obeys its schema in all that no other clause covers",
        source=source_of_schema(schema),
        location=schema.location,
    )
    for each in constraints(schema):
        yield make_clause(
            NAME,
            operation,
            f"{name}{each.subject}",
            clause_ids.kebab(each.keyword),
            _text(name, each),
            source=each.source,
            location=each.location,
            quote=each.quote,
            limit=each.value if each.keyword in EDGES else None,
        )


def _text(name: str, constraint: Constraint) -> str:
    subject, value, keyword = constraint.subject or "the body", constraint.value, constraint.keyword
    if keyword == "required":
        return f"a {name} response has {subject}"
    if keyword == "type":
        kinds = value if isinstance(value, list) else [value]
        demand = f"is {' or '.join(_kind(str(each)) for each in kinds)}"
    elif keyword == "enum" and isinstance(value, list):
        demand = f"is one of {_json(value)[1:].removesuffix(']')}"
    elif keyword in _SIZES:
        bound, unit = _SIZES[keyword]
        demand = f"has {bound} {counted(value, unit)}"
    elif keyword in _DEMANDS:
        demand = _DEMANDS[keyword].format(_json(value).strip('"'))
    else:
        demand = f"obeys {keyword} {_json(value)}"
    return f"in a {name} response, {subject} {demand}"


def _json(value: JSON) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= _MAX_TEXT else f"{shown[:_MAX_TEXT]}…"


def _kind(name: str) -> str:
    return name if name == "null" else with_article(name)


_SIZES: Final[Mapping[str, tuple[str, str]]] = {
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minProperties": ("at least", "member"),
    "maxProperties": ("at most", "member"),
}
_DEMANDS: Final[Mapping[str, str]] = {
    "minimum": "is at least {}",
    "maximum": "is at most {}",
    "exclusiveMinimum": "is greater than {}",
    "exclusiveMaximum": "is less than {}",
    "multipleOf": "is a multiple of {}",
    "format": "is in the format {}",
    "pattern": "matches the pattern {}",
    "uniqueItems": "has no repeated items",
}
"""What a keyword demands of a value, in words."""


def _plan(schema: Schema) -> _Plan:
    kinds: list[tuple[str, str]] = [("", WHOLE)]
    index = {("", WHOLE): 0}
    bits: list[tuple[Constraint, int]] = []
    for each in constraints(schema):
        key = (each.subject, clause_ids.kebab(each.keyword))
        if key not in index:
            index[key] = len(kinds)
            kinds.append(key)
        bits.append((each, 1 << index[key]))
    return _Plan(kinds=kinds, index=index, root=build(bits))


_PLANS: Final[Memo[Schema, _Plan]] = Memo(_plan)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, spec, response, value = judgement.operation, described(judgement), judgement.response, judgement.body
    if operation is None or operation.problem or spec is None or response is None or value is MISSING:
        return
    media = media_of(spec, response)
    if response.status >= 400 or bodyless(judgement) or media is None or media.schema is None:
        return
    plan = _PLANS(media.schema)
    if len(plan.kinds) == 1 and not may_refuse(media.schema):
        return
    prefix = f"{operation.id}::{status_label(spec, response.status)}"
    good = valid(media.schema, value)
    if good is None:
        yield cannot_tell(
            f"{prefix}::{WHOLE}", "the body holds a text that is no Unicode, which the validator can't read"
        )
        return
    broken = 0
    if not good:
        for index, problem, count in _grouped(plan, media.schema.problems(value)):
            broken |= 1 << index
            if is_echo(judgement, problem.path):
                continue
            yield _broken(_id(prefix, plan.kinds[index]), problem, count)
    yield from _passed(plan, prefix, walk(plan.root, value, 1, judgement.exchange.number) & ~broken)


def _grouped(plan: _Plan, problems: list[Problem]) -> Iterator[tuple[int, Problem, int]]:
    """Problems by clause: the first of each and how many there are."""
    groups: dict[int, list[Problem]] = {}
    for problem in problems:
        index = plan.index.get((problem.subject, clause_ids.kebab(problem.keyword)), _condition(plan, problem))
        groups.setdefault(index, []).append(problem)
    for index, group in groups.items():
        certain = sorted((each for each in group if each.certain), key=lambda each: not is_failure(each.source))
        yield index, (certain or group)[0], len(certain or group)


def _condition(plan: _Plan, problem: Problem) -> int:
    """The clause of the condition whose demand a problem breaks; the whole body's where there is none."""
    steps = set(problem.location.pointer.split("/"))
    condition = "if" if {"then", "else"} & steps else "dependent-schemas" if "dependentSchemas" in steps else ""
    conditions = [
        (len(subject), index)
        for (subject, keyword), index in plan.index.items()
        if keyword == condition and f"{problem.subject}/".startswith(f"{subject}/")
    ]
    return max(conditions, default=(0, 0))[1]


def _broken(clause: str, problem: Problem, count: int) -> Verdict:
    place = problem.path or "the body"
    more = f" (and {count - 1} or more of the kind in this body)" if count > 1 else ""
    message = f"{place}: {problem.message}{more}"
    if not problem.certain:
        return cannot_tell(clause, f"two validators disagree on this: {message}")
    return failed(
        clause,
        message,
        problem=clause_ids.kebab(problem.keyword),
        pointer=problem.path,
        expected=problem.expected,
        actual=problem.actual,
        facts=(fact_of(problem),),
    )


def _passed(plan: _Plan, prefix: str, mask: int) -> tuple[Verdict, ...]:
    key = (prefix, mask)
    found = plan.answers.get(key)
    if found is None:
        if len(plan.answers) >= _MASKS:
            plan.answers.clear()
        found = tuple(passed(_id(prefix, kind)) for index, kind in enumerate(plan.kinds) if mask >> index & 1)
        plan.answers[key] = found
    return found


def _id(prefix: str, kind: tuple[str, str]) -> str:
    return f"{prefix}{kind[0]}::{kind[1]}"


CHECK: Final = Check(
    name=NAME,
    title="The body of a served request obeys its schema.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
