"""What a run means to do with one contract: which operations it may call, and every clause it answers for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property

from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.checks.check import Check
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.parts.compiling import compiled
from contract_suite.contract.parts.envelopes import NO_ENVELOPES, Envelopes, without_envelopes
from contract_suite.errors import UsageError
from contract_suite.garbage import without_collecting
from contract_suite.generate.resources.inferred_resources import with_fields
from contract_suite.inference.behind import fact_behind
from contract_suite.inference.inferring import infer, with_facts
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.unsaid import is_unsaid
from contract_suite.model.clause import Clause
from contract_suite.model.source import Level, Source
from contract_suite.runner.options.run_options import Inference, RunOptions


class Stated:
    """The clauses of a plan, worked out when they are first asked for: the first request needs none of them.

    Iterating over it works them out.
    """

    def __init__(
        self,
        said: Callable[[], tuple[Clause, ...]],
        guessed: Callable[[], tuple[Clause, ...]],
        beside: tuple[Clause, ...] = (),
    ) -> None:
        """`said` gives what the document states, `guessed` what rests on guesses; `beside` comes after both."""
        self._of_document = said
        self._of_guesses = guessed
        self._beside = beside

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause that the run answers for."""
        with without_collecting():
            return (*self.said, *self._by_guesses, *self._beside)

    @cached_property
    def said(self) -> tuple[Clause, ...]:
        """What the document states."""
        return self._of_document()

    @cached_property
    def _by_guesses(self) -> tuple[Clause, ...]:
        return self._of_guesses()

    @cached_property
    def guessed(self) -> frozenset[str]:
        """The ids of clauses that rest on guesses."""
        return frozenset(clause.id for clause in self._by_guesses)

    def with_more(self, clauses: tuple[Clause, ...]) -> Stated:
        """Return the same with clauses after all others."""
        return Stated(lambda: self.said, lambda: self._by_guesses, (*self._beside, *clauses))

    def __iter__(self) -> Iterator[Clause]:
        """Yield every clause."""
        return iter(self.clauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One contract with what decides it.

    `operations` are those that the user selected and that the document makes usable.
    """

    contract: Contract
    operations: tuple[Operation, ...]
    stated: Stated
    checks: tuple[Check, ...]
    behaviours: tuple[Behaviour, ...]
    document: Contract
    """The contract as it was read, before path parameters were bound to what they stand for."""
    guesses: tuple[InferredFact, ...] = ()
    """What inference says of the document; nothing of it is held against a server before it is confirmed."""
    envelopes: Envelopes = NO_ENVELOPES
    """What was taken away around representations in `contract` and `operations`."""
    by_paths: bool = False
    """Whether `contract` has no resources but those that its paths imply, though the document names some."""

    def reaching(self) -> Plan:
        """Return the plan by which operations are reached.

        Somebody who annotates a document that is not their own says what is worth saying, not what every operation
        addresses; so its paths say that, as in a document without a word of ours. `for_behaviours` leads back.
        """
        document = self.document
        if not document.resources or document.sourced:
            return self
        unbound = tuple(replace(each, promises=replace(each.promises, bind={})) for each in document.operations)
        contract = with_fields(replace(document, operations=unbound, resources=()))
        chosen = {operation.id for operation in self.operations}
        operations = tuple(each for each in contract.operations if each.id in chosen)
        return replace(self, contract=contract, operations=operations, by_paths=True)

    def for_behaviours(self) -> Plan:
        """Return the plan as behaviours see it: with the resources that the document names, and without envelopes."""
        if not self.by_paths:
            return self.without_envelopes()
        return replace(self, contract=with_fields(self.document), by_paths=False).without_envelopes()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause that the run answers for."""
        return self.stated.clauses

    @property
    def guessed(self) -> frozenset[str]:
        """The clauses that rest on guesses."""
        return self.stated.guessed

    def knowing(self, facts: Iterable[InferredFact]) -> Plan:
        """Return the plan of the same document with these facts, by behaviours alone."""
        known = tuple(facts)
        contract = with_fields(with_facts(self.document, known))
        stated, behaviours = self.stated, self.behaviours

        def guessed() -> tuple[Clause, ...]:
            return inferred_clauses(contract, behaviours, {clause.id for clause in stated.said}, known)

        return replace(self, contract=contract, stated=Stated(tuple, guessed), by_paths=False).without_envelopes()

    def without_envelopes(self) -> Plan:
        """Return the plan with bodies that are what they represent."""
        contract, envelopes = without_envelopes(self.contract)
        chosen = {operation.id for operation in self.operations}
        return replace(
            self,
            contract=contract,
            operations=tuple(each for each in contract.operations if each.id in chosen),
            envelopes=envelopes,
        )


@without_collecting()
def make_plan(
    contract: Contract,
    options: RunOptions,
    *,
    checks: Sequence[Check] | None = None,
    behaviours: Sequence[Behaviour] | None = None,
) -> Plan:
    """Plan a run of one contract; `UsageError` where the patterns leave nothing."""
    options = options.of(contract.name)
    chosen_checks = tuple(CHECKS if checks is None else checks)
    chosen_behaviours = tuple(BEHAVIOURS if behaviours is None else behaviours)
    operations = tuple(each if each.problem else compiled(each) for each in contract.operations)
    contract = replace(contract, operations=operations)
    facts = () if options.infer is Inference.OFF else infer(contract)
    # What the document says in another vendor's words is its own word.
    document = with_facts(contract, (each for each in facts if each.source is not Source.INFERRED))
    guesses = tuple(each for each in facts if each.source is Source.INFERRED)
    contract = with_fields(document)
    selected = tuple(
        operation for operation in contract.operations if selects(operation, options.include, options.exclude)
    )
    if contract.operations and not selected:
        raise UsageError(
            f"{contract.name}: no operation matches; there are {', '.join(operation.id for operation in contract.operations)}"
        )

    def added() -> tuple[Clause, ...]:
        if not guesses:
            return ()
        known = {clause.id for clause in stated.said}
        return inferred_clauses(with_fields(with_facts(document, guesses)), chosen_behaviours, known, guesses)

    stated = Stated(lambda: clauses_of(contract, chosen_checks, chosen_behaviours), added)
    return Plan(
        contract=contract,
        operations=tuple(operation for operation in selected if not operation.problem),
        stated=stated,
        checks=chosen_checks,
        behaviours=chosen_behaviours,
        document=document,
        guesses=guesses,
    )


def inferred_clauses(
    contract: Contract, behaviours: Iterable[Behaviour], known: Collection[str], facts: Sequence[InferredFact]
) -> tuple[Clause, ...]:
    """Return what behaviours can decide of a contract with guesses beyond what is known: all of it is inferred.

    Each stands where the fact stands that it rests on, for the words of `x-contract` are in no file.
    """
    return tuple(
        _guessed(clause, fact_behind(clause, facts, contract))
        for clause in clauses_of(contract, (), behaviours)
        if clause.id not in known and not clause.inapplicable and not is_unsaid(contract, clause)
    )


def _guessed(clause: Clause, fact: InferredFact | None) -> Clause:
    source = clause.source if clause.level is Level.ADVISORY else Source.INFERRED
    return replace(clause, source=source, location=fact.location if fact is not None else clause.location)


def clauses_of(contract: Contract, checks: Iterable[Check], behaviours: Iterable[Behaviour]) -> tuple[Clause, ...]:
    """Every clause of a contract, each once, by operation in the document's order."""
    order = {operation.id: index for index, operation in enumerate(contract.operations)}
    found: dict[str, Clause] = {}
    opened, _ = without_envelopes(contract)
    stated = (
        *(check.clauses(contract) for check in checks),
        *(behaviour.clauses(opened) for behaviour in behaviours),
    )
    for clauses in stated:
        for clause in clauses:
            found.setdefault(clause.id, clause)
    return tuple(sorted(found.values(), key=lambda clause: order.get(clause.operation, len(order))))


def selects(operation: Operation, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether the user's patterns (operationId, path or tag; `*` and `?` stand for anything) leave the operation in."""
    path = operation.written_path
    names = (operation.id, path, f"{operation.method} {path}", *operation.tags)

    def hit(patterns: Sequence[str]) -> bool:
        return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

    return (not include or hit(include)) and not hit(exclude)
