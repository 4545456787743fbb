"""Creates that were served once and are refused now for the state of what they refer to: the last ticket is sold.

Their arguments are looked for anew with new things, a few times each, by the session that goes by the paths of the document.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.judging import OF_STATE
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.runner.session.accepting import AcceptedArguments
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.making.own_things import members_of

_MOST: Final = 6
"""So many times the arguments of one create are looked for anew."""
_IN_A_ROW: Final = 2
"""So many refusals in a row show it where each may be one of a name that is taken; of a request that must be served, one does."""


class UsedUp:
    """Which creates of one session were refused last for a state, though nothing seems to be wrong with them.

    A session that was made from another one, as it knows more of the document, leaves looking to that `parent`.
    """

    def __init__(self, arguments: AcceptedArguments, ledger: Ledger, *, parent: UsedUp | None = None) -> None:
        """Nothing was refused yet."""
        self.parent = parent
        self.arguments = arguments
        self._ledger = ledger
        self._creates = {
            each.id: each
            for each in ledger.contract.operations
            if any(role == "create" for _, role in roles(ledger.resources, each))
        }
        self._refused: dict[str, Exchange] = {}
        self._in_a_row: Counter[str] = Counter()
        self._renewed: Counter[str] = Counter()

    def observe(self, case: Case, exchange: Exchange, _judgement: Judgement) -> None:
        """Take in an exchange: a success, or a refusal for a state."""
        if case.request.identity is not Identity.DEFAULT or case.operation not in self._creates:
            return
        if exchange.ok:
            self._refused.pop(case.operation, None)
            self._in_a_row[case.operation] = 0
        elif exchange.status in OF_STATE and case.intent is not Intent.NEGATIVE and self._says_no_more(case):
            self._in_a_row[case.operation] += 1
            sure = case.intent is Intent.POSITIVE or case.control
            if sure or self._in_a_row[case.operation] >= _IN_A_ROW:
                self._refused[case.operation] = exchange

    def _says_no_more(self, case: Case) -> bool:
        """Whether the body of a case has no member beside those that were accepted: one of them may be what is refused."""
        known = self.arguments.accepted.get(case.operation)
        return known is not None and members_of(case.arguments).keys() <= members_of(known).keys()

    def renew(self, operation: Operation) -> bool:
        """Look for arguments with new things where the last valid request was refused; returns whether some were served."""
        refusal = self._refused.pop(operation.id, None)
        if refusal is None:
            return False
        self._in_a_row[operation.id] = 0
        return self.find_anew(operation.id, refusal)

    def renew_create_of(self, resource: Resource) -> bool:
        """Do so for the create of a resource, where making one does not look for other arguments by itself."""
        create = self._creates.get(resource.create.operation) if resource.create is not None else None
        return self.parent is not None and create is not None and self.renew(create)

    def find_anew(self, name: str, refusal: Exchange) -> bool:
        """Look for arguments of the operation of a name that was refused; returns whether some were served."""
        if self.parent is not None:
            if not self.parent.find_anew(name, refusal):
                return False
            self.arguments.adopt_one(name, self.parent.arguments)
            return True
        create = self._creates.get(name)
        if create is None or self._renewed[name] >= _MOST or not self._ledger.addresses.inferred:
            return False
        self._renewed[name] += 1
        return self.arguments.find_anew(create, refusal) is not None
