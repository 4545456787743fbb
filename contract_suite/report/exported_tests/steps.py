"""The requests that show a finding on a server which has forgotten the run: its own, and those that made what they address.

The rule that must not be broken: what cannot be sent again as it was (a part was redacted, or a key is unknown) has no
steps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from contract_suite.model.exchange import Exchange, is_success
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON, MISSING, Missing, at, escape, parsed, tokens
from contract_suite.model.run import RecordedExchange
from contract_suite.record.reader import Run
from contract_suite.record.redaction import REDACTED

_WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MAKING: Final = frozenset({"POST", "PUT"})
_MOST: Final = 30
_BIGGEST: Final = 1 << 18
_DEEPEST: Final = 4
_MOST_ITEMS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request.

    `made` are the values that its response gives to what it made, by name, each with its place there. `undo` deletes
    that in the end.
    """

    recorded: RecordedExchange
    made: Mapping[str, str] = field(default_factory=dict)
    undo: RecordedExchange | None = None

    @property
    def exchange(self) -> Exchange:
        """The exchange as it was recorded."""
        return self.recorded.exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    """A request that changed something: the values in its address, in its body, and in its response with their places."""

    recorded: RecordedExchange
    addressed: tuple[str, ...]
    said: frozenset[str]
    shown: Mapping[str, str]

    @property
    def number(self) -> int:
        return self.recorded.exchange.number


