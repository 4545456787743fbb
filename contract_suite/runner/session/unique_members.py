"""Which members a server wants unique, found by asking for the same thing twice and for almost the same thing once.

A document without annotations doesn't say so. A create that was served is sent again as it was, and a PUT that creates
under another name; where that is refused, in whatever words, one scalar after the other is changed until it is served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.checks.kit.judging import OVERSIZE, UNRELATED, is_about_state
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.addressing import field_of, roles
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.requests import rebuilt
from contract_suite.contract.schemas.view import view
from contract_suite.generate.attempts.moments import from_then_on, moments, span
from contract_suite.generate.changes.difference import text_key
from contract_suite.generate.fresh_values import freshened, put_at, value_at
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing, Raw, escape, tokens
from contract_suite.runner.sending.clock import now
from contract_suite.runner.session.exclusive_references import ExclusiveReferences
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.positives import proved

_TRIES: Final = 8
_DAYS_AHEAD: Final = 30
_USUAL: Final = ("name", "email", "login", "username", "slug", "code", "key", "id", "sku", "number", "title", "url")

Ask = Callable[[Operation, Arguments, str], Exchange]
"""Sends one call that proves nothing, with a note that says why."""
Rename = Callable[[Operation, Arguments], Arguments]
"""Gives what a create names a new name; what it names nothing in stays as it is."""


class UniqueMembers:
    """The members that one server was seen to want unique, by operation; fresh values for them."""

    def __init__(
        self,
        contract: Contract,
        ledger: Ledger,
        *,
        ask: Ask,
        name: Callable[[], str],
        rename: Rename,
        references: ExclusiveReferences,
    ) -> None:
        """Nothing is known yet; `name` gives a name that nobody has used."""
        self.references = references
        self._contract = contract
        self._ledger = ledger
        self._ask = ask
        self._name = name
        self._rename = rename
        self._learned: dict[str, tuple[str, ...]] = {}
        self._dated: dict[str, int] = {}
        """Operations whose dates must not meet those of others, with the days by which the latest ones are ahead."""
        self._given: dict[str, str] = {}
        """The member of an operation that must be unique though it may be left out, so that it is always given."""
        self._known_by: dict[str, str] = {}
        """The member of a create by which it knows what is there already, and gives that back."""
        self._tried: set[str] = set()
        self._looked: set[str] = set()
        self._sent: set[tuple[str, str, str]] = set()

    def of(self, operation: Operation) -> tuple[str, ...]:
        """Return the subjects whose values must be unique, as far as was seen: `body/name`, `body/data/attributes/login`.

        What a create showed holds for the update of what it makes, but for what that is known by.
        """
        known = self._learned.get(operation.id, ())
        if known or not self._learned:
            return known
        return tuple(
            subject
            for resource, role in roles(self._ledger.resources, operation)
            if role == "update" and resource.create is not None
            for subject in self._learned.get(resource.create.operation, ())
            if field_of(operation, tokens(subject[len("body") :])[0]) not in resource.identity
        )

    def look(self, operation: Operation, served: Arguments) -> None:
        """Find out, once, which members of a create that was just served must be unique."""
        known = operation.id in self._learned or operation.id in self._dated or self.references.places(operation)
        if known or operation.id in self._looked or not self._may_be_unique(operation, served):
            return
        self._looked.add(operation.id)  # whatever was tried in vain of what was refused, perhaps for something else
        first = self._latest(operation)
        repeated, note = served, "the same request again: must anything be unique?"
        if operation.method == "PUT":
            repeated, note = self._rename(operation, served), "the same under another name: must anything be unique?"
        again = self._ask(operation, repeated, note)
        if is_about_state(again) or _is_refused_as_such(again):
            self._find(operation, repeated, again)
            for subject in self.of(operation):
                self._note(operation, served, subject)  # it is taken now
        elif first is not None and self._is_same(first, self._latest(operation)):
            self._find_what_makes_another(operation, served, first)

    def look_wider(self, operation: Operation, served: Arguments) -> None:
        """Find out whether a member that may be left out must be unique where it is given: `served` is the first with all of them."""
        if not self._may_be_unique(operation, served) or operation.id in self._dated or operation.method == "PUT":
            return
        known = self._learned.get(operation.id, ())
        repeated = self.renew(operation, served)
        again = self._ask(operation, repeated, "the same with every optional argument again: must one be unique?")
        if not (is_about_state(again) or _is_refused_as_such(again)) or self.references.places(operation):
            return
        self._find(operation, repeated, again)
        learned = tuple(dict.fromkeys((*known, *self._learned.get(operation.id, ()))))
        self._learned |= {operation.id: learned} if learned else {}
        for subject in learned:
            self._note(operation, served, subject)

    def _latest(self, operation: Operation) -> Made | None:
        """The latest thing that a create made, or gave back."""
        names = {resource.name for resource, role in roles(self._ledger.resources, operation) if role == "create"}
        return next((made for made in reversed(self._ledger.made) if made.resource.name in names), None)

    @staticmethod
    def _is_same(one: Made, other: Made | None) -> bool:
        """Whether a later create gave back what an earlier one had made."""
        return (
            other is not None
            and other is not one
            and (other.resource.name, other.identity, other.scope) == (one.resource.name, one.identity, one.scope)
        )

    def _find_what_makes_another(self, operation: Operation, served: Arguments, first: Made) -> None:
        """Find the member by which a create knows what is there, which it gives back: with another value it makes another."""
        leaves = sorted(_leaves(served.get("body")), key=lambda each: _unlikeliness(each[0], each[1], ""))
        for subject in [f"body{pointer}" for pointer, _ in leaves][:_TRIES]:
            changed = freshened(operation, served, subject, self._name())
            if changed == served:
                continue
            exchange = self._ask(operation, changed, f"the same with another {subject}: does that make another one?")
            made = self._latest(operation)
            is_new = made is not None and made.exchange.number == exchange.number and made.identity != first.identity
            if is_new:
                self._learned[operation.id] = (subject,)
                self._known_by[operation.id] = subject
                self._note(operation, served, subject)
                return

    def told_apart(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return a create's arguments with another value where what they say would give back what an earlier one made."""
        subject = self._known_by.get(operation.id)
        if subject is None or self._note(operation, arguments, subject):
            return arguments
        changed = freshened(operation, arguments, subject, self._name())
        self._note(operation, changed, subject)
        return changed

    def get_past(self, operation: Operation, refused: Arguments, exchange: Exchange) -> Arguments | None:
        """Return arguments that are served instead of those refused as a repeat, or `None` if there are none to be found."""
        if operation.id in self._tried or not self._may_be_unique(operation, refused) or not is_about_state(exchange):
            return None
        self._tried.add(operation.id)
        return self._find(operation, refused, exchange)

    def when_used_up(self, operation: Operation, refused: Arguments) -> Arguments | None:
        """Return a create's arguments that refer to something new, as what was served before is refused now; `None` if none help.

        The last copy may be lent, the last seat sold.
        """
        if self.references.places(operation) or not self._may_be_unique(operation, refused):
            return None
        helped = self._referring_anew(operation, refused)
        return self.renew(operation, helped) if helped is not None else None

    def elsewise(self, operation: Operation, refused: Arguments) -> Arguments | None:
        """Return a create's arguments with other values everywhere, as those refused may all be taken; `None` if it is none."""
        if not self._may_be_unique(operation, refused):
            return None
        changed = self._freshened_everywhere(operation, refused)
        return changed if changed != refused else None

    def renew(self, operation: Operation, arguments: Arguments, *, but: str = "") -> Arguments:
        """Return arguments with fresh values in the members that must be unique, except at or around the subject `but`.

        What says the same as the path stays: a `PUT` at `/jobs/{name}` is one of `metadata/name`.
        """
        renewed = arguments
        addressed = [value for key, value in arguments.items() if key.startswith("path.")]
        for subject in self.of(operation):
            if not (but == subject or but.startswith(subject + "/") or value_at(arguments, subject) in addressed):
                left_out = self._given.get(operation.id) == subject and isinstance(value_at(renewed, subject), Missing)
                name = self._name()
                renewed = put_at(renewed, subject, name) if left_out else freshened(operation, renewed, subject, name)
        renewed = self.references.renewed(operation, renewed, but=but)
        return self._elsewhen(operation, renewed, but) if operation.id in self._dated else renewed

    def _elsewhen(self, operation: Operation, arguments: Arguments, but: str = "") -> Arguments:
        """Return arguments whose dates come after all that were sent, unless the subject `but` is one of them."""
        subjects = [subject for subject, _ in moments(operation, arguments)]
        if but in subjects:
            return arguments
        days = self._dated.get(operation.id, _DAYS_AHEAD) + len(subjects) + 1
        self._dated[operation.id] = days
        before = span(operation, arguments)
        apart = min(before[1], timedelta(days=1)) if before is not None else timedelta(days=1)
        return from_then_on(operation, arguments, now() + timedelta(days=days), apart) or arguments

    def renewed(self, operation: Operation, case: Case) -> Case:
        """Return a case with fresh values in the members that must be unique.

        A positive that is about such a member proves nothing once its value was used.
        """
        subjects = self.of(operation)
        subjects = (*subjects, *self.references.places(operation))
        if not (subjects or operation.id in self._dated) or isinstance(case.arguments.get("body"), (Raw, Missing)):
            return case
        about = clause_ids.parts(case.target_clause)[1] if case.target_clause else ""
        arguments = self.renew(operation, case.arguments, but=about)
        if arguments != case.arguments:
            request = rebuilt(operation, arguments, case.request)
            case = proved(replace(case, arguments=arguments, request=request), operation)
        if case.intent is Intent.POSITIVE and any(not self._note(operation, arguments, each) for each in subjects):
            case = replace(case, intent=Intent.UNKNOWN)
        return case

    def _note(self, operation: Operation, arguments: Arguments, subject: str) -> bool:
        """Remember the value at a subject; returns whether it is new."""
        value = value_at(arguments, subject)
        if isinstance(value, Missing) or value is None:
            return True
        key = (operation.id, subject, text_key(value))
        new = key not in self._sent
        self._sent.add(key)
        return new

    def _may_be_unique(self, operation: Operation, arguments: Arguments) -> bool:
        creates = any(role == "create" for _, role in roles(self._ledger.resources, operation))
        return (
            not self._contract.sourced
            and (operation.method == "POST" or (operation.method == "PUT" and creates))
            and (creates or not names_in(operation.path) or _documents_creation(operation))
            and isinstance(arguments.get("body"), (dict, list))
        )

    def _is_served(self, operation: Operation, arguments: Arguments, note: str) -> bool:
        exchange = self._ask(operation, arguments, note)
        return exchange.ok and not refuses_softly(exchange)

    def _find(self, operation: Operation, arguments: Arguments, refusal: Exchange) -> Arguments | None:
        body = arguments.get("body")
        text = refusal.response.body.decode("utf-8", "replace").lower() if refusal.response else ""
        dates = {subject for subject, _ in moments(operation, arguments)}
        changed: Arguments = arguments
        if dates:
            changed = self._elsewhen(operation, arguments)
            if self._is_served(operation, changed, "the same at another time: must that be unique?"):
                return changed
            del self._dated[operation.id]
        leaves = sorted(
            (each for each in _leaves(body) if f"body{each[0]}" not in dates),
            key=lambda each: _unlikeliness(each[0], each[1], text),
        )
        places = [f"body{pointer}" for pointer, _ in leaves]
        for subject in places[:_TRIES]:
            changed = freshened(operation, arguments, subject, self._name())
            if self._is_served(operation, changed, f"the same with another {subject}: must that be unique?"):
                self._learned[operation.id] = (subject,)
                return changed
        changed = self._freshened_everywhere(operation, arguments)
        if len(places) > 1 and self._is_served(operation, changed, "the same with other values everywhere"):
            self._learned[operation.id] = tuple(places)
            return changed
        return self._referring_anew(operation, arguments) or self._find_left_out(operation, arguments)

    def _referring_anew(self, operation: Operation, arguments: Arguments) -> Arguments | None:
        for referring, others in self.references.with_new(operation, arguments):
            if self._is_served(operation, others, f"the same with a new {' and '.join(referring)} to refer to"):
                self.references.learn(operation, arguments, referring)
                return others
        return None

    def _find_left_out(self, operation: Operation, arguments: Arguments) -> Arguments | None:
        """Return arguments that are served with a name that the body may give and left out: it may be unique where it is not given."""
        for name in _names_left_out(operation, arguments.get("body")):
            subject = f"body/{escape(name)}"
            changed = put_at(arguments, subject, self._name())
            if self._is_served(operation, changed, f"the same with a {subject} of its own: must that be unique?"):
                self._learned[operation.id] = (subject,)
                self._given[operation.id] = subject
                return changed
        return None

    def _freshened_everywhere(self, operation: Operation, arguments: Arguments) -> Arguments:
        dates = {subject for subject, _ in moments(operation, arguments)}
        for pointer, _ in _leaves(arguments.get("body")):
            if f"body{pointer}" not in dates:
                arguments = freshened(operation, arguments, f"body{pointer}", self._name())
        return arguments


