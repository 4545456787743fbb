"""A server made of a contract: requests in, responses out, nothing in between but the document and the state.

The order of refusals must not change: an unknown path or method, then the key, its permission, the request's form, what
does not exist, duplicates. A refused request leaves the state as it was.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from contract_suite.contract.naming.replacing import replaces
from contract_suite.contract.operation import Contract, Operation, is_json
from contract_suite.contract.paths.routing import Routes, names_in
from contract_suite.contract.request_reading import read
from contract_suite.contract.violations import Violation
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.mock.fields import Body, pointer, text_of, with_value
from contract_suite.mock.kept.answering import KeptAnswers, given
from contract_suite.mock.kept.singles import Singles
from contract_suite.mock.kept.things import Things
from contract_suite.mock.limits import Limiter
from contract_suite.mock.lists import Lists, lists_objects
from contract_suite.mock.pipeline import Answered, Call, Pipeline, check_state
from contract_suite.mock.refusals import Envelopes
from contract_suite.mock.refused import Refused
from contract_suite.mock.responses import ENCODE, Responses
from contract_suite.mock.seeding import Seeds
from contract_suite.mock.state import Record, Ref, State
from contract_suite.mock.values.header_values import documents
from contract_suite.mock.views.arguments import argument
from contract_suite.mock.views.catalogue import Catalogue
from contract_suite.mock.views.view import View
from contract_suite.model.exchange import Request, Response
from contract_suite.model.json import JSON, Missing, at
from contract_suite.model.source import Source

_PLACEHOLDER: Final = "00000000-0000-4000-8000-000000000000"
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")
_ROOM: Final = 40


class MockServer:
    """Serves one contract below its base path.

    `handle` takes targets below that path and may be called from several threads.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        seed: int = 0,
        empty: bool = False,
        records: int | None = None,
        enforce_limits: bool = False,
        clock: Callable[[], float] = time.time,
        pipeline: Pipeline | None = None,
    ) -> None:
        """`empty` begins without records (containers stay), `records` is how many of each main resource there are."""
        self.contract = contract
        self.pipeline = pipeline or Pipeline()
        self.catalogue = Catalogue(contract)
        self._clock = clock
        self._seed = seed
        self._enforce_limits = enforce_limits
        self._envelopes = Envelopes(contract)
        self._seeds = Seeds(contract, self.catalogue)
        self._lists = Lists(self.pipeline)
        self._empty = empty
        self._records = records
        self._lock = threading.RLock()
        self._routes = Routes(contract.operations)
        self.reset()

    def reset(self) -> None:
        """Go back to the state of the beginning."""
        self._count = 0
        self._responses = Responses(self.pipeline, self._envelopes, seed=self._seed)
        self._limiter = Limiter()
        self._answers: dict[tuple[str, ...], Answered] = {}
        self._containers: dict[tuple[str, ...], frozenset[tuple[str, ...]]] = {}
        self._singles = Singles(self.catalogue)
        self._things = Things(self.catalogue, seed=self._seed, records=self._records, empty=self._empty)
        self.state = State(
            self.contract.resources,
            seed=self._seed,
            kind_of=self.catalogue.kind_of,
            compared_by=self.pipeline.compared_by,
        )
        if not self._empty:
            self._seeds.populate(self.state, seed=self._seed, records=self._records)

    @property
    def base_path(self) -> str:
        """Where the contract's paths begin."""
        return self.contract.base_path

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        with self._lock:
            self._count += 1
            call = Call(number=self._count, request=request, now=self._clock(), state=self.state)
            return self.pipeline.sent(call, self.pipeline.handle(call, self._answered))

    def refuse(self, call: Call, refusal: Refused) -> Response:
        """Return what a refused call is answered with, by the document's error responses."""
        return self._responses.refuse(call, refusal)

    def _answered(self, call: Call) -> Response:
        try:
            return self._serve(call)
        except Refused as refusal:
            return self.refuse(call, refusal)

    def _serve(self, call: Call) -> Response:
        call.view = self.catalogue.view(self._route(call))
        operation = call.view.operation
        if operation.problem:
            raise Refused("unrouted", "The document describes this operation in a way that can't be served.")
        call.credential = self.pipeline.authenticate(operation, call.request)
        if self._enforce_limits and operation.promises.rate is not None:
            self._limiter.take(operation.id, call.credential, operation.promises.rate, call.now)
        self.pipeline.permit(operation, call.credential)
        self._check_form(call, operation)
        if operation.parameters or operation.body:
            call.arguments = read(operation, call.request)
        self._check_body(call)
        call.view = self._as_get(call, call.view)
        if call.view.resource is not None and call.view.resource.source is Source.INFERRED:
            call.view = self._things.view(call.view)
        if call.request.method == "POST" and documents(call.view.spec, "location"):
            call.headers = (*call.headers, ("Location", self._nearest(call.request.target, call.view.skeleton)))
        call.scope = self._scope(call, call.view)
        return self._answered_once(call, call.view)

    def _route(self, call: Call) -> Operation:
        target = call.request.target
        if not target.startswith("/"):
            target = f"/{target}"
        path, mark, query = target.partition("?")
        if "%" in path:
            path = _UNRESERVED.sub(lambda match: chr(int(match[1], 16)), path)
        if path + mark + query != call.request.target:
            call.request = replace(call.request, target=path + mark + query)
        operation, _, allowed = self._routes.find(call.request.method, call.request.target)
        operation = self.pipeline.routed(call, operation, allowed)
        if operation is not None:
            return operation
        if allowed:
            raise Refused(
                "method",
                f"The method is not allowed here; {', '.join(allowed)} is.",
                headers=(("Allow", ", ".join(allowed)),),
            )
        raise Refused("unrouted", "There is nothing at this path.")

    def _check_form(self, call: Call, operation: Operation) -> None:
        target = call.request.target
        if "%" in target:
            if _BAD_ESCAPE.search(target):
                raise Refused("invalid", "The address holds a percent sign that escapes nothing.")
            try:
                unquote_to_bytes(target).decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("invalid", "The address holds escapes that are no UTF-8 text.") from None
        found = self.pipeline.find_violations(call)
        if found:
            raise _refusal(operation, found[0])

    def _check_body(self, call: Call) -> None:
        """Refuse JSON that can be read and not be written again.

        That is half of a surrogate pair, a number past all bounds, or a nesting without end.
        """
        body = call.arguments.get("body")
        content_type = next((value for name, value in call.request.headers if name.lower() == "content-type"), "")
        if not isinstance(body, (dict, list, str)) or not is_json(content_type):
            return
        for _ in range(_ROOM):
            body = [body]
        try:
            ENCODE(body).encode()
        except (ValueError, RecursionError):
            raise Refused("invalid", "The body holds text or numbers that JSON cannot carry.") from None

    def _as_get(self, call: Call, view: View) -> View:
        """Answer HEAD as GET is answered (RFC 9110, 9.3.2), where it documents the status of that."""
        other = self._routes.find("GET", call.request.target)[0] if call.request.method == "HEAD" else None
        if other is None or other.problem:
            return view
        get = self.catalogue.view(other)
        if view.operation.response(get.status) is None:
            return view
        call.head = view.operation
        return get

    def _nearest(self, target: str, shown: JSON) -> str:
        """Return the address of what a document shows below a target, else the nearest one above that can be read."""
        path = target.partition("?")[0]
        item = self._routes.find("GET", f"{path}/1")[0]
        if item is not None and item.path.endswith("}"):
            names = (names_in(item.path)[-1], "id")
            known = (at(shown, name) for name in names if isinstance(shown, dict))
            identity = next((each for each in known if isinstance(each, (str, int))), "1")
            return f"{self.base_path}{path}/{quote(str(identity), safe='')}"
        while path.strip("/") and self._routes.find("GET", path)[0] is None:
            path = path.rpartition("/")[0]
        return f"{self.base_path}{path or '/'}"

    def _scope(self, call: Call, view: View) -> tuple[str, ...]:
        """Find the containers that the request speaks of; refuse an unknown one where the operation declares that."""
        missing = self._things.missing(call.state, view, call.arguments)
        if missing:
            raise Refused("unknown", missing)
        if view.resource is None or not view.resource.scope:
            return ()
        values = [argument(call.arguments, subject) for subject in view.scope]
        scope = tuple("" if isinstance(value, Missing) else text_of(value) for value in values)
        if view.resource.source is Source.INFERRED:
            return scope
        known = self._containers.get(view.resource.scope)
        if known is None:
            known = self._containers[view.resource.scope] = self._seeds.containers(view.resource.scope)
        there = self.pipeline.well_known(call, scope, known=not known or scope in known)
        if not there and self._envelopes.declares(view.operation, "unknown"):
            raise Refused(
                "unknown",
                f"There is no {' '.join(map(' '.join, zip(view.resource.scope, scope, strict=True)))}.",
            )
        return scope

    def _answered_once(self, call: Call, view: View) -> Response:
        """Answer a create whose key was sent before as it was answered then."""
        promise = view.operation.promises.idempotency
        key = argument(call.arguments, view.subjects.get(promise.key, "")) if promise is not None else None
        if promise is None or not isinstance(key, str):
            return self._answer(call, view)
        place, body = (view.operation.id, call.credential, *call.scope, key), call.arguments.get("body")
        response = self.pipeline.replayed(call, self._answers.get(place), body)
        if response is None:
            response = self._answer(call, view)
            self._answers[place] = Answered(body=body, response=response, strict=promise.other == "refused")
        return response

    def _answer(self, call: Call, view: View) -> Response:
        resource, role = view.resource, view.role
        if resource is not None and resource.source is Source.INFERRED:
            shape = self._things.shape(resource)
            if shape is not None:
                return KeptAnswers(self.pipeline, self._things, self._lists, self._responses).answer(call, view, shape)
        if view.what == "list" or (resource is None and view.items is not None and lists_objects(view)):
            return self._responses.success(call, self._lists.body(call, view))
        if resource is not None and view.what == "act":
            return self._acted(call, view, resource)
        if resource is None or role is None:
            return self._responses.success(call, self._singles.body(call, view))
        if view.what == "create":
            record = self.pipeline.draft(
                self.state, resource.name, call.scope, given(call, view, defaults=True), call.now
            )
            if resource.states is not None:
                begun = self.pipeline.begun(call, resource.states)
                record = replace(record, body=with_value(record.body, resource.states.field, begun))
            self._check_size(call, resource, record)
            self.pipeline.put(self.state, record)
            return self._responses.success(call, view.with_representation(self.pipeline.shown(self.state, record)))
        record = self._locate(call, view, resource)
        check_state(self.pipeline, call, resource, record.body)
        if view.what == "update":
            fields = given(call, view, defaults=False)
            body = self.pipeline.updated(
                call, record, fields, role, _mutable(resource, fields), reset=_resets(view.operation, role)
            )
            record = self.pipeline.revise(self.state, record, body, call.now)
            self._check_size(call, resource, record)
            self.pipeline.put(self.state, record)
        shown = self.pipeline.shown(self.state, record)
        if view.what == "delete":
            self.pipeline.remove(self.state, record)
        return self._responses.success(call, view.with_representation(shown))

    def _acted(self, call: Call, view: View, resource: Resource) -> Response:
        """Change the state of a record by an action."""
        record, states = self._locate(call, view, resource), resource.states
        action = (
            next((each for each in states.actions if each.operation == view.operation.id), None) if states else None
        )
        if states is not None and action is not None:
            known = at(record.body, states.field)
            state = self.pipeline.acted(call, "" if isinstance(known, Missing) else text_of(known), action)
            record = self.pipeline.revise(self.state, record, with_value(record.body, states.field, state), call.now)
            self.pipeline.put(self.state, record)
        body = self.pipeline.flagged(call, record.body, resource.flags)
        if body is not record.body:
            record = self.pipeline.revise(self.state, record, body, call.now)
            self.pipeline.put(self.state, record)
        return self._responses.success(call, view.with_representation(self.pipeline.shown(self.state, record)))

    def _locate(self, call: Call, view: View, resource: Resource) -> Record:
        key = []
        for _, subjects in view.identity:
            found = (argument(call.arguments, subject) for subject in subjects)
            key.append(next((text_of(value) for value in found if not isinstance(value, Missing)), ""))
        record = self.pipeline.find(self.state, resource.name, call.scope, tuple(key))
        if record is None:
            known = self.contract.errors.status if self.contract.errors else {}
            was_there = "deleted" in known and Ref(resource.name, call.scope, tuple(key)) in self.state.deleted
            raise Refused("deleted" if was_there else "unknown", f"There is no {resource.name} {'/'.join(key)}.")
        return record

    def _check_size(self, call: Call, resource: Resource, record: Record) -> None:
        """Refuse a write whose result the read operation could not show within its promised size."""
        operation = next(
            (each for each in self.contract.operations if resource.read and each.id == resource.read.operation), None
        )
        limit = operation.promises.response_bytes if operation else None
        if operation is None or limit is None:
            return
        view = self.catalogue.view(operation)
        body = self._responses.complete(
            call, view, view.with_representation(self.pipeline.shown(self.state, record)), request_id=_PLACEHOLDER
        )
        if self.pipeline.too_large(call, len(ENCODE(body).encode()), limit.limit):
            raise Refused(
                "too_large",
                f"The {resource.name} would be too large: {operation.id} answers at most {limit.limit} bytes.",
            )


def _refusal(operation: Operation, violation: Violation) -> Refused:
    subject = violation.subject
    name = (
        "request body"
        if subject == "body"
        else subject.removeprefix("body/")
        if subject.startswith("body/")
        else subject.partition(".")[2]
    )
    parameter = next(
        (each for each in operation.parameters if subject == each.subject or subject.startswith(f"{each.subject}/")),
        None,
    )
    promised = parameter.refusal if parameter else None
    sentence = f"{name}: {violation.message}."
    return Refused(
        "invalid", sentence, status=promised.status if promised else 0, code=promised.code if promised else ""
    )


def _resets(operation: Operation, role: Role) -> bool:
    """Whether an update drops what it leaves out: as the contract says, else as a PUT does."""
    if role.omitted:
        return role.omitted == "reset"
    return replaces(operation)


def _mutable(resource: Resource, given: Body) -> tuple[str, ...]:
    """The fields that an update may change where the contract lists none.

    All but the identity and what the server assigns.
    """
    fixed = {*(pointer(each) for each in resource.identity), *(pointer(each.field) for each in resource.assigned)}
    return tuple(name for name in given if pointer(name) not in fixed)
