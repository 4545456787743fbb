"""Live values for what a body refers to: made-up ids of other things, as examples of a document show them, are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Contract, Operation
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.fresh_values import put_at
from contract_suite.generate.live_ids import fitted
from contract_suite.generate.resources.references import Reference
from contract_suite.model.json import JSON, Arguments, Missing, at
from contract_suite.runner.session.ledger.records import Records

_OWN: Final = frozenset({"create", "update"})


def with_live_references(
    contract: Contract,
    operation: Operation,
    arguments: Arguments,
    addresses: Addresses,
    records: Records,
    *,
    is_address: Callable[[JSON | Missing], bool],
) -> Arguments:
    """Return arguments whose body refers to what is known to exist, each reference to another thing as far as there are any.

    What names something that exists stays, and so do what the user gives, the name of what is being made or changed, and
    what names a thing of which none is known. So does what `is_address`.
    """
    body = arguments.get("body")
    own = {resource.name for resource, role in roles(addresses.resources, operation) if role in _OWN}
    references = [
        each
        for each in (addresses.references_in(body, operation.path) if isinstance(body, (dict, list)) else ())
        if not (each.plain and each.resource in own) and each.pointer.rpartition("/")[2] not in contract.values
    ]
    references = [each for each in references if not is_address(at(body, each.pointer))]
    known = {(each.resource, each.field): _values(records, each) for each in references}
    shown = {kind: frozenset(map(str, values)) for kind, values in known.items()}
    used: dict[str, list[JSON | Missing]] = {}
    unknown = []
    for each in references:
        value = at(body, each.pointer)
        is_known = not isinstance(value, Missing) and str(value) in shown[each.resource, each.field]
        if is_known and value not in used.get(each.resource, ()):
            used.setdefault(each.resource, []).append(value)
        else:
            unknown.append(each)
    for each in unknown:
        taken = used.setdefault(each.resource, [])
        live = known[each.resource, each.field]
        chosen = next((value for value in live if value not in taken), live[0] if live else None)
        if chosen is not None:
            taken.append(chosen)
            arguments = put_at(arguments, f"body{each.pointer}", fitted(operation, f"body{each.pointer}", chosen))
    return arguments


def _values(records: Records, reference: Reference) -> list[JSON]:
    """Return what a reference may be, of each thing that is known, those first that are asked first."""
    found = (record.fields.get(reference.field) for record in records.by_preference(reference.resource))
    return [each for each in found if each is not None and each != ""]
