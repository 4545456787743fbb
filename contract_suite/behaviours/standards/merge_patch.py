"""A merge patch changes what it names and nothing else (RFC 7396)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import Write, while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import ItemPaths, item_paths, make_own, places
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.sample_values import another, sample_members
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Contract, MediaType, Operation, essence
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "merge-patch"
_MEDIA: Final = "application/merge-patch+json"
_STAYS: Final = "stays"
_NULL: Final = "null"
_OBJECT: Final = "object"
_ARRAY: Final = "array"
_SENTENCES: Final = {
    _STAYS: ("unnamed-stays", "what a merge patch doesn't name stays as it is"),
    _NULL: ("null-removes", "null in a merge patch removes the member"),
    _OBJECT: ("object-merges", "an object in a merge patch is merged into the one that is there"),
    _ARRAY: ("array-replaces", "an array in a merge patch replaces the one that is there"),
}
_TWO: Final = 2
_MOST: Final = 4
"""So many members are filled in one by one."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every PATCH of an item that takes a merge patch."""
    found = (clause for _, patch in _patches(contract) for clause in clauses_of(patch).values())
    yield from inapplicable_if_none(found, contract, NAME, "patch", f"no PATCH of an item takes {_MEDIA}")


def clauses_of(patch: Operation) -> dict[str, Clause]:
    """Return the clauses of one PATCH by short keys: those that its schema has room for."""
    media = _media(patch)
    place = view(media.schema) if media and media.schema else None
    members = [place.member(name) for name in place.property_names()] if place else []
    kinds = [each.types() for each in members]
    keys = [_STAYS] if len(members) > 1 else []
    keys += [_NULL] if any("null" in each and len(each) > 1 for each in kinds) else []
    keys += [_OBJECT] if any(len(each.property_names()) > 1 or _is_map(each) for each in members) else []
    keys += [_ARRAY] if any("array" in each and len(each - {"null"}) == 1 for each in kinds) else []
    return {
        key: clause_at(
            NAME, patch, "patch", _SENTENCES[key][0], f"{_SENTENCES[key][1]} (RFC 7396).", source=Source.STANDARD
        )
        for key in keys
    }


def drive(session: Session) -> Iterator[Verdict]:
    """Fill in something of the run's own, then patch one member at a time."""
    for paths, patch in _patches(session.contract):
        verdicts = Verdicts(session, clauses_of(patch))
        media = _media(patch)
        if not verdicts.any_wanted or media is None:
            continue
        thing = make_own(session, paths) if session.allowed(patch) else None
        arguments = required_arguments(session, patch, thing.address) if thing else None
        if thing is not None and arguments is not None:
            write = Write(session=session, operation=patch, thing=thing, arguments=arguments, media=media)
            yield from while_sent(_Patching(session, paths, write, media, verdicts).go())
        yield from verdicts.leave_untested("no resource that the run created could be patched and read")


