"""Every report names the errata at whose place a finding stands: who says what in the source document, and what was decided."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.contract.family import families
from contract_suite.model.finding import Finding
from contract_suite.model.source import Erratum
from contract_suite.record.reader import Run, read_run
from contract_suite.report.errata import errata_of, sentence
from contract_suite.report.formats import html, json_report, junit, markdown, terminal
from contract_suite.runner.plan import clauses_of
from tests.contracts import load
from tests.record import sample

OTHER_FILE = "elsewhere.yaml"


def run_at(path: Path, pointer: str, *, file: str = "") -> tuple[Run, Finding]:
    """A run of one finding at a place of the document, or of another one."""
    of = sample.CLAUSES[0]
    location = replace(of.location, pointer=pointer, file=file or sample.HEADER.families[0].file)
    finding = sample.finding(of, document=location)
    return read_run(sample.write(path / "run.ndjson", findings=(finding,))), finding


@pytest.fixture
def erratum() -> Erratum:
    return sample.HEADER.families[0].errata[0]


def written(run: Run) -> dict[str, str]:
    formats = {"html": html.write, "junit": junit.write, "markdown": markdown.write}
    found: dict[str, str] = {}
    for name, write in formats.items():
        stream = io.StringIO()
        write(run, stream)
        found[name] = stream.getvalue()
    stream = io.StringIO()
    terminal.show(run, Console(file=stream, width=200, highlight=False, markup=False), report="here")
    return {**found, "terminal": stream.getvalue()}


def test_every_report_names_the_erratum_of_a_finding(tmp_path: Path, erratum: Erratum) -> None:
    run, finding = run_at(tmp_path, erratum.pointers[0].removeprefix("#") + "/type")
    assert errata_of(run, finding) == (erratum,)
    for name, text in written(run).items():
        place = text.partition('id="errata"')[0] if name == "html" else text
        assert erratum.id in place, name
        assert erratum.title in place, name
        assert erratum.decided in place, name
    stream = io.StringIO()
    json_report.write(run, stream)
    assert json.loads(stream.getvalue())["findings"][0]["errata"] == [erratum.id]


@pytest.mark.parametrize(("pointer", "file"), [("/components/schemas/Other/properties/Id", ""), (None, OTHER_FILE)])
def test_an_erratum_of_another_place_is_not_named(
    tmp_path: Path, erratum: Erratum, pointer: str | None, file: str
) -> None:
    run, finding = run_at(tmp_path, pointer or erratum.pointers[0].removeprefix("#"), file=file)
    assert errata_of(run, finding) == ()
    for name, text in written(run).items():
        assert erratum.decided not in (text.partition('id="errata"')[0] if name == "html" else text), name


def test_the_sentence_says_who_says_what() -> None:
    erratum = Erratum(id="A-1", title="An id", table="Integer.", example='"7"', decided="A string.")
    assert sentence(erratum) == 'A-1, An id. The text says: Integer; the example: "7". Decided: A string.'
    assert sentence(Erratum(id="A-2", title="A gap", decided="50.")) == "A-2, A gap. Decided: 50."


@pytest.mark.parametrize(
    "family",
    [name for name in families() if any(each.title.endswith("beyond the end") for each in load(name).errata)],
)
def test_an_erratum_about_one_member_of_a_promise_is_named_for_that_member_alone(family: str) -> None:
    contract = load(family)
    by_kind = {
        kind: {
            one.title
            for each in clauses_of(contract, CHECKS, BEHAVIOURS)
            if each.kind == kind and not each.inapplicable
            for one in contract.errata_at(each.location.pointer)
        }
        for kind in ("past-end-empty", "page-size-respected", "pages-complete")
    }
    about_the_end = {title for title in by_kind["past-end-empty"] if title.endswith("beyond the end")}
    assert about_the_end, "what was decided of a page beyond the end explains a finding about it"
    assert not about_the_end & (by_kind["page-size-respected"] | by_kind["pages-complete"])
