"""What the answers to writes told of one thing alone, and an action on it wants to hear: a pickup code, a confirmation token.

`POST /parcels/{id}/deposit` answers with a `pickupCode`, once; `POST /parcels/{id}/pickup` takes it as `code`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from contract_suite.checks.check import Judgement
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.outside import acts_outside
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import view
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.facts import facts_of
from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.shown_part_ids import ShownPartIds

_MOST: Final = 500
"""So many things are remembered, the newest ones."""
_SHORTEST: Final = 3
"""A name with no more letters than these stands for no end of another: `code` does for `pickupCode`, and `id` does not."""


@dataclass(slots=True)
class _Known:
    """Of one thing, by its id: what the run said in bodies about it, and what answers told, by the plain name of the member."""

    said: set[str] = field(default_factory=set)
    told: dict[str, str] = field(default_factory=dict)

    def unsaid(self) -> dict[str, str]:
        """Return what the run knows from answers alone: a name that it gave itself is given to nothing else."""
        return {name: text for name, text in self.told.items() if text not in self.said}


class ToldValues:
    """The texts that answers to writes showed and no request had said, by the id of what they were about.

    `parts` are the ids of its parts.
    """

    def __init__(self, addresses: Addresses) -> None:
        """Nothing was told yet."""
        self._known: dict[str, _Known] = {}
        self.parts = ShownPartIds(addresses)

    def observe(self, case: Case, exchange: Exchange, judgement: Judgement) -> None:
        """Take in the answer to a request that was served: of the texts, to a write."""
        if not exchange.ok or case.request.identity is not Identity.DEFAULT:
            return
        if judgement.operation is not None:
            self.parts.observe(judgement.operation, case.arguments, judgement.body)
        if exchange.request.method == "GET":
            return
        body = judgement.body
        members = body if isinstance(body, dict) else {}
        layers = (members, *(each for each in members.values() if isinstance(each, dict)))
        texts = {
            plain_name(name): each
            for layer in layers
            for name, each in layer.items()
            if isinstance(each, str)
            and each
            and not acts_outside(each, name)  # nobody whom an answer names is written to
        }
        keys = [value for subject, value in case.arguments.items() if subject.startswith("path.")]
        keys += [layer["id"] for layer in layers if isinstance(layer.get("id"), str | int)]
        sent = case.arguments.get("body")
        said = {each for each in sent.values() if isinstance(each, str)} if isinstance(sent, dict) else set()
        for key in dict.fromkeys(map(str, keys) if texts or said else ()):
            known = self._known[key] = self._known.pop(key, _Known())
            known.said |= said
            known.told |= texts
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]

    def put_into(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return the arguments of an action with what was told of the thing that its path names, in place of made-up values."""
        arguments = self.parts.put_into(operation, arguments)
        body = arguments.get("body")
        keys = [str(value) for subject, value in arguments.items() if subject.startswith("path.")]
        known = self._known.get(keys[-1]) if keys else None
        told = known.unsaid() if known is not None else {}
        acts = operation.method == "POST" and "{" in operation.path and not operation.path.rstrip("/").endswith("}")
        media = operation.body.of_members if operation.body is not None else None
        if not told or not acts or not isinstance(body, dict) or media is None or media.schema is None:
            return arguments
        place = view(media.schema)
        found: dict[str, JSON] = {}
        for name in place.property_names():
            facts, wanted = facts_of(place.member(name)), plain_name(name)
            if name not in body or facts.types - {"null"} != {"string"} or facts.choices or len(wanted) <= _SHORTEST:
                continue
            text = told.get(wanted) or next((each for key, each in told.items() if key.endswith(wanted)), None)
            if text is not None and not media.schema.breaks_member({name: text}, name):
                found[name] = text
        return {**arguments, "body": {**body, **found}} if found else arguments
