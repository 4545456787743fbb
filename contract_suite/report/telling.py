"""A finding told to a reader, in the same words in every format: labelled facts, the requests behind it, commands.

The rule that must not be broken: a command that is called "Reproduce" reproduces. One request has a `curl` line; where
it takes several, only `contract-suite replay` sends them all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.model.counting import listed, plural_of
from contract_suite.model.exchange import NoResponse
from contract_suite.model.finding import Finding
from contract_suite.model.gate import BaselineState
from contract_suite.model.memo import Memo
from contract_suite.model.run import RecordedExchange, RecordedOperation
from contract_suite.record.folder import run_option
from contract_suite.record.reader import Run
from contract_suite.report.body_summary import body_summary
from contract_suite.report.errata import decision, errata_of

_LONGEST_CURL: Final = 2000
"""Beyond this a command is a wall that nobody reads: a replay sends the same request."""
_LONGEST_TARGET: Final = 300
"""The `curl` line has the whole; what is special about it is said behind it."""
_NAME: Final = re.compile(r"[a-z][a-z-]*[A-Z0-9_./]+\w|\w+ = ")
_LONGEST_PART: Final = 240
_SEAM: Final = re.compile(r"(?<=;) |(?<=[.:]) (?=[A-Z])")
_MOST_PLACES: Final = 12
_MOST_STEPS: Final = 6
_SHORT_ID: Final = 8
_SHORT_IDS: Final[Memo[Run, Counter[str]]] = Memo(
    lambda run: Counter(each.id[:_SHORT_ID] for each in run.findings), most=1
)
"""How many findings of a run share each short id: looked for at each finding, it took time by their square."""
_ANOTHER_ID: Final = "# its resource was deleted: put in the id of another one"
_IN_PROCESS: Final = "# the run called the server in process: serve it at an address first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One labelled line of a finding; `style` names what it is about, for formats that have colours."""

    label: str
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What to type for a finding; each is one line for a shell.

    `curl` sends the one request that shows it; it is empty where it takes several, where the line would be too long to
    read, and where it can't be sent any more. In that last case `as_curl` has the line, with a comment that says what to
    change first: the resource that it addresses was deleted, or the run called the server in process. `replay` and
    `explain` are always there.
    """

    curl: str
    as_curl: str
    replay: str
    explain: str

    @property
    def reproduce(self) -> str:
        """The command that shows the finding again."""
        return self.curl or self.replay


def commands(finding: Finding, run: Run, *, local: bool = False) -> Commands:
    """Return the commands for a finding; if `local`, with the option that names the record, seen from here."""
    option = run_option(run.path) if local else ""
    telling = len(finding.exchanges) <= 1 and finding.curl.isprintable() and len(finding.curl) <= _LONGEST_CURL
    line = finding.curl if telling else ""
    hindrance = _ANOTHER_ID if finding.needs_live_id else _IN_PROCESS if run.header.in_process else ""
    short = finding.id[:_SHORT_ID]
    name = finding.id if _SHORT_IDS(run)[short] > 1 else short
    return Commands(
        curl="" if hindrance else line,
        as_curl=f"{line}  {hindrance}" if hindrance and line else "",
        replay=f"contract-suite replay {name}{option}",
        explain=f"contract-suite explain {name}{option}",
    )


def contract_facts(finding: Finding, run: Run) -> Iterator[Told]:
    """What the contract says, where, and how much that weighs."""
    known = known_fact(finding, run)
    if known is not None:
        yield known
    yield Told(label="Contract", text=as_sentence(finding.text))
    quote = f', "{finding.quote}"' if finding.quote else ""
    yield Told(label="", text=f"{finding.document.place} ({finding.source.value}{quote})", style="dim")
    if finding.weakness:
        yield Told(label="Level", text=f"advisory, because {finding.weakness}")
    for place, guess in enumerate(finding.guesses):
        yield Told(label="" if place else "Inferred", text=as_sentence(guess))


def errata_facts(finding: Finding, run: Run) -> Iterator[Told]:
    """What was decided where the source document contradicts itself, leaves a gap or surprises, near the clause."""
    for erratum in errata_of(run, finding):
        yield Told(label="Erratum", text=decision(erratum))


def known_fact(finding: Finding, run: Run) -> Told | None:
    """What the baseline knows of a finding, and whether that time is over; `None` where it knows nothing."""
    known = run.gate.entries.get(finding.id) if run.gate else None
    if run.gate is None or known is None:
        return None
    if run.gate.states.get(finding.id) is BaselineState.EXPIRED and known.expires is not None:
        return Told(
            label="Expired", text=f"on {known.expires}; known since {known.first_seen}: {known.why}", style="bad"
        )
    return Told(label="Known", text=f"since {known.first_seen}: {known.why}", style="known")


def observed_facts(finding: Finding, tries: int) -> Iterator[Told]:
    """What was wrong: the problem, expected and actual, how often, and where else."""
    for place, part in enumerate(_in_parts(as_sentence(finding.message))):
        yield Told(label="" if place else "Problem", text=part, style="bad")
    at = f" at {finding.pointer}" if finding.pointer else ""
    if finding.expectation:
        yield Told(label="Expected", text=f"{finding.expectation}{at}")
    if finding.observation:
        yield Told(label="Actual", text=finding.observation + ("" if finding.expectation else at))
    elif at and not finding.expectation:
        yield Told(label="Place", text=finding.pointer)
    if finding.elsewhere:
        several = len(finding.operations) > 1
        also = listed(finding.elsewhere, _MOST_PLACES)
        yield Told(label="Also", text=f"at {also}" if several else also)
    yield Told(label="Seen", text=seen(finding, tries))


def _in_parts(sentence: str) -> Iterator[str]:
    """Cut a sentence that is too long to read at once where it has semicolons, or a sentence ends in it."""
    part = ""
    for piece in _SEAM.split(sentence) if len(sentence) > _LONGEST_PART else [sentence]:
        if part and len(part) + len(piece) > _LONGEST_PART:
            yield part
            part = piece
        else:
            part = f"{part} {piece}".lstrip()
    yield part


def seen(finding: Finding, tries: int) -> str:
    """Return how often the finding was seen, of how many times that it could have been."""
    often = f"{finding.count:,} of {max(tries, finding.count):,} times" if tries > 1 else "once"
    return f"{often}; it did not fail again when it was repeated (flaky)" if finding.flaky else often


def request_facts(finding: Finding, run: Run, *, limit: int) -> Iterator[Told]:
    """The request and the response, or each step where it takes several; bodies take about `limit` characters."""
    numbers = [number for number in finding.exchanges if number in run.exchange_offsets]
    if len(numbers) > 1:
        left_out = numbers[1 : max(1, len(numbers) - _MOST_STEPS + 1)]
        for step, number in enumerate(numbers, 1):
            if number in left_out:
                if number == left_out[0]:
                    yield Told(
                        label="", text=f"… {len(left_out)} {plural_of(len(left_out), 'request')} left out", style="dim"
                    )
                continue
            recorded = run.exchange(number)
            yield Told(
                label="Requests" if step == 1 else "", text=f"{step}. {_asked(recorded)} → {_answered(recorded)}"
            )
        yield from _messages(run.exchange(numbers[-1]), finding, limit, last=True)
    elif numbers:
        recorded = run.exchange(numbers[0])
        yield Told(label="Request", text=_asked(recorded))
        yield from _messages(recorded, finding, limit, last=False)


def _messages(recorded: RecordedExchange, finding: Finding, limit: int, *, last: bool) -> Iterator[Told]:
    body = recorded.exchange.request.body
    if body:
        label = "Last body" if last else ""
        yield Told(label=label, text=body_summary(body, limit=limit), style="body")
    answer = recorded.exchange.answer
    yield Told(label="Response", text=_answered(recorded))
    if not isinstance(answer, NoResponse) and answer.body:
        yield Told(label="", text=body_summary(answer.body, pointer=finding.pointer, limit=limit), style="body")


def _asked(recorded: RecordedExchange) -> str:
    request = recorded.exchange.request
    target = request.target if len(request.target) <= _LONGEST_TARGET else f"{request.target[:_LONGEST_TARGET]}…"
    return f"{request.method} {target}{f'  ({recorded.note})' if recorded.note else ''}"


def _answered(recorded: RecordedExchange) -> str:
    answer = recorded.exchange.answer
    if isinstance(answer, NoResponse):
        return f"none: {answer.message}"
    return f"{answer.status} {answer.reason}".strip() + ("" if answer.body else ", no body")


def address(finding: Finding, run: Run) -> str:
    """Return method and path of the finding's operation; empty where its id says them or it is unknown."""
    return address_of(finding.family, finding.operation, run)


def address_of(family: str, operation: str, run: Run) -> str:
    """Return method and path of an operation; empty where its id says them or it is unknown."""
    found = _recorded(family, operation, run)
    if found is None or not found.path or found.id == f"{found.method} {found.path}":
        return ""
    return f"{found.method} {found.path}"


def operation_of(finding: Finding, run: Run) -> RecordedOperation | None:
    """Return the operation as the record knows it."""
    return _recorded(finding.family, finding.operation, run)


def _recorded(family: str, operation: str, run: Run) -> RecordedOperation | None:
    operations = next((each.operations for each in run.header.families if each.name == family), ())
    return next((each for each in operations if each.id == operation), None)


def as_sentence(text: str) -> str:
    """Return a text that ends with a full stop and begins with a capital letter, or with a name as it is: `delete_note`."""
    text = text.strip()
    if not _NAME.match(text):
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."


def facts(finding: Finding, run: Run, tries: int, *, limit: int = 300) -> Iterator[Told]:
    """Everything about a finding but its headline and its commands, in the order in which it is read."""
    yield from contract_facts(finding, run)
    yield from request_facts(finding, run, limit=limit)
    yield from observed_facts(finding, tries)
    yield from errata_facts(finding, run)
