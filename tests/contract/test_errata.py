"""Errata: read from their file, with a kind, and found again at the places that they speak of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.errata import KINDS, errata_at, read_errata
from contract_suite.contract.family import families
from contract_suite.errors import DocumentError
from contract_suite.model.location import Location
from contract_suite.model.source import Erratum
from tests.contracts import load

ID = Erratum(id="A-1", title="an id", pointers=("#/components/schemas/Thing/properties/id",))
THING = Erratum(id="A-2", title="a thing", pointers=("#/components/schemas/Thing",))
DEFAULT = Erratum(id="A-3", title="a default", pointers=("#/components/parameters/Page/schema/default",))
ALL = (THING, ID, DEFAULT)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/components/schemas/Thing/properties/id", [ID]),
        ("#/components/schemas/Thing/properties/id", [ID]),
        ("/components/schemas/Thing/properties/id/type", [ID]),
        ("/components/schemas/Thing/required", [THING]),
        ("/components/schemas/Thing", [THING]),
        ("/components/parameters/Page/schema", [DEFAULT]),
        ("/components/parameters/Page/schema/minimum", []),
        ("/components/parameters/Page", []),
        ("/components/schemas/Thing/properties/name/type", []),
        ("/components/schemas", [THING]),
        ("", []),
    ],
)
def test_an_erratum_is_found_at_its_place_and_one_step_away(pointer: str, expected: list[Erratum]) -> None:
    assert list(errata_at(ALL, pointer)) == expected


@given(st.lists(st.sampled_from(["a", "b", "~1c", "0"]), max_size=5))
def test_the_very_place_comes_before_the_one_that_holds_it(tokens: list[str]) -> None:
    pointer = "".join(f"/{each}" for each in tokens)
    here = Erratum(id="H-1", title="here", pointers=(f"#{pointer}",))
    above = Erratum(id="H-2", title="above", pointers=(f"#{pointer.rpartition('/')[0]}",))
    assert here in errata_at((above, here), pointer)
    assert (above in errata_at((above, here), pointer)) is (above.pointers == here.pointers)


def test_the_contract_names_who_decided_that_an_id_is_a_string() -> None:
    contract = load("modelarts")
    assert [each.id for each in contract.errata_at("/components/schemas/Metadata/properties/id/type")] == ["MA-01"]


@pytest.mark.parametrize("name", families())
def test_every_erratum_of_the_families_says_its_kind_and_its_reason(name: str) -> None:
    contract = load(name)
    assert {each.kind for each in contract.errata} <= set(KINDS)
    assert [each.id for each in contract.errata if not (each.subject and each.decided and each.why)] == []
    assert [each.id for each in contract.errata if not each.pointers] == []


def test_an_erratum_without_a_kind_is_a_contradiction() -> None:
    assert next(read_errata([{"id": "X-1"}], "errata.yaml")) == Erratum(id="X-1", title="X-1", kind="contradiction")


@pytest.mark.parametrize("entry", [{"id": "X-1", "kind": "riddle"}, {"id": "X-1", "kind": 7}, {"title": "x"}, 7])
def test_what_is_wrong_in_an_entry_says_so(entry: dict[str, str | int] | int) -> None:
    with pytest.raises(DocumentError) as caught:
        list(read_errata([entry], "errata.yaml"))  # type: ignore[list-item]  # JSON is invariant in its members
    assert caught.value.location == Location(file="errata.yaml", line=1, pointer="/0")
