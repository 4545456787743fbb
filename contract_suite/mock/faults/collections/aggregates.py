"""Faults in what sums up the items of a list: counts beside what they count, and how the items of a list spread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import in_body
from contract_suite.mock.fields import with_value
from contract_suite.model.json import JSON, at, escape

_MANY: Final = 2


def _counts(contract: Contract) -> Iterator[tuple[Operation, str]]:
    """Reads of one thing, with the member that counts the items of the list below it."""
    by_path = {shape(each.path): each for each in contract.operations if each.method == "GET" and not each.problem}
    for _, listing in sites.lists(contract):
        above, _, noun = shape(listing.path).rpartition("/")
        read = by_path.get(above)
        place = _shown(read) if read is not None and above.endswith("}") else None
        for name in place.property_names() if place is not None else ():
            if read is not None and plain_name(name) in {f"{singular(noun)}count", f"{plain_name(noun)}count"}:
                yield read, name


def _spreads(contract: Contract) -> Iterator[tuple[Operation, str, str]]:
    """Paged lists, with where their items are and where they are counted by value."""
    for _, operation, _ in sites.paged(contract):
        place, collection = _shown(operation), operation.promises.collection
        for name in place.property_names() if place is not None and collection is not None else ():
            inner = place.member(name) if place is not None else None
            for below in inner.property_names() if inner is not None and collection is not None else ():
                found = inner.member(below).element(0) if inner is not None else None
                if found is not None and set(found.property_names()) == {"value", "count"} and collection is not None:
                    yield operation, collection.items, f"/{escape(name)}/{escape(below)}"


def _shown(operation: Operation | None) -> SchemaView | None:
    spec = operation.response(200) if operation is not None else None
    media = spec.json if spec is not None else None
    return view(media.schema) if media is not None and media.schema is not None else None


@at_first(_counts)
def _miscounted(_contract: Contract, place: tuple[Operation, str]) -> FaultSite | None:
    read, name = place

    def change(body: JSON) -> JSON:
        count = body.get(name) if isinstance(body, dict) else None
        return (
            {**body, name: count - 1} if isinstance(body, dict) and isinstance(count, int) and count > _MANY else body
        )

    return site_of(
        read,
        f"200/{escape(name)}::aggregate-exact",
        field=name,
        elsewhere=("*::agrees-with-read",),
        plant=in_body(read, change),
    )


@at_first(_spreads)
def _page_alone(_contract: Contract, place: tuple[Operation, str, str]) -> FaultSite | None:
    operation, items, pointer = place

    def change(body: JSON) -> JSON:
        shown, counted = at(body, items), at(body, pointer)
        if not isinstance(body, dict) or not isinstance(shown, list) or not isinstance(counted, list):
            return body
        told: list[JSON] = [{**each, "count": len(shown)} for each in counted if isinstance(each, dict)]
        return with_value(body, pointer, told)

    return site_of(operation, f"200{pointer}::facets-of-all-pages", plant=in_body(operation, change))


AGGREGATES: Final = (
    FaultKind(
        name="count-lacks-one-of-many",
        sentence="a thing says that one item less belongs to it than there are, if there are more than two",
        site=_miscounted(),
    ),
    FaultKind(
        name="facets-count-the-page",
        sentence="what counts the items by value counts only the page",
        site=_page_alone(),
    ),
)
