"""Deletes that were only accepted (202), or done in part (207): what they named is gone once a read says so, and not before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from contract_suite import limits
from contract_suite.behaviours.behaviour import Made
from contract_suite.behaviours.kit.responses import says_deleted
from contract_suite.contract.naming.names import plain_name
from contract_suite.model.json import JSON, Missing
from contract_suite.runner.leftovers.searching import ask, read_of
from contract_suite.runner.session.session import LiveSession

_READ_TOGETHER: Final = 10
_FIRST_PAUSE: Final = 0.05
_ABSENT: Final = frozenset({403, 404, 410})
_STATES: Final = frozenset({"status", "state", "lifecyclestate", "provisioningstate"})
_GOING: Final = ("delet", "terminat", "remov", "destroy")


def look_again(session: LiveSession, until: float) -> None:
    """Read what was deleted by such an answer and was not looked for since: what is still there is to be deleted again."""
    for made in session.ledger.deleted_things.unsure:
        read = read_of(session, made)
        if read is not None and time.monotonic() < until:
            ask(session, *read, "did the delete that was accepted happen?")


class Accepted:
    """Things whose deletes were accepted, each with what is to be told once it is gone."""

    def __init__(self, session: LiveSession, until: float) -> None:
        """Look for none of them after `until`."""
        self._session = session
        self._until = until
        self._things: list[tuple[Made, Callable[[], None]]] = []

    def add(self, made: Made, tell: Callable[[], None]) -> None:
        """Take one in."""
        self._things.append((made, tell))

    def settle(self) -> list[Made]:
        """Look for all of them, and tell of those that are gone; returns the others. All are forgotten."""
        left = _still_there(self._session, [made for made, _ in self._things], self._until)
        there = set(map(id, left))
        for made, tell in self._things:
            if id(made) not in there:
                tell()
        self._things.clear()
        return left


def _still_there(session: LiveSession, things: Iterable[Made], until: float) -> list[Made]:
    """Return those that a read still shows, or can't tell, after some time; what nothing reads counts as gone."""
    there = list(things)
    until, pause = min(until, time.monotonic() + limits.ACCEPTED_DELETES), _FIRST_PAUSE
    while there:
        shown = [each for each in there[:_READ_TOGETHER] if _is_there(session, each)]
        there = shown + there[_READ_TOGETHER:]
        if time.monotonic() >= until:
            return shown + [each for each in there[len(shown) :] if _is_there(session, each)]
        if shown:
            time.sleep(pause)
            pause = min(2 * pause, limits.ACCEPTED_DELETES / 4)
    return []


def _is_there(session: LiveSession, made: Made) -> bool:
    read = read_of(session, made)
    if read is None:
        return False
    exchange, body = ask(session, *read, "did the delete that was accepted happen?")
    return exchange.status not in _ABSENT and not (exchange.ok and (says_deleted(body) or _is_going(body)))


def _is_going(body: JSON | Missing) -> bool:
    """Whether a representation says that it is being deleted: some services take minutes."""
    return isinstance(body, dict) and any(
        plain_name(name) in _STATES and isinstance(member, str) and any(each in member.casefold() for each in _GOING)
        for name, member in body.items()
    )
