"""A filter that is written as an expression keeps what it says: `filter=state = ACTIVE`, `$filter=status eq 'open'`.

Google's AIP-160 and OData ask for items in one parameter, in a small language. Of that only the equality of one field with
one value is tried, written as the document writes it, and only on fields that the document names there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import OwnThing, item_paths, items_in, make_filled, make_own
from contract_suite.behaviours.kit.requests import path_arguments, unconditional
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import served, why_not
from contract_suite.behaviours.kit.sample_values import another
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "filter-expressions"
_KIND: Final = "expression-holds"
_NAMES: Final = frozenset({"filter", "$filter"})
_EQUALITY: Final = re.compile(
    r"(?P<field>[A-Za-z_]\w*)(?P<sign>\s*(?:==?)\s*|\s+eq\s+)(?P<value>\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.-]+)"
)
_NAMED: Final = re.compile(r"`(\w+)`")
_PLAIN: Final = re.compile(r"[\w.:+-]+(?: [\w.:+-]+)*", re.ASCII)
"""Values that need no escape in any of these languages."""
_SCALARS: Final = frozenset({"string", "integer", "boolean"})
_PAGING: Final = re.compile(r"token|cursor|skip|offset|after|before|page$", re.IGNORECASE)
_MOST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """A list with a filter: its items, the fields it may name, how equality is written, and the quote around each field's texts."""

    listing: Operation
    parameter: Parameter
    sign: str
    quotes: tuple[tuple[str, str], ...]

    def expression(self, field: str, value: JSON) -> str:
        """Return the text that asks for a field to have a value."""
        quote = dict(self.quotes)[field] if isinstance(value, str) else ""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f"{field}{self.sign}{quote}{text}{quote}"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every field that the description or the examples of such a filter name."""
    found = (clause for each in _filters(contract) for clause in _clauses_of(each).values())
    reason = "no list has a filter that is written as an expression, of which the document shows the form"
    yield from inapplicable_if_none(found, contract, NAME, "query.filter", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Look at a list, and ask for a value of each field that some items have and others don't."""
    for each in _filters(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.listing):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("no list was shown in which some items have a value and others don't")


def _drive(session: Session, each: _Filter, verdicts: Verdicts) -> Iterator[Verdict]:
    known = session.accepted(each.listing)
    if known is None:
        return
    base = {
        name: value
        for name, value in unconditional(known).items()
        if name != each.parameter.subject and not (name.startswith("query.") and _PAGING.search(name))
    }
    whole, items = _items(session, each.listing, base)
    paths = next((one for one in item_paths(session.contract) if one.create.path == each.listing.path), None)
    alike = [field for field, _ in each.quotes if _selective([item[field] for item in items if field in item]) is None]
    if alike and paths is not None and (own := make_own(session, paths)) and make_filled(session, paths):
        _make_unlike(session, own, alike)
        base |= _beside(each.listing, own)
        whole, items = _items(session, each.listing, base)
    for field, _ in each.quotes:
        value = _selective([item[field] for item in items if field in item])
        if value is None or not verdicts.is_wanted(field):
            continue
        text = each.expression(field, value)
        given = {**base, each.parameter.subject: text}
        answer = session.call(each.listing, given, intent=Intent.UNKNOWN, note=text, aim=verdicts.clause_id(field))
        if not served(answer):
            yield from verdicts.untested(field, why_not(answer), answer)
            continue
        yield from _judge(session, verdicts, field, (text, value), (whole, answer))


def _make_unlike(session: Session, thing: OwnThing, fields: Sequence[str]) -> None:
    """Make another one beside a thing, with other values in these fields, where its create takes them."""
    create = thing.paths.create
    arguments, media = session.accepted(create), create.body.json if create.body is not None else None
    body = arguments.get("body") if arguments is not None else None
    if arguments is None or not isinstance(body, dict) or media is None or media.schema is None:
        return
    for field in fields:
        changed = {**body, field: another(body[field])} if field in body else body
        body = changed if media.schema.is_valid(changed) else body
    given = {**arguments, **_beside(create, thing), "body": body}
    session.call(create, given, intent=Intent.UNKNOWN, note="another one with other values")


def _beside(operation: Operation, thing: OwnThing) -> dict[str, JSON]:
    """Return the path arguments of what stands above a thing, for its create or its list."""
    return path_arguments(operation, dict(list(thing.address.items())[: len(names_in(operation.path))]))


