"""A deletion is complete and touches nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import deferred, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.deletion.bystanders import (
    Bystander,
    judge_bystander,
    make_neighbour,
)
from contract_suite.behaviours.resources.deletion.clauses import NAME, clauses_of
from contract_suite.behaviours.resources.deletion.owned import delete_last, delete_owner
from contract_suite.behaviours.resources.deletion.traces import judge_freed_names, judge_lists, judge_read, judge_writes
from contract_suite.behaviours.resources.kit.ending import brought_into_other_states, is_being_deleted, wait_for_end
from contract_suite.behaviours.resources.kit.making import (
    delete,
    make,
    make_namesake,
    unique_rules,
)
from contract_suite.behaviours.resources.kit.observing import (
    read_until_found,
    search_until_found,
)
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict

_CONFLICT: Final = 409


def clauses(contract: Contract) -> Iterator[Clause]:
    """What a delete promises, for every resource that has one."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: clauses_of(contract, ops).values(),
        lambda ops: f"the document has no operations that create and delete {ops.with_article}",
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Make several of each resource, delete one, look at all of them; then delete an owner."""
    kept: dict[str, Made] = {}
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(session.contract, ops))
        if not verdicts.any_wanted or ops.delete is None:
            continue
        if not session.allowed(ops.delete):
            yield from verdicts.leave_untested(f"{ops.delete.id} may not be called in this run")
            continue
        freed = [f"freed:{index}" for index in range(len(unique_rules(ops)))]
        if verdicts.is_wanted("again", "read", "others", "update", "reuse", *(each.id for each in ops.lists), *freed):
            yield from _delete_one(session, ops, verdicts, kept)
        yield from delete_owner(session, ops, verdicts)
        yield from delete_last(session, ops, verdicts)
        yield from verdicts.leave_untested(f"no {ops.name} could be made and deleted")


def _delete_one(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, kept: dict[str, Made]
) -> Iterator[Verdict]:
    """Delete one amid others; `kept` gets one that stays, by the resource's name, for what it may own."""
    earlier = (
        make(session, ops, note=f"make {ops.with_article} to stay, just before the one to delete")
        if verdicts.is_wanted("others")
        else None
    )
    goes = make(session, ops, note=f"make {ops.with_article} to delete")
    if goes is None:
        return
    namesake = (
        make_namesake(session, ops, goes, owner=kept.get(ops.owner.name) if ops.owner else None)
        if verdicts.is_wanted("others")
        else None
    )
    later = make_neighbour(session, ops, goes)
    listed = {
        listing.id: search_until_found(session, listing, goes)
        for listing in ops.lists
        if verdicts.is_wanted(listing.id) and session.allowed(listing)
    }
    result = read_until_found(session, ops, later) if later and verdicts.is_wanted("others") else None
    bystanders = (
        [Bystander(made=later, what="its neighbour", before=result)] if later and result and result.found else []
    )
    bystanders += [Bystander(made=earlier, what="the one made before it")] if earlier else []
    bystanders += [Bystander(made=namesake, what="its namesake elsewhere")] if namesake else []
    if bystanders:
        kept[ops.name] = bystanders[0].made
    before = read_until_found(session, ops, goes)
    exchange = delete(session, ops, goes)
    if exchange is not None and exchange.status == _CONFLICT and wait_for_end(session, ops, goes):
        exchange = delete(session, ops, goes, note=f"delete the {ops.name}, now that it has ended")
    actions = brought_into_other_states(session, ops, goes)
    while exchange is not None and exchange.status == _CONFLICT and next(actions, None) is not None:
        exchange = delete(session, ops, goes, note=f"delete the {ops.name} in another state")
    if exchange is None or not served(exchange):
        reason = (
            f"the delete was answered {exchange.status or 'with nothing'}"
            if exchange
            else f"{ops.with_article} can't be addressed to be deleted"
        )
        yield from verdicts.leave_untested(reason, *([exchange] if exchange else []))
        return
    if deferred(exchange) and is_being_deleted(session, ops, goes):
        yield from verdicts.leave_untested(
            "the delete was accepted, and had not ended while it was waited for", exchange
        )
        return
    session.forget(goes)
    yield from judge_read(session, ops, verdicts, goes, before=before, exchange=exchange)
    yield from judge_lists(session, ops, verdicts, goes, before=listed, exchange=exchange)
    for bystander in bystanders:
        yield from judge_bystander(session, ops, verdicts, bystander, exchange=exchange)
    if not verdicts.has_failed("read"):
        yield from judge_writes(session, ops, verdicts, goes)
    for key in ("update", "again"):
        yield from verdicts.untested(key, "a read still shows what was deleted, which is reported separately")
    yield from judge_freed_names(session, ops, verdicts, goes, exchange)


BEHAVIOUR = Behaviour(
    name=NAME,
    title=(
        "What is deleted answers as unknown, is unlisted, frees its names, takes along what it owns, "
        "and leaves everything else."
    ),
    clauses=clauses,
    drive=drive,
)
