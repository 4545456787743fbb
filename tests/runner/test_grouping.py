from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.location import Location
from contract_suite.model.source import Source
from contract_suite.runner.grouping import Sent, merge, refusal_in_words


def finding(
    operation: str,
    subject: str,
    kind: str,
    *,
    source: Source = Source.SDK,
    pointer: str = "",
    shown: str = "",
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
        pointer=shown,
        text="it is refused",
        document=Location(file="a", line=1, pointer=pointer),
    )


def test_many_advisories_below_one_property_become_one() -> None:
    found = merge(finding("Make", f"body/Spec/{name}", "type-enforced") for name in "abcdefgh")
    assert len(found) == 1
    assert found[0].count == 8
    assert found[0].places == tuple(f"Make::body/Spec/{name}::type-enforced" for name in "bcdefgh")
    assert found[0].elsewhere[0] == "accepts Spec.b of the wrong type"


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
            message=f'/m{each}: "5" instead of integer',
        )
        for each in OPERATIONS
    )
    assert len(found) == 1
    other = finding("Z", "body/m", "type-enforced", source=D, problem="served", message="/m: [] instead of integer")
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
        finding("A", "body/title", "type-enforced", source=D, problem="served", message="/title: 5 instead of string"),
        finding(
            "B", "body/n", "type-enforced", source=D, problem="served", message="/n: 70.5 instead of null or string"
        ),
        finding("B", "body/on", "type-enforced", source=D, problem="served", message="/on: true instead of string"),
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
        finding("A", "body/n", "type-enforced", source=D, problem="served", message=f"/n: true instead of {due}")
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


def test_one_undocumented_field_is_one_finding_whatever_returns_it() -> None:
    shown = [("create", "201", "/tenant"), ("read", "200", "/tenant"), ("list", "200", "/things/0/tenant")]
    other = finding("read", "200", "no-undocumented-fields", shown="/links", problem="undocumented-field")
    found = merge(
        [
            *(
                finding(operation, status, "no-undocumented-fields", shown=pointer, problem="undocumented-field")
                for operation, status, pointer in shown
            ),
            other,
        ]
    )
    assert [each.operations for each in found] == [("create", "read", "list"), ("read",)]


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


def failing(operation: str, problem: str = "status-500", *, source: Source = D) -> Finding:
    return finding(operation, "response", "no-server-error", source=source, problem=problem, check="no-server-error")


def told(**requests: tuple[str, str, str]) -> Callable[[Finding], Sent | None]:
    """Tell the path, the aim and the note of the request that decided the finding of an operation."""
    sent = {name: Sent(path=path, aim=aim, note=note) for name, (path, aim, note) in requests.items()}
    return lambda each: sent.get(each.operation)


def test_server_errors_by_different_values_are_different_causes() -> None:
    sent = told(
        Search=("/search", "Search::query.max::type-enforced", "max: 'abc' where integer is due"),
        List=("/things", "List::query.limit::type-enforced", "limit: 'abc' where integer is due"),
        Read=("/things/{id}", "", "a valid request"),
        Change=("/things/{id}", "", "as accepted before"),
        Version=("/version", "", "a valid request"),
    )
    found = merge(map(failing, ("Search", "List", "Read", "Change", "Version")), sent, asked=20)
    assert [each.operations for each in found] == [("Search", "List"), ("Read", "Change"), ("Version",)]
    silent = [
        finding(each, "response", "arrives", source=D, problem="closed") for each in ("Read", "Change", "Version")
    ]
    assert [each.operations for each in merge(silent, sent, asked=20)] == [("Read", "Change"), ("Version",)]


def test_a_server_that_fails_at_whatever_it_is_asked_is_one_finding() -> None:
    sent = told(**{each: (f"/{each}", "", "a valid request") for each in OPERATIONS})
    assert len(merge(map(failing, OPERATIONS), sent, asked=10)) == 1
    assert len(merge(map(failing, OPERATIONS), sent, asked=40)) == len(OPERATIONS)


def test_what_fails_at_any_body_is_not_told_again_for_a_deep_one() -> None:
    deep = failing("Change", "nested-500")
    usual = told(Change=("/things/{id}", "", "what becomes of a write to something that doesn't exist?"))
    assert [each.problem for each in merge([failing("Change"), deep], usual)] == ["status-500"]
    special = told(Change=("/things/{id}", "Change::body/n::type-enforced", "/n: 'abc' where integer is due"))
    assert len(merge([failing("Change"), deep], special)) == 2


def test_times_that_are_written_alike_are_one_finding() -> None:
    def shown(operation: str, member: str, value: str, form: str = "date-time") -> Finding:
        each = finding(operation, f"200/{member}", "format", source=D, problem="format", check="response-schema")
        return replace(each, expected=f'"{form}" at /{member}', actual=f'"{value}"')

    naive = [
        shown("Read", "created_at", "2026-11-29T23:48:27"),
        shown("List", "*/updated_at", "2025-01-02T03:04:05"),
        shown("Me", "last_login", "2026-11-29T23:48:28"),
    ]
    spaced = shown("Log", "at", "2026-11-29 23:48:27")
    other = shown("Read", "link", "nowhere", "uri")
    assert [each.operations for each in merge([*naive, spaced, other])] == [("Read", "List", "Me"), ("Log",), ("Read",)]


def test_one_parameter_with_one_demand_is_one_finding_at_two_operations() -> None:
    profile = [finding(each, "query.profile", "enum-enforced", source=D, problem="served") for each in "AB"]
    narrower = replace(finding("C", "query.profile", "enum-enforced", source=D, problem="served"), text="another list")
    assert [each.operations for each in merge([*profile, narrower])] == [("A", "B"), ("C",)]


