"""Lists that are kept for a while, or come from an index that is brought up to date later: right ones are waited for."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import cast

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.clock import CLOCK
from tests.behaviours.driving import drive
from tests.behaviours.test_settled_values import TEXT, Settling, Thing, answer, nothing, things

NEVER = 10**6
EACH = pytest.mark.parametrize(
    ("name", "method", "kind"),
    [
        ("creation", "POST", "created-listed"),
        ("updates", "PATCH", "update-listed"),
        ("deletion", "DELETE", "deleted-unlisted"),
        ("agreement", "any", "agrees-with-read"),
    ],
)


class LateList(Settling):
    """A server whose list shows what requests with one method did so many seconds later, or with any."""

    def __init__(self, seconds: float, method: str) -> None:
        super().__init__(things([], {"city": TEXT}), nothing)
        self.seconds, self.method = seconds, method
        self.listed: list[tuple[float, list[Thing]]] = [(0, [])]
        for number in range(3):
            body = json.dumps({"title": f"a{number}", "city": "old"}).encode()
            self.handle(Request(method="POST", target="/things", body=body))
        self.listed = [(0, deepcopy(list(self.things.values())))]
        if method == "any":
            self.handle(Request(method="PATCH", target="/things/2", body=json.dumps({"city": "new"}).encode()))

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.method == "GET" and request.target.partition("?")[0] == "/things":
            shown = [each for at, each in self.listed if at <= CLOCK.now - self.seconds][-1]
            return answer(200, {"items": shown, "total": len(shown)})
        given = super().handle(request)
        if request.method != "GET":
            at = CLOCK.now if self.method in {request.method, "any"} else 0
            self.listed.append((at, deepcopy(list(self.things.values()))))
        return given


def failed(name: str, method: str, seconds: float) -> set[str]:
    behaviour = next(each for each in BEHAVIOURS if each.name == name)
    server = LateList(seconds, method)
    found = drive(server.contract, (behaviour,), server=cast("MockServer", server))
    return {each.rpartition("::")[2] for each in found.failed()}


@pytest.mark.parametrize("seconds", [0, 1, 2.5])
@EACH
def test_a_list_that_follows_within_seconds_is_right(name: str, method: str, kind: str, seconds: float) -> None:
    """A list that is kept for a second was accused of what it showed at once."""
    assert kind not in failed(name, method, seconds)


@EACH
def test_a_list_that_never_follows_is_found(name: str, method: str, kind: str) -> None:
    assert kind in failed(name, method, NEVER)
