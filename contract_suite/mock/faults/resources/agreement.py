"""Faults in whether a list shows what a read shows."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.operation import Contract
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import replaces
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline


@at_first(sites.lists)
def _list_differs(contract: Contract, place: sites.Listed) -> FaultSite | None:
    resource, listing = place
    read = sites.role(contract, resource, "read")
    collection = listing.promises.collection
    if read is None or collection is None:
        return None
    prefix = f"{collection.items}/*/"
    known = {
        each.subject.removeprefix("/")
        for each in sites.answered(read)
        if each.keyword == "type" and each.value == "string"
    }
    limited = {
        each.subject
        for each in sites.answered(listing)
        if each.keyword in {"format", "enum", "pattern", "minLength", "const"}
    }
    fields = [
        each.subject.removeprefix(prefix)
        for each in sites.answered(listing)
        if each.keyword == "type"
        and each.value == "string"
        and each.subject.startswith(prefix)
        and each.subject not in limited
    ]
    unique = {name for rule in resource.unique for name in (*rule.fields, *rule.within)}
    filtered = {each.field for each in listing.promises.filters}
    fields = [
        each
        for each in fields
        if "/" not in each and each in known and each not in resource.identity and each not in unique | filtered
    ]
    fields = (
        fields
        or [
            each
            for each in known
            if each not in resource.identity and f"{prefix}{each}" not in limited and each not in unique
        ][:1]
    )
    if not fields:
        return None
    field = fields[-1]

    @replaces(listing)
    def item_shown(pipeline: Pipeline, call: Call, body: Body) -> Body:
        value = body.get(field)
        return pipeline.item_shown(
            call, {**body, field: value[:-1]} if isinstance(value, str) and len(value) > 1 else body
        )

    return site_of(
        listing,
        f"{resource.name}::agrees-with-read",
        field=field,
        also=(f"{resource.name}::update-listed", f"query.{field}::*", "filters::*"),
        plant=item_shown,
    )


AGREEMENT: Final = (
    FaultKind(name="list-cuts-text", sentence="a list shows a text without its last character", site=_list_differs()),
)
