"""References that are written as addresses: `/api/products/31`, `http://host/authors/2`, one on each line of a URI list.

A value that leads to a thing by its path names that thing (HAL, Hydra, hyperlinked serializers, RFC 2483). Of an address
only the way to the thing changes; what stands before it, as a host and a base path, stays as the document or an answer
of the server writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses, Need
from contract_suite.generate.facts import facts_at
from contract_suite.generate.fresh_values import put_at
from contract_suite.generate.resources.inferred_resources import steps
from contract_suite.model.json import JSON, Arguments, Missing, escape, objects_in
from contract_suite.runner.session.ledger.records import Records

_FORMATS: Final = frozenset({"uri", "uri-reference", "iri", "iri-reference", "url"})
_OWN: Final = frozenset({"create", "update"})
_OF_ITSELF: Final = re.compile(r"/(@id|id|self|url|uri|href|\$ref|_?links/.*)", re.IGNORECASE)
"""Places at which a representation writes its own address."""
_ADDRESS: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:/)?/[^\s?#]+")
_LONGEST: Final = 2048
_MOST: Final = 400
"""So many members of a body are looked at, at most."""


class WrittenAddresses:
    """Addresses of inferred resources as values of requests. Of annotated ones there are none."""

    def __init__(self, addresses: Addresses, records: Records) -> None:
        """`records` hold what exists; no answer has shown an address yet."""
        self._resources = addresses.resources
        self._records = records
        self._ways = {each.name: way for each in self._resources if addresses.inferred and (way := _way_to(each))}
        self._before: dict[str, str] = {}
        """What stands before the way to one of a resource, as an answer wrote it."""

    def observe(self, body: JSON) -> None:
        """Take in how the addresses in an answer begin."""
        for _, text in _texts(body) if self._ways else ():
            led = self._led(text)
            if led is not None:
                self._before[led[0]] = led[1]

    def leads(self, value: JSON | Missing) -> bool:
        """Whether a value is the address of one of a resource, whether or not there is such a one."""
        return isinstance(value, str) and self._led(value) is not None

    def of(self, operation: Operation, need: Need, fields: Mapping[str, JSON]) -> JSON:
        """Return what names a thing with these fields at the place of a need: its address where one is wanted."""
        facts = facts_at(operation, need.subject) if need.resource in self._ways else None
        wanted = (
            facts is not None
            and not need.subject.startswith("path.")
            and (facts.format in _FORMATS or any(self._led(each) for each in facts.shown() if isinstance(each, str)))
        )
        address = self._address(need.resource, fields) if wanted else None
        return fields[need.field] if address is None else address

    def alive(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return arguments in whose body every address leads to something that exists, each to another as far as there are any."""
        own = {each.name for each, role in roles(self._resources, operation) if role in _OWN}
        used: dict[str, list[str]] = {}
        for pointer, text in _texts(arguments.get("body")) if self._ways else ():
            led = [self._led(line) for line in text.splitlines()]
            if not led or any(each is None or (each[0] in own and _OF_ITSELF.fullmatch(pointer)) for each in led):
                continue
            lines = [self._alive(line, *each, used) for line, each in zip(text.splitlines(), led, strict=True) if each]
            if lines != text.splitlines():
                arguments = put_at(arguments, f"body{pointer}", "\n".join(lines))
        return arguments

    def _alive(self, address: str, kind: str, before: str, used: dict[str, list[str]]) -> str:
        """Return an address of a kind, or that of another thing of its kind where nothing has it."""
        taken = used.setdefault(kind, [])
        known = [self._address(kind, each.fields, before) for each in self._records.by_preference(kind)]
        live = [each for each in known if each is not None]
        same = [each for each in live if each == address.rstrip("/")]
        chosen = next((each for each in (*same, *live) if each not in taken), live[0] if live else address)
        taken.append(chosen)
        return chosen

    def _led(self, text: str) -> tuple[str, str] | None:
        """The kind of thing that an address leads to, and what stands before the way to it: the shortest is meant."""
        if len(text) > _LONGEST or not _ADDRESS.fullmatch(text):
            return None
        matches = ((name, way.fullmatch(text)) for name, way in self._ways.items())
        found = [(name, match["before"]) for name, match in matches if match is not None]
        return min(found, key=lambda each: len(each[1]), default=None)

    def _address(self, kind: str, fields: Mapping[str, JSON], before: str | None = None) -> str | None:
        """The address of one of a kind with these fields; `None` where one of them lacks."""
        values = {each.name: fields.get(each.field) for each in steps(kind)}
        if any(not isinstance(value, (str, int)) for value in values.values()):
            return None
        if before is None:
            before = self._before.get(kind, next(reversed(self._before.values()), ""))
        path = re.sub(r"\{([^{}]+)\}", lambda match: quote(unquote(str(values[match[1]])), safe=""), kind)
        return f"{before}{path}"


def _way_to(resource: Resource) -> re.Pattern[str] | None:
    """The pattern of addresses of a resource, whose name is the path of one; `None` where no word says what it is."""
    path = resource.name.rstrip("/")
    segments = shape(path).split("/")
    if segments[-1] != "{}" or segments[-2:-1] in ([], ["{}"]) or len(steps(path)) != len(names_in(path)):
        return None
    parts = [r"[^/?#\s]+" if part == "{}" else re.escape(part) for part in segments]
    return re.compile(rf"(?P<before>.*?)/{'/'.join(parts)}/?")


def _texts(body: JSON | Missing) -> Iterator[tuple[str, str]]:
    """Yield the texts of a body that may be addresses, each with its JSON Pointer; of a JSON Patch, those of its values."""
    if isinstance(body, (Missing, str)):
        yield from [("", body)] if isinstance(body, str) else ()
        return
    for index, item in enumerate(body[:_MOST] if isinstance(body, list) else ()):
        if isinstance(item, str):
            yield f"/{index}", item
    for pointer, each in objects_in(body, most=_MOST):
        for name, value in each.items():
            place = f"{pointer}/{escape(name)}"
            if isinstance(value, str) and not ("op" in each and name in {"path", "from"}):
                yield place, value
            for index, item in enumerate(value[:_MOST] if isinstance(value, list) else ()):
                if isinstance(item, str):
                    yield f"{place}/{index}", item
