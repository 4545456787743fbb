"""`report.html`: the report for readers with a browser, one file that needs no network.

The rule that must not be broken: every text from a record goes through `_shown` and is escaped by the template. Nothing
that an endpoint sends can run, hide a word or stand for a finding: no style, no script and no event handler comes from
anywhere but the two files of this package.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TextIO
from urllib.parse import quote

from jinja2 import BaseLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from contract_suite.model.clause_ids import parts
from contract_suite.model.exchange import NoResponse, Pairs, Response
from contract_suite.model.finding import Finding
from contract_suite.model.run import RecordedExchange
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report import charts
from contract_suite.report.comparison import Comparison, state_of
from contract_suite.report.coverage import TITLES, FamilyCoverage, Tally, cover
from contract_suite.report.excerpt import Excerpt, cost, excerpt, pointer_of
from contract_suite.report.plain import visible
from contract_suite.report.summary import STATUSES, ClauseLine, FamilyLine, Status, Summary, summarise
from contract_suite.report.traffic import Observed, Traffic, observe

NAMES: Final[Mapping[Status, str]] = {
    "passed": "passed",
    "failed": "failed",
    "advisory": "advisory",
    "cannot_tell": "cannot tell",
    "inapplicable": "inapplicable",
    "untested": "untested",
}
"""What each status is called, in the order in which they are shown."""

SIGNS: Final[Mapping[Status, str]] = {
    "passed": "✓",
    "failed": "✕",
    "advisory": "!",
    "cannot_tell": "?",
    "inapplicable": "-",
    "untested": "○",
}
"""A sign for each status, so that colour is never the only difference."""


def write(run: Run, stream: TextIO) -> None:
    """Write the report."""
    write_compared(run, stream, None)


def write_compared(run: Run, stream: TextIO, comparison: Comparison | None) -> None:
    """Write the report, with what is new and what is gone where there is something to compare it with."""
    template = _template()
    stream.writelines(template.generate(_page(run, comparison)))


# What the template is given.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """The answer to the first question."""

    kind: Literal["good", "bad", "open"]
    word: str
    sign: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """A request or a response as it is shown: its first line in pieces (text, marked), header fields, body."""

    first: tuple[tuple[str, bool], ...]
    headers: tuple[tuple[str, str, bool], ...]
    more_headers: int
    body: Excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One exchange of a finding in a line."""

    number: int
    sent: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _FindingView:
    """A finding with its exchanges; `full` is false for those beyond the number that anybody reads."""

    finding: Finding
    level: str
    state: str
    full: bool
    why: str = ""
    steps: tuple[_Step, ...] = ()
    note: str = ""
    request: _Message | None = None
    response: _Message | None = None
    trouble: str = ""
    received: Excerpt | None = None
    curl: str = ""
    seconds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """Where an operation and a judge meet: the gravest status there, and how many clauses have it."""

    status: Status | None
    sign: str
    count: int
    total: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One operation of a matrix, with its clauses for the list below it."""

    name: str
    method: str
    path: str
    anchor: str
    cells: tuple[_Cell, ...]
    clauses: tuple[ClauseLine, ...]
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _FamilyView:
    """A family with everything that is said of it."""

    line: FamilyLine
    coverage: FamilyCoverage
    band: tuple[charts.Bar, ...]
    judges: tuple[str, ...]
    rows: tuple[_Row, ...]
    open_ends: tuple[tuple[str, tuple[ClauseLine, ...]], ...]
    traffic: Traffic
    times: tuple[charts.Bar, ...]
    statuses: tuple[charts.Bar, ...]
    busiest: tuple[tuple[str, Traffic], ...]


_MOST_FULL: Final = 300
"""Findings beyond this many get a line each; the JSON report and the record hold all of them."""
_SIZE: Final = 1_850_000
_PER_CLAUSE: Final = 380
_PER_FINDING: Final = 3_400
_MOST_STEPS: Final = 12
_MOST_HEADERS: Final = 16
_LONGEST_CURL: Final = 2000
_LONGEST: Final = 600
_LONGEST_LINK: Final = 200


def _page(run: Run, comparison: Comparison | None) -> dict[str, object]:
    summary = summarise(run)
    observed = observe(run)
    coverage = cover(run, summary=summary)
    full = min(len(summary.findings), _MOST_FULL)
    clauses = sum(len(each.clauses) for each in summary.families)
    pool = max(_SIZE - clauses * _PER_CLAUSE - full * _PER_FINDING, 150_000)
    budget = min(max(pool // max(full, 1), 400), 12_000)
    views = tuple(
        _finding(each, run, comparison, budget=budget, full=number < _MOST_FULL)
        for number, each in enumerate(summary.findings)
    )
    whole = Traffic()
    for each in observed.traffic.values():
        whole.add(each)
    families = tuple(
        _family(line, covered, observed) for line, covered in zip(summary.families, coverage.families, strict=True)
    )
    style, script = _asset("page.css"), _asset("page.js")
    return {
        "style": Markup(style),  # noqa: S704 - a file of this package
        "script": Markup(script),  # noqa: S704 - as above
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "header": run.header,
        "footer": run.footer,
        "summary": summary,
        "verdict": _verdict(summary),
        "started": _moment(run.header.started),
        "took": _took(run),
        "whole": whole,
        "failures": len(summary.failures),
        "advisories": len(summary.findings) - len(summary.failures),
        "flaky": sum(each.flaky for each in summary.findings),
        "tallies": coverage.tallies,
        "titles": TITLES,
        "findings": views,
        "families": families,
        "comparison": comparison,
        "gate": run.gate,
        "trend": charts.trend(comparison.trend) if comparison else (),
        "options": _options(run),
        "several": len(families) > 1,
        "by_clause": _by_clause(summary.findings),
    }


def _verdict(summary: Summary) -> _Verdict:
    gate = summary.run.gate
    if gate is not None and not summary.run.truncated and (not summary.conformant or not gate.passed):
        # A gate tolerates and never rewrites: what the run itself says stands beside it.
        word = "Gate passed" if gate.passed else "Gate failed"
        return _Verdict(
            kind="good" if gate.passed else "bad",
            word=word,
            sign="✓" if gate.passed else "✕",
            sentence=f"{gate.sentence} {summary.sentence}",
        )
    if summary.conformant:
        return _Verdict(
            kind="good", word="Conformant", sign="✓", sentence=_capital(summary.sentence, "Conformant: ", "Conformant.")
        )
    if summary.run.truncated:
        return _Verdict(kind="open", word="Cut short", sign="?", sentence=summary.sentence)
    if not summary.complete and not summary.failures:
        return _Verdict(kind="open", word="Incomplete", sign="?", sentence=summary.sentence)
    return _Verdict(
        kind="bad", word="Not conformant", sign="✕", sentence=_capital(summary.sentence, "Not conformant: ")
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


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%-d %B %Y, %H:%M:%S %Z").strip()
    except ValueError:
        return text


def _options(run: Run) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, str(value)) for key, value in run.header.options.items() if value not in (None, [], "", False, {})
    )


def _by_clause(findings: Iterable[Finding]) -> Mapping[tuple[str, str], tuple[Finding, ...]]:
    found: dict[tuple[str, str], tuple[Finding, ...]] = {}
    for each in findings:
        found[each.family, each.clause] = (*found.get((each.family, each.clause), ()), each)
    return found


# Findings.


def _finding(finding: Finding, run: Run, comparison: Comparison | None, *, budget: int, full: bool) -> _FindingView:
    state = state_of(finding.id, run, comparison) or ""
    known = run.gate.tolerates(finding.id) if run.gate else None
    level = "failure" if finding.level is Level.FAILURE else "advisory"
    if not full:
        return _FindingView(finding=finding, level=level, state=state, full=False, why=known.why if known else "")
    numbers = [number for number in finding.exchanges if number in run.exchange_offsets]
    steps = tuple(_step(run.exchange(number)) for number in numbers[-_MOST_STEPS:]) if len(numbers) > 1 else ()
    decisive = run.exchange(numbers[-1]) if numbers else None
    request = response = received = None
    trouble = seconds = note = ""
    if decisive is not None:
        note = decisive.note
        seconds = charts.duration(decisive.exchange.seconds)
        request = _request(decisive, finding, budget // 3)
        answer = decisive.exchange.answer
        if isinstance(answer, NoResponse):
            trouble = f"No response: {answer.message}"
            received = excerpt(answer.received, budget=budget // 2)
        else:
            response = _response(answer, finding, budget * 2 // 3)
    return _FindingView(
        why=known.why if known else "",
        finding=finding,
        level=level,
        state=state,
        full=True,
        steps=steps,
        note=note,
        request=request,
        response=response,
        trouble=trouble,
        received=received,
        seconds=seconds,
        curl=finding.curl if finding.curl.isprintable() and len(finding.curl) <= _LONGEST_CURL else "",
    )


def _step(recorded: RecordedExchange) -> _Step:
    exchange = recorded.exchange
    answer = exchange.answer
    said = (
        f"no response ({answer.trouble.value})"
        if isinstance(answer, NoResponse)
        else f"{answer.status} {answer.reason}".strip()
    )
    return _Step(
        number=exchange.number,
        sent=f"{exchange.request.method} {exchange.request.target}",
        answer=said,
        note=recorded.note,
    )


def _request(recorded: RecordedExchange, finding: Finding, budget: int) -> _Message:
    request = recorded.exchange.request
    subject = parts(finding.clause)[1]
    first = (
        (f"{request.method} ", finding.clause.endswith("-refused") and subject == "method"),
        *_target(request.target, subject, budget),
    )
    in_body = subject == "body" or subject.startswith("body/")
    return _Message(
        first=first,
        headers=_headers(request.headers, _header_name(subject), ()),
        more_headers=max(len(request.headers) - _MOST_HEADERS, 0),
        body=excerpt(request.body, pointer=pointer_of(subject), mark=in_body, budget=budget),
    )


def _target(target: str, subject: str, budget: int) -> tuple[tuple[str, bool], ...]:
    """The target in pieces, with the parameter that the clause is about marked."""
    limit = max(budget, _LONGEST)
    kind, _, rest = subject.partition(".")
    name = rest.partition("/")[0]
    if kind != "query" or not name:
        return ((_cut(target, limit), False),)
    path, mark, query = target.partition("?")
    pieces: list[tuple[str, bool]] = [(_cut(f"{path}{mark}", limit), False)]
    for number, pair in enumerate(query.split("&") if mark else ()):
        key = pair.partition("=")[0]
        about = key == name or key.startswith((f"{name}[", quote(name, safe="")))
        pieces.append(((("&" if number else "") + _cut(pair, limit)), about))
    return tuple(pieces)


def _response(response: Response, finding: Finding, budget: int) -> _Message:
    subject = parts(finding.clause)[1]
    name = _header_name(subject)
    extra = ("content-type",) if "content-type" in finding.clause else ()
    headers = _headers(response.headers, name, extra)
    in_body = bool(finding.pointer)
    body = excerpt(response.body, pointer=finding.pointer, mark=in_body, budget=budget)
    elsewhere = any(marked for _, _, marked in headers) or any(each.marked for each in body.lines)
    if response.truncated:
        body = Excerpt(lines=body.lines, note="the body went on; no more of it was read", cut=True)
    return _Message(
        first=((f"{response.status} {response.reason}".strip(), not elsewhere),),
        headers=headers,
        more_headers=max(len(response.headers) - _MOST_HEADERS, 0),
        body=body,
    )


def _headers(headers: Pairs, name: str, others: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    wanted = {each for each in (name, *others) if each}
    # Those that are marked come first where not all can be shown.
    ordered = (
        sorted(headers, key=lambda pair: pair[0].lower() not in wanted) if len(headers) > _MOST_HEADERS else headers
    )
    return tuple((_cut(key, 80), _cut(value, 200), key.lower() in wanted) for key, value in ordered[:_MOST_HEADERS])


def _header_name(subject: str) -> str:
    found = re.search(r"(?:^|/)header\.([^/]+)", subject)
    return found[1].lower() if found else ""


def _cut(text: str, limit: int) -> str:
    shown = visible(text, limit=limit)
    while cost(shown) > 2 * limit and limit > 1:
        limit //= 2
        shown = visible(text, limit=limit)
    return shown


# Families.


def _family(line: FamilyLine, coverage: FamilyCoverage, observed: Observed) -> _FamilyView:
    judges = tuple(dict.fromkeys(each.clause.judge for each in line.clauses))
    by_operation: dict[str, list[ClauseLine]] = {}
    known = {each.operation.id for each in line.operations}
    for each in line.clauses:
        by_operation.setdefault(each.clause.operation if each.clause.operation in known else "", []).append(each)
    rows = []
    for operation in line.operations:
        own = tuple(by_operation.get(operation.operation.id, ()))
        rows.append(
            _Row(
                name=operation.operation.id or "the contract as a whole",
                method=operation.operation.method,
                path=operation.operation.path,
                anchor=_anchor("operation", line.family.name, operation.operation.id),
                clauses=own,
                counts=operation.counts,
                cells=tuple(
                    _cell(judge, [clause for clause in own if clause.clause.judge == judge]) for judge in judges
                ),
            )
        )
    traffic = observed.of_family(line.family.name)
    own_traffic = [
        (operation or "no operation", each)
        for (family, operation), each in observed.traffic.items()
        if family == line.family.name
    ]
    return _FamilyView(
        line=line,
        coverage=coverage,
        judges=judges,
        rows=tuple(rows),
        open_ends=_open_ends(line),
        traffic=traffic,
        band=charts.shares([(status, line.counts[status]) for status in STATUSES]),
        times=charts.times(traffic),
        statuses=charts.statuses(traffic),
        busiest=tuple(sorted(own_traffic, key=lambda item: -item[1].exchanges)),
    )


_GRAVITY: Final[tuple[Status, ...]] = ("failed", "advisory", "cannot_tell", "untested", "passed", "inapplicable")


def _cell(judge: str, lines: list[ClauseLine]) -> _Cell:
    for status in _GRAVITY:
        count = sum(each.status == status for each in lines)
        if count:
            # Few that nothing exercised don't hide that the rest was proven: the cell says how many of how many.
            label = f"{judge}: {count} of {len(lines)} {NAMES[status]}"
            return _Cell(status=status, sign=SIGNS[status], count=count, total=len(lines), label=label)
    return _Cell(status=None, sign="", count=0, total=0, label=f"{judge}: no clause")


def _open_ends(line: FamilyLine) -> tuple[tuple[str, tuple[ClauseLine, ...]], ...]:
    """What was left open, by reason, the commonest first."""
    groups: dict[str, list[ClauseLine]] = {}
    for each in line.clauses:
        if each.status in {"untested", "cannot_tell"}:
            prefix = "Cannot tell: " if each.status == "cannot_tell" else ""
            groups.setdefault(f"{prefix}{each.result.reason or 'nothing exercised it'}", []).append(each)
    return tuple((reason, tuple(group)) for reason, group in sorted(groups.items(), key=lambda item: -len(item[1])))


# The template.


def _anchor(kind: str, *names: str) -> str:
    """An id that a link can name: no white space, nothing that doesn't print."""
    return f"{kind}-{'::'.join(_SPACE.sub('_', visible(name, limit=_LONGEST_LINK)) for name in names if name)}"


