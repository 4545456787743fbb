from __future__ import annotations

from typing import Any

import pytest

from contract_suite.behaviours.behaviour import BudgetSpent
from contract_suite.runner.sending.budget import Budget


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"max_requests": 1}, "cut short by the limit of 1 request"),
        ({"max_requests": 1200}, "cut short by the limit of 1,200 requests"),
        ({"max_time": 2.5}, "cut short by the time limit of 2.5 s"),
        ({"max_requests": 3, "max_time": 2}, "cut short by the limits of requests and time"),
    ],
)
def test_what_cut_a_run_short_is_said_by_the_limit_that_the_user_gave(limits: dict[str, Any], said: str) -> None:
    assert Budget(**limits).reached == said


def spend_all(budget: Budget, most: int = 1000) -> int:
    for count in range(most):
        try:
            budget.spend()
        except BudgetSpent:
            return count
    return most


def test_without_limits_everything_may_be_sent() -> None:
    budget = Budget()
    assert spend_all(budget, 500) == 500
    assert not budget.spent


def test_requests_are_limited_to_the_last_one() -> None:
    budget = Budget(max_requests=7)
    assert spend_all(budget) == 7
    assert budget.over


def test_time_ends_a_run() -> None:
    clock = Clock()
    budget = Budget(max_time=5, clock=clock)
    budget.spend()
    clock.now += 5
    with pytest.raises(BudgetSpent):
        budget.spend()
    assert budget.seconds_left == 0


def test_time_counts_from_the_moment_that_is_given() -> None:
    clock = Clock()
    assert Budget(max_time=5, began=clock.now - 2, clock=clock).seconds_left == 3
    assert Budget(max_time=5, began=clock.now - 9, clock=clock).over


def test_a_share_leaves_the_rest_to_later_parts() -> None:
    budget = Budget(max_requests=100)
    with budget.share(0.3):
        assert spend_all(budget) == 30
        assert not budget.over
    assert spend_all(budget) == 70


def test_what_a_share_leaves_unused_is_not_lost() -> None:
    budget = Budget(max_requests=100)
    with budget.share(0.5):
        budget.spend()
    with budget.share(1.0):
        assert spend_all(budget) == 99


def test_shares_nest() -> None:
    budget = Budget(max_requests=100)
    with budget.share(0.5), budget.share(0.5):
        assert spend_all(budget) == 25


def test_a_share_may_have_seconds_of_its_own() -> None:
    clock = Clock()
    budget = Budget(clock=clock)
    with budget.share(1.0, seconds=2):
        clock.now += 2
        assert budget.spent
        assert not budget.over
    assert not budget.spent


@pytest.mark.parametrize(("at_least", "left"), [(0.0, 9.0), (2.5, 7.5), (30.0, 5.0)])
def test_time_is_kept_for_what_follows_the_last_request(at_least: float, left: float) -> None:
    budget = Budget(max_time=10, clock=lambda: 0.0)
    budget.keep(0.1, at_least=at_least)
    assert budget.seconds_left == left
    assert budget.reached == "cut short by the time limit of 10 s"


def test_nothing_is_kept_of_a_time_without_end() -> None:
    budget = Budget(max_requests=3)
    budget.keep(0.1, at_least=5)
    assert budget.seconds_left == float("inf")


def test_time_that_deletes_will_take_is_left_for_them_alone() -> None:
    clock = Clock()
    budget = Budget(max_time=100, clock=clock)
    things = 3
    budget.owed = lambda: things * 10.0
    with budget.share(0.5):
        assert budget.seconds_left == 50
        things = 8
        assert budget.seconds_left == 20
        clock.now += 21
        assert budget.spent
    assert budget.over
    assert budget.seconds_left_in_all == 0
    assert budget.seconds_for_cleanup == 79
    things = 7
    assert not budget.over


def test_a_busy_machine_is_noticed() -> None:
    budget = Budget()
    assert budget.slowness == 1
    budget.notice_load(seconds=3.0, worked=0.5)
    assert budget.slowness == 6
    budget.notice_load(seconds=0.4, worked=0.5)
    assert budget.slowness == 1
