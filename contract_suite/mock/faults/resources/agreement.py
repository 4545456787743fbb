"""Faults in whether a list shows what a read shows."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import in_body, replaces
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.json import JSON


@at_first(sites.lists)
def _list_differs(contract: Contract, place: sites.Listed) -> FaultSite | None:
    resource, listing = place
    read = sites.role(contract, resource, "read")
    collection = listing.promises.collection
    if read is None or collection is None:
        return None
    prefix = f"{collection.items}/*/"
    known = [
        each.subject.removeprefix("/")
        for each in sites.answered(read)
        if each.keyword == "type" and each.value == "string"
    ]
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


@at_first(sites.lists)
def _read_loses_letters(contract: Contract, place: sites.Listed) -> FaultSite | None:
    """Only where nothing can be created: a create shows such a loss by itself."""
    resource, listing = place
    read, collection = sites.role(contract, resource, "read"), listing.promises.collection
    if read is None or collection is None or resource.create is not None:
        return None
    listed = {each.subject.removeprefix(f"{collection.items}/*") for each in sites.answered(listing)}
    kinds = {each.subject: each.value for each in sites.answered(read) if each.keyword == "type"}
    strict = {each.subject for each in sites.answered(read) if each.keyword in {"enum", "pattern", "const", "format"}}
    texts = [
        subject
        for subject, kind in kinds.items()
        if kind == "string" and subject.count("/") == 1 and subject in listed - strict
    ]
    field = next((each[1:] for each in texts if each[1:] not in map(plain, resource.identity)), "")
    if not field:
        return None

    def change(body: JSON) -> JSON:
        value = body.get(field) if isinstance(body, dict) else None
        if not isinstance(body, dict) or not isinstance(value, str):
            return body
        return {**body, field: value.encode("ascii", "replace").decode()}

    return site_of(listing, f"{resource.name}::agrees-with-read", field=field, plant=in_body(read, change))


AGREEMENT: Final = (
    FaultKind(name="list-cuts-text", sentence="a list shows a string without its last character", site=_list_differs()),
    FaultKind(
        name="read-loses-other-scripts",
        sentence="a read shows question marks for letters beyond ASCII that a list shows",
        site=_read_loses_letters(),
    ),
)
