"""A finding as the page shows it: its exchanges with the violated part marked, cut to a budget."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from contract_suite.model.clause_ids import parts
from contract_suite.model.exchange import NoResponse, Pairs, Response
from contract_suite.model.finding import Finding
from contract_suite.model.headlines.headlines import headline
from contract_suite.model.run import RecordedExchange
from contract_suite.model.source import Erratum, Level
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison, state_of
from contract_suite.report.errata import errata_of
from contract_suite.report.excerpt import Excerpt, cost, excerpt, pointer_of
from contract_suite.report.page import charts
from contract_suite.report.plain import visible
from contract_suite.report.telling import Told, address, as_sentence, commands, known_fact, seen


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """A request or a response as it is shown: its first line in pieces (text, marked), header fields, body."""

    first: tuple[tuple[str, bool], ...]
    headers: tuple[tuple[str, str, bool], ...]
    more_headers: int
    body: Excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One exchange of a finding: a line, and the messages that it opens to."""

    sent: str
    note: str
    seconds: str
    request: _Message
    answer: str = ""
    response: _Message | None = None
    trouble: str = ""
    received: Excerpt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Another clause that the same cause breaks: what it is called, and what is wrong there."""

    clause: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding with its exchanges; `full` is false for those beyond the number that anybody reads."""

    finding: Finding
    level: str
    state: str
    full: bool
    known: Told | None = None
    steps: tuple[_Step, ...] = ()
    left_out: int = 0
    decisive: _Step | None = None
    commands: tuple[tuple[str, str], ...] = ()
    address: str = ""
    seen: str = ""
    contract: str = ""
    problem: str = ""
    places: tuple[_Place, ...] = ()
    more_places: int = 0
    operations: str = ""
    errata: tuple[Erratum, ...] = ()


_MOST_STEPS: Final = 12
_MOST_PLACES: Final = 20
_MOST_HEADERS: Final = 16
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
        contract=as_sentence(finding.text),
        problem=as_sentence(finding.message),
        places=tuple(
            _Place(clause=each, words=f"{parts(each)[0] or 'The API'} {headline(each, text=each)}")
            for each in finding.places[:_MOST_PLACES]
        ),
        more_places=max(len(finding.places) - _MOST_PLACES, 0),
        operations="\n".join(cut(each, 200) for each in finding.operations),
        address=address(finding, run),
    )
    if not full:
        return brief
    numbers = [number for number in finding.exchanges if number in run.exchange_offsets]
    shown = [run.exchange(number) for number in numbers[-_MOST_STEPS:]]
    share = budget // 2 if len(shown) > 1 else 0
    return replace(
        brief,
        full=True,
        steps=tuple(_unmarked(_step(each, finding, share // (len(shown) - 1))) for each in shown[:-1]),
        left_out=max(len(numbers) - _MOST_STEPS, 0),
        decisive=_step(shown[-1], finding, budget - share) if shown else None,
        errata=errata_of(run, finding),
        commands=tuple(_commands(finding, run)),
    )


def _commands(finding: Finding, run: Run) -> Iterator[tuple[str, str]]:
    told = commands(finding, run)
    yield "Reproduce", told.reproduce
    if told.curl:
        yield "Replay", told.replay
    if told.as_curl:
        yield "As curl", told.as_curl
    yield "Explain", told.explain


def _step(recorded: RecordedExchange, finding: Finding, budget: int) -> _Step:
    exchange = recorded.exchange
    answer = exchange.answer
    made = _Step(
        sent=f"{exchange.request.method} {exchange.request.target}",
        note=recorded.note,
        seconds=charts.duration(exchange.seconds),
        request=_request(recorded, finding, budget // 3),
    )
    if isinstance(answer, NoResponse):
        return replace(
            made,
            answer=f"no response ({answer.trouble.value})",
            trouble=f"No response: {answer.message}",
            received=excerpt(answer.received, budget=budget // 2),
        )
    return replace(
        made,
        answer=f"{answer.status} {answer.reason}".strip(),
        response=_response(answer, finding, budget * 2 // 3),
    )


def _unmarked(step: _Step) -> _Step:
    """A step before the decisive one: what is wrong is not in its messages."""

    def plain(message: _Message) -> _Message:
        return replace(
            message,
            first=tuple((text, False) for text, _ in message.first),
            headers=tuple((name, value, False) for name, value, _ in message.headers),
            body=replace(message.body, lines=tuple(replace(each, marked=False) for each in message.body.lines)),
        )

    return replace(step, request=plain(step.request), response=plain(step.response) if step.response else None)


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
