"""An update shows wherever the resource shows, replaces what it names as a whole, and leaves what it doesn't name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.answering import Answers, promise, served, shown, unpromised, weaker
from contract_suite.behaviours.kit.comparing import Difference, changed, differences, field_in, left_over, pointer_of
from contract_suite.behaviours.kit.resource_operations import (
    Cast,
    casts,
    declares,
    listed_representation,
    property_of,
    representation,
)
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import changing, make, sent, update
from contract_suite.behaviours.resources.kit.observing import Listed, Sight, find_again, look, look_again
from contract_suite.contract.addressing import body_properties, plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING
from contract_suite.model.verdict import Verdict

NAME = "updates"
_KEPT = "kept"
_SHOWS = "shows"
_OTHERS = "others"


def clauses(contract: Contract) -> Iterator[Clause]:
    """What an update promises, for every resource that has one."""
    for cast in casts(contract):
        promised = promises(cast)
        yield from promised.values()
        if not promised:
            yield from unpromised(
                contract,
                NAME,
                cast.name,
                f"the document has no operation that updates {cast.one} and shows it",
                operation=cast.any,
            )
    if not contract.resources:
        yield from unpromised(contract, NAME, "resources", "the document names no resources (x-contract)")


def promises(cast: Cast) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource, name, role = cast.resource, cast.name, cast.resource.update
    if cast.update is None or role is None or not cast.mutable or cast.read is None:
        return {}
    made = {
        _SHOWS: promise(
            NAME,
            cast.update,
            name,
            "update-read-back",
            f"An update of {cast.one} shows when it is read.",
            rests_on=role,
        )
    }
    if cast.create:
        text = f"An update of {cast.one} leaves the others as they are."
        made[_OTHERS] = promise(NAME, cast.update, name, "update-others-kept", text, rests_on=role)
    for listing in cast.lists:
        if any(declares(listed_representation(listing), each) for each in cast.mutable):
            source = weaker(role.source, resource.source_of_list(listing.id))
            text = f"An update of {cast.one} shows in {listing.id}."
            made[listing.id] = promise(NAME, listing, name, "update-listed", text, rests_on=role, source=source)
    if role.omitted == "kept" and _can_omit(cast):
        text = f"An update of {cast.one} leaves what it doesn't name as it was."
        made[_KEPT] = promise(
            NAME, cast.update, name, "unnamed-kept", text, rests_on=role, source=role.source_of("omitted")
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Update one of each resource, with values of several flavours, and then field by field."""
    for cast in casts(session.contract):
        answers = Answers(session, promises(cast))
        if not answers.any or cast.update is None:
            continue
        if not session.allowed(cast.update):
            yield from answers.rest(f"{cast.update.id} may not be called in this run")
            continue
        made = make(session, cast, note=f"make {cast.one} to update")
        before = look_again(session, cast, made) if made else None
        if made is None or before is None or not before.there:
            yield from answers.rest(f"no {cast.name} could be made and read that an update may change")
            continue
        yield from _shows(session, cast, answers, made, before)
        yield from _unnamed_kept(session, cast, answers, made)
        yield from _others_kept(session, cast, answers, made)
        yield from answers.rest(f"no update of {cast.one} was accepted")


def _shows(session: Session, cast: Cast, answers: Answers, made: Made, before: Sight) -> Iterator[Verdict]:
    lists = [listing for listing in cast.lists if answers.wants(listing.id) and session.allowed(listing)]
    if not answers.wants(_SHOWS) and not lists:
        return
    former = {listing.id: find_again(session, listing, made) for listing in lists}
    mangled = list(differences(_shown(cast, sent(cast, made)), before.value))
    for flavour in (Flavour.OTHER, Flavour.RICH, Flavour.BARE):
        if flavour is not Flavour.OTHER and not answers.wants(_SHOWS):
            return
        values = changing(cast, flavour)
        exchange = (
            update(session, cast, made, values, note=f"update the {cast.name}", aim=answers.aim(_SHOWS))
            if values
            else None
        )
        if exchange is None or not served(exchange):
            yield from answers.untested(_SHOWS, _not_served(cast, exchange), *([exchange] if exchange else []))
            continue
        after = look(session, cast, made, note=f"read the {cast.name} just updated")
        if after is None or not after.there:
            yield from answers.untested(_SHOWS, f"the updated {cast.name} was not read", exchange)
            return
        wanted = {name: value for name, value in _by_field(cast, values).items() if not _hit(mangled, name)}
        lost = _lost(cast, wanted, before, after)
        if lost and flavour is not Flavour.OTHER and _create_does_too(session, cast, flavour, lost[0]):
            reason = f"{lost[0].pointer} is damaged by a create too, which is a clause of its own"
            yield from answers.untested(_SHOWS, reason, exchange, after.exchange)
        elif lost:
            exchanges = (before.exchange, exchange, after.exchange)
            yield from answers.lost(
                _SHOWS, lost[0], f"the {cast.name} that was updated", *exchanges, more=len(lost) - 1
            )
        elif wanted:
            yield from answers.passed(_SHOWS, f"the update shows: {', '.join(wanted)}", exchange, after.exchange)
        for listing in lists if flavour is Flavour.OTHER and not lost else ():
            shows = _InList(listing=listing, former=former[listing.id], values=wanted, exchange=exchange)
            yield from shows.judge(session, cast, answers, made)
        before = after


