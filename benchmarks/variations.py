"""Holds the mock to its contracts under conditions that break no promise, and prints every finding: there must be none.

A run that its time limit cut short is printed as not finished, and fails like a finding.

`variations.py [--seeds N] [--family NAME] [VARIATION…]`; without names, all of them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from contract_suite.contract.family import families, load
from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Filter
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import running
from contract_suite.mock.fields import Body, getter, pointer, text_of, with_value
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.mock.server import MockServer
from contract_suite.mock.state import Record
from contract_suite.model.exchange import Response
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON, Missing
from contract_suite.model.source import Level, Source
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.family import FamilyRun
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.endpoint import open_endpoint
from contract_suite.transport.asgi import AsgiTransport
from contract_suite.transport.http import HttpTransport

LONGEST: Final = 300.0
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_TIMES_SHOWN: Final = 2
"""What is read alone and limited in size shows when it was made and when it was changed."""
_EXTRA: Final = (
    ("X-Cache", "MISS"),
    ("X-Cache", "from edge"),
    ("Via", "1.1 gateway"),
    ("Set-Cookie", "route=7; Path=/"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """What is different: arguments of the server, steps, latency, whether it is asked over a port, and clauses that it breaks on purpose.

    `undocumented` says that it does otherwise what nobody documented, so that advisories about it are right and failures are not.
    """

    server: dict[str, Any] = field(default_factory=dict)
    steps: Callable[[int], dict[str, Any]] = lambda _seed: {}
    prepare: Callable[[MockServer], None] = lambda _server: None
    latency: float = 0.0
    port: bool = False
    ignored: tuple[str, ...] = ()
    undocumented: bool = False


def gzipped(_seed: int) -> dict[str, Any]:
    """Compress every body."""

    def sent(_call: Call, response: Response) -> Response:
        if not response.body:
            return response
        body = gzip.compress(response.body)
        kept = tuple(pair for pair in response.headers if pair[0].lower() != "content-length")
        packed = (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"), ("Content-Length", str(len(body))))
        return replace(response, body=body, headers=(*kept, *packed))

    return {"sent": sent}


def chunked(_seed: int) -> dict[str, Any]:
    """Send no length, so that the body comes in chunks."""
    return {
        "sent": lambda _call, response: replace(
            response, headers=tuple(pair for pair in response.headers if pair[0].lower() != "content-length")
        )
    }


def closed(_seed: int) -> dict[str, Any]:
    """Close the connection after each response."""
    return {"sent": lambda _call, response: replace(response, headers=(*response.headers, ("Connection", "close")))}


def extra(_seed: int) -> dict[str, Any]:
    """Add headers and fields that nobody documented."""

    def finished(call: Call, status: int, body: JSON) -> JSON:
        limited = (
            call.operation is not None and call.operation.promises.response_bytes is not None
        )  # more would break that promise
        return {**body, "_etag": "7", "_links": []} if isinstance(body, dict) and status < 300 and not limited else body  # noqa: PLR2004 - a success

    return {
        "sent": lambda _call, response: replace(response, headers=(*response.headers, *_EXTRA)),
        "finished": finished,
    }


def unsorted_ties(seed: int) -> dict[str, Any]:
    """Order what is equal by nothing that anybody could know, though always in the same way."""
    plain = Pipeline()

    def arrange(call: Call, items: list[Body], name: str, direction: str, key: Any) -> list[Body]:  # noqa: ANN401 - the step's own
        shuffled = sorted(items, key=lambda each: Random(f"{seed}/{json.dumps(each, sort_keys=True)[:400]}").random())  # noqa: S311 - no secret
        return plain.arrange(call, shuffled, name, direction, key)

    return {"arrange": arrange}


def tied(server: MockServer) -> None:
    """Give many records the same value in every field that a list is sorted by, wherever its own schema lets it."""
    for resource in server.contract.resources:
        fixed = {pointer(each) for each in resource.identity}
        orders = [
            each.promises.order
            for each in server.contract.operations
            if each.id in resource.lists and each.promises.order
        ]
        names = [name for order in orders for name in order.keys.values() if pointer(name) not in fixed]
        for record in _records(server, resource.name):
            body = record.body
            for name in names:
                value = getter(name)(body)
                if isinstance(value, int) and not isinstance(value, bool):
                    body = with_value(body, name, value - value % 10_000_000 if value > 10_000_000 else value)  # noqa: PLR2004 - times in big steps
            if server.catalogue.fits(resource.name, body):
                server.state.put(replace(record, body=body))


def _like(value: JSON, random: Random) -> JSON:
    """Return another value of the same kind: a number, a UUID, or a longer text."""
    number = random.randrange(10**6, 10**9)
    if isinstance(value, int):
        return number
    text = text_of(value)
    with suppress(ValueError):
        return str(UUID(text) and UUID(int=random.getrandbits(128), version=4))
    return f"{text[:20]}_{number}"


def others_write(seed: int) -> dict[str, Any]:
    """Let somebody else make and remove records of every kind between two requests."""
    plain = Pipeline()
    random = Random(seed)  # noqa: S311 - no secret
    made: list[Record] = []

    def handle(call: Call, serve: Callable[[Call], Response]) -> Response:
        response = plain.handle(call, serve)
        if random.random() < 0.15:  # noqa: PLR2004 - now and then
            resource = random.choice([each for each in call.state.resources.values() if each.lists])
            known = call.state.all(resource.name, call.scope) if call.view and call.view.resource is resource else []
            if known and (len(made) < 4 or random.random() < 0.5):  # noqa: PLR2004 - a few at a time
                base = random.choice(known)
                body = base.body
                for name in (*resource.identity, *(each for rule in resource.unique for each in rule.fields)):
                    value = getter(name)(body)
                    if not isinstance(value, Missing):
                        body = with_value(body, name, _like(value, random))
                record = call.state.record(resource.name, call.scope, body)
                owner_there = record.owner is None or call.state.find(*record.owner) is not None
                if call.state.find(*record.ref) is None and not call.state.clashes(record) and owner_there:
                    call.state.put(record)
                    made.append(record)
            elif made:
                gone = made.pop(random.randrange(len(made)))
                if call.state.find(*gone.ref) is not None:
                    call.state.remove(gone)
        return response

    return {"handle": handle}


def other_statuses(seed: int) -> dict[str, Any]:
    """Answer with another status wherever nobody documented which: 201 for a create, 409 for a duplicate, 404 for a method."""
    plain = Pipeline()
    statuses = {
        "duplicate": (409, 400, 422),
        "method": (404, 405, 501),
        "unknown": (403, 404, 410),
        "unauthenticated": (403,),
    }

    def documented(call: Call, status: int) -> bool:
        spec = call.operation.response(status) if call.operation is not None else None
        return spec is not None and spec.status != "default" and spec.source is Source.DOCUMENTED

    def refused_with(call: Call, refusal: Refused, status: int) -> int:
        usual = plain.refused_with(call, refusal, status)
        others = statuses.get(refusal.kind, ())
        return usual if not others or refusal.status or documented(call, usual) else others[seed % len(others)]

    def sent(call: Call, response: Response) -> Response:
        resources = call.state.resources.values()
        creates = {each.create.operation for each in resources if each.create is not None}
        made = call.operation is not None and call.operation.id in creates and response.status == HTTPStatus.OK
        return replace(response, status=201) if made and not documented(call, response.status) else response

    return {"refused_with": refused_with, "sent": sent}


def refused_past_end(seed: int) -> dict[str, Any]:
    """Refuse a page beyond the end, as some do: with 404, or with 400."""
    plain = Pipeline()

    def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        if start > 0 and start >= len(items):
            raise Refused("unknown" if seed % 2 else "invalid", "There is no such page.")
        return plain.paginate(call, items, start, size)

    return {"paginate": paginate}


def unknown_containers(_seed: int) -> dict[str, Any]:
    """Answer for a container that does not exist with what it holds, which is nothing."""

    def well_known(_call: Call, _scope: tuple[str, ...], *, known: bool) -> bool:
        return known or True

    return {"well_known": well_known}


def times_with_offset(seed: int) -> dict[str, Any]:
    """Write every time that ends in Z in another form of RFC 3339: with its offset from UTC, or with fractions of a second.

    An answer grows by that after the mock has measured it, so what is measured has room for it: no promised size is broken.
    """
    plain = Pipeline()
    ending = ("+00:00", ".000Z", ".123456Z", ".5+00:00")[seed % 4]
    longer = _TIMES_SHOWN * (len(ending) - len("Z"))

    def written(value: JSON) -> JSON:
        if isinstance(value, dict):
            return {name: written(each) for name, each in value.items()}
        if isinstance(value, list):
            return [written(each) for each in value]
        return f"{value[:-1]}{ending}" if isinstance(value, str) and _TIME.fullmatch(value) else value

    return {
        "finished": lambda _call, _status, body: written(body),
        "too_large": lambda call, size, limit: plain.too_large(call, size + longer, limit),
    }


def bounded_filters(_seed: int) -> dict[str, Any]:
    """Refuse a filter value that no item can have, because the answers' own schema rules it out: a progress of 101."""
    plain = Pipeline()

    def matches(call: Call, promise: Filter, wanted: JSON, body: Body, equal: Any) -> bool:  # noqa: ANN401 - the step's own
        found = getter(promise.field)(body)
        percent = promise.field.lower().endswith("progress")
        if percent and isinstance(wanted, int) and isinstance(found, int) and not 0 <= wanted <= 100:  # noqa: PLR2004 - percent
            raise Refused("invalid", "It is a percentage.")
        return plain.matches(call, promise, wanted, body, equal)

    return {"matches": matches}


