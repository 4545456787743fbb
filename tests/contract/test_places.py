"""Places of an answer: in the body, or in a header field."""

from __future__ import annotations

import pytest

from contract_suite.contract.trees.places import count_at, header_of, pointer_of, value_at
from contract_suite.model.exchange import Response
from contract_suite.model.json import MISSING

ANSWER = Response(status=200, headers=(("X-Total-Count", "42"), ("content-range", "items 0-9/57")))


@pytest.mark.parametrize(
    ("place", "count"),
    [
        ("header.x-total-count", 42),
        ("header.Content-Range", 57),
        ("header.X-None", None),
        ("/total", 3),
        ("/text", None),
        ("/truth", None),
        ("/none", None),
    ],
)
def test_a_count_is_a_whole_number_wherever_it_stands(place: str, count: int | None) -> None:
    assert count_at(ANSWER, {"total": 3, "text": "3", "truth": True}, place) == count


@pytest.mark.parametrize("text", ["", "many", "1.5", "-1", "0-9/*", "4 2"])
def test_a_header_that_counts_nothing_is_no_count(text: str) -> None:
    assert count_at(Response(status=200, headers=(("X-Total", text),)), {}, "header.X-Total") is None


def test_a_header_is_no_pointer() -> None:
    assert (header_of("header.Link"), pointer_of("header.Link")) == ("Link", "")
    assert (header_of("/link"), pointer_of("/link")) == ("", "/link")
    assert value_at(None, {}, "header.Link") is MISSING
