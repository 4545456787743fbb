"""The mock of a plain document keeps the states that its sentences tell, and a run of ours finds nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request
from tests.behaviours.driving import drive
from tests.runner.test_stripped_documents import stripped

DELIVERIES = Path(__file__).parent / "deliveries.yaml"


def test_an_action_is_kept_and_refused_where_it_is_not_allowed() -> None:
    plain = stripped(yaml.safe_load(DELIVERIES.read_text("utf-8")))
    for verb, text in {
        "start": "Only a parked van can be started. It is then driving.",
        "sell": "Sell a parked van. It is then sold.",
    }.items():
        plain["paths"][f"/vans/{{id}}/{verb}"]["post"]["description"] = text
    plain["components"]["schemas"]["Van"]["properties"]["state"]["enum"].reverse()
    mock = MockServer(with_guesses(read_contract(Library().read(yaml.safe_dump(plain).encode(), "plain.yaml"))))

    def ask(method: str, target: str, body: bytes = b"") -> tuple[int, str]:
        headers = (("Content-Type", "application/json"),) if body else ()
        answer = mock.handle(Request(method=method, target=target, headers=headers, body=body))
        return answer.status, yaml.safe_load(answer.body).get("state", "")

    made = mock.handle(
        Request(
            method="POST", target="/vans", headers=(("Content-Type", "application/json"),), body=b'{"plate": "A 1"}'
        )
    )
    one = f"/vans/{yaml.safe_load(made.body)['id']}"
    assert ask("GET", one) == (200, "parked")
    assert ask("POST", f"{one}/start") == (200, "driving")
    assert ask("GET", one) == (200, "driving")
    assert ask("POST", f"{one}/sell")[0] == 409
    assert ask("GET", one) == (200, "driving")


def _limited(text: str) -> Contract:
    """The document with sentences about its actions and this one about its delete, which may be refused with 409."""
    plain = stripped(yaml.safe_load(DELIVERIES.read_text("utf-8")))
    for verb, sentence in {
        "start": "Only a parked van can be started. It is then driving.",
        "park": "Park a driving van.",
    }.items():
        plain["paths"][f"/vans/{{id}}/{verb}"]["post"]["description"] = sentence
    delete = plain["paths"]["/vans/{id}"]["delete"]
    delete["description"] = text
    delete["responses"]["409"] = delete["responses"]["404"]
    return with_guesses(read_contract(Library().read(yaml.safe_dump(plain).encode(), "plain.yaml")))


@pytest.mark.parametrize(
    "text",
    [
        "Only a parked van can be deleted.",
        "Deletes a parked van; 409 in any other state.",
        "Deletes a van that is parked. Others are refused.",
    ],
)
@pytest.mark.parametrize("minded", [True, False])
def test_a_delete_is_refused_in_the_states_that_its_sentence_leaves_out(text: str, *, minded: bool) -> None:
    (behaviour,) = (each for each in BEHAVIOURS if each.name == "state-changes")
    pipeline = Pipeline() if minded else Pipeline(acted=lambda _call, state, action: action.to or state)
    driven = drive(_limited(text), (behaviour,), pipeline=pipeline)
    assert ("removeVan::Van::action-refused" in driven.passed()) is minded
    assert ("removeVan::Van::action-refused" in driven.failed()) is not minded


@pytest.mark.parametrize(
    "text",
    ["Deletes a parked van.", "A parked van can't be deleted.", "Only an admin can delete a van, parked or not."],
)
def test_a_sentence_that_leaves_other_states_open_limits_no_delete(text: str) -> None:
    states = [each.states for each in _limited(text).resources if each.states is not None]
    assert [action.operation for each in states for action in each.actions if not action.to] == []
    assert states
