"""Whether an id is that of something which the run made, by what creates answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import ItemPaths, identity_shown
from contract_suite.behaviours.kit.responses import done
from contract_suite.model.json import JSON


@dataclass(slots=True)
class _Made:
    """The ids that creates of one kind answered with up to an exchange, of which `last` is the number."""

    last: int = 0
    ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _MadeByKind:
    by_read: dict[str, _Made] = field(default_factory=dict)


def is_made_by_run(session: Session, paths: ItemPaths, key: JSON) -> bool:
    """Whether a create of the run, at any path that ends like that of a kind, answered with this id."""
    made = session.shared(_MadeByKind).by_read.setdefault(paths.read.id, _Made())
    history, segment = session.history, paths.read.path.rstrip("/").split("/")[-2]
    for each in takewhile(lambda each: each.number > made.last, reversed(history)):
        at = each.request.target.partition("?")[0].rstrip("/").rpartition("/")[2]
        if each.request.method == "POST" and at == segment and done(each):
            location = each.response.header("location") if each.response else None
            shown = identity_shown(session.json(each), paths.key, *paths.names)
            made.ids |= {each for each in (shown, location.rstrip("/").rpartition("/")[2] if location else "") if each}
    made.last = history[-1].number if history else 0
    return str(key) in made.ids
