"""Which members of a body a server refuses, by what its refusals name: an id that nothing has, a text of some form.

A body with every member filled in is refused for one of them. What its refusal names gets values that the server shows
elsewhere from then on; where such a value is refused too, it is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.outside import acts_outside
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.described import described
from contract_suite.model.json import JSON, Missing

TRIES: Final = 4
"""So often a body is made anew without what a refusal names."""
_INVALID: Final = frozenset({400, 422})
_DEEPEST: Final = 4
_MOST: Final = 8
_GIVEN_UP: Final = 2
"""A member that was refused so often is left out."""
_MOMENTS: Final = frozenset({"date", "date-time", "time"})


@dataclass(slots=True)
class _Refused:
    """How often a member was refused, and how often values that are shown were taken for it, by operation and name."""

    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: dict[str, list[JSON]] = field(default_factory=dict)


def accepted_members(session: Session, operation: Operation, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return values for a body, of what was refused those that are shown elsewhere, another one each time."""
    refused, found = session.shared(_Refused), dict[str, JSON]()
    for name, value in values.items():
        key = (operation.id, name)
        if not refused.times[key]:
            found[name] = value
        elif refused.times[key] == 1:
            shown = _sendable(operation, name, refused.shown.setdefault(name, list(_shown(session, name))))
            if shown:
                found[name] = shown[refused.taken[key] % len(shown)]
                refused.taken[key] += 1
    return found


def _sendable(operation: Operation, name: str, shown: Iterable[JSON]) -> list[JSON]:
    """Return which of the values that answers showed may be sent: as the body describes them, and nobody's address or number."""
    place, media = request_body(operation), operation.body.of_members if operation.body else None
    if place is None or media is None or media.schema is None:
        return []
    found = (described(each, place.member(name)) for each in shown)
    return [
        each
        for each in found
        if not isinstance(each, Missing)
        and not acts_outside(each, name)
        and not media.schema.breaks_member({name: each}, name)
    ]


def _shown(session: Session, name: str) -> Iterator[JSON]:
    """Different values of a member, as answers of the run show it; what is empty is none."""
    seen: list[JSON] = []
    for exchange in session.history:
        body = session.json(exchange) if exchange.ok else None
        for part in () if body is None or isinstance(body, Missing) else _parts(body, 0):
            value = part.get(name) if isinstance(part, dict) else None
            if value and value not in seen and len(seen) < _MOST:
                seen.append(value)
                yield value


def learn_from(session: Session, operation: Operation, sent: Collection[str]) -> bool:
    """Remember which of the members just sent the last refusal names; say whether it names some, and not all of them."""
    exchange = session.history[-1] if session.history and not session.contract.sourced else None
    if exchange is None or exchange.status not in _INVALID or exchange.request.method != operation.method:
        return False
    body = session.json(exchange)
    if isinstance(body, Missing):
        return False
    for names_in in (_keys, _texts, _words):
        names = names_in(body)
        found = {name for name in sent if plain_name(name) in names}
        if found and len(found) < len(sent):
            session.shared(_Refused).times.update((operation.id, name) for name in found)
            return True
        # An end that is not sent any more, since it came before the start: the start is compared with what is there.
        others = _moments(operation, sent) if _is_left_out(session, operation, names) else set()
        if others and len(others) < len(sent):
            session.shared(_Refused).times.update((operation.id, name) for name in others for _ in range(_GIVEN_UP))
            return True
    return False


def _is_left_out(session: Session, operation: Operation, names: Collection[str]) -> bool:
    """Whether one of these names is that of a member which is left out because it was refused."""
    times = session.shared(_Refused).times
    return any(
        count >= _GIVEN_UP and of == operation.id and plain_name(name) in names for (of, name), count in times.items()
    )


def _moments(operation: Operation, sent: Collection[str]) -> set[str]:
    """Which of the members sent are moments."""
    place = request_body(operation)
    return {name for name in sent if place is not None and place.member(name).keyword("format") in _MOMENTS}


def _keys(body: JSON) -> set[str]:
    """The names of members: `{"assignee": ["…"]}`."""
    return {plain_name(name) for part in _parts(body, 0) if isinstance(part, dict) for name in part}


def _texts(body: JSON) -> set[str]:
    """Texts that are a name, or the end of a path: `{"field": "assignee"}`, `{"pointer": "/data/assignee"}`."""
    return {plain_name(part.rpartition("/")[2].rpartition(".")[2]) for part in _parts(body, 0) if isinstance(part, str)}


def _words(body: JSON) -> set[str]:
    """The words of sentences, one by one: "The assignee must be a member"."""
    return {
        plain_name(word) for part in _parts(body, 0) if isinstance(part, str) for word in (*part.split(), *words(part))
    }


def _parts(value: JSON, depth: int) -> Iterator[JSON]:
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside if depth < _DEEPEST else ():
        yield from _parts(each, depth + 1)
