from __future__ import annotations

from dataclasses import replace

from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.location import Location
from contract_suite.model.source import Source
from contract_suite.runner.grouping import merge


def finding(
    operation: str,
    subject: str,
    kind: str,
    *,
    source: Source = Source.SDK,
    pointer: str = "",
    problem: str = "",
    message: str = "it was served",
    check: str = "negative-rejected",
) -> Finding:
    clause = f"{operation}::{subject}::{kind}"
    return Finding(
        id=fingerprint("pai", clause, "", problem),
        family="pai",
        clause=clause,
        operation=operation,
        check=check,
        level=source.level,
        source=source,
        message=message,
        problem=problem,
        text="it is refused",
        document=Location(file="a", line=1, pointer=pointer),
    )


def test_many_advisories_below_one_property_become_one() -> None:
    found = merge(finding("Make", f"body/Spec/{name}", "type-enforced") for name in "abcdefgh")
    assert len(found) == 1
    assert found[0].count == 8
    assert found[0].places == tuple(f"Make::body/Spec/{name}::type-enforced" for name in "bcdefgh")
    assert found[0].elsewhere[0] == "accepts Spec.b with the wrong type"


def test_the_same_advisory_on_many_operations_becomes_one() -> None:
    found = merge(finding(operation, "401", "www-authenticate") for operation in ("A", "B", "C", "D"))
    assert [each.operation for each in found] == ["A"]
    assert found[0].elsewhere == ("B", "C", "D")


def test_failures_of_several_members_are_each_to_be_mended() -> None:
    found = merge(
        finding("Make", f"body/Spec/{name}", "type-enforced", source=Source.DOCUMENTED) for name in "abcdefgh"
    )
    assert len(found) == 8


OPERATIONS = tuple("ABCDEFGH")
D = Source.DOCUMENTED


def test_one_missing_status_at_many_operations_is_one_finding() -> None:
    found = merge(
        finding(each, "status", "documented", source=D, problem="status-202", check="status-documented")
        for each in (*OPERATIONS, "A")
    )
    assert [(each.operation, each.count) for each in found] == [("A", 9)]
    assert found[0].message == "it was served"
    assert found[0].elsewhere == OPERATIONS[1:]
    assert found[0].places == tuple(f"{each}::status::documented" for each in OPERATIONS[1:])
    assert found[0].id == fingerprint("pai", "A::status::documented", "", "status-202")


def test_one_header_that_is_refused_everywhere_is_one_finding() -> None:
    found = merge(finding(each, "header.X-Version", "accepted", source=D, problem="refused") for each in OPERATIONS)
    assert len(found) == 1
    assert len(found[0].clauses) == 8


def test_one_coercion_is_one_finding() -> None:
    found = merge(
        finding(
            each,
            f"body/m{each}",
            "type-enforced",
            source=D,
            problem="served",
            message=f"/m{each}: '5' where integer is due",
        )
        for each in OPERATIONS
    )
    assert len(found) == 1
    other = finding("Z", "body/m", "type-enforced", source=D, problem="served", message="/m: [] where integer is due")
    assert len(merge([*found, other])) == 2


def test_one_broken_component_is_one_finding() -> None:
    thing = "/components/schemas/Thing/properties/size"
    broken = [
        finding(each, f"200/{place}", "type", source=D, pointer=thing, problem="type", check="response-schema")
        for each, place in (("Read", "size"), ("List", "items/*/size"), ("Make", "size"), ("Change", "new/size"))
    ]
    found = merge(broken)
    assert len(found) == 1
    assert found[0].clauses[:2] == ("Read::200/size::type", "List::200/items/*/size::type")
    elsewhere = finding(
        "Read", "200/n", "type", source=D, pointer="/paths/~1a/get", problem="type", check="response-schema"
    )
    assert len(merge([*broken, elsewhere])) == 2
    assert len(merge(broken[:2])) == 1, "one place of the document was told twice where it showed twice"


