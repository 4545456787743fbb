"""Creates that are made like what is there already: it fits whatever rules no schema says, and stands at the right owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import NotSent
from contract_suite.contract.addressing import body_properties
from contract_suite.contract.naming.outside import acts_outside
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.described import described
from contract_suite.contract.schemas.view import view
from contract_suite.generate.addresses import collection_noun
from contract_suite.generate.likeness import things_in
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing, parsed
from contract_suite.runner.session.ledger.ledger import Ledger

_OWNERS: Final = 6
"""So many owners are asked what they have."""
_ALIKE: Final = 2
_LOOKS: Final = 2
_REFUSED: Final = frozenset({400, 403, 404, 409, 422})


class LikeWhatIsThere:
    """Looks for things of a kind in lists, those of owners that the run has not made among them."""

    def __init__(
        self,
        contract: Contract,
        ledger: Ledger,
        *,
        arguments: Callable[[Operation], Arguments],
        ask: Callable[[Operation, Arguments, str], Exchange],
    ) -> None:
        """Nothing is asked yet; `arguments` are those that the document suggests, `ask` sends a call that proves nothing."""
        self._contract = contract
        self._ledger = ledger
        self._arguments = arguments
        self._ask = ask
        self._looked: Counter[str] = Counter()
        """How often was looked for the sake of an operation: there may be more to see once others were served."""

    def requests(self, operation: Operation, status: int) -> Iterator[Arguments]:
        """Yield arguments of a create that was refused with a status, with the members of what is there already."""
        if status not in _REFUSED or operation.method != "POST" or not self._ledger.addresses.inferred:
            return
        if self._looked[operation.id] >= _LOOKS:
            return
        self._looked[operation.id] += 1
        same_path = (each for each in self._contract.operations if each.path == operation.path and each.method == "GET")
        listing = next(same_path, None)
        base = self._arguments(operation)
        for asked in islice(self._lists(listing), _OWNERS) if listing is not None else ():
            try:
                exchange = self._ask(listing, asked, "what is there already?") if listing is not None else None
            except NotSent:
                return
            response = exchange.response if exchange is not None and exchange.ok else None
            items = things_in(parsed(response.body), "id", collection_noun(operation.path)) if response else []
            owner = {subject: value for subject, value in asked.items() if subject.startswith("path.")}
            yield from ({**base, **owner, "body": each} for each in _writable(operation, items[:_ALIKE]))

    def _lists(self, listing: Operation) -> Iterator[Arguments]:
        """Yield arguments of a list for one owner after the other, those first that were there before the run."""
        needs = self._ledger.addresses.needs(listing)
        known = self._ledger.known(needs[-1].resource) if needs else 1
        base = self._arguments(listing)
        for skip in reversed(range(known)):
            arguments = self._ledger.arguments(listing, base, skip=skip)
            if arguments is not None:
                yield arguments


def _writable(operation: Operation, items: Sequence[JSON]) -> Iterator[dict[str, JSON]]:
    """Yield the members of things that a create takes, where they keep its schema."""
    media = operation.body.of_members if operation.body is not None else None
    for item in items if media is not None and media.schema is not None else ():
        members = item.items() if isinstance(item, dict) else ()
        names = body_properties(operation)
        place = view(media.schema) if media is not None and media.schema is not None else None
        shown = {
            name: described(value, place.member(name))
            for name, value in members
            if place is not None and name in names and not acts_outside(value, name)
        }
        taken: dict[str, JSON] = {name: value for name, value in shown.items() if not isinstance(value, Missing)}
        told: dict[str, JSON] = {name: value for name, value in taken.items() if value is not None}
        fitting = (each for each in (taken, told) if each and media and media.schema and media.schema.is_valid(each))
        yield from islice(fitting, 1)
