"""Which member of an answer holds the identity that a path parameter names, known by names and shapes alone.

`thingId`, `thing_id`, `collection_name`, `{id}` and `{slug}` are spelled differently in paths and in what a server
shows. Each rule stands in a table; where two members fit equally well, none is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.model.json import JSON, MISSING, Missing

KEYS: Final = ("id", "uuid", "guid", "uid", "key", "slug", "name", "code", "number", "sid", "ref", "token")
"""Names of identifying members, the most usual first; a path parameter often has a noun before one of them."""
ENVELOPES: Final = frozenset(
    {
        "data",
        "result",
        "results",
        "attributes",
        "item",
        "payload",
        "response",
        "resource",
        "object",
        "body",
        "entity",
        "node",
    }
)
"""Members that hold the thing itself."""
LISTS: Final = (
    "items", "data", "results", "value", "values", "entries", "records", "list", "rows", "elements", "content", "hits", "edges"
)  # fmt: skip
"""Members that hold the things of a list, the most usual first."""

_HAL: Final = "_embedded"
_ASIDE: Final = frozenset({"meta", "metadata", "links", "_links", "paging", "pagination", "page", "error", "errors"})
"""Members that speak about an answer and are not what was asked for."""
_DEEPEST: Final = 4
_MOST: Final = 200
_ALIKE: Final = 2
"""So many things at least are of one kind; a lone object may be anything."""


def noun_and_key(name: str) -> tuple[str, str]:
    """Split a parameter's name: `contactId` is `contact` and `id`, `{slug}` no noun and `slug`, `pet` only a noun."""
    parts = words(name)
    for length in (1, 2):  # "uu id" and "gu id" come apart in UUId
        key = "".join(parts[-length:])
        if parts and key in KEYS:
            return "".join(parts[:-length]), key
    return "".join(parts), ""


def like(names: Iterable[str], parameter: str, noun: str, *, sure: bool = False) -> str | None:
    """Return the one of `names` that holds what a path parameter names, or `None` where none or several do.

    `noun` is the singular of the segment before the parameter. With `sure`, only names that share noun or key count.
    """
    by_plain: dict[str, list[str]] = {}
    for name in names:
        by_plain.setdefault(plain_name(name), []).append(name)
    for wanted in _ranked(parameter, noun, sure=sure):
        found = [name for plain in wanted for name in by_plain.get(plain, ())]
        if len(found) > 1:
            return None
        if found:
            return found[0]
    if sure or noun_and_key(parameter)[1] not in {"id", ""}:
        return None
    ids = [name for plain, each in by_plain.items() if plain.endswith("id") for name in each]
    return ids[0] if len(ids) == 1 and noun_and_key(ids[0])[1] else None


def identity_of(thing: JSON | Missing, parameter: str, noun: str) -> JSON | Missing:
    """Return the identity that a representation shows for a path parameter, or `MISSING`.

    The representation may stand in an envelope: `data`, `attributes`, a member called like it, or the only object.
    """
    nouns = frozenset({noun, singular(noun_and_key(parameter)[0])} - {""})
    for layer in layers(thing, nouns):
        identifying = {name: value for name, value in layer.items() if _is_value(value)}
        found = like(identifying, parameter, noun, sure=any(_called(layer, nouns)))
        if found is not None:
            return own_segment(identifying[found], noun)
    return _name_in_metadata(thing, parameter)


def own_segment(value: JSON, noun: str) -> JSON:
    """Return what a path has for a thing, of a name or an address that holds the whole way to it.

    `fleets/vans/vehicles/v-7`, as Google's APIs name a vehicle, becomes `v-7` where the `noun` is `vehicle`.
    """
    if not isinstance(value, str) or "/" not in value:
        return value
    collection, _, last = value.rpartition("/")
    return last if last and noun and singular(collection.rpartition("/")[2]) == noun else value


def _name_in_metadata(thing: JSON | Missing, parameter: str) -> JSON | Missing:
    """The name of a thing that shows nothing of its own but what it is and how it is meant to be, as Kubernetes does."""
    metadata = thing.get("metadata") if isinstance(thing, dict) else None
    if not isinstance(metadata, dict) or noun_and_key(parameter)[1] not in {"name", ""}:
        return MISSING
    name = metadata.get("name", MISSING)
    return name if isinstance(name, str) and name else MISSING


