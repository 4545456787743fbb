"""Every behaviour bites on a server that breaks one of its clauses, and stays silent on one that keeps it.

A new behaviour needs a line in `EXAMPLES`, under its name; `test_parity.py` demands it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.operation import Contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock import pipeline as steps
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome
from tests.behaviours import deviations, deviations_of_names
from tests.behaviours.driving import drive
from tests.behaviours.harbour_server import HARBOUR, HarbourServer
from tests.behaviours.jobs_server import JOBS, JobsServer
from tests.behaviours.notes_server import NOTES, NotesServer
from tests.behaviours.orders_server import ORDERS, OrdersServer
from tests.behaviours.rows_server import ROWS, RowsServer
from tests.behaviours.tasks_server import TASKS, TasksServer
from tests.behaviours.tickets_server import TICKETS, TicketsServer
from tests.behaviours.trails_server import TRAILS, TrailsServer
from tests.behaviours.vans_server import VANS, VansServer
from tests.behaviours.visits_server import VISITS, VisitsServer
from tests.contracts import load as contract

BOOKS: Final = str(Path(__file__).with_name("books.yaml"))
HEADS: Final = str(Path(__file__).with_name("heads.yaml"))
DELIVERIES: Final = str(Path(__file__).parents[1] / "mock" / "deliveries.yaml")
PROJECTS: Final = str(Path(__file__).parents[1] / "mock" / "projects.yaml")
SHELVES: Final = str(Path(__file__).parents[1] / "families" / "shelves")
ADOPTIONS: Final = str(Path(__file__).parents[1] / "mock" / "adoptions.yaml")
INVOICES: Final = str(Path(__file__).parents[1] / "mock" / "invoices.yaml")


@dataclass(frozen=True, kw_only=True)
class Example:
    """A deviation of the mock, and the kind of clause that it breaks; without it, the mock keeps the contract."""

    document: str
    kind: str
    pipeline: Callable[[], Pipeline] = Pipeline
    before: Callable[[MockServer, Request], None] | None = None
    served: Callable[[Contract], Contract] | None = None
    """What the deviating mock takes for the contract."""
    driven: Callable[[Contract], Contract] = lambda each: each
    """What the behaviour is driven with."""
    options: dict[str, Any] = field(default_factory=dict)
    right: dict[str, Any] = field(default_factory=dict)
    """What the mock needs to keep the contract."""
    flaw: str = ""
    """Of the server that keeps what RFCs say, which is driven instead of the mock."""


def _planted(name: str, fault: str) -> Pipeline:
    [(_, found)] = chosen([contract(name)], [fault])
    return found.site.plant(Pipeline())


def _longer_pages() -> Pipeline:
    return Pipeline(paginate=lambda _call, items, start, _size: items[start:])


def _one_direction() -> Pipeline:
    return Pipeline(arrange=lambda call, items, name, _way, key: steps.arrange(call, items, name, "desc", key))


def _head_with(**changes: Any) -> Callable[[], Pipeline]:
    def sent(call: Any, response: Response) -> Response:
        return replace(response, **changes) if call.request.method == "HEAD" else response

    return lambda: Pipeline(sent=sent)


def _limit(size: int) -> Callable[[Contract], Contract]:
    def changed(whole: Contract) -> Contract:
        return replace(whole, operations=tuple(_with(each, "response_bytes", limit=size) for each in whole.operations))

    return changed


def _rate(whole: Contract) -> Contract:
    return replace(whole, operations=tuple(_with(each, "rate", requests=5, seconds=0.4) for each in whole.operations))


def _with(operation: Any, promise: str, **changes: Any) -> Any:
    found = getattr(operation.promises, promise)
    changed = {promise: replace(found, **changes)} if found else {}
    return replace(operation, promises=replace(operation.promises, **changed))


EXAMPLES: Final = {
    "creation": Example(
        document="pai", kind="values-read-back", pipeline=deviations.storing(deviations.trimmed, "DisplayName")
    ),
    "member-defaults": Example(
        document=BOOKS,
        kind="defaults-stored",
        pipeline=lambda: _planted(BOOKS, "create-ignores-default"),
    ),
    "updates": Example(
        document="pai", kind="update-read-back", pipeline=deviations.updating(lambda _, record, __: record.body)
    ),
    "modification-times": Example(
        document="pai", kind="modified-moves", pipeline=lambda: _planted("pai", "update-keeps-modified-time")
    ),
    "deletion": Example(document="pai", kind="freed", pipeline=deviations_of_names.keeping_names),
    "recreation": Example(
        document="pai", kind="starts-afresh", pipeline=lambda: _planted("pai", "deleted-texts-come-back")
    ),
    "agreement": Example(document="pai", kind="agrees-with-read", pipeline=deviations.third_item_wrong),
    "immutability": Example(document="pai", kind="immutable", pipeline=deviations.updating(deviations.renamed)),
    "uniqueness": Example(document="pai", kind="duplicate-refused", pipeline=deviations_of_names.taking_duplicates()),
    "unknown-resource": Example(
        document="pai", kind="unknown-refused", pipeline=deviations_of_names.finding_by_beginning
    ),
    "invariants": Example(document="modelarts", kind="below", pipeline=deviations.outside_its_folder),
    "paging": Example(document="pai", kind="page-size-respected", pipeline=_longer_pages),
    "totals": Example(
        document="opensearch", kind="total-exact", pipeline=lambda: Pipeline(total=lambda _call, _all, page: len(page))
    ),
    "page-claims": Example(
        document=ADOPTIONS, kind="more-told", pipeline=lambda: _planted(ADOPTIONS, "more-told-of-a-full-page")
    ),
    "aggregates": Example(
        document=SHELVES, kind="aggregate-exact", pipeline=lambda: _planted(SHELVES, "count-lacks-one-of-many")
    ),
    "summaries": Example(document=TICKETS, kind="summary-exact", flaw="since-ignored", driven=with_guesses),
    "ordering": Example(document="modelarts", kind="direction-respected", pipeline=_one_direction),
    "filtering": Example(
        document="opensearch", kind="filter-sound", pipeline=lambda: Pipeline(matches=lambda *_: True)
    ),
    "bounds": Example(
        document=INVOICES, kind="bound-complete", pipeline=lambda: _planted(INVOICES, "bound-loses-greatest")
    ),
    "echo": Example(
        document="modelarts",
        kind="echoed",
        pipeline=lambda: Pipeline(echoed=lambda _call, promise, value: 50 if promise.parameter == "limit" else value),
    ),
    "envelopes": Example(
        document="opensearch", kind="fresh", pipeline=lambda: Pipeline(fresh=lambda *_: "always the same")
    ),
    "response-limit": Example(document="pai", kind="largest-accepted", served=_limit(8191)),
    "refused-effect": Example(
        document="pai",
        kind="refused-without-effect",
        before=deviations.acting_although("POST", deviations.keyless),
    ),
    "idempotence": Example(document="pai", kind="idempotent", pipeline=deviations.updating(deviations.growing)),
    "idempotency-keys": Example(
        document=DELIVERIES,
        kind="same-key-same-result",
        pipeline=lambda: _planted(DELIVERIES, "idempotency-key-ignored"),
    ),
    "state-changes": Example(
        document=DELIVERIES,
        kind="action-refused",
        pipeline=lambda: _planted(DELIVERIES, "action-allowed-anywhere"),
    ),
    "flags": Example(
        document=PROJECTS,
        kind="flag-taken-back",
        pipeline=lambda: _planted(PROJECTS, "flag-not-taken-back"),
    ),
    "simultaneous-writes": Example(
        document="pai", kind="updates-at-once-kept", pipeline=lambda: _planted("pai", "updates-at-once-lost")
    ),
    "safe-methods": Example(document="pai", kind="changes-nothing", pipeline=deviations.touching),
    "head-requests": Example(document=HEADS, kind="agrees-with-get", pipeline=_head_with(status=404)),
    "rate-limits": Example(
        document="opensearch",
        kind="past-limit-refused",
        driven=_rate,
        options={"check_rate_limits": True},
        right={"enforce_limits": True},
    ),
    "location-leads": Example(document=NOTES, kind="location-leads", flaw="location-nowhere"),
    "lists-below": Example(document=NOTES, kind="not-listed-elsewhere", flaw="remarks-of-all"),
    "items-below": Example(document=TASKS, kind="not-found-elsewhere", flaw="task-of-any"),
    "positions": Example(document=ROWS, kind="gap-closed", flaw="gap-left"),
    "jobs": Example(document=JOBS, kind="ended-not-cancelled", flaw="cancel-late"),
    "attachments": Example(document=TRAILS, kind="attached-once", flaw="tag-twice"),
    "counts-below": Example(document=TRAILS, kind="listed-and-counted", flaw="walk-uncounted"),
    "filter-expressions": Example(document=VANS, kind="expression-holds", flaw="field-unheard"),
    "sums-below": Example(document=TASKS, kind="removed-and-subtracted", flaw="seat-cost-stays"),
    "keyed-requests": Example(document=TRAILS, kind="done-once", flaw="key-ignored"),
    "action-sums": Example(document=TASKS, kind="action-adds", flaw="resize-clamps"),
    "refused-deletes": Example(document=TASKS, kind="occupied-kept", flaw="seats-go-along"),
    "singletons": Example(
        document=TASKS, kind="written-read-back", flaw="settings-not-stored", options={"destructive": True}
    ),
    "said-limits": Example(document=TASKS, kind="only-once", flaw="vote-twice"),
    "said-refusals": Example(document=VISITS, kind="times-limited", flaw="extended-again"),
    "computed-updates": Example(document=ORDERS, kind="sums-follow-update", flaw="total-stays"),
    "computed-owners": Example(document=ORDERS, kind="sums-follow-part", flaw="line-forgotten"),
    "related-numbers": Example(document=ORDERS, kind="related-as-before", flaw="forgets-total"),
    "version-members": Example(document=VISITS, kind="stale-version-refused", flaw="stale-served"),
    "state-times": Example(document=VISITS, kind="time-set", flaw="closed-untimed"),
    "effects-on-others": Example(document=HARBOUR, kind="effect-on-others", flaw="berth-kept"),
    "said-transitions": Example(document=VISITS, kind="transition-refused", flaw="reopened"),
    "overlaps": Example(document=VISITS, kind="move-refused", flaw="move-unchecked"),
    "restorations": Example(document=TASKS, kind="restored", flaw="restore-nothing"),
    "action-answers": Example(document=TASKS, kind="action-answer-read", flaw="close-not-stored"),
    "action-values": Example(document=TASKS, kind="action-value-stored", flaw="assign-not-stored"),
    "update-masks": Example(document=TASKS, kind="mask-limits", flaw="mask-ignored"),
    "unknown-references": Example(document=NOTES, kind="reference-known", flaw="links-anywhere"),
    "bytes-stored": Example(document=NOTES, kind="bytes-stored", flaw="bytes-not-stored"),
    "link-next": Example(document=NOTES, kind="next-leads-on", flaw="next-without-end"),
    "put-replaces": Example(document=NOTES, kind="put-stored", flaw="put-not-stored"),
    "merge-patch": Example(document=NOTES, kind="array-replaces", flaw="patch-appends"),
    "range-requests": Example(document=NOTES, kind="range-exact", flaw="end-left-out"),
    "conditional-requests": Example(document=NOTES, kind="not-modified", flaw="no-304"),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_it_bites(behaviour: Behaviour) -> None:
    example = EXAMPLES[behaviour.name]
    driven = drive(
        example.driven(contract(example.document)),
        (behaviour,),
        pipeline=example.pipeline(),
        before=example.before,
        served=example.served(contract(example.document)) if example.served else None,
        server=_server(example, example.flaw) if example.flaw else None,
        **example.options,
    )
    assert _kinds(driven.failed()) == {example.kind}


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_it_stays_silent(behaviour: Behaviour) -> None:
    example = EXAMPLES[behaviour.name]
    driven = drive(
        example.driven(contract(example.document)),
        (behaviour,),
        server=_right(example),
        **example.options,
        **example.right,
    )
    assert not driven.failed()
    assert example.kind in _kinds(driven.passed())
    assert driven.left == 0


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_it_sends_nothing_that_the_run_does_not_want(behaviour: Behaviour) -> None:
    example = EXAMPLES[behaviour.name]
    driven = drive(
        example.driven(contract(example.document)), (behaviour,), only=(), server=_right(example), **example.options
    )
    assert driven.requests == 0
    assert not driven.verdicts


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_it_judges_what_the_run_wants_and_nothing_else(behaviour: Behaviour) -> None:
    example = EXAMPLES[behaviour.name]
    driven_with = example.driven(contract(example.document))
    clause = next(each.id for each in behaviour.clauses(driven_with) if each.kind == example.kind)
    driven = drive(driven_with, (behaviour,), only={clause}, server=_right(example), **example.options, **example.right)
    assert {each.clause for each in driven.verdicts} == {clause}
    assert {each.outcome for each in driven.verdicts} == {Outcome.PASSED}


@pytest.mark.parametrize(
    ("changes", "problem", "expected", "actual"),
    [
        ({"status": 404}, "status", "200", "404"),
        ({"body": b"hello"}, "body", "0", "5"),
        ({"headers": (("Content-Type", "text/plain"),)}, "content-type", '"application/json"', '"text/plain"'),
        ({"headers": (("Content-Language", "en"),)}, "content-language", "", '"en"'),
        ({"headers": (("Content-Length", "0"),)}, "content-length", '"2"', '"0"'),
    ],
    ids=["status", "body", "content-type", "content-language", "content-length"],
)
def test_each_way_in_which_a_head_differs_from_a_get_is_named(
    changes: dict[str, Any], problem: str, expected: str, actual: str
) -> None:
    behaviour = next(each for each in BEHAVIOURS if each.name == "head-requests")
    verdict = drive(contract(HEADS), (behaviour,), pipeline=_head_with(**changes)()).of("agrees-with-get")
    assert (verdict.outcome, verdict.problem, verdict.expected, verdict.actual) == (
        Outcome.FAILED,
        problem,
        expected,
        actual,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 503},
        {"status": 429},
        {"headers": ()},
        {"headers": (("Content-Type", "application/json"),)},
        {"headers": (("Content-Length", "2"),)},
    ],
    ids=["a failing server", "a busy server", "no headers", "the same type", "the same length"],
)
def test_a_head_that_says_less_than_a_get_is_no_finding(changes: dict[str, Any]) -> None:
    behaviour = next(each for each in BEHAVIOURS if each.name == "head-requests")
    assert not drive(contract(HEADS), (behaviour,), pipeline=_head_with(**changes)()).failed()


Server = (
    NotesServer
    | HarbourServer
    | TasksServer
    | TrailsServer
    | JobsServer
    | VisitsServer
    | RowsServer
    | VansServer
    | OrdersServer
    | TicketsServer
)


def _right(example: Example) -> Server | None:
    return _server(example) if example.flaw else None


def _server(example: Example, *flaws: str) -> Server:
    servers: dict[str, type[Server]] = {
        TASKS: TasksServer,
        TRAILS: TrailsServer,
        JOBS: JobsServer,
        HARBOUR: HarbourServer,
        VISITS: VisitsServer,
        ROWS: RowsServer,
        TICKETS: TicketsServer,
        VANS: VansServer,
        ORDERS: OrdersServer,
    }
    return servers.get(example.document, NotesServer)(*flaws)


def _kinds(clauses: Collection[str]) -> set[str]:
    return {clause.rpartition("::")[2] for clause in clauses}


@pytest.mark.parametrize("counted", [True, False])
def test_a_flag_of_which_nothing_but_its_name_is_known_is_held_to_what_its_page_counts(*, counted: bool) -> None:
    """A full last page that counts the pages and says that more follows contradicts itself; one that doesn't may guess."""
    whole = contract(ADOPTIONS)
    unsaid: dict[str, Any] = {} if counted else {"total": "", "pages": ""}
    operations = tuple(
        replace(each, promises=replace(each.promises, collection=replace(promise, source=Source.INFERRED, **unsaid)))
        if (promise := each.promises.collection) is not None
        else each
        for each in whole.operations
    )
    (behaviour,) = (each for each in BEHAVIOURS if each.name == "page-claims")
    pipeline = _planted(ADOPTIONS, "more-told-of-a-full-page")
    driven = drive(replace(whole, operations=operations), (behaviour,), pipeline=pipeline)
    assert ("more-told" in _kinds(driven.failed())) is counted
