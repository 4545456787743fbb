"""Excerpts of bodies: the marked part is always among the lines, whatever the body is, and the size is bounded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.model.json import MISSING, at, escape
from contract_suite.report.excerpt import cost, excerpt, pointer_of

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=30,
)


def pointers(value: Any, prefix: str = "") -> list[str]:
    found = [prefix]
    if isinstance(value, dict):
        for key, each in value.items():
            found += pointers(each, f"{prefix}/{escape(key)}")
    if isinstance(value, list):
        for index, each in enumerate(value):
            found += pointers(each, f"{prefix}/{index}")
    return found


@pytest.mark.longer
@given(value=st.lists(JSONS, max_size=5) | st.dictionaries(st.text(max_size=8), JSONS, max_size=5), data=st.data())
def test_what_a_pointer_names_is_marked(value: Any, data: st.DataObject) -> None:
    pointer = data.draw(st.sampled_from(pointers(value)))
    shown = excerpt(json.dumps(value).encode(), pointer=pointer, mark=True, budget=10**6)
    marked = [line for line in shown.lines if line.marked]
    assert marked
    found = at(value, pointer)
    assert found is not MISSING
    if pointer and not isinstance(found, (dict, list)):
        (line,) = marked
        assert json.dumps(found, ensure_ascii=False).encode("unicode_escape")[:3] or line
    assert all(line.text.isprintable() for line in shown.lines)


@given(body=st.binary(max_size=3000), budget=st.integers(200, 2000))
def test_any_bytes_make_lines_of_bounded_size(body: bytes, budget: int) -> None:
    shown = excerpt(body, pointer="/a/b", mark=True, budget=budget)
    assert all(line.text.isprintable() for line in shown.lines)
    assert sum(cost(line.text) + 1 for line in shown.lines) < 6 * budget + 2000
    assert bool(shown.note) == shown.cut


def test_a_long_body_is_cut_around_the_mark() -> None:
    value = {"Items": [{"Id": number, "Name": "x" * 50} for number in range(2000)], "Total": "2000"}
    shown = excerpt(json.dumps(value).encode(), pointer="/Items/1000/Id", mark=True, budget=3000)
    assert [line.text for line in shown.lines if line.marked] == ['      "Id": 1000,']
    assert shown.lines[0].text == "{"
    assert next(line.text for line in shown.lines if line.gap).startswith("… ")
    assert len(shown.lines) < 45
    assert shown.cut


def test_a_missing_member_marks_what_should_hold_it() -> None:
    shown = excerpt(b'{"a": {"b": 1}, "c": 2}', pointer="/a/missing", mark=True)
    assert [line.text for line in shown.lines if line.marked] == ['  "a": {', '    "b": 1', "  },"]
    root = excerpt(b'{"a": 1}', pointer="/missing", mark=True)
    assert [line.text for line in root.lines if line.marked] == ["{"]


def test_a_pointer_into_an_item_finds_the_first_one_that_has_it() -> None:
    shown = excerpt(b'{"Items": [{"Id": 1}, {"Id": 2, "Name": "b"}]}', pointer="/Name", mark=True)
    assert [line.text for line in shown.lines if line.marked] == ['      "Name": "b"']


def test_a_star_stands_for_the_first_item() -> None:
    shown = excerpt(b'{"Items": [{"Id": 1}, {"Id": 2}]}', pointer="/Items/*/Id", mark=True)
    assert [line.text for line in shown.lines if line.marked] == ['      "Id": 1']


def test_deep_and_broken_bodies_are_shown_as_they_are() -> None:
    assert excerpt(b"").lines == ()
    assert excerpt(b"[" * 10_000, budget=500).cut
    deep = b'{"a":' * 300 + b"1" + b"}" * 300
    assert excerpt(deep, pointer="/a/a", mark=True).lines
    assert excerpt(b"<p>\r\n\x1b</p>").lines[1].text == "\\x1b</p>"


def test_the_subject_of_a_clause_names_a_place_in_a_body() -> None:
    assert pointer_of("body/Items/*/Id") == "/Items/*/Id"
    assert pointer_of("body") == ""
    assert pointer_of("401/header.WWW-Authenticate") == ""


@pytest.mark.timeout(20)
@pytest.mark.parametrize("body", [b"&" * 10_000, b"<\r\n" * 4000, b"\x00" * 9000, b'{"a": "' + b"'" * 3000])
@pytest.mark.parametrize("budget", [1, 7, 200])
def test_text_that_takes_much_more_room_in_html_is_cut_to_its_budget(body: bytes, budget: int) -> None:
    shown = excerpt(body, budget=budget)
    assert shown.cut
    assert shown.note == f"the beginning of {len(body):,} bytes; the record has the whole"
    assert sum(cost(line.text) + 1 for line in shown.lines) < 6 * budget + 200
