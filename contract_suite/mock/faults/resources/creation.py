"""Faults in what a create keeps, and whether what was created is there."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import replaces
from contract_suite.mock.fields import Body, pointer, without
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.json import JSON, MISSING, Missing

_OLD: Final = 25
_LONG: Final = 20
_ASTRAL: Final = 0x10000
_THOUSAND: Final = 1000


def drafted(resource: Resource, change: Callable[[Body], Body]) -> Plant:
    """Plant a change of what a create is given."""

    @replaces()
    def draft(pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        return pipeline.draft(state, name, scope, change(fields) if name == resource.name else fields, now)

    return draft


@at_first(sites.written)
def _text_changed(
    contract: Contract, place: sites.Written, change: Callable[[str], str | Missing], *, empty: bool = False
) -> FaultSite | None:
    """A text is kept in another way, or not at all; with `empty`, one that may be empty."""
    resource, operations = place
    fields = sites.texts(contract, resource)
    field = next((each for each in fields if not empty or _may_be_empty(operations["create"], each)), None)
    if field is None or "read" not in operations:
        return None
    sample = sites.sample(operations["create"], field)
    shown = change(sample)
    if shown == sample and not empty:
        return None  # no text that the field takes is long enough to show it

    def changed(fields: Body) -> Body:
        value = fields.get(field)
        new = change(value) if isinstance(value, str) else value
        return (
            fields
            if field not in fields
            else without(fields, field)
            if isinstance(new, Missing)
            else {**fields, field: new}
        )

    create = operations["create"].id
    return FaultSite(
        where=f"{create}, {field}",
        clauses=(f"{create}::{resource.name}::values-read-back",),
        plant=drafted(resource, changed),
        # Where an answer must show the text, what was lost on the way in is missing there too, or of another length.
        also=("*::required", "*::agrees-with-read")
        if isinstance(change("x"), Missing)
        else ()
        if isinstance(shown, Missing) or len(shown) == len(sample)
        else ("*::min-length", "*::max-length"),
    )


def _may_be_empty(create: Operation, field: str) -> bool:
    media = create.body.json if create.body else None
    bounds = constraints(media.schema) if media is not None and media.schema is not None else ()
    return not any(
        each.subject == pointer(field) and each.keyword in {"minLength", "pattern", "enum"} for each in bounds
    )


@at_first(sites.written)
def _nested_field(_contract: Contract, place: sites.Written) -> FaultSite | None:
    """The deepest optional member of what a create takes and a read shows, in an array of objects."""
    resource, operations = place
    create, read = operations["create"], operations.get("read")
    media = create.body.json if create.body else None
    if media is None or media.schema is None or read is None:
        return None
    required = {each.subject for each in constraints(media.schema) if each.keyword == "required"}
    shown = {each.subject for each in sites.answered(read)}
    deep = [
        each.subject
        for each in constraints(media.schema)
        if (each.keyword, each.value) == ("type", "string")
        and "/*/" in each.subject
        and not each.subject.endswith("*")
        and each.subject in shown - required
    ]
    if not deep:
        return None
    subject = max(deep, key=lambda each: each.count("/"))

    def changed(fields: Body) -> Body:
        body: JSON = fields
        for path in list(sites.resolved(fields, subject)):
            body = sites.replace_at(body, path, MISSING)
        return body if isinstance(body, dict) else fields

    return site_of(
        create,
        f"{resource.name}::values-read-back",
        field=subject,
        elsewhere=(f"{resource.name}::update-read-back",),
        plant=drafted(resource, changed),
    )


@at_first(sites.written)
def _not_listed(_contract: Contract, place: sites.Written) -> FaultSite | None:
    """A list that is read from a copy which lags one create behind."""
    resource, operations = place
    if not resource.lists:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        last: list[tuple[str, ...]] = []

        def put(state: State, record: Record) -> None:
            if record.ref.resource == resource.name and state.find(*record.ref) is None:
                last[:] = [record.ref.key]
            pipeline.put(state, record)

        def everything(state: State, name: str, scope: tuple[str, ...]) -> list[Record]:
            found = pipeline.all(state, name, scope)
            return found if name != resource.name else [each for each in found if each.ref.key not in last]

        return replace(pipeline, put=put, all=everything)

    names = tuple(f"{each}::{resource.name}::created-listed" for each in resource.lists)
    return FaultSite(
        where=operations["create"].id,
        clauses=names,
        also=tuple(
            f"{each}::{what}"
            for each in resource.lists
            for what in ("*::filter-complete", "*::total-*", "*::filters-combined", "*::pages-*")
        ),
        plant=plant,
    )


@at_first(sites.written)
def _unreadable(contract: Contract, place: sites.Written) -> FaultSite | None:
    """What was created with a text beyond ASCII can't be read."""
    resource, operations = place
    field = next(sites.texts(contract, resource), None)
    if "read" not in operations or field is None:
        return None

    @replaces()
    def find(
        pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]
    ) -> Record | None:
        record = pipeline.find(state, name, scope, key)
        if record is None or name != resource.name:
            return record
        text = record.body.get(field)
        return (
            None
            if isinstance(text, str) and not text.isascii() and state.all(name, scope).index(record) >= _OLD
            else record
        )

    create = operations["create"].id
    return FaultSite(
        where=f"{create}, {field}",
        clauses=(f"{create}::{resource.name}::readable",),
        plant=find,
        also=(
            "*::updates",
            f"*::{resource.name}::update-read-back",
            f"*::{resource.name}::others-kept",
            "*::accepted",
            "*::served",
            f"*::{resource.name}::idempotent",
        ),
    )


