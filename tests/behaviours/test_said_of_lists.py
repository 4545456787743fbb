"""What a list says that it leaves out is not missed there, and what it says that it keeps of the deleted is no trace."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.kit.left_out import may_leave_out
from contract_suite.behaviours.relations import lists_below
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive
from tests.behaviours.notes_server import NOTES, NotesServer
from tests.behaviours.test_settled_values import TEXT, Settling, Thing, answer, nothing, things

OWN = tuple(each for each in BEHAVIOURS if each.name in {"creation", "deletion"})
HIDES, KEEPS = "listThings::Thing::created-listed", "listThings::Thing::deleted-unlisted"


class Lists(Settling):
    """A server whose list leaves out what was created, or still shows what was deleted, without its title."""

    def __init__(self, contract: Contract, *, hides: bool = False, keeps: bool = False) -> None:
        super().__init__(contract, nothing)
        self.hides, self.keeps = hides, keeps
        self.gone: list[Thing] = []

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.method == "GET" and request.target.partition("?")[0] == "/things":
            shown = ([] if self.hides else list(self.things.values())) + self.gone
            return answer(200, {"items": shown, "total": len(shown)})
        before = dict(self.things)
        given = super().handle(request)
        gone = [each for key, each in before.items() if key not in self.things]
        self.gone += [{**each, "title": ""} for each in gone if self.keeps]
        return given


@pytest.mark.parametrize(
    ("said", "is_right"),
    [
        ("New things are listed once they were approved.", True),
        ("Only published things are shown.", True),
        ("", False),
        ("The newest first.", False),
        ("Archived things are hidden unless `archived=true` is given.", False),
    ],
)
def test_what_a_list_says_that_it_leaves_out_is_not_missed(said: str, *, is_right: bool) -> None:
    """A rating that waits for its approval, as its list says, was said to be missing there."""
    contract = things([], {"city": TEXT}, listing=said)
    found = drive(contract, OWN, server=cast("MockServer", Lists(contract, hides=True)))
    assert (HIDES not in found.failed()) is is_right


@pytest.mark.parametrize(
    ("said", "is_right"), [("Remarks are shown once they were approved.", True), ("The remarks of a note.", False)]
)
def test_what_is_added_below_may_be_left_out_too(said: str, *, is_right: bool) -> None:
    text = Path(NOTES).read_text("utf-8")
    told = text.replace("operationId: listRemarks\n", f"operationId: listRemarks\n      description: {said}\n")
    assert told != text
    contract = read_contract(Library().read(told.encode(), "notes.yaml"))
    found = drive(contract, (lists_below.BEHAVIOUR,), server=NotesServer("remarks-lost"))
    assert ("listRemarks::below::listed-below" not in found.failed()) is is_right


@pytest.mark.parametrize(
    ("said", "shown", "is_left_out"),
    [
        ("Drafts are private to their customers and not listed.", {"status": "draft"}, True),
        ("Drafts are private to their customers and not listed.", {"status": "placed"}, False),
        ("Archived teams are hidden.", {"archived": True}, True),
        ("Archived teams are hidden.", {"archived": False}, False),
        ("Private comments of others are never shown.", {"private": True}, False),
        ("A private note is only shown to its author.", {"private": True}, False),
        ("Closed kennels are listed only with `include_closed=true`.", {"status": "open"}, False),
    ],
)
def test_a_thing_is_left_out_by_what_it_shows(said: str, shown: Any, *, is_left_out: bool) -> None:
    listing = cast("Any", SimpleNamespace(summary="List", description=said))
    assert may_leave_out(listing, shown) is is_left_out


@pytest.mark.parametrize(
    ("said", "is_right"),
    [
        ("A deleted thing stays in the list without its title.", True),
        ("Deleted things are shown with an empty title.", True),
        ("Things that were deleted are still listed.", True),
        ("", False),
        ("Deleted things are not shown.", False),
        ("Deleted things are shown only with `deleted=true`.", False),
        ("Things of deleted users remain in the list.", False),
    ],
)
def test_what_a_list_says_that_it_keeps_is_no_trace(said: str, *, is_right: bool) -> None:
    """A list that shows deleted comments without their text, as it says, was said to list them still."""
    contract = things([], {"city": TEXT}, listing=said)
    found = drive(contract, OWN, server=cast("MockServer", Lists(contract, keeps=True)))
    assert (KEEPS not in found.failed()) is is_right
