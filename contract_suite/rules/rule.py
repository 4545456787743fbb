"""What a rule is, and what it complains of.

A rule is pure: it reads a contract and yields flaws. It never raises for what a document holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contract_suite.contract.operation import Contract
from contract_suite.errors import DocumentError
from contract_suite.model.location import Location
from contract_suite.model.source import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong with a document: the sentence, and where."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its name (the file's, in kebab-case), one sentence, how much a flaw weighs, and its judgement."""

    name: str
    title: str
    judge: Callable[[Contract], Iterable[Flaw]]
    level: Level = Level.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A flaw with the rule that found it."""

    rule: str
    level: Level
    message: str
    location: Location


def judge(contract: Contract, rules: Sequence[Rule]) -> tuple[Complaint, ...]:
    """Put a contract to every rule; complaints come in the order of the document, each once."""
    found: dict[tuple[str, str, Location], Complaint] = {}
    for rule in rules:
        for flaw in _flaws(contract, rule):
            key = (rule.name, flaw.message, flaw.location)
            found.setdefault(
                key, Complaint(rule=rule.name, level=rule.level, message=flaw.message, location=flaw.location)
            )
    return tuple(
        sorted(
            found.values(),
            key=lambda each: (each.location.file != contract.file, each.location.file, each.location.line, each.rule),
        )
    )


def _flaws(contract: Contract, rule: Rule) -> Iterable[Flaw]:
    """Flaws of one rule; where a part of the document can't be read, that is the flaw."""
    try:
        yield from rule.judge(contract)
    except DocumentError as error:
        yield broken(error, Location(file=contract.file, line=1, pointer=""))


def broken(error: DocumentError, otherwise: Location) -> Flaw:
    """Return the flaw that a `DocumentError` speaks of, at its own place if it has one."""
    return Flaw(message=error.message, location=error.location if isinstance(error.location, Location) else otherwise)