@at_first(sites.written)
def _same_id(_contract: Contract, place: sites.Written) -> FaultSite | None:
    """Where a text is beyond ASCII, the id of the one before is given again."""
    resource, operations = place
    create = operations["create"]
    fields = [each.field for each in resource.assigned if each.format and each.field in resource.identity]
    if len(fields) != 1 or len(resource.identity) != 1:
        return None

    field = fields[0]

    def plant(pipeline: Pipeline) -> Pipeline:
        made: list[JSON] = []

        def draft(state: State, name: str, scope: tuple[str, ...], given: Body, now: float) -> Record:
            record = pipeline.draft(state, name, scope, given, now)
            if name == resource.name:
                made.append(record.body[field])
                odd = any(isinstance(each, str) and not each.isascii() for each in given.values())
                record = (
                    state.record(name, scope, {**record.body, field: made[-2]}) if odd and len(made) > 1 else record
                )
                made[-1] = record.body[field]
            return record

        return replace(pipeline, draft=draft)

    return site_of(
        create,
        f"{fields[0]}::distinct",
        elsewhere=("filter*", "total-*", "unnamed-kept", "update-*", "created-listed"),
        plant=plant,
    )


CREATION: Final = (
    FaultKind(
        name="create-drops-field", sentence="a create forgets a field", site=_text_changed(lambda _text: MISSING)
    ),
    FaultKind(
        name="create-loses-other-scripts",
        sentence="a create keeps no character beyond ASCII",
        site=_text_changed(lambda text: text.encode("ascii", "replace").decode()),
    ),
    FaultKind(
        name="create-trims-text",
        sentence="a create takes the blanks around a string away",
        site=_text_changed(lambda text: text.strip()),
    ),
    FaultKind(
        name="create-drops-empty-text",
        sentence="a create takes an empty string for no string",
        site=_text_changed(lambda text: text or MISSING, empty=True),
    ),
    FaultKind(
        name="create-cuts-text",
        sentence=f"a create keeps the first {_LONG} characters of a string",
        site=_text_changed(lambda text: text[:_LONG]),
    ),
    FaultKind(
        name="create-lowers-case",
        sentence="a create keeps a string in lower case",
        site=_text_changed(lambda text: text.lower()),
    ),
    FaultKind(
        name="create-loses-newlines",
        sentence="a create turns new lines into blanks",
        site=_text_changed(lambda text: text.replace("\n", " ")),
    ),
    FaultKind(
        name="create-loses-tabs",
        sentence="a create turns tabs into blanks",
        site=_text_changed(lambda text: text.replace("\t", " ")),
    ),
    FaultKind(
        name="create-joins-blanks",
        sentence="a create makes one blank of several",
        site=_text_changed(lambda text: re.sub(" +", " ", text)),
    ),
    FaultKind(
        name="create-escapes-text",
        sentence="a create keeps a string escaped for HTML",
        site=_text_changed(lambda text: html.escape(text, quote=False)),
    ),
    FaultKind(
        name="create-unescapes-text",
        sentence="a create takes a string for escaped HTML",
        site=_text_changed(html.unescape),
    ),
    FaultKind(
        name="create-unquotes-text",
        sentence="a create takes a percent sign for the beginning of an encoded character",
        site=_text_changed(unquote),
    ),
    FaultKind(
        name="create-takes-plus-for-blank",
        sentence="a create takes a plus sign for a blank",
        site=_text_changed(lambda text: text.replace("+", " ")),
    ),
    FaultKind(
        name="create-loses-emoji",
        sentence="a create drops characters beyond the basic plane",
        site=_text_changed(lambda text: "".join(each for each in text if ord(each) < _ASTRAL)),
    ),
    FaultKind(
        name="create-composes-text",
        sentence="a create keeps a string in another normal form of Unicode",
        site=_text_changed(lambda text: normalize("NFC", text)),
    ),
    FaultKind(
        name="create-cuts-after-thousand",
        sentence="a create keeps the first thousand characters of a string",
        site=_text_changed(lambda text: text[:_THOUSAND]),
    ),
    FaultKind(
        name="create-strips-end",
        sentence="a create takes the blanks behind a string away",
        site=_text_changed(lambda text: text.rstrip()),
    ),
    FaultKind(
        name="create-loses-backslashes",
        sentence="a create takes the backslashes out of a string",
        site=_text_changed(lambda text: text.replace("\\", "")),
    ),
    FaultKind(
        name="create-loses-quotes",
        sentence="a create takes the quotes out of a string",
        site=_text_changed(lambda text: text.replace('"', "")),
    ),
    FaultKind(
        name="create-loses-nested-field",
        sentence="a create forgets a member deep inside an object",
        site=_nested_field(),
    ),
    FaultKind(
        name="create-not-listed",
        sentence="the latest one created is not in the list until another one is",
        site=_not_listed(),
    ),
    FaultKind(
        name="created-unreadable-if-not-ascii",
        sentence="what was created with a string beyond ASCII can't be read",
        site=_unreadable(),
    ),
    FaultKind(
        name="create-repeats-id",
        sentence="a create with a string beyond ASCII answers the id of the one before",
        site=_same_id(),
    ),
)