class StepFinder:
    """A run's exchanges, as far as what they make, change and delete can be followed by the addresses."""

    def __init__(self, run: Run) -> None:
        """Read every exchange once, and keep the writes."""
        self._run = run
        self._paths = {
            (family.name, each.id): re.compile("/".join(_segment(part) for part in each.path.split("/")))
            for family in run.header.families
            for each in family.operations
        }
        self._making: dict[tuple[str, str], list[_Write]] = {}
        self._addressing: dict[tuple[str, str], list[_Write]] = {}
        for each in run.exchanges():
            if each.exchange.request.method in _WRITES and is_success(each.exchange.status):
                write = self._write(each)
                for value in write.addressed:
                    self._addressing.setdefault((each.family, value), []).append(write)
                if each.exchange.request.method in _MAKING:
                    for value in {*write.said, *write.shown} - set(write.addressed):
                        self._making.setdefault((each.family, value), []).append(write)

    def steps(self, finding: Finding) -> tuple[Step, ...]:
        """Return what to send, in order; the decisive request is the last. Empty where it can't be sent again."""
        own = [self._run.exchange(number) for number in finding.exchanges if number in self._run.exchange_offsets]
        chosen = {each.exchange.number: each for each in own}
        waiting = list(own)
        while waiting and len(chosen) <= _MOST:
            each = waiting.pop()
            for value in self._addressed(each):
                for other in self._history(each, value):
                    if other.number not in chosen:
                        chosen[other.number] = other.recorded
                        waiting.append(other.recorded)
        ordered = [chosen[number] for number in sorted(chosen)]
        if not own or len(ordered) > _MOST or ordered[-1] is not own[-1] or not all(map(_can_be_sent, ordered)):
            return ()
        if self._shows_what_the_run_made(finding, ordered) or any(map(self._spelt_otherwise, ordered)):
            return ()
        return tuple(self._step(each, ordered) for each in ordered)

    def _shows_what_the_run_made(self, finding: Finding, steps: Sequence[RecordedExchange]) -> bool:
        """Whether what is wrong shows something that the run made, beside what these steps make: it is gone by now."""
        last = steps[-1]
        response = last.exchange.response
        body = _parsed(response.body) if response is not None else MISSING
        if isinstance(body, Missing):
            return False
        pointer = tokens(finding.pointer)
        index = next((number for number, each in enumerate(pointer) if each.isdecimal()), len(pointer))
        wrong = at(body, "".join(f"/{escape(each)}" for each in pointer[: index + 1]))
        own = {value for each in steps for value in (*self._addressed(each), *(shown for shown, _ in self._made(each)))}
        exactly = {value for _, value in _scalars(at(body, finding.pointer))} if index < len(pointer) else set()
        return any(
            (last.family, value) in self._making and ((last.family, value) in self._addressing or value in exactly)
            for value in {value for _, value in _scalars(wrong)} - own
        )

    def _made(self, recorded: RecordedExchange) -> Iterator[tuple[str, str]]:
        if recorded.exchange.request.method in _MAKING:
            yield from self._write(recorded).shown.items()

    def _spelt_otherwise(self, recorded: RecordedExchange) -> bool:
        """Whether an address spells a value in a way of its own, such as a letter percent-encoded."""
        segments = recorded.exchange.request.target.partition("?")[0].split("/")
        return any(quote(value, safe="") not in segments for value in self._addressed(recorded))

    def _step(self, recorded: RecordedExchange, all_of_them: Sequence[RecordedExchange]) -> Step:
        if recorded.exchange.request.method not in _MAKING or not is_success(recorded.exchange.status):
            return Step(recorded=recorded)
        write = self._write(recorded)
        number = recorded.exchange.number
        undo = self._undo(write, {each.exchange.number for each in all_of_them})
        later = [each for each in (*all_of_them, *([undo] if undo else ())) if each.exchange.number > number]
        wanted = {value for each in later for value in self._addressed(each)} - write.said - set(write.addressed)
        made = {value: pointer for value, pointer in write.shown.items() if value in wanted}
        return Step(recorded=recorded, made=made, undo=undo)

    def _undo(self, write: _Write, numbers: set[int]) -> RecordedExchange | None:
        """The run's own deletion of what a request made, unless it is among the steps."""
        for value in (*write.shown, *write.said):
            for each in self._addressing.get((write.recorded.family, value), ()):
                if (
                    each.number > write.number
                    and each.recorded.exchange.request.method == "DELETE"
                    and each.addressed[-1] == value
                    and set(each.addressed[:-1]) <= {*write.addressed, *write.shown, *write.said}
                    and _can_be_sent(each.recorded)
                ):
                    return None if each.number in numbers else each.recorded
        return None

    def _history(self, until: RecordedExchange, value: str) -> Iterator[_Write]:
        """The write that made what has this value in its address, and the writes to it before `until`."""
        number = until.exchange.number
        makers = [each for each in self._making.get((until.family, value), ()) if each.number < number]
        if makers:
            yield makers[-1]
            for each in self._addressing.get((until.family, value), ()):
                if makers[-1].number < each.number < number:
                    yield each

    def _write(self, recorded: RecordedExchange) -> _Write:
        response = recorded.exchange.response
        return _Write(
            recorded=recorded,
            addressed=self._addressed(recorded),
            said=frozenset(value for _, value in _scalars(_parsed(recorded.exchange.request.body))),
            shown={value: pointer for pointer, value in _scalars(_parsed(response.body if response else b""))},
        )

    def _addressed(self, recorded: RecordedExchange) -> tuple[str, ...]:
        """The values that stand in the address of a request, where its operation has parameters in its path."""
        pattern = self._paths.get((recorded.family, recorded.operation))
        match = pattern.fullmatch(recorded.exchange.request.target.partition("?")[0]) if pattern else None
        return tuple(unquote(each) for each in match.groups() if each) if match else ()


def _segment(part: str) -> str:
    """A segment of a path as a pattern; a parameter in it is a group."""
    pieces = re.split(r"\{[^{}]*\}", part)
    return "([^/]+)".join(map(re.escape, pieces))


def _parsed(body: bytes) -> JSON | Missing:
    return parsed(body) if len(body) <= _BIGGEST else MISSING


def _scalars(value: JSON | Missing, pointer: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Texts and whole numbers of a body with their places, those near its top."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, each in value.items():
            yield from _scalars(each, f"{pointer}/{escape(key)}", depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for index, each in enumerate(value[:_MOST_ITEMS]):
            yield from _scalars(each, f"{pointer}/{index}", depth + 1)
    elif isinstance(value, str) and value:
        yield pointer, value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield pointer, json.dumps(value)


def _can_be_sent(recorded: RecordedExchange) -> bool:
    """Whether a request is recorded as it was, and an ordinary library sends it so."""
    request = recorded.exchange.request
    texts = [request.method, request.target, *(text for pair in request.headers for text in pair)]
    plain = all(text.isprintable() and text.isascii() and REDACTED not in text for text in texts)
    return plain and " " not in request.method + request.target and REDACTED.encode() not in request.body
