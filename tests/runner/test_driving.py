"""What becomes of behaviours that their share of the budget cut short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.errors import ExitCode
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.session.session import LiveSession
from contract_suite.runner.stages.driving import Driving
from tests.contracts import load

NOTES = str(Path(__file__).parents[1] / "families" / "notes")


class Scripted:
    """Behaviours that send so many requests for each of their clauses, which are `NAME/0`, `NAME/1` and so on."""

    def __init__(self, budget: Budget, **needs: list[int]) -> None:
        self.budget = budget
        self.needs = needs
        self.driven: list[tuple[str, frozenset[str] | None]] = []
        self.counted: list[str] = []

    @property
    def behaviours(self) -> list[Behaviour]:
        return [Behaviour(name=each, title="", clauses=lambda _: (), drive=lambda _: iter(())) for each in self.needs]

    @property
    def session(self) -> LiveSession:
        clauses = {
            f"{name}/{index}": SimpleNamespace(judge=name)
            for name, needs in self.needs.items()
            for index in range(len(needs))
        }
        sender = SimpleNamespace(
            counter=SimpleNamespace(clauses=clauses),
            count=lambda verdicts, _: self.counted.extend(each.clause for each in verdicts),
        )
        return cast("LiveSession", SimpleNamespace(sender=sender, budget=self.budget))

    def begin(self, behaviour: Behaviour) -> None:
        """Nothing needs any age."""

    def drive(self, behaviour: Behaviour, only: frozenset[str] | None = None) -> Iterator[Verdict]:
        self.driven.append((behaviour.name, only))
        for index, need in enumerate(self.needs[behaviour.name]):
            clause = f"{behaviour.name}/{index}"
            if only is not None and clause not in only:
                continue
            for _ in range(need):
                self.budget.spend()
            yield Verdict(clause=clause, outcome=Outcome.PASSED)


def driven(limit: int, **needs: list[int]) -> tuple[Scripted, Driving]:
    part = Scripted(Budget(max_requests=limit), **needs)
    driving = Driving(part.session, part)
    driving.go(part.behaviours)
    driving.go_on()
    return part, driving


def test_what_later_ones_leave_goes_to_those_that_were_cut_short() -> None:
    part, driving = driven(100, greedy=[10, 10, 10, 20, 20], small=[1], none=[])
    assert driving.left == 0
    assert sorted(part.counted) == sorted({"greedy/0", "greedy/1", "greedy/2", "greedy/3", "greedy/4", "small/0"})


def test_what_is_decided_is_not_driven_again() -> None:
    part, _ = driven(100, greedy=[10, 10, 10, 20, 20], small=[1])
    again = [only for name, only in part.driven if name == "greedy"][1]
    assert again == frozenset({"greedy/4"})


def test_one_that_needs_all_that_is_left_has_it() -> None:
    _, driving = driven(330, one=[130], two=[20, 60], three=[2])
    assert driving.left == 0


def test_what_is_left_out_for_good_is_counted() -> None:
    part, driving = driven(30, one=[100], two=[100], three=[1])
    assert driving.left >= 2
    assert part.budget.over


@pytest.mark.longer
@pytest.mark.parametrize("limit", [220, 460])
def test_no_limit_of_requests_makes_a_run_conform_that_left_out_what_it_would_have_tested(
    tmp_path: Path, limit: int
) -> None:
    """A run that its limit cut short during behaviours called itself conformant, with a third of them untested."""
    outcome = run(RunOptions(fuzz_time=0, max_requests=limit, report=tmp_path), contracts=[load(NOTES)], environ={})
    record = read_run(outcome.record)
    cut = [each.clause for each in record.conformance if each.reason.startswith("cut short by")]
    stopped = next(iter(record.families)).stopped
    assert (outcome.exit_code == ExitCode.CONFORMANT) is not bool(cut or stopped)
    assert outcome.exit_code in {ExitCode.CONFORMANT, ExitCode.INCOMPLETE}


def test_what_a_behaviour_lacks_and_did_not_reckon_with_ends_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was taken for a mistake of our own, and nothing was tested any more."""

    def drive(_session: Session) -> Iterator[Verdict]:
        raise Unusable("the shelf is empty")

    behaviour = replace(BEHAVIOURS[0], drive=drive)
    monkeypatch.setattr("contract_suite.runner.plan.BEHAVIOURS", (behaviour, *BEHAVIOURS[1:]))
    outcome = run(RunOptions(contracts=(NOTES,), fuzz_time=0, report=tmp_path), environ={})
    assert "contract-suite itself" not in outcome.reason
    told = [each for each in read_run(outcome.record).conformance if each.reason == "the shelf is empty"]
    assert told
    assert {each.outcome for each in told} == {Outcome.UNTESTED}
