"""What a behaviour sends: nothing that the run may not call, nothing that is not wanted, nothing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from contract_suite.behaviours.behaviour import Behaviour, NotSent, Session
from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.behaviours.resources.deletion import deletion
from contract_suite.behaviours.resources.unknown_resource import unknown_resource
from contract_suite.contract.operation import Contract
from contract_suite.contract.requests import build
from tests.behaviours.driving import drive
from tests.contracts import load as contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract_suite.model.exchange import Request
    from contract_suite.model.verdict import Verdict

LIBRARY: Final = str(Path(__file__).with_name("library.yaml"))
DELIVERIES: Final = str(Path(__file__).parents[1] / "mock" / "deliveries.yaml")
NEVER_CALLED: Final = (
    *(("pai", f"{verb}Algorithm") for verb in ("Get", "Update", "Delete", "Create")),
    ("pai", "ListAlgorithms"),
    (LIBRARY, "changeShelf"),
    *((DELIVERIES, f"{verb}Van") for verb in ("start", "park", "sell")),
)


@pytest.mark.longer
@pytest.mark.parametrize(("document", "operation"), NEVER_CALLED)
def test_what_the_run_may_not_call_is_not_called(document: str, operation: str) -> None:
    """A behaviour that asks for it all the same ends here with `NotSent`."""
    behaviours = [each for each in BEHAVIOURS if each.name != "rate-limits"]
    driven = drive(contract(document), behaviours, exclude=(operation,))
    method, path = next((each.method, each.path) for each in contract(document).operations if each.id == operation)
    called = [
        each.request for each in driven.exchanges if _is_of(each.request.method, each.request.target, method, path)
    ]
    assert not called
    assert not driven.failed()


@pytest.mark.parametrize("way", ["call", "send", "together"])
def test_a_behaviour_that_does_not_ask_is_held_back(way: str) -> None:
    def clean_away(session: Session) -> Iterator[Verdict]:
        algorithm = next(each for each in session.contract.resources if each.name == "Algorithm")
        made, delete = session.make(algorithm), session.contract.operation("DeleteAlgorithm")
        arguments = session.locate(delete, made) if made and delete else None
        assert delete is not None
        assert arguments is not None
        if way == "call":
            session.call(delete, arguments)
        elif way == "send":
            session.send(build(delete, arguments), operation=delete)
        else:
            session.together([(delete, arguments)] * 2)
        yield from ()

    sent: list[str] = []

    def before(_server: object, request: Request) -> None:
        sent.append(request.method)

    forgetful = Behaviour(name="forgetful", title="It deletes.", clauses=lambda _contract: (), drive=clean_away)
    with pytest.raises(NotSent, match="DeleteAlgorithm may not be called in this run"):
        drive(contract("pai"), (forgetful,), exclude=("DeleteAlgorithm",), before=before)
    assert "POST" in sent
    assert "DELETE" not in sent


@pytest.mark.parametrize(
    ("wanted", "never"),
    [
        ("GetAlgorithm::Algorithm::deleted-unknown", ["with the names of the deleted one", "again", "will own"]),
        ("ListAlgorithms::Algorithm::deleted-unlisted", ["with the names of the deleted one", "again", "will own"]),
        ("DeleteAlgorithm::AlgorithmName::freed", ["again", "update the deleted", "will own", "namesake"]),
        ("DeleteAlgorithm::AlgorithmVersion::owned-deleted", ["with the names of the deleted one", "to stay"]),
    ],
)
def test_a_deletion_sends_only_what_the_wanted_clause_takes(wanted: str, never: list[str]) -> None:
    driven = drive(contract("pai"), (deletion.BEHAVIOUR,), only={wanted})
    assert driven.passed() == {wanted}
    assert driven.notes
    assert not [note for note in driven.notes for words in never if words in note]


@pytest.mark.parametrize("document", ["modelarts", "opensearch"])
def test_each_order_is_asked_for_once(document: str) -> None:
    driven = drive(contract(document), (ordering.BEHAVIOUR,))
    # What pages without an order show is asked for anew by the walks that look for ties.
    times = Counter(each.request.target for each in driven.exchanges if "sort" in each.request.target)
    assert max(times.values(), default=0) <= 1


def test_the_list_of_an_unknown_owner_is_asked_for_without_a_filter() -> None:
    """An optional parameter that names a part of the identity would hide everything but one item."""
    changed = _with_a_filter(contract("pai"))
    driven = drive(changed, (unknown_resource.BEHAVIOUR,), served=contract("pai"))
    asked = [each.request.target for each in driven.exchanges if "/ListAlgorithmVersions" in each.request.target]
    assert asked
    assert not [target for target in asked if "AlgorithmVersion=" in target]


def _with_a_filter(whole: Contract) -> Contract:
    def changed(operation: str) -> bool:
        return operation == "ListAlgorithmVersions"

    return replace(
        whole,
        operations=tuple(
            replace(
                each,
                parameters=(
                    *each.parameters,
                    replace(each.parameters[0], name="AlgorithmVersion", where="query", required=False),
                ),
            )
            if changed(each.id)
            else each
            for each in whole.operations
        ),
    )


def _is_of(method: str, target: str, wanted: str, path: str) -> bool:
    parts, known = target.partition("?")[0].split("/"), path.split("/")
    return (
        method == wanted
        and len(parts) == len(known)
        and all(one == other or other.startswith("{") for one, other in zip(parts, known, strict=True))
    )
