"""The catalogue of faults: what it covers, what its page says, and that a run finds each one by a clause of its own."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.cli.entry import execute
from contract_suite.contract.family import families
from contract_suite.contract.operation import Contract
from contract_suite.errors import UsageError
from contract_suite.mock.faults.catalogue import FAULTS, THEMES, chosen, faults
from contract_suite.mock.faults.fault import Fault
from contract_suite.mock.pipeline import Pipeline
from contract_suite.model.clause import Clause
from contract_suite.model.fact import level_of
from contract_suite.runner.plan import clauses_of
from contract_suite.runner.proving import find, proof_of, prove
from tests.contracts import load
from tests.parity import assert_each
from tests.quick import one_of_each

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
TESTS = Path(__file__).parents[1]
SHOWN = (  # the documents that together show every kind of clause
    "modelarts",
    "opensearch",
    "pai",
    str(TESTS / "families" / "notes"),
    str(TESTS / "behaviours" / "heads.yaml"),
    str(TESTS / "behaviours" / "books.yaml"),
    str(TESTS / "behaviours" / "library.yaml"),
    str(TESTS / "mock" / "parcels.yaml"),
    str(TESTS / "mock" / "deliveries.yaml"),
    str(TESTS / "mock" / "invoices.yaml"),
    str(TESTS / "mock" / "adoptions.yaml"),
    str(TESTS / "mock" / "projects.yaml"),
    str(TESTS / "mock" / "letters.yaml"),
    str(TESTS / "families" / "shelves"),
)
WITHOUT_A_FAULT = {"unsaid-accepted"}  # of a document that says nothing of its resources; none is planted yet
PROVED_ELSEWHERE = (  # kinds that no family has room for, each with a document that has
    (SHOWN[3], "long-text-unchecked"),
    (SHOWN[3], "unknown-member-unchecked"),
    (SHOWN[3], "location-leads-nowhere"),
    (SHOWN[3], "create-ignores-default"),
    (SHOWN[7], "body-required-unchecked"),
    (SHOWN[7], "condition-of-body-unchecked"),
    (SHOWN[7], "dependent-schema-unchecked"),
    (SHOWN[7], "dependent-member-unchecked"),
    (SHOWN[8], "next-page-missing-for-one"),
    (SHOWN[12], "page-begins-with-the-item-before"),
    (SHOWN[12], "page-before-is-the-first"),
    (SHOWN[13], "count-lacks-one-of-many"),
    (SHOWN[13], "facets-count-the-page"),
    (SHOWN[8], "sign-ignored"),
    (SHOWN[8], "action-allowed-anywhere"),
    (SHOWN[8], "action-changes-nothing"),
    (SHOWN[8], "action-answered-not-stored"),
    (SHOWN[8], "create-begins-elsewhere"),
    (SHOWN[8], "idempotency-key-ignored"),
    (SHOWN[8], "idempotency-key-ignores-body"),
    (SHOWN[8], "header-counts-page"),
    (SHOWN[6], "taken-name-given-by-update"),
    (SHOWN[6], "own-name-refused"),
    (SHOWN[11], "update-keeps-what-is-null"),
    (SHOWN[11], "flag-not-set"),
    (SHOWN[11], "flag-not-taken-back"),
    (SHOWN[11], "flag-turned"),
    (SHOWN[11], "flag-clears-text"),
    (SHOWN[9], "bound-ignored"),
    (SHOWN[9], "bound-turned"),
    (SHOWN[9], "bound-loses-greatest"),
    (SHOWN[9], "edge-left-out"),
    (SHOWN[9], "edge-let-in"),
    (SHOWN[9], "bound-after-paging"),
    (SHOWN[9], "lower-bound-unheard"),
    (SHOWN[10], "beginning-found-anywhere"),
    (SHOWN[10], "deleted-still-readable"),
    (SHOWN[10], "last-listed-value-unheard"),
    (SHOWN[10], "second-value-unheard"),
    (SHOWN[10], "any-value-is-enough"),
    (SHOWN[10], "negation-forgotten"),
    (SHOWN[10], "search-unheard"),
    (SHOWN[10], "more-always-told"),
    (SHOWN[10], "more-never-told"),
    (SHOWN[10], "more-told-of-a-full-page"),
    (SHOWN[10], "last-page-uncounted"),
    (SHOWN[10], "suffix-ignored"),
    (SHOWN[10], "second-key-unheard"),
    (SHOWN[10], "case-compared-otherwise"),
    (SHOWN[10], "nulls-at-the-other-end"),
    (SHOWN[10], "ties-turned"),
    (SHOWN[4], "head-not-found"),
    (SHOWN[4], "head-names-other-type"),
)
ONE_OF_EACH_THEME = (  # in the smallest document that has room: the cost is that of its run
    "opensearch/page-size-capped",
    "modelarts/direction-ignored",
    "opensearch/filter-ignored",
    "opensearch/number-filter-matches-beginning",
    "opensearch/number-filter-rounds",
    "modelarts/echo-says-default",
    f"{SHOWN[6]}/update-wipes-other-fields",
    "pai/name-can-be-changed",
    "pai/duplicate-accepted",
    f"{SHOWN[3]}/create-without-key-creates",
    "opensearch/unknown-answered-with-first",
    "opensearch/no-key-needed",
    "opensearch/minimum-unchecked",
    "opensearch/success-answered-201",
    "opensearch/no-allow-anywhere",
    "opensearch/etag-without-quotes",
    "opensearch/code-on-success",
    "opensearch/number-as-text",
    "opensearch/key-twice",
    "pai/response-size-unlimited",
    "pai/create-trims-text",
    f"{SHOWN[9]}/delete-takes-former",
    "opensearch/list-cuts-text",
    "opensearch/read-loses-other-scripts",
)


@lru_cache
def contract(name: str) -> Contract:
    return load(name)


@lru_cache
def clauses(name: str) -> tuple[Clause, ...]:
    return tuple(each for each in clauses_of(contract(name), CHECKS, BEHAVIOURS) if not each.inapplicable)


@lru_cache
def planted_in(name: str) -> tuple[Fault, ...]:
    return tuple(faults(contract(name)))


@lru_cache
def every_fault() -> tuple[tuple[str, Fault], ...]:
    return tuple((name, each) for name in families() for each in faults(contract(name)))


def test_the_page_lists_every_kind_and_no_other() -> None:
    listed = re.findall(r"^\| `([^`]+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [f"| `{name}` | {sentence} |" for name, sentence in listed]
    wanted = [f"| `{kind.name}` | {kind.sentence} |" for kind in FAULTS]
    assert_each(rows, wanted, lacks="docs/faults.md lacks the row", beyond="a row of docs/faults.md without a fault")
    assert rows == wanted, "docs/faults.md has the faults in another order than the catalogue"
    headings = re.findall(r"^## (\w+): ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(THEMES)


def test_there_are_many_and_no_two_have_the_same_name() -> None:
    names = [each.name for _, each in every_fault()]
    assert len(names) == len(set(names)) >= 80
    assert len({kind.name for kind in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("document", [*families(), "library", "unseeded_library", "plain", "notes"])
def test_a_fault_claims_only_clauses_that_its_contract_has(document: str, request: pytest.FixtureRequest) -> None:
    known = contract(document) if document in families() else request.getfixturevalue(document)
    ids = [each.id for each in clauses_of(known, CHECKS, BEHAVIOURS) if not each.inapplicable]
    claims = {(each.kind.name, pattern) for each in faults(known) for pattern in each.site.clauses}
    assert claims
    vain = sorted(claim for claim in claims if not any(fnmatchcase(clause, claim[1]) for clause in ids))
    assert not vain, f"faults that claim a clause which {document} does not have: {vain}"


def test_every_fault_replaces_a_step() -> None:
    for _, each in every_fault():
        assert each.site.plant(Pipeline()) != Pipeline(), each.name


def test_every_kind_of_clause_has_a_fault() -> None:
    kinds: set[str] = set()
    planted: set[str] = set()
    for name in SHOWN:
        patterns = {pattern for each in planted_in(name) for pattern in each.site.clauses}
        for clause in clauses(name):
            kinds.add(clause.kind)
            if any(fnmatchcase(clause.id, pattern) for pattern in patterns):
                planted.add(clause.kind)
    bare = kinds - planted - WITHOUT_A_FAULT
    assert not bare, (
        f"no fault claims a clause of the kind {sorted(bare)}, or no document of SHOWN has room for it: "
        "plant one in contract_suite/mock/faults/"
    )


def test_every_kind_of_fault_has_a_document_with_room_for_it() -> None:
    planted = {each.kind.name for name in SHOWN for each in planted_in(name)}
    nowhere = {kind.name for kind in FAULTS} - planted
    assert not nowhere, f"no document of SHOWN has room for {sorted(nowhere)}"


def class_of(case: tuple[str, str]) -> tuple[str, str, bool]:
    document, name = case
    return document, next(kind.theme for kind in FAULTS if kind.name == name), name.startswith("flag-")


@pytest.mark.longer
@pytest.mark.parametrize(("document", "name"), one_of_each(class_of, PROVED_ELSEWHERE))
def test_a_fault_that_no_family_has_room_for_is_found_in_a_document_that_has(document: str, name: str) -> None:
    [(held, fault)] = chosen([contract(document)], [name])
    assert prove(held, fault).proved


def test_any_annotated_document_gets_faults(library: Contract) -> None:
    found = {each.kind.theme for each in faults(library)}
    assert {
        "paging",
        "filtering",
        "creation",
        "updates",
        "deletion",
        "uniqueness",
        "auth",
        "validation",
        "bodies",
    } <= found


def test_a_fault_is_found_by_name_and_a_wrong_name_is_a_mistake_of_the_user() -> None:
    pai = contract("pai")
    for name in ("page-size-capped", "pai/page-size-capped"):
        assert [(held.name, fault.name) for held, fault in chosen([pai], [name])] == [("pai", "pai/page-size-capped")]
    assert [fault.name for _, fault in chosen([pai, contract("opensearch")], ["page-size-capped"])] == [
        "pai/page-size-capped",
        "opensearch/page-size-capped",
    ]
    with pytest.raises(UsageError) as trouble:
        chosen([pai], ["page-size-caped"])
    said = str(trouble.value)
    assert said.startswith("there is no fault 'page-size-caped' here; did you mean 'pai/page-size-capped'")
    assert said.endswith("? `contract-suite list faults` lists them all")


@pytest.mark.longer
def test_the_command_line_lists_plants_and_proves(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["list", "faults", "modelarts", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {each["fault"] for each in listed} == {each.name for each in faults(contract("modelarts"))}
    assert execute(["prove", "modelarts", "--fault", "number-as-text", "--json"]) == 0
    proofs = json.loads(capsys.readouterr().out)["proofs"]
    assert [(each["fault"], each["proved"], each["level"]) for each in proofs] == [
        ("modelarts/number-as-text", True, "failure")
    ]
    assert execute(["prove", "modelarts", "--fault", "no-such-fault"]) == 2
    assert execute(["prove", "modelarts", "--fault", "numbr-as-text"]) == 2
    assert "did you mean 'modelarts/number-as-text'" in capsys.readouterr().err
    assert execute(["mock", "modelarts", "--port", "0", "--fault", "numbr-as-text"]) == 2
    assert "did you mean 'modelarts/number-as-text'" in capsys.readouterr().err


@pytest.mark.longer
def test_a_share_proves_every_nth_fault(capsys: pytest.CaptureFixture[str]) -> None:
    two = ["opensearch/no-allow-anywhere", "opensearch/number-as-text"]
    asked = ["prove", "opensearch", "--fault", two[0], "--fault", two[1], "--json"]
    proved = []
    for share in ("1/2", "2/2", "3/3"):
        assert execute([*asked, "--share", share]) == 0
        proved.append([each["fault"] for each in json.loads(capsys.readouterr().out)["proofs"]])
    assert sorted(proved[0] + proved[1]) == two
    assert [len(each) for each in proved] == [1, 1, 0]


@pytest.mark.parametrize("share", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3"])
def test_a_share_that_is_none_is_refused(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["prove", "opensearch", "--share", share]) == 2
    assert "K/N" in capsys.readouterr().err


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(
            place,
            marks=pytest.mark.slow if place.startswith("pai/") else (),
            id="-".join(Path(place).parts[-2:]),
        )
        for place in ONE_OF_EACH_THEME
    ],
)
def test_a_fault_of_each_theme_is_found_by_its_own_clause_and_no_other(place: str) -> None:
    document, _, kind = place.rpartition("/")
    fault = next(each for each in faults(contract(document)) if each.kind.name == kind)
    proof = prove(contract(document), fault)
    assert proof.found_by, proof
    assert proof.unrelated == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", families())
def test_a_mock_without_a_fault_has_no_finding(name: str) -> None:
    assert find(contract(name), None)[0] == ()


@pytest.mark.slow
@pytest.mark.matrix
@pytest.mark.parametrize("name", [each.name for _, each in every_fault()])
def test_every_fault_is_found_by_its_own_clause_and_no_finding_is_heavier_than_its_weakest_fact(name: str) -> None:
    family = name.partition("/")[0]
    [(_, fault)] = chosen([contract(family)], [name])
    found, _, trouble = find(contract(family), fault.site)
    proof = proof_of(fault, found, trouble=trouble)
    assert proof.proved, proof
    for finding in found:
        assert finding.level is level_of(finding.source, finding.facts)