def test_a_key_that_is_let_in_somewhere_is_known_elsewhere() -> None:
    let_in = [finding(each, "auth", "garbage-refused", source=D, problem="served") for each in "AB"]
    forbidden = finding("C", "auth", "unauthenticated-status", source=D, problem="status-403")
    by_that_key = told(C=("/c", "C::auth::garbage-refused", "with a password that nobody has"))
    found = merge([*let_in, forbidden], by_that_key)
    assert [each.operations for each in found] == [("A", "C", "B")]
    without = told(C=("/c", "C::auth::missing-refused", "without a key"))
    assert [each.operations for each in merge([*let_in, forbidden], without)] == [("A", "B"), ("C",)]


def test_what_shows_again_what_is_only_shown_again_is_not_lost() -> None:
    keyless = finding("A", "auth", "missing-refused", source=D, problem="served")
    let_in = finding("A", "auth", "garbage-refused", source=D, problem="served")
    forbidden = finding("C", "auth", "unauthenticated-status", source=D, problem="status-403")
    sent = told(C=("/c", "C::auth::garbage-refused", "with a password that nobody has"))
    (found,) = merge([keyless, let_in, forbidden], sent)
    assert found.clause == keyless.clause
    assert set(found.places) == {let_in.clause, forbidden.clause}


def test_null_in_the_members_of_one_component_is_one_finding() -> None:
    def shown(operation: str, component: str, member: str, actual: str = "null") -> Finding:
        place = f"/components/schemas/{component}/properties/{member}/type"
        each = finding(operation, f"200/{member}", "type", source=D, problem="type", pointer=place)
        return replace(each, check="response-schema", actual=actual)

    nulls = [shown("Read", "File", "hash"), shown("Write", "File", "size"), shown("Me", "User", "color")]
    number = shown("Read", "File", "name", "3")
    assert [len(each.clauses) for each in merge([*nulls, number])] == [2, 1, 1]


def test_who_needs_no_key_needs_no_good_one() -> None:
    missing = [finding(each, "auth", "missing-refused", source=D, problem="served") for each in OPERATIONS]
    empty = [finding(each, "auth", "empty-refused", source=D, problem="served") for each in OPERATIONS]
    unknown = finding("Z", "auth", "unauthenticated-status", source=D, problem="status-404")
    sent = told(Z=("/z", "Z::auth::missing-refused", "without a key"))
    found = merge([*missing, *empty, unknown], sent)
    assert [(each.operation, len(each.operations)) for each in found] == [("A", 9)]
    assert len(merge([*missing[:1], *empty[1:2], unknown], sent)) == 3, "one forgotten lock says nothing of the others"


def test_what_is_not_implemented_is_one_finding() -> None:
    sent = told(A=("/a", "", "as accepted before"), B=("/b", "", "as accepted before"))
    assert len(merge([failing("A", "status-501"), failing("B", "status-501")], sent)) == 1
    undeclared = [failing("A", "undeclared-500"), failing("B", "undeclared-500"), failing("A")]
    assert [len(each.operations) for each in merge(undeclared, sent)] == [2, 1]


def test_one_undocumented_media_type_is_one_finding() -> None:
    def sent_as(operation: str, actual: str) -> Finding:
        each = finding(operation, "200", "content-type", source=D, problem="undocumented", check="content-type")
        return replace(each, actual=actual, expected="application/json")

    found = merge(
        [sent_as("A", "application/schema+json"), sent_as("B", "application/schema+json"), sent_as("C", "text/html")]
    )
    assert [each.operations for each in found] == [("A", "B"), ("C",)]


def test_one_huge_limit_that_is_refused_at_several_parameters_is_one_finding() -> None:
    refused = [finding(each, f"query.{each}", "accepted", source=D, problem="refused") for each in "ABC"]
    sent = told(
        A=("/a", "A::query.A::accepted", "A: 9223372036854775808, the most allowed"),
        B=("/b", "B::query.B::accepted", "B: 9223372036854775808, the most allowed"),
        C=("/c", "C::query.C::accepted", "C: 100, the most allowed"),
    )
    assert [each.operations for each in merge(refused, sent)] == [("A", "B"), ("C",)]


def test_one_sentence_that_refuses_a_member_and_all_below_it_is_one_finding() -> None:
    deep = [finding("Make", f"body/index{each}", "accepted", source=D, problem="refused") for each in ("", "/a", "/b")]
    other = finding("Make", "body/limit", "accepted", source=D, problem="refused")
    said = {each.id: "an index cannot be enabled here, line 7" for each in deep} | {
        other.id: "where is missing too, line 7"
    }
    words = {name: refusal_in_words([text]) for name, text in said.items()}
    found = merge([*deep, other], lambda each: Sent(path="/", aim=each.clause, note="", refusal=words[each.id]))
    assert [len(each.clauses) for each in found] == [3, 1]
    assert not refusal_in_words(["Bad Request"]), "what says it of anything is no cause"


def test_what_another_operation_took_in_and_this_one_shows_is_no_finding_of_its_own() -> None:
    taken = finding(
        "Make", "body/type", "type-enforced", source=D, problem="served", message="/type: true instead of string"
    )
    shown = finding("Change", "200/type", "type", source=D, problem="type", check="response-schema")
    echo, null = replace(shown, actual="1"), replace(shown, actual="null", id="null")
    assert [each.clauses for each in merge([echo, taken])] == [(taken.clause, shown.clause)]
    assert len(merge([null, taken])) == 2
