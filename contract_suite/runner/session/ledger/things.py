"""Things by their identity within a scope: which ones the run made, and which ones are gone.

The same identity in another scope is another thing: project 7 of a team that nobody knows says nothing of project 7 of
another team. A scope that one side doesn't say, since an operation has no parameter for it, is taken to be the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from contract_suite.model.json import JSON

Values = Mapping[str, JSON]
Key = frozenset[tuple[str, str]]
"""An identity as texts by name."""


@dataclass(slots=True, kw_only=True)
class _Thing:
    scope: dict[str, str]
    for_good: bool = False


class Things:
    """A set of things, by the name of their resource, their identity and their scope."""

    def __init__(self) -> None:
        """No thing."""
        self._things: dict[str, dict[Key, list[_Thing]]] = defaultdict(dict)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._things)

    def any_of(self, resource: str) -> bool:
        """Whether there is any of a resource."""
        return resource in self._things

    def add(self, resource: str, identity: Values, scope: Values, *, for_good: bool = False) -> None:
        """Take one in. One that is added `for_good` stays, whatever is shown of it later."""
        key, around = key_of(identity), _texts(scope)
        known = self._things[resource].setdefault(key, [])
        same = next((each for each in known if each.scope == around), None)
        if same is None:
            known.append(_Thing(scope=around, for_good=for_good))
        else:
            same.for_good = same.for_good or for_good

    def has(self, resource: str, identity: Values, scope: Values) -> bool:
        """Whether this one is among them."""
        known = self._of(resource, identity)
        around = _texts(scope) if known else {}
        return any(agree(each.scope, around) for each in known)

    def discard(self, resource: str, key: Key, scope: Values, *, made: bool = False) -> None:
        """Leave out one that was shown to exist. What was deleted may be shown for a while: it counts once `made` anew."""
        known = self._things[resource].get(key) if resource in self._things else None
        if not known:
            return
        around = _texts(scope)
        known[:] = [each for each in known if (each.for_good and not made) or not agree(each.scope, around)]

    def _of(self, resource: str, identity: Values) -> list[_Thing]:
        things = self._things.get(resource)
        return things.get(key_of(identity), []) if things else []


def key_of(identity: Values) -> Key:
    """Return what an identity is known by, in whatever order and type its values come."""
    return frozenset(_texts(identity).items())


def _texts(values: Values) -> dict[str, str]:
    """Values as texts: a path says `7` where a body says 7."""
    return {name: str(value) for name, value in values.items()}


def agree(one: Values, other: Values) -> bool:
    """Whether two scopes may be the same: they differ in nothing that both say."""
    return all(other.get(name, value) == value for name, value in one.items())
