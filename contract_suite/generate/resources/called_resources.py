"""Resources by the names of calls: `users.create`, `POST /createUser`, `/users/delete`, with the id in query or body.

A path's last segments are a noun and a verb; where there is no verb, the method says what is done. What paths with ids
show (`/users/{id}`) is completed, so that `POST /users/create` creates what `GET /users/{id}` reads. The tables of
verbs stand here. A verb that changes or removes counts only where a parameter or member names the one thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from contract_suite.contract.addressing import RoleName
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.generate.facts import facts_at, facts_of
from contract_suite.generate.likeness import KEYS, noun_and_key
from contract_suite.generate.resources.shown_nouns import shown_noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an operation does to which kind of thing, by its name.

    `field` is written like the shape of a path with an id, `users/{}`. `names` is the parameter, or member of the body,
    that says which one; empty for a create or a list. `noun` is what answers call such a thing, where that is another word.
    """

    operation: Operation
    field: str
    role: RoleName
    names: str = ""
    noun: str = ""


def calls(operations: Iterable[Operation], fields: Iterable[str]) -> list[Call]:
    """Return what operations do by their names, where several of them are about one kind of thing.

    `fields` are those that paths with ids show. What no path shows must be made or listed, and something else besides.
    """
    by_paths = {_kind(field): field for field in sorted(fields, reverse=True)}
    found: dict[str, list[Call]] = {}
    operations = tuple(operations)
    nouns = _shown_nouns(operations)
    for operation in operations:
        call = _call(operation, by_paths, nouns)
        if call is not None and call.role not in {each.role for each in found.get(call.field, ())}:
            found.setdefault(call.field, []).append(call)
    known = set(by_paths.values())
    return [
        call
        for field, each in found.items()
        if field in known or (len(each) > 1 and any(call.role in {"create", "list"} for call in each))
        for call in each
    ]


def _shown_nouns(operations: Iterable[Operation]) -> dict[tuple[str, str], str]:
    """What answers call the things of a noun at a place, where it is another word than the noun."""
    answering: dict[tuple[str, str], dict[str, list[Operation]]] = {}
    for operation in operations:
        said = _said(operation.path.strip("/").split("/"))
        if said is not None and said[2] in {"create", "list"}:
            roles = answering.setdefault(_place_and_noun(said[0], said[1]), {})
            roles.setdefault(said[2], []).append(operation)
    found = {each: shown_noun(by.get("create", ()), by.get("list", ())) for each, by in answering.items()}
    return {each: noun for each, noun in found.items() if noun not in {"", each[1]}}


def _place_and_noun(prefix: list[str], noun: str) -> tuple[str, str]:
    before = prefix[:-1] if prefix and singular(prefix[-1]) == noun else prefix  # /users/createUser
    return _shape("/".join(before)), noun


def completed(resources: Iterable[Resource], found: Iterable[Call]) -> Iterator[Resource]:
    """Yield resources with what calls do to them, then those that nothing but calls shows."""
    by_field: dict[str, list[Call]] = {}
    for call in found:
        by_field.setdefault(call.field, []).append(call)
    known: list[str] = []
    for resource in resources:
        known.append(resource.identity[-1])
        yield _with_calls(resource, by_field.pop(resource.identity[-1], ()))
    for field, group in by_field.items():
        above = [each for each in _prefixes(field) if each != field]
        owners = tuple(each for each in above if each in known)
        bare = Resource(
            name=f"/{field.removesuffix('/{}')}",
            identity=(*owners, field),
            scope=tuple(each for each in above if each not in known),
            location=group[0].operation.location,
        )
        yield _with_calls(bare, group)


def _with_calls(resource: Resource, found: Iterable[Call]) -> Resource:
    roles: Mapping[str, Role] = {
        call.role: Role(operation=call.operation.id, location=call.operation.location) for call in found
    }
    listed = roles.get("list")
    return replace(
        resource,
        create=resource.create or roles.get("create"),
        read=resource.read or roles.get("read"),
        update=resource.update or roles.get("update"),
        delete=resource.delete or roles.get("delete"),
        lists=resource.lists or ((listed.operation,) if listed is not None else ()),
    )


def _call(
    operation: Operation, fields: Mapping[tuple[str, str], str], nouns: Mapping[tuple[str, str], str]
) -> Call | None:
    segments = operation.path.strip("/").split("/")
    said = _said(segments)
    if said is None:
        return None
    prefix, noun, role = said
    if noun == _THE_ONE:  # /users/{id}/delete
        field = _shape("/".join(prefix))
        if role not in {"update", "delete"} or operation.method != "POST" or field not in fields.values():
            return None
        return Call(operation=operation, field=field, role=role)
    above, noun = _place_and_noun(prefix, noun)
    field = fields.get((above, noun), f"{above}/{noun}/{{}}".lstrip("/"))
    if role is None and operation.method == "GET" and field in fields.values():
        return None  # `/things/{id}` reads one; a list may demand an id to filter by
    shown = nouns.get((above, noun), "")
    decided = _decided(operation, role, noun) or (_decided(operation, role, shown) if shown else None)
    if decided is None:
        return None
    return Call(operation=operation, field=field, role=decided[0], names=decided[1], noun=shown)


