"""What counts as the same value: a decimal in a text that came back with more decimals was a loss, "-0.0" as "-0.00"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.behaviours.kit.comparing import IDS, STAMPS, alike, differences, first_change, first_loss
from contract_suite.behaviours.kit.resource_operations import declares
from contract_suite.behaviours.kit.work_states import explains_a_state, is_said_to_begin_in
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON


def json_values() -> st.SearchStrategy[JSON]:
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    return st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@pytest.mark.parametrize(
    ("sent", "came", "same"),
    [
        ("1.5", "1.50", True),
        ("7", "7.00", True),
        ("-0.0", "-0.00", True),
        ("-0.0", "0.00", True),
        ("-1.5", "1.50", False),
        ("1.10", "1.1", False),  # a text that was read as a number
        ("007", "7.00", False),
        ("1.5", "1.51", False),
        ("v1", "v1.0", False),
        ("1.5", "1.5.0", False),
        ("", "0.0", False),
        ("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", True),
    ],
)
def test_a_fixed_scale_changes_no_decimal(sent: str, came: str, *, same: bool) -> None:
    assert alike(sent, came) is same


@pytest.mark.parametrize(
    ("sent", "came", "tidied"),
    [
        ("  a b\n", "a b", True),
        ("e\u0301", "\u00e9", True),
        ("Me@Example.COM", "me@example.com", True),
        ("Name", "name", False),
        ("a  b", "a b", False),
        ("tea ,black,  tea", "black, tea", True),
        ("tea, black", "tea", False),
        ("tea, black", "Tea, black", False),
        ("  a b", "a", False),
        ("C5D6A1E6-8A3C-4A41-9F0B-0123456789AB", "c5d6a1e6-8a3c-4a41-9f0b-0123456789ab", True),
        ("https://a.example", "https://a.example/", True),
        ("a", "a/", False),
        (1.125, 1.13, True),
        (1.5, 1.0, False),
        (1.25, 1.2, False),
        (True, 1, False),
        ([3, 1, 2], [1, 2, 3], True),
        ([3, 1, 2], [1, 2], False),
        (["b", "a"], ["a", "b"], False),
        ({"a": [" x "]}, {"a": ["x"]}, True),
        ("bug", {"id": 7, "name": "bug"}, True),
        (7, {"id": 7, "name": "bug"}, True),
        ("bug", {"id": 7, "name": "other"}, False),
        ("bug", {"color": "bug"}, False),
        (["bug", "ui"], [{"name": "ui"}, {"name": "bug"}], True),
        (["bug", "ui"], [{"name": "ui"}, {"name": "ux"}], False),
        (["bug", "ui"], [{"name": "ui"}], False),
    ],
)
def test_what_servers_do_to_values_without_a_word(sent: JSON, came: JSON, *, tidied: bool) -> None:
    assert first_loss(sent, came) is not None
    assert (first_loss(sent, came, tidied=True) is None) is tidied


@pytest.mark.parametrize(
    ("name", "sent", "came", "tidied"),
    [
        ("title", " a  b\nc", "a b c", True),
        ("displayName", "a  b", "a b", True),
        ("title", "a  b", "a", False),
        ("title", "ab", "a b", False),
        ("body", "a\nb", "a b", False),
        ("phone", "+49 (30) 12-34", "+49301234", True),
        ("phone", "+49 30 1234", "+4930123", False),
        ("iban", "de02 1234", "DE021234", True),
        ("postal_code", "sw1a1aa", "SW1A 1AA", True),
        ("postal_code", "sw1a1aa", "", False),
        ("reference", "12-34", "1234", False),
        ("position", 1_000_000, 53, True),
        ("position", 5, 3, False),
        ("position", 1_000_000, 1_000_001, False),
        ("quantity", 1_000_000, 53, False),
    ],
)
def test_what_a_name_says_of_a_value_tells_how_it_is_kept(name: str, sent: JSON, came: JSON, *, tidied: bool) -> None:
    """A title without its second blank, and a telephone number without its brackets, were called lost."""
    assert bool(list(differences({name: sent}, {name: came}, tidied=True))) is not tidied
    assert list(differences({name: sent}, {name: came}))


@pytest.mark.longer
@given(json_values())
def test_what_came_as_it_was_sent_is_no_loss(value: JSON) -> None:
    assert first_loss(value, value) is first_loss(value, value, tidied=True) is None


def test_what_is_only_written_is_shown_nowhere() -> None:
    place = SchemaView({"properties": {"name": {}, "pin": {"writeOnly": True}}}, {})
    assert [declares(place, name) for name in ("name", "pin", "other")] == [True, False, False]


PARTS: JSON = [{"id": "q_1", "text": "Soup?", "options": [{"id": 7, "label": "yes"}]}]
ANEW: JSON = [{"id": "q_9", "text": "Soup?", "options": [{"id": 8, "label": "yes"}]}]


def test_parts_of_a_thing_may_get_ids_from_the_server() -> None:
    """A survey that gives its questions ids of its own was said to lose what was sent."""
    assert first_loss(PARTS, ANEW) is not None
    assert first_loss(PARTS, ANEW, tidied=True) is None
    other: JSON = [{"id": "q_9", "text": "Salad?", "options": [{"id": 8, "label": "yes"}]}]
    assert first_loss(PARTS, other, tidied=True) is not None
    assert first_loss({"customer": {"id": 1}}, {"customer": {"id": 2}}, tidied=True) is not None


def test_parts_that_are_made_anew_are_the_same_but_for_their_ids() -> None:
    before, after = {"questions": PARTS, "name": "a"}, {"questions": ANEW, "name": "a"}
    assert first_change(before, after, ["questions"]) is not None
    assert first_change(before, after, ["questions", "name"], but=IDS) is None
    assert first_change(before, {"questions": []}, ["questions"], but=IDS) is not None


def test_the_time_of_a_change_inside_of_a_field_may_be_no_change() -> None:
    def thing(name: str, day: str) -> JSON:
        return {"attributes": {"name": name, "updated_at": day}}

    assert first_change(thing("a", "yesterday"), thing("a", "today"), ["attributes"]) is not None
    assert first_change(thing("a", "yesterday"), thing("a", "today"), ["attributes"], but=STAMPS) is None
    assert first_change(thing("a", "yesterday"), thing("b", "today"), ["attributes"], but=STAMPS) is not None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("state_reason", True),
        ("statusMessage", True),
        ("status", False),
        ("reason", False),
        ("title_note", False),
        ("", False),
    ],
)
def test_what_is_said_of_a_state_goes_with_it(name: str, *, said: bool) -> None:
    """An open issue showed why it was reopened, whatever reason an update gave."""
    assert explains_a_state(name) is said


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        ("status", "open", True),
        ("status", "in_review", True),
        ("status", "new", False),
        ("title", "open", False),
        ("status", 1, False),
    ],
)
def test_a_state_that_a_create_speaks_of_may_be_the_one_that_a_thing_begins_in(
    name: str, shown: JSON, *, said: bool
) -> None:
    """A ticket that has an assignee is made as `open`, whatever status was sent, as its create says."""
    text = "With an assignee it is created as `open` instead, with two of them in review."
    assert is_said_to_begin_in(name, shown, text) is said
