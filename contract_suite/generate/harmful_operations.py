"""Operations that harm what a run did not make, told by their names and their shape.

They wipe, stop or reconfigure a service, end sessions, change keys, delete or change many things at once, or make the
service call out. The tables of verbs and nouns stand here and nowhere else. What acts on one thing that the run can
make itself is no such operation: that the run's own one is used is for `runner.session.ownership` to see to.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from contract_suite.contract.addressing import body_properties, roles
from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in, shape, without_verb
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource

WIPES: Final = "it resets or wipes what is there"
STOPS: Final = "it stops, restarts or locks the service"
ENDS_ACCESS: Final = "it ends a session, or changes or revokes a key or password"
DELETES_MANY: Final = "it deletes or changes several things at once"
DELETES_COLLECTION: Final = "it deletes without naming one thing that the run made"
CHANGES_SHARED: Final = "it changes what the run did not make"
CALLS_OUT: Final = "it makes the service call somebody else"


def harm(operation: Operation, resources: tuple[Resource, ...], own: Container[str]) -> str:
    """Return why an operation would harm what is not the run's, as half a sentence; nothing if it would not.

    `own` are the shapes of the paths of things that the run can make itself (`things/{}`).
    """
    if roles(resources, operation):
        return ""  # it is about one thing or a list of them
    if any(shape(path) in own for path in thing_paths(operation.path)):
        return ""
    return _by_name(operation) or ("" if operation.safe else _by_shape(operation))


def only_asks(operation: Operation) -> bool:
    """Whether a POST asks a question and changes nothing, as its name and its only success say: `POST /databases/{id}/query`."""
    successes = {each.status for each in operation.responses if each.status.startswith("2")}
    names = _names_of(operation)
    last = words(operation.path.rpartition("/")[2].rpartition(":")[2])
    asks = not _QUERIES.isdisjoint((*last[:1], *last[-1:]))
    return operation.method == "POST" and asks and successes == {"200"} and not names.holds(_DELETES | _ALTERS | _STOP)


def thing_paths(path: str) -> tuple[str, ...]:
    """Return the beginnings of a path that end with a template: what it addresses, the outermost first.

    An action behind the template (`/pets/{petId}:feed`) is none of them.
    """
    segments = without_verb(path).split("/")
    return tuple("/".join(segments[: index + 1]) for index, segment in enumerate(segments) if names_in(segment))


@dataclass(frozen=True, slots=True)
class _Names:
    """What an operation is called: its id, the literal segments of its path, the first words of its summary."""

    names: tuple[tuple[str, ...], ...]
    last: tuple[str, ...]

    def begins(self, verbs: frozenset[str]) -> bool:
        """Whether one of the names begins with a verb."""
        return any(name[:1] and (name[0] in verbs or "".join(name[:2]) in verbs) for name in self.names)

    def holds(self, verbs: frozenset[str]) -> bool:
        """Whether a word, or two words together (`log out`), stand anywhere."""
        return any(word in verbs for name in self.names for word in (*name, *_pairs(name)))


def _names_of(operation: Operation) -> _Names:
    literal = [segment for segment in operation.path.split("/") if segment and "{" not in segment]
    segments = [words(segment) for segment in literal]
    names = (words(operation.id), *segments, words(operation.summary)[:3])
    return _Names(tuple(filter(None, names)), segments[-1] if segments else ())


def _by_name(operation: Operation) -> str:
    names = _names_of(operation)
    if operation.safe:
        last = "".join(names.last)
        return next((why for verbs, why in _AT_THE_END if last in verbs), "")
    if names.holds(_SECRETS) and (names.holds(_CHANGES) or operation.method in _REPLACES):
        return ENDS_ACCESS
    for why, anywhere, first in _TABLES:
        if names.holds(anywhere) or names.begins(first):
            return why
    if names.holds(_MANY) and names.holds(_DELETES | _ALTERS):
        return DELETES_MANY
    if names.begins(_DELETES) and not operation.path.rstrip("/").endswith("}"):
        return DELETES_COLLECTION
    if names.holds(_MESSAGES) and names.holds(_TRIES):
        return CALLS_OUT
    if (names.holds(_FETCHES) or names.holds(_TRIES)) and any(_takes_addresses(operation)):
        return CALLS_OUT
    return ""


def _by_shape(operation: Operation) -> str:
    if not operation.path.rstrip("/").endswith("}") and operation.method == "DELETE":
        return DELETES_COLLECTION
    if operation.method in _REPLACES and not names_in(operation.path):
        return CHANGES_SHARED
    return DELETES_MANY if operation.method in {"DELETE", *_REPLACES} and _takes_ids(operation) else ""


def _takes_ids(operation: Operation) -> bool:
    """Whether the body is a list, or holds one that is called after ids."""
    media = operation.body.of_members if operation.body else None
    if media is None or media.schema is None:
        return False
    if view(media.schema).types() == frozenset({"array"}):
        return True
    return any(words(name)[-1:] in {("ids",), ("keys",), ("uuids",)} for name in body_properties(operation))


def _takes_addresses(operation: Operation) -> Iterator[str]:
    """Yield parameters and members of the body that are called after an address elsewhere."""
    for name in (*body_properties(operation), *(each.name for each in operation.parameters)):
        if set(words(name)) & _ADDRESSES:
            yield name


def _pairs(name: tuple[str, ...]) -> Iterator[str]:
    return (f"{one}{other}" for one, other in pairwise(name))


_REPLACES: Final = frozenset({"PUT", "PATCH"})


def _table(text: str) -> frozenset[str]:
    return frozenset(text.split())


_QUERIES: Final = _table("search query find lookup filter count preview validate estimate calculate simulate")
_WIPE: Final = _table("flush purge wipe truncate factoryreset erase nuke prune vacuum")
_WIPE_FIRST: Final = _table("reset clear drop empty restore rollback cleanup reindex")
_STOP: Final = _table(
    "shutdown restart reboot poweroff terminate maintenance failover hibernate suspend decommission readonly"
)
_STOP_FIRST: Final = _table(
    "stop halt kill quit exit pause disable lock freeze drain reload upgrade downgrade deactivate"
)
_ACCESS: Final = _table("logout signout logoff signoff revoke invalidate regenerate rotate deauthorize")
_SECRETS: Final = _table(
    "password passwd passphrase token tokens key keys apikey apikeys secret secrets credential credentials mfa"
)
_CHANGES: Final = _table(
    "change reset update set replace delete remove revoke expire forgot forget refresh recover block"
)
_DELETES: Final = _table(
    "delete remove destroy discard expire uninstall unregister deregister cancel archive trash unset"
)
_ALTERS: Final = _table("update edit patch modify move set assign close enable disable clear stop drop replace")
_MANY: Final = _table("bulk batch mass all many multi multiple")
_MESSAGES: Final = _table(
    "webhook webhooks hook hooks callback callbacks notification notifications email emails mail sms slack alerting "
    "receiver receivers integration integrations"
)
_TRIES: Final = _table("test ping trigger redeliver resend send deliver try check verify")
_FETCHES: Final = _table(
    "import fetch proxy crawl scrape mirror download pull clone record recording recordings forward unfurl preview sync"
)
_ADDRESSES: Final = _table("url uri href webhook callback endpoint host origin remote")
_TABLES: Final = (
    (ENDS_ACCESS, _ACCESS, frozenset[str]()),
    (STOPS, _STOP, _STOP_FIRST),
    (WIPES, _WIPE, _WIPE_FIRST),
)
_AT_THE_END: Final = (
    (_table("logout signout logoff signoff revoke invalidate"), ENDS_ACCESS),
    (_table("shutdown restart reboot poweroff halt terminate quit exit kill stop"), STOPS),
    (_table("flush purge wipe truncate reset"), WIPES),
)
"""A safe method promises to change nothing, so only what such a path is wholly called after is believed to do so."""