def _said(segments: list[str]) -> tuple[list[str], str, RoleName | None] | None:
    """What stands before a noun, the noun in the singular, and what its verb means; `None` for a path that says no such thing."""
    *prefix, last = segments
    if names_in(last) or not last:
        return None
    noun, dot, verb = _DOT.sub(".", last).rpartition(".")
    if dot and _ROLES.get(verb.lower()):
        return prefix, singular(noun.rpartition(".")[2]), _ROLES[verb.lower()]
    parts = words(last)
    if not parts or set(parts) & _SEVERAL:
        return None
    if len(parts) == 1 and parts[0] in _ROLES and prefix:
        if names_in(prefix[-1]):
            return prefix, _THE_ONE, _ROLES[parts[0]]
        return prefix[:-1], singular(prefix[-1]), _ROLES[parts[0]]
    if len(parts) > 1 and parts[0] in _ROLES:
        return prefix, singular("".join(parts[1:])), _ROLES[parts[0]]
    if len(parts) > 1 and parts[-1] in _ROLES:
        return prefix, singular("".join(parts[:-1])), _ROLES[parts[-1]]
    return prefix, singular(last), None


def _decided(operation: Operation, role: RoleName | None, noun: str) -> tuple[RoleName, str] | None:
    """The role that method and arguments allow, and what names the one thing."""
    method, names = operation.method, _naming(operation, noun, role)
    if role is None:
        role = _BY_METHOD.get(method)
        if role == "read" and not names:
            return None  # the list of a collection is known by its path
    elif role == "list" and names and method == "GET":
        role = "read"
    if role is None or method not in _METHODS[role]:
        return None
    if role in {"create", "list"}:
        return role, ""
    return (role, names) if names else None


def _naming(operation: Operation, noun: str, role: RoleName | None) -> str:
    """The required parameter of the query, or member of the body, that says which thing is meant; empty for none or several."""
    query = [each.name for each in operation.parameters if each.where == "query" and each.required]
    media = operation.body.of_members if operation.body else None
    facts = facts_of(view(media.schema)) if media is not None and media.schema is not None else None
    loose = operation.method in {"PUT", "PATCH"}  # whoever changes a thing often sends it whole
    body = [name for name in facts.properties if loose or name in facts.required] if facts is not None else []
    if facts is not None and facts.types and "object" not in facts.types:
        return ""
    last = 2 if role is None and operation.method == "GET" else 3 if loose or role == "update" else len(_FITTING)
    for fits in _FITTING[:last]:
        found = [
            name
            for name, subject in chain(
                ((each, f"query.{each}") for each in query), ((each, f"body/{each}") for each in body)
            )
            if fits(name, noun) and _is_scalar(operation, subject)
        ]
        if found:
            return found[0] if len(set(found)) == 1 else ""
    return ""


def _is_scalar(operation: Operation, subject: str) -> bool:
    facts = facts_at(operation, subject)
    return facts is not None and not facts.choices and not facts.types & {"object", "array", "boolean"}


def _has_noun_and_key(name: str, noun: str) -> bool:
    prefix, key = noun_and_key(name)
    return bool(key) and prefix == noun


def _kind(field: str) -> tuple[str, str]:
    """What stands before the noun of a field, and the noun in the singular."""
    above, _, noun = field.removesuffix("/{}").rpartition("/")
    return above, singular(noun)


def _shape(path: str) -> str:
    return _PARAMETER.sub("{}", path).strip("/")


def _prefixes(field: str) -> Iterator[str]:
    segments = field.split("/")
    return ("/".join(segments[: index + 1]) for index, segment in enumerate(segments) if segment == "{}")


_PARAMETER: Final = re.compile(r"\{[^{}]+\}")
_DOT: Final = re.compile(r"[.:]")
_THE_ONE: Final = "{}"
_VERBS: Final[Mapping[RoleName, str]] = {
    "create": "create add new make insert register post generate",
    "read": "get read info show describe retrieve fetch find details",
    "list": "list all search query filter index",
    "update": "update edit modify change patch rename",
    "delete": "delete remove destroy",
}
_ROLES: Final = {verb: role for role, verbs in _VERBS.items() for verb in verbs.split()}
"""What the verbs of calls mean."""
_BY_METHOD: Final[Mapping[str, RoleName]] = {
    "POST": "create", "GET": "read", "PUT": "update", "PATCH": "update", "DELETE": "delete"
}  # fmt: skip
_METHODS: Final[Mapping[RoleName, frozenset[str]]] = {
    "create": frozenset({"POST", "PUT"}),
    "read": frozenset({"GET", "POST"}),
    "list": frozenset({"GET", "POST"}),
    "update": frozenset({"POST", "PUT", "PATCH"}),
    "delete": frozenset({"POST", "DELETE"}),
}
_SEVERAL: Final = frozenset({"bulk", "batch", "mass", "multi", "multiple", "many"})
_FITTING: Final[tuple[Callable[[str, str], bool], ...]] = (
    _has_noun_and_key,
    lambda name, _noun: plain_name(name) in {"id", "uuid", "guid", "uid"},
    lambda name, noun: plain_name(name) == noun,
    lambda name, _noun: plain_name(name) in KEYS,
)
"""How a member is called that names one thing, the surest first.

The last is no use for updates, which may change a name, and the last two none for reads of a path without a verb, where
they may filter a list.
"""
