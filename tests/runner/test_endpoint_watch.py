"""What the answers say of the endpoint's state."""

from __future__ import annotations

import pytest

from contract_suite import limits
from contract_suite.errors import EndpointError
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Identity, NoResponse, Request, Response, Trouble
from contract_suite.runner.sending.endpoint_watch import EndpointWatch
from contract_suite.runner.sending.waiting import Waiting
from tests.contracts import load
from tests.hostile.running import NOTES

CONTRACT = load(NOTES)
LIST = next(each for each in CONTRACT.operations if each.id == "ListNotes")


def case(intent: Intent = Intent.POSITIVE, identity: Identity = Identity.DEFAULT, aim: str = "") -> Case:
    request = Request(method="GET", target="/notes", identity=identity)
    return Case(operation=LIST.id, request=request, intent=intent, stage=Stage.PROBES, target_clause=aim)


def answered(status: int, seconds: float = 0.001) -> Exchange:
    return Exchange(number=1, request=case().request, answer=Response(status=status), seconds=seconds)


def hung(seconds: float = 10.0) -> Exchange:
    answer = NoResponse(trouble=Trouble.TIMEOUT, message="No answer came.")
    return Exchange(number=1, request=case().request, answer=answer, seconds=seconds)


def watching(*exchanges: Exchange, of: Case | None = None) -> EndpointWatch:
    watch = EndpointWatch()
    for each in exchanges:
        watch.note(of or case(), LIST, each)
    return watch


def test_an_operation_is_served_by_the_runs_own_key() -> None:
    assert watching(answered(200)).served == {"ListNotes"}
    assert watching(answered(404), answered(500), hung()).served == set()
    assert watching(answered(200), of=case(identity=Identity.NOBODY)).served == set()
    assert watching(answered(200), of=case(aim="ListNotes::auth::optional-served")).served == set()


def test_a_refusal_for_the_key_is_doubtful_only_where_the_key_was_accepted() -> None:
    assert not watching(answered(401)).doubtful
    assert watching(answered(200), answered(401)).doubtful
    assert not watching(answered(200), answered(404)).doubtful


def test_refusals_that_stay_are_looked_into_a_few_times_only() -> None:
    watch = watching(answered(200))
    looks = 0
    for _ in range(20):
        watch.doubtful = False
        watch.note(case(), LIST, answered(403))
        looks += watch.doubtful
    assert looks == limits.SECOND_OPINIONS
    opinions = [watch.wants_second_opinion(case(), answered(403)) for _ in range(20)]
    assert sum(opinions) == limits.SECOND_OPINIONS
    assert watch.troubles(Waiting()) == ()


def test_what_flips_is_said() -> None:
    watch = watching(answered(200))
    watch.compare(case(), answered(401), answered(200))
    watch.compare(case(), answered(401), answered(401))
    assert watch.troubles(Waiting()) == ("1 request was answered 401 and served when sent again (ListNotes)",)


def test_a_key_that_is_refused_for_good_ends_the_run() -> None:
    watch = watching(answered(200))
    with pytest.raises(EndpointError, match="the key is not accepted any more: ListNotes"):
        watch.note_control(LIST, [answered(401)] * 3)
    watch.note_control(LIST, [answered(500)])
    assert watch.troubles(Waiting()) == ("ListNotes, which was served before, was answered 500 at the end",)
    watch.note_control(LIST, [answered(200)])
    assert watch.troubles(Waiting()) == ()


def test_patience_shrinks_with_time_outs_and_never_below_what_the_operation_takes() -> None:
    assert watching(answered(200)).patience("ListNotes") is None
    assert watching(hung()).patience("ListNotes") == limits.PATIENCE_AFTER_TIMEOUT
    assert watching(answered(200, seconds=2.0), hung()).patience("ListNotes") == 6.0
    watch = watching(hung(), hung(), hung())
    assert watch.patience("ListNotes") == limits.PATIENCE_AFTER_SEVERAL
    assert watch.gave_up("ListNotes")
    assert watch.patience("GetNote") is None
    watch.note(case(), LIST, answered(200))
    assert not watch.gave_up("ListNotes")
    assert watch.patience("ListNotes") == limits.PATIENCE_AFTER_TIMEOUT


def test_an_endpoint_that_becomes_slow_stops_the_run_and_one_that_always_was_does_not() -> None:
    quick = watching(*[answered(200)] * 50, *[answered(200, seconds=3.0)] * 21)
    with pytest.raises(EndpointError, match="the endpoint became too slow: 63 s"):
        quick.raise_if_too_slow()
    watching(*[answered(200, seconds=3.0)] * 200).raise_if_too_slow()


def test_limits_that_a_run_provokes_are_no_trouble() -> None:
    assert watching(answered(429), of=case(aim="ListNotes::rate::past-limit-refused")).troubles(Waiting()) == ()
    assert "1 request was limited" in watching(answered(429)).troubles(Waiting())[0]
