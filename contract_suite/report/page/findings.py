"""A finding as the page shows it: its exchanges with the violated part marked, cut to a budget."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from contract_suite.model.clause_ids import parts
from contract_suite.model.counting import listed
from contract_suite.model.exchange import NoResponse, Pairs, Response
from contract_suite.model.finding import Finding
from contract_suite.model.run import RecordedErratum, RecordedExchange
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison, state_of
from contract_suite.report.errata import errata_of
from contract_suite.report.excerpt import Excerpt, cost, excerpt, pointer_of
from contract_suite.report.page import charts
from contract_suite.report.plain import visible
from contract_suite.report.telling import Told, address, commands, known_fact, seen


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
class FindingView:
    """A finding with its exchanges; `full` is false for those beyond the number that anybody reads."""

    finding: Finding
    level: str
    state: str
    full: bool
    known: Told | None = None
    steps: tuple[_Step, ...] = ()
    note: str = ""
    request: _Message | None = None
    response: _Message | None = None
    trouble: str = ""
    received: Excerpt | None = None
    curl: str = ""
    replay: str = ""
    address: str = ""
    seen: str = ""
    also: str = ""
    operations: str = ""
    seconds: str = ""
    errata: tuple[RecordedErratum, ...] = ()


_MOST_STEPS: Final = 12
_MOST_PLACES: Final = 20
_MOST_HEADERS: Final = 16
_LONGEST_CURL: Final = 2000
_LONGEST: Final = 600


def finding_view(
    finding: Finding, run: Run, comparison: Comparison | None, *, tries: int, budget: int, full: bool
) -> FindingView:
    """Return a finding as the page shows it, with about `budget` bytes of bodies, or as one line if not `full`."""
    state = state_of(finding.id, run, comparison) or ""
    level = "failure" if finding.level is Level.FAILURE else "advisory"
    brief = FindingView(
        finding=finding,
        level=level,
        state=state,
        full=False,
        known=known_fact(finding, run),
        seen=f"seen {seen(finding, tries)}",
        also=listed(finding.elsewhere, _MOST_PLACES),
        operations="\n".join(cut(each, 200) for each in finding.operations),
        address=address(finding, run),
    )
    if not full:
        return brief
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
    return replace(
        brief,
        full=True,
        steps=steps,
        note=note,
        request=request,
        response=response,
        trouble=trouble,
        received=received,
        seconds=seconds,
        errata=errata_of(run, finding),
        curl=finding.curl if finding.curl.isprintable() and len(finding.curl) <= _LONGEST_CURL else "",
        replay=commands(finding, run).replay if len(finding.exchanges) > 1 else "",
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
        return ((cut(target, limit), False),)
    path, mark, query = target.partition("?")
    pieces: list[tuple[str, bool]] = [(cut(f"{path}{mark}", limit), False)]
    for number, pair in enumerate(query.split("&") if mark else ()):
        key = pair.partition("=")[0]
        about = key == name or key.startswith((f"{name}[", quote(name, safe="")))
        pieces.append(((("&" if number else "") + cut(pair, limit)), about))
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
    return tuple((cut(key, 80), cut(value, 200), key.lower() in wanted) for key, value in ordered[:_MOST_HEADERS])


def _header_name(subject: str) -> str:
    found = re.search(r"(?:^|/)header\.([^/]+)", subject)
    return found[1].lower() if found else ""


def cut(text: str, limit: int) -> str:
    """Return a text that takes at most about twice `limit` bytes in HTML; a cut says so."""
    shown = visible(text, limit=limit)
    while cost(shown) > 2 * limit and limit > 1:
        limit //= 2
        shown = visible(text, limit=limit)
    return shown
