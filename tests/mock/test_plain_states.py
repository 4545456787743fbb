"""The mock of a plain document keeps the states that its sentences tell, and a run of ours finds nothing in it."""

from __future__ import annotations

from pathlib import Path

import yaml

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request
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
