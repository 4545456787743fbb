"""`contract-suite explain`: what a clause, an erratum or a finding means, why it matters and who says so."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from contract_suite.cli.pages import note_at, quoted, said_of
from contract_suite.cli.recorded import FOLDER, last_folder, open_run
from contract_suite.contract.errata import errata_at
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.errors import UsageError
from contract_suite.model.clause import Clause
from contract_suite.model.counting import listed
from contract_suite.model.finding import Finding
from contract_suite.model.headlines.headlines import is_broken_by_refusal
from contract_suite.model.source import Erratum, Level
from contract_suite.record.folder import RECORD
from contract_suite.report.plain import visible
from contract_suite.report.summary import summarise
from contract_suite.report.telling import as_sentence, commands, seen

if TYPE_CHECKING:
    from contract_suite.record.reader import Run

_ERRATUM: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*-[0-9]+\Z")
_ID: Final = re.compile(r"[0-9a-fA-F]{1,12}\Z")
_WIDTH: Final = 110
_INDENT: Final = 11
_OF_SERVING: Final = frozenset({"positive-accepted", "rate-limits", "jobs"})
"""Those whose pages say why it matters that a request is served."""
_REFUSED: Final = "A server that refuses what its contract allows turns away clients that do nothing wrong."
_WHO: Final = {
    "documented": "the source document says it",
    "example": "an example of the source document shows it",
    "inferred": "the source document does not say it; it was inferred",
    "sdk": "the vendor's SDK or metadata says it",
    "standard": "an RFC says it",
}


@click.command(short_help="Say what a finding, clause or check means.")
@click.argument("what", metavar="FINDING|CLAUSE|CHECK|ERRATUM")
@click.option(
    "--run",
    "record",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help=f"The record, or its folder.  [default: {FOLDER}]",
)
def explain(what: str, *, record: Path | None) -> None:
    """Explain FINDING, CLAUSE, CHECK or ERRATUM.

    \b
    FINDING  an id from a report, or its beginning
    CLAUSE   an operation::subject::kind of `contract-suite list clauses`, or its kind alone
    CHECK    a name of `contract-suite list checks` or `list behaviours`
    ERRATUM  an id of `contract-suite list errata`, such as MA-01

    Clauses and errata are looked up in RUN if one is named, otherwise in the included families; kinds are looked up
    in the last run first, clauses in it last. What RUN or the last run found about a clause is told with it.
    """  # noqa: D301 - \b is click's mark for text that keeps its line breaks
    if "::" not in what and _ID.match(what):
        from contract_suite.runner.replaying import find

        run = open_run(record or last_folder())
        finding = find(run, what)
        for known in _recorded(run):
            if known.family == finding.family and known.clause.id == finding.clause:
                _clause(known)
        _finding(finding, run)
        return
    errata = _errata(what, record)
    for index, (family, erratum) in enumerate(errata):
        if index:
            click.echo()
        _erratum(family, erratum)
    if errata:
        return
    if _title(what):
        _check(what)
        return
    for index, known in enumerate(_clauses(what, record)):
        if index:
            click.echo()
        _clause(known)
        _happened(known, record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A clause, the family it is of, and the errata of the place that it rests on."""

    family: str
    clause: Clause
    errata: Sequence[Erratum]


def _clauses(what: str, record: Path | None) -> Iterator[_Known]:
    known: list[_Known] = []
    if record is not None:
        known = _recorded(open_run(record))
    else:
        known = _shipped()
        if not any(each.clause.id == what for each in known) and (last_folder() / RECORD).is_file():
            known = [*_recorded(open_run(last_folder())), *known]
    found = [each for each in known if each.clause.id == what]
    if not found and "::" not in what:
        found = [each for each in known if each.clause.kind == what and not each.clause.inapplicable][:1]
    if not found:
        names = {each.clause.id for each in known} | {each.clause.kind for each in known} | _titles().keys()
        suggestion = did_you_mean(what, names) or "; `contract-suite list clauses` and `list checks` name them"
        raise UsageError(f"there is no finding, clause or check {what!r}{suggestion}")
    yield from found


def _errata(what: str, record: Path | None) -> list[tuple[str, Erratum]]:
    """Errata of this id, of the record if one is named, else of the families that come with the package."""
    from contract_suite.contract.family import families, load

    if not _ERRATUM.match(what):
        return []
    known: list[tuple[str, Erratum]] = []
    if record is not None:
        known += [(family.name, each) for family in open_run(record).header.families for each in family.errata]
    else:
        known += [(name, each) for name in families() for each in load(name).errata]
    found = [(family, each) for family, each in known if each.id.upper() == what.upper()]
    if not found:
        raise UsageError(f"there is no erratum {what!r}{did_you_mean(what.upper(), [each.id for _, each in known])}")
    return found


def _recorded(run: Run) -> list[_Known]:
    return [
        _Known(family=family.name, clause=clause, errata=_at(family.errata, clause, family.file))
        for family in run.header.families
        for clause in family.clauses
    ]


def _shipped() -> list[_Known]:
    from contract_suite.behaviours.catalogue import BEHAVIOURS
    from contract_suite.checks.catalogue import CHECKS
    from contract_suite.contract.family import families, load
    from contract_suite.runner.plan import clauses_of

    return [
        _Known(family=contract.name, clause=clause, errata=_at(contract.errata, clause, contract.file))
        for contract in map(load, families())
        for clause in clauses_of(contract, CHECKS, BEHAVIOURS)
    ]


