"""`summary.md`: the report as Markdown, short enough for a step summary or a comment on a pull request.

The rule that must not be broken: text of unknown origin is escaped so that it makes no link, image, mention, heading,
table cell or HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from contract_suite.model.counting import counted
from contract_suite.model.finding import Finding
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison, State, state_of
from contract_suite.report.coverage import TITLES, Coverage, cover
from contract_suite.report.format import Format
from contract_suite.report.plain import moment, visible
from contract_suite.report.summary import FamilyLine, Summary, summarise
from contract_suite.report.telling import commands, facts


def write(run: Run, stream: TextIO) -> None:
    """Write the report."""
    write_compared(run, stream, None)


def write_compared(run: Run, stream: TextIO, comparison: Comparison | None) -> None:
    """Write the report, with what is new and what is gone where there is something to compare it with."""
    summary = summarise(run)
    stream.writelines(f"{line}\n" for line in _lines(run, summary, cover(run), comparison))


def plain(text: str, *, limit: int = 400) -> str:
    """Return text that Markdown shows as it is."""
    shown = _PUNCTUATION.sub(
        r"\\\g<0>", visible(text, limit=limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    )
    # What GitHub turns into links after it has read the Markdown is cut by an empty comment.
    return _LINKED.sub(
        lambda match: f"{match[0]}<!-- -->" if match[0] in {"@", r"\#"} else f"{match[0][:-1]}<!-- -->{match[0][-1]}",
        shown,
    )


_PUNCTUATION: Final = re.compile(r"[\\`*_{}\[\]()#!|~$]")
_LINKED: Final = re.compile(r"@|://|www\.|\\#(?=\d)", re.IGNORECASE)
_MOST: Final = 50
"""Findings beyond this many are counted: GitHub cuts a summary at 1 MB, and nobody reads so many here."""
_MOST_REASONS: Final = 12
_MOST_NAMES: Final = 30
_MOST_WORDS: Final = 4
_SEEN_AT_ONCE: Final = 3


def _lines(run: Run, summary: Summary, coverage: Coverage, comparison: Comparison | None) -> Iterator[str]:
    gate = run.gate
    if gate is not None:
        yield f"## {'✅' if gate.passed else '❌'} {plain(gate.sentence, limit=1000)}"
    else:
        sign = "✅" if summary.conformant else "❌" if summary.failures or summary.complete else "⚠️"
        yield f"## {sign} {plain(summary.sentence, limit=1000)}"
    yield ""
    header = run.header
    made_by = f"{plain(header.tool)} {plain(header.version)}"
    yield f"{plain(header.target)} · {plain(moment(header.started))} · seed {header.seed} · {made_by}"
    yield ""
    yield "| family | passed | failed | advisory | cannot tell | untested | inapplicable | requests |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    yield from (_row(each) for each in summary.families)
    yield ""
    if gate is not None:
        yield f"Without the gate: {plain(summary.sentence, limit=1000)}"
        yield ""
    if comparison is not None and comparison.against:
        new = sum(state == "new" for state in comparison.states.values())
        known = len(comparison.states) - new
        yield f"Since {plain(comparison.against)}: **{new} new**, {known} known, {len(comparison.gone)} gone."
        yield ""
    yield from _broken(summary)
    yield from _findings(summary, comparison)
    yield from _covered(coverage)
    yield from _open(summary)


def _row(line: FamilyLine) -> str:
    counts = line.taken_counts
    figures = (
        counts["passed"],
        counts["failed"],
        counts["advisory"],
        counts["cannot_tell"],
        counts["untested"],
        counts["inapplicable"],
    )
    stopped = f" (stopped early: {plain(line.summary.stopped)})" if line.summary.stopped else ""
    return f"| {plain(line.family.heading)}{stopped} | {' | '.join(f'{each:,}' for each in figures)} | {line.summary.exchanges:,} |"


def _broken(summary: Summary) -> Iterator[str]:
    """What is wrong at which operation, where there are more findings than one sees at once."""
    broken = summary.broken_operations
    if len(summary.findings) <= _SEEN_AT_ONCE:
        return
    yield "| operation | findings | what is wrong |"
    yield "|---|--:|---|"
    for each in broken[:_MOST_REASONS]:
        left = each.beyond(_MOST_WORDS)
        more = f" · {left} more" if left else ""
        wrong = " · ".join(map(plain, each.wrong[:_MOST_WORDS]))
        yield f"| {plain(each.operation or 'The API')} | {len(each.findings)} | {wrong}{more} |"
    if len(broken) > _MOST_REASONS:
        yield f"| and {len(broken) - _MOST_REASONS} more | | |"
    yield ""


def _findings(summary: Summary, comparison: Comparison | None) -> Iterator[str]:
    if not summary.findings:
        return
    yield "### Findings"
    yield ""
    for each in summary.findings[:_MOST]:
        yield from _finding(summary, each, _MARKS.get(state_of(each.id, summary.run, comparison), ""))
    if len(summary.findings) > _MOST:
        yield f"… and {len(summary.findings) - _MOST} more, in the other reports."
        yield ""


_MARKS: Final[Mapping[State | None, str]] = {"new": "new", "unchanged": "known", "updated": "known, but not so often"}


def _finding(summary: Summary, finding: Finding, state: str) -> Iterator[str]:
    marks = "".join(f" · **{mark}**" for mark in (state, "flaky" if finding.flaky else "") if mark)
    level = "❌ failure" if finding.level is Level.FAILURE else "⚠️ advisory"
    yield f"<details><summary>{level} · <b>{_html(finding.headline)}</b>{marks.replace('**', '')}</summary>"
    yield ""
    for each in facts(finding, summary.run, summary.tries(finding)):
        yield f"- **{each.label}:** {plain(each.text)}" if each.label else f"  {plain(each.text)}"
    yield f"- Clause {plain(finding.clause)}, finding {plain(finding.id)}, checked by {plain(finding.check)}"
    yield ""
    line = commands(finding, summary.run).reproduce
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", line)), default=0))
    yield from (f"{fence}sh", line, fence, "")
    yield "</details>"
    yield ""


def _html(text: str) -> str:
    """Text inside an HTML block, where Markdown is not read."""
    shown = (
        visible(text, limit=300)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("[", "&#91;")
        .replace("]", "&#93;")
    )
    return re.sub(
        r"@|://|www\.",
        lambda match: f"{match[0][:-1]}<!-- -->{match[0][-1]}" if len(match[0]) > 1 else f"{match[0]}<!-- -->",
        shown,
    )


def _covered(coverage: Coverage) -> Iterator[str]:
    yield "### Coverage"
    yield ""
    yield f"| | {' | '.join(plain(each.family) for each in coverage.families)} |"
    yield f"|---|{'--:|' * len(coverage.families)}"
    for key, title in TITLES.items():
        cells = [each.tallies[key] for each in coverage.families]
        yield f"| {title} | {' | '.join(f'{each.proven} of {each.total}' for each in cells)} |"
    yield ""


def _open(summary: Summary) -> Iterator[str]:
    reasons: Counter[str] = Counter()
    for line in summary.families:
        reasons.update(dict(line.reasons))
    if not reasons:
        return
    yield "### Untested"
    yield ""
    ordered = reasons.most_common()
    yield from (f"- {counted(count, 'clause')}: {plain(reason)}" for reason, count in ordered[:_MOST_REASONS])
    if len(ordered) > _MOST_REASONS:
        yield f"- {counted(sum(count for _, count in ordered[_MOST_REASONS:]), 'clause')} for other reasons"
    yield ""
    spared = [(why, names) for line in summary.families for why, names in line.spared.items()]
    if spared:
        yield "### Not sent, to be safe"
        yield ""
        for why, names in spared:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            yield f"- {', '.join(map(plain, names[:_MOST_NAMES]))}{more}: {plain(why)}"
        yield ""


FORMAT: Final = Format(
    name="markdown",
    file_name="summary.md",
    title="A summary for a step or a pull request",
    write=write,
    write_compared=write_compared,
)
