"""How long is waited where answers ask for it, and for an endpoint that takes no connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite import limits
from contract_suite.model.exchange import NoResponse, Response, Trouble
from contract_suite.runner.sending.outage import Outage
from contract_suite.runner.sending.waiting import Waiting, retry_after

SERVED = Response(status=200)
AWAY = NoResponse(trouble=Trouble.REFUSED, message="nobody listens")


def limited(after: str | None = None, status: int = 429) -> Response:
    return Response(status=status, headers=() if after is None else (("Retry-After", after),))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1.0),
        (" 0 ", 0.0),
        ("99999", 99999.0),
        ("9" * 30, float("inf")),
        ("-1", None),
        ("soon", None),
        ("1.5", None),
        ("1e9", None),
        ("", None),
        (None, None),
        ("\u0661\u0662", None),
        ("\u00b2", None),
        ("Fri, 99 Dec 99999 23:59:59 GMT", None),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_retry_after_takes_a_date() -> None:
    seconds = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    assert seconds is not None
    assert 85 < seconds <= 90


@given(st.text(max_size=40))
def test_no_text_of_a_server_breaks_retry_after(value: str) -> None:
    seconds = retry_after(value)
    assert seconds is None or seconds >= 0


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(["served", None, "0", "1", "2", "10", "11", "soon"])),
        max_size=300,
    )
)
def test_the_waits_of_a_run_have_a_budget(answers: list[tuple[str, str | None]]) -> None:
    waiting = Waiting()
    pauses = [
        waiting.pause(operation, SERVED if value == "served" else limited(value)) or 0.0 for operation, value in answers
    ]
    assert sum(pauses) == pytest.approx(waiting.seconds)
    assert waiting.seconds <= limits.WAITING
    assert max(pauses, default=0.0) <= limits.LONGEST_WAIT


def test_an_operation_that_stays_limited_is_waited_for_no_more_until_it_is_served() -> None:
    waiting = Waiting()
    assert [waiting.pause("a", limited("1")) for _ in range(5)] == [1.0, 1.0, 1.0, None, None]
    assert waiting.gave_up("a")
    assert not waiting.gave_up("b")
    assert waiting.pause("b", limited("1")) == 1.0
    assert waiting.pause("a", SERVED) is None
    assert waiting.pause("a", limited("1")) == 1.0


def test_a_wait_of_a_day_is_not_waited() -> None:
    waiting = Waiting()
    assert waiting.pause("a", limited("86400")) is None
    assert not waiting.gave_up("a")


def test_where_nothing_is_served_any_more_nothing_is_waited_for() -> None:
    waiting = Waiting()
    pauses = [waiting.pause(str(number), limited("1")) for number in range(50)]
    assert sum(pause is not None for pause in pauses) == limits.FRUITLESS_WAITS_IN_ALL


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        (limited(status=503), False),
        (limited("1", 503), True),
        (limited(), True),
        (limited("1", 500), False),
        (AWAY, False),
    ],
)
def test_who_asks_to_wait(answer: Response | NoResponse, waits: bool) -> None:
    assert (Waiting().pause("a", answer) is not None) == waits


def test_an_endpoint_that_never_answered_is_not_waited_for() -> None:
    assert Outage().pause(AWAY) is None


def test_an_outage_is_waited_for_as_long_as_a_restart_takes() -> None:
    outage = Outage()
    outage.note(SERVED)
    pauses = []
    while (pause := outage.pause(AWAY)) is not None:
        pauses.append(pause)
    assert sum(pauses) == pytest.approx(limits.RESTART)
    assert pauses[0] < 0.1
    assert (outage.gone, outage.times) == (True, 1)
    assert outage.pause(SERVED) is None
    assert outage.pause(AWAY) is not None
    assert (outage.gone, outage.times) == (False, 2)
