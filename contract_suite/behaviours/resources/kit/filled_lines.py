"""Bodies that differ in what sums are made of: an order of two lines and one of another line, a booking of 2 seats and of 5.

Lines refer to other things of the run's own where a server may refuse the same one twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import item_paths, make_own
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import MediaType, Operation
from contract_suite.contract.schemas.numeric import as_sent, is_number
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.json import JSON

_FIRST: Final = (2, 5)
"""Where the numbers of each body of a pair begin: small ones, as a server may act on them."""
_STARTS: Final = frozenset({"initial", "opening", "original", "starting", "start", "deposit", "seed"})
"""Words of numbers of which only the first value counts."""
_REFERENCES: Final = ("id", "ids", "_ref")
Body = dict[str, JSON]


def changeable(create: Operation, update: Operation) -> tuple[str, ...]:
    """Return the members that a create and an update both take, and of which sums may be made: lines and numbers."""
    made, changed = taken_by(create), taken_by(update)
    taken = made.property_names()
    return tuple(
        name
        for name in changed.property_names()
        if name in taken
        and (_has_numbers(made.member(name)) or _is_factor(made, name))
        and not _is_closed(changed, name)
    )


def bodies(
    session: Session, create: Operation, names: tuple[str, ...], body: Mapping[str, JSON]
) -> Iterator[tuple[Body, Body]]:
    """Yield pairs of bodies of a create that differ in all numbers of these members, those first that differ in most ways.

    The first of a pair has two lines of everything, the second one; where a server refuses that, both have one, and then
    only the numbers that are no part of an array differ.
    """
    media, place = create.body.json if create.body else None, taken_by(create)
    if media is None:
        return
    lines = tuple(each for each in names if _has_numbers(place.member(each)))
    factors = tuple(each for each in names if each not in lines)
    seen: list[tuple[Body, Body]] = []
    for chosen, count in ((names, 2), (lines, 2), (lines, 1), (factors, 1)):
        one, other = (
            _filled(session, media, chosen, dict(body), number=number, size=size)
            for number, size in zip(_FIRST, (count, 1), strict=True)
        )
        found = (one, other)
        if chosen and found not in seen and found[0] != found[1]:
            seen.append(found)
            yield found


def updated_to(update: Operation, names: tuple[str, ...], former: Mapping[str, JSON], wanted: Body) -> Body | None:
    """Return the body of an update of what has a former body, to what these members are in a wanted one; `None` for none.

    PUT sends the rest as it was, and so does PATCH where less is not valid.
    """
    media = update.body.json if update.body else None
    if media is None or media.schema is None:
        return None
    changes = {name: wanted[name] for name in names if name in wanted}
    taken = taken_by(update).property_names()
    whole = {**{name: value for name, value in former.items() if name in taken}, **changes}
    ways = (changes, whole) if update.method == "PATCH" else (whole,)
    return next((way for way in ways if media.schema.is_valid(way)), None)


def taken_by(operation: Operation) -> SchemaView:
    """Return where what an operation takes as JSON is described; it has no members where it takes nothing."""
    media = operation.body.json if operation.body else None
    return view(media.schema) if media is not None and media.schema is not None else SchemaView({}, {})


def _filled(session: Session, media: MediaType, names: tuple[str, ...], body: Body, *, number: int, size: int) -> Body:
    """Return a body in which these members have numbers from one on, and so many lines, as far as its schema allows them."""
    place = view(media.schema) if media.schema is not None else SchemaView({}, {})
    for name in names:
        member = place.member(name)
        if _has_numbers(member):
            given = body.get(name)
            shown = given[0] if isinstance(given, list) and given and isinstance(given[0], dict) else {}
            lines: list[JSON] = []
            for index in range(size):
                line = _line(session, member.element(0), dict(shown), number + index, index)
                lines.append(line)
                if not _valid(media, {**body, name: [*lines]}):
                    lines.pop()
            body = {**body, name: lines} if lines else body
        elif _valid(media, {**body, name: as_sent(member, number)}):
            body = {**body, name: as_sent(member, number)}
            number += 1
    return body


def _line(session: Session, place: SchemaView, line: Body, number: int, index: int) -> Body:
    """Return a line with numbers of its own, and for each but the first with references of its own."""
    for offset, name in enumerate(each for each in place.property_names() if _is_plain_number(place, each)):
        member = place.member(name)
        least, most = member.keyword("minimum"), member.keyword("maximum")
        value, sent = number + offset, as_sent(member, number + offset)
        fits = sent is not None and (not isinstance(least, (int, float)) or value >= least)
        if fits and (not isinstance(most, (int, float)) or value <= most):
            line[name] = sent
    for name in list(line) if index else ():
        if name.lower().endswith(_REFERENCES) and isinstance(line[name], (str, int)):
            line[name] = _another(session, name, line[name])
    return line


def _another(session: Session, name: str, value: JSON) -> JSON:
    """Return what names another thing of the kind that a member refers to; the same where none can be made."""
    wanted = plain_name(name)
    for paths in item_paths(session.contract):
        if wanted in paths.names and wanted != "id":
            made = make_own(session, paths)
            found = made.address.get(paths.key) if made is not None else None
            return value if found is None or type(found) is not type(value) else found
    return value


def _has_numbers(member: SchemaView) -> bool:
    """Whether a member holds lines: objects in an array, with numbers."""
    element = member.element(0)
    is_array = "array" in member.types() and member.types() <= {"array", "null"}
    return is_array and any(_is_plain_number(element, each) for each in element.property_names())


def _is_factor(place: SchemaView, name: str) -> bool:
    return _is_plain_number(place, name) and _STARTS.isdisjoint(words(name))


def _is_plain_number(place: SchemaView, name: str) -> bool:
    member = place.member(name)
    is_free = (member.keyword("enum"), member.keyword("const"), member.keyword("multipleOf")) == (None, None, None)
    return is_number(member) and is_free and not name.lower().endswith(_REFERENCES)


def _is_closed(place: SchemaView, name: str) -> bool:
    return place.member(name).keyword("readOnly") is True


def _valid(media: MediaType, value: JSON) -> bool:
    return media.schema is None or media.schema.is_valid(value)
