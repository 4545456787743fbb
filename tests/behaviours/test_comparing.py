"""What counts as the same value: a decimal in a text that came back with more decimals was a loss, "-0.0" as "-0.00"."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.kit.comparing import alike


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
