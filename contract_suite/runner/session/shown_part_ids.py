"""Ids of parts that a thing shows, for what is asked of it about one of them: a refund of an order names one of its lines.

No path leads to such a part, so nothing but the representation of its owner tells its id. Parts with a path of their own
are resources, which `ledger/shown_parts.py` makes known.
"""

from __future__ import annotations

from typing import Final

from contract_suite.contract.naming.names import singular
from contract_suite.contract.operation import Operation
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.fresh_values import put_at
from contract_suite.generate.likeness import layers
from contract_suite.generate.live_ids import fitted
from contract_suite.generate.resources.references import referred_noun
from contract_suite.model.json import JSON, Arguments, Missing, escape, objects_in

_MOST: Final = 500
"""So many things are remembered, the newest ones."""
_PARTS: Final = 20
"""So many parts of one thing are remembered."""
_MEMBERS: Final = 100

Key = tuple[str, str]
"""The path of a collection, and the id of one of its things."""


class ShownPartIds:
    """The ids of the parts that each thing showed last, by the noun of the parts."""

    def __init__(self, addresses: Addresses) -> None:
        """Nothing was shown yet; what `addresses` know by a path is no mere part."""
        self._addresses = addresses
        self._shown: dict[Key, dict[str, list[JSON]]] = {}

    def observe(self, operation: Operation, arguments: Arguments, body: JSON | Missing) -> None:
        """Take in the answer to a request that was served."""
        found: dict[str, list[JSON]] = {}
        key = _key(operation, arguments)
        for layer in layers(body, frozenset()):
            own = layer.get("id")
            if isinstance(own, str | int) and not _leads_to(key, own) and not operation.path.endswith("}"):
                key = (operation.path.rstrip("/"), str(own))  # it was made, below something or not
            for name, value in layer.items():
                noun = singular(name)
                items = value[:_PARTS] if isinstance(value, list) else ()
                ids = [each.get("id") for each in items if isinstance(each, dict)]
                known: list[JSON] = [each for each in ids if isinstance(each, str | int) and not isinstance(each, bool)]
                if known and len(known) == len(items):
                    found.setdefault(noun, known)
        if key is None or not found:
            return
        self._shown[key] = {**self._shown.pop(key, {}), **found}
        while len(self._shown) > _MOST:
            del self._shown[next(iter(self._shown))]

    def put_into(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return arguments whose body names parts of the thing that the path leads to, each another one as far as there are any."""
        key, body = _key(operation, arguments), arguments.get("body")
        parts = self._shown.get(key) if key is not None else None
        if parts is None or not isinstance(body, (dict, list)):
            return arguments
        elsewhere = {each.pointer for each in self._addresses.references_in(body, operation.path)}
        unused = {noun: list(ids) for noun, ids in parts.items()}
        for pointer, members in objects_in(body, most=_MEMBERS):
            for name, value in members.items():
                place, noun = f"{pointer}/{escape(name)}", referred_noun(name)
                ids = next((parts[each] for each in parts if each and noun.endswith(each)), None) if noun else None
                if ids is None or place in elsewhere or isinstance(value, (dict, list, bool)):
                    continue
                left = next(unused[each] for each in parts if each and noun.endswith(each))
                if value in left:
                    left.remove(value)
                    continue
                subject = f"body{place}"
                arguments = put_at(arguments, subject, fitted(operation, subject, left.pop(0) if left else ids[0]))
        return arguments


def _leads_to(key: Key | None, identity: str | int) -> bool:
    return key is not None and key[1] == str(identity)


def _key(operation: Operation, arguments: Arguments) -> Key | None:
    """Return what the last parameter in the path of an operation leads to; `None` if there is none, or it has no value."""
    above, opened, rest = operation.path.rpartition("{")
    value = arguments.get(f"path.{rest.partition('}')[0]}") if opened else None
    return (above.rstrip("/"), str(value)) if isinstance(value, str | int) else None
