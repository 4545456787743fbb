"""What a rule is, and what it finds.

A rule is pure: it reads a contract and yields problems. It never raises for what a document holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from contract_suite.contract.operation import Contract
from contract_suite.errors import DocumentError
from contract_suite.model.location import Location
from contract_suite.model.source import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LintProblem:
    """One thing that is wrong with a document: the sentence, and where.

    A rule need not say its own name and level: `judge` adds them. An opinion of a rule whose other problems are errors
    says `ADVISORY` itself. Problems of one `cause` are one problem, with the `others` that it stands for.
    """

    message: str
    location: Location
    rule: str = ""
    level: Level = Level.FAILURE
    cause: str = ""
    others: tuple[LintProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its name (the file's, in kebab-case), one sentence, how much a problem weighs, and its judgement."""

    name: str
    title: str
    judge: Callable[[Contract], Iterable[LintProblem]]
    level: Level = Level.FAILURE


def judge(contract: Contract, rules: Sequence[Rule]) -> tuple[LintProblem, ...]:
    """Put a contract to every rule; problems come in the order of the document, each once, and one for each cause."""
    found = {
        replace(problem, rule=rule.name, level=lighter(problem.level, rule.level)): None
        for rule in rules
        for problem in _problems(contract, rule)
    }
    ordered = sorted(
        found,
        key=lambda each: (each.location.file != contract.file, each.location.file, each.location.line, each.rule),
    )
    return tuple(_grouped(ordered))


def lighter(one: Level, other: Level) -> Level:
    """Return the level that weighs less."""
    return Level.ADVISORY if Level.ADVISORY in {one, other} else one


def _grouped(problems: Iterable[LintProblem]) -> Iterable[LintProblem]:
    """Put the problems of one rule, level and cause together, at the place of the first."""
    groups: dict[object, list[LintProblem]] = {}
    for each in problems:
        key: object = (each.rule, each.level, each.cause) if each.cause else each
        groups.setdefault(key, []).append(each)
    return (replace(first, others=tuple(others)) if others else first for first, *others in groups.values())


def broken(error: DocumentError, otherwise: Location) -> LintProblem:
    """Return the problem that a `DocumentError` speaks of, at its own place if it has one."""
    place = error.location if isinstance(error.location, Location) else otherwise
    return LintProblem(message=error.message, location=place)


def _problems(contract: Contract, rule: Rule) -> Iterable[LintProblem]:
    """Problems that one rule finds; where a part of the document can't be read, that is the problem."""
    try:
        yield from rule.judge(contract)
    except DocumentError as error:
        yield broken(error, Location(file=contract.file, line=1, pointer=""))