def _items(session: Session, listing: Operation, arguments: Arguments) -> tuple[Exchange, list[dict[str, JSON]]]:
    """Ask for the list without a filter, and return what it shows."""
    whole = session.call(listing, arguments, intent=Intent.UNKNOWN, note="the list without a filter")
    found = items_in(session.json(whole)) if served(whole) else ()
    return whole, [item for item in found if isinstance(item, dict)]


def _judge(
    session: Session, verdicts: Verdicts, field: str, asked: tuple[str, JSON], seen: tuple[Exchange, Exchange]
) -> Iterator[Verdict]:
    """Each item that comes, and shows the field, must have the value."""
    text, value = asked
    came = [item[field] for item in items_in(session.json(seen[1])) if isinstance(item, dict) and field in item]
    wrong = next((each for each in came if not _is(each, value)), None)
    if wrong is not None:
        message = f"{text} must keep what has {shown(value)} there; an item with {shown(wrong)} came"
        yield from verdicts.failed(field, message, *seen, expected=value, actual=wrong)
    elif came:
        yield from verdicts.passed(field, f"{text} brought {len(came)} items, all with that value", *seen)
    else:
        yield from verdicts.untested(field, f"{text} brought nothing", *seen)


def _is(one: JSON, other: JSON) -> bool:
    """Whether two values are equal to a filter, whose texts may have any case."""
    return str(one).casefold() == str(other).casefold()


def _selective(values: Sequence[JSON]) -> JSON:
    """Return a value that some have and others don't, and that needs no escape; `None` without one."""
    found = [each for each in values if isinstance(each, (str, int)) and _PLAIN.fullmatch(str(each))]
    different = {str(each).casefold() for each in values}
    return found[0] if found and len(different) > 1 else None


def _filters(contract: Contract) -> Iterator[_Filter]:
    for listing in contract.operations:
        parameters = [each for each in listing.parameters if each.where == "query" and each.name.lower() in _NAMES]
        if listing.method != "GET" or listing.problem or len(parameters) != 1:
            continue
        item = _item_of(listing)
        texts, told = _texts(parameters[0]), f"{parameters[0].description}\n{listing.description}"
        written = [match for text in (*texts, told) for match in _EQUALITY.finditer(text)]
        fields = (
            {name for name in item.property_names() if _is_scalar(item.member(name))} if item is not None else set()
        )
        named = dict.fromkeys((*(match["field"] for match in written), *_NAMED.findall(parameters[0].description)))
        if not written or item is None:
            continue
        quotes = tuple((name, _quote(item.member(name), name, written)) for name in named if name in fields)[:_MOST]
        if quotes:
            yield _Filter(listing=listing, parameter=parameters[0], sign=written[0]["sign"], quotes=quotes)


def _texts(parameter: Parameter) -> list[str]:
    """The values that the document shows of a parameter."""
    place = view(parameter.schema)
    listed = place.keyword("examples")
    values = [each.value for each in parameter.examples]
    values += [place.keyword("example"), *(listed if isinstance(listed, list) else [])]
    return [each for each in values if isinstance(each, str)]


def _quote(place: SchemaView, field: str, written: Sequence[re.Match[str]]) -> str:
    """Return what stands around a text: as the document writes it of this field, or of another one."""
    mine = [match for match in written if match["field"] == field]
    if not mine and place.keyword("enum") is not None and "eq" not in written[0]["sign"]:
        return ""
    marks = [match["value"][0] for match in mine or written if match["value"][0] in "\"'"]
    return marks[0] if marks else "" if mine else "'" if "eq" in written[0]["sign"] else '"'


def _item_of(listing: Operation) -> SchemaView | None:
    """Where an item of a list is described: of the body, or of the one array of objects in it."""
    place = representation(listing)
    if place is None:
        return None
    if "array" in place.types() and not place.property_names():
        return place.element(0)
    arrays = [place.member(name).element(0) for name in place.property_names() if "array" in place.member(name).types()]
    found = [each for each in arrays if each.property_names()]
    return found[0] if len(found) == 1 else None


def _is_scalar(place: SchemaView) -> bool:
    types = place.types() - {"null"}
    return bool(types) and types <= _SCALARS and place.keyword("format") not in {"date", "date-time", "byte"}


def _clauses_of(each: _Filter) -> dict[str, Clause]:
    return {
        field: clause_at(
            NAME,
            each.listing,
            f"{each.parameter.subject}/{escape(field)}",
            _KIND,
            f"{each.parameter.name} with an equality of {field} keeps what has that value.",
        )
        for field, _ in each.quotes
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A filter that is written as an expression keeps what it says.",
    clauses=clauses,
    drive=drive,
)
