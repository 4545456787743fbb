from __future__ import annotations

from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.location import Location
from contract_suite.model.source import Source
from contract_suite.runner.grouping import merge


def finding(operation: str, subject: str, kind: str, *, source: Source = Source.SDK) -> Finding:
    clause = f"{operation}::{subject}::{kind}"
    return Finding(
        id=fingerprint("pai", clause, "", ""),
        family="pai",
        clause=clause,
        operation=operation,
        check="negative-rejected",
        level=source.level,
        source=source,
        message="it was served",
        text="it is refused",
        document=Location(file="a", line=1, pointer=""),
    )


def test_many_advisories_below_one_property_become_one() -> None:
    found = merge(finding("Make", f"body/Spec/{name}", "type-enforced") for name in "abcdefgh")
    assert len(found) == 1
    assert found[0].count == 8
    assert "Make::body/Spec/b::type-enforced" in found[0].message
    assert "3 more" in found[0].message


def test_the_same_advisory_on_many_operations_becomes_one() -> None:
    found = merge(finding(operation, "401", "www-authenticate") for operation in ("A", "B", "C", "D"))
    assert [each.operation for each in found] == ["A"]
    assert "B, C, D" in found[0].message


def test_failures_are_never_merged() -> None:
    found = merge(
        finding("Make", f"body/Spec/{name}", "type-enforced", source=Source.DOCUMENTED) for name in "abcdefgh"
    )
    assert len(found) == 8


def test_a_few_advisories_stay_apart_and_so_do_different_causes() -> None:
    few = [finding("Make", f"body/Spec/{name}", "type-enforced") for name in "abc"]
    other = [finding("Make", f"query.{name}", "minimum-enforced") for name in "abcdefg"]
    assert merge([*few, *other]) == [*few, *other]
