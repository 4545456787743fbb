"""A free map (`metadata`, `labels`) that an update gives in part keeps its other keys, or loses them, as a sentence says.

"The given keys are set, other keys keep their values" says the one, "replaces all labels" the other. Where nobody says
it, right servers do either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import alike, field_in, pointer_of
from contract_suite.behaviours.kit.form_values import is_form
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, property_of, request_body
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.observing import read_one
from contract_suite.behaviours.resources.kit.updating import update
from contract_suite.contract.naming.names import speaks_of
from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.operation import MediaType, Operation
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, escape
from contract_suite.model.verdict import Verdict

_OTHERS: Final = (
    r"\b(?:other|existing|remaining|unspecified|omitted|missing) (?:keys?|entries|entry|pairs?|labels?|values?)\b"
)
_SAYS_MERGED: Final = re.compile(
    rf"{_OTHERS}[^.;]*\b(?:keep|kept|stay|remain|unchanged|preserved|untouched|left (?:alone|as))"
    r"|\b(?:is|are|be|gets?) merged\b|\bmerges? (?:with|into)\b|\b(?:shallow|deep)[- ]merge",
    re.IGNORECASE,
)
_SAYS_REPLACED: Final = re.compile(
    rf"{_OTHERS}[^.;]*\b(?:removed|dropped|deleted|lost|cleared)|\breplac(?:es|ed|ing)\b[^.;]*\b(?:all|whole|entire|complete)"
    r"|\b(?:all|whole|entire|complete)\b[^.;]*\breplaced\b|\breplaced as a whole\b",
    re.IGNORECASE,
)
_SAYS_NOT: Final = re.compile(r"\bnot\b|n't\b|\bunless\b|\bexcept\b|\bwithout\b|\binstead\b", re.IGNORECASE)
_FIRST, _SECOND = "cskeyone", "cskeytwo"
_BEFORE: Final = {_FIRST: "one", _SECOND: "two"}
_CHANGE: Final = {_FIRST: "three"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMap:
    """A free map of an update: the body property, the field that a read shows it in, and whether its other keys are kept."""

    name: str
    field: str
    merged: bool

    @property
    def key(self) -> str:
        """The short key of its clause."""
        return f"map/{escape(self.name)}"


def said_maps(ops: ResourceOperations) -> Iterator[SaidMap]:
    """Yield the free maps of which a sentence says what an update does to the keys that it doesn't name."""
    place, media = request_body(ops.update), ops.update.body.of_members if ops.update and ops.update.body else None
    for field in ops.mutable if ops.update is not None and place is not None else ():
        name = property_of(ops.update, field) if ops.update is not None else None
        if name is None or place is None or media is None or media.schema is None or ops.update is None:
            continue
        if place.member(name).property_names() or "object" not in place.member(name).types():
            continue
        if media.schema.breaks_member({name: {**_BEFORE}}, name) or not _has_a_form(ops.update, media, name):
            continue
        texts = sentences(place.member(name).keyword("description"))
        texts += [each for each in sentences(ops.update.description) if speaks_of(each, name)]
        said = [each for each in texts if not _SAYS_NOT.search(each)]
        merged, replaced = (any(each.search(one) for one in said) for each in (_SAYS_MERGED, _SAYS_REPLACED))
        if merged is not replaced:
            yield SaidMap(name=name, field=field, merged=merged)


def judge_maps(session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made) -> Iterator[Verdict]:
    """Give a map two keys, then one of them with another value, and look for the other one."""
    for each in said_maps(ops):
        if not verdicts.is_wanted(each.key):
            continue
        aim = verdicts.clause_id(each.key)
        whole: dict[str, JSON] = {each.name: {**_BEFORE}}
        part: dict[str, JSON] = {each.name: {**_CHANGE}}
        first = update(session, ops, made, whole, note=f"give {each.name} two keys", aim=aim, intent=Intent.UNKNOWN)
        before = read_one(session, ops, made)
        former = field_in(before.value, each.field) if before is not None and before.found else None
        if first is None or before is None or not isinstance(former, dict) or not _BEFORE.items() <= former.items():
            continue
        second = update(session, ops, made, part, note=f"give {each.name} one of them", aim=aim, intent=Intent.UNKNOWN)
        after = read_one(session, ops, made)
        latter = field_in(after.value, each.field) if after is not None and after.found else None
        if second is None or not served(second) or after is None or not _is_changed(latter):
            continue
        seen = (before.exchange, second, after.exchange)
        kept = isinstance(latter, dict) and alike(latter.get(_SECOND), _BEFORE[_SECOND])
        if kept is each.merged:
            said = "kept its other key" if kept else "lost its other key"
            yield from verdicts.passed(each.key, f"{each.name} {said}, as its description says", *seen)
            continue
        says = "keep" if each.merged else "lose"
        message = (
            f"an update of one key of {each.name} must {says} the others, as its description says; "
            f"{_SECOND} was there before, and is {'there still' if kept else 'gone'}"
        )
        pointer = f"{pointer_of(each.field)}/{_SECOND}"
        yield from verdicts.failed(each.key, message, *seen, pointer=pointer)


def _has_a_form(operation: Operation, media: MediaType, name: str) -> bool:
    """Whether a body says a map in one way: as JSON, or in the form `metadata[key]=value`."""
    return not is_form(operation) or any(each.name == name and each.style == "deepObject" for each in media.fields)


def _is_changed(value: object) -> bool:
    return isinstance(value, Mapping) and value.get(_FIRST) == _CHANGE[_FIRST]
