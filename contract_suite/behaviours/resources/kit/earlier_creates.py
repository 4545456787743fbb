"""What the run created before, for whatever reason, and must still find: all of it at once, by the lists.

A create that is lost once in many shows here and nowhere else. Only what no later write names can be missed: any other may
have been changed or deleted by it, or with its owner.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from urllib.parse import unquote_plus

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import same_identity
from contract_suite.behaviours.kit.form_values import read_back
from contract_suite.behaviours.kit.listing import Listing, Walk
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.resources.kit.making import body_is_valid
from contract_suite.contract.addressing import identity_in, named_values, plain, scope_in
from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import route
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON

_CREATED: Final = frozenset({200, 201})
"""What was only accepted (202) may come later."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_LONG: Final = 8
"""A text of so many characters is found in the path of a delete only where that names it."""
_UNLISTED: Final = 3
"""So many that no list shows are looked for one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """Something that was created and that a walk through a list did not meet."""

    made: Made
    listing: Operation


def unlisted(session: Session, ops: ResourceOperations) -> Iterator[Unlisted]:
    """Yield what was created, was not named by a write since, and is on no page of a list; each thing once, a few at most."""
    missing: list[Made] = []
    for listing in ops.lists:
        if not session.allowed(listing) or listing.promises.collection is None or len(missing) >= _UNLISTED:
            continue
        largest = max(_by_owner(ops, listing, untouched(session, ops)).values(), key=len, default=[])
        for made in _not_met(session, listing, largest):
            if made not in missing and len(missing) < _UNLISTED:
                missing.append(made)
                yield Unlisted(made=made, listing=listing)


def untouched(session: Session, ops: ResourceOperations) -> list[Made]:
    """Everything that the run created by a valid request and that no write since has named, the earliest first."""
    if ops.create is None:
        return []
    history = session.history
    writes = _Writes([each for each in history if each.request.method not in _SAFE])
    deletes = _Writes([each for each in history if each.request.method == "DELETE"])
    found = []
    for exchange in history:
        made = _made_by(session, ops, ops.create, exchange) if exchange.request.method == ops.create.method else None
        if made is not None:
            own = [str(made.identity[field]) for field in ops.own_identity if field in made.identity]
            owner = [str(value) for field, value in made.identity.items() if field not in ops.own_identity]
            owner += [str(value) for value in (*made.scope.values(), *_referred(made))]
            if own and not writes.name(own[-1:], exchange) and not deletes.name(owner, exchange):
                found.append(made)
    return found


def _referred(made: Made) -> Iterator[JSON]:
    """What the create names in its path, or in members that hold ids or may do so: with any of it, what was created may be gone."""
    yield from (value for subject, value in made.arguments.items() if subject.startswith("path."))
    body = made.arguments.get("body")
    for name, value in body.items() if isinstance(body, dict) else ():
        if not isinstance(value, str | int) or isinstance(value, bool):
            continue
        if (words(name)[-1:] == ("id",) and value != "") or (isinstance(value, str) and len(value) >= _LONG):
            yield value
        elif value != "":
            yield f"/{name}s/{value}"  # `customer` may name one as `customer_id` does


class _Writes:
    """What writes say, in one text: each of many values is looked for in all of them at once, from the last one on."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        pieces = [_text(each) for each in exchanges]
        self._numbers = [each.number for each in exchanges]
        self._begins = list(accumulate((len(piece) + 1 for piece in pieces[:-1]), initial=0))
        self._text = "\n".join(pieces)

    def name(self, values: Sequence[str], after: Exchange) -> bool:
        """Whether a write after an exchange names one of the values, or may name it."""
        begin = bisect_right(self._numbers, after.number)
        return begin < len(self._numbers) and any(self._text.find(value, self._begins[begin]) >= 0 for value in values)


def _made_by(session: Session, ops: ResourceOperations, create: Operation, exchange: Exchange) -> Made | None:
    request = exchange.request
    if exchange.status not in _CREATED or request.identity is not Identity.DEFAULT or "?" in request.target:
        return None
    operation, path, _ = route(session.contract, request.method, request.target)
    if operation is None or operation.id != create.id:
        return None
    arguments: dict[str, JSON] = {f"path.{name}": value for name, value in path.items()}
    sent = {name.lower(): value for name, value in request.headers}
    declared = [each for each in create.parameters if each.where == "header" and each.name.lower() in sent]
    arguments |= {each.subject: sent[each.name.lower()] for each in declared}
    media = create.body.of_members if create.body else None
    body = read_back(request.body, sent.get("content-type", ""), media) if request.body and media else {}
    if not isinstance(body, dict):
        return None
    arguments["body"] = body
    if not body_is_valid(create, arguments):
        return None
    identity = identity_in(ops.resource, session.json(exchange), named_values(create, arguments))
    if identity is None:
        return None
    scope = scope_in(ops.resource, create, arguments)
    return Made(resource=ops.resource, arguments=arguments, exchange=exchange, identity=identity, scope=scope)


def _by_owner(ops: ResourceOperations, listing: Operation, made: Sequence[Made]) -> dict[str, list[Made]]:
    groups: defaultdict[str, list[Made]] = defaultdict(list)
    own = set(ops.own_identity)
    for each in made:
        owner = {name: value for name, value in each.identity.items() if plain(name) not in own}
        groups[json.dumps([owner, dict(each.scope), _headers(each, listing)], sort_keys=True)].append(each)
    return groups


def _headers(made: Made, listing: Operation) -> dict[str, JSON]:
    """What a create said in header parameters that its list has too, by subject: such a one may name a tenant."""
    shared = {each.subject for each in listing.parameters if each.where == "header"}
    return {subject: value for subject, value in made.arguments.items() if subject in shared}


def _not_met(session: Session, listing: Operation, made: Sequence[Made]) -> list[Made]:
    """Return those of one owner that a walk through the whole list did not meet; none if it could not be walked to its end."""
    base = session.locate(listing, made[0]) if made else None
    if base is None:
        return []
    told = _headers(made[0], listing)
    lists = Listing(session, listing, {**base, **told})
    walk = Walk()
    keys: set[str] = set()
    items: list[JSON] = []
    for page in lists.pages(walk, note="is everything there that was created?", short_ends=False):
        keys |= set(page.keys)
        items += page.items
    if walk.trouble or not walk.exchanges:
        return []
    missing = [each for each in made if lists.key_of(each) not in keys]
    return [each for each in missing if not any(same_identity(item, each.identity) for item in items)]


def _text(exchange: Exchange) -> str:
    """Everything that a request says, as it reads once it is decoded."""
    return f"{unquote_plus(exchange.request.target)} {exchange.request.body.decode('utf-8', 'replace')}"
