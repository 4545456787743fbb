"""The provider's side: clauses as items, in pytest's words, over one run."""

from __future__ import annotations

import json
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from contract_suite.cli.entry import execute
from contract_suite.record.reader import read_run
from tests.pytest_plugin.conftest import Run

pytest_plugins = ["pytester"]

COLOUR = "ListItems::200/items/*/colour::enum"


def ids(folder: Path) -> list[str]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return sorted(each["id"] for each in report["findings"])


def broken(folder: Path, identity: str = "") -> set[str]:
    """The broken clauses, or those of one finding: one may stand for several."""
    findings = read_run(folder / "run.ndjson").findings
    return {clause for each in findings if identity in {"", each.id} for clause in each.clauses}


def command(*arguments: str) -> int:
    """Run the command line against the broken shop, as new."""
    for name in ("wrong", "apps"):
        sys.modules.pop(name, None)
    try:
        return execute(["run", "shop.yaml", "--app", "wrong:app", "--fuzz-time", "0", "-q", *arguments])
    finally:
        for name in ("wrong", "apps"):
            sys.modules.pop(name, None)


def test_a_document_given_as_a_path_is_collected_clause_by_clause(session: Run) -> None:
    result = session("shop.yaml", "--collect-only", "-q")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["shop.yaml::ListItems::query.size::minimum-enforced", "shop.yaml::ListItems::page-size-respected"]
    )
    result.stdout.no_fnmatch_line("*contracts*")


def test_a_document_that_only_lies_in_a_folder_is_left_alone(session: Run, shop: pytest.Pytester) -> None:
    assert session(str(shop.path)).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_file_of_another_kind_is_nobodys(session: Run, shop: pytest.Pytester) -> None:
    shop.makefile(".yaml", other="services: {web: {image: nginx}}")
    session("other.yaml").stdout.no_fnmatch_line("*::*")


@pytest.mark.longer
def test_a_family_has_ids_without_a_path(session: Run) -> None:
    result = session("--contract=pai", "--collect-only", "-q", "-k", "ListAlgorithms and page-size-respected")
    result.stdout.fnmatch_lines(
        ["pai::ListAlgorithms::page-size-respected", "pai::PluginListAlgorithms::page-size-respected"]
    )


@pytest.mark.longer
def test_a_server_that_keeps_the_contract_passes_and_says_what_was_not_tested(session: Run) -> None:
    result = session(
        "--contract=shop.yaml",
        "--contract-app=right:app",
        "-rs",
        "-W",
        "error",
        "--strict-markers",
        "-p",
        "no:cacheprovider",
    )
    outcomes = result.parseoutcomes()
    assert result.ret == 0
    assert outcomes["passed"] > 100
    assert set(outcomes) == {"passed", "skipped"}
    result.stdout.fnmatch_lines(["SKIPPED*shop.yaml:*: inapplicable: *", "SKIPPED*untested: it needs a revoked key*"])


@pytest.mark.longer
def test_the_embedded_mock_keeps_its_own_contract(session: Run) -> None:
    assert session("shop.yaml", "--contract-url=mock", "-q").ret == 0


@pytest.mark.longer
def test_a_broken_clause_shows_contract_answer_and_curl_but_no_traceback(session: Run) -> None:
    result = session("--contract=shop.yaml", "--contract-app=wrong:app", "-k", "ListItems and colour")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            f"*shop.yaml::{COLOUR}*",
            "*Contract   In a 200 response*",
            "*shop.yaml:*(documented)",
            '*Problem    /colour: "blue"*',
            "*Also       at GetItem, ListItems*",
            "*As curl    curl *CONTRACT_SUITE_TOKEN*serve it at an address first",
            f"FAILED shop.yaml::{COLOUR} - AddItem returns *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*site-packages*")


def test_both_doors_find_the_same(session: Run, shop: pytest.Pytester) -> None:
    session("--contract=shop.yaml", "--contract-app=wrong:app", "--contract-report=here", "-q")
    assert command("--report", "there") == 1
    assert ids(shop.path / "here") == ids(shop.path / "there") != []


