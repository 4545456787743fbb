"""JSON Pointers: what is escaped comes back, and a pointer's steps are the names that it was made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contract_suite.model.json import JSON, MISSING, at, escape, objects_in, tokens, unescape


@given(st.text())
def test_an_escaped_name_is_one_token_and_comes_back(name: str) -> None:
    token = escape(name)
    assert "/" not in token
    assert unescape(token) == name


@given(st.lists(st.text(), min_size=1))
def test_a_pointer_steps_through_the_names_that_it_is_made_of(names: list[str]) -> None:
    pointer = "".join(f"/{escape(name)}" for name in names)
    assert tokens(pointer) == tuple(names)


@given(st.lists(st.text(), min_size=1))
def test_a_pointer_finds_what_stands_there(names: list[str]) -> None:
    value: JSON = "found"
    for name in reversed(names):
        value = {name: value}
    assert at(value, "".join(f"/{escape(name)}" for name in names)) == "found"


def test_a_tilde_is_unescaped_after_a_slash() -> None:
    assert unescape("~01") == "~1"  # RFC 6901, section 4


def test_a_plain_name_is_one_step_and_an_empty_pointer_none() -> None:
    assert tokens("a/b") == ("a/b",)
    assert tokens("") == ()
    assert at({"a/b": 1}, "a/b") == 1
    assert at([1], "/1") is MISSING


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~0", max_size=3), inner, max_size=4),
    max_leaves=12,
)


def objects(value: JSON) -> int:
    """Count the objects of a value."""
    if isinstance(value, dict):
        return 1 + sum(map(objects, value.values()))
    return sum(map(objects, value)) if isinstance(value, list) else 0


@given(value=values)
def test_all_objects_of_a_value_are_walked_through(value: JSON) -> None:
    found = list(objects_in(value, most=1000))
    assert [at(value, pointer) for pointer, _ in found] == [each for _, each in found]
    assert len(found) == objects(value)


@given(value=values, most=st.integers(0, 8))
def test_no_more_is_looked_at_than_asked_for(value: JSON, most: int) -> None:
    """An example of 30,000 members was walked through for each of its variations, and the run did not end."""
    found = list(objects_in(value, most=most))
    assert sum(len(each) for _, each in found) <= most
    assert len(found) <= most + 1
