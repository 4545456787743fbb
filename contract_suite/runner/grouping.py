"""One cause, one finding: what evidently has the same cause becomes one finding with its places, failures as advisories.

The first of a group, in the order of a report, keeps its fingerprint and stands for all. Flaky findings and those that
come every time stay apart, and so do failures and advisories.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contract_suite.model import clause_ids
from contract_suite.model.clause_ids import parts
from contract_suite.model.finding import Finding
from contract_suite.model.source import Level

_FEW: Final = 3
_ENFORCED: Final = "-enforced"
_WRONG_TYPE: Final = re.compile(r"(?P<sent>\S+) instead of (?P<due>.+)$")
_LINE_FEED: Final = ": a line feed behind"
_ABOUT_PAGES: Final = {"pages-disjoint", "pages-complete", "past-end-empty", "total-filtered"}
_MISCOUNTED: Final = {"undercounted", "overcounted"}
"""The problems of a single response whose total doesn't agree with the items that it shows and those before them."""
_UNDOCUMENTED: Final = "undocumented-field"
_NUMBERS: Final = {"integer": "number"}
"""What takes `true` for 1 does so for both."""
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SUBJECT: Final = re.compile(r"^[^:]{1,200}: ")
"""How a note begins that says which argument is special."""
_WRONG: Final = (clause_ids.GARBAGE, clause_ids.EMPTY, clause_ids.WRONG_SCHEME)
"""Ways to come with a key that is none."""
_HUGE_EDGE: Final = re.compile(r"-?[0-9]{10,}, the (?:most|least) ")
_FORMAT: Final = "format"
_FAILS: Final = "no-server-error"
_ARRIVES: Final = "arrives"
_DEPTH: Final = "nested-"
_UNDECLARED: Final = "undeclared-"
_LACKING: Final = "status-501"
_OTHER_STATUS: Final = "unauthenticated-status"
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_COMPONENT: Final = re.compile(r"/(components/[^/]+|definitions)/[^/]+(?=/)")
_OURS: Final = frozenset({"1", "5", "true", "[]", "{}", '"x"', '"abc"'})
"""Values that are sent where others are due: an answer that shows one shows what another operation took in."""
_DIGITS: Final = re.compile(r"[0-9]+")
_VARYING: Final = re.compile(r"cs-[a-z0-9]+-[0-9a-z]+|\b[0-9a-f]{8,}\b|[0-9]+", re.IGNORECASE)
_A_SENTENCE: Final = 5
"""So many words say why something was refused; "Bad Request" says it of anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The request that decided a finding: the path of its operation, the clause that it aimed at, and what was special about it.

    `refusal` is what the server said, if it refused it in a sentence, without what differs each time.
    """

    path: str
    aim: str
    note: str
    refusal: str = ""

    @property
    def fault(self) -> str:
        """What was special about the request, whichever argument it was; empty for a usual one."""
        if not self.aim and _SUBJECT.match(self.note) is None:
            return ""
        return _SUBJECT.sub("", self.note)


_Cause = Callable[[Finding], tuple[str, ...] | None]
"""Tells findings of one cause by equal keys; `None` for no such cause."""


