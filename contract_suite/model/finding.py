"""A finding: failed verdicts of one cause, made reportable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from contract_suite.model.clause_ids import parts
from contract_suite.model.expectations import actual_in_words, expected_in_words
from contract_suite.model.fact import Fact, weakest_fact
from contract_suite.model.headlines.headlines import headline
from contract_suite.model.location import Location
from contract_suite.model.memo import Memo
from contract_suite.model.source import Level, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Failed verdicts of one cause.

    `source` is who says the clause, `facts` what the clearest verdict rests on beside it. `level` follows the weakest
    of them all: it can be an advisory although the clause is documented.
    `exchanges` are those of the clearest verdict, the decisive one last; `count` how many verdicts failed the same way;
    `flaky` says that a replay did not fail again; `places` are the other clauses that the same cause breaks.
    `needs_live_id` says that the decisive request addresses what was deleted since, by the run itself as a rule: its
    bytes show nothing any more, and a replay sends them with another id.
    """

    id: str
    family: str
    clause: str
    operation: str
    check: str
    level: Level
    source: Source
    message: str
    text: str
    document: Location
    quote: str = ""
    pointer: str = ""
    problem: str = ""
    expected: str = ""
    actual: str = ""
    exchanges: tuple[int, ...] = ()
    curl: str = ""
    count: int = 1
    flaky: bool = False
    needs_live_id: bool = False
    facts: tuple[Fact, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause that the cause breaks, the finding's own first."""
        return (self.clause, *self.places)

    @property
    def wrong(self) -> str:
        """What is wrong, in a few words that read on from the name of the operation."""
        return headline(self.clause, text=self.text, problem=self.problem)

    @property
    def headline(self) -> str:
        """The finding in one sentence: which operation does what it must not."""
        return f"{self.operation or 'The API'} {self.wrong}"

    @property
    def expectation(self) -> str:
        """What the contract expects, in words; empty where the verdict gave nothing."""
        return expected_in_words(self.clause, self.expected, problem=self.problem) if self.expected else ""

    @property
    def observation(self) -> str:
        """What came instead, in words; empty where the verdict gave nothing."""
        return actual_in_words(self.clause, self.actual, problem=self.problem) if self.actual else ""

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation at which the cause shows, the finding's own first."""
        return tuple(dict.fromkeys((parts(self.clause)[0], *_places_by_operation(self))))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Where else the cause shows: the other operations, or what else of the one operation is broken, in words.

        An operation at which other words say what is wrong has them behind its name.
        """
        operations = self.operations
        if len(operations) > 1:
            return tuple(map(self._named, operations[1:]))
        return tuple(headline(each, text=each) for each in self.places)

    def wrong_at(self, operation: str) -> tuple[str, ...]:
        """Return what is wrong at one of the operations, in a few words each, as `wrong` says it of the finding's own."""
        places = _places_by_operation(self).get(operation, ())
        if operation in (self.operation, parts(self.clause)[0]) or not places:
            return (self.wrong,)
        return tuple(dict.fromkeys(headline(each, text=each, problem=self.problem) for each in places))

    def _named(self, operation: str) -> str:
        first, *others = self.wrong_at(operation)
        if (first, *others) == (self.wrong,):
            return operation
        return f"{operation} ({first}{f' and {len(others)} more' if others else ''})"

    @property
    def weakness(self) -> str:
        """Why this is an advisory although its clause is documented, in words; empty where it is not so."""
        fact = weakest_fact(self.source, self.facts)
        return "" if fact is None else f"{fact.what} is {fact.source.words}"

    @property
    def guesses(self) -> tuple[str, ...]:
        """What was concluded from names and shapes of the document, and is broken; empty where the document says it."""
        if self.source is not Source.INFERRED:
            return ()
        return tuple(dict.fromkeys(each.what for each in self.facts if each.source is Source.INFERRED))


def _by_operation(finding: Finding) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for each in finding.places:
        places.setdefault(parts(each)[0], []).append(each)
    return places


_places_by_operation: Final = Memo(_by_operation)
"""One cause may show at thousands of operations, and each report asks for each of them."""


def fingerprint(family: str, clause: str, pointer: str, problem: str) -> str:
    """Return the stable id of a finding: 12 hex digits of its cause.

    Array indices in `pointer` don't count, nor do texts and lines.
    """
    shape = "/".join("*" if token.isdecimal() else token for token in pointer.split("/"))
    return hashlib.sha256(f"{family}\0{clause}\0{shape}\0{problem}".encode(errors="surrogatepass")).hexdigest()[:12]
