"""What a uniqueness rule promises, as clauses."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.behaviours.kit.clauses import make_clause, weaker
from contract_suite.behaviours.kit.form_values import is_form
from contract_suite.behaviours.kit.own_things import ItemPaths, item_at
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    request_body,
)
from contract_suite.behaviours.resources.kit.field_values import is_free_text, limits
from contract_suite.contract.addressing import body_properties, plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.vocabulary import Promise, Unique
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source

NAME = "uniqueness"
_OF_A_VERSION: Final = re.compile(
    r"\b(chang|edit|modif|updat)ed\b|\bmeanwhile\b|\bversions?\b|\bconcurren|\be-?tag\b|\bstale\b|\bstat(e|us)\b|\btransition",
    re.IGNORECASE,
)
_OF_WHAT_IS_TAKEN: Final = re.compile(
    r"\b(exists?|taken|duplicates?|in use|unique|registered|same|another)\b", re.IGNORECASE
)


def clauses_of(contract: Contract, ops: ResourceOperations, rule: Unique) -> dict[str, Clause]:
    """The clauses of one promise, by short key."""
    create = ops.create
    if create is None:
        return {}
    fields = [plain(each) for each in rule.fields]
    subject, within = "+".join(fields), " and ".join(plain(each) for each in rule.within)
    place = f" within its {within}" if within else ""
    source = rule.source_of("fields")
    made = {
        "refused": make_clause(
            NAME,
            create,
            subject,
            "duplicate-refused",
            f"A second {ops.name} with the same {subject}{place} is refused.",
            rests_on=rule,
            source=source,
        ),
        "race": make_clause(
            NAME,
            create,
            subject,
            "race-decided",
            f"Of several creates with the same {subject} at one time, one is served.",
            rests_on=rule,
            source=source,
        ),
        # That equality means equality is nowhere written down, and few would want it otherwise.
        "near": make_clause(
            NAME,
            create,
            subject,
            "similar-accepted",
            f"A value of {subject} that only resembles an existing one is accepted.",
            rests_on=rule,
            source=Source.INFERRED,
        ),
    }
    made |= _of_status(contract, create, ops, rule, "status")
    if rule.within:
        text = f"The same {subject} is accepted in another {within}."
        made["elsewhere"] = make_clause(
            NAME, create, subject, "free-elsewhere", text, rests_on=rule, source=rule.source_of("within")
        )
    told = rule in ops.resource.unique and not set(fields) & {plain(each) for each in ops.resource.identity}
    if told and not rule.within and ops.resource.scope and owner_of(contract, create) is not None:
        text = f"A second {ops.name} with the same {subject} below another owner is refused."
        made["across"] = make_clause(
            NAME, create, subject, "duplicate-elsewhere-refused", text, rests_on=rule, source=rule.source_of("within")
        )
    if _may_be_empty(create, fields):
        # Whether an empty text counts as one is seldom said, so this rests on the schema alone.
        text = f"Of two with an empty {subject}{place}, the second one is refused."
        made["empty"] = make_clause(NAME, create, subject, "empty-refused", text, rests_on=rule, source=Source.INFERRED)
    required = body_properties(create)
    names = [property_of(create, field) for field in fields]
    if all(name and not required[name] for name in names):
        text = f"Two without {subject} {'do not collide' if rule.absent == 'distinct' else 'collide'}."
        made["absent"] = make_clause(
            NAME, create, subject, f"absent-{rule.absent}", text, rests_on=rule, source=rule.source_of("absent")
        )
    made |= _of_case(create, ops, rule, subject)
    for variant in ops.each_update:
        if variant.update is not None and set(fields) <= set(variant.mutable):
            made |= _of_update(variant.update, ops, rule, subject)
            made |= _of_status(contract, variant.update, ops, rule, f"status:{variant.update.id}")
    return made


def status_of(contract: Contract, rule: Unique) -> int:
    """Return the status with which a duplicate is to be refused; 0 where nobody says it."""
    return rule.status or (contract.errors.status.get("duplicate", 0) if contract.errors else 0)


def _of_status(
    contract: Contract, operation: Operation, ops: ResourceOperations, rule: Unique, key: str
) -> dict[str, Clause]:
    """With which status an operation refuses what is taken, where it documents that one."""
    status, subject = status_of(contract, rule), "+".join(plain(each) for each in rule.fields)
    if not operation.documents(status) or (key != "status" and _is_of_a_version(operation, status)):
        return {}
    said: Promise = rule if rule.status or contract.errors is None else contract.errors.of_kind("duplicate")
    source = rule.source_of("status") if said is rule else weaker(said.source_of("duplicate"), rule.source_of("fields"))
    what = (
        f"A second {ops.name} with the same {subject}"
        if key == "status"
        else f"An update to the {subject} of another {ops.name}"
    )
    text = f"{what} is answered {status}."
    return {key: make_clause(NAME, operation, subject, "duplicate-status", text, rests_on=said, source=source)}


def _is_of_a_version(update: Operation, status: int) -> bool:
    """Whether an update has a status for what somebody else has changed, and not for what is taken."""
    told = [each.description for each in update.responses if each.status == str(status)]
    return any(_OF_A_VERSION.search(each) and not _OF_WHAT_IS_TAKEN.search(each) for each in told)


def _of_case(create: Operation, ops: ResourceOperations, rule: Unique, subject: str) -> dict[str, Clause]:
    """What somebody says of creates whose names differ from others in their case alone."""
    texts = {
        "ignored": (
            "case",
            "other-case-refused",
            f"A second {ops.name} whose {subject} differs in its case alone is refused.",
        ),
        "exact": (
            "exact",
            "other-case-accepted",
            f"A {ops.name} whose {subject} differs from another one's in its case is accepted.",
        ),
    }
    if not rule.case:
        return {}
    key, kind, text = texts[rule.case]
    return {key: make_clause(NAME, create, subject, kind, text, rests_on=rule, source=rule.source_of("case"))}


def _of_update(update: Operation, ops: ResourceOperations, rule: Unique, subject: str) -> dict[str, Clause]:
    """The clauses of one update of what must be unique, by short key and the update."""
    said: list[tuple[str, str, str, Source]] = [
        (
            "update",
            "duplicate-refused",
            f"An update to the {subject} of another {ops.name} is refused.",
            rule.source_of("fields"),
        ),
        (
            "own",
            "own-value-accepted",
            f"An update that repeats the present {subject} is accepted.",
            rule.source_of("fields"),
        ),
    ]
    if rule.case == "ignored":
        text = f"An update to the {subject} of another {ops.name} in another case is refused."
        said.append(("case", "other-case-refused", text, rule.source_of("case")))
    elif rule.case == "exact":
        text = f"An update to the {subject} of another {ops.name} in another case is accepted."
        said.append(("exact", "other-case-accepted", text, rule.source_of("case")))
    return {
        f"{key}:{update.id}": make_clause(NAME, update, subject, kind, text, rests_on=rule, source=source)
        for key, kind, text, source in said
    }


def owner_of(contract: Contract, create: Operation) -> ItemPaths | None:
    """Return the paths of what stands above that which a create makes, where the run can make and read that too."""
    return item_at(contract, shape(create.path).rpartition("/")[0])


def _may_be_empty(create: Operation, fields: list[str]) -> bool:
    """Whether the schema takes an empty text for each of these fields."""
    place = request_body(create) if not is_form(create) else None
    names = [property_of(create, field) for field in fields]
    return place is not None and all(
        name and is_free_text(place.member(name)) and not limits(place.member(name))[0] for name in names
    )
