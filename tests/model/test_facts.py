from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contract_suite.model.fact import Fact, level_of, weakest_fact
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source, strongest, weakest

PLACE = Location(file="a.yaml", line=1, pointer="/paths")
SOURCES = st.sampled_from(list(Source))


def facts(sources: list[Source]) -> tuple[Fact, ...]:
    return tuple(Fact(source=each, location=PLACE, what=each.value) for each in sources)


@given(SOURCES, st.lists(SOURCES, max_size=4))
def test_no_level_is_stronger_than_the_weakest_fact(source: Source, others: list[Source]) -> None:
    every = [source, *others]
    assert level_of(source, facts(others)) is weakest(every).level
    assert (level_of(source, facts(others)) is Level.FAILURE) == all(each.level is Level.FAILURE for each in every)


@given(SOURCES, st.lists(SOURCES, max_size=4))
def test_the_named_fact_is_why_it_weighs_less_than_its_clause(source: Source, others: list[Source]) -> None:
    named = weakest_fact(source, facts(others))
    assert (named is not None) == (level_of(source, facts(others)) is not source.level)
    assert named is None or named.source.level is Level.ADVISORY


def test_the_order_of_sources() -> None:
    assert weakest([Source.DOCUMENTED, Source.INFERRED, Source.SDK]) is Source.INFERRED
    assert strongest([Source.INFERRED, Source.EXAMPLE, Source.SDK]) is Source.EXAMPLE
    assert weakest([]) is strongest([]) is Source.DOCUMENTED
