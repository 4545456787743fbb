"""Requests about the things of a plain document, answered: listed, made, shown, changed, replaced and removed.

A create under an identity that is taken is refused where the operation documents 409, and otherwise replaces; a `PUT`
makes what it names where the document shows that (201), or nothing else makes it and no 404 is documented.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from zlib import crc32

from contract_suite.contract.naming.masks import mask_of
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.mock.fields import Body, pointer, text_of, with_value
from contract_suite.mock.kept.merge_patches import is_merge_patch, merged
from contract_suite.mock.kept.shapes import Shape
from contract_suite.mock.kept.things import Things
from contract_suite.mock.lists import Lists
from contract_suite.mock.pipeline import Call, Pipeline, check_state
from contract_suite.mock.refused import Refused
from contract_suite.mock.responses import ENCODE, Responses
from contract_suite.mock.state import Record, Ref
from contract_suite.mock.values.header_values import documents
from contract_suite.mock.views.arguments import argument
from contract_suite.mock.views.catalogue import Catalogue
from contract_suite.mock.views.view import View
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing, at

_CONFLICT: Final = 409
_CREATED: Final = "201"
_UNKNOWN: Final = "404"
_NOT_MODIFIED: Final = 304
_PRECONDITION_FAILED: Final = 412


class KeptAnswers:
    """Answers by what is kept."""

    def __init__(self, pipeline: Pipeline, things: Things, lists: Lists, responses: Responses) -> None:
        """Keep the parts that do the work."""
        self.pipeline = pipeline
        self.things = things
        self.catalogue: Catalogue = things.catalogue
        self._lists = lists
        self._responses = responses

    def answer(self, call: Call, view: View, shape: Shape) -> Response:
        """Answer a call about a resource that is kept."""
        owner = self.things.owner(view, call.scope, call.arguments)
        if view.what == "list":
            self.things.begin(call.state, shape, call.scope, owner)
            return self._responses.success(call, self._lists.body(call, view))
        if view.what == "create":
            return self._made(call, view, shape, given(call, view, defaults=True), owner)
        key = _key(call, view)
        found = self._found(call, shape, key, owner)
        if view.what == "put" and found is None and self._makes(view.operation, shape.resource):
            return self._put(call, shape, key, owner)
        if found is None:
            raise Refused("unknown", f"There is no {shape.resource.name} {key}.")
        self._check_match(call, view, found)
        check_state(self.pipeline, call, shape.resource, found.body)
        if view.what == "act":
            return self._acted(call, view, shape, found)
        if view.what in {"update", "put"}:
            return self._changed(call, view, shape, found)
        if view.what == "delete":
            self.pipeline.remove(call.state, found)
            self.things.forget(found)
        return self._shown(call, view, found)

    def _found(self, call: Call, shape: Shape, key: str, owner: Ref | None) -> Record | None:
        """Return a thing as the state finds it, or as it can be made up."""
        known = self.things.find(call.state, shape, Ref(shape.resource.name, call.scope, (key,)), owner)
        found = self.pipeline.find(call.state, shape.resource.name, call.scope, (key,))
        return known if found is None and known is not None and call.state.find(*known.ref) is None else found

    def _made(self, call: Call, view: View, shape: Shape, fields: Body, owner: Ref | None) -> Response:
        self.things.begin(call.state, shape, call.scope, owner)
        body = self.things.made(call.state, shape, call.scope, fields)
        taken = call.state.find(*call.state.record(shape.resource.name, call.scope, body).ref)
        if taken is not None and view.operation.response(_CONFLICT) is None:
            return self._changed(call, view, shape, taken)
        record = self.pipeline.draft(call.state, shape.resource.name, call.scope, body, call.now)
        if shape.resource.states is not None:
            begun = self.pipeline.begun(call, shape.resource.states)
            record = replace(record, body=with_value(record.body, shape.resource.states.field, begun))
        return self._kept(call, view, shape, self._owned(record, owner), new=True)

    def _acted(self, call: Call, view: View, shape: Shape, found: Record) -> Response:
        """Change the state of a thing by an action, or a flag of it."""
        flagged = self.pipeline.flagged(call, found.body, shape.resource.flags)
        if flagged is not found.body:
            revised = self.pipeline.revise(call.state, found, flagged, call.now)
            return self._kept(call, view, shape, revised, new=False)
        states = shape.resource.states
        actions = states.actions if states is not None else ()
        action = next((each for each in actions if each.operation == view.operation.id), None)
        if states is None or action is None:
            return self._shown(call, view, found)
        known = at(found.body, states.field)
        state = self.pipeline.acted(call, "" if isinstance(known, Missing) else text_of(known), action)
        body = with_value(found.body, states.field, state)
        return self._kept(call, view, shape, self.pipeline.revise(call.state, found, body, call.now), new=False)

    def _put(self, call: Call, shape: Shape, key: str, owner: Ref | None) -> Response:
        """Make what a request names in its path."""
        view = self.things.view(self.catalogue.view_of_new(call.view.operation)) if call.view is not None else None
        named = shape.named(shape.base, key)
        if named is None or view is None:
            raise Refused("invalid", f"No {shape.resource.name} can be called {key}.")
        call.view = view
        identity = shape.resource.identity[0]
        fields = {**given(call, view, defaults=True)}
        fields.pop(pointer(identity).split("/")[1], None)
        body = shape.fitted(shape.within(named, call.scope), fields)
        record = self.pipeline.draft(call.state, shape.resource.name, call.scope, body, call.now)
        return self._kept(call, view, shape, self._owned(record, owner), new=True)

    def _changed(self, call: Call, view: View, shape: Shape, found: Record) -> Response:
        fields = given(call, view, defaults=False)
        if is_merge_patch(call.request):
            found, fields = _patched(shape, found, fields)
        elif (mask := _mask(call, view)) is not None:
            found, fields = _masked(shape, found, fields, mask)
        before, fields = self.things.changed(shape, found, fields, view)
        role = view.role or Role(operation=view.operation.id, location=view.operation.location)
        body = self.pipeline.updated(call, before, fields, role, tuple(fields), reset=False)
        record = found if body == found.body else self.pipeline.revise(call.state, found, body, call.now)
        return self._kept(call, view, shape, record, new=False)

    def _kept(self, call: Call, view: View, shape: Shape, record: Record, *, new: bool) -> Response:
        """Keep a thing and show it; what the state has set and no operation can show is left as the base has it."""
        for promise in shape.resource.assigned if not shape.fits(record.body) else ():
            base = shape.base.get(promise.field)
            fields = {name: value for name, value in record.body.items() if name != promise.field}
            body = fields if base is None else with_value(fields, promise.field, base)
            record = replace(record, body=body)
        self.pipeline.put(call.state, record)
        if new:
            self.things.remember(record)
            self._lead(call, view, shape.resource, record)
        return self._shown(call, view, record)

    def _check_match(self, call: Call, view: View, record: Record) -> None:
        """Refuse a change of what the client hasn't seen, where the operation documents that."""
        wanted = _header(call, "if-match")
        documented = view.operation.documents(_PRECONDITION_FAILED)
        if wanted and wanted != "*" and documented and _tag(record) not in wanted and view.what != "read":
            raise Refused("invalid", "It is not what If-Match names.", status=_PRECONDITION_FAILED)

    def _shown(self, call: Call, view: View, record: Record) -> Response:
        if documents(view.spec, "etag") and view.what != "delete":
            call.headers = (*call.headers, ("ETag", _tag(record)))
            unchanged = view.operation.documents(_NOT_MODIFIED)
            if view.what == "read" and unchanged and _tag(record) in _header(call, "if-none-match"):
                return self._responses.respond(_NOT_MODIFIED, None, "", call.headers, call)
        return self._responses.success(call, view.with_representation(self.pipeline.shown(call.state, record)))

    def _lead(self, call: Call, view: View, resource: Resource, record: Record) -> None:
        """Say where a new thing is, where the operation documents `Location`."""
        if documents(view.spec, "location"):
            link = self.catalogue.addresses.link(resource, record.ref.scope, record.ref.key)
            if link:
                others = tuple(pair for pair in call.headers if pair[0] != "Location")
                call.headers = (*others, ("Location", f"{self.catalogue.contract.base_path}{link}"))

    def _makes(self, operation: Operation, resource: Resource) -> bool:
        """Whether a `PUT` makes what it names."""
        declared = {each.status for each in operation.responses}
        return _CREATED in declared or (resource.create is None and _UNKNOWN not in declared)

    def _owned(self, record: Record, owner: Ref | None) -> Record:
        return record if owner is None else replace(record, owner=owner)