def test_causes_of_several_kinds_stay_apart() -> None:
    findings = [
        *(finding(each, "query.size", "minimum-enforced", source=D, problem="served") for each in OPERATIONS),
        *(finding(each, "query.size", "maximum-enforced", source=D, problem="served") for each in OPERATIONS),
        *(
            finding(each, "query.size", "maximum-enforced", source=D, problem="served", check="other")
            for each in OPERATIONS
        ),
        *(finding(each, "query.size", "minimum-enforced") for each in OPERATIONS),
    ]
    found = merge(findings)
    assert len(found) == 4
    assert sum(each.count for each in found) == len(findings)
    assert merge(found) == found, "what was merged once is merged"


def test_a_few_advisories_stay_apart_and_so_do_different_causes() -> None:
    few = [finding("Make", f"body/Spec/{name}", "type-enforced") for name in "abc"]
    other = [finding("Make", f"query.{name}", "minimum-enforced") for name in "abcdefg"]
    assert merge([*few, *other]) == [*few, *other]


def test_one_coercion_at_two_places_is_one_finding_also_where_null_is_allowed() -> None:
    made = [
        finding(
            "A", "body/title", "type-enforced", source=D, problem="served", message="/title: 5 where string is due"
        ),
        finding(
            "B", "body/n", "type-enforced", source=D, problem="served", message="/n: 70.5 where null or string is due"
        ),
        finding("B", "body/on", "type-enforced", source=D, problem="served", message="/on: True where string is due"),
    ]
    assert [each.clause for each in merge(made)] == ["A::body/title::type-enforced", "B::body/on::type-enforced"]


def test_what_should_have_been_refused_is_not_told_again_where_the_response_shows_it() -> None:
    accepted = finding("Make", "body/title", "max-length-enforced", source=D)
    shown = finding("Make", "201/title", "max-length", source=D, check="response-schema")
    other = [
        finding("Make", "201/title", "min-length", source=D, check="response-schema"),
        finding("Make", "201/name", "max-length", source=D, check="response-schema"),
        finding("Read", "200/title", "max-length", source=D, check="response-schema"),
        finding("Make", "404/title", "max-length", source=D, check="response-schema"),
    ]
    found = merge([shown, accepted, *other])
    assert [(each.clause, each.places) for each in found] == [
        (accepted.clause, (shown.clause,)),
        *((each.clause, ()) for each in other),
    ]
    assert merge(found) == found
    assert merge([shown]) == [shown]
    advisory = finding("Make", "201/title", "max-length", source=Source.INFERRED, check="response-schema")
    assert len(merge([accepted, advisory])) == 2


def test_a_truth_value_taken_for_a_number_is_one_coercion() -> None:
    made = [
        finding("A", "body/n", "type-enforced", source=D, problem="served", message=f"/n: True where {due} is due")
        for due in ("integer", "integer or number")
    ]
    made[1] = replace(made[1], operation="B", clause="B::body/n::type-enforced", id="b")
    assert len(merge(made)) == 1


def test_a_line_feed_behind_a_good_text_is_one_way_to_match_patterns() -> None:
    made = [
        finding(each, f"body/{each}", "pattern-enforced", source=D, problem="served", message=f"{each}: {note}")
        for each, note in (("a", "a line feed behind"), ("b", "a line feed behind"), ("c", "a space behind"))
    ]
    assert [each.operation for each in merge(made)] == ["a", "c"]


def test_a_total_that_is_too_low_for_pages_that_overlap_is_one_finding() -> None:
    """A list whose last page began again was accused of its pages and of its total."""
    pages = finding("List", "collection", "pages-disjoint", source=D, check="paging")
    total = finding("List", "collection", "total-exact", source=D, problem="undercounted", check="kept-to-request")
    other = replace(total, operation="Search", clause="Search::collection::total-exact", id="another")
    kept = merge([total, pages, other])
    assert [(each.clause, each.places) for each in kept] == [
        (pages.clause, (total.clause,)),
        (other.clause, ()),
    ]
    lighter = replace(pages, level=Source.INFERRED.level)
    assert {each.clause for each in merge([total, lighter])} == {total.clause, pages.clause}
