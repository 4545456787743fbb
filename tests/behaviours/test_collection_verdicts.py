"""What the verdicts of collections say: which exchanges show it, which page was meant, which values were compared."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.behaviours.collections.paging import paging
from contract_suite.mock import pipeline as steps
from contract_suite.mock.fields import text_of
from contract_suite.mock.pipeline import Pipeline
from contract_suite.model.verdict import Outcome
from tests.behaviours.driving import drive
from tests.contracts import load as contract


def test_a_page_behind_the_end_is_named_by_its_number() -> None:
    def paginate(_call: Any, items: list[Any], start: int, size: int | None) -> list[Any]:
        return items[start:] if size is None else items[start : start + size] or items[-size:]

    driven = drive(contract("modelarts"), (paging.BEHAVIOUR,), pipeline=Pipeline(paginate=paginate))
    verdict = driven.of("past-end-empty")
    asked = parse_qs(urlsplit(driven.shown_by(verdict)[-1].request.target).query)
    number, size, items = map(int, re.findall(r"\d+", verdict.message))
    assert (number - 1) * size == int(asked["offset"][0])
    assert size == int(asked["limit"][0])
    assert (verdict.expected, verdict.actual) == ("0", str(items))


@pytest.mark.longer
@pytest.mark.parametrize(
    ("pipeline", "outcome"),
    [
        (Pipeline(), Outcome.PASSED),
        (
            Pipeline(
                arrange=lambda call, items, _name, way, key: steps.arrange(
                    call, items, "/metadata/create_time", way, key
                )
            ),
            Outcome.FAILED,
        ),
    ],
    ids=["respected", "ignored"],
)
def test_a_key_is_judged_by_the_default_order_and_another_one(pipeline: Pipeline, outcome: Outcome) -> None:
    driven = drive(contract("modelarts"), (ordering.BEHAVIOUR,), pipeline=pipeline)
    verdict = driven.of("key-respected")
    keys = [parse_qs(urlsplit(each.request.target).query)["sort_by"][0] for each in driven.shown_by(verdict)]
    assert verdict.outcome is outcome
    assert keys[0] == "create_time"
    assert len(set(keys)) == len(keys) >= 2


@pytest.mark.parametrize(("family", "part"), [("opensearch", "PENDING"), ("modelarts", "0")])
def test_a_value_that_is_found_by_a_part_which_is_a_value_too_is_named(family: str, part: str) -> None:
    """Only where that part is asked for: a part that no item has as its value would not show it."""

    def same(_call: Any, wanted: Any, found: Any) -> bool:
        asked = text_of(wanted)
        return found is not None and (asked == text_of(found) or (asked == part and part in text_of(found)))

    driven = drive(contract(family), (filtering.BEHAVIOUR,), pipeline=Pipeline(same=same))
    assert {clause.rpartition("::")[2] for clause in driven.failed()} == {"match-as-documented"}
