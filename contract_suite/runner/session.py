"""What a run offers to behaviours and generators: accepted arguments with live ids, calls, things made and cleaned up.

Every name that a run makes carries its prefix, and whatever it makes it deletes in the end, also after an interruption.
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import groupby
from typing import Any, Final

from contract_suite.behaviours.behaviour import BudgetSpent, Made, SharedT
from contract_suite.checks.check import Judgement
from contract_suite.contract.addressing import (
    address,
    identity_in,
    missing_parameters,
    named_values,
    owner_of,
    plain,
    roles,
    scope_in,
    with_body,
)
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.live import Pool
from contract_suite.generate.templates import candidates, templates
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Identity, Request
from contract_suite.model.json import JSON, MISSING, Arguments, Missing
from contract_suite.runner.budget import Budget
from contract_suite.runner.connection_pool import ConnectionPool
from contract_suite.runner.plan import Plan
from contract_suite.runner.positives import proved
from contract_suite.runner.sending import Sender

_CANDIDATES: Final = 8
_SILENT_IN_A_ROW: Final = 3
_ALPHABET: Final = string.ascii_lowercase + string.digits


class LiveSession:
    """One contract's session with one endpoint. Implements `behaviours.behaviour.Session`."""

    def __init__(
        self,
        plan: Plan,
        sender: Sender,
        connections: ConnectionPool,
        budget: Budget,
        *,
        seed: int,
        check_rate_limits: bool = False,
    ) -> None:
        """`seed` decides every value that the session makes up."""
        self.plan = plan
        self.contract: Contract = plan.contract
        self.sender = sender
        self.connections = connections
        self.budget = budget
        self.random = random.Random(f"{seed}:{plan.contract.name}")  # noqa: S311 - repeatable on purpose
        self.prefix = "cs-" + "".join(self.random.choices(_ALPHABET, k=6)) + "-"
        self.check_rate_limits = check_rate_limits
        self.stage = Stage.BEHAVIOURS
        self.pool = Pool(plan.contract)
        self.resources = self.pool.resources
        self.refusals: dict[str, str] = {}
        self.unserved: dict[str, Exchange] = {}
        self._only: frozenset[str] | None = None
        self._accepted: dict[str, Arguments] = {}
        self._fixtures: dict[str, Made] = {}
        self._made: list[Made] = []
        self._operations = {operation.id: operation for operation in plan.operations}
        self._deleted: set[tuple[str, tuple[tuple[str, JSON], ...]]] = set()
        self._judgements: dict[int, Judgement] = {}
        self._counter = 0
        self._shared: dict[type, Any] = {}
        sender.observers.append(self._observe)

    # What a behaviour may ask

    def wanted(self, clause: str) -> bool:
        """Whether the clause is part of this drive."""
        known = self.sender.counter.clauses.get(clause)
        return known is not None and not known.inapplicable and (self._only is None or clause in self._only)

    def restrict(self, clauses: frozenset[str] | None) -> None:
        """Let `wanted` say yes to these clauses only; `None` lifts it."""
        self._only = clauses

    def allowed(self, operation: Operation) -> bool:
        """Whether the run may call the operation."""
        return operation.id in self._operations and (operation.safe or self.sender.endpoint.writable)

    def has(self, identity: Identity) -> bool:
        """Whether there is a key for an identity."""
        return self.sender.endpoint.credentials.has(identity)

    def accepted(self, operation: Operation) -> Arguments | None:
        """Arguments that the server has accepted, with live ids; a create's come with fresh names, a delete's address something just made."""
        if not self.allowed(operation):
            return None
        for resource, role in roles(self.resources, operation):
            if role == "delete":
                made = self.make(resource)
                return self.locate(operation, made) if made else self._refuse_foreign(operation)
        known = self._accepted.get(operation.id)
        if known is not None and self.alive(operation, known):
            return self.fresh(operation, known)
        return self._probe(operation)

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
        """Serialise, send, have it judged, return it."""
        if intent is Intent.POSITIVE and not self.alive(operation, arguments):
            intent = Intent.UNKNOWN  # what is gone can't be promised to be served
        request = build(operation, arguments, identity=identity)
        case = Case(
            operation=operation.id,
            request=request,
            intent=intent,
            stage=self.stage,
            target_clause=aim,
            note=note,
            arguments=arguments,
        )
        return self.sender.send(proved(case, operation), operation)[0]

    def send(
        self,
        request: Request,
        *,
        operation: Operation | None = None,
        aim: str = "",
        note: str = "",
        intent: Intent = Intent.UNKNOWN,
    ) -> Exchange:
        """Send a request as it is."""
        case = Case(
            operation=operation.id if operation else "",
            request=request,
            intent=intent,
            stage=self.stage,
            target_clause=aim,
            note=note,
        )
        return self.sender.send(proved(case, operation), operation)[0]

    @property
    def history(self) -> list[Exchange]:
        """What was sent so far, the latest last; of a very long run, its later part."""
        return [judgement.exchange for judgement in self._judgements.values()]

    def json(self, exchange: Exchange) -> JSON | Missing:
        """The parsed JSON body, or `MISSING`."""
        judgement = self._judgements.get(exchange.number)
        return judgement.body if judgement else MISSING

    def make(
        self, resource: Resource, values: Mapping[str, JSON] | None = None, *, aim: str = "", note: str = ""
    ) -> Made | None:
        """Create one of a resource; its owner is the session's own unless `values` name another."""
        operation = self._operations.get(resource.create.operation) if resource.create else None
        if operation is None or not self.allowed(operation):
            return None
        arguments = self.accepted(operation)
        if arguments is None:
            return None
        if values:
            arguments = self._with_values(operation, arguments, values)
        exchange = self.call(operation, arguments, aim=aim, note=note or f"make one {resource.name}")
        return next(
            (
                made
                for made in reversed(self._made)
                if made.exchange.number == exchange.number and made.resource is resource
            ),
            None,
        )

    def fixture(self, resource: Resource) -> Made | None:
        """Return the one of a resource that the session keeps for its own use, made when first asked for."""
        known = self._fixtures.get(resource.name)
        if known is not None and known in self._made and _key(known.resource.name, known.identity) not in self._deleted:
            return known
        made = self.make(resource, note=f"one {resource.name} to work with")
        if made is not None:
            self._fixtures[resource.name] = made
        return made

    def locate(self, operation: Operation, made: Made) -> Arguments | None:
        """Arguments by which an operation addresses something made; what else it needs comes from what the server accepted or the document shows."""
        listing = any(role == "list" for _, role in roles(self.resources, operation))
        given = address(operation, made.identity, made.scope, only_required=listing)
        base: dict[str, JSON] = dict(self._accepted.get(operation.id) or self.any_arguments(operation))
        if listing:
            needed = set(missing_parameters(operation, given))
            base = {key: value for key, value in base.items() if key in needed}
        body = {**_body(base), **_body(given)}
        arguments: dict[str, JSON] = {**base, **given}
        if body:
            arguments["body"] = body
        return None if missing_parameters(operation, arguments) else arguments

    def forget(self, made: Made) -> None:
        """Nothing to clean up for this one any more."""
        with suppress(ValueError):
            self._made.remove(made)

    def together(
        self, calls: Iterable[tuple[Operation, Arguments]], *, aim: str = "", note: str = ""
    ) -> list[Exchange]:
        """Send several calls at the same time, each on its own connection; they are recorded and judged in the order given.

        To an endpoint that answers one connection at a time they go one after the other.
        """
        cases = [
            (
                operation,
                Case(
                    operation=operation.id,
                    request=build(operation, arguments),
                    intent=Intent.UNKNOWN,
                    stage=self.stage,
                    target_clause=aim,
                    note=note,
                    arguments=arguments,
                ),
            )
            for operation, arguments in calls
        ]
        self.sender.drain()
        self.open_connections(probe_only=True)
        if self.connections.single_connection:
            return [self.sender.send(case, operation)[0] for operation, case in cases]
        for _ in cases:
            self.budget.spend()
        endpoint = self.sender.endpoint
        transports = [endpoint.transport.clone() for _ in cases]
        try:
            with ThreadPoolExecutor(max_workers=len(cases)) as pool:
                answers = list(
                    pool.map(
                        lambda pair: pair[1].send(endpoint.keyed(pair[0][1].request)),
                        zip(cases, transports, strict=True),
                    )
                )
        finally:
            for transport in transports:
                transport.close()
        exchanges = []
        for (operation, case), (answer, seconds) in zip(cases, answers, strict=True):
            exchange = self.sender.record(case, answer, seconds)
            self.sender.judge(case, operation, exchange)
            exchanges.append(exchange)
        return exchanges

    def shared(self, kind: type[SharedT]) -> SharedT:
        """Return the one value of this type that the behaviours of this run share."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        found: SharedT = self._shared[kind]
        return found

    def pause(self, seconds: float) -> None:
        """Wait, within the time budget."""
        time.sleep(min(seconds, self.budget.seconds_left))
        if self.budget.spent:
            raise BudgetSpent

    # What the run itself needs

    def open_connections(self, *, probe_only: bool = False) -> None:
        """Find out, by a read that the server accepted, how many connections it answers at once."""
        operation = next((each for each in self.plan.operations if each.safe and each.id in self._accepted), None)
        arguments = self.accepted(operation) if operation else None
        if operation is not None and arguments is not None:
            request = build(operation, arguments)
            note = "are several connections answered at once?"
            case = Case(
                operation=operation.id,
                request=request,
                intent=Intent.UNKNOWN,
                stage=self.stage,
                note=note,
                arguments=arguments,
            )
            self.connections.open(case, probe_only=probe_only)

    def any_arguments(self, operation: Operation) -> Arguments:
        """Arguments that the document suggests, accepted or not."""
        found = next(templates(self.contract, operation, self.pool, fresh=self.fresh_name), None)
        return found if found is not None else next(candidates(self.contract, operation), {})

    def exchange(self, number: int) -> Exchange | None:
        """An exchange of the session by its number, if it is not long ago."""
        judgement = self._judgements.get(number)
        return judgement.exchange if judgement else None

    def stage_of(self, number: int) -> Stage | None:
        """Which stage sent an exchange of the session, if it is not long ago."""
        judgement = self._judgements.get(number)
        return judgement.case.stage if judgement else None

    def fresh(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return a create's arguments with new values where the contract wants them unique; any other operation's as they are."""
        for resource, role in roles(self.resources, operation):
            if role == "create":
                return self._renamed(resource, operation, arguments)
        return arguments

    def fresh_name(self, _field: str = "") -> str:
        """A name that nobody has used before, recognisable as this run's."""
        self._counter += 1
        return f"{self.prefix}{self._counter}"

    def alive(self, operation: Operation, arguments: Arguments) -> bool:
        """Whether nothing that the arguments address was deleted or answered 404."""
        return not any(key in self._deleted for key in self._addressed(operation, arguments))

    def clean_up(self) -> list[Made]:
        """Delete what was made, the latest first; returns what could not be deleted."""
        self.stage = Stage.CLEANUP
        left: list[Made] = []
        silent = 0

        def answered(made: Made, exchange: Exchange) -> None:
            nonlocal silent
            silent = silent + 1 if exchange.response is None else 0
            if not exchange.ok and exchange.status not in {404, 410}:
                left.append(made)

        # What is owned goes before its owner; of one kind, in any order, so several at a time.
        ordered = sorted(self._made, key=lambda made: (-self._depth(made.resource), made.resource.name))
        for _, kind in groupby(ordered, key=lambda made: made.resource.name):
            for made in kind:
                role = made.resource.delete
                operation = self.contract.operation(role.operation) if role else None
                arguments = self.locate(operation, made) if operation else None
                if operation is None or arguments is None or silent >= _SILENT_IN_A_ROW:
                    left.append(made)
                    continue
                case = Case(
                    operation=operation.id,
                    request=build(operation, arguments),
                    intent=Intent.UNKNOWN,
                    stage=Stage.CLEANUP,
                    note="clean up",
                    arguments=arguments,
                )
                self.connections.submit(case, operation, partial(answered, made), spend=False)
            self.connections.drain()
        self._made = left.copy()
        return left

    def _depth(self, resource: Resource) -> int:
        """How many owners stand above a resource."""
        owners: list[str] = []
        owner = owner_of(self.resources, resource)
        while owner is not None and owner.name not in owners:
            owners.append(owner.name)
            owner = owner_of(self.resources, owner)
        return len(owners)

    def _addressed(
        self, operation: Operation, arguments: Arguments
    ) -> Iterator[tuple[str, tuple[tuple[str, JSON], ...]]]:
        """Keys of the resources, owners included, that the arguments address."""
        sent = named_values(operation, arguments)
        for resource, role in roles(self.resources, operation):
            owner = owner_of(self.resources, resource)
            for each in [owner, resource] if role in {"read", "update", "delete"} else [owner]:
                identity = identity_in(each, sent) if each else None
                if each is not None and identity is not None:
                    yield _key(each.name, identity)

    def _mark_deleted(self, operation: Operation, arguments: Arguments) -> None:
        self._deleted.update(key for key in self._addressed(operation, arguments) if key[0] in self._kinds(operation))

    def _kinds(self, operation: Operation) -> set[str]:
        direct = {
            resource.name for resource, role in roles(self.resources, operation) if role in {"read", "update", "delete"}
        }
        return direct or {resource.name for resource in self.resources}

    def _refuse_foreign(self, operation: Operation) -> Arguments | None:
        """Arguments of a delete for something that was there before are never offered: it is not ours to delete."""
        self.refusals.setdefault(operation.id, "nothing that the run made itself could be addressed")
        return None

    def _probe(self, operation: Operation) -> Arguments | None:
        """Try candidates until the server accepts one."""
        for resource, role in roles(self.resources, operation):
            if role in {"read", "update"} and resource.create:
                made = self.fixture(resource)
                arguments = self.locate(operation, made) if made else None
                if arguments is not None:
                    self._accepted[operation.id] = arguments
                    return arguments
        for index, candidate in enumerate(templates(self.contract, operation, self.pool, fresh=self.fresh_name)):
            if index >= _CANDIDATES:
                break
            arguments = self._with_owner(operation, self.fresh(operation, candidate))
            exchange = self.call(operation, arguments, intent=Intent.UNKNOWN, note="find a request that is accepted")
            if exchange.ok:
                self._accepted[operation.id] = arguments
                return self.fresh(operation, arguments)
            if exchange.status in {404, 405} and not self.pool.addressing(operation):
                self.unserved[operation.id] = exchange
            self.refusals[operation.id] = (
                f"no request was found that the server accepts; the last one was answered {exchange.status or 'with nothing'}"
            )
        return None

    def _with_owner(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Put the identity of the session's own owner into the arguments of an operation on something owned."""
        for resource, role in roles(self.resources, operation):
            owner = owner_of(self.resources, resource)
            if owner is None or role not in {"create", "list"} or owner.create is None:
                continue
            made = self.fixture(owner)
            if made is not None:
                given = address(operation, made.identity, made.scope, only_required=True)
                merged = {**arguments, **given}
                body = {**_body(arguments), **_body(given)}
                return {**merged, "body": body} if body else merged
        return arguments

    def _renamed(self, resource: Resource, operation: Operation, arguments: Arguments) -> Arguments:
        owner = owner_of(self.resources, resource)
        shared = {plain(field) for field in owner.identity} if owner else set()
        wanted = {plain(field) for rule in resource.unique for field in rule.fields} | {
            plain(field) for field in resource.identity
        } - shared
        values: dict[str, JSON] = {}
        for name, value in _body(arguments).items():
            if plain(operation.promises.bind.get(name, name)) in wanted and isinstance(value, str):
                values[name] = self.fresh_name()
        result = with_body(arguments, values) if values else dict(arguments)
        for key, value in arguments.items():
            if (
                key != "body"
                and plain(operation.promises.bind.get(key.partition(".")[2], key.partition(".")[2])) in wanted
                and isinstance(value, str)
            ):
                result[key] = self.fresh_name()
        return result

    @staticmethod
    def _with_values(operation: Operation, arguments: Arguments, values: Mapping[str, JSON]) -> Arguments:
        result = dict(arguments)
        body: dict[str, JSON] = {}
        for name, value in values.items():
            parameter = operation.parameter(name)
            if parameter is not None:
                result[parameter.subject] = value
            else:
                body[name] = value
        return with_body(result, body) if body else result

    def _observe(self, case: Case, exchange: Exchange, judgement: Judgement) -> None:
        self._judgements[exchange.number] = judgement
        if len(self._judgements) > 4096:  # noqa: PLR2004 - enough for any behaviour to look back
            self._judgements.pop(next(iter(self._judgements)))
        operation = judgement.operation
        if operation is None:
            return
        self.pool.learn(operation, case.arguments, exchange, body=judgement.body)
        if exchange.status in {404, 410}:
            self._mark_deleted(operation, case.arguments)
        if not exchange.ok:
            return
        for resource, role in roles(self.resources, operation):
            if role == "create":
                sent = named_values(operation, case.arguments)
                identity = identity_in(resource, judgement.body, {plain(name): value for name, value in sent.items()})
                if identity is not None:
                    scope = scope_in(resource, operation, case.arguments)
                    self._made.append(
                        Made(
                            resource=resource,
                            arguments=case.arguments,
                            exchange=exchange,
                            identity=identity,
                            scope=scope,
                        )
                    )
            elif role == "delete":
                sent = named_values(operation, case.arguments)
                gone = identity_in(resource, sent)
                self._mark_deleted(operation, case.arguments)
                self._made = [made for made in self._made if not (made.resource is resource and made.identity == gone)]
                for owned in resource.owns:
                    self._made = [
                        made
                        for made in self._made
                        if made.resource.name != owned
                        or any(made.identity.get(field) != value for field, value in (gone or {}).items())
                    ]


def _key(name: str, identity: Mapping[str, JSON]) -> tuple[str, tuple[tuple[str, JSON], ...]]:
    return name, tuple(sorted(identity.items()))


def _body(arguments: Arguments) -> dict[str, JSON]:
    body = arguments.get("body")
    return body if isinstance(body, dict) else {}
