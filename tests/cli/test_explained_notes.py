"""`explain` shows the note of the `x-source` that speaks for a clause, which nothing else shows."""

from __future__ import annotations

import pytest

from contract_suite.cli.entry import execute
from contract_suite.cli.pages import note_at
from contract_suite.model.location import Location
from tests.contracts import load

FILE = load("modelarts").file
ID = "/components/schemas/Metadata/properties/id"
NOTE = "Table 5 says Integer"


@pytest.mark.parametrize(
    ("pointer", "noted"),
    [(f"{ID}/type", True), (ID, True), ("/components/schemas/Metadata/properties/name/type", False), ("", False)],
)
def test_a_note_is_that_of_the_nearest_source_around_a_place(pointer: str, noted: bool) -> None:
    assert (NOTE in note_at(Location(file=FILE, line=1, pointer=pointer))) is noted


@pytest.mark.parametrize("pointer", ["/nowhere/at/all", f"{ID}/type/deeper", "/paths/0"])
def test_a_place_that_is_not_there_any_more_has_the_note_of_what_is_left_of_its_way(pointer: str) -> None:
    assert isinstance(note_at(Location(file=FILE, line=1, pointer=pointer)), str)


def test_a_document_that_is_gone_has_no_notes() -> None:
    assert note_at(Location(file="gone/openapi.yaml", line=1, pointer=f"{ID}/type")) == ""


def test_explain_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["explain", "ListAlgorithms::200/items/*/metadata/id::type"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:1] == ["note"] and NOTE in line for line in lines)
