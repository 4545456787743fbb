"""The cases of one operation: accepted arguments with one value changed, valid or not, and pairs of valid ones."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice

from contract_suite.contract.operation import Contract, Operation, Parameter, is_json
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import view
from contract_suite.generate.attempts.moments import is_moment
from contract_suite.generate.boundaries.crossed_bounds import crossed_bounds
from contract_suite.generate.boundaries.factors import factors_of, member_of, refers
from contract_suite.generate.boundaries.mutation import Mutation
from contract_suite.generate.boundaries.mutations import invalid
from contract_suite.generate.boundaries.odd_bodies import odd_bodies
from contract_suite.generate.boundaries.pairwise import pairwise
from contract_suite.generate.boundaries.proposals import Proposal
from contract_suite.generate.boundaries.proposing import Proposing
from contract_suite.generate.linked_values import LinkedValues
from contract_suite.generate.live_ids import place
from contract_suite.generate.opaque import is_opaque, may_be_refused, without_opaque
from contract_suite.generate.templates import Fresh, renew, uniques
from contract_suite.generate.values import LONG, Variant, example, valid
from contract_suite.limits import TURNED
from contract_suite.model import clause_ids
from contract_suite.model.case import UNEXPECTED, Case, Intent
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, escape, unescape


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many cases an operation gets at most: in all, of which pairs, and for one body or parameter."""

    cases: int = 250
    pairs: int = 30
    subject: int = 400


