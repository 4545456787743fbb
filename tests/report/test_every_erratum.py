"""Whatever erratum of the families stands at the place of a finding, of a clause or below it: whoever shows that names the erratum."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.contract.family import families
from contract_suite.model.clause import Clause
from contract_suite.model.run import RecordedFamily
from contract_suite.model.source import Erratum
from contract_suite.record.reader import Run, read_run
from contract_suite.report.catalogue import FORMATS
from contract_suite.report.formats import terminal
from contract_suite.runner.plan import clauses_of
from tests.contracts import load
from tests.record import sample

NAMELESS = frozenset({"har", "ndjson"})
"""Formats that show exchanges and no findings, and the record itself, which holds all errata."""
PLACES = [
    (name, erratum, pointer) for name in families() for erratum in load(name).errata for pointer in erratum.pointers
]


@cache
def recorded(name: str) -> RecordedFamily:
    contract = load(name)
    errata = tuple(Erratum(**asdict(each)) for each in contract.errata)
    return replace(sample.FAMILY, file=contract.file, errata=errata)


def run_at(folder: Path, name: str, pointer: str) -> Run:
    """A run of one finding, at a place of a family's document."""
    family, of = recorded(name), sample.CLAUSES[0]
    location = replace(of.location, pointer=pointer.removeprefix("#"), file=family.file)
    clauses = (replace(of, location=location), *family.clauses[1:])
    header = replace(sample.HEADER, families=(replace(family, clauses=clauses),))
    finding = sample.finding(of, document=location)
    return read_run(sample.write(folder / "run.ndjson", header=header, findings=(finding,)))


def shown(run: Run) -> dict[str, str]:
    """What each report shows of a run, but for lists of all errata."""
    found: dict[str, str] = {}
    for each in FORMATS:
        if each.name not in NAMELESS:
            stream = io.StringIO()
            each.write(run, stream)
            found[each.name] = stream.getvalue()
    found["json"] = json.dumps(json.loads(found["json"])["findings"])
    found["html"] = found["html"].partition('id="errata"')[0]
    stream = io.StringIO()
    terminal.show(run, Console(file=stream, width=200, highlight=False, markup=False), report="here")
    return {**found, "terminal": stream.getvalue()}


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), below=st.sampled_from(["", "/type", "/required"]))
def test_every_report_names_it(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str, Erratum, str], below: str
) -> None:
    name, erratum, pointer = place
    contract = load(name)
    known = contract.errata_at(f"{pointer}{below}")
    if not below:
        assert erratum in known
    for format_name, text in shown(run_at(tmp_path_factory.mktemp("run"), name, f"{pointer}{below}")).items():
        assert [each.id for each in known if each.id not in text] == [], format_name


@pytest.mark.parametrize("name", families())
def test_every_clause_at_its_place_names_it(name: str) -> None:
    contract = load(name)
    by_place: dict[str, list[Clause]] = {}
    for clause in clauses_of(contract, CHECKS, BEHAVIOURS):
        by_place.setdefault(clause.location.pointer, []).append(clause)
    unnamed = [
        (erratum.id, clause.id)
        for erratum in contract.errata
        for pointer in erratum.pointers
        for clause in by_place.get(pointer.removeprefix("#"), ())
        if erratum not in contract.errata_at(clause.location.pointer)
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    ("kind", "erratum"),
    [
        ("duplicate-status", "PAI-20"),
        ("unknown-refused", ""),
        ("PATCH-refused", "PAI-33"),
        ("too-large-refused", "PAI-25"),
    ],
)
def test_a_clause_about_one_kind_of_refusal_names_the_erratum_of_that_kind(kind: str, erratum: str) -> None:
    """All stood at the errors as a whole, so that a duplicate's status named the erratum about the bodies of errors."""
    contract = load("pai")
    clauses = [each for each in clauses_of(contract, CHECKS, BEHAVIOURS) if each.kind == kind]
    assert clauses
    named = {tuple(one.id for one in contract.errata_at(each.location.pointer)) for each in clauses}
    assert named == {(erratum,) if erratum else ()}
