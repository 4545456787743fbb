"""Values for what no record fits: those that the user declares, and another resource's in the same scope."""

from __future__ import annotations

from collections.abc import Sequence

from contract_suite.contract.addressing import owner_of
from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses, Need
from contract_suite.generate.live_ids import name_of
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.runner.session.ledger.records import Records


class DeclaredValues:
    """What may stand at the places of a thing of which none is known to exist."""

    def __init__(self, contract: Contract, addresses: Addresses, records: Records) -> None:
        """`records` hold what exists of other things."""
        self._contract = contract
        self._addresses = addresses
        self._records = records

    def of(self, name: str, wanted: Sequence[Need]) -> dict[str, JSON] | None:
        """Return values of one of a resource by subject; `None` where it is needed and nothing is known."""
        resource = next(each for each in self._addresses.resources if each.name == name)
        if self._addresses.inferred:
            return self._from_owner(resource, wanted)
        found: dict[str, JSON] = {}
        for need in wanted:
            bare = name_of(need.subject)
            in_scope = need.field in resource.scope
            if bare in self._contract.values and (in_scope or not self._records.of(name)):
                found[need.subject] = self._contract.values[bare]
                continue
            if not in_scope:
                return None
            others = (record.fields[need.field] for record in self._records if need.field in record.fields)
            other = next(others, MISSING)
            if not isinstance(other, Missing):
                found[need.subject] = other  # else what the document shows for it stays in its place
        return found

    def _from_owner(self, resource: Resource, wanted: Sequence[Need]) -> dict[str, JSON]:
        """What is known of the owner of an inferred resource; the rest keeps what the document or the user gives."""
        found: dict[str, JSON] = {}
        owner = owner_of(self._addresses.resources, resource)
        if owner is not None:
            above = [need for need in wanted if need.field in owner.identity]
            records = self._records.by_preference(owner.name)
            found = (
                {need.subject: records[0].fields[need.field] for need in above if need.field in records[0].fields}
                if records
                else self._from_owner(owner, above)
            )
        for need in wanted:
            bare = name_of(need.subject)
            if need.subject not in found and bare in self._contract.values:
                found[need.subject] = self._contract.values[bare]
        return found
