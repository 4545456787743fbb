"""The largest set of optional arguments that a server accepts together, and which of the others are at fault alone.

One bad optional argument (a version header that must be x.y.z, a rule over two members) has every request refused that
holds it. Blamed is the argument, not the requests: it is left out of everything that is about something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from contract_suite.checks.kit.judging import OVERSIZE, UNRELATED, is_about_state
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build
from contract_suite.generate.attempts.moments import is_moment
from contract_suite.generate.facts import facts_at
from contract_suite.generate.fresh_values import put_at, value_at
from contract_suite.generate.linked_values import LinkedValues
from contract_suite.generate.opaque import may_have_choices
from contract_suite.generate.proof import judge
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing, escape

_MOST: Final = 16

Ask = Callable[[Operation, Arguments, str], Exchange]
"""Sends one call that proves nothing, with a note that says why."""


class Widening:
    """What was found out about optional arguments, by operation."""

    def __init__(self, contract: Contract, ask: Ask) -> None:
        """Nothing was asked yet."""
        self._contract = contract
        self._ask = ask
        self._spoiling: dict[str, tuple[str, ...]] = {}
        self._with_a_language: set[tuple[str, str]] = set()
        """Operations and subjects where a text that keeps the schema is refused: a name for sorting, a cron expression."""
        self._seen: set[str] = set()

    def look(self, operation: Operation, accepted: Arguments, full: Arguments) -> tuple[Arguments, list[Case]]:
        """Return the largest arguments found that are served, and a positive for each one that is refused.

        A document that is annotated says itself what goes with what.
        """
        full, extras = _added(accepted, full), _extras(operation, accepted, full)
        if self._contract.sourced or operation.id in self._seen or not extras:
            return accepted, []
        self._seen.add(operation.id)
        exchange = self._ask(operation, full, "with every optional argument")
        if exchange.ok and not refuses_softly(exchange):
            return _only_body(accepted, full), []
        of_state = not operation.safe and is_about_state(exchange)
        if not exchange.refused or exchange.status in UNRELATED | OVERSIZE or of_state:
            return accepted, []
        widest, refused = accepted, []
        for subject, value in list(extras.items())[:_MOST]:
            trial = put_at(widest, subject, value)
            answer = self._ask(operation, trial, f"is it {subject} that is refused?")
            if answer.ok and not refuses_softly(answer):
                widest = trial
            else:
                refused.append(subject)
        refused += list(extras)[_MOST:]
        self._spoiling[operation.id] = tuple(refused)
        texts = (each for each in refused if isinstance(extras[each], str))
        self._with_a_language |= {(operation.id, each) for each in texts if _is_made_up(operation, each, extras[each])}
        return _only_body(accepted, widest), list(
            self._alone(operation, accepted, {each: extras[each] for each in refused})
        )

    def doubtful(self, operation: Operation, case: Case) -> Case:
        """Return a case with intent unknown if it is a positive about something else that holds a refused argument.

        One about an argument itself of which no text is served shows what the document leaves unsaid: how such a text is
        written.
        """
        about = clause_ids.parts(case.target_clause)[1] if case.target_clause else ""
        spoiled = any(
            not (about == each or about.startswith(each + "/"))
            and not isinstance(value_at(case.arguments, each), Missing)
            for each in self._spoiling.get(operation.id, ())
        )
        if case.intent is not Intent.POSITIVE:
            return case
        if spoiled:
            return replace(case, intent=Intent.UNKNOWN)
        return replace(case, unsaid=True) if (operation.id, about) in self._with_a_language else case

    def _alone(self, operation: Operation, accepted: Arguments, refused: Arguments) -> Iterator[Case]:
        linked = LinkedValues(accepted.get("body"), operation)
        for subject, value in list(refused.items())[:_MOST]:
            arguments = put_at(accepted, subject, value)
            request = build(operation, arguments)
            if judge(self._contract, operation, request)[0] is not Intent.POSITIVE or is_moment(operation, subject):
                continue
            if may_have_choices(self._contract, operation, subject, value) or (
                subject.startswith("body/") and linked.broken_by(arguments.get("body"), subject.removeprefix("body"))
            ):
                continue
            yield Case(
                operation=operation.id,
                request=request,
                intent=Intent.POSITIVE,
                stage=Stage.EXAMPLES,
                target_clause=clause_ids.accepted(operation.id, subject),
                note=f"{subject.partition('.')[2] or subject}: {value!r}"[:80],
                arguments=arguments,
                unsaid=_is_made_up(operation, subject, value),
            )


def _added(accepted: Arguments, full: Arguments) -> Arguments:
    """Return accepted arguments as they are, and what else is in `full`: a stock of ten stays one of ten."""
    body, known = full.get("body"), accepted.get("body")
    both = {**full, **accepted}
    return {**both, "body": {**body, **known}} if isinstance(body, dict) and isinstance(known, dict) else both


def _extras(operation: Operation, accepted: Arguments, full: Arguments) -> dict[str, JSON]:
    """The arguments, and top members of the body, that are in `full` and not among those accepted."""
    extras = {key: value for key, value in full.items() if key not in accepted and key != "body"}
    body, known = full.get("body"), accepted.get("body")
    if isinstance(body, dict) and isinstance(known, dict):
        extras |= {f"body/{escape(name)}": value for name, value in body.items() if name not in known}
    elif "body" in full and "body" not in accepted and operation.body is not None:
        extras["body"] = full["body"]
    return extras


def _only_body(accepted: Arguments, wide: Arguments) -> Arguments:
    """Return accepted arguments with a wider body: another query would ask for something else."""
    return {**accepted, "body": wide["body"]} if "body" in wide and "body" in accepted else accepted


def _is_made_up(operation: Operation, subject: str, value: JSON) -> bool:
    """Whether a value is a text, or holds one, that the document neither shows nor bounds."""
    facts = facts_at(operation, subject)
    if isinstance(value, (dict, list)):
        return True
    shown = facts is not None and (value in facts.choices or any(each == value for each in facts.shown()))
    return isinstance(value, str) and not shown and not (facts is not None and (facts.patterns or facts.format))