class _Patching:
    """The patches of one thing, and what a read showed last."""

    def __init__(self, session: Session, paths: ItemPaths, write: Write, media: MediaType, verdicts: Verdicts) -> None:
        self.session = session
        self.paths = paths
        self.write = write
        self.verdicts = verdicts
        self.schema = media.schema
        self.writable: Mapping[str, None] = view(media.schema).property_names() if media.schema else {}
        self.reads: list[tuple[Exchange, dict[str, JSON]]] = []

    def go(self) -> Iterator[Verdict]:
        """Fill in, then one patch for each clause."""
        samples = {
            name: value
            for name, value in sample_members(self.schema).items()
            if value not in self.write.thing.address.values()
        }
        self._fill(samples)
        if not self._look():
            return
        for key, choose in (
            (_ARRAY, self._array_patch),
            (_OBJECT, self._object_patch),
            (_NULL, lambda: self._null_patch(samples)),
        ):
            patch = choose()
            if patch is not None and self.verdicts.is_wanted(key, _STAYS):
                yield from self._send(key, *patch)

    def _fill(self, samples: Mapping[str, JSON]) -> None:
        """Give every member a value; one by one where the server refuses one of them."""
        if samples and not served(self.write.send(body=dict(samples), note="fill in every member")):
            telling = sorted(samples, key=lambda name: not isinstance(samples[name], dict | list))
            for name in telling[:_MOST]:
                self.write.send(body={name: samples[name]}, note=f"fill in {name}")

    def _send(self, key: str, name: str, value: JSON) -> Iterator[Verdict]:
        exchange = self.write.send(body={name: value}, note=f"only {name}", aim=self.verdicts.clause_id(key))
        former, old = self.reads[-1]
        if not served(exchange) or not self._look():
            return
        latter, new = self.reads[-1]
        seen = (former, exchange, latter)
        if key == _ARRAY:
            yield from self._array(old.get(name), value, new.get(name), name, seen)
        elif key == _OBJECT:
            yield from self._object(old.get(name), value, new.get(name), name, seen)
        elif alike(old.get(name), new.get(name)):
            message = f"null for {name} must remove it; a read shows {shown(new.get(name))} still"
            yield from self.verdicts.failed(_NULL, message, *seen, pointer=f"/{name}", problem="kept")
        else:
            yield from self.verdicts.passed(_NULL, "null removed the member", *seen)
        yield from self._others(name, old, new, seen)

    def _array(self, old: JSON, sent: JSON, new: JSON, name: str, seen: tuple[Exchange, ...]) -> Iterator[Verdict]:
        if alike(sent, new):
            yield from self.verdicts.passed(_ARRAY, "the array was replaced", *seen)
        elif _added(old, sent, new):
            message = f"{name} must be replaced by {shown(sent)}; it is {shown(new)}, with what was there before"
            yield from self.verdicts.failed(
                _ARRAY, message, *seen, pointer=f"/{name}", problem="added", expected=sent, actual=new
            )

    def _object(self, old: JSON, sent: JSON, new: JSON, name: str, seen: tuple[Exchange, ...]) -> Iterator[Verdict]:
        if not isinstance(old, dict) or not isinstance(sent, dict) or not isinstance(new, dict):
            return
        lost = [key for key, value in old.items() if key not in sent and value is not None and new.get(key) is None]
        if lost:
            message = f"{name} must be merged; {', '.join(lost)}, which the patch doesn't name, went away"
            yield from self.verdicts.failed(_OBJECT, message, *seen, pointer=f"/{name}", problem="replaced", actual=new)
        elif all(alike(value, new.get(key)) for key, value in sent.items()):
            yield from self.verdicts.passed(_OBJECT, "the object was merged", *seen)

    def _others(
        self, name: str, old: Mapping[str, JSON], new: Mapping[str, JSON], seen: tuple[Exchange, ...]
    ) -> Iterator[Verdict]:
        kept = [each for each in old if each != name and each in self.writable and old[each] not in (None, "", [], {})]
        lost = [each for each in kept if new.get(each) in (None, "", [], {})]
        if lost:
            message = f"a merge patch of {name} must leave {', '.join(lost)} alone; a read shows nothing there any more"
            yield from self.verdicts.failed(_STAYS, message, *seen, pointer=f"/{lost[0]}", problem="lost")
        elif kept:
            yield from self.verdicts.passed(_STAYS, "what wasn't named stayed", *seen)

    def _array_patch(self) -> tuple[str, JSON] | None:
        for name, value in self.reads[-1][1].items():
            if name in self.writable and isinstance(value, list) and value:
                other = another(value[0])
                if other not in value and self._valid(name, [other]):
                    return name, [other]
        return None

    def _object_patch(self) -> tuple[str, JSON] | None:
        for name, value in self.reads[-1][1].items():
            if name not in self.writable or not isinstance(value, dict):
                continue
            filled = [key for key, each in value.items() if each is not None]
            if self.schema is not None and _is_map(view(self.schema).member(name)) and filled:
                more: JSON = {f"{filled[0]}2": value[filled[0]]}
                if f"{filled[0]}2" not in value and self._valid(name, more):
                    return name, more
            for key in filled if len(filled) >= _TWO else ():
                other = another(value[key])
                if other != value[key] and self._valid(name, {key: other}):
                    return name, {key: other}
        return None

    def _null_patch(self, samples: Mapping[str, JSON]) -> tuple[str, JSON] | None:
        shown_now = self.reads[-1][1]
        for name, value in samples.items():
            if shown_now.get(name) not in (None, "", [], {}) and value is not None and self._valid(name, None):
                return name, None
        return None

    def _valid(self, name: str, value: JSON) -> bool:
        return self.schema is None or self.schema.is_valid({name: value})

    def _look(self) -> bool:
        exchange = get_at(self.session, self.paths.read, self.write.thing.address, note="what is there now")
        if exchange is None or not served(exchange):
            return False
        found = [each for each in places(self.session.json(exchange)) if any(name in self.writable for name in each)]
        if not found:
            return False
        self.reads.append((exchange, found[0]))
        return True


def _is_map(place: SchemaView) -> bool:
    """Whether a place holds an object whose members the client names: tags, labels."""
    return isinstance(place.keyword("additionalProperties"), dict) and not place.property_names()


def _added(old: JSON, sent: JSON, new: JSON) -> bool:
    """Whether an array holds both what was there and what was sent."""
    if not (isinstance(old, list) and isinstance(sent, list) and isinstance(new, list)) or len(new) <= len(sent):
        return False
    return all(each in new for each in (*old, *sent))


def _patches(contract: Contract) -> Iterator[tuple[ItemPaths, Operation]]:
    for paths in item_paths(contract):
        for operation in contract.operations:
            same = operation.path == paths.read.path and operation.method == "PATCH" and not operation.problem
            if same and _media(operation) is not None:
                yield paths, operation


def _media(patch: Operation) -> MediaType | None:
    """Return the merge patch that an operation takes, if that is what it would be sent."""
    media = patch.body.json if patch.body else None
    return media if media is not None and essence(media.name) == _MEDIA else None


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A merge patch changes what it names and nothing else.",
    clauses=clauses,
    drive=drive,
)
