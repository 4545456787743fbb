"""Secrets whose characters are separated, turned round or widened are found, in time that grows with the text alone."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contract_suite.known_secrets import without_user_info
from contract_suite.record.redaction import Redactor
from contract_suite.record.spread import spread_out, squeezed
from tests.hostile.measuring import within
from tests.hostile.secrets import FORMS

LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
KEYS = st.text(LETTERS + "+/-_.!", min_size=12, max_size=60).filter(lambda text: any(char.isdigit() for char in text))
AROUND = st.text("xyz {}[]<>\n", max_size=20)


@pytest.mark.longer
@settings(max_examples=150, deadline=None)
@given(KEYS, st.sampled_from(sorted(FORMS)), AROUND, AROUND)
def test_a_secret_is_gone_in_any_form(secret: str, form: str, before: str, after: str) -> None:
    written = FORMS[form](secret)
    assume(len(set(secret)) > 6)
    cleaned = Redactor({secret: "$KEY"}).text(f"{before} {written} {after}")
    assert written not in cleaned
    assert secret not in squeezed(cleaned.encode("ascii", "replace").decode())


@pytest.mark.longer
@given(st.text("ab-: \n", max_size=40), st.data())
def test_places_without_signs_are_found_among_them(text: str, data: st.DataObject) -> None:
    inner = squeezed(text)
    assume(inner)
    begin = data.draw(st.integers(0, len(inner) - 1))
    end = data.draw(st.integers(begin + 1, len(inner)))
    ((first, last),) = spread_out(text, [(begin, end)])
    assert squeezed(text[first:last]) == inner[begin:end]
    assert squeezed(text[:first]) == inner[:begin]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:00:00.000Z, 2026-01-02T00:00:00.000Z",
        "a table of | numbers | 1, 2, 3 | 4, 5, 6",
        "The keys are kept for 14 days - then they go.",
        "0x00 0x01 0x02 9f 86 d0 81 88 4c 7d 65",
    ],
)
def test_other_text_with_signs_stays(text: str) -> None:
    secret = "Zk3-9f.Lq77:xW_Vb2"
    assert Redactor({secret: "$KEY"}, looks=False).text(text) == text


HOSTILE = {
    "signs": lambda size: " -" * (size // 2),
    "letters": lambda size: "a" * size,
    "nearly": lambda size: "Z k 3 9 f L q 7 7 x W V b 3 " * (size // 28),
    "spread": lambda size: "Z k 3 9 f L q 7 7 x W V b 2 " * (size // 28),
    "itself": lambda size: "Zk3-9f.Lq77:xW_Vb2" * (size // 18),
    "heads": lambda size: "Zk3-9f.Lq77:xW_Vb!" * (size // 18),
    "wide": lambda size: "\uff41" * (size // 3),
    "percent": lambda size: "%5A" * (size // 3),
    "base85": lambda size: "9jqo^" * (size // 5),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_eight_megabytes_take_at_most_ten_times_as_long_as_one(kind: str) -> None:
    redactor = Redactor({"Zk3-9f.Lq77:xW_Vb2": "$KEY"})

    def seconds(size: int) -> float:
        data = HOSTILE[kind](size).encode()
        began = time.process_time()
        cleaned = redactor.data(data)
        assert b"Zk3-9f.Lq77" not in cleaned
        return time.process_time() - began

    assert seconds(8_000_000) < 10 * max(0.1, seconds(1_000_000))


@pytest.mark.longer
def test_a_long_key_costs_little(request: pytest.FixtureRequest) -> None:
    """One of 4,000 characters, as tokens with claims are, took 258 MB to look for."""
    secret = "".join(random.Random(1).choices(LETTERS, k=8000))  # noqa: S311 - repeatable on purpose
    with within(10, request, megabytes=60):
        redactor = Redactor({secret: "$KEY"})
        for form, write in FORMS.items():
            written = write(secret)
            assert written not in redactor.text(f"x {written} y"), form


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://h/#S3cret", "http://h/#[redacted]"),
        ("http://h/#a=S3cret&S3cret", "http://h/#[redacted]"),
        ("http://h/a?S3cret", "http://h/a?[redacted]"),
        ("http://h/a?S3cret=#S3cret", "http://h/a?[redacted]#[redacted]"),
        ("http://h/a?k=S3cret&S3cret", "http://h/a?k=[redacted]&[redacted]"),
        ("http://h/a;k=S3cret", "http://h/a;k=[redacted]"),
        ("http://h:8080/a", "http://h:8080/a"),
    ],
)
def test_an_address_is_shown_without_its_query_and_fragment(address: str, shown: str) -> None:
    assert without_user_info(address) == shown
