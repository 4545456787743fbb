"""What was put at an address where no kind of thing is known: settings, a profile, a licence by its key.

A GET shows what a PUT or PATCH at the same address set, as far as its schema has room for it; a DELETE takes it back.
That is what the methods mean (RFC 9110, 9.3), so it takes no guess.
"""

from __future__ import annotations

from typing import Final

from contract_suite.mock.fields import Body, with_value
from contract_suite.mock.kept.merge_patches import is_merge_patch, merged
from contract_suite.mock.pipeline import Call
from contract_suite.mock.views.catalogue import Catalogue
from contract_suite.mock.views.view import View
from contract_suite.model.json import JSON, at

_SETS: Final = frozenset({"PUT", "PATCH"})
_MOST: Final = 10_000


class Singles:
    """The members that were set, by path."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing was set yet."""
        usable = [each for each in catalogue.contract.operations if not each.problem]
        reads = {each.path: each for each in usable if each.method == "GET"}
        self._reads = {each.path: reads[each.path] for each in usable if each.method in _SETS and each.path in reads}
        self._catalogue = catalogue
        self._kept: dict[str, Body] = {}

    def body(self, call: Call, view: View) -> JSON:
        """Return the body of an operation that keeps nothing else, after what it does to what was set."""
        path, operation = call.request.target.partition("?")[0], view.operation
        if operation.path not in self._reads:
            return view.skeleton
        if operation.method == "DELETE":
            self._kept.pop(path, None)
            return view.skeleton
        if operation.method in _SETS:
            self._set(path, call, view)
        return self._shown(view, self._kept.get(path, {}))

    def _set(self, path: str, call: Call, view: View) -> None:
        read, sent = self._catalogue.view(self._reads[view.operation.path]), call.arguments.get("body")
        body: Body = {} if view.operation.method == "PUT" else dict(self._kept.get(path, {}))
        for name, value in sent.items() if isinstance(sent, dict) else ():
            new = merged(body.get(name), value) if is_merge_patch(call.request) else value
            if name not in view.fixed and self._fits(read, {**body, name: new}):
                body[name] = new
        if path in self._kept or len(self._kept) < _MOST:
            self._kept[path] = body

    def _shown(self, view: View, fields: Body) -> JSON:
        """Return an answer with what was set, where it shows such members and stays valid."""
        place = self._place(view, fields)
        fields = {name: value for name, value in fields.items() if name in self._declared(view).get(place or "", ())}
        return _with(view, fields, place) if place is not None and self._fits(view, fields) else view.skeleton

    def _fits(self, view: View, fields: Body) -> bool:
        place = self._place(view, fields)
        schema = view.media.schema if view.media is not None else None
        if place is None or schema is None or not fields.keys() <= set(self._declared(view)[place]):
            return False
        return schema.is_valid(_with(view, fields, place))

    def _place(self, view: View, fields: Body) -> str | None:
        """Where an answer has most of these members: itself, or an object in it."""
        declared = self._declared(view)
        best = max(declared, key=lambda place: len(fields.keys() & set(declared[place])), default=None)
        return best if best is not None and fields.keys() & set(declared[best]) else None

    def _declared(self, view: View) -> dict[str, tuple[str, ...]]:
        """The members that an answer declares, by place: at its root, and in the objects that it shows there."""
        names = self._catalogue.names(view.media.schema if view.media is not None else None)
        return {
            place: tuple(name for name in each.declared if name not in each.write_only)
            for place, each in names.items()
            if place.count("/") <= 1 and "*" not in place and isinstance(at(view.skeleton, place), dict)
        }


def _with(view: View, fields: Body, place: str) -> JSON:
    inner = at(view.skeleton, place)
    body = {**(inner if isinstance(inner, dict) else {}), **fields}
    return with_value(view.skeleton, place, body) if place and isinstance(view.skeleton, dict) else body
