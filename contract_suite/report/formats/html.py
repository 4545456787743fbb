"""`report.html`: the report for readers with a browser, one file that needs no network.

The rule that must not be broken: every text from a record goes through `_shown` and is escaped by the template. Nothing
that an endpoint sends can run, hide a word or stand for a finding: no style, no script and no event handler comes from
anywhere but the two files of this package.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TextIO

from markupsafe import Markup

from contract_suite.model.finding import Finding
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison
from contract_suite.report.coverage import TITLES, cover
from contract_suite.report.format import Format
from contract_suite.report.page import charts
from contract_suite.report.page.families import family_view
from contract_suite.report.page.findings import finding_view
from contract_suite.report.page.template import asset, page_template, policy_hash
from contract_suite.report.plain import moment
from contract_suite.report.summary import Summary, summarise
from contract_suite.report.telling import address_of, as_sentence
from contract_suite.report.traffic import Traffic, observe


def write(run: Run, stream: TextIO) -> None:
    """Write the report."""
    write_compared(run, stream, None)


def write_compared(run: Run, stream: TextIO, comparison: Comparison | None) -> None:
    """Write the report, with what is new and what is gone where there is something to compare it with."""
    template = page_template()
    stream.writelines(template.generate(_page(run, comparison)))


# What the template is given.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """The answer to the first question; `more` is what a reader need not know at once, and `more_about` its heading."""

    kind: Literal["good", "bad", "open"]
    word: str
    sign: str
    sentence: str
    more: str = ""
    more_about: str = ""


_SIZE: Final = 940_000
"""So large may a page grow, as long as its clauses and a line for each finding leave room for more."""
_FEWEST_FULL: Final = 40
"""So many findings are shown in full whatever room there is; the JSON report and the record hold all of them."""
_SMALLEST: Final = 400
"""Bytes of bodies that a finding in full has at least."""
_MOST_WORDS: Final = 2
"""So many things that are wrong at an operation are named in its line."""
_PER_CLAUSE: Final = 380
_PER_FINDING: Final = 1_200
_PER_FULL: Final = 2_300
"""Bytes beside the bodies: of a clause, of a finding, and of one in full beyond that."""


def _page(run: Run, comparison: Comparison | None) -> dict[str, object]:
    summary = summarise(run)
    observed = observe(run)
    coverage = cover(run)
    clauses = sum(len(each.clauses) for each in summary.families)
    room = _SIZE - clauses * _PER_CLAUSE - len(summary.findings) * _PER_FINDING
    full = min(len(summary.findings), max(room // (_PER_FULL + _SMALLEST), _FEWEST_FULL))
    budget = min(max(room // max(full, 1) - _PER_FULL, _SMALLEST), 12_000)
    views = tuple(
        finding_view(each, run, comparison, tries=summary.tries(each), budget=budget, full=number < full)
        for number, each in enumerate(summary.findings)
    )
    whole = Traffic()
    for each in observed.traffic.values():
        whole.add(each)
    families = tuple(
        family_view(line, covered, observed) for line, covered in zip(summary.families, coverage.families, strict=True)
    )
    style, script = asset("page.css"), asset("page.js")
    return {
        "style": Markup(style),  # noqa: S704 - a file of this package
        "script": Markup(script),  # noqa: S704 - as above
        "style_hash": policy_hash(style),
        "script_hash": policy_hash(script),
        "header": run.header,
        "footer": run.footer,
        "summary": summary,
        "verdict": _verdict(summary),
        "started": moment(run.header.started),
        "took": _took(run),
        "whole": whole,
        "failures": len(summary.failures),
        "advisories": len(summary.findings) - len(summary.failures),
        "flaky": sum(each.flaky for each in summary.findings),
        "tallies": coverage.tallies,
        "titles": TITLES,
        "findings": views,
        "broken": _broken(summary),
        "by_operation": Counter(name for each in summary.findings for name in each.operations),
        "by_check": Counter(each.check for each in summary.findings),
        "families": families,
        "comparison": comparison,
        "gate": run.gate,
        "trend": charts.trend(comparison.trend) if comparison else (),
        "command": _command(run),
        "options": _options(run),
        "several": len(families) > 1,
        "by_clause": _by_clause(summary.findings),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """An operation that is broken, in a line: where it is, what is wrong, how many findings are left; `first` is the worst."""

    operation: str
    address: str
    grave: bool
    wrong: tuple[str, ...]
    beyond: int
    first: str


def _broken(summary: Summary) -> tuple[_Broken, ...]:
    return tuple(
        _Broken(
            operation=each.operation,
            address=address_of(each.family, each.operation, summary.run),
            grave=each.findings[0].level is Level.FAILURE,
            wrong=each.wrong[:_MOST_WORDS],
            beyond=each.beyond(_MOST_WORDS),
            first=each.findings[0].id,
        )
        for each in summary.broken_operations
    )


def _verdict(summary: Summary) -> _Verdict:
    gate = summary.run.gate
    if gate is not None and not summary.run.truncated and (not summary.conformant or not gate.passed):
        # A gate tolerates and never rewrites: what the run itself says stands beside it.
        word = "Gate passed" if gate.passed else "Gate failed"
        return _Verdict(
            kind="good" if gate.passed else "bad",
            word=word,
            sign="✓" if gate.passed else "✕",
            sentence=_capital(gate.sentence, f"{word}: "),
            more=summary.sentence,
            more_about="Without the gate",
        )
    if summary.conformant:
        return _Verdict(
            kind="good", word="Conformant", sign="✓", sentence=_capital(summary.sentence, "Conformant: ", "Conformant.")
        )
    if summary.run.truncated:
        return _Verdict(kind="open", word="Cut short", sign="?", sentence=summary.sentence)
    if not summary.complete and not summary.failures:
        sentence = summary.sentence.removeprefix("Incomplete, so not conformant: ")
        named = any(sentence.startswith(f"{each.family.name}: ") for each in summary.families)
        sentence = f"In {sentence}" if named else as_sentence(sentence)  # a name is written as it is
        return _Verdict(kind="open", word="Incomplete", sign="?", sentence=sentence)
    if not summary.findings:
        sentence = _capital(summary.sentence, "Not conformant: ")
        return _Verdict(kind="bad", word="Not conformant", sign="✕", sentence=sentence)
    return _Verdict(
        kind="bad",
        word="Not conformant",
        sign="✕",
        sentence=f"{summary.broken}.",
        more="" if summary.complete else _capital(summary.sentence, "Not conformant, and incomplete: "),
        more_about="Also incomplete: not everything was tested",
    )


def _capital(sentence: str, *prefixes: str) -> str:
    """The sentence without what the heading says already."""
    for prefix in prefixes:
        sentence = sentence.removeprefix(prefix)
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _took(run: Run) -> str:
    if run.footer is None:
        return ""
    try:
        seconds = (
            datetime.fromisoformat(run.footer.finished) - datetime.fromisoformat(run.header.started)
        ).total_seconds()
    except (ValueError, TypeError):
        return ""
    return charts.duration(max(seconds, 0.0))


def _options(run: Run) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key.replace("_", "-"), ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for key, value in run.header.options.items()
        if key != "command" and value not in (None, [], "", False, {})
    )


def _command(run: Run) -> str:
    """The command that makes such a run again, gate and all; empty where the record does not know it."""
    command = str(run.header.options.get("command") or "")
    gate = shlex.join(run.gate.arguments) if run.gate is not None else ""
    return f"{command} {gate}".rstrip() if command else ""


def _by_clause(findings: Iterable[Finding]) -> Mapping[tuple[str, str], tuple[Finding, ...]]:
    found: dict[tuple[str, str], tuple[Finding, ...]] = {}
    for each in findings:
        for clause in each.clauses:
            found[each.family, clause] = (*found.get((each.family, clause), ()), each)
    return found


FORMAT: Final = Format(
    name="html",
    file_name="report.html",
    title="One page for readers with a browser; needs no network",
    write=write,
    write_compared=write_compared,
    usual=True,
)
