"""Which members of a body name a thing that the document addresses, at any depth: `to_bin_id`, `lines/0/productId`.

A reference is called after the thing and its key. What stands before the noun says which part the thing plays:
`sourceAccountId` names an account, as long as there is no `/source-accounts/{id}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.facts import Facts, facts_of
from contract_suite.generate.likeness import noun_and_key
from contract_suite.generate.resources.inferred_resources import PathStep
from contract_suite.model.json import JSON, escape, objects_in

_KEYS: Final = frozenset({"id", "uuid", "guid"})
"""Words by which a member surely names something else; a `code` or `name` may be the thing's own."""
_SEVERAL: Final = frozenset({"ids", "uuids", "guids"})
_DEEPEST: Final = 4
_MOST: Final = 400
"""So many members and items of a body are looked at, at most."""

Steps = Sequence[tuple[Resource, PathStep]]
"""Resources with the path parameter that addresses each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A member of a body that names one of a resource: its JSON Pointer, and the field of the resource it stands for.

    One that is `plain` is called as the resource itself is (`bin_id`), so that it may name what is being made.
    """

    pointer: str
    resource: str
    field: str
    plain: bool


def references_in(body: JSON, known: Steps, beside: str = "") -> Iterator[Reference]:
    """Yield the references that a body holds, each with a value; of a list of ids, each item is one.

    `beside` is the path that the body is sent to: of two things that are known by the same name, that of its part of the
    API is meant.
    """
    for pointer, each in objects_in(body, most=_MOST):
        for name, value in each.items():
            named = _named(name, known, beside) if not isinstance(value, dict) else None
            if named is None:
                continue
            resource, step = named
            place = f"{pointer}/{escape(name)}"
            plain = not pointer and singular("".join(words(name)[:-1])) == step.noun
            listed = islice(value, _MOST) if isinstance(value, list) else ()
            several = [(f"{place}/{index}", item) for index, item in enumerate(listed)]
            for where, item in several or [(place, value)]:
                if isinstance(item, (str, int)) and not isinstance(item, bool):
                    yield Reference(pointer=where, resource=resource.name, field=step.field, plain=plain)


def resources_referred_to(operation: Operation, known: Steps) -> tuple[str, ...]:
    """Return the resources that members of an operation's body may name, required or not."""
    media = operation.body.of_members if operation.body else None
    if media is None or media.schema is None:
        return ()
    return tuple(dict.fromkeys(_referred_to(facts_of(view(media.schema)), known, operation.path, 0)))


def _referred_to(facts: Facts, known: Steps, beside: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if "array" in facts.types and not facts.properties:
        yield from _referred_to(facts_of(facts.view.element(0)), known, beside, depth + 1)
        return
    for name in facts.properties:
        named = _named(name, known, beside)
        if named is not None:
            yield named[0].name
        else:
            yield from _referred_to(facts_of(facts.member(name)), known, beside, depth + 1)


def referred_noun(name: str) -> str:
    """Return the thing that a member is called after, `course` of `course_id`; empty for any other member."""
    parts = words(name)
    return singular("".join(parts[:-1])) if len(parts) > 1 and parts[-1] in _KEYS else ""


def _named(name: str, known: Steps, beside: str) -> tuple[Resource, PathStep] | None:
    """The one resource that a member is called after, with whatever stands before the noun; `None` for none or several.

    Where there is none of that noun, it is the one whose path parameter has the very name: `ConsentId` names one of
    `/payment-consents/{ConsentId}`.
    """
    parts = words(name)
    if len(parts) < 2 or parts[-1] not in _KEYS | _SEVERAL:  # noqa: PLR2004 - a noun and its key
        return None
    nouns = parts[:-1]
    for begin in range(len(nouns)):
        noun = singular("".join(nouns[begin:]))
        fitting = [each for each in known if each[1].noun == noun and noun_and_key(each[1].name)[1] in {*_KEYS, ""}]
        if fitting:  # of a bin and a bin in a warehouse, the one that needs no owner
            least = min(len(each[0].identity) for each in fitting)
            nearest = [each for each in fitting if len(each[0].identity) == least]
            return nearest[0] if len(nearest) == 1 else None
    alike = [each for each in known if plain_name(each[1].name) == plain_name(name)]
    if len(alike) > 1:
        alike = [each for each in alike if each[0].name.startswith(f"{beside.rpartition('/')[0]}/")]
    return alike[0] if len(alike) == 1 else None
