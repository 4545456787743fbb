"""Identities that nothing has, as good as certainly, also of servers that count theirs."""

from __future__ import annotations

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from contract_suite.behaviours.resources.kit.unknown_identities import altered_value
from contract_suite.contract.naming.outside import acts_outside

COUNTED = [
    "c4d80f30-0000-4000-8000-000000000001",
    "C4D80F30-0000-4000-8000-00000000000A",
    "00000000000040008000000000000001",
    "INV-000001",
    "U00000007",
]


@given(seed=st.integers(), value=st.sampled_from(COUNTED))
def test_an_identity_of_a_server_that_counts_is_far_from_its_next_ones(seed: int, value: str) -> None:
    """The last digit alone was another one, and an order that was there counted as unknown."""
    changed = altered_value(Random(seed), value)  # noqa: S311 - a value for a test
    assert isinstance(changed, str)
    assert changed[:-2] != value[:-2]
    shape = re.sub(r"[0-9A-Za-z]", "#", value)
    assert re.sub(r"[0-9A-Za-z]", "#", changed) == shape or changed.startswith(value)


@given(seed=st.integers(), value=st.uuids(version=4).map(str))
def test_another_uuid_is_of_the_same_version(seed: int, value: str) -> None:
    changed = altered_value(Random(seed), value)  # noqa: S311 - a value for a test
    assert isinstance(changed, str)
    assert changed != value
    assert (changed[14], changed[19]) == (value[14], value[19])


@given(
    seed=st.integers(),
    value=st.sampled_from(
        [
            ("email", "bob@corp.com"),
            ("id", "bob@example.com"),
            ("domainName", "corp.com"),
            ("id", "https://corp.com/x"),
            ("phone", "0301234567"),
            ("phone", 4930123456),
            ("id", "+4930123456"),
        ]
    ),
)
def test_another_address_or_number_is_that_of_nobody(seed: int, value: tuple[str, str | int]) -> None:
    """Every letter of an address was another one, those of its domain too."""
    name, text = value
    changed = altered_value(Random(seed), text, name)  # noqa: S311 - a value for a test
    assert changed not in {None, text}
    assert not acts_outside(changed, name)