@pytest.mark.longer
def test_a_baseline_made_by_one_door_holds_in_the_other(session: Run, shop: pytest.Pytester) -> None:
    made = ("--report", "there", "--baseline", "known.toml")
    assert command(*made, "--update-baseline") == 0
    baseline = shop.path / "known.toml"
    baseline.write_text(baseline.read_text("utf-8").replace('reason = ""', 'reason = "blue is in stock"'), "utf-8")
    arguments = ("--contract=shop.yaml", "--contract-app=wrong:app", "--contract-baseline=known.toml", "-q", "-rx")
    result = session(*arguments)
    outcomes = result.parseoutcomes()
    assert result.ret == 0
    assert (outcomes["xfailed"], outcomes.get("failed", 0)) == (len(broken(shop.path / "there")), 0)
    result.stdout.fnmatch_lines([f"XFAIL shop.yaml::{COLOUR} - *blue is in stock*"])
    baseline.write_text(
        baseline.read_text("utf-8").replace("first_seen", "expires = 2001-01-01\nfirst_seen", 1), "utf-8"
    )
    expired = tomllib.loads(baseline.read_text("utf-8"))["finding"][0]["id"]
    assert session(*arguments).parseoutcomes()["failed"] == len(broken(shop.path / "there", expired))
    assert command(*made) == 1


@pytest.mark.slow
def test_a_baseline_can_be_written_by_pytest(session: Run) -> None:
    arguments = ("--contract=shop.yaml", "--contract-app=wrong:app", "--contract-baseline=mine.toml", "-q")
    assert session(*arguments).ret == pytest.ExitCode.USAGE_ERROR
    assert session(*arguments, "--contract-update-baseline").ret == 0
    assert session(*arguments).ret == 0


@pytest.mark.longer
def test_an_advisory_has_its_own_word_and_fails_only_if_asked(session: Run) -> None:
    arguments = ("--contract=shop.yaml", "--contract-app=odd:app")
    result = session(*arguments)
    assert (result.ret, result.parseoutcomes()["advisory"]) == (0, 3)
    result.stdout.fnmatch_lines(
        [
            "ADVISORY shop.yaml::ListItems::200/items/[*]/weight::minimum",
            "*AddItem returns weight below its minimum*",
        ]
    )
    assert session(*arguments, "--contract-strict").parseoutcomes()["failed"] == 3
    assert session(*arguments, "-m", "contract and not contract_advisory", "--collect-only", "-q").ret == 0


@pytest.mark.longer
def test_clauses_are_selected_by_their_ids_and_run_again_by_last_failed(session: Run) -> None:
    endpoint = "--contract-app=wrong:app"
    one = session("--contract=shop.yaml", endpoint, "shop.yaml::ListItems::200/items/*/colour", "-q")
    assert one.parseoutcomes() == {"failed": 1, "passed": 1}
    session("--contract=shop.yaml", endpoint, "-q", "--deselect", "shop.yaml::AddItem")
    again = session("--contract=shop.yaml", endpoint, "-q", "--lf")
    assert again.parseoutcomes()["failed"] == 2
    assert "passed" not in again.parseoutcomes()


def test_ids_of_a_family_can_be_pasted_back(session: Run) -> None:
    result = session("--contract=modelarts", "modelarts::ListAlgorithms::order", "--collect-only", "-q")
    lines = [line for line in result.outlines if "::" in line]
    assert lines
    assert all(line.startswith("modelarts::ListAlgorithms::order::") for line in lines)


@pytest.mark.longer
def test_an_endpoint_that_is_not_there_fails_one_item_and_skips_the_rest(session: Run) -> None:
    result = session("--contract=shop.yaml", "--contract-url=http://127.0.0.1:9", "--contract-timeout=0.3", "-q")
    outcomes = result.parseoutcomes()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert outcomes["failed"] == 1
    assert "passed" not in outcomes
    result.stdout.fnmatch_lines(["*could not run: *"])


@pytest.mark.longer
def test_testing_next_to_nothing_is_not_green(session: Run) -> None:
    arguments = ("--contract=shop.yaml", "--contract-app=right:app", "--contract-max-requests=5", "-q")
    result = session(*arguments)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "failed" not in result.parseoutcomes()
    result.stdout.fnmatch_lines(["not conformant: *less than half of the clauses were tested*"])
    assert session(*arguments, "--contract-allow-incomplete").ret == 0