VARIATIONS: Final = {
    "plain": Variation(),
    "empty": Variation(server={"empty": True}),
    "one": Variation(server={"records": 1}),
    "many": Variation(server={"records": 5000}),
    "ties": Variation(steps=unsorted_ties, prepare=tied),
    "gzip": Variation(steps=gzipped, port=True),
    "chunked": Variation(steps=chunked, port=True),
    "closed": Variation(steps=closed, port=True),
    "extra": Variation(steps=extra, ignored=("no-undocumented-fields",)),
    "others-write": Variation(steps=others_write),
    "other-statuses": Variation(steps=other_statuses, undocumented=True),
    "past-end-refused": Variation(steps=refused_past_end, undocumented=True),
    "unknown-served": Variation(steps=unknown_containers, undocumented=True),
    "times-with-offset": Variation(steps=times_with_offset),
    "bounded-filters": Variation(steps=bounded_filters, undocumented=True),
    "latency": Variation(latency=0.1),
    "limits": Variation(server={"enforce_limits": True}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one run against a varied mock found, how many requests it sent, and which limit cut it short, if one did."""

    findings: tuple[Finding, ...]
    requests: int
    cut: str


def held(contract: Contract, variation: Variation, seed: int) -> Held:
    """Run everything once."""
    options = RunOptions(seed=seed, fuzz_time=0.0, max_time=LONGEST)
    plan = make_plan(contract, options)
    server = MockServer(
        plan.contract, seed=seed, pipeline=replace(Pipeline(), **variation.steps(seed)), **variation.server
    )
    variation.prepare(server)
    with ExitStack() as stack:
        transport = stack.enter_context(_way(MockApp(server, latency=variation.latency), contract, port=variation.port))
        endpoint = open_endpoint(contract, options, {})
        endpoint.transport.close()
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="variations-"))
        writer = stack.enter_context(RecordWriter(Path(folder) / "run.ndjson"))
        run = FamilyRun(
            plan,
            replace(endpoint, transport=transport),
            budget=Budget(max_time=LONGEST),
            writer=writer,
            options=options,
        )
        run.go()
        cut = run.finish("").stopped
        found = (each for each in run.findings if not each.clause.endswith(variation.ignored or ("\0",)))
        held_against = (each for each in found if each.level is Level.FAILURE or not variation.undocumented)
        return Held(findings=tuple(held_against), requests=run.sender.exchanges, cut=cut)


def main(names: list[str], seeds: int, family: str) -> int:
    """Run the variations and print a line for each; returns how many findings and unfinished runs there were.

    What a run that was cut short did not find proves nothing, so it is never counted as one without findings.
    """
    count = 0
    for contract in [load(each) for each in families() if family in {"", each}]:
        for name in names or VARIATIONS:
            began = time.perf_counter()
            runs = [held(contract, VARIATIONS[name], seed) for seed in range(seeds)]
            seconds = time.perf_counter() - began
            requests, found = sum(each.requests for each in runs), sum(len(each.findings) for each in runs)
            cut = sum(bool(each.cut) for each in runs)
            print(
                f"{contract.name:<12} {name:<14} {seeds} seeds {requests:>7} requests {seconds:>7.1f} s {found:>4} findings"
                + f", {cut} of {seeds} runs not finished" * bool(cut),
                flush=True,
            )
            for seed, run in enumerate(runs):
                if run.cut:
                    print(f"    seed {seed}: {run.cut}", flush=True)
                for each in run.findings:
                    print(
                        f"    seed {seed}: {each.level.value} {each.clause}: {each.message}{' (flaky)' if each.flaky else ''}",
                        flush=True,
                    )
            count += found + cut
    return count


@contextmanager
def _way(app: MockApp, contract: Contract, *, port: bool) -> Iterator[AsgiTransport | HttpTransport]:
    if not port:
        transport = AsgiTransport(app, base_path=contract.base_path)
        try:
            yield transport
        finally:
            transport.close()
        return
    with running(app) as origin:
        wire = HttpTransport(f"{origin}{contract.base_path}", timeout=10.0, max_bytes=10_000_000)
        try:
            yield wire
        finally:
            wire.close()


def _records(server: MockServer, resource: str) -> Iterator[Record]:
    scopes = {
        tuple(group.scope.get(name, "") for name in server.state.resources[resource].scope)
        for group in server._seeds.groups  # noqa: SLF001 - what the seeds say is what is varied
    }
    for scope in scopes:
        yield from server.state.all(resource, scope)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="VARIATION")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--family", default="")
    given = parser.parse_args()
    sys.exit(1 if main(given.names, given.seeds, given.family) else 0)
