"""What a list is answered with: the candidates, filtered, sorted, cut to a page and counted."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.naming.first_places import first_offset, first_page
from contract_suite.contract.parts.directions import direction_value, way_of
from contract_suite.contract.trees.places import header_of, item_field_of
from contract_suite.contract.vocabulary import Collection, Order, Page
from contract_suite.mock.fields import Body, place_items, text_of, with_value, without
from contract_suite.mock.next_pages import beside_item, next_page, place_asked, put, written
from contract_suite.mock.pipeline import Call, Pipeline, SortKey
from contract_suite.mock.refused import Refused
from contract_suite.mock.views.arguments import argument
from contract_suite.mock.views.view import View
from contract_suite.model.json import JSON, Missing, at

_BELOW_ALL: Final = (-1, 0)
_ABOVE_ALL: Final = (9, 0)
"""What a null is sorted by, where it is promised to come before or behind all values."""


class Lists:
    """Makes the bodies of lists, each step by the pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Keep the steps."""
        self.pipeline = pipeline

    def body(self, call: Call, view: View) -> JSON:
        """Return the 200 body of a list; a filter or path that names an unknown owner is `Refused`."""
        promises = view.operation.promises
        items, applied = self._arranged(call, view, self._filtered(call, view, self._candidates(call, view)))
        paged = promises.collection is not None and promises.collection.page is not None
        start, size = self._cut(call, view, items)
        page = self.pipeline.paginate(call, items, start, size) if paged else items
        shown = [{**self.pipeline.item_shown(call, each), **view.own} for each in page]
        body = place_items(view.skeleton, view.items or "", list(shown))
        if not shown and view.resource is None and not _may_be_empty(view, body):
            return view.skeleton
        collection = promises.collection
        if collection is not None and collection.total:
            body = put(call, body, collection.total, self.pipeline.total(call, items, page))
        if collection is not None and collection.page is not None and collection.page.next:
            after = self.pipeline.following(call, items, start, size)
            body = _with_next(call, view, body, collection.page, after)
        if not isinstance(body, dict):
            return body
        if collection is not None:
            body = self._claimed(call, collection, body, (items, start, size))
        if collection is not None and collection.count:
            body = with_value(body, collection.count, self.pipeline.count(call, items, page))
        for echo in promises.echo:
            value = applied.get(echo.parameter, _argument(call, view, echo.parameter))
            if not isinstance(value, Missing):
                body = with_value(body, echo.pointer, self.pipeline.echoed(call, echo, value))
        return body

    def _claimed(
        self, call: Call, collection: Collection, body: dict[str, JSON], page: tuple[list[Body], int, int | None]
    ) -> dict[str, JSON]:
        """Say of a page (all items, where it begins, its size) whether more follows, and how many there are."""
        items, start, size = page
        if collection.more or collection.last:
            more = self.pipeline.more(call, items, start, size)
            body = with_value(body, collection.more, more) if collection.more else body
            body = with_value(body, collection.last, not more) if collection.last else body
        return (
            with_value(body, collection.pages, self.pipeline.page_count(call, items, size))
            if collection.pages
            else body
        )

    def _filtered(self, call: Call, view: View, items: list[Body]) -> list[Body]:
        for promise in view.operation.promises.filters:
            wanted = argument(call.arguments, view.subjects.get(promise.parameter, ""))
            if isinstance(wanted, Missing):
                continue
            if promise.unknown == "refused":
                self._check_owner(call, view, promise.field, wanted)
            items = [body for body in items if self.pipeline.matches(call, promise, wanted, body, self.pipeline.same)]
        for bound in view.operation.promises.bounds:
            limit = argument(call.arguments, view.subjects.get(bound.parameter, ""))
            if not isinstance(limit, Missing):
                items = [body for body in items if self.pipeline.within(call, bound, limit, body)]
        return items

    def _cut(self, call: Call, view: View, items: list[Body]) -> tuple[int, int | None]:
        """Return where the page that is asked for begins, and how many items it holds; `None` for all."""
        collection = view.operation.promises.collection
        if collection is None or collection.page is None:
            return 0, None
        size = _number(call, view, collection.page.size)
        offset = _number(call, view, collection.page.offset)
        start = 0 if offset is None else offset - first_offset(view.operation.parameter(collection.page.offset))
        if collection.page.number:
            number = _number(call, view, collection.page.number)
            first = first_page(view.operation.parameter(collection.page.number))
            start = (0 if number is None else number - first) * (len(items) if size is None else size)
        elif item_field_of(collection.page.next):
            return beside_item(call, collection.page, items, size)
        elif collection.page.next:
            start = place_asked(call, collection.page)
        return max(0, start), size if size is None else max(0, size)

    def _candidates(self, call: Call, view: View) -> list[Body]:
        """Return what a list chooses from: the records of the scope, and of the owner in the path.

        Without a resource, what the document shows.
        """
        if view.resource is None:
            return _shown(view)
        bodies = [
            self.pipeline.shown(call.state, each)
            for each in self.pipeline.all(call.state, view.resource.name, call.scope)
        ]
        for subject, field_name in view.owner:
            wanted = argument(call.arguments, subject)
            if not isinstance(wanted, Missing):
                self._check_owner(call, view, field_name, wanted)
                bodies = [body for body in bodies if self.pipeline.same(call, wanted, _value(body, field_name))]
        return bodies

    def _check_owner(self, call: Call, view: View, name: str, wanted: JSON) -> None:
        if view.resource is not None and not self.pipeline.owner_exists(
            call.state, view.resource.name, call.scope, name, wanted
        ):
            owner = call.state.owner(view.resource.name)
            raise Refused("unknown", f"There is no {owner.name if owner else name} {text_of(wanted)}.")

    def _arranged(self, call: Call, view: View, items: list[Body]) -> tuple[list[Body], dict[str, JSON]]:
        """Sort as asked; return the values of the parameters as they were applied."""
        order = view.operation.promises.order
        if order is None:
            return items, {}
        by = _argument(call, view, order.by)
        switch = view.operation.parameter(order.direction) if order.direction else None
        way = way_of(switch, _argument(call, view, order.direction)) or order.default_direction
        texts = (
            by
            if isinstance(by, list)
            else by.split(order.separator)
            if isinstance(by, str) and order.separator
            else [by]
        )
        meant = [known for each in texts if isinstance(each, str) and (known := order.meant_by(each)) is not None]
        keys = [(key, asked if order.in_key else way) for key, asked in meant] or [(order.default_by, way)]
        last, last_way = keys[-1]
        if last_way in order.ties_of(last):
            items = self.pipeline.arrange(call, items, *order.ties_of(last)[last_way], self.pipeline.sort_key)
        for key, direction in reversed(keys):
            name = order.keys.get(key, key)
            if name:
                items = self.pipeline.arrange(call, items, name, direction, self._compared(order, key, direction))
        said = [order.value_of(*each) for each in keys]
        applied: JSON = (
            order.default_by if not meant else [*said] if isinstance(by, list) else order.separator.join(said)
        )
        said_way = direction_value(switch, keys[0][1]) if switch is not None else keys[0][1]
        return items, {order.by: applied, order.direction: said_way}

    def _compared(self, order: Order, key: str, way: str) -> SortKey:
        """Return what the values of a key are sorted by: without regard to case, nulls first or last, where that is promised."""
        plain, folds = self.pipeline.sort_key, order.collation.get(key) == "case-insensitive"
        place = order.nulls.get(key, {}).get(way)
        if not folds and place is None:
            return plain
        highest = (place == "last") == (way == "asc")

        def compared(call: Call, value: JSON | Missing) -> tuple[int, float | int | str]:
            if place is not None and (value is None or isinstance(value, Missing)):
                return _ABOVE_ALL if highest else _BELOW_ALL
            return plain(call, value.casefold() if folds and isinstance(value, str) else value)

        return compared


def lists_objects(view: View) -> bool:
    """Whether what the document shows of a list can be chosen from: it is objects, and nothing else."""
    found = at(view.skeleton, view.items or "")
    return isinstance(found, list) and all(isinstance(each, dict) for each in found)


def _shown(view: View) -> list[Body]:
    """Return the items that the document shows."""
    found = at(view.skeleton, view.items or "")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _may_be_empty(view: View, body: JSON) -> bool:
    schema = view.media.schema if view.media is not None else None
    return schema is None or schema.is_valid(body)


def _with_next(call: Call, view: View, body: JSON, page: Page, after: int | None) -> JSON:
    """Say where the next page is; where there is none, nothing: null, no member or an empty text, as the schema wants it."""
    if item_field_of(page.next):
        return body
    link = next_page(call, page, after)
    if link is not None and not _takes(view, page.next, link):
        return body
    said = put(call, body, page.next, link)
    schema = view.media.schema if view.media is not None else None
    if after is not None or schema is None or not isinstance(body, dict) or schema.is_valid(said):
        return said
    return next(filter(schema.is_valid, (without(body, page.next), with_value(body, page.next, ""))), said)


def _takes(view: View, place: str, link: str) -> bool:
    """Whether the header field that names the next page may hold it."""
    name = header_of(place).lower()
    specs = view.spec.headers if view.spec is not None and name else ()
    schema = next((each.schema for each in specs if each.name.lower() == name), None)
    return schema is None or schema.is_valid(written(name, link))


def _argument(call: Call, view: View, name: str) -> JSON | Missing:
    """Return a parameter's value, or its default."""
    value = argument(call.arguments, view.subjects.get(name, ""))
    return view.parameter_defaults.get(name, value) if isinstance(value, Missing) else value


def _number(call: Call, view: View, name: str) -> int | None:
    for value in (_argument(call, view, name), view.parameter_defaults.get(name)):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return int(value)
    return None


def _value(body: Body, name: str) -> JSON:
    found = at(body, name)
    return None if isinstance(found, Missing) else found
