"""Faults in how an update keeps the values that it is given: texts and lists that come out otherwise."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Final

from contract_suite.contract.operation import Contract
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FindSite
from contract_suite.mock.faults.resources.updates import Change, update_site
from contract_suite.mock.fields import Body, pointer
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record
from contract_suite.model.json import JSON

_THOUSAND: Final = 1000


def _changed(change: Callable[[Contract, Resource], Change | None]) -> FindSite:
    also = ("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed")
    return update_site(change, "update-read-back", also=also)


def _kept_as(
    change: Callable[[str], str],
) -> Callable[[Contract, Resource], Change | None]:
    """A text that an update sets is kept in another way."""

    def of(contract: Contract, resource: Resource) -> Change | None:
        update, free = sites.role(contract, resource, "update"), set(sites.texts(contract, resource))
        names = [
            name
            for name in sites.kept(contract, resource)
            if name in free and update is not None and change(text := sites.sample(update, name)) != text
        ]

        def changed(_rules: Pipeline, _call: Call, _record: Record, given: Body, body: Body) -> Body:
            new = {name: change(text) for name in names if isinstance(text := given.get(name), str)}
            return {**body, **new}

        return changed if names else None

    return of


def _lists_kept_as(
    change: Callable[[list[JSON]], list[JSON]],
) -> Callable[[Contract, Resource], Change | None]:
    """A list deep inside what an update sets is kept in another way."""

    def deep(value: JSON) -> JSON:
        if isinstance(value, dict):
            return {key: deep(each) for key, each in value.items()}
        return change([deep(each) for each in value]) if isinstance(value, list) else value

    def of(contract: Contract, resource: Resource) -> Change | None:
        update = sites.role(contract, resource, "update")
        media = update.body.json if update and update.body else None
        demands = constraints(media.schema) if media is not None and media.schema is not None else ()
        lists = [each.subject for each in demands if each.keyword == "type" and each.value == "array"]
        names = [
            name
            for name in sites.kept(contract, resource)
            if any(f"{subject}/".startswith(f"{pointer(name)}/") for subject in lists)
        ]

        def changed(_rules: Pipeline, _call: Call, _record: Record, given: Body, body: Body) -> Body:
            return {**body, **{name: deep(given[name]) for name in names if name in given}}

        return changed if names else None

    return of


UPDATED_VALUES: Final = (
    FaultKind(
        name="update-trims-text",
        sentence="an update takes the blanks around a string away",
        site=update_site(
            _kept_as(str.strip),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-lowers-case",
        sentence="an update keeps a string in lower case",
        site=update_site(
            _kept_as(str.lower),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-loses-other-scripts",
        sentence="an update keeps no character beyond ASCII",
        site=update_site(
            _kept_as(lambda text: text.encode("ascii", "replace").decode()),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-loses-newlines",
        sentence="an update turns new lines into blanks",
        site=update_site(
            _kept_as(lambda text: text.replace("\n", " ")),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-escapes-text",
        sentence="an update keeps a string escaped for HTML",
        site=update_site(
            _kept_as(lambda text: html.escape(text, quote=False)),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-cuts-text",
        sentence="an update keeps the first thousand characters of a string",
        site=update_site(
            _kept_as(lambda text: text[:_THOUSAND]),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-takes-plus-for-blank",
        sentence="an update takes a plus sign for a blank",
        site=update_site(
            _kept_as(lambda text: text.replace("+", " ")),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-keeps-first-element",
        sentence="an update keeps the first element of a list alone",
        site=update_site(
            _lists_kept_as(lambda elements: elements[:1]),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-reverses-lists",
        sentence="an update keeps lists the other way round",
        site=update_site(
            _lists_kept_as(lambda elements: elements[::-1]),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
    FaultKind(
        name="update-sorts-lists",
        sentence="an update keeps lists sorted",
        site=update_site(
            _lists_kept_as(lambda elements: sorted(elements, key=str)),
            "update-read-back",
            also=("{update}::*::largest-accepted", "{update}::{name}::*", "*::update-listed"),
        ),
    ),
)
