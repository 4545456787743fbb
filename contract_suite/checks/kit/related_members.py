"""Refusals that say how two members of a body must agree, which no schema says: "the cap must not be lower than hourly_rate".

Where nobody wrote down what a server demands, such a refusal of values that are each valid is one that a right server may give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.sentences import statements
from contract_suite.model.json import JSON, Missing, escape, objects_in

_MOST: Final = 40
"""So many texts of each list or object of a refusal are looked at."""
_LONGEST: Final = 400
_MOST_MEMBERS: Final = 100
_ABOUT: Final = ("field", "param", "parameter", "property", "path", "pointer", "loc", "target", "name")
"""Members of an error that say which member of the request it is about."""
_ENVELOPE: Final = frozenset(
    {
        "message",
        "msg",
        "error",
        "errors",
        "detail",
        "details",
        "title",
        "status",
        "type",
        "code",
        "description",
        "reason",
    }
)
"""Members of most errors: a text right below one of them says nothing of a member of the request that is called alike."""


def compares_members(
    refusal: JSON | Missing, body: JSON, parameters: Iterable[str] = (), members: Iterable[str] = ()
) -> bool:
    """Whether a text of a refusal names two members of the body that was sent, or stands at one and names another one.

    Names of `parameters` count as well ("ids or locations is required"), and of `members` that the body may have, whether
    or not they were sent: "sendAt and scheduleType go together". Of those that were not, one counts only where the text
    itself says it, and it has several words: `title` and `type` stand in many a refusal by chance.
    """
    places: dict[str, set[str]] = {_phrase(name): {name} for name in parameters}
    unsent = {_phrase(name): {f"/{escape(name)}"} for name in members if len(words(name)) > 1}
    for pointer, each in objects_in(body, most=_MOST_MEMBERS):
        for name in each:
            places.setdefault(_phrase(name), set()).add(f"{pointer}/{escape(name)}")
    names = {each for each in places if each.strip()}
    if len(names | unsent.keys()) < 2 or isinstance(refusal, Missing):
        return False
    return any(_are_apart({**unsent, **places}, _named(text, at, names, {*unsent})) for text, at in _texts(refusal, ()))


def _are_apart(places: Mapping[str, set[str]], named: set[str]) -> bool:
    """Whether there are two among the members named, neither of which holds the other: `/data/city` is about `city` alone."""
    return any(
        all(
            not (one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/"))
            for one in places[first]
            for other in places[second]
        )
        for first, second in combinations(sorted(named), 2)
    )


def _named(text: str, at: tuple[str, ...], names: set[str], unsent: set[str]) -> set[str]:
    """The members that a text speaks of, or stands at; one whose name is part of another's that it speaks of is not meant."""
    said = _phrase(text[:_LONGEST])
    around = [_phrase(each) for each in at]
    return _longest({name for name in names | unsent if name in said}) | _longest(
        {name for name in names if any(name in each for each in around)}
    )


def _longest(named: set[str]) -> set[str]:
    return {each for each in named if not any(each != other and each in other for other in named)}


def _phrase(text: str) -> str:
    """The words of a name or a sentence with a blank around each: `hourlyRate` stands in "the hourly rate"."""
    return f" {' '.join(words(text))} "


def _texts(value: JSON, at: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the texts of a refusal, each with the names of the members around it, and what an error says that it is about."""
    if isinstance(value, str):
        around = at[:-1] if at and at[-1] in _ENVELOPE else at
        yield from ((each, around) for each in statements(value))
    elif isinstance(value, list):
        for item in value[:_MOST]:
            yield from _texts(item, at)
    elif isinstance(value, dict):
        about = [value[name] for name in _ABOUT if name in value]
        own = [each for said in about for each in (said if isinstance(said, list) else [said]) if isinstance(each, str)]
        for name, member in list(value.items())[:_MOST]:
            if name not in _ABOUT:
                yield from _texts(member, (*at, *own, name))
