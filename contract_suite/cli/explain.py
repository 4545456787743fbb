"""`contract-suite explain`: what a clause or a finding means, why it matters and who says so."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from contract_suite.cli.pages import quoted, said_of
from contract_suite.cli.recorded import FOLDER, open_run
from contract_suite.contract.suggestion import did_you_mean
from contract_suite.errors import UsageError
from contract_suite.model.clause import Clause
from contract_suite.model.finding import Finding
from contract_suite.model.source import Level
from contract_suite.report.plain import visible

if TYPE_CHECKING:
    from contract_suite.record.reader import Run

_ID: Final = re.compile(r"[0-9a-fA-F]{1,12}\Z")
_WIDTH: Final = 110
_INDENT: Final = 11
_WHO: Final = {
    "documented": "the source document says it",
    "example": "an example of the source document shows it",
    "inferred": "nobody wrote it; it was decided for this contract",
    "sdk": "the vendor's SDK or metadata says it",
    "standard": "an RFC says it",
}


@click.command(short_help="Say what a clause or finding means, and who says so.")
@click.argument("what", metavar="CLAUSE|FINDING")
@click.option(
    "--run",
    "record",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help=f"The record, or its folder.  [default: {FOLDER}]",
)
def explain(what: str, *, record: Path | None) -> None:
    """Explain CLAUSE (operation::subject::kind, see `contract-suite list clauses`), or FINDING.

    A finding is named by its id from a report, or by the beginning of it.

    A clause is looked for in RUN if one is named, else in the families that come with the package and then in the last
    run.
    """
    if "::" not in what and _ID.match(what):
        from contract_suite.runner.replaying import find

        run = open_run(record or FOLDER)
        finding = find(run, what)
        for family, clause in _recorded(run):
            if family == finding.family and clause.id == finding.clause:
                _clause(family, clause)
        _finding(finding, run)
        return
    found = list(_clauses(what, record))
    for index, (family, clause) in enumerate(found):
        if index:
            click.echo()
        _clause(family, clause)


def _clauses(what: str, record: Path | None) -> Iterator[tuple[str, Clause]]:
    known: list[tuple[str, Clause]] = []
    if record is not None:
        known = _recorded(open_run(record))
    else:
        known = _shipped()
        if not any(clause.id == what for _, clause in known) and (FOLDER / "run.ndjson").is_file():
            known += _recorded(open_run(FOLDER))
    found = [(family, clause) for family, clause in known if clause.id == what]
    if not found:
        raise UsageError(f"there is no clause {what!r}{did_you_mean(what, {clause.id for _, clause in known})}")
    yield from found


def _recorded(run: Run) -> list[tuple[str, Clause]]:
    return [(family.name, clause) for family in run.header.families for clause in family.clauses]


def _shipped() -> list[tuple[str, Clause]]:
    from contract_suite.behaviours.catalogue import BEHAVIOURS
    from contract_suite.checks.catalogue import CHECKS
    from contract_suite.contract.family import families, load
    from contract_suite.runner.plan import clauses_of

    return [(name, clause) for name in families() for clause in clauses_of(load(name), CHECKS, BEHAVIOURS)]


def _clause(family: str, clause: Clause) -> None:
    said = said_of(clause.judge)
    click.echo(f"{visible(clause.id)}  ({visible(family)})")
    click.echo()
    weighs = "a failure" if clause.level is Level.FAILURE else "an advisory"
    rows = [
        ("means", _sentence(clause.text)),
        ("applies", f"no: {clause.inapplicable}" if clause.inapplicable else ""),
        ("weighs", f"{weighs}: {_WHO[clause.source.value]}"),
        ("source", clause.quote),
        ("judge", f"{clause.judge}. {said.get('') or _title(clause.judge)}".strip()),
        ("why", said.get("Why", "")),
        ("example", said.get("Example", "")),
        ("place", f"{clause.location.place} {clause.location.pointer}"),
    ]
    _rows(rows)
    lines = quoted(clause.location)
    if lines:
        click.echo()
    for number, line in lines:
        click.echo(f"  {'>' if number == clause.location.line else ' '}{number:>6} | {visible(line)}")


def _finding(finding: Finding, run: Run) -> None:
    click.echo()
    click.echo(
        f"finding {finding.id}  {'flaky, ' if finding.flaky else ''}"
        f"seen {finding.count} {'time' if finding.count == 1 else 'times'}"
    )
    click.echo()
    rows = [
        ("came", finding.message),
        ("at", finding.pointer),
        ("expected", finding.expected),
        ("actual", finding.actual),
    ]
    for number in finding.exchanges:
        if number in run.exchange_offsets:
            each = run.exchange(number)
            request, status = each.exchange.request, each.exchange.status
            rows.append(
                (
                    "sent",
                    (
                        f"{request.method} {request.target}, answered {status or 'with nothing'}"
                        f"{f' ({each.note})' if each.note else ''}"
                    ),
                )
            )
    _rows(rows)
    if finding.curl and finding.curl.isprintable():
        click.echo(f"  {'curl':<{_INDENT - 2}}{finding.curl}")
    click.echo(f"  {'again':<{_INDENT - 2}}contract-suite replay {finding.id}")


def _rows(rows: Iterable[tuple[str, str]]) -> None:
    width = max(40, min(_WIDTH, shutil.get_terminal_size().columns) - _INDENT)
    for name, text in rows:
        for number, line in enumerate(textwrap.wrap(visible(text, limit=2000), width, break_on_hyphens=False)):
            click.echo(f"  {'' if number else name:<{_INDENT - 2}}{line}")


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _title(judge: str) -> str:
    from contract_suite.behaviours.catalogue import BEHAVIOURS
    from contract_suite.checks.catalogue import CHECKS

    titles = {**{each.name: each.title for each in CHECKS}, **{each.name: each.title for each in BEHAVIOURS}}
    return titles.get(judge, "")
