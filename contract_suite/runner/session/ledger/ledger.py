"""The ledger of a run: what exists, what the run made of it, what is gone, what must be cleaned up.

It learns from exchanges alone. Something exists after a success showed it, and no longer once it was deleted or
answered 404 or 410.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.checks.kit.soft_refusals import is_soft_refusal
from contract_suite.contract.addressing import RoleName, identity_in, named_values, owner_of, plain, roles, scope_in
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.parts.envelopes import represented
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.live_ids import address_values, fitted, name_of, place, value_of
from contract_suite.generate.resources.inferred_resources import with_fields
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, MISSING, Arguments, Missing
from contract_suite.runner.session.ledger.declared_values import DeclaredValues
from contract_suite.runner.session.ledger.deleted_addresses import DeletedAddresses
from contract_suite.runner.session.ledger.deleted_things import DeletedThings, acted_on
from contract_suite.runner.session.ledger.live_references import with_live_references
from contract_suite.runner.session.ledger.made_things import MadeThings
from contract_suite.runner.session.ledger.records import Records
from contract_suite.runner.session.ledger.shown_keys import ShownKeys, identity_and_scope
from contract_suite.runner.session.ledger.shown_parts import ShownParts
from contract_suite.runner.session.ledger.shown_values import ShownValues
from contract_suite.runner.session.ledger.things import Things, key_of
from contract_suite.runner.session.ledger.written_addresses import WrittenAddresses

_OK: Final = 200
_CREATED: Final = 201
_ACCEPTED: Final = 202
_GONE: Final = frozenset({404, 410})
_DIRECT: Final = frozenset({"read", "update", "delete"})


class Ledger:
    """What exists at one endpoint, as far as a run knows. Implements `generate.live_ids.LiveIds`.

    What the run made is preferred to what was there before.
    """

    def __init__(self, contract: Contract) -> None:
        """Nothing is known to exist."""
        self.contract = contract = with_fields(contract)
        self.addresses = Addresses(contract)
        self.resources = self.addresses.resources
        self._records = Records(self.resources)
        self.met: dict[tuple[int, str], Made] = {}
        """What creates gave back that had been there before and is not the run's, by their exchange and its resource."""
        self._known_by_name: set[str] = set()
        """Resources whose create shows no identity, so that the name that was sent is taken for it."""
        self._gone = Things()
        self._deleted = DeletedAddresses()
        self.deleted_things = DeletedThings(self.addresses)
        self.made_things = MadeThings(self.deleted_things)
        self._own_or_absent = Things()
        self._unknown: set[tuple[str, frozenset[tuple[str, JSON]]]] = set()
        self._shown = ShownValues(contract, self.addresses)
        self._shown_keys = ShownKeys(self.addresses)
        self._shown_parts = ShownParts(self.addresses)
        self._written = WrittenAddresses(self.addresses, self._records)
        self._declared = DeclaredValues(contract, self.addresses, self._records)

    # What exists

    def addressing(self, operation: Operation) -> frozenset[str]:
        """Return the subjects whose value must be live for the operation to succeed."""
        return self.addresses.subjects(operation)

    def arguments(self, operation: Operation, base: Arguments, *, skip: int = 0) -> Arguments | None:
        """Return `base` with live values in their places; `None` if a needed one is not known.

        `skip` passes over that many of the resources that would fit.
        """
        values = self.live(operation, skip=skip)
        if values is None:
            return None
        values = {
            subject: value for subject, value in values.items() if not self._written.leads(value_of(base, subject))
        }
        filled = self.with_live_references(operation, place(base, values))
        return filled if all(f"path.{name}" in filled for name in names_in(operation.path)) else None

    def live(self, operation: Operation, *, skip: int = 0) -> dict[str, JSON] | None:
        """Return live values for the operation by subject; `None` if it needs a resource and none is known."""
        values: dict[str, JSON] = {}
        needs = self.addresses.needs(operation)
        for resource in dict.fromkeys(need.resource for need in needs):
            wanted = [need for need in needs if need.resource == resource]
            found = [
                each
                for each in self._records.by_preference(resource)
                if all(need.field in each.fields for need in wanted)
            ]
            if skip < len(found) and not (found[skip].forbidden and self._shown.has_others(wanted[0].subject)):
                for need in wanted:
                    value = self._written.of(operation, need, found[skip].fields)
                    values.setdefault(need.subject, fitted(operation, need.subject, value))
                continue
            declared = self._declared.of(resource, wanted)
            if declared is None:
                return None
            values |= declared
        for subject in sorted(self.addressing(operation) - values.keys()):
            shown = self._shown.value(operation, subject)
            if not isinstance(shown, Missing) and not self._is_unknown(operation, {**values, subject: shown}):
                values[subject] = shown
        return values

    def with_live_references(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return arguments in which whatever the body refers to exists, as far as such things are known."""
        arguments = with_live_references(
            self.contract, operation, arguments, self.addresses, self._records, is_address=self._written.leads
        )
        return self._written.alive(operation, arguments)

    def vouches(self, operation: Operation, arguments: Arguments) -> bool:
        """Whether everything that the arguments address in a path was seen to exist."""
        wanted: dict[str, dict[str, JSON | Missing]] = {}
        for need in self.addresses.needs(operation):
            if need.subject.startswith("path."):
                wanted.setdefault(need.resource, {})[need.field] = value_of(arguments, need.subject)
        return all(
            any(
                all(record.fields.get(field, MISSING) == value for field, value in fields.items())
                for record in self._records.of(resource)
            )
            for resource, fields in wanted.items()
        )

    def known(self, resource: str) -> int:
        """Return how many of a resource are known to exist."""
        return len(self._records.of(resource))

    def alive(self, operation: Operation, arguments: Arguments) -> bool:
        """Whether nothing that the arguments address, owners included, was deleted or answered as unknown."""
        if self._is_unknown(operation, arguments) or self._deleted.covers(operation, arguments):
            return False
        return not self._gone or not any(
            self._gone.has(resource.name, identity, scope)
            for resource, identity, scope in self._addressed(operation, arguments)
        )

    def _is_unknown(self, operation: Operation, arguments: Arguments) -> bool:
        """Whether the address with these values was answered as unknown, whatever was asked of it."""
        return bool(self._unknown) and (operation.path, address_values(arguments)) in self._unknown

    def pass_over(self, operation: Operation, arguments: Arguments) -> None:
        """Prefer other things to what arguments address by their path, where that was forbidden."""
        needs = [each for each in self.addresses.needs(operation) if each.subject.startswith("path.")]
        for kind in {each.resource for each in needs}:
            self._records.pass_over(
                kind, {each.field: arguments.get(each.subject) for each in needs if each.resource == kind}
            )
        self._shown.pass_over(arguments)

    def note_named(self, subject: str, value: JSON) -> None:
        """Say that a server itself named a good value for what has the name of a subject."""
        self._shown.note(name_of(subject), value)

    def text_at(self, path: str, name: str) -> str:
        """Return the latest text of a name that a read of a path showed; empty if there was none."""
        return self._shown.text_at(path, name)

    # What the run made

    @property
    def made(self) -> tuple[Made, ...]:
        """What the run made and has to clean up, the latest last."""
        return self.made_things.all

    def is_there(self, made: Made) -> bool:
        """Whether something made is not known to be gone."""
        return made in self.made_things and not self._gone.has(made.resource.name, made.identity, made.scope)

    def is_own_or_gone(self, resource: Resource, identity: Mapping[str, JSON], scope: Mapping[str, JSON]) -> bool:
        """Whether an identity, owners included, is that of what the run made, or of what was answered as unknown."""
        return self._own_or_absent.has(resource.name, identity, scope)

    # What exchanges teach

    def observe(self, operation: Operation, arguments: Arguments, exchange: Exchange, body: JSON | Missing) -> None:
        """Take in an exchange with its parsed body: a success shows or removes something, a 404 tells what is gone."""
        if exchange.status in _GONE and exchange.request.identity is Identity.DEFAULT:
            self._learn_absence(operation, arguments)  # who has another key may not be told what is there
        if exchange.response is None or not exchange.response.ok or is_soft_refusal(body):
            return
        self._unknown.discard((operation.path, address_values(arguments)))
        if operation.method == "DELETE":
            self._forget_all(operation, arguments)
        if self.addresses.inferred or not self.contract.annotated:
            self._deleted.observe(operation, arguments)
        for resource, role in roles(self.resources, operation):
            self._learn(resource, role, operation, arguments, exchange, body)
        for back in self.deleted_things.back(operation, arguments, exchange):
            if acted_on(self.addresses, operation) is not None:
                self._gone.discard(back.resource.name, key_of(back.identity), back.scope, made=True)
            self.made_things.take_back(back)
        self._learn_place(operation, arguments, exchange, body)
        if not isinstance(body, Missing) and (operation.method != "DELETE" or exchange.status == _ACCEPTED):
            self._shown.observe(operation, arguments, body)
            self._written.observe(body)

    def _learn_absence(self, operation: Operation, arguments: Arguments) -> None:
        self._shown.forget_links(operation)
        said = {each.partition(".")[0] for each in arguments}
        if "path" in said and "query" not in said:  # arguments in the query may be what matches nothing
            self._unknown.add((operation.path, address_values(arguments)))
        self._mark_gone(operation, arguments)
        self.deleted_things.absent(operation, arguments)

    def _learn_place(self, operation: Operation, sent: Arguments, exchange: Exchange, body: JSON | Missing) -> None:
        """Take in what a success leads to, or shows: the job that was begun, the report that is being made."""
        known = {resource.name for resource, _ in roles(self.resources, operation)}
        for resource in self.resources:
            fields = self._shown_keys.located(resource, exchange, {}) if resource.name not in known else {}
            shown = resource in self.addresses.shown_by(operation)
            if shown:
                own = self._shown_keys.sent(operation, resource, sent)
                fields = {**own, **self._shown_keys.fields(resource, body), **fields}
            if resource.identity[-1] not in fields:
                continue
            if shown and exchange.status == _CREATED and not self._meets(resource, fields, exchange):
                self._exists(resource, fields, exchange, made=True)
                self._note_made(resource, operation, sent, exchange, fields)
            else:
                self._exists(resource, fields, exchange)

    def _forget_all(self, operation: Operation, arguments: Arguments) -> None:
        """Say that what a list shows is gone, where a delete was served at its address."""
        listed = next(
            (each for each in self.contract.operations if each.path == operation.path and each.method == "GET"), None
        )
        for resource, role in roles(self.resources, listed) if listed is not None else ():
            if role == "list" and listed is not None:
                around = self._shown_keys.sent(listed, resource, arguments)
                where = {self.addresses.subject_of(operation, name) for name in around}
                all_of_it = all(each in where for each in arguments if each.startswith(("query.", "body")))
                for record in self._records.drop(resource.name, around):
                    identity, scope = identity_and_scope(resource, record.fields)
                    self._gone.add(resource.name, identity, scope, for_good=all_of_it)
                if all_of_it:  # otherwise some may be there, which cleaning up finds out
                    self.made_things.forget_all(resource, around)

    def _learn(  # noqa: PLR0917 - an exchange and what it means have that many parts
        self,
        resource: Resource,
        role: RoleName,
        operation: Operation,
        arguments: Arguments,
        exchange: Exchange,
        body: JSON | Missing,
    ) -> None:
        """Take in what a success says of one resource."""
        sent = self._shown_keys.sent(operation, resource, arguments)
        if role == "delete":
            self._mark_gone(operation, arguments, by_delete=True)
            self.made_things.delete(resource, operation, arguments, exchange)
            return  # what its answer shows, parts included, is gone
        if role == "list":
            scope = {name: value for name, value in sent.items() if self.addresses.inferred or name in resource.scope}
            for item in self._shown_keys.items(resource, operation, body):
                named = self._shown_keys.name(resource, item) if resource.name in self._known_by_name else {}
                self._exists(resource, {**scope, **self._shown_keys.fields(resource, item), **named}, exchange)
        elif role == "create":
            told = self._shown_keys.of_made(resource, sent, body)
            shown = {**told, **self._shown_keys.located(resource, exchange, told)}
            if self._was_there(resource, shown, exchange):
                shown = told  # its Location may lead elsewhere
            by_name: dict[str, JSON] = {}
            if self.addresses.inferred and resource.identity[-1] not in shown:
                by_name = self._shown_keys.name(resource, body) or self._shown_keys.name(
                    resource, arguments.get("body")
                )
                shown |= by_name
                self._known_by_name |= {resource.name} if by_name else set()
            # What lists show may be called as what was sent.
            if by_name or not self._meets(resource, shown, exchange, operation):
                self._exists(resource, shown, exchange, made=True)
                self._note_made(resource, operation, arguments, exchange, shown if self.addresses.inferred else body)
        else:
            shown = {**self._shown_keys.fields(resource, body), **sent}
            made = role == "update" and exchange.status == _CREATED  # PUT made what it names
            made = made and not self._meets(resource, shown, exchange)
            # An update that was served at what a read had answered as unknown proves no more than that it was served.
            self._exists(resource, shown, exchange, made=made, read=role == "read")
            if made:
                self._note_made(resource, operation, arguments, exchange, shown)
        for part, fields in self._shown_parts.of(resource, body, sent | self._shown_keys.fields(resource, body)):
            met = (exchange.number, resource.name) in self.met
            self._exists(part, fields, exchange, made=role == "create" and not met)

    def _was_there(
        self, resource: Resource, shown: Mapping[str, JSON], exchange: Exchange, *, told: bool = False
    ) -> bool:
        """Whether a thing had been shown before the exchange was sent, or was `told` to be there, and the run never made it."""
        whole = told and all(name in shown for name in resource.identity)
        if not whole and not self._records.was_there(resource.name, shown, exchange.after):
            return False
        return not self._own_or_absent.has(resource.name, *identity_and_scope(resource, shown))

    def _meets(
        self, resource: Resource, shown: dict[str, JSON], exchange: Exchange, create: Operation | None = None
    ) -> bool:
        """Whether a success gives back what had been there before, which is noted; otherwise it has made something.

        A `create` that documents 201 says so by a documented 200.
        """
        told = create is not None and exchange.status == _OK and create.documents(_OK) and create.documents(_CREATED)
        met = self._was_there(resource, shown, exchange, told=told)
        if met:
            identity, scope = identity_and_scope(resource, shown)
            self.met[exchange.number, resource.name] = Made(
                resource=resource, arguments={}, exchange=exchange, identity=identity, scope=scope
            )
            self._exists(resource, shown, exchange)
        return met

    def _note_made(
        self, resource: Resource, operation: Operation, arguments: Arguments, exchange: Exchange, body: JSON | Missing
    ) -> None:
        sent = {plain(name): value for name, value in named_values(operation, arguments).items()}
        identity = identity_in(resource, represented(resource, body), sent)
        if identity is None:
            self.made_things.add_unidentified()
        else:
            scope = scope_in(resource, operation, arguments)
            self._own_or_absent.add(resource.name, identity, scope, for_good=True)
            self.made_things.add(
                Made(resource=resource, arguments=arguments, exchange=exchange, identity=identity, scope=scope)
            )

    def _exists(
        self, resource: Resource, fields: dict[str, JSON], exchange: Exchange, *, made: bool = False, read: bool = True
    ) -> None:
        """Say that something exists. One that was `read` or made is no longer taken for unknown."""
        self._records.note(resource, fields, exchange.number, made=made)
        told = self._gone.any_of(resource.name) or self._own_or_absent.any_of(resource.name)
        if told and all(name in fields for name in resource.identity):
            identity, scope = identity_and_scope(resource, fields)
            key = key_of(identity)
            self._gone.discard(resource.name, key, scope, made=made)
            if read or made:
                self._own_or_absent.discard(resource.name, key, scope)

    def _mark_gone(self, operation: Operation, arguments: Arguments, *, by_delete: bool = False) -> None:
        """Say that what an operation addresses is gone: the thing itself, or the owner of what is created or listed."""
        direct = {resource.name for resource, role in roles(self.resources, operation) if role in _DIRECT}
        for resource, identity, scope in self._addressed(operation, arguments):
            if not direct or resource.name in direct:
                self._gone.add(resource.name, identity, scope, for_good=by_delete)
                # Who is refused below an owner may have lost the owner, or something else; with more than an address, that.
                if resource.name in direct and (
                    by_delete or self._shown_keys.says_no_more(operation, resource, arguments)
                ):
                    self._own_or_absent.add(resource.name, identity, scope)
                self._records.drop_with_owned(resource, self._shown_keys.sent(operation, resource, arguments))

    def _addressed(
        self, operation: Operation, arguments: Arguments
    ) -> Iterator[tuple[Resource, dict[str, JSON], dict[str, JSON]]]:
        """What the arguments address, owners included: the resource, its identity, its scope."""
        sent = named_values(operation, arguments)
        for resource, role in roles(self.resources, operation):
            owner = owner_of(self.resources, resource)
            for each in (owner, resource if role in _DIRECT else None):
                identity = identity_in(each, sent) if each else None
                if each is not None and identity is not None:
                    yield each, identity, scope_in(each, operation, arguments)