def things_in(body: JSON | Missing, parameter: str, noun: str) -> list[JSON]:
    """Return the things that the answer of a list holds: the body itself, a member known by its name, or the only array.

    A list of nothing but texts or numbers shows identities: each becomes `{parameter: identity}`. So do the keys of an
    object that holds things of one kind.
    """
    nouns = tuple(filter(None, dict.fromkeys((noun, singular(noun_and_key(parameter)[0])))))
    found = (_array(body, nouns, 0) or [])[:_MOST]
    if found and all(_is_value(each) for each in found):
        return [{parameter: each} for each in found]
    return found or list(_keyed(body, parameter, noun))[:_MOST]


def _ranked(parameter: str, noun: str, *, sure: bool) -> Iterator[tuple[str, ...]]:
    """The names that may hold the value, rank by rank, without separators and in lower case."""
    prefix, key = noun_and_key(parameter)
    yield (plain_name(parameter),)
    if key and prefix:
        yield (key,)
        return
    nouns = tuple(dict.fromkeys(each for each in (noun, prefix) if each))
    if key:  # {id}, {slug}
        yield tuple(f"{each}{key}" for each in nouns)
        if key in {"id", "uuid", "guid", "uid"}:
            yield ("id",)
            yield "uuid", "guid", "uid"
        return
    if sure:
        return
    yield ("id",)
    yield tuple(f"{each}id" for each in nouns)
    yield "uuid", "guid", "uid", "key", "slug", "name"


def layers(thing: JSON | Missing, nouns: frozenset[str]) -> Iterator[Mapping[str, JSON]]:
    """A representation and what stands inside its envelopes, from outside to inside; alone in an array, it is itself."""
    if isinstance(thing, list) and len(thing) == 1:
        thing = thing[0]
    for _ in range(_DEEPEST):
        if not isinstance(thing, dict):
            return
        yield thing
        members = {name: value for name, value in thing.items() if plain_name(name) not in _ASIDE}
        inside = list(_called(thing, nouns)) or [
            value for name, value in members.items() if name.lower() in ENVELOPES and isinstance(value, dict)
        ]
        objects = [value for value in members.values() if isinstance(value, dict)]
        thing = inside[0] if len(inside) == 1 else objects[0] if len(objects) == 1 and len(members) == 1 else None


def _called(layer: Mapping[str, JSON], nouns: frozenset[str]) -> Iterator[JSON]:
    """The objects in a layer that are called like the thing that is looked for."""
    return (value for name, value in layer.items() if isinstance(value, dict) and singular(name) in nouns)


def _array(body: JSON | Missing, nouns: tuple[str, ...], depth: int) -> list[JSON] | None:
    if isinstance(body, list):
        return body
    if not isinstance(body, dict) or depth >= _DEEPEST:
        return None
    if isinstance(body.get(_HAL), dict):
        return _array(body[_HAL], nouns, depth + 1)
    arrays = {name: value for name, value in body.items() if isinstance(value, list) and plain_name(name) not in _ASIDE}
    for names in (
        [name for noun in nouns for name in arrays if singular(name) == noun],
        [name for wanted in LISTS for name in arrays if name.lower() == wanted],
        list(arrays) if len(arrays) == 1 else [],
    ):
        if names:
            return arrays[names[0]]
    inside = [value for name, value in body.items() if isinstance(value, dict) and plain_name(name) not in _ASIDE]
    return _array(inside[0], nouns, depth + 1) if len(inside) == 1 else None


def _keyed(body: JSON | Missing, parameter: str, noun: str) -> Iterator[JSON]:
    """Yield the things of an object whose keys name them: at least two objects that share a member."""
    things = list(body.values()) if isinstance(body, dict) else []
    objects = [each for each in things if isinstance(each, dict)]
    if not isinstance(body, dict) or len(objects) < _ALIKE or len(objects) != len(things):
        return
    if any(plain_name(name) in _ASIDE | ENVELOPES for name in body) or not set.intersection(*map(set, objects)):
        return
    for name, thing in body.items():
        if isinstance(thing, dict):
            own = like(thing, parameter, noun, sure=True)
            yield thing if own is not None and _is_value(thing[own]) else {**thing, parameter: name}


def _is_value(value: JSON) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""