@pytest.mark.longer
def test_an_ini_file_is_enough_and_stays_out_of_the_way_of_single_files(session: Run, shop: pytest.Pytester) -> None:
    shop.makeini("[pytest]\ncontract = shop.yaml\ncontract_url = mock\n")
    shop.makepyfile(test_other="def test_other(): pass")
    assert session("-q").parseoutcomes()["passed"] > 100
    assert session("-q", "test_other.py").parseoutcomes() == {"passed": 1}
    assert session("-q", "test_other.py", "--contract=shop.yaml").parseoutcomes()["passed"] > 100


@pytest.mark.longer
def test_junit_carries_clauses_and_findings(session: Run, shop: pytest.Pytester) -> None:
    session(
        "--contract=shop.yaml",
        "--contract-app=wrong:app",
        "-q",
        "--junitxml=out.xml",
        "-k",
        "ListItems and colour and enum",
    )
    case = ET.parse(shop.path / "out.xml").getroot().find(".//testcase")  # noqa: S314 - our own file
    assert case is not None
    properties = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert (properties["clause"], properties["contract"], properties["source"]) == (COLOUR, "shop", "documented")
    assert len(properties["finding"] or "") == 12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--contract=shop.yaml", "--contract-url=http://a", "--contract-app=b:c"), "exclude each other"),
        (("--contract=shop.yaml", "--contract-seed=x"), "--contract-seed takes a whole number from 0, not 'x'"),
        (("--contract=shop.yaml", "--contract-max-time=0"), "--contract-max-time takes a number of seconds"),
        (("--contract=shop.yaml", "--contract-header=x"), "--contract-header takes 'Name: value'"),
        (("--contract=shop.yaml", "--contract-set=x"), "--contract-set takes NAME=VALUE"),
        (("--contract=shop.yaml", "--contract-token-env=a b"), "takes the name of an environment variable"),
        (("--contract=shop.yaml", "--contract-fail-on=all"), "--contract-fail-on takes"),
        (("--contract=shop.yaml", "--contract-update-baseline"), "needs --contract-baseline=FILE"),
        (("--contract=nobody",), "there is no family 'nobody'"),
    ],
)
def test_a_mistake_is_said_before_anything_is_collected(session: Run, arguments: tuple[str, ...], said: str) -> None:
    result = session(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()


def test_a_contract_that_cannot_be_read_is_one_sentence(session: Run, shop: pytest.Pytester) -> None:
    shop.makefile(".yaml", broken="openapi: [")
    result = session("--contract=broken.yaml")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*broken.yaml:*: *"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.slow
def test_workers_share_one_run_and_come_to_the_same_verdicts(process: Run, session: Run, shop: pytest.Pytester) -> None:
    arguments = ("--contract=shop.yaml", "--contract-app=wrong:app", "-q")
    alone = session(*arguments, "--contract-report=one").parseoutcomes()
    together = process(*arguments, "--contract-report=two", "-n", "2")
    assert {key: value for key, value in together.parseoutcomes().items() if key != "warnings"} == alone
    assert ids(shop.path / "one") == ids(shop.path / "two")
    assert [path.name for path in (shop.path / "two").glob("*.ndjson")] == ["run.ndjson"]


@pytest.mark.longer
def test_what_the_user_includes_is_never_narrowed_further(session: Run, shop: pytest.Pytester) -> None:
    session(
        "--contract=shop.yaml",
        "--contract-app=right:app",
        "--contract-include=*Item*",
        "--contract-report=out",
        "-k",
        "GetItem",
    )
    header = json.loads((shop.path / "out" / "run.ndjson").read_text("utf-8").partition("\n")[0])
    assert header["options"]["include"] == ["*Item*"]


@pytest.mark.longer
def test_a_part_of_a_contract_runs_only_what_bears_on_it(session: Run, shop: pytest.Pytester) -> None:
    session("--contract=shop.yaml", "--contract-app=right:app", "--contract-report=out", "-k", "GetItem")
    header = json.loads((shop.path / "out" / "run.ndjson").read_text("utf-8").partition("\n")[0])
    assert header["options"]["include"] == ["AddItem", "GetItem", "ListItems"]