def _at(errata: Sequence[Erratum], clause: Clause, file: str) -> tuple[Erratum, ...]:
    return errata_at(errata, clause.location.pointer) if clause.location.file == file else ()


def _erratum(family: str, erratum: Erratum) -> None:
    click.echo(f"{visible(erratum.id)}  {visible(erratum.title)}  ({visible(family)})")
    click.echo()
    _rows(
        [
            ("kind", erratum.kind),
            ("about", erratum.subject),
            ("table", erratum.table),
            ("example", erratum.example),
            ("sdk", erratum.sdk),
            ("decided", erratum.decided),
            ("why", erratum.why),
            *(("place", pointer) for pointer in erratum.pointers),
        ]
    )


def _clause(known: _Known) -> None:
    family, clause = known.family, known.clause
    said = said_of(clause.judge)
    click.echo(f"{visible(clause.id)}  ({visible(family)})")
    click.echo()
    weighs = "a failure" if clause.level is Level.FAILURE else "an advisory"
    rows = [
        ("means", _sentence(clause.text)),
        ("applies", f"no: {clause.inapplicable}" if clause.inapplicable else ""),
        ("level", f"{weighs}: {_WHO[clause.source.value]}"),
        ("source", clause.quote),
        ("note", note_at(clause.location)),
        *(("erratum", f"{each.id} ({each.kind}): {each.title}. {each.decided}") for each in known.errata),
        ("check", f"{clause.judge}. {said.get('') or _title(clause.judge)}".strip()),
        ("why", _why(clause, said.get("Why", ""))),
        ("place", f"{clause.location.place} {clause.location.pointer}"),
    ]
    _rows(rows)
    lines = quoted(clause.location)
    if lines:
        click.echo()
    for number, line in lines:
        click.echo(f"  {'>' if number == clause.location.line else ' '}{number:>6} | {visible(line)}")


def _why(clause: Clause, of_its_check: str) -> str:
    """Why a clause matters: its check says why, unless most of what it asks for is refused and this must be served."""
    if is_broken_by_refusal(clause.kind) and clause.judge not in _OF_SERVING:
        return _REFUSED
    return as_sentence(of_its_check)


def _happened(known: _Known, record: Path | None) -> None:
    """Tell what a run found about a clause: that says more than what its check is for."""
    folder = record or last_folder()
    if record is None and not (folder / RECORD).is_file():
        return
    run = open_run(folder)
    for finding in run.findings:
        if finding.family == known.family and known.clause.id in finding.clauses:
            _finding(finding, run)


def _check(name: str) -> None:
    said = said_of(name)
    click.echo(f"{name}  {_title(name)}")
    click.echo()
    labels = {"": "does", "Why": "why", "How": "how", "Example": "example", "Level": "level"}
    rows = [(label, as_sentence(said.get(heading, ""))) for heading, label in labels.items()]
    _rows([row for row in rows if row[1].rstrip(".") != _title(name).rstrip(".")])


def _finding(finding: Finding, run: Run) -> None:
    click.echo()
    click.echo(f"Finding {finding.id}: {visible(finding.headline)}{' (flaky)' if finding.flaky else ''}")
    click.echo()
    rows = [
        ("problem", as_sentence(finding.message)),
        ("seen", seen(finding, summarise(run).tries(finding))),
        ("level", f"advisory, because {finding.weakness}" if finding.weakness else ""),
        *(("inferred", as_sentence(guess)) for guess in finding.guesses),
        ("place", finding.pointer),
        ("expected", finding.expectation),
        ("actual", finding.observation),
        ("also", listed(finding.elsewhere, len(finding.elsewhere))),
    ]
    for number in finding.exchanges:
        if number in run.exchange_offsets:
            each = run.exchange(number)
            request, status = each.exchange.request, each.exchange.status
            note = f" ({each.note})" if each.note else ""
            rows.append(
                (
                    "request",
                    f"{request.method} {request.target}, answered {status or 'with nothing'}{note}",
                )
            )
    _rows(rows)
    told = commands(finding, run, local=True)
    if line := told.curl or told.as_curl:
        click.echo(f"  {'curl':<{_INDENT - 2}}{line}")
    click.echo(f"  {'replay':<{_INDENT - 2}}{told.replay}")


def _rows(rows: Iterable[tuple[str, str]]) -> None:
    width = max(40, min(_WIDTH, shutil.get_terminal_size().columns) - _INDENT)
    for name, text in rows:
        for number, line in enumerate(
            textwrap.wrap(visible(text, limit=2000), width, break_on_hyphens=False, break_long_words=False)
        ):
            click.echo(f"  {'' if number else name:<{_INDENT - 2}}{line}")


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _title(judge: str) -> str:
    return _titles().get(judge, "")


def _titles() -> dict[str, str]:
    from contract_suite.behaviours.catalogue import BEHAVIOURS
    from contract_suite.checks.catalogue import CHECKS

    return {**{each.name: each.title for each in CHECKS}, **{each.name: each.title for each in BEHAVIOURS}}