class BoundaryCases:
    """Makes the cases of one operation."""

    def __init__(
        self,
        contract: Contract,
        operation: Operation,
        template: Arguments,
        addressing: frozenset[str],
        fresh: Fresh | None,
    ) -> None:
        """`template` are accepted arguments, `addressing` the subjects in them that name something live."""
        self.contract = contract
        self.operation = operation
        self.template = template
        self.addressing = addressing
        self.fresh = fresh
        self._propose = Proposing(contract, operation)
        self.deletes = operation.method == "DELETE" or any(
            resource.delete is not None and resource.delete.operation == operation.id for resource in contract.resources
        )
        self.updates = operation.method in {"PUT", "PATCH"}
        self.refers = refers(contract, operation, template.get("body"))
        """What is referred to may set limits of its own (so many seats has the room), which no schema says, as an update
        may be refused for what can't be changed any more."""

    def singles(self, limits: Limits) -> Iterator[Proposal]:
        """Change one value at a time."""
        yield self._propose.valid(
            lambda: self._renewed(self.template),
            target_clause=clause_ids.accepted(self.operation.id),
            note="as accepted before",
            rank=0,
        )
        for parameter in self.operation.parameters:
            yield from self._parameter(parameter, limits)
        yield from self._body(limits)
        extra = {**self.template, f"query.{UNEXPECTED}": "x"}
        yield self._propose.unknown(lambda: self._renewed(extra), "a query parameter that is not described", 4)
        body = self.template.get("body")
        if isinstance(body, dict):
            more = {**self.template, "body": {**body, UNEXPECTED: "x"}}
            yield self._propose.unknown(lambda: self._renewed(more), "a body property that is not described", 4)
        for values, note in crossed_bounds(self.operation, self.template):
            yield self._propose.unknown(partial(self._with, values), note, 2)
        yield from self._odd_bodies()

    def _odd_bodies(self) -> Iterator[Proposal]:
        media = self.operation.body.usual if self.operation.body else None
        body = self.template.get("body", MISSING)
        if media is None or media.schema is None or not is_json(media.name) or isinstance(body, Missing):
            return
        for odd, note in odd_bodies(media.schema, body):
            yield self._propose.unknown(partial(self._renewed_with_body, odd), note, 4)

    def reordered(self, told: Container[str]) -> Iterator[Proposal]:
        """Show accepted members of the body that no other case varies, such as live ids.

        The same members in another order mean the same. Each case holds all of them, so there are `TURNED` at most.
        """
        body = self.template.get("body")
        members = list(body.items()) if isinstance(body, dict) else []
        for index, (name, _) in enumerate(members[:TURNED]):
            target_clause = clause_ids.accepted(self.operation.id, f"body/{escape(name)}")
            if target_clause in told:
                continue
            turned = dict(members[index:] + members[:index]) if index else dict(reversed(members))
            yield self._propose.valid(
                partial(self._renewed_with_body, turned),
                target_clause=target_clause,
                note=f"{name} as accepted before, the members in another order",
                rank=2,
            )

    def pairs(self, limit: int) -> Iterator[Case]:
        """Combine valid values of what may be left out."""
        factors = list(factors_of(self.contract, self.operation, self.template, self.addressing))
        for row in pairwise([len(values) for _, values in factors], limit) if len(factors) > 1 else ():
            values = {subject: options[index] for (subject, options), index in zip(factors, row, strict=True)}
            note = ", ".join(
                f"{subject.partition('.')[2] or subject} = {_short(value)}"
                for subject, value in values.items()
                if value is not MISSING
            )
            built = self._propose.valid(
                partial(self._with, values),
                target_clause=clause_ids.accepted(self.operation.id),
                note=note or "nothing optional",
                rank=0,
                unsaid=True,
            ).make()
            if built is not None and built.case.intent is Intent.POSITIVE:
                yield built.case

    def _parameter(self, parameter: Parameter, limits: Limits) -> Iterator[Proposal]:
        base = self.template.get(parameter.subject, MISSING)
        if isinstance(base, Missing):
            base = example(parameter.schema)
        if isinstance(base, Missing):
            return
        subject = parameter.subject
        yield from self._left_out(parameter)
        for mutation in islice(invalid(parameter.schema, base), limits.subject):
            if mutation.value is None or (mutation.keyword == "type" and self._is_text(parameter, mutation)):
                continue  # on the wire that is no value at all, an address with an empty segment, or a text as is due
            yield self._propose.invalid(
                partial(self._with_argument, subject, mutation.value),
                subject + mutation.subject,
                mutation.keyword,
                f"{parameter.name}{mutation.subject}: {mutation.note}",
                mutation.rank,
            )
        if subject in self.addressing or parameter.where == "path":
            return
        for variant in islice(valid(parameter.schema, base), limits.subject):
            if variant.value is None:
                continue  # as above
            arguments = partial(self._with_argument, subject, variant.value)
            note = f"{parameter.name}{variant.subject}: {variant.note}"
            place = f"{subject}{variant.subject}"
            if self._is_made_up(place) or may_be_refused(self.contract, self.operation, place, variant):
                yield self._propose.unknown(arguments, note, variant.rank)
                continue
            yield self._propose.valid(
                arguments,
                target_clause=clause_ids.accepted(self.operation.id, subject),
                note=note,
                rank=variant.rank,
                unsaid=variant.unsaid,
            )

    def _left_out(self, parameter: Parameter) -> Iterator[Proposal]:
        subject = parameter.subject
        if subject in self.template and parameter.where != "path":
            if parameter.required:
                yield self._propose.invalid(
                    partial(self._without, subject), subject, "required", f"{parameter.name} left out", 0
                )
            else:
                yield self._propose.valid(
                    partial(self._without, subject),
                    target_clause=clause_ids.accepted(self.operation.id, subject),
                    note=f"{parameter.name} left out, which is allowed",
                    rank=1,
                    unsaid=True,
                )

    @staticmethod
    def _is_text(parameter: Parameter, mutation: Mutation) -> bool:
        """Whether a value of another type is written as the text that is due: `?name=5`."""
        plain = not parameter.media_type and not mutation.subject and not isinstance(mutation.value, (dict, list))
        return plain and "string" in view(parameter.schema).types()

    def _body(self, limits: Limits) -> Iterator[Proposal]:
        media = self.operation.body.usual if self.operation.body else None
        if media is None or media.schema is None:
            return
        base = self.template.get("body", MISSING)
        if isinstance(base, Missing) or not media.schema.is_valid(base):
            base = example(media.schema, full=True)
            base = base if isinstance(base, Missing) else without_opaque(self.contract, self.operation, base)
        if isinstance(base, Missing):
            return
        plain_text = isinstance(base, str) and not is_json(media.name)
        yield from self._body_negatives(media.schema, base, limits, plain_text=plain_text)
        yield from self._body_positives(media.schema, base, limits)

    def _body_negatives(self, schema: Schema, base: JSON, limits: Limits, *, plain_text: bool) -> Iterator[Proposal]:
        for mutation in islice(invalid(schema, base), limits.subject):
            if plain_text and mutation.keyword == "type" and not mutation.subject:
                continue  # whatever is written there is a text
            yield self._propose.invalid(
                partial(self._renewed_with_body, mutation.value, but=f"body{mutation.subject}"),
                f"body{mutation.subject}",
                mutation.keyword,
                f"{mutation.subject or 'body'}: {mutation.note}",
                mutation.rank,
            )

    def _body_positives(self, schema: Schema, base: JSON, limits: Limits) -> Iterator[Proposal]:
        live = {
            subject: value
            for subject in self.addressing
            if subject.startswith("body/")
            for value in [member_of(base, subject)]
            if value is not MISSING
        }
        linked = None if self.contract.sourced else LinkedValues(base, self.operation, refers=self.refers)
        for variant in islice(valid(schema, base), limits.subject):
            subject = f"body{variant.subject}"
            if subject in self.addressing or any(subject.startswith(each + "/") for each in self.addressing):
                continue
            note = f"{variant.subject or 'body'}: {variant.note}"
            made_up = variant.value is not None and self._is_made_up(subject) and "left out" not in variant.note
            yield self._propose.perhaps_valid(
                partial(self._varied, variant, live, None if made_up else linked, sure=not made_up),
                target_clause="" if made_up else clause_ids.accepted(self.operation.id, subject),
                note=note,
                rank=variant.rank,
                unsaid=variant.unsaid or self.updates or self.refers,
            )

    def _varied(
        self, variant: Variant, live: Mapping[str, JSON], linked: LinkedValues | None, *, sure: bool
    ) -> tuple[Arguments, bool]:
        """Return arguments with a varied body, and whether they should be served, which is not `sure` everywhere."""
        subject = f"body{variant.subject}"
        arguments = place({**self.template, "body": variant.value}, live)
        arguments, unique = self._unique(dict(self._renewed(arguments, but=subject)), subject)
        broken = linked is not None and linked.broken_by(variant.value, variant.subject)
        return arguments, sure and unique and not broken

    def _is_made_up(self, subject: str) -> bool:
        """Whether a right server may refuse a value at this place that only looks right."""
        dated = not self.contract.sourced and is_moment(self.operation, subject)
        return dated or is_opaque(self.contract, self.operation, subject)

    def _unique(self, arguments: dict[str, JSON], subject: str) -> tuple[dict[str, JSON], bool]:
        """Keep a case about a unique field from colliding; also return whether that was possible.

        Its text is made fresh where it is long enough, else what it is unique within is.
        """
        for promise in uniques(self.contract, self.operation):
            if subject not in {f"body/{name.lstrip('/')}" for name in promise.fields}:
                continue
            value = member_of(arguments.get("body"), subject)
            if isinstance(value, Missing) or value is None:
                return arguments, promise.absent == "distinct"
            if self.fresh is None or not isinstance(value, str):
                return arguments, False
            stamp = str(self.fresh(subject.rpartition("/")[2]))
            if len(value) > len(stamp) or any(ord(char) > 127 or char in " '\"&" for char in value):  # noqa: PLR2004 - beyond ASCII
                renewed = stamp + value[len(stamp) :] if len(value) >= LONG else stamp + value
                return place(arguments, {subject: renewed}), True
            within = [
                f"body/{name.lstrip('/')}"
                for name in promise.within
                if f"body/{name.lstrip('/')}" not in self.addressing
            ]
            if not within:
                return arguments, False
            return place(arguments, {each: self.fresh(each.rpartition("/")[2]) for each in within}), True
        return arguments, True

    def _with(self, values: Mapping[str, JSON | Missing]) -> Arguments:
        arguments = dict(self.template)
        for subject, value in values.items():
            name = unescape(subject.removeprefix("body/"))
            if not isinstance(value, Missing):
                arguments = place(arguments, {subject: value})
            elif subject.startswith("body/"):
                body = arguments.get("body")
                if isinstance(body, dict):
                    arguments["body"] = {key: member for key, member in body.items() if key != name}
            else:
                arguments.pop(subject, None)
        return self._renewed(arguments)

    def _with_argument(self, subject: str, value: JSON) -> Arguments:
        return {**self.template, subject: value}

    def _without(self, subject: str) -> Arguments:
        return {key: value for key, value in self.template.items() if key != subject}

    def _renewed_with_body(self, body: JSON, *, but: str = "") -> Arguments:
        return self._renewed({**self.template, "body": body}, but=but)

    def _renewed(self, arguments: Arguments, *, but: str = "") -> Arguments:
        return renew(self.contract, self.operation, arguments, self.fresh, but=but)


def _short(value: JSON | Missing) -> str:
    text = "" if isinstance(value, Missing) else repr(value)
    return text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004 - a note stays on one line
