from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contract_suite.model.percentile import percentile


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_the_least_value_that_enough_values_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert all(sum(value <= other for value in values) < share * len(values) for other in values if other < found)


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.5) is None
