"""What single planted faults do to a server, where no run is needed to see it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response

KEY = "sk-abcdef-_123"


class Client:
    """Sends requests to a mock of a contract with one fault planted, or none."""

    def __init__(self, contract: Contract, fault: str = "", **options: Any) -> None:
        self.now = 1_700_000_000.0
        pipeline = chosen([contract], [fault])[0][1].site.plant(Pipeline()) if fault else None
        self.server = MockServer(contract, clock=lambda: self.now, pipeline=pipeline, **options)

    def send(self, method: str, target: str, body: object = None, *, key: str = KEY) -> Response:
        self.now += 0.001
        headers = (("X-Key", key), ("Content-Type", "application/json"))
        content = b"" if body is None else json.dumps(body).encode()
        return self.server.handle(Request(method=method, target=target, headers=headers, body=content))

    def make(self, title: str, **more: object) -> str:
        made = self.send("POST", "/north/books", {"title": title, **more})
        assert made.status == 201
        return f"/north/books/{json.loads(made.body)['meta']['id']}"

    def titles(self, query: str = "take=100") -> list[str]:
        return [each["title"] for each in json.loads(self.send("GET", f"/north/books?{query}").body)["data"]]


def test_a_limit_that_never_ends_shuts_out_who_was_refused_three_times(library: Contract) -> None:
    right = Client(library, enforce_limits=True)
    wrong = Client(library, "rate-limit-never-ends", enforce_limits=True)
    for client, after in ((right, 201), (wrong, 429)):
        answers = [client.send("POST", "/north/books", {"title": f"T{number}"}).status for number in range(6)]
        assert answers == [201, 201, 201, 429, 429, 429]
        client.now += 3600
        assert client.send("POST", "/north/books", {"title": "Later"}).status == after


def test_a_limit_that_never_ends_still_asks_for_the_permission(library: Contract) -> None:
    client = Client(library, "rate-limit-never-ends", enforce_limits=True)
    assert client.send("POST", "/north/books", {"title": "Mine"}, key="sk-readonly-1").status == 403


def test_what_was_deleted_is_still_listed_and_can_not_be_read(library: Contract) -> None:
    client = Client(library, "deleted-still-listed")
    book = client.make("Gone")
    assert client.send("DELETE", book).status == 204
    assert "Gone" in client.titles()
    assert client.send("GET", book).status == 404


@pytest.mark.parametrize(
    ("fault", "left"), [("delete-takes-former", {"B1", "B4"}), ("delete-takes-neighbour", {"B1", "B2"})]
)
def test_a_delete_takes_the_one_before_or_the_next_one_along(library: Contract, fault: str, left: set[str]) -> None:
    client = Client(library, fault)
    books = [client.make(f"B{number}") for number in range(1, 5)]
    client.send("DELETE", books[2])
    assert {title for title in client.titles() if title.startswith("B")} == left


def test_the_third_match_of_a_filter_is_lost_in_every_answer(library: Contract) -> None:
    client = Client(library, "third-match-lost")
    for number in range(1, 6):
        client.make(f"M{number}", pages=4321)
    for _ in range(2):
        assert sorted(client.titles("pages=4321&take=100")) == ["M1", "M2", "M4", "M5"]
    assert {"M1", "M2", "M3", "M4", "M5"} <= set(client.titles())


def test_the_third_and_the_fourth_change_places_only_where_a_key_is_asked_for(library: Contract) -> None:
    right, wrong = Client(library), Client(library, "third-and-fourth-swapped")
    ordered = right.titles("by=title&way=asc&take=100")
    assert wrong.titles("by=title&way=asc&take=100") == [*ordered[:2], ordered[3], ordered[2], *ordered[4:]]
    assert wrong.titles() == right.titles()
