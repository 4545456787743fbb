"""What an update changed shows in the lists that showed it before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import Difference, differences, pointer_of
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, can_show, listed_representation
from contract_suite.behaviours.kit.retrying import late_looks
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import sent_values
from contract_suite.behaviours.resources.kit.observing import SearchResult, search_until_found
from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class InList:
    """A list that showed one of a resource (`former`) before an update (`exchange`) with some values."""

    listing: Operation
    former: SearchResult
    values: Mapping[str, JSON]
    exchange: Exchange

    def judge(self, session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made) -> Iterator[Verdict]:
        """Look for the values in the list; those of before are looked at again for some seconds, since a list may lag."""
        key = self.listing.id
        if not self.former.found:
            yield from verdicts.untested(key, f"the {ops.name} was not seen in {key} before its update")
            return
        wanted = self._judgeable(sent_values(ops, made))
        listed, tidied = search_until_found(session, self.listing, made), not session.contract.sourced
        for _ in chain(range(2), late_looks(session, verdicts.clause_id(key))):
            if not listed.found or not list(differences(wanted, listed.item, tidied=tidied)):
                break
            listed = search_until_found(session, self.listing, made)
        if not listed.found or not wanted:
            reason = (
                listed.trouble
                or f"{key} did not show before what the update changes, or does not show the {ops.name} any more"
            )
            yield from verdicts.untested(key, reason, *listed.exchanges[-1:])
            return
        lost = list(differences(wanted, listed.item, tidied=tidied))
        if lost:
            subject = f"{key}, after the update of {ops.with_article},"
            yield from verdicts.mismatch(key, lost[0], subject, self.exchange, listed.exchanges[-1], more=len(lost) - 1)
        else:
            yield from verdicts.passed(
                key, f"the update shows: {', '.join(wanted)}", self.exchange, listed.exchanges[-1]
            )

    def _judgeable(self, given: Mapping[str, JSON]) -> dict[str, JSON]:
        """The values of fields that the list declares and showed rightly before."""
        place = listed_representation(self.listing)
        before = {name: given[name] for name in self.values if name in given}
        unsound = list(differences(before, self.former.item))
        return {
            name: value
            for name, value in self.values.items()
            if can_show(self.listing, place, name, value) and not is_hit(unsound, name)
        }


def is_hit(found: Iterable[Difference], field: str) -> bool:
    """Whether one of the differences lies in a field."""
    start = pointer_of(field)
    return any(each.pointer == start or each.pointer.startswith(f"{start}/") for each in found)
