"""Answers from a recording."""

from __future__ import annotations

from contract_suite.model.exchange import Exchange, NoResponse, Request, Response, Trouble
from contract_suite.transport.recorded import Recorded

_A = Request(method="GET", target="/a")
_B = Request(method="GET", target="/b")
_EXCHANGES = [
    Exchange(number=number, request=request, answer=Response(status=status), seconds=0.5)
    for number, (request, status) in enumerate([(_A, 200), (_B, 201), (_A, 202)], start=1)
]


def _statuses(transport: Recorded, *requests: Request) -> list[int]:
    answers = [transport.send(request)[0] for request in requests]
    return [answer.status if isinstance(answer, Response) else 0 for answer in answers]


def test_equal_requests_get_their_answers_in_order_and_the_last_one_again() -> None:
    assert _statuses(Recorded(_EXCHANGES), _A, _A, _A, _B, _B) == [200, 202, 202, 201, 201]


def test_by_order_the_answers_come_whatever_is_asked() -> None:
    assert _statuses(Recorded(_EXCHANGES, by="order"), _B, _B, _B, _B) == [200, 201, 202, 0]


def test_what_was_not_recorded_is_unreachable() -> None:
    answer, seconds = Recorded(_EXCHANGES).send(Request(method="PUT", target="/a"))
    assert (answer, seconds) == (
        NoResponse(trouble=Trouble.UNREACHABLE, message="The recording holds no answer to PUT /a."),
        0.0,
    )


def test_clones_read_one_tape() -> None:
    transport = Recorded(_EXCHANGES, by="order")
    assert [*_statuses(transport, _A), *_statuses(transport.clone(), _A), *_statuses(transport, _A)] == [200, 201, 202]
    assert transport.send(_A)[1] == 0.0
