"""What a behaviour is, and what a run offers it.

A behaviour is relational: it judges exchanges against each other, never against an absolute expectation, so that data
which was there before and other clients don't matter. It knows no family's name; everything comes from the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Protocol, TypeVar

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, Identity, Request
from contract_suite.model.json import JSON, Arguments, Missing
from contract_suite.model.verdict import Verdict

SharedT = TypeVar("SharedT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A resource that this run made.

    `arguments` and `exchange` are those of its create; `identity` maps fields to values, `scope` parameters to values.
    """

    resource: Resource
    arguments: Arguments
    exchange: Exchange
    identity: Mapping[str, JSON]
    scope: Mapping[str, JSON]


class Session(Protocol):
    """What a run offers a behaviour.

    Every exchange is judged by the checks too; every method may raise `BudgetSpent`; a behaviour lets it pass.
    """

    contract: Contract
    random: Random

    @property
    def prefix(self) -> str:
        """Stands at the front of every name that the run makes."""

    @property
    def base_url(self) -> str:
        """The URL below which the targets of requests lie, for references that the server sends."""

    def wanted(self, clause: str) -> bool:
        """Whether the clause with this id is part of the run and applicable."""

    def allowed(self, operation: Operation) -> bool:
        """Whether the run may call it (included by the user, writes allowed on this endpoint).

        A behaviour asks first, and goes on without it; what may not be called is `NotSent` all the same.
        """

    def has(self, identity: Identity) -> bool:
        """Whether there is a key for an identity."""

    def accepted(self, operation: Operation) -> Arguments | None:
        """Return arguments that the server has accepted, with live ids; `None` if there are none to be had."""

    def call(
        self,
        operation: Operation,
        arguments: Arguments,
        *,
        aim: str = "",
        note: str = "",
        intent: Intent = Intent.POSITIVE,
        identity: Identity = Identity.DEFAULT,
    ) -> Exchange:
        """Serialise the arguments, send, have the exchange judged by the checks, and return it."""

    def send(
        self,
        request: Request,
        *,
        operation: Operation | None = None,
        aim: str = "",
        note: str = "",
        intent: Intent = Intent.UNKNOWN,
    ) -> Exchange:
        """Send a request as it is (for methods and forms that no operation has)."""

    @property
    def history(self) -> list[Exchange]:
        """What the run has sent so far, the latest last."""

    def json(self, exchange: Exchange) -> JSON | Missing:
        """The parsed JSON body of an exchange, or `MISSING`."""

    def make(
        self, resource: Resource, values: Mapping[str, JSON] | None = None, *, aim: str = "", note: str = ""
    ) -> Made | None:
        """Create one of a resource, its owner first if it has one, and remember it for cleaning up.

        `values` override fields of the request body (`MISSING` is not a value here: leave a field out by
        `values={"Name": ...}` of your own `call`). `None` if the server refused or the contract has no create.
        """

    def locate(self, operation: Operation, made: Made) -> Arguments | None:
        """Return arguments by which a read, update, delete or list addresses `made`; `None` if a value is missing."""

    def forget(self, made: Made) -> None:
        """Say that `made` is gone: nothing to clean up."""

    def together(
        self, calls: Iterable[tuple[Operation, Arguments]], *, aim: str = "", note: str = ""
    ) -> list[Exchange]:
        """Send several calls at the same time, each on its own connection."""

    def shared(self, kind: type[SharedT]) -> SharedT:
        """Return the one value of this type that the behaviours of this run share, made by `kind()` on first use.

        A behaviour that remembers something for later, or for others, keeps it in a dataclass of its own, here.
        """

    def now(self) -> float:
        """Return seconds since 1970, by the clock of records."""
        ...

    def pause(self, seconds: float) -> None:
        """Wait, within the time budget."""

    def prolong(self, seconds: float) -> None:
        """Take so many seconds more for this behaviour than its share of the time, as far as the run has them."""


class BudgetSpent(Exception):  # noqa: N818 - no error: the run ends here on purpose
    """The run may send nothing more."""


class NotSent(BudgetSpent):
    """A request was not sent: the run may not call its operation, or it would change what the run did not make.

    The drive ends, the run goes on.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One behaviour: name (the file's, in kebab-case), a sentence, the clauses it can decide, and how it drives them.

    `clauses` yields an inapplicable clause (with the reason) for each promise that a document could make and doesn't.
    `drive` sends and answers; a clause it yields nothing about stays untested; a verdict `untested` or `cannot-tell`
    gives the reason. `begin` makes, before any behaviour is driven, what must have some age by then, so that nobody waits
    for it; `drive` does without where it was not called.
    """

    name: str
    title: str
    clauses: Callable[[Contract], Iterable[Clause]]
    drive: Callable[[Session], Iterator[Verdict]]
    begin: Callable[[Session], None] = lambda _session: None
