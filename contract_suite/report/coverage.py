"""What a run has shown of a contract and what it hasn't: operations, statuses, parameters and schema keywords.

The rule that must not be broken: only what the record shows counts. A request keyword is proven by a valid and an
invalid try, a response keyword by a value that was there and came near the edge, if it has one; everything else says
what it would take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from contract_suite.garbage import without_collecting
from contract_suite.model.clause_ids import ADDRESS, BODY, REQUEST, accepted
from contract_suite.model.counting import counted
from contract_suite.model.memo import Memo
from contract_suite.model.run import RecordedOperation
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run
from contract_suite.report.summary import ClauseLine, FamilyLine, summarise
from contract_suite.report.traffic import Edge, Observed, Traffic, observe

Side = Literal["request", "response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """So many of so many."""

    proven: int
    total: int

    @property
    def share(self) -> float:
        """The share that is proven, 0 to 1. Of nothing, nothing is proven."""
        return self.proven / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing that a run should show: whether it did, and a few words on what was seen.

    The last field says what it would take, and is empty where nothing is missing.
    """

    name: str
    proven: bool
    seen: str
    needs: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordProof:
    """One schema keyword at one place, with the clause that speaks of it."""

    side: Side
    clause: str
    subject: str
    keyword: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """One operation: whether it was asked, and ever served, its documented statuses, its parameters and its keywords."""

    operation: RecordedOperation
    asked: bool
    served: Proof
    statuses: tuple[Proof, ...]
    parameters: tuple[Proof, ...]
    keywords: tuple[KeywordProof, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCoverage:
    """One family. `clauses` counts those that passed or failed among those that apply."""

    family: str
    operations: tuple[OperationCoverage, ...]
    clauses: Tally

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """The figures that reports show, by name."""
        keywords = [each for operation in self.operations for each in operation.keywords]
        return {
            "clauses": self.clauses,
            "operations": _tally(each.served for each in self.operations),
            "statuses": _tally(each for operation in self.operations for each in operation.statuses),
            "parameters": _tally(each for operation in self.operations for each in operation.parameters),
            "request_keywords": _tally(each.proof for each in keywords if each.side == "request"),
            "response_keywords": _tally(each.proof for each in keywords if each.side == "response"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A run's coverage, family by family."""

    families: tuple[FamilyCoverage, ...]

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """The figures of all families together."""
        listed = [each.tallies for each in self.families]
        return {
            name: Tally(
                proven=sum(each[name].proven for each in listed), total=sum(each[name].total for each in listed)
            )
            for name in (listed[0] if listed else ())
        }


def cover(run: Run) -> Coverage:
    """Return what a run has shown; all formats share it."""
    return _COVERED(run)


@without_collecting()
def _covered(run: Run) -> Coverage:
    observed = observe(run)
    return Coverage(families=tuple(_family(each, observed) for each in summarise(run).families))


_COVERED: Final = Memo(_covered, most=1)


TITLES: Final[Mapping[str, str]] = {
    "clauses": "clauses tested",
    "operations": "operations served",
    "statuses": "documented statuses seen",
    "parameters": "parameters tried both ways",
    "request_keywords": "request keywords tried both ways",
    "response_keywords": "response keywords seen at their edge",
}
"""What each figure counts, in words."""

_ENFORCED: Final = "-enforced"
_RESPONSE_JUDGE: Final = "response-schema"
_ONE_STEP: Final = 1
_SUCCESS: Final = range(200, 400)


def _tally(proofs: Iterable[Proof]) -> Tally:
    counted = [each for each in proofs if each.counted]
    return Tally(proven=sum(each.proven for each in counted), total=len(counted))


def _family(line: FamilyLine, observed: Observed) -> FamilyCoverage:
    by_operation: dict[str, list[ClauseLine]] = {}
    for each in line.clauses:
        by_operation.setdefault(each.clause.operation, []).append(each)
    applicable = [each for each in line.clauses if each.result.counts]
    name = line.family.name
    return FamilyCoverage(
        family=name,
        operations=tuple(
            _operation(
                name, each, by_operation.get(each.id, []), observed.traffic.get((name, each.id), Traffic()), observed
            )
            for each in line.family.operations
        ),
        clauses=Tally(proven=sum(_decided(each) for each in applicable), total=len(applicable)),
    )


def _operation(
    family: str, operation: RecordedOperation, lines: list[ClauseLine], traffic: Traffic, observed: Observed
) -> OperationCoverage:
    by_id = {each.clause.id: each for each in lines}
    keywords = tuple(
        each
        for line in lines
        if line.result.outcome is not Outcome.INAPPLICABLE
        for each in (_request(line, by_id), _response(line, observed.edges.get((family, line.clause.id))))
        if each is not None
    )
    return OperationCoverage(
        operation=operation,
        asked=traffic.exchanges > 0,
        served=_served(traffic),
        statuses=tuple(_status(status, traffic, operation.statuses) for status in operation.statuses),
        parameters=tuple(_parameters(lines, keywords)),
        keywords=keywords,
    )


def _served(traffic: Traffic) -> Proof:
    served = sum(count for status, count in traffic.statuses.items() if status in _SUCCESS)
    seen = f"{_times(traffic.exchanges, 'request')}, {served} served"
    if served:
        return Proof(name="served", proven=True, seen=seen)
    needs = "a request that is served" if traffic.exchanges else "a request: this run sent none"
    return Proof(name="served", proven=False, seen=seen, needs=needs)


def _status(status: str, traffic: Traffic, documented: tuple[str, ...]) -> Proof:
    if status.isdecimal():
        count = traffic.statuses[int(status)]
    elif status.upper().endswith("XX"):
        count = sum(n for got, n in traffic.statuses.items() if str(got)[0] == status[0] and str(got) not in documented)
    else:
        ranges = {each[0] for each in documented if each.upper().endswith("XX")}
        count = sum(
            n for got, n in traffic.statuses.items() if got and str(got) not in documented and str(got)[0] not in ranges
        )
    if status.startswith("5") and count:
        # A server in trouble must not make a run look better.
        return Proof(name=status, proven=True, seen=f"seen {_times(count)}", counted=False)
    if count:
        return Proof(name=status, proven=True, seen=f"seen {_times(count)}")
    if status.startswith("5"):
        return Proof(
            name=status,
            proven=False,
            seen="never seen",
            needs="a server in trouble, which no run asks for",
            counted=False,
        )
    return Proof(name=status, proven=False, seen="never seen", needs=_NEEDED.get(status, f"an answer with {status}"))


_NEEDED: Final = {
    "401": "a request with a missing or wrong key",
    "403": "a key without the permission: --readonly-token-env NAME",
    "404": "a request for something that doesn't exist",
    "429": "more requests than the documented rate, which a run keeps to",
}


def _parameters(lines: list[ClauseLine], keywords: tuple[KeywordProof, ...]) -> Iterable[Proof]:
    """Each parameter and the body: accepted with a valid value, and refused or served with each kind of invalid one."""
    for line in lines:
        clause = line.clause
        if clause.kind != "accepted" or clause.subject == REQUEST or "/" in clause.subject:
            continue
        tried = _decided(line)
        own = [each for each in keywords if each.side == "request" and each.subject == clause.subject]
        bad = [each for each in own if _INVALID_TRIED in each.proof.seen]
        missing = [] if tried else [f"an accepted request with {clause.subject}{_why(line)}"]
        if own and not bad:
            missing.append(f"a request that breaks {clause.subject}")
        seen = f"valid {'tried' if tried else 'never tried'}, " + (
            f"{len(bad)} of {counted(len(own), 'way')} to break it tried" if own else "nothing can break it"
        )
        yield Proof(name=clause.subject, proven=not missing, seen=seen, needs=" and ".join(missing))


_INVALID_TRIED: Final = "invalid tried"


def _request(line: ClauseLine, lines: Mapping[str, ClauseLine]) -> KeywordProof | None:
    clause = line.clause
    if not clause.kind.endswith(_ENFORCED):
        return None
    keyword = clause.kind.removesuffix(_ENFORCED)
    subject = clause.subject or BODY
    good = lines.get(accepted(clause.operation, subject)) or lines.get(accepted(clause.operation))
    valid, invalid = good is not None and _decided(good), _decided(line)
    missing = [] if valid or good is None else [f"an accepted request with {subject}{_why(good)}"]
    if not invalid:
        missing.append(
            f"a request that breaks {keyword} of {subject}{_why(line)}"
            if keyword != "required"
            else f"a request without {subject}{_why(line)}"
        )
    seen = f"valid {'tried' if valid else 'never tried'}, {_INVALID_TRIED if invalid else 'invalid never tried'}"
    return KeywordProof(
        side="request",
        clause=clause.id,
        subject=subject,
        keyword=keyword,
        proof=Proof(name=f"{subject} {keyword}", proven=valid and invalid, seen=seen, needs=" and ".join(missing)),
    )


def _response(line: ClauseLine, edge: Edge | None) -> KeywordProof | None:
    clause = line.clause
    if clause.judge != _RESPONSE_JUDGE or clause.kind == "schema" or clause.subject == ADDRESS:
        return None
    label, _, place = clause.subject.partition("/")
    if not _decided(line):
        what = f"a {label} answer" + (f" that holds /{place}" if place and clause.kind != "required" else "")
        proof = Proof(
            name=f"{clause.subject} {clause.kind}", proven=False, seen="never there", needs=f"{what}{_why(line)}"
        )
    else:
        seen = f"checked {_times(line.result.passed + line.result.failed)}"
        near, said, needs = _nearness(line, edge)
        proof = Proof(name=f"{clause.subject} {clause.kind}", proven=near, seen=f"{seen}{said}", needs=needs)
    return KeywordProof(side="response", clause=clause.id, subject=clause.subject, keyword=clause.kind, proof=proof)


def _nearness(line: ClauseLine, edge: Edge | None) -> tuple[bool, str, str]:
    """Whether a value came near the edge, what was seen of it, and what it would take."""
    limit, kind = line.clause.limit, line.clause.kind
    if edge is None or limit is None or kind == "const" or line.result.failed:
        # Without an edge, being there is all there is to see; a broken one was more than near.
        return True, "", ""
    if kind == "enum" and isinstance(limit, list):
        missing = len(limit) - len(edge.members)
        return (
            missing <= 0,
            f", {len(edge.members)} of {counted(len(limit), 'value')} seen",
            f"answers with the other {_times(missing, 'value')}" if missing > 0 else "",
        )
    if edge.distance is None:
        return False, ", its values unseen", "a value of the type that it limits"
    if edge.distance <= _ONE_STEP:
        return True, ", near its edge", ""
    return False, f", never nearer than {edge.distance:g} to {limit}", f"a value at the edge, {limit}"


def _decided(line: ClauseLine) -> bool:
    return line.result.decided


def _why(line: ClauseLine) -> str:
    return f" ({line.result.reason})" if line.result.reason else ""


def _times(count: int, noun: str = "time") -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