_SPACE: Final = re.compile(r"\s")


def _link(anchor: str) -> str:
    return "#" + quote(anchor, safe="-._~!$&()*+,;=:@/?")


def _shown(value: object) -> object:
    """What any expression of the template goes through before it is escaped."""
    if isinstance(value, Markup):
        return value
    return visible(value) if isinstance(value, str) else value


def _percent(tally: Tally) -> str:
    """A share in whole percent that says 100 and 0 only where it is all or nothing."""
    if not tally.total:
        return "-"
    share = tally.share * 100
    return f"{min(max(round(share), 1 if tally.proven else 0), 100 if tally.proven == tally.total else 99)}%"


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=_Own(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "anchor": _anchor,
        "link": _link,
        "percent": _percent,
        "cut": _cut,
        "duration": charts.duration,
        "plural": _plural,
    }
    environment.globals |= {
        "anchor": _anchor,
        "link": _link,
        "names": NAMES,
        "signs": SIGNS,
        "statuses": STATUSES,
        "charts": charts,
        "plural": _plural,
    }
    return environment.get_template("page.html")


class _Own(BaseLoader):
    """Loads templates of this package, from a folder or an archive."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:  # noqa: ARG002 - the signature is Jinja's
        """Return the text of a template."""
        return _asset(template), None, None


@cache
def _asset(name: str) -> str:
    return files("contract_suite.report").joinpath("page", name).read_text("utf-8")


def _hash(text: str) -> str:
    """What a Content-Security-Policy calls a script or style that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
