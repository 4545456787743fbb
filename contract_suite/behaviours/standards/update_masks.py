"""A field mask says what an update changes: what it names, and nothing else that the body has (AIP-134, AIP-161).

`PATCH /books/7?updateMask=title` with a title and an author sets the title alone. What it names and the body lacks is
cleared, and a map is replaced, where the document says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import Write, while_sent, write_on
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    make_own,
    member_shown,
)
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import served, why_not
from contract_suite.behaviours.kit.sample_values import another, sample_members
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.masks import mask_of
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.schemas.view import view
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.model.verdict import Verdict

NAME: Final = "update-masks"
_LIMITS: Final = "limits"
_CLEARS: Final = "clears"
_MAPS: Final = "maps"
_SENTENCES: Final = {
    _LIMITS: ("mask-limits", "An update with a mask leaves what the mask doesn't name, whatever its body has."),
    _CLEARS: ("mask-clears", "What a mask names and the body lacks is not kept."),
    _MAPS: ("mask-replaces-maps", "A map that a mask names is replaced, not merged."),
}
_SAYS_CLEARED: Final = re.compile(
    r"\b(default|clear|reset|unset|empt|remov)\w*[^.]*\bmask|\bmask\b[^.]*\b(default|clear|reset|unset|empt|remov)",
    re.IGNORECASE,
)
_SAYS_REPLACED: Final = re.compile(r"\bmaps?\b[^.]*\b(replaced|overwritten|as a whole)\b", re.IGNORECASE)
_FIRST: Final = "contract_suite_a"
_SECOND: Final = "contract_suite_b"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Masked:
    """A PATCH of an item with the parameter that holds its mask."""

    paths: ItemPaths
    patch: Operation
    mask: Parameter

    @property
    def keys(self) -> list[str]:
        """The clauses that the document speaks of."""
        text = f"{self.patch.description}\n{self.mask.description}".replace("`updateMask`", "mask")
        said = [(_CLEARS, _SAYS_CLEARED), (_MAPS, _SAYS_REPLACED)]
        return [_LIMITS, *(key for key, says in said if says.search(" ".join(text.split())))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Updates:
    """Updates of one thing of the run's own, each with a mask."""

    session: Session
    masked: _Masked
    thing: OwnThing
    write: Write

    def send(self, names: str, body: Mapping[str, JSON], aim: str) -> Exchange:
        """Update with a mask that names members."""
        asked: JSON = [names] if "array" in view(self.masked.mask.schema).types() else names
        write = Write(
            session=self.session,
            operation=self.masked.patch,
            thing=self.thing,
            arguments={**self.write.arguments, self.masked.mask.subject: asked, "body": dict(body)},
        )
        return write.send(note=f"with a mask of {names}", aim=aim)

    def read(self, note: str) -> Exchange | None:
        """Read the thing; `None` if that is not served."""
        exchange = get_at(self.session, self.masked.paths.read, self.thing.address, note=note)
        return exchange if exchange is not None and served(exchange) else None

    def shown(self, exchange: Exchange | None, name: str) -> JSON | Missing:
        """Return a member as a read shows it."""
        return member_shown(self.session.json(exchange), name) if exchange is not None else MISSING


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every PATCH with a mask on an item that can be created and read."""
    found = (clause for each in _masked(contract) for clause in _clauses_of(each).values())
    reason = "the document has no update with a field mask of what the run can create and read"
    yield from inapplicable_if_none(found, contract, NAME, "mask", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Update a new thing by masks of one member."""
    for each in _masked(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        thing = make_own(session, each.paths) if session.allowed(each.patch) else None
        write = write_on(session, each.patch, thing) if thing is not None else None
        if thing is not None and write is not None and write.media is not None:
            updates = _Updates(session=session, masked=each, thing=thing, write=write)
            yield from while_sent(_drive(updates, verdicts))
        yield from verdicts.leave_untested("no two members of anything of the run's own could be updated by a mask")


def _drive(updates: _Updates, verdicts: Verdicts) -> Iterator[Verdict]:
    values = _values(updates)
    if len(values) > 1:
        yield from _limited(updates, verdicts, values)
    create = updates.masked.paths.create.body
    place = view(create.json.schema) if create and create.json and create.json.schema else None
    needed = place.required_names() if place is not None else set(values)
    optional = {name: value for name, value in values.items() if name not in needed}
    if optional:
        yield from _cleared(updates, verdicts, *next(iter(optional.items())))
    if verdicts.is_wanted(_MAPS):
        yield from _replaced(updates, verdicts)


def _limited(updates: _Updates, verdicts: Verdicts, values: Mapping[str, JSON]) -> Iterator[Verdict]:
    """Name one of two members; that it is changed shows that the mask is understood."""
    if not verdicts.is_wanted(_LIMITS):
        return
    (named, value), (other, unnamed) = list(values.items())[:2]
    before = updates.read("before the update")
    exchange = updates.send(named, {named: value, other: unnamed}, verdicts.clause_id(_LIMITS))
    after = updates.read("what was changed?")
    old, new = updates.shown(before, other), updates.shown(after, other)
    if before is None or after is None or not served(exchange) or not alike(value, updates.shown(after, named)):
        yield from verdicts.untested(_LIMITS, f"{named} was not changed by a mask: {why_not(exchange)}", exchange)
    elif alike(unnamed, new) and not alike(old, new):
        message = f"an update whose mask names {named} must leave {other}; it was {shown(old)} and is {shown(new)}"
        yield from verdicts.failed(
            _LIMITS, message, before, exchange, after, pointer=f"/{other}", expected=_json(old), actual=new
        )
    else:
        yield from verdicts.passed(_LIMITS, f"{named} was changed, and {other} was not", before, exchange, after)


def _cleared(updates: _Updates, verdicts: Verdicts, name: str, value: JSON) -> Iterator[Verdict]:
    """Set a member that a thing need not have, then name it in a mask without giving it."""
    if not verdicts.is_wanted(_CLEARS):
        return
    first = updates.send(name, {name: value}, verdicts.clause_id(_CLEARS))
    before = updates.read(f"has it a {name}?")
    exchange = updates.send(name, {}, verdicts.clause_id(_CLEARS))
    after = updates.read(f"has it no {name} any more?")
    if before is None or after is None or not served(first) or not alike(value, updates.shown(before, name)):
        yield from verdicts.untested(_CLEARS, f"{name} was not set by a mask: {why_not(first)}", first)
    elif not served(exchange):
        yield from verdicts.untested(
            _CLEARS, f"the update without {name} was not served: {why_not(exchange)}", exchange
        )
    elif alike(value, updates.shown(after, name)):
        message = (
            f"an update whose mask names {name}, and whose body lacks it, must clear it; it is {shown(value)} still"
        )
        yield from verdicts.failed(_CLEARS, message, before, exchange, after, pointer=f"/{name}", actual=value)
    else:
        yield from verdicts.passed(_CLEARS, f"{name} was cleared", before, exchange, after)


def _replaced(updates: _Updates, verdicts: Verdicts) -> Iterator[Verdict]:
    """Set a map to one entry, then to another."""
    for name in _maps(updates):
        first = updates.send(name, {name: {_FIRST: "a"}}, verdicts.clause_id(_MAPS))
        before = updates.read("has it the entry?")
        exchange = updates.send(name, {name: {_SECOND: "b"}}, verdicts.clause_id(_MAPS))
        after = updates.read("has it the other entry alone?")
        old, new = updates.shown(before, name), updates.shown(after, name)
        if before is None or after is None or not (served(first) and served(exchange)):
            continue
        if not isinstance(old, dict) or _FIRST not in old or not isinstance(new, dict) or _SECOND not in new:
            continue
        if _FIRST in new:
            message = f"{name} was to be replaced by {shown({_SECOND: 'b'})}; it is {shown(new)}"
            yield from verdicts.failed(
                _MAPS, message, before, exchange, after, pointer=f"/{name}", expected={_SECOND: "b"}, actual=new
            )
            return
        yield from verdicts.passed(_MAPS, f"{name} was replaced", before, exchange, after)


def _values(updates: _Updates) -> dict[str, JSON]:
    """Return other values for members that a read shows, each one that the update takes alone."""
    schema = updates.write.media.schema if updates.write.media else None
    read = updates.session.json(updates.thing.read)
    made = updates.thing.arguments.get("body")
    known = dict(made) if isinstance(made, dict) else {}
    found: dict[str, JSON] = {}
    for name, sample in {**known, **sample_members(schema)}.items():
        now = member_shown(read, name)
        other = another(now if isinstance(now, str) and now else sample)
        fits = schema is not None and name in view(schema).property_names() and schema.is_valid({name: other})
        reference = name.lower().endswith(("id", "ids")) or (
            schema is not None and view(schema).member(name).keyword("readOnly") is True
        )
        readable = not isinstance(now, Missing) or name in _declared(updates.masked.paths.read)
        if fits and not reference and isinstance(other, str) and readable and not alike(other, now):
            found[name] = other
    return found


def _declared(read: Operation) -> list[str]:
    """Return the members that a read may show, as the document has it."""
    place = representation(read)
    return list(place.property_names()) if place is not None else []


def _maps(updates: _Updates) -> list[str]:
    """Return the members that may have any texts as entries."""
    schema = updates.write.media.schema if updates.write.media else None
    return [
        name
        for name in (view(schema).property_names() if schema is not None else ())
        if schema is not None
        and view(schema).member(name).types() - {"null"} == {"object"}
        and schema.is_valid({name: {_FIRST: "a"}})
        and not view(schema).member(name).property_names()
    ]


def _json(value: JSON | Missing) -> JSON:
    return None if isinstance(value, Missing) else value


def _masked(contract: Contract) -> Iterator[_Masked]:
    usable = [each for each in contract.operations if each.method == "PATCH" and not each.problem]
    for paths in item_paths(contract):
        for patch in (each for each in usable if each.path == paths.read.path and each.body is not None):
            mask = mask_of(patch)
            if mask is not None:
                yield _Masked(paths=paths, patch=patch, mask=mask)


def _clauses_of(each: _Masked) -> dict[str, Clause]:
    return {
        key: clause_at(NAME, each.patch, "mask", _SENTENCES[key][0], _SENTENCES[key][1], location=each.mask.location)
        for key in each.keys
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="An update with a field mask changes what the mask names, and nothing else.",
    clauses=clauses,
    drive=drive,
)