def given(call: Call, view: View, *, defaults: bool) -> Body:
    """Return what a request sets, as fields of the representation.

    Members that the operation doesn't know are left out, and those that only the server sets.
    """
    sent = call.arguments.get("body")
    body = at(sent, view.inside) if view.inside and isinstance(sent, dict) else sent
    fields: Body = {}
    if view.body_open and isinstance(body, dict):
        fields = {name: value for name, value in body.items() if name not in view.fixed} if view.fixed else body
    for subject, target in view.fields:
        value: JSON | Missing = argument(call.arguments, subject)
        if isinstance(value, Missing) and defaults and target in view.defaults:
            value = view.defaults[target]
        if not isinstance(value, Missing):
            fields = with_value(fields, target, value)
    return fields


def _patched(shape: Shape, record: Record, patch: Body) -> tuple[Record, Body]:
    """Return a thing without what a merge patch removes, and the members that it sets (RFC 7396)."""
    body = record.body
    for name, value in patch.items():
        less = {key: each for key, each in body.items() if key != name}
        if value is None and shape.fits(less):
            body = less
    fields = {name: merged(body.get(name), value) for name, value in patch.items() if value is not None}
    return replace(record, body=body), fields


def _mask(call: Call, view: View) -> list[str] | None:
    """Return the members that the mask of an update names; `None` if it has none."""
    parameter = mask_of(view.operation)
    given = argument(call.arguments, parameter.subject) if parameter is not None else None
    if isinstance(given, str):
        return [name.strip() for name in given.split(",")]
    return [str(name) for name in given] if isinstance(given, list) else None


def _masked(shape: Shape, record: Record, fields: Body, mask: list[str]) -> tuple[Record, Body]:
    """Return a thing without what a mask names and an update lacks, and the members that the update sets (AIP-134)."""
    removed: Body = dict.fromkeys((name for name in mask if name not in fields), None)
    less, _ = _patched(shape, record, removed)
    return less, {name: value for name, value in fields.items() if name in mask}


def _tag(record: Record) -> str:
    """Return the entity tag of a thing."""
    return f'"{crc32(ENCODE(record.body).encode("utf-8", "replace")):08x}"'


def _header(call: Call, name: str) -> str:
    return next((value for key, value in call.request.headers if key.lower() == name), "")


def _key(call: Call, view: View) -> str:
    ((_, subjects),) = view.identity
    found = (argument(call.arguments, subject) for subject in subjects)
    return next((text_of(value) for value in found if not isinstance(value, Missing)), "")
