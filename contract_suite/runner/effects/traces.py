"""What the answers of a run say by themselves of whether the server keeps anything: no request is sent for it."""

from __future__ import annotations

from typing import Final

from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.generate.live_ids import value_of
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, compact
from contract_suite.runner.effects.marks import holds_items, leaves, shape
from contract_suite.runner.session.ledger.ledger import Ledger

_GONE: Final = frozenset({404, 410})
_ENOUGH: Final = 2
"""So many things that are each shown as themselves are not one and the same."""
_LOOKS: Final = 200
"""So many answers of one operation are looked at until it counts as one that shows nothing by itself."""


class Traces:
    """Follows reads and lists through the exchanges of a session.

    `told_apart` are reads that showed several things as themselves, and refused an id as unknown; `filled` are lists
    that held something.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Nothing was seen yet."""
        self.told_apart: set[str] = set()
        self.filled: set[str] = set()
        self._ledger = ledger
        self._reads: dict[str, str] = {}
        """The subject that names the thing, by operation that reads one."""
        self._lists: set[str] = set()
        for operation in ledger.contract.operations:
            for resource, role in roles(ledger.resources, operation):
                subject = ledger.addresses.subject_of(operation, resource.identity[-1])
                if role == "read" and subject:
                    self._reads[operation.id] = subject
                elif role == "list":
                    self._lists.add(operation.id)
        self._looks: dict[str, int] = {}
        self._shown: dict[str, set[str]] = {}
        self._unknown: set[str] = set()
        self._shapes: dict[str, str] = {}
        self._shaped: dict[str, int] = {}

    def observe(self, case: Case, exchange: Exchange, judgement: Judgement) -> None:
        """Take in one exchange. Raises nothing."""
        operation = judgement.operation
        if operation is None or case.request.method != operation.method:
            return
        if exchange.ok and self._shaped.get(operation.id, 0) < _ENOUGH:
            self._note_shape(operation, judgement.body)
        if operation.id in self._reads and operation.id not in self.told_apart:
            self._note_read(operation, case, exchange, judgement)
        elif operation.id in self._lists and operation.id not in self.filled and exchange.ok:
            self._note_list(operation, judgement.body)

    @property
    def only_shape(self) -> str:
        """The shape of all successes, where it is one and the same and that of an object; else an empty text."""
        shapes = set(self._shapes.values())
        return shapes.pop() if len(shapes) == 1 else ""

    def _note_shape(self, operation: Operation, body: JSON | Missing) -> None:
        self._shaped[operation.id] = self._shaped.get(operation.id, 0) + 1
        found = compact(shape(body)) if isinstance(body, dict) and body else ""
        known = self._shapes.setdefault(operation.id, found)
        if known != found:
            self._shapes[operation.id] = ""

    def _note_read(self, operation: Operation, case: Case, exchange: Exchange, judgement: Judgement) -> None:
        asked = value_of(case.arguments, self._reads[operation.id])
        if case.intent is Intent.NEGATIVE or not isinstance(asked, (str, int)) or not _is_plain(str(asked)):
            return
        if exchange.status in _GONE or (exchange.ok and refuses_softly(exchange)):
            self._unknown.add(operation.id)
        elif exchange.ok and self._may_look(operation) and str(asked) in set(leaves(judgement.body)):
            self._shown.setdefault(operation.id, set()).add(str(asked))
        if operation.id in self._unknown and len(self._shown.get(operation.id, ())) >= _ENOUGH:
            self.told_apart.add(operation.id)

    def _note_list(self, operation: Operation, body: JSON | Missing) -> None:
        if self._may_look(operation) and (holds_items(body) or self._shows_made(body)):
            self.filled.add(operation.id)

    def _shows_made(self, body: JSON | Missing) -> bool:
        ids = {str(value) for made in self._ledger.made for value in list(made.identity.values())[-1:]}
        return bool(ids) and not ids.isdisjoint(leaves(body))

    def _may_look(self, operation: Operation) -> bool:
        self._looks[operation.id] = self._looks.get(operation.id, 0) + 1
        return self._looks[operation.id] <= _LOOKS


def _is_plain(text: str) -> bool:
    """Whether an id is one that no router takes for something else."""
    return bool(text) and text.replace("-", "").replace("_", "").isalnum()
