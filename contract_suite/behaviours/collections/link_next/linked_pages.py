"""Pages of a list as their links are followed: the items of each, and where its links lead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.following import link_at, next_place, previous_place
from contract_suite.behaviours.kit.links import links_of
from contract_suite.behaviours.kit.references import target_of
from contract_suite.behaviours.kit.requests import answers_with
from contract_suite.behaviours.kit.responses import served, why_not
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.contract.naming.names import PAGE_SIZES, plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import route
from contract_suite.model.exchange import Exchange, Request
from contract_suite.model.json import JSON, Arguments, Missing, at

SMALL: Final = 2
_SIZES: Final = PAGE_SIZES | {"count"}
_LARGE: Final = (100, 50, 20, 10, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its exchange, its items as texts to compare, and where its links lead (`None`: it has none)."""

    exchange: Exchange
    items: tuple[str, ...]
    following: str | None
    before: str | None

    @property
    def is_distinct(self) -> bool:
        """Whether the items are objects, no two of them alike: only then does a repeated one mean anything."""
        return len(set(self.items)) == len(self.items) and all(item.startswith("{") for item in self.items)


@dataclass(frozen=True, slots=True)
class LinkedPages:
    """The pages of one list, by arguments and by links."""

    session: Session
    operation: Operation

    def call(self, arguments: Arguments, note: str) -> Page:
        """Return the page that arguments ask for."""
        return self.page(self.session.call(self.operation, arguments, note=note))

    def follow(self, target: str) -> Exchange:
        """Ask where a link leads, with the header fields of the page that it stands in."""
        made = [each.request for each in self.session.history if each.request.method == "GET"]
        mine = [each for each in made if route(self.session.contract, "GET", each.target)[0] is self.operation]
        request = Request(method="GET", target=target, headers=mine[-1].headers if mine else ())
        return self.session.send(request, note="where the link leads")

    def page(self, exchange: Exchange) -> Page:
        """Return the page that an answer is; raises `Unusable` for one that was not served."""
        if not served(exchange):
            raise Unusable(why_not(exchange), exchange)
        links, body = links_of(exchange), self.session.json(exchange)
        following, before = links.get("next"), links.get("prev") or links.get("previous")
        if not answers_with(self.operation, "Link") and not isinstance(body, Missing):
            following, before = (
                link_at(body, place) if place else None
                for place in (next_place(self.operation), previous_place(self.operation))
            )
        items = self.raw(exchange) if self.operation.promises.collection is not None else body
        return Page(
            exchange=exchange,
            items=_items(items),
            following=self._target(exchange, following),
            before=self._target(exchange, before),
        )

    def raw(self, exchange: Exchange) -> list[JSON]:
        """Return the items of a page as they came."""
        collection, body = self.operation.promises.collection, self.session.json(exchange) if served(exchange) else None
        found = at(body, collection.items) if collection is not None and not isinstance(body, Missing) else None
        return found if isinstance(found, list) else []

    def sizes(self) -> list[str]:
        """Return the parameters that may say how many items a page holds: of two, one limits the whole list."""
        named = [
            each for each in self.operation.parameters if each.where == "query" and plain_name(each.name) in _SIZES
        ]
        return [each.subject for each in named if each.schema.is_valid(SMALL)]

    def long(self, size: str) -> dict[str, JSON]:
        """Return the argument that asks for a long page; nothing without a parameter that takes such a size."""
        parameter = self.operation.parameter(size) if size else None
        return next(({size: each} for each in _LARGE if parameter is not None and parameter.schema.is_valid(each)), {})

    def _target(self, exchange: Exchange, link: str | None) -> str | None:
        return target_of(self.session.base_url, exchange.request.target, link) if link else None


def _items(value: object) -> tuple[str, ...]:
    """The items of a page as texts to compare: the body itself, or the one array in it."""
    lists = [value] if isinstance(value, list) else []
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list)]
    return tuple(json.dumps(each, sort_keys=True) for each in lists[0]) if len(lists) == 1 else ()
