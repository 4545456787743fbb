"""Candidates for a valid request, sent one at a time, and what their answers teach where they are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol

from contract_suite.behaviours.behaviour import NotSent
from contract_suite.checks.kit.judging import OF_STATE
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.addressing import roles
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation
from contract_suite.generate.fresh_values import in_the_shape_of, put_at
from contract_suite.generate.live_ids import name_of
from contract_suite.generate.templates import full_arguments
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.plan import Plan
from contract_suite.runner.session.asked_members import asked_for
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.named_choices import named_choice, subject_of
from contract_suite.runner.session.refusal_words import MALFORMED, leads_on, server_message, texts_in, why_refused
from contract_suite.runner.session.searches import Searches
from contract_suite.runner.session.unique_members import UniqueMembers

_ABSENT: Final = frozenset({404, 405})
_TELLING: Final = 6
"""So many letters at least tell a header field from a word of a sentence: `Date`, `Range`, `X-Api-Version`."""


class Call(Protocol):
    """Sends one call of an operation and has it judged."""

    def __call__(
        self,
        operation: Operation,
        arguments: Arguments,
        *,
        aim: str = "",
        note: str = "",
        intent: Intent = Intent.POSITIVE,
    ) -> Exchange:
        """Return what came of it."""


class Attempts:
    """The candidates of one session.

    By operation: `refusals` say why it could not be called successfully, `said` what its server said last (`said_of_states`
    what it said of a state) and `refused` of which arguments; `unserved`
    holds the last answer where it asks for no id and was answered as if it weren't there; `suggested` the arguments to
    which refusals lead; `refused_for_state` what was understood and refused for the state of something: nothing better
    is known, and it serves for comparison.
    """

    def __init__(self, plan: Plan, ledger: Ledger, searches: Searches, call: Call, *, name: Callable[[], str]) -> None:
        """Nothing is sent yet; `name` gives a name that nobody has used."""
        self.refusals: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self.said_of_states: dict[str, str] = {}
        self.refused: dict[str, Arguments] = {}
        self.unserved: dict[str, Exchange] = {}
        self.suggested: dict[str, list[Arguments]] = {}
        self.refused_for_state: dict[str, Arguments] = {}
        self._ill_named: dict[str, tuple[Arguments, str]] = {}
        """By operation what was refused for the name at a subject, while nothing shows how such a name is built."""
        self._refused_headers: set[str] = set()
        """Subjects of optional header fields, in lower case, that a refusal named: they spoil whatever is sent with them."""
        self._contract = plan.contract
        self._envelopes = plan.envelopes
        self._ledger = ledger
        self._searches = searches
        self._call = call
        self._name = name

    def served(self, operation: Operation, arguments: Arguments, unique_members: UniqueMembers) -> Arguments | None:
        """Send a candidate; returns the arguments that were served, with other unique values if need be, or `None`."""
        try:
            exchange = self._call(operation, arguments, intent=Intent.UNKNOWN, note="a valid request")
            self._searches.last_status[operation.id] = exchange.status
            failed = refuses_softly(exchange)
            if (exchange.ok and not failed) or leads_on(operation, exchange.status):
                return arguments
            found = unique_members.get_past(*self._envelopes.as_sent(operation, arguments), exchange)
        except NotSent as spared:
            self.refusals[operation.id] = str(spared)
            return None
        if found is not None:
            return self._envelopes.opened(operation.id, found)
        self._learn(operation, arguments, exchange)
        self.refusals[operation.id] = why_refused(exchange, failed=failed)
        self.note_refusal(operation, arguments, exchange)
        return None

    def note_refusal(self, operation: Operation, arguments: Arguments, exchange: Exchange) -> None:
        """Take in how arguments were refused, for who looks for others."""
        self._searches.last_status[operation.id] = exchange.status
        self.said[operation.id] = server_message(exchange)
        if exchange.status in OF_STATE:
            self.said_of_states[operation.id] = self.said[operation.id]
        self.refused[operation.id] = arguments

    def _learn(self, operation: Operation, arguments: Arguments, exchange: Exchange) -> None:
        if exchange.status in _ABSENT and not self._ledger.addressing(operation):
            self.unserved[operation.id] = exchange
        if self._contract.sourced:  # it would have said what else a refusal may mean
            return
        creates = any(role == "create" for _, role in roles(self._ledger.resources, operation))
        if exchange.status in OF_STATE and not creates:
            self.refused_for_state.setdefault(operation.id, arguments)
        named = named_choice(operation, arguments, exchange)
        if named is not None:
            self._ledger.note_named(*named)
        self.suggested.setdefault(operation.id, []).extend(self._better(operation, arguments, exchange, named))

    def _better(
        self, operation: Operation, arguments: Arguments, exchange: Exchange, named: tuple[str, JSON] | None
    ) -> Iterator[Arguments]:
        """Yield what a refusal leads to: the value that it names, what it misses, names built as those that are there."""
        response = exchange.response
        if named is not None:
            yield put_at(arguments, *named)
            return
        if response is None or response.status not in MALFORMED:
            return
        header = self._refused_header(operation, arguments, response.body)
        if header:
            self._refused_headers.add(header.lower())
            yield {key: value for key, value in arguments.items() if key != header}
            return
        full = full_arguments(self._contract, operation)
        asked = asked_for(arguments, self._ledger.arguments(operation, full) or full, response.body)
        if asked is not None:
            yield asked
            return
        subject = subject_of(" ".join(texts_in(response.body)), arguments)
        if subject:
            self._ill_named.setdefault(operation.id, (arguments, subject))
            yield from self._shaped(operation)

    def _shaped(self, operation: Operation) -> Iterator[Arguments]:
        """Yield what was refused for a name with names that are built as one that is there, once such a one was shown."""
        arguments, subject = self._ill_named.get(operation.id, ({}, ""))
        shown = self._ledger.text_at(operation.path, name_of(subject))
        if shown:
            del self._ill_named[operation.id]
            yield from (put_at(arguments, subject, name) for name in in_the_shape_of(shown, self._name()))

    def suggest_again(self, operation: Operation) -> None:
        """Take in what was shown since the last candidate of an operation was refused."""
        self.suggested.setdefault(operation.id, []).extend(self._shaped(operation))

    def _refused_header(self, operation: Operation, arguments: Arguments, refusal: bytes) -> str:
        """Return the subject of the optional header field that a refusal names; empty for none."""
        text = plain_name(" ".join(texts_in(refusal, names=True)))
        optional = (each for each in operation.parameters if each.where == "header" and not each.required)
        named = (each for each in optional if each.subject in arguments and plain_name(each.name) in text)
        return next((each.subject for each in named if len(plain_name(each.name)) >= _TELLING), "")

    def without_refused_headers(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return arguments without the optional header fields that were refused, at whatever operation it was."""
        spoiling = {
            each.subject
            for each in operation.parameters
            if not each.required and each.subject.lower() in self._refused_headers
        }
        return {key: value for key, value in arguments.items() if key not in spoiling} if spoiling else arguments
