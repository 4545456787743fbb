"""Follows the endpoint through a run of one contract: what it served, what kept it from answering, how long it takes.

The rule that must not be broken: what was not answered proves nothing, so it is counted here and said at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Final

from contract_suite import limits
from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.judging import media_of
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.operation import Operation, is_json
from contract_suite.errors import EndpointError
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange, NoResponse, Trouble, is_refusal, is_server_error
from contract_suite.model.json import MISSING
from contract_suite.runner.sending.keys.watch import KeyWatch, has_own_key
from contract_suite.runner.sending.outage import Outage
from contract_suite.runner.sending.waiting import Waiting, asks_to_wait

_FOR_THE_KEY: Final = frozenset({401, 403})
_UNKNOWN_KEY: Final = 401
_UNAVAILABLE: Final = frozenset({503})
_PART: Final = 206
_FIRST_ANSWERS: Final = 50
_SLOW: Final = 1.0
_TIMES_SLOWER: Final = 20
_TIMES_THE_SLOWEST: Final = 3
_NAMED: Final = 3


class EndpointWatch:
    """What the answers so far say of the endpoint's state; `served` are the operations that succeeded at least once.

    `doubtful` says that a refusal for the key has not been looked into yet.
    """

    def __init__(self) -> None:
        """Nothing has answered yet."""
        self.served: set[str] = set()
        self.asked: Counter[str] = Counter()
        """How often each operation was asked, with its own method."""
        self.last_status: dict[str, int] = {}
        self.outage = Outage()
        self.key = KeyWatch()
        self.doubtful = False
        self._limited: Counter[str] = Counter()
        self._flips: Counter[tuple[str, int]] = Counter()
        self._doubted: Counter[tuple[str, int]] = Counter()
        self._opinions: Counter[tuple[str, int]] = Counter()
        self._refused: Counter[tuple[str, int]] = Counter()
        self._timeouts: Counter[str] = Counter()
        self._slowest: dict[str, float] = {}
        self._first: list[float] = []
        self._slow_seconds = 0.0
        self._unreadable: Counter[str] = Counter()
        self._control = ""

    def note(self, case: Case, operation: Operation | None, exchange: Exchange) -> None:
        """Take an exchange in, in the order of the record. Raises nothing."""
        name, answer = case.operation, exchange.answer
        self._note_time(name, exchange)
        if operation is not None and case.request.method == operation.method:
            self.asked[name] += 1
            self._note_status(case, exchange)
        if isinstance(answer, NoResponse):
            return
        if _overdone(case):
            return
        if asks_to_wait(answer) and (answer.status not in _UNAVAILABLE or answer.header("retry-after") is not None):
            self._limited[name] += 1
        if operation is None or case.request.method != operation.method or not has_own_key(case):
            return
        self.doubtful = self.key.note(operation, exchange) or self.doubtful
        if self.doubts(case, exchange):
            # Some refusals are about the thing and not about the key, so that not each is worth a look.
            self._doubted[operation.id, answer.status] += 1
            self.doubtful = self.doubtful or self._doubted[operation.id, answer.status] <= limits.SECOND_OPINIONS
        if not is_refusal(answer.status) and not is_server_error(answer.status):
            if operation.id not in self.served and not refuses_softly(exchange):
                self.served.add(operation.id)
        elif answer.status == _UNKNOWN_KEY and case.intent is Intent.POSITIVE and operation.id in self.served:
            self._refused[operation.id, answer.status] += 1

    def _note_status(self, case: Case, exchange: Exchange) -> None:
        """Keep the last answer to a request that may have been served."""
        if has_own_key(case) and case.intent is not Intent.NEGATIVE:
            self.last_status[case.operation] = exchange.status

    def note_unreadable(self, judgement: Judgement) -> None:
        """Count an answer of success whose body can't be read though no check blames the server: it is beyond our limits."""
        response = judgement.response
        if response is None or not response.ok or not response.body or judgement.body is not MISSING:
            return
        spec = judgement.operation.response(response.status) if judgement.operation is not None else None
        media = media_of(spec, response) if spec is not None else None
        if response.status == _PART or (media is not None and not is_json(media.name)):
            return  # bytes, in whatever type they came
        if is_json(response.header("content-type") or ""):
            self._unreadable[judgement.case.operation] += 1

    def doubts(self, case: Case, exchange: Exchange) -> bool:
        """Whether a refusal is about the key although the operation was served with it, so that it wants a second look."""
        status = exchange.status
        return status in _FOR_THE_KEY and has_own_key(case) and case.operation in self.served

    def wants_second_opinion(self, case: Case, exchange: Exchange) -> bool:
        """Whether the same request is to be sent again because of such a refusal, which had no effect: a write too."""
        key = case.operation, exchange.status
        if not self.doubts(case, exchange):
            return False
        self._opinions[key] += 1
        return self._opinions[key] <= limits.SECOND_OPINIONS

    def compare(self, case: Case, first: Exchange, second: Exchange) -> None:
        """Take in what the same request was answered the second time."""
        if second.response is not None and second.status not in _FOR_THE_KEY and not asks_to_wait(second.response):
            self._flips[case.operation, first.status] += 1

    def note_control(self, operation: Operation, answers: Iterable[Exchange]) -> None:
        """Take in the answers to a read that was served before; `EndpointError` if the key is refused by now."""
        statuses = [each.status for each in answers]
        last = statuses[-1]
        if all(status in _FOR_THE_KEY for status in statuses):
            said = self.key.said
            raise EndpointError(
                f"the key is not accepted any more: {operation.id}, which was served with it before, answers {last}"
                + (f"; {said}" if said else "")
            )
        for status in statuses[:-1]:
            if status in _FOR_THE_KEY:
                self._flips[operation.id, status] += 1
        served = last > 0 and not is_refusal(last) and not is_server_error(last)
        self._control = (
            "" if served else f"{operation.id}, which was served before, was answered {last or 'nothing'} at the end"
        )

    def patience(self, operation: str) -> float | None:
        """Return how long an operation is waited for, `None` for as long as anything; less once it timed out."""
        timeouts = self._timeouts[operation]
        if not timeouts:
            return None
        least = limits.PATIENCE_AFTER_TIMEOUT if timeouts < limits.TIMEOUTS else limits.PATIENCE_AFTER_SEVERAL
        return max(least, _TIMES_THE_SLOWEST * self._slowest.get(operation, 0.0))

    def gave_up(self, operation: str) -> bool:
        """Whether an operation timed out so often in a row that no more generated cases of it are worth their time."""
        return self._timeouts[operation] >= limits.TIMEOUTS

    def troubles(self, waiting: Waiting) -> tuple[str, ...]:
        """Return in sentences what was not answered, so that nothing may be concluded from it."""
        return tuple(
            filter(
                None,
                (
                    self._said_limited(waiting),
                    *self._said_key(),
                    self._said_unreadable(),
                    self._said_outage(),
                    self._control,
                ),
            )
        )

    def _said_limited(self, waiting: Waiting) -> str:
        if not self._limited:
            return ""
        count = self._limited.total()
        waited = f"the run had waited {waiting.seconds:.1f} s" if waiting.waits else "the run waited for none"
        return f"{count} {_plural(count, 'request was', 'requests were')} limited (429 or 503) and not served ({_names(self._limited)}); {waited}"

    def _said_key(self) -> Iterable[str]:
        for status in sorted({status for _, status in self._flips}):
            mine = Counter({name: count for (name, each), count in self._flips.items() if each == status})
            count = mine.total()
            yield f"{count} {_plural(count, 'request was', 'requests were')} answered {status} and served when sent again ({_names(mine)})"
        refused = Counter({name: count for (name, _), count in self._refused.items()})
        if refused:
            count = refused.total()
            yield (
                f"{count} {_plural(count, 'request was', 'requests were')} refused with 401 although the operation was "
                f"served with the same key ({_names(refused)})"
            )

    def _said_unreadable(self) -> str:
        if not self._unreadable:
            return ""
        count = self._unreadable.total()
        return f"{count} {_plural(count, 'answer is', 'answers are')} beyond what is read ({_names(self._unreadable)})"

    def _said_outage(self) -> str:
        if not self.outage.times:
            return ""
        times = self.outage.times
        return (
            f"the endpoint took no connection {_plural(times, 'once', f'{times} times')} ({self.outage.seconds:.1f} s)"
        )

    def _note_time(self, name: str, exchange: Exchange) -> None:
        answer, seconds = exchange.answer, exchange.seconds
        if isinstance(answer, NoResponse):
            if answer.trouble is Trouble.TIMEOUT:
                self._timeouts[name] += 1
                self._slow_seconds += seconds
            return
        self._timeouts[name] = max(0, min(self._timeouts[name], 1))
        self._slowest[name] = max(seconds, self._slowest.get(name, 0.0))
        if len(self._first) < _FIRST_ANSWERS:
            self._first.append(seconds)
        elif seconds > _SLOW and seconds > _TIMES_SLOWER * median(self._first):
            self._slow_seconds += seconds

    def raise_if_too_slow(self) -> None:
        """Raise `EndpointError` once the run has waited for slow answers as long as it may in all."""
        if self._slow_seconds > limits.SLOW_ANSWERS:
            usual = median(self._first) if self._first else 0.0
            raise EndpointError(
                f"the endpoint became too slow: {self._slow_seconds:.0f} s went into slow answers and time-outs"
                + (f" (it answered within {usual:.3f} s at first)" if usual else "")
            )


def _overdone(case: Case) -> bool:
    """Whether a case means to be sent more often than is allowed."""
    return bool(case.target_clause) and clause_ids.parts(case.target_clause)[1] == clause_ids.RATE


def _names(counted: Counter[str]) -> str:
    names = [name or "other requests" for name, _ in counted.most_common(_NAMED)]
    more = len(counted) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
