"""Things of the run's own that a body refers to: the bin where the goods of an order are put, in the warehouse of that order."""

from __future__ import annotations

from collections.abc import Mapping

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import OwnThing, identity_shown, item_at, own_thing, places
from contract_suite.behaviours.kit.responses import done
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, Missing

_IDS = frozenset({"id", "uuid"})


def own_reference(session: Session, thing: OwnThing, member: str) -> JSON:
    """Return the id of something that the run made, of the kind that a member is called after; `None` for none.

    It stands below what the thing itself refers to, where the document has such things there.
    """
    *noun, last = words(member) or ("",)
    if not noun or last not in _IDS:
        return None
    for create in session.contract.operations:
        kind = create.path.rstrip("/").rpartition("/")[2]
        if create.method != "POST" or "{" in kind or create.problem or words(singular(kind))[-1:] != tuple(noun[-1:]):
            continue
        paths = item_at(session.contract, f"{shape(create.path)}/{{}}")
        if not names_in(create.path) and paths is not None:
            own = own_thing(session, paths)
            found = _id_shown(session.json(own.read), paths.key) if own is not None else None
        else:
            found = _made(session, create, thing)
        if found is not None:
            return found
    return None


def _made(session: Session, create: Operation, thing: OwnThing) -> JSON:
    """Make one below what a thing refers to, if that is the run's own."""
    placed = _placed(session, create, thing)
    arguments = session.accepted(create) if placed is not None and session.allowed(create) else None
    if placed is None or arguments is None:
        return None
    made = session.call(create, {**arguments, **placed}, note="make one to refer to", intent=Intent.UNKNOWN)
    return _id_shown(session.json(made), "id") if done(made) else None


def _id_shown(shown: JSON | Missing, key: str) -> JSON:
    """Return the id that a representation shows, as the text or number that it is."""
    text = identity_shown(shown, key)
    return next((each for place in places(shown) for each in place.values() if text and str(each) == text), None)


def _placed(session: Session, create: Operation, thing: OwnThing) -> dict[str, JSON] | None:
    """Return the values of a create's path, as a thing was given them; `None` if one of them is not the run's own."""
    body = thing.arguments.get("body")
    known: Mapping[str, JSON] = {**(body if isinstance(body, dict) else {}), **thing.address}
    plain = {plain_name(name): value for name, value in known.items()}
    found = {name: plain.get(plain_name(name)) for name in names_in(create.path)}
    if any(value is None or not _is_own(session, str(value)) for value in found.values()):
        return None
    return {f"path.{name}": value for name, value in found.items()}


def _is_own(session: Session, identity: str) -> bool:
    """Whether a create of the run answered with this id."""
    creates = (each for each in session.history if each.request.method == "POST" and done(each))
    return any(identity_shown(session.json(each), "id") == identity for each in creates)