def _others_kept(session: Session, cast: Cast, answers: Answers, made: Made) -> Iterator[Verdict]:
    """Update one, and look whether its neighbour stays."""
    if not answers.wants(_OTHERS):
        return
    neighbour = make(session, cast, note=f"make another {cast.name}")
    before = look_again(session, cast, neighbour) if neighbour else None
    if neighbour is None or before is None or not before.there:
        yield from answers.untested(_OTHERS, f"no second {cast.name} could be made and read")
        return
    values = changing(cast, Flavour.OTHER)
    exchange = (
        update(session, cast, made, values, note=f"update one of two {cast.name}s", aim=answers.aim(_OTHERS))
        if values
        else None
    )
    if exchange is None or not served(exchange):
        yield from answers.untested(_OTHERS, _not_served(cast, exchange), *([exchange] if exchange else []))
        return
    after = look_again(session, cast, neighbour)
    if after is None or not after.there:
        yield from answers.untested(_OTHERS, f"the other {cast.name} was not read again", exchange)
        return
    found = changed(before.value, after.value, dict.fromkeys((*cast.mutable, *sent(cast, neighbour))))
    if found:
        was = f"{found.pointer} of another was {shown(found.expected)} and is {shown(found.actual)}"
        message = f"updating one {cast.name} must leave the others; {was}"
        yield from answers.failed(
            _OTHERS,
            message,
            before.exchange,
            exchange,
            after.exchange,
            pointer=found.pointer,
            expected=found.expected,
            actual=found.actual,
        )
    else:
        yield from answers.passed(_OTHERS, "the other one is as it was", before.exchange, exchange, after.exchange)