def merge(
    findings: Iterable[Finding], sent: Callable[[Finding], Sent | None] = lambda _: None, *, asked: int = 0
) -> list[Finding]:
    """Return the findings with those of one cause merged into the first of them, whose `places` are the others.

    `sent` tells the request that decided a finding, where it is known, and `asked` how many operations were asked.
    """
    causes = (
        _same_component,
        _same_field,
        _same_clause,
        _same_status,
        _failing_alike(sent),
        _same_width(sent),
        _same_refusal(sent),
        _same_type,
        _same_format,
        _same_null,
        _same_media_type,
        _same_line_feed,
        _same_parameter,
        _same_key,
        _same_argument,
        _same_advisory,
    )
    kept = _without_echoes(list(findings), sent)
    for cause in causes:
        kept = _merged(kept, cause, few=_FEW if cause in _LIKELY else 1)
    return _merged(kept, _failing_everywhere(sent), few=max(_FEW, asked // 2))


def _without_echoes(findings: list[Finding], sent: Callable[[Finding], Sent | None]) -> list[Finding]:
    """Return the findings without those that only show again what another one says.

    A server that takes a title that is too long, and shows it in its response, breaks two clauses by one missing check.
    Where pages overlap, never end or lose items, a total doesn't agree with the items of a page and those that should
    lie before it.
    What fails whatever is sent fails on deeply nested brackets too. Who needs no key needs no good one, and who is let in
    with a made-up key at one operation is known at the others, where the key is refused for what it may do.
    """
    causes = _KnownCauses(findings, sent)
    shown_again: set[str] = set()
    echoes: dict[str, list[Finding]] = {}
    for each in findings:
        cause = causes.of(each)
        if cause is not None:
            shown_again.add(each.id)
            echoes.setdefault((causes.of(cause) or cause).id, []).append(each)
    return [_one_of([each, *echoes.get(each.id, ())]) for each in findings if each.id not in shown_again]


class _KnownCauses:
    """The findings that may be what another one only shows again, by what they have in common with it."""

    def __init__(self, findings: Sequence[Finding], sent: Callable[[Finding], Sent | None]) -> None:
        """Of several that may be the cause of one finding, the first is taken."""
        first = tuple(reversed(findings))
        self._sent = sent
        self._enforced = {
            _limit(each): each for each in findings if _limit(each) is not None and _kind(each).endswith(_ENFORCED)
        }
        self._let_through = {
            (parts(each.clause)[1].rpartition("/")[2], _kind(each).removesuffix(_ENFORCED)): each
            for each in first
            if _limit(each) is not None and _kind(each).endswith(_ENFORCED)
        }
        self._broken_pages = {(each.operation, each.level): each for each in first if _is_about_pages(each)}
        self._failing = {(each.operation, each.level): each for each in findings if _fails_always(each, sent)}
        self._keyless = {(each.operation, each.level): each for each in findings if _lets_in(each, clause_ids.MISSING)}
        without_good_key = [each for each in first if _lets_in(each, *_WRONG, clause_ids.MISSING)]
        self._let_in = {(_kind(each), each.level): each for each in without_good_key}
        self._ways = Counter((_kind(each), each.level) for each in without_good_key)

    def of(self, finding: Finding) -> Finding | None:
        """Return the finding that one only shows again; `None` for one that says something of its own."""
        cause = self._candidate(finding)
        return cause if cause is not None and cause.level is finding.level else None

    def _candidate(self, finding: Finding) -> Finding | None:
        place = finding.operation, finding.level
        if finding.problem in _MISCOUNTED:
            return self._broken_pages.get(place)
        if finding.problem.startswith(_DEPTH):
            return self._failing.get(place)
        if _lets_in(finding, *_WRONG):
            return self._keyless.get(place)
        if _kind(finding) == _OTHER_STATUS and (request := self._sent(finding)) is not None and request.aim:
            way = parts(request.aim)[2], finding.level
            is_known = way[0] in _WRONG and finding.problem == "status-403"
            return self._let_in.get(way) if is_known or self._ways[way] > _FEW else None
        if _kind(finding).endswith(_ENFORCED):
            return None
        if finding.actual in _OURS and _limit(finding) not in self._enforced:
            return self._let_through.get((parts(finding.clause)[1].rpartition("/")[2], _kind(finding)))
        return self._enforced.get(_limit(finding))


def _fails_always(finding: Finding, sent: Callable[[Finding], Sent | None]) -> bool:
    """Whether an operation fails at a request with nothing special."""
    request = sent(finding) if _kind(finding) == _FAILS and finding.problem.startswith("status-") else None
    return request is not None and not request.fault


def _lets_in(finding: Finding, *kinds: str) -> bool:
    """Whether a finding says that a request is served that comes in one of these ways, without a good key."""
    return finding.problem == "served" and _kind(finding) in kinds


def _is_about_pages(finding: Finding) -> bool:
    """Whether a finding says that pages don't follow each other, or that a filtered list has another total."""
    return _kind(finding) in _ABOUT_PAGES or _kind(finding).endswith("-before-paging")


def _limit(finding: Finding) -> tuple[str, str, str] | None:
    """The operation, the member of a body and the keyword that a finding is about; `None` where it is about no body."""
    operation, subject, kind = parts(finding.clause)
    first, _, member = subject.partition("/")
    if not member or not (first.startswith("2") if not kind.endswith(_ENFORCED) else first == "body"):
        return None
    return operation, member, kind.removesuffix(_ENFORCED)


def _same_component(finding: Finding) -> tuple[str, ...] | None:
    """The same part of the document, broken in the same way wherever it is referred to."""
    pointer = finding.document.pointer
    if not pointer.startswith(("/components/", "/definitions/", "/parameters/", "/responses/")):
        return None
    return finding.document.file, pointer, _kind(finding), finding.problem


def _same_field(finding: Finding) -> tuple[str, ...] | None:
    """The same field that the document doesn't show, wherever it is returned."""
    return (finding.pointer.rpartition("/")[2], finding.problem) if finding.problem == _UNDOCUMENTED else None


def _same_status(finding: Finding) -> tuple[str, ...] | None:
    """The same status, missing at many operations.

    Of server errors, those on deeply nested bodies, those at methods that nobody declared, and what isn't implemented.
    """
    if _kind(finding) == _FAILS:
        own = finding.problem.startswith((_DEPTH, _UNDECLARED)) or finding.problem == _LACKING
        return (_kind(finding), finding.problem) if own else None
    return (_kind(finding), finding.problem) if finding.problem.startswith("status-") else None


def _failing_alike(sent: Callable[[Finding], Sent | None]) -> _Cause:
    """The same server error, or silence, by the same kind of value, or at one address by a request with nothing special."""

    def cause(finding: Finding) -> tuple[str, ...] | None:
        fails = _kind(finding) in {_FAILS, _ARRIVES} and finding.problem != _LACKING
        request = sent(finding) if fails else None
        return (finding.problem, request.fault or f" {request.path}") if request is not None else None

    return cause


def _same_width(sent: Callable[[Finding], Sent | None]) -> _Cause:
    """The same huge limit, refused at whatever it is the limit of: the server keeps numbers in fewer bits."""

    def cause(finding: Finding) -> tuple[str, ...] | None:
        request = sent(finding) if _kind(finding) == "accepted" else None
        edge = _HUGE_EDGE.match(request.fault) if request is not None else None
        return (finding.problem, edge[0]) if edge is not None else None

    return cause


def _same_refusal(sent: Callable[[Finding], Sent | None]) -> _Cause:
    """The same sentence with which an operation refuses valid requests: what stands below a member that it never takes."""

    def cause(finding: Finding) -> tuple[str, ...] | None:
        request = sent(finding) if _kind(finding) == "accepted" else None
        return (
            (finding.operation, finding.problem, request.refusal) if request is not None and request.refusal else None
        )

    return cause


def refusal_in_words(texts: Iterable[str]) -> str:
    """Return what the texts of a refusal say, without ids and numbers; empty where none of them is a sentence."""
    said = [_VARYING.sub("", each) for each in texts]
    return "\n".join(said) if any(len(_LETTERS.findall(each)) >= _A_SENTENCE for each in said) else ""


def _failing_everywhere(sent: Callable[[Finding], Sent | None]) -> _Cause:
    """The same server error at most operations, whatever they are asked."""

    def cause(finding: Finding) -> tuple[str, ...] | None:
        return (finding.problem,) if _fails_always(finding, sent) else None

    return cause


def _same_format(finding: Finding) -> tuple[str, ...] | None:
    """The same format, broken by values of the same looks: one way to write times, wherever they are shown."""
    if _kind(finding) != _FORMAT or not finding.actual:
        return None
    return finding.expected.partition(" at ")[0], _DIGITS.sub("9", _LETTERS.sub("a", finding.actual))


def _same_media_type(finding: Finding) -> tuple[str, ...] | None:
    """The same media type where the same other one is documented."""
    if _kind(finding) != "content-type" or not finding.actual:
        return None
    return finding.problem, finding.actual, finding.expected


def _same_null(finding: Finding) -> tuple[str, ...] | None:
    """Null in several members of one component that the document doesn't allow it in: what is not known is shown so."""
    part = _COMPONENT.match(finding.document.pointer)
    if part is None or _kind(finding) != "type" or finding.actual != "null":
        return None
    return finding.document.file, part[0]


def _same_parameter(finding: Finding) -> tuple[str, ...] | None:
    """The same demand on a parameter of the same name, broken at several operations."""
    subject = parts(finding.clause)[1]
    if not subject.startswith(("query.", "header.", "path.", "cookie.")) or not _kind(finding).endswith(_ENFORCED):
        return None
    return subject, _kind(finding), finding.problem, finding.text


def _same_key(finding: Finding) -> tuple[str, ...] | None:
    """The same wrong key, accepted at several operations: keys are looked at in one way."""
    return (_kind(finding),) if _lets_in(finding, *_WRONG) else None


def _same_type(finding: Finding) -> tuple[str, ...] | None:
    """The same kind of value taken for another: `"1"` for 1 is one coercion, wherever it is done."""
    wrong = _WRONG_TYPE.search(finding.message) if _kind(finding) == "type-enforced" else None
    if wrong is None:
        return None
    due = {_NUMBERS.get(each, each) for each in wrong["due"].split(" or ")} - {"null"}
    return _kind_of(wrong["sent"]), " or ".join(sorted(due)), finding.problem


def _same_line_feed(finding: Finding) -> tuple[str, ...] | None:
    """A line feed behind a text that obeys its pattern: one way to match patterns, wherever it is used."""
    return (finding.problem,) if finding.message.endswith(_LINE_FEED) else None


def _kind_of(literal: str) -> str:
    """Return what a literal in a message is: a text is told apart by whether it looks like a number."""
    if literal in {"true", "false", "null"}:
        return literal
    return "number" if _NUMBER.fullmatch(literal) else literal


def _same_argument(finding: Finding) -> tuple[str, ...] | None:
    """The same kind of clause about the same subject, broken at many operations: one header, one parameter, one field."""
    if _kind(finding) == _FAILS:
        return None  # what fails at one operation is another line of code than what fails at the next
    return "::".join(parts(finding.clause)[1:]), finding.problem


def _same_clause(finding: Finding) -> tuple[str, ...] | None:
    """One advisory clause, broken in many ways, or many below one property of a request."""
    if finding.level is not Level.ADVISORY:
        return None
    subject = parts(finding.clause)[1]
    steps = subject.split("/")
    deep = steps[0] == "body" and len(steps) > 2  # noqa: PLR2004 - body, property, something below
    return finding.operation, "/".join(steps[:2]) if deep else finding.clause


def _same_advisory(finding: Finding) -> tuple[str, ...] | None:
    """The same kind of advisory clause at many operations, whatever the problem is."""
    return ("::".join(parts(finding.clause)[1:]),) if finding.level is Level.ADVISORY else None


_LIKELY: Final[tuple[_Cause, ...]] = (_same_clause, _same_argument)
"""More than a few of these are one cause; of the others, two are."""


def _kind(finding: Finding) -> str:
    return parts(finding.clause)[2]


def _merged(findings: list[Finding], cause: _Cause, *, few: int) -> list[Finding]:
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = cause(finding)
        own = (number,) if key is None else (finding.check, finding.level, finding.flaky, *key)
        groups.setdefault(own, []).append(finding)
    result: list[Finding] = []
    for group in groups.values():
        places = len({clause for each in group for clause in each.clauses})
        result += [_one_of(group)] if len(group) > 1 and max(len(group), places) > few else group
    return result


def _one_of(group: list[Finding]) -> Finding:
    first = group[0]
    clauses = tuple(dict.fromkeys(clause for each in group for clause in each.clauses))
    return replace(
        first,
        count=sum(each.count for each in group),
        places=tuple(clause for clause in clauses if clause != first.clause),
    )
