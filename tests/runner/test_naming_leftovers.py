"""What a run left is named by kind, and however much it is, in a line that can be read."""

from __future__ import annotations

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.location import Location
from contract_suite.model.source import Source
from contract_suite.runner.leftovers.naming import by_kind, in_a_row


def made(kind: str, *numbers: int) -> list[Made]:
    resource = Resource(
        name=kind, identity=("id",), source=Source.DOCUMENTED, location=Location(file="a.yaml", line=1, pointer="")
    )
    exchange = Exchange(number=1, request=Request(method="POST", target=kind), answer=Response(status=201), seconds=0.1)
    return [
        Made(resource=resource, arguments={}, exchange=exchange, identity={"id": number}, scope={})
        for number in numbers
    ]


def test_what_is_left_is_counted_by_kind_with_the_first_of_each() -> None:
    left = [*made("/songs", *range(40)), *made("/albums", 7, 8)]
    assert by_kind(left) == "40 of /songs (0, 1, 2 and 37 more), 2 of /albums (7, 8)"
    assert in_a_row(left) == "/songs 0, /songs 1, /songs 2, /songs 3, /songs 4 and 37 more"
