"""Addresses that a document shows: those that lead elsewhere lead nowhere when they are sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.naming.outside import NOWHERE
from contract_suite.generate.outside_addresses import kept_in
from contract_suite.model.json import JSON


@pytest.mark.parametrize(
    ("shown", "sent"),
    [
        ("https://hooks.slack.com/services/T1", f"https://{NOWHERE}/services/T1"),
        ("http://user:pw@shop.example.com:8080/a?b=c#d", f"http://{NOWHERE}:8080/a?b=c#d"),
        ("wss://example.org", f"wss://{NOWHERE}"),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
        ("http://localhost:8080/", "http://localhost:8080/"),
        ("http://10.0.0.1/", f"http://{NOWHERE}/"),
        ("urn:example:a", "urn:example:a"),
        ("see http://example.com/", "see http://example.com/"),
        ({"to": ["https://example.com/a"]}, {"to": [f"https://{NOWHERE}/a"]}),
        (7, 7),
    ],
)
def test_the_host_gives_way(shown: JSON, sent: JSON) -> None:
    assert kept_in(shown, None) == sent


@given(st.from_regex(r"\A(http|https|ftp)://[a-z]{1,5}\.[a-z]{2,4}(:[0-9]{1,4})?(/[a-z]{0,5})?\Z"))
def test_twice_is_once(address: str) -> None:
    once = kept_in(address, None)
    assert kept_in(once, None) == once
    assert NOWHERE in str(once)