def _documents_creation(operation: Operation) -> bool:
    """Whether an operation is a POST to a list below something that says that it creates."""
    below = not names_in(operation.path.rstrip("/").rpartition("/")[2])
    return operation.method == "POST" and below and operation.documents(201)


def _is_refused_as_such(again: Exchange) -> bool:
    """Whether what was just served is refused the second time, in whatever words: only the state has changed."""
    return again.refused and again.status not in UNRELATED and again.status not in OVERSIZE


def _names_left_out(operation: Operation, body: JSON) -> list[str]:
    """Return the members that a body lacks and that are called like what is usually unique, the likeliest first."""
    media = operation.body.usual if operation.body else None
    if media is None or media.schema is None or not isinstance(body, dict):
        return []
    place = view(media.schema)
    found = [
        (_USUAL.index(name.lower()), name)
        for name in place.property_names()
        if name.lower() in _USUAL and name not in body and "string" in place.member(name).types()
    ]
    return [name for _, name in sorted(found)]


def _leaves(value: JSON, pointer: str = "") -> Iterator[tuple[str, JSON]]:
    """Yield the texts and numbers of a body with their pointers."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, f"{pointer}/{escape(name)}")
    elif isinstance(value, list):
        for index, item in enumerate(value[:1]):
            yield from _leaves(item, f"{pointer}/{index}")
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool) and pointer:
        yield pointer, value


def _unlikeliness(pointer: str, value: JSON, text: str) -> tuple[int, int, int]:
    """How unlikely a member is to be the unique one: what the refusal names first, then what is usually unique."""
    name = tokens(pointer)[-1].lower()
    shown = str(value).lower()
    named = 0 if name in text else 1 if len(shown) > 1 and shown in text else 2
    usual = next((index for index, each in enumerate(_USUAL) if each in name), len(_USUAL))
    return named, usual, 0 if isinstance(value, str) else 1
