"""Addresses and numbers by which a server could reach somebody are told from those that are reserved for nobody."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from contract_suite.contract.naming.outside import acts_outside, reserved_like, without_somebodys

NOBODYS = [
    ("email", "a@example.com"),
    ("email", "first.last+tag@sub.example.org"),
    ("email", "a@b.invalid"),
    ("url", "https://nowhere.invalid/one"),
    ("url", "http://127.0.0.1:8080/hook"),
    ("url", "http://localhost/hook"),
    ("url", "http://192.0.2.1/"),
    ("host", "one.example.com"),
    ("phone", "+12025550143"),
    ("phone", "+1 (202) 555-0143"),
    ("phone", "555-0143"),
    ("phone", "a plain text 3"),
    ("extension", "+49 123"),
    ("isbn", "9781234567890"),
    ("version", "1.2.3"),
    ("file", "notes.txt"),
    ("id", "urn:example:a"),
    ("at", "2024-02-29T23:59:59.999+08:00"),
    ("amount", 2**31 - 1),
    ("code", "AB12CDEFGHIJKLMNOP"),
]
SOMEBODYS = [
    ("email", "bob@corp.com"),
    ("note", "write to bob@corp.com"),
    ("email", "a@example.co"),
    ("email", "a@aaa.aaa"),
    ("url", "https://hooks.corp.com/x"),
    ("url", "https://user:word@corp.com/x"),
    ("url", "http://8.8.8.8/x"),
    ("target", "smtp://mail.corp.io"),
    ("hostName", "corp.com"),
    ("phone", "0301234567"),
    ("phone_number", 4930123456),
    ("contact", "+4930123456"),
    ("cardNumber", "4111111111111111"),
    ("account", "GB82 WEST 1234 5698 7654 32"),
]


@pytest.mark.parametrize(("name", "value"), NOBODYS)
def test_what_is_reserved_or_no_address_reaches_nobody(name: str, value: Any) -> None:
    assert not acts_outside({"deep": [{name: value}]})


@pytest.mark.parametrize(("name", "value"), SOMEBODYS)
def test_an_address_or_number_may_be_somebodys(name: str, value: Any) -> None:
    assert acts_outside({"deep": [{name: value}]})


@pytest.mark.parametrize(("name", "value"), SOMEBODYS)
def test_what_stands_in_their_place_reaches_nobody(name: str, value: Any) -> None:
    assert not acts_outside(without_somebodys({name: value}, "drawn"))
    assert all(not acts_outside(each, name) for each in reserved_like(str(value), "mark", name))


def test_a_reserved_address_is_another_for_another_mark() -> None:
    for value in ("bob@corp.com", "https://hooks.corp.com/x", "+12124567890"):
        one, other = next(reserved_like(value, "one")), next(reserved_like(value, "two"))
        assert one != other
        assert not acts_outside(one)
        assert not acts_outside(other)


@pytest.mark.parametrize("text", ["a" * 100_000, "a@" * 50_000, "1." * 50_000, " -" * 50_000])
def test_a_long_text_is_looked_through_once(text: str) -> None:
    """A text without an @ was looked through from each of its characters on: half a minute for one of 64 kB."""
    begun = process_time()
    acts_outside(text, "host")
    acts_outside(text, "phone")
    assert process_time() - begun < 2
