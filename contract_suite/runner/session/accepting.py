"""Arguments that a server accepts: what the document suggests, with owners, live ids and fresh names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from contract_suite.behaviours.behaviour import Made, NotSent
from contract_suite.checks.kit.judging import AS_INVALID, OF_STATE
from contract_suite.contract.addressing import address, addressed_like, missing_parameters, roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import rebuilt
from contract_suite.generate.attempts.extreme_numbers import with_least_numbers
from contract_suite.generate.attempts.moments import at_usual_times, from_then_on, span
from contract_suite.generate.templates import candidates, templates
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.run import TO_BE_SAFE
from contract_suite.runner.plan import Plan
from contract_suite.runner.sending.clock import now
from contract_suite.runner.session.absent_things import AbsentThings
from contract_suite.runner.session.attempts import Attempts, Call
from contract_suite.runner.session.exclusive_references import ExclusiveReferences
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.made_up_names import MadeUpNames
from contract_suite.runner.session.making.like_what_is_there import LikeWhatIsThere
from contract_suite.runner.session.making.maker import Maker
from contract_suite.runner.session.making.new_things import NewThings
from contract_suite.runner.session.making.own_things import OwnThings, as_made, made_with, members_of
from contract_suite.runner.session.making.things_below import ThingsBelow
from contract_suite.runner.session.making.things_that_agree import ThingsThatAgree
from contract_suite.runner.session.making.ways_to_delete import WaysToDelete
from contract_suite.runner.session.ownership import Ownership
from contract_suite.runner.session.positives import proved
from contract_suite.runner.session.refusal_words import why_not_made
from contract_suite.runner.session.searches import Searches
from contract_suite.runner.session.told_values import ToldValues
from contract_suite.runner.session.unique_members import UniqueMembers
from contract_suite.runner.session.widening import Widening

_CANDIDATES: Final = 8
_BELOW_EACH: Final = 2
_SUGGESTED: Final = 10
"""So many times a search follows what a refusal asks for: many servers name one member after the other."""
_PASSING: Final = frozenset({0, 408, 425, 429, 502, 503, 504})
"""Answers that say nothing about what was asked: it may be asked again."""


class AcceptedArguments:
    """What the server of one session was seen to accept, operation by operation.

    `accepted` holds them as they were sent. `refusals` says why an operation could not be called successfully, `said` what
    its server said last; `unserved` holds the last answer of operations that ask for no id and were answered as if they
    weren't there.
    """

    def __init__(
        self,
        plan: Plan,
        ledger: Ledger,
        ownership: Ownership,
        *,
        allowed: Callable[[Operation], bool],
        call: Call,
        prefix: str,
    ) -> None:
        """Nothing is accepted yet; `prefix` stands before every name that is made up."""
        self._contract = contract = plan.contract
        self._envelopes = plan.envelopes
        self._ledger = ledger
        self._ownership = ownership
        self._resources = ledger.resources
        self._allowed = allowed
        self._call = call
        self.told = ToldValues(ledger.addresses)
        self.names = MadeUpNames(ledger.resources, prefix)
        self.accepted: dict[str, Arguments] = {}
        self.searches = Searches(ledger)
        self.unique_members = UniqueMembers(
            contract,
            ledger,
            ask=self._ask,
            name=self.names.fresh,
            rename=self.names.renewed,
            references=ExclusiveReferences(contract, ledger.addresses, find=self.find, ask=self._ask),
        )
        self._maker = Maker(
            contract,
            ledger,
            ownership,
            self.searches,
            self.unique_members,
            find=self.find,
            find_on_new_things=self._on_new_things,
            call=call,
        )
        self.make, self.fixture = self._maker.make, self._maker.fixture
        self.widening = Widening(contract, self._ask)
        self._own = OwnThings(self._resources, ownership, self.fixture)
        self.absent = AbsentThings(ledger, ownership, ask=self._ask, name=self.names.fresh)
        self.ways_to_delete = WaysToDelete(
            contract, allowed=allowed, make=self.make, find=self.find, locate=self.locate, ask=self._ask
        )
        self._below = ThingsBelow(contract, ledger, allowed=allowed, make=self.make)
        self._new_things = NewThings(
            contract,
            ledger,
            self.searches,
            self._below,
            allowed=allowed,
            make=self.make,
            find=self.find,
            locate=self.locate,
            ask=self._ask,
        )
        self._agreeing = ThingsThatAgree(
            contract, ledger, self.accepted, allowed=allowed, make=self.make, find=self.find, ask=self._ask
        )
        self._like_there = LikeWhatIsThere(contract, ledger, arguments=self.any_arguments, ask=self._ask)
        self._attempts = Attempts(plan, ledger, self.searches, call, name=self.names.fresh)
        self.refusals = self._attempts.refusals
        self.said = self._attempts.said
        self.unserved = self._attempts.unserved

    def adopt(self, other: AcceptedArguments) -> None:
        """Take over what was seen to be accepted, by another session of the same run."""
        for name in other.accepted:
            self.adopt_one(name, other)
        self.names.count_with(other.names)
        self.unique_members = other.unique_members
        self._maker.adopt(other.unique_members)

    def adopt_one(self, name: str, other: AcceptedArguments) -> None:
        """Take over what another session of the same run has accepted of the operation of a name."""
        self.accepted[name] = self._envelopes.opened(name, other.accepted[name])

    def find_anew(self, operation: Operation, refusal: Exchange) -> Arguments | None:
        """Find arguments that name new things, as what was accepted is refused now; `None` if none are served."""
        refused = self.accepted.get(operation.id, {})
        self._attempts.note_refusal(operation, refused, refusal)
        return self._on_new_things(operation) or self.unique_members.when_used_up(operation, refused)

    def find(self, operation: Operation) -> Arguments | None:
        """Return arguments that the server has accepted, with live ids.

        A create's come with fresh names, and a delete's address something just made.
        """
        if not self._allowed(operation):
            return None
        for resource, role in roles(self._resources, operation):
            if role == "delete":
                made = self.ways_to_delete.make(operation, resource)
                if made is not None:
                    return self.locate(operation, made)
                tied = self.ways_to_delete.untied(operation)
                if tied is not None:
                    return tied
                if self._ownership.everything and resource.create is None:
                    break
                # What was there before is not ours to delete.
                create = resource.create.operation if resource.create else ""
                why = why_not_made(create, self.searches.last_status.get(create, 0) if create in self.refusals else 0)
                self.refusals[operation.id] = why if resource.create else f"{TO_BE_SAFE}{why}"
                return None
        known = self.accepted.get(operation.id)
        if known is not None and self._ledger.alive(operation, known):
            live = self._below.fitting(operation, self._ledger.with_live_references(operation, known))
            return self.fresh(operation, self.told.parts.put_into(operation, live))
        return self._probe(operation)

    def locate(self, operation: Operation, made: Made) -> Arguments | None:
        """Return the arguments by which an operation addresses something made.

        What else it needs comes from what the server accepted or the document shows.
        """
        listing = any(role == "list" for _, role in roles(self._resources, operation))
        given = address(operation, made.identity, made.scope, only_required=listing)
        base: dict[str, JSON] = dict(self.accepted.get(operation.id) or self.any_arguments(operation))
        if listing:
            given |= made_with(operation, made, self._contract.by_id, missing_parameters(operation, given))
            base = {key: value for key, value in base.items() if key in missing_parameters(operation, given)}
        body = {**members_of(base), **members_of(given)}
        arguments: dict[str, JSON] = {**base, **given}
        if body:
            arguments["body"] = body
        return None if missing_parameters(operation, arguments) else self.told.put_into(operation, arguments)

    def any_arguments(self, operation: Operation) -> Arguments:
        """Arguments that the document suggests, accepted or not."""
        found = next(templates(self._contract, operation, self._ledger, fresh=self.names.fresh), None)
        return found if found is not None else next(candidates(self._contract, operation), {})

    def fresh(self, operation: Operation, arguments: Arguments, *, but: str = "") -> Arguments:
        """Return a create's arguments with new values in unique fields but for one; any other operation's as they are."""
        named = self.names.renewed(operation, arguments, but=but)
        return self._envelopes.opened(
            operation.id, self.unique_members.renew(*self._envelopes.as_sent(operation, named), but=but)
        )

    def any_read(self) -> Operation | None:
        """Return an operation that reads and that the server was seen to accept."""
        return next((each for each in self._contract.operations if each.safe and each.id in self.accepted), None)

    def widen(self, operation: Operation) -> list[Case]:
        """Find the largest arguments that the server accepts; returns a positive for each optional one that it refuses."""
        known = self.accepted.get(operation.id)
        *_, full = (known, *templates(self._contract, operation, self._ledger, fresh=self.names.fresh))
        if known is None or full is None:
            return []
        full = self._attempts.without_refused_headers(operation, full)
        full = self.fresh(operation, self._own.with_owner(operation, self._dated(operation, full)))
        creates = any(role == "create" for _, role in roles(self._resources, operation))
        if not creates:
            full = addressed_like(operation, full, known)
        widest, cases = self.widening.look(operation, known, full)
        self.accepted[operation.id] = widest
        if creates and members_of(widest).keys() > members_of(known).keys():
            self.unique_members.look_wider(*self._envelopes.as_sent(operation, widest))
        return cases

    def dated(self, operation: Operation, case: Case) -> Case:
        """Return a case with its dates where the server was seen to want them."""
        arguments = self._dated(operation, case.arguments)
        if arguments is case.arguments:
            return case
        request = rebuilt(operation, arguments, case.request)
        return proved(replace(case, arguments=arguments, request=request), operation)

    def _dated(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return arguments whose dates begin where those of the accepted ones do."""
        known = self.accepted.get(operation.id)
        shown = span(operation, known) if known is not None and not self._contract.sourced else None
        return (from_then_on(operation, arguments, *shown) if shown is not None else None) or arguments

    def _ask(self, operation: Operation, arguments: Arguments, note: str) -> Exchange:
        return self._call(operation, arguments, intent=Intent.UNKNOWN, note=note)

    def _probe(self, operation: Operation) -> Arguments | None:
        """Try candidates until the server accepts one; none that was refused before is tried again."""
        located = self._located(operation)
        if located is not None and not self._ledger.addresses.inferred:
            self.accepted[operation.id] = located
            return located
        search = self.searches.of(operation, located)
        if search.is_over:
            self._attempts.suggest_again(operation)
            return self._as_suggested(operation) or self._attempts.refused_for_state.get(operation.id)
        asked: list[Arguments] = []
        for index, candidate in enumerate(self._candidates(operation, located)):
            if index >= search.most:
                return None
            asked.append(candidate)
            if index < search.asked:
                continue
            found = self._try(operation, candidate)
            if found is not None:
                return found  # a search that begins anew, once this is served no longer, begins with it
            search.asked += 1
        found = (
            self._as_suggested(operation)
            or self._elsewhere(operation)
            or self._at_other_times(operation, (*asked[:2], *asked[2:][-1:]))
            or self._on_new_things(operation)
            or self._with_other_values(operation, (*asked[:1], *asked[1:][-1:]))
            or self._like_what_is_there(operation)
        )
        if found is not None:
            return found
        search.is_over = self.searches.last_status.get(operation.id, 0) not in _PASSING | OF_STATE
        search.asked -= not search.is_over  # the last one is asked again: the state of things may have changed
        return self._attempts.refused_for_state.get(operation.id)

    def _as_suggested(self, operation: Operation) -> Arguments | None:
        """Try what refusals lead to, and what the refusals of that lead to."""
        waiting = self._attempts.suggested.pop(operation.id, [])
        for _ in range(_SUGGESTED):
            if not waiting:
                break
            found = self._try(operation, self.fresh(operation, waiting.pop(0)))
            if found is not None:
                return found
            waiting = [*self._attempts.suggested.pop(operation.id, []), *waiting]
        return None

    def _elsewhere(self, operation: Operation) -> Arguments | None:
        """Try it below other things that are there, where it is forbidden below the first one."""
        others = self.searches.elsewhere(operation, lambda: self._attempts.refused.get(operation.id))
        candidates = (islice(self._candidates(operation, None), _BELOW_EACH) for _ in others)
        return self._first_served(operation, chain.from_iterable(candidates))

    def _at_other_times(self, operation: Operation, refused: Sequence[Arguments]) -> Arguments | None:
        """Try what was refused with its dates in the future, now, and in the past: no schema says which are allowed."""
        moved = at_usual_times(operation, refused, now()) if not self._contract.sourced else ()
        return self._first_served(operation, (self.fresh(operation, each) for each in moved))

    def _with_other_values(self, operation: Operation, refused: Sequence[Arguments]) -> Arguments | None:
        """Try what was refused with less, then with other values everywhere: they may be taken, and the refusal doesn't say so."""
        if self.searches.last_status.get(operation.id) not in AS_INVALID:
            return None
        named = [each.subject for each in self._ledger.addresses.needs(operation)]
        least = (with_least_numbers(operation, each, but=named) for each in refused)
        others = (self.unique_members.elsewise(*self._envelopes.as_sent(operation, each)) for each in refused)
        return self._first_served(operation, (self.fresh(operation, each) for each in least if each)) or (
            self._first_served(operation, (self._envelopes.opened(operation.id, each) for each in others if each))
        )

    def _located(self, operation: Operation) -> Arguments | None:
        """Return arguments that address something of the session's own, made for it where nothing is known."""
        for resource, role in roles(self._resources, operation):
            if role in {"read", "update"} and resource.create:
                made = self.fixture(resource)
                arguments = self.locate(operation, made) if made else None
                if arguments is not None:
                    return arguments
        if self._ledger.addresses.inferred:
            needed = [need.resource for need in self._ledger.addresses.needs(operation)]
            for name in dict.fromkeys((*needed, *self._ledger.addresses.referred_to(operation))):
                resource = next(each for each in self._resources if each.name == name)
                if resource.create is not None and not self._ledger.known(name):
                    self.fixture(resource)
        return None

    def _as_made(self, operation: Operation, arguments: Arguments) -> Arguments | None:
        """Return an update's arguments with what its thing was made of: that was accepted once; `None` for any other."""
        for resource, role in roles(self._resources, operation):
            made = self._maker.kept(resource)
            if role == "update" and made is not None and self._ledger.addresses.inferred:
                return as_made(operation, arguments, made)
        return None

    def _on_new_things(self, operation: Operation) -> Arguments | None:
        """Try it on things that are made for it, where what there is may be in the wrong state or belong to something else."""
        found = self._on_related(operation)
        if found is not None:
            return found
        of_state = self._attempts.said_of_states.get(operation.id)
        said = of_state if of_state is not None else self.said.get(operation.id, "")
        refused = self._attempts.refused.get(operation.id, {})
        for made in self._new_things.in_another_state(operation, said, refused, of_state=of_state is not None):
            self._maker.keep(made)
            located = self._located(operation) if self._ledger.is_there(made) else self.locate(operation, made)
            for candidate in islice(self._candidates(operation, located), _CANDIDATES):
                found = self._try(operation, candidate)
                if found is not None or self.searches.last_status.get(operation.id) in OF_STATE:
                    break
            found = found if found is not None else self._on_related(operation)
            if found is not None:
                return found
        return None

    def _on_related(self, operation: Operation) -> Arguments | None:
        """Try what was just refused with things that belong to the same one as what it acts on."""
        refused = self._attempts.refused.get(operation.id)
        if refused is None:
            return None
        said = self._attempts.said_of_states.get(operation.id) or self.said.get(operation.id, "")
        related = (
            self._new_things.of_one_owner(operation, refused),
            self._below.made_to_fit(operation, refused),
            self._agreeing.agreeing(operation, refused, said),
            self._agreeing.tied(operation, refused),
        )
        return self._first_served(operation, chain.from_iterable(related))

    def _like_what_is_there(self, operation: Operation) -> Arguments | None:
        """Try a create with the members of what is there already."""
        alike = self._like_there.requests(operation, self.searches.last_status.get(operation.id, 0))
        return self._first_served(operation, (self.fresh(operation, each) for each in alike))

    def _candidates(self, operation: Operation, located: Arguments | None) -> Iterator[Arguments]:
        if located is not None:
            yield located
            like_made = self._as_made(operation, located)
            if like_made is not None and like_made != located:
                yield like_made
        found = templates(self._contract, operation, self._ledger, fresh=self.names.fresh)
        for template in islice(found, _CANDIDATES):
            candidate = self._attempts.without_refused_headers(operation, template)
            owned = self._own.with_owner(operation, self.fresh(operation, candidate))
            yield self._below.fitting(operation, self._own.on_own_thing(operation, owned))

    def _first_served(self, operation: Operation, candidates: Iterable[Arguments]) -> Arguments | None:
        return next(filter(None, (self._try(operation, each) for each in candidates)), None)

    def _try(self, operation: Operation, arguments: Arguments) -> Arguments | None:
        """Return arguments that are served once these were, with fresh names; `None` if they are refused."""
        arguments = self.told.put_into(operation, arguments)
        served = self._attempts.served(operation, arguments, self.unique_members)
        if served is None:
            return None
        self.accepted[operation.id] = served
        try:
            self.unique_members.look(*self._envelopes.as_sent(operation, served))
        except NotSent as spared:  # what is held back here is held back when it is asked for again
            self.refusals[operation.id] = str(spared)
            return None
        return self.fresh(operation, served)
