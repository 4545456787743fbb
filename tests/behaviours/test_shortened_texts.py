"""A list that says that it shows texts in part is not accused of that; nothing else of it is let off."""

from __future__ import annotations

from typing import cast

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.operation import Contract
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive
from tests.behaviours.test_settled_values import TEXT, Settling, answer, nothing, things

OWN = tuple(each for each in BEHAVIOURS if each.name in {"agreement", "updates"})


class Cuts(Settling):
    """A server whose list shows the first characters of one member."""

    def __init__(self, contract: Contract, name: str, most: int) -> None:
        super().__init__(contract, nothing)
        self.name, self.most = name, most

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.method == "GET" and request.target.partition("?")[0] == "/things":
            shown = [
                {**each, self.name: str(each[self.name])[: self.most]} if self.name in each else each
                for each in self.things.values()
            ]
            return answer(200, {"items": shown, "total": len(shown)})
        return super().handle(request)


@pytest.mark.parametrize(
    ("sentence", "member", "cut", "is_right"),
    [
        ("Texts are shortened to four characters here.", "", "title", True),
        ("Texts are cut to four characters here.", "", "city", True),
        ("Shows the first 4 characters of titles.", "", "title", True),
        ("", "An excerpt.", "city", True),
        ("", "", "title", False),
        ("Titles are not truncated.", "", "title", False),
        ("Titles are cut to four characters.", "", "city", False),
        ("", "An excerpt.", "title", False),
    ],
)
def test_only_a_text_that_is_said_to_be_shortened_may_be(
    sentence: str, member: str, cut: str, *, is_right: bool
) -> None:
    """A title that a list cuts to 30 characters, as it says, was said to differ from the read, or to be lost by an update."""
    contract = things([], {"city": {**TEXT, "description": member}}, listing=sentence)
    found = drive(contract, OWN, server=cast("MockServer", Cuts(contract, cut, 4)))
    assert ("listThings::Thing::agrees-with-read" not in found.failed()) is is_right
    assert not is_right or not found.failed()
