"""Removes what an earlier run left: exactly what its ledger names, and of that only what is still there.

The rule that must not be broken: what shows another name than the run gave it is somebody else's by now and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Resource
from contract_suite.errors import EndpointError, UsageError
from contract_suite.model.exchange import Exchange, NoResponse, Request, Trouble
from contract_suite.model.json import JSON, Missing
from contract_suite.record.redaction import Redactor
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.family import FamilyRun
from contract_suite.runner.leftovers.cleaning_up import delete
from contract_suite.runner.leftovers.ledger_file import LedgerFile, Origin, State, Thing, names_of
from contract_suite.runner.leftovers.searching import ask, look_for
from contract_suite.runner.options.given_again import given_again
from contract_suite.runner.options.option_table import restored_options
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.endpoint import open_endpoint
from contract_suite.runner.sending.keys.opening import MADE_UP
from contract_suite.runner.session.session import LiveSession

_GONE: Final = frozenset({404, 410})
_FOR_THE_KEY: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing that may still be there, and why."""

    thing: Thing
    why: str

    @property
    def perhaps(self) -> bool:
        """Whether it is not even known to have been made."""
        return self.thing.state is not State.MADE


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What came of one ledger: how many things were deleted, how many were not there any more, and what is left."""

    ledger: Path
    origin: Origin
    deleted: int = 0
    gone: int = 0
    kept: tuple[Kept, ...] = ()


def overridden(origin: Origin, given: RunOptions) -> RunOptions:
    """Return the options of a ledger's run, with what the user gives now: a record keeps no key and no header's value."""
    return given_again(restored_options(origin.options, seed=origin.seed), given)


def remove_left(
    path: Path, contracts: Iterable[Contract], options: RunOptions, *, environ: Mapping[str, str]
) -> Removal:
    """Remove what the ledger at `path` names; the file goes too once nothing is left.

    `contracts` are those of its run. Raises `EndpointError` where nothing answers, and `InUseError` while the run of
    the ledger goes on.
    """
    by_name = {contract.name: contract for contract in contracts}
    with LedgerFile(path) as ledger:
        origin, things = ledger.read()
        removal = Removal(ledger=path, origin=origin)
        for family in dict.fromkeys(each.family for each in things):
            mine = tuple(each for each in things if each.family == family)
            if family not in by_name:
                kept = tuple(Kept(thing=each, why=f"there is no contract {family!r} any more") for each in mine)
                removal = replace(removal, kept=(*removal.kept, *kept))
                continue
            done = _remove(by_name[family], mine, ledger, options, environ)
            removal = replace(
                removal,
                deleted=removal.deleted + done.deleted,
                gone=removal.gone + done.gone,
                kept=(*removal.kept, *done.kept),
            )
        return removal


@dataclass(slots=True)
class _Done:
    deleted: int = 0
    gone: int = 0
    kept: tuple[Kept, ...] = ()


def _remove(
    contract: Contract, things: tuple[Thing, ...], ledger: LedgerFile, options: RunOptions, environ: Mapping[str, str]
) -> _Done:
    plan = make_plan(contract, options)
    endpoint = open_endpoint(contract, options, environ)
    try:
        if not endpoint.writable:
            raise UsageError("deletes at an endpoint that is not on this machine need --allow-writes")
        with TemporaryDirectory(prefix="contract-suite-") as folder:
            redactor = Redactor(endpoint.credentials.secrets, made_up=MADE_UP.values(), own_requests=True)
            with RecordWriter(Path(folder) / "cleanup.ndjson", redactor=redactor) as writer:
                budget = Budget(max_time=options.max_time)
                session = FamilyRun(plan, endpoint, budget=budget, writer=writer, options=options).session
                return _remove_by_resources(session, things, ledger)
    finally:
        endpoint.transport.close()


def _remove_by_resources(session: LiveSession, things: Iterable[Thing], ledger: LedgerFile) -> _Done:
    """Remove each by the resources that name it: those that the paths imply, or those that the document names."""
    of_paths = {each.name for each in session.resources}
    reached = [each for each in things if each.resource in of_paths]
    named = [each for each in things if each.resource not in of_paths]
    done = _Removing(session, ledger).go(reached) if reached else _Done()
    more = _Removing(session.for_behaviours, ledger).go(named) if named else _Done()
    return _Done(deleted=done.deleted + more.deleted, gone=done.gone + more.gone, kept=(*done.kept, *more.kept))


class _Removing:
    """Removes what one family's part of a ledger names."""

    def __init__(self, session: LiveSession, ledger: LedgerFile) -> None:
        self._session = session
        self._ledger = ledger
        self._resources = {each.name: each for each in session.resources}
        self._operations = {each.id: each for each in session.contract.operations}
        self._done = _Done()

    def go(self, things: Iterable[Thing]) -> _Done:
        known: list[tuple[Thing, Made]] = []
        uncertain: list[tuple[Thing, Resource]] = []
        for thing in things:
            resource = self._resources.get(thing.resource)
            if resource is None:
                self._keep(thing, f"the contract has no resource {thing.resource!r} any more")
            elif thing.identity:
                known.append((thing, _made(thing, resource)))
            else:
                uncertain.append((thing, resource))
        self._delete(list(self._still_there(known)))
        if uncertain:
            search = look_for(self._session, uncertain)
            self._let_go(search.absent)
            self._delete(list(search.found))
            for thing in search.unclear:
                self._keep(thing, "nothing tells whether it was made")
        return self._done

    def _still_there(self, known: Iterable[tuple[Thing, Made]]) -> Iterator[tuple[Thing, Made]]:
        """Ask for each, where it can be asked for; those that are gone are let go."""
        for thing, made in known:
            if self._session.budget.spent:
                self._keep(thing, "the time was up")
                continue
            role = made.resource.read
            operation = self._operations.get(role.operation) if role else None
            arguments = self._session.locate(operation, made) if operation is not None else None
            if operation is None or arguments is None:
                yield thing, made
                continue
            exchange, body = ask(self._session, operation, arguments, "is it still there?")
            if isinstance(exchange.answer, NoResponse):
                raise EndpointError(f"the endpoint does not answer: {exchange.answer.message}")
            if exchange.status in _FOR_THE_KEY:
                self._keep(thing, f"reading it was answered {exchange.status}")
            elif exchange.status in _GONE:
                self._let_go([thing])
            elif other := _other_name(thing, body):
                self._keep(thing, f"what has its id by now is somebody else's: it shows {other}")
            else:
                yield thing, made

    def _delete(self, things: list[tuple[Thing, Made]]) -> None:
        numbers = {(made.exchange.number, made.resource.name, repr(made.identity)): thing.id for thing, made in things}

        def gone(made: Made) -> None:
            self._ledger.drop([numbers[made.exchange.number, made.resource.name, repr(made.identity)]])
            self._done.deleted += 1

        left = delete(self._session, [made for _, made in things], gone)
        if left and len(left) < len(things):
            left = delete(self._session, left, gone)
        for thing, made in things:
            if made not in left:
                continue
            if made.resource.delete is None:
                self._keep(thing, "the contract has no operation that deletes it")
            else:
                self._keep(thing, "deleting it was refused, not answered, or accepted and not done")

    def _let_go(self, things: Iterable[Thing]) -> None:
        things = list(things)
        self._ledger.drop(each.id for each in things)
        self._done.gone += len(things)

    def _keep(self, thing: Thing, why: str) -> None:
        self._done.kept = (*self._done.kept, Kept(thing=thing, why=why))


def _made(thing: Thing, resource: Resource) -> Made:
    nothing = Exchange(
        number=thing.id,
        request=Request(method="", target=""),
        answer=NoResponse(trouble=Trouble.CLOSED, message="An earlier run saw the answer."),
        seconds=0.0,
    )
    return Made(resource=resource, arguments={}, exchange=nothing, identity=thing.identity, scope=thing.scope)


def _other_name(thing: Thing, body: JSON | Missing) -> str:
    """What a representation shows where the run had put a name of its own, if that is no name of the run's."""
    if not isinstance(body, dict):
        return ""
    for field in names_of(thing):
        shown = body.get(field)
        if isinstance(shown, str) and shown and thing.prefix not in shown:
            return f"{field} {shown!r}"
    return ""
