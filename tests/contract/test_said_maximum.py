from __future__ import annotations

import pytest

from contract_suite.contract.naming.said_maximum import said_maximum


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("100 at most", 100),
        ("At most 1,000 items", 1000),
        ("Number of results to return. Maximum: `200`", 200),
        ("The maximum page size is 250.", 250),
        ("Cannot exceed 50", 50),
        ("less than or equal to 100", 100),
        ("from 1 to 100", 100),
        ("1-100, default 10", 100),
        ("Max 100. Default 25.", 100),
        ("limited to 30 per call", 30),
        ("100 or fewer", 100),
        ("How many items, by default 20", None),
        ("Maximum number of items to return (default 20)", None),
        ("The page to show", None),
        ("at most 1", None),
        ("since version 2.1 to 3.4", None),
        ("", None),
    ],
)
def test_which_maximum_a_sentence_says(text: str, most: int | None) -> None:
    assert said_maximum(text) == most
