"""`explain` takes what a report shows: the name of a check, the kind of a clause; else it says where names are."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.cli.entry import main
from tests.record import sample


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["explain", *arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


@pytest.mark.parametrize("name", ["paging", "response-schema"])
def test_a_check_is_explained_by_its_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = explained(capsys, name)
    assert code == 0
    assert said.startswith(f"{name}  ")
    assert "  why " in said


def test_a_kind_of_clause_is_explained_by_one_that_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = explained(capsys, "page-size-respected")
    assert code == 0
    assert "::collection::page-size-respected" in said
    assert "page 2 begins with" not in said  # the example of another kind that the same check judges


def test_a_kind_is_explained_by_the_last_run_before_the_families(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "contract-suite-report"
    folder.mkdir()
    sample.write(folder / "run.ndjson")
    mine = next(each for each in sample.CLAUSES if not each.inapplicable)
    code, said = explained(capsys, mine.kind)
    assert code == 0
    assert said.startswith(f"{mine.id}  (shop)")


@pytest.mark.parametrize(
    ("name", "read"),
    [("computed-owners", "as in computed-updates."), ("included-once", "JSON:API"), ("singletons", "safety")],
)
def test_a_link_of_a_page_is_shown_as_its_text(capsys: pytest.CaptureFixture[str], name: str, read: str) -> None:
    """A terminal showed `[safety](safety.md)`, as the page has it."""
    _, said = explained(capsys, name)
    assert read in " ".join(said.split())
    assert "](" not in said


@pytest.mark.longer
def test_a_place_is_never_broken(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, said = explained(capsys, "ListAlgorithms::collection::page-size-respected")
    assert "/paths/~1PaiStudio~12022-01-12~1ListAlgorithms/get/x-contract/collection/page" in said


@pytest.mark.longer
def test_an_unknown_name_has_a_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean 'paging'?" in explained(capsys, "pagingg")[1]
    code, said = explained(capsys, "zzzzzz")
    assert code == 2
    assert "`contract-suite list clauses`" in said


def test_a_name_beside_the_family_is_shown_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["schema", "pai", "Algorithm"])
    assert ended.value.code == 2
    assert "contract-suite schema 'pai#Algorithm'" in capsys.readouterr().err


def test_a_clause_tells_what_the_last_run_found_about_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only the general text of its check stood there, which may speak of the opposite of what happened."""
    monkeypatch.chdir(tmp_path)
    of = next(each for each in sample.CLAUSES if each.operation)
    found = sample.finding(of, message="what happened")
    folder = tmp_path / "contract-suite-report"
    folder.mkdir()
    sample.write(folder / "run.ndjson", findings=(found,))
    status, text = explained(capsys, of.id)
    assert status == 0
    assert f"Finding {found.id}" in text
    assert "What happened." in text
    other = next(each for each in sample.CLAUSES if each.id not in found.clauses)
    assert "Finding" not in explained(capsys, other.id)[1]


@pytest.mark.longer
@pytest.mark.parametrize("kind", ["encoded-served", "free-elsewhere", "similar-accepted"])
def test_where_something_must_be_served_it_is_not_said_why_others_are_refused(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A thing that is there and was not found was explained by "an empty 200 for a resource that does not exist"."""
    assert "turns away clients" in " ".join(explained(capsys, kind)[1].split())
    assert "turns away clients" not in " ".join(explained(capsys, "duplicate-refused")[1].split())
