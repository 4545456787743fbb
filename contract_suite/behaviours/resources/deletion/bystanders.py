"""What a deletion must leave alone: others of the same resource, before it, after it, and of the same name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    property_of,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.making import (
    make,
    make_by,
    named,
    sent_values,
    unique_rules,
)
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    read_until_found,
)
from contract_suite.contract.addressing import plain
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Bystander:
    """One that is to stay: what it is to the one that goes, and how it was before, if that was looked at."""

    made: Made
    what: str
    before: ReadResult | None = None


def make_neighbour(session: Session, ops: ResourceOperations, goes: Made) -> Made | None:
    """Make one right behind it; where the client names them, its name goes on where the other one's ends."""
    if ops.create is None:
        return None
    longer: dict[str, JSON] = {}
    for field in dict.fromkeys(plain(each) for rule in unique_rules(ops) for each in rule.fields):
        value, name = sent_values(ops, goes).get(field), property_of(ops.create, field)
        if isinstance(value, str) and name:
            longer[name] = f"{value}0"
    shared = {name: value for name in _owner_properties(ops) if (value := _body(goes).get(name)) is not None}
    made = make(
        session, ops, values={**shared, **longer}, note=f"make its neighbour, {ops.with_article} to stay"
    ) or make(session, ops, values=shared)
    return made if made is not None and made.identity != goes.identity else None  # else a create gave back the same


def judge_bystander(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, bystander: Bystander, *, exchange: Exchange
) -> Iterator[Verdict]:
    """Read one that was to stay, and compare it with what it was."""
    made, before, what = bystander.made, bystander.before, bystander.what
    after = read_until_found(session, ops, made, note=f"read {what} after it")
    if after is None or after.trouble:
        yield from verdicts.untested("others", after.trouble if after else f"{what} can't be addressed", exchange)
    elif not after.found:
        if before is None and not _readable_anew(session, ops, made):
            yield from verdicts.untested(
                "others", f"{what} can't be read, and neither can one made like it", made.exchange, after.exchange
            )
            return
        message = f"deleting one {ops.name} must leave the others; {what}, with {named(made.identity)}, is gone too"
        exchanges = (before.exchange if before else made.exchange, exchange, after.exchange)
        yield from verdicts.failed(
            "others", message, *exchanges, problem="gone", expected=200, actual=after.exchange.status
        )
    else:
        place = ops.representation
        names = [name for name in (*sent_values(ops, made), *made.identity) if declares(place, name)]
        found = first_change(before.value, after.value, names) if before else None
        if found and before:
            message = (
                f"deleting one {ops.name} must leave the others; {found.pointer} was {shown(found.expected)} and is "
                f"{shown(found.actual)}"
            )
            yield from verdicts.failed(
                "others",
                message,
                before.exchange,
                exchange,
                after.exchange,
                pointer=found.pointer,
                expected=found.expected,
                actual=found.actual,
            )
        else:
            yield from verdicts.passed(
                "others", f"{what} is as it was", before.exchange if before else made.exchange, exchange, after.exchange
            )


def _readable_anew(session: Session, ops: ResourceOperations, gone: Made) -> bool:
    """Whether one that is made just like another can be read, so that the other must have been there."""
    if ops.create is None:
        return False
    again = make_by(session, ops, ops.create, gone.arguments, note="make one just like it, to see that it can be read")
    result = read_until_found(session, ops, again) if again else None
    return result is not None and result.found


def _owner_properties(ops: ResourceOperations) -> list[str]:
    """Body properties of a create that name the owner."""
    fields = [plain(each) for each in ops.owner.identity] if ops.owner else []
    return [name for field in fields if ops.create and (name := property_of(ops.create, field))]


def _body(made: Made) -> dict[str, JSON]:
    body = made.arguments.get("body")
    return dict(body) if isinstance(body, dict) else {}