def _not_served(cast: Cast, exchange: Exchange | None) -> str:
    return (
        f"the update was answered {exchange.status or 'with nothing'}"
        if exchange
        else f"no update of {cast.one} can be made up"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _InList:
    """A list that showed one of a resource (`former`) before an update (`exchange`) with some values."""

    listing: Operation
    former: Listed
    values: Mapping[str, JSON]
    exchange: Exchange

    def judge(self, session: Session, cast: Cast, answers: Answers, made: Made) -> Iterator[Verdict]:
        key = self.listing.id
        if not self.former.there:
            yield from answers.untested(key, f"the {cast.name} was not seen in {key} before its update")
            return
        wanted = self._judgeable(sent(cast, made))
        listed = find_again(session, self.listing, made)
        for _ in range(2):
            if not listed.there or not list(differences(wanted, listed.item)):
                break
            listed = find_again(session, self.listing, made)
        if not listed.there or not wanted:
            reason = (
                listed.trouble
                or f"{key} did not show before what the update changes, or does not show the {cast.name} any more"
            )
            yield from answers.untested(key, reason, *listed.exchanges[-1:])
            return
        lost = list(differences(wanted, listed.item))
        if lost:
            subject = f"{key}, after the update of {cast.one},"
            yield from answers.lost(key, lost[0], subject, self.exchange, listed.exchanges[-1], more=len(lost) - 1)
        else:
            yield from answers.passed(
                key, f"the update shows: {', '.join(wanted)}", self.exchange, listed.exchanges[-1]
            )

    def _judgeable(self, given: Mapping[str, JSON]) -> dict[str, JSON]:
        """The values of fields that the list declares and showed rightly before."""
        place = listed_representation(self.listing)
        before = {name: given[name] for name in self.values if name in given}
        unsound = list(differences(before, self.former.item))
        return {name: value for name, value in self.values.items() if declares(place, name) and not _hit(unsound, name)}


def _unnamed_kept(session: Session, cast: Cast, answers: Answers, made: Made) -> Iterator[Verdict]:
    """Update field by field, and look whether the other mutable fields stay."""
    if not answers.wants(_KEPT) or cast.update is None:
        return
    required = {name for name, needed in body_properties(cast.update).items() if needed}
    fresh = changing(cast, Flavour.PLAIN)
    names = [name for name in fresh if name not in required]
    restored = update(session, cast, made, fresh, note=f"fill the {cast.name} in")
    before = look(session, cast, made)
    if restored is None or not served(restored) or before is None or not before.there:
        return
    other = changing(cast, Flavour.OTHER)
    for chosen in [{name} for name in names[:3]] if len(names) > 1 or required else [set[str]()]:
        values = {name: value for name, value in other.items() if name in required | chosen}
        unnamed = [
            each
            for each in cast.mutable
            if property_of(cast.update, each) not in values and field_in(before.value, each) is not MISSING
        ]
        if not unnamed:
            continue
        what = ", ".join(values) or "nothing"
        exchange = update(session, cast, made, values, note=f"update only {what}", aim=answers.aim(_KEPT))
        after = look(session, cast, made)
        if exchange is None or not served(exchange) or after is None or not after.there:
            yield from answers.untested(
                _KEPT, "an update that names only some fields was not accepted", *([exchange] if exchange else [])
            )
            return
        found = changed(before.value, after.value, unnamed)
        if found:
            message = f"an update that names {what} must leave {plain(found.pointer)} as it was; {shown(found.expected)} became {shown(found.actual)}"
            yield from answers.failed(
                _KEPT,
                message,
                before.exchange,
                exchange,
                after.exchange,
                pointer=found.pointer,
                expected=found.expected,
                actual=found.actual,
            )
            return
        yield from answers.passed(
            _KEPT, f"an update that names {what} left {', '.join(unnamed)}", before.exchange, exchange, after.exchange
        )
        before = after


def _lost(cast: Cast, wanted: Mapping[str, JSON], before: Sight, after: Sight) -> list[Difference]:
    """What an update named and a read doesn't show, or what it should have replaced and didn't."""
    lost = list(differences(wanted, after.value))
    if not lost and cast.update and cast.update.method == "PUT":
        stale = (
            left_over(field_in(before.value, name), value, field_in(after.value, name), pointer_of(name))
            for name, value in wanted.items()
        )
        lost = [each for each in stale if each]
    return lost


def _create_does_too(session: Session, cast: Cast, flavour: Flavour, lost: Difference) -> bool:
    """Whether a create damages the same field when it is given such values."""
    made = make(session, cast, flavour, note=f"make {cast.one} with the same texts")
    sight = look(session, cast, made) if made else None
    if made is None or sight is None or not sight.there:
        return False
    damaged = list(differences(_shown(cast, sent(cast, made)), sight.value))
    return any(_hit([lost], name) and _hit(damaged, name) for name in cast.mutable)


def _hit(found: Iterable[Difference], field: str) -> bool:
    """Whether one of the differences lies in a field."""
    start = pointer_of(field)
    return any(each.pointer == start or each.pointer.startswith(f"{start}/") for each in found)


def _by_field(cast: Cast, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """The values of an update by field, those that a read shows."""
    names = {property_of(cast.update, name): name for name in cast.mutable} if cast.update else {}
    return _shown(cast, {names[key]: value for key, value in values.items() if key in names})


def _shown(cast: Cast, values: Mapping[str, JSON]) -> dict[str, JSON]:
    place = representation(cast.read)
    return {name: value for name, value in values.items() if declares(place, name)}


def _can_omit(cast: Cast) -> bool:
    """Whether an update can leave one of the mutable fields out."""
    required = body_properties(cast.update) if cast.update else {}
    return any(not required.get(property_of(cast.update, each) or "", True) for each in cast.mutable if cast.update)


BEHAVIOUR = Behaviour(
    name=NAME,
    title="An update shows wherever the resource shows, replaces what it names as a whole, and leaves what it doesn't name.",
    clauses=clauses,
    drive=drive,
)
