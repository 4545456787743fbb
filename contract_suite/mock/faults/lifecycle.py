"""Faults in the life of a resource: what a create keeps, what an update changes, what a delete leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from contract_suite.contract.constraints import constraints
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import Kind, Plant, Site, instead, of
from contract_suite.mock.rules import Call, Rules
from contract_suite.mock.state import Body, Record, State, getter, with_value, without
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, MISSING, Missing

_OLD: Final = 25
_LONG: Final = 20


def drafted(resource: Resource, change: Callable[[Body], Body]) -> Plant:
    """Plant a change of what a create is given."""

    def plant(rules: Rules) -> Rules:
        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            return rules.draft(state, name, scope, change(fields) if name == resource.name else fields, now)

        return replace(rules, draft=draft)

    return plant


def _text_changed(change: Callable[[str], str | Missing]) -> Callable[[Contract], Iterator[Site]]:
    def found(contract: Contract) -> Iterator[Site]:
        for resource, operations in sites.written(contract):
            field = next(sites.texts(contract, resource), None)
            if field is None or "read" not in operations:
                continue

            def changed(fields: Body, field: str = field) -> Body:
                value = fields.get(field)
                new = change(value) if isinstance(value, str) else value
                return fields if field not in fields else without(fields, field) if isinstance(new, Missing) else {**fields, field: new}

            create = operations["create"].id
            yield Site(
                where=f"{create}, {field}",
                clauses=(f"{create}::{resource.name}::values-read-back",),
                plant=drafted(resource, changed),
            )
            return

    return found


def _nested_field(contract: Contract) -> Iterator[Site]:
    """The deepest optional member of what a create takes and a read shows, in an array of objects."""
    for resource, operations in sites.written(contract):
        create, read = operations["create"], operations.get("read")
        media = create.body.json if create.body else None
        if media is None or media.schema is None or read is None:
            continue
        required = {each.subject for each in constraints(media.schema) if each.keyword == "required"}
        shown = {each.subject for each in sites.answered(read)}
        deep = [
            each.subject for each in constraints(media.schema)
            if (each.keyword, each.value) == ("type", "string") and "/*/" in each.subject and not each.subject.endswith("*")
            and each.subject in shown - required
        ]  # fmt: skip
        if not deep:
            continue
        subject = max(deep, key=lambda each: each.count("/"))

        def changed(fields: Body, subject: str = subject) -> Body:
            body: JSON = fields
            for place in list(sites.resolved(fields, subject)):
                body = sites.put(body, place, MISSING)
            return body if isinstance(body, dict) else fields

        yield Site(
            where=f"{create.id}, {subject}",
            clauses=(f"{create.id}::{resource.name}::values-read-back",),
            plant=drafted(resource, changed),
            also=(f"*::{resource.name}::update-read-back",),
        )
        return


def _not_listed(contract: Contract) -> Iterator[Site]:
    """A list that is read from a copy which lags one create behind."""
    for resource, operations in sites.written(contract):
        if not resource.lists:
            continue

        def plant(rules: Rules, resource: Resource = resource) -> Rules:
            last: list[tuple[str, ...]] = []

            def put(state: State, record: Record) -> None:
                if record.ref.resource == resource.name and state.find(*record.ref) is None:
                    last[:] = [record.ref.key]
                rules.put(state, record)

            def everything(state: State, name: str, scope: tuple[str, ...]) -> list[Record]:
                found = rules.all(state, name, scope)
                return found if name != resource.name else [each for each in found if each.ref.key not in last]

            return replace(rules, put=put, all=everything)

        names = tuple(f"{each}::{resource.name}::created-listed" for each in resource.lists)
        yield Site(
            where=operations["create"].id,
            clauses=names,
            also=tuple(
                f"{each}::{what}" for each in resource.lists for what in ("*::filter-complete", "*::total-*", "*::filters-combined", "*::pages-*")
            ),
            plant=plant,
        )
        return


def _unreadable(contract: Contract) -> Iterator[Site]:
    """What was created with a text beyond ASCII can't be read."""
    for resource, operations in sites.written(contract):
        read = operations.get("read")
        field = next(sites.texts(contract, resource), None)
        if read is None or field is None:
            continue

        def plant(rules: Rules, read: Operation = read, resource: Resource = resource, field: str = field) -> Rules:
            def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
                record = rules.find(state, name, scope, key)
                text = record.body.get(field) if record and name == resource.name else ""
                return None if isinstance(text, str) and not text.isascii() and state.all(name, scope).index(record or _nobody()) >= _OLD else record

            del read
            return replace(rules, find=find)

        create = operations["create"].id
        yield Site(
            where=f"{create}, {field}",
            clauses=(f"{create}::{resource.name}::readable",),
            plant=plant,
            also=(
                "*::updates",
                f"*::{resource.name}::update-read-back",
                f"*::{resource.name}::others-kept",
                "*::accepted",
                "*::served",
                f"*::{resource.name}::idempotent",
            ),
        )
        return


def _nobody() -> Record:
    raise LookupError


def updated(resource: Resource, change: Callable[[Rules, Call, Record, Body, Body], Body]) -> Plant:
    """Plant a change of what an update makes of a record; gets what was given and what comes of it."""

    def plant(rules: Rules) -> Rules:
        def step(call: Call, record: Record, given: Body, *rest: Any, **named: Any) -> Body:  # noqa: ANN401 - the step's own
            body = rules.updated(call, record, given, *rest, **named)
            return change(rules, call, record, given, body) if record.ref.resource == resource.name else body

        return replace(rules, updated=step)

    return plant


def _update(
    change: Callable[[Contract, Resource], Callable[[Rules, Call, Record, Body, Body], Body] | None], kind: str, also: tuple[str, ...] = ()
) -> Callable[[Contract], Iterator[Site]]:
    def found(contract: Contract) -> Iterator[Site]:
        for resource, operations in sites.written(contract):
            update = operations.get("update")
            step = change(contract, resource) if update and sites.kept(contract, resource) and "read" in operations else None
            if update is not None and step is not None:
                yield Site(
                    where=update.id,
                    clauses=(f"{update.id}::{resource.name}::{kind}",),
                    plant=updated(resource, step),
                    also=tuple(each.format(update=update.id, name=resource.name) for each in also),
                )
                return

    return found


def _wipes(contract: Contract, resource: Resource) -> Callable[[Rules, Call, Record, Body, Body], Body] | None:
    mutable = sites.kept(contract, resource)
    if len(mutable) < 2 or not resource.update or resource.update.omitted != "kept":  # noqa: PLR2004 - another one must be there to wipe
        return None

    def change(_rules: Rules, _call: Call, _record: Record, given: Body, body: Body) -> Body:
        for name in mutable:
            body = without(body, name) if isinstance(getter(name)(given), Missing) else body
        return body

    return change


def _loses_one(contract: Contract, resource: Resource) -> Callable[[Rules, Call, Record, Body, Body], Body] | None:
    name = sites.kept(contract, resource)[-1]
    return lambda _rules, _call, record, _given, body: _as_before(record, body, name)


def _as_before(record: Record, body: Body, name: str) -> Body:
    old = getter(name)(record.body)
    return without(body, name) if isinstance(old, Missing) else with_value(body, name, old)


def _keeps_if_empty(contract: Contract, resource: Resource) -> Callable[[Rules, Call, Record, Body, Body], Body] | None:
    names = [name for name in sites.kept(contract, resource) if name in set(sites.texts(contract, resource))]

    def change(_rules: Rules, _call: Call, record: Record, given: Body, body: Body) -> Body:
        for name in names:
            body = _as_before(record, body, name) if getter(name)(given) == "" else body
        return body

    return change if names else None


def _merges(contract: Contract, resource: Resource) -> Callable[[Rules, Call, Record, Body, Body], Body] | None:
    create = sites.role(contract, resource, "create")
    media = create.body.json if create and create.body else None
    objects = [
        name for name in sites.kept(contract, resource)
        if media is not None and media.schema is not None
        and any(each.subject == f"/{name}" and each.keyword == "type" and each.value == "object" for each in constraints(media.schema))
    ]  # fmt: skip

    def change(_rules: Rules, _call: Call, record: Record, given: Body, body: Body) -> Body:
        for name in objects:
            old, new = record.body.get(name), given.get(name)
            body = {**body, name: {**old, **new}} if isinstance(old, dict) and isinstance(new, dict) else body
        return body

    return change if objects else None


def _appends(contract: Contract, resource: Resource) -> Callable[[Rules, Call, Record, Body, Body], Body] | None:
    names = [name for name in sites.kept(contract, resource) if name in set(sites.texts(contract, resource))]

    def change(_rules: Rules, _call: Call, record: Record, given: Body, body: Body) -> Body:
        for name in names:
            new = given.get(name)
            body = {**body, name: f"{new} (2)"} if isinstance(new, str) and new and record.body.get(name) == new else body
        return body

    return change if names else None


def _spills(contract: Contract, resource: Resource) -> Callable[[Rules, Call, Record, Body, Body], Body] | None:
    """An update by a condition that is too wide: the next record gets the same values."""
    names = sites.kept(contract, resource)

    def change(_rules: Rules, call: Call, record: Record, given: Body, body: Body) -> Body:
        siblings = [each for each in call.state.all(resource.name, call.scope) if each.owner == record.owner]
        place = next((index for index, each in enumerate(siblings) if each.ref == record.ref), len(siblings))
        for other in siblings[place + 1 : place + 2]:
            values = {name: given[name] for name in names if name in given}
            call.state.put(replace(other, body={**other.body, **values}))
        return body

    return change


def _list_lags(contract: Contract) -> Iterator[Site]:
    for resource, operations in sites.written(contract):
        update = operations.get("update")
        listing = sites.by_id(contract, resource.lists[0]) if resource.lists else None
        fields = sites.kept(contract, resource)
        shown = {each.subject.rpartition("/")[2] for each in sites.answered(listing)} if listing else set()
        if update is None or listing is None or not set(fields) & shown:
            continue

        def plant(rules: Rules, resource: Resource = resource, listing: Operation = listing, fields: tuple[str, ...] = fields) -> Rules:
            first: dict[str, Body] = {}

            def put(state: State, record: Record) -> None:
                if record.ref.resource == resource.name:
                    first.setdefault("/".join((*record.ref.scope, *record.ref.key)), record.body)
                rules.put(state, record)

            def item_shown(call: Call, body: Body) -> Body:
                key = "/".join((*call.scope, *(str(body.get(name)) for name in resource.identity)))
                for name in fields if key in first else ():
                    old = first[key].get(name)
                    body = without(body, name) if old is None else {**body, name: old}
                return rules.item_shown(call, body)

            return replace(rules, put=put, item_shown=of(listing, item_shown, rules.item_shown))

        yield Site(
            where=listing.id,
            clauses=(f"{listing.id}::{resource.name}::update-listed",),
            plant=plant,
            also=(f"{listing.id}::{resource.name}::agrees-with-read",),
        )
        return


def _deleted(plant_for: Callable[[Contract, Resource], Plant], *clauses: str, also: tuple[str, ...] = ()) -> Callable[[Contract], Iterator[Site]]:
    def found(contract: Contract) -> Iterator[Site]:
        for resource, operations in sites.written(contract):
            delete = operations.get("delete")
            if delete is None or (any("freed" in each for each in clauses) and not resource.unique):
                continue
            words = {"delete": delete.id, "name": resource.name, "lists": resource.lists[0] if resource.lists else "-"}
            words |= {name: operations[name].id if name in operations else "-" for name in ("read", "update", "create")}
            yield Site(
                where=delete.id,
                clauses=tuple(each.format(**words) for each in clauses),
                also=tuple(each.format(**words) for each in also),
                plant=plant_for(contract, resource),
            )
            return

    return found


def _still_readable(_contract: Contract, resource: Resource) -> Plant:
    def plant(rules: Rules) -> Rules:
        gone: dict[tuple[object, ...], Record] = {}

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone[record.ref] = record
            rules.remove(state, record)

        def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
            return rules.find(state, name, scope, key) or gone.get((name, scope, key))

        return replace(rules, remove=remove, find=find)

    return plant


def _still_listed(_contract: Contract, resource: Resource) -> Plant:
    def plant(rules: Rules) -> Rules:
        gone: list[Record] = []

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone.append(record)
            rules.remove(state, record)

        def everything(state: State, name: str, scope: tuple[str, ...]) -> list[Record]:
            found = rules.all(state, name, scope)
            return [*found, *(each for each in gone if each.ref.scope == scope)] if name == resource.name else found

        return replace(rules, remove=remove, all=everything)

    return plant


def _takes_neighbour(_contract: Contract, resource: Resource) -> Plant:
    def plant(rules: Rules) -> Rules:
        def remove(state: State, record: Record) -> None:
            found = state.all(record.ref.resource, record.ref.scope)
            place = found.index(record) if record in found else -1
            siblings = [each for each in found if each.owner == record.owner]
            mine = siblings.index(record) if record in siblings else -1
            rules.remove(state, record)
            if record.ref.resource == resource.name and place >= 0 and 0 <= mine < len(siblings) - 1:
                rules.remove(state, siblings[mine + 1])

        return replace(rules, remove=remove)

    return plant


def _takes_former(_contract: Contract, resource: Resource) -> Plant:
    """A delete by a range that begins one too early."""

    def plant(rules: Rules) -> Rules:
        def remove(state: State, record: Record) -> None:
            siblings = [each for each in state.all(record.ref.resource, record.ref.scope) if each.owner == record.owner]
            mine = siblings.index(record) if record in siblings else -1
            rules.remove(state, record)
            if record.ref.resource == resource.name and mine > 0:
                rules.remove(state, siblings[mine - 1])

        return replace(rules, remove=remove)

    return plant


def _takes_namesakes(*, owned: bool) -> Callable[[Contract], Iterator[Site]]:
    """A delete by name alone, without the place or the owner that the name is unique in."""

    def found(contract: Contract) -> Iterator[Site]:
        names = {below.name for _, below in sites.owned(contract)}
        for resource, operations in sites.written(contract):
            rule = next((each for each in resource.unique if each.within), None)
            if rule is None or "delete" not in operations or (resource.name in names) is not owned:
                continue

            def plant(rules: Rules, resource: Resource = resource, fields: tuple[str, ...] = rule.fields) -> Rules:
                def remove(state: State, record: Record) -> None:
                    rules.remove(state, record)
                    values = [getter(name)(record.body) for name in fields]
                    if record.ref.resource != resource.name or any(isinstance(value, Missing) for value in values):
                        return
                    for each in state.all(resource.name, record.ref.scope):
                        if [getter(name)(each.body) for name in fields] == values:
                            rules.remove(state, each)

                return replace(rules, remove=remove)

            delete = operations["delete"].id
            yield Site(where=delete, clauses=(f"{delete}::{resource.name}::others-kept",), plant=plant)
            return

    return found


def _name_taken(_contract: Contract, resource: Resource) -> Plant:
    """What is deleted is only marked so: its names stay taken."""

    def plant(rules: Rules) -> Rules:
        gone: list[Record] = []

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone.append(record)
            rules.remove(state, record)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            record = rules.draft(state, name, scope, fields, now)
            for each in gone if name == resource.name else ():
                state.put(each)
                try:
                    rules.draft(state, name, scope, fields, now)
                finally:
                    state.remove(each)
            return record

        return replace(rules, remove=remove, draft=draft)

    return plant


def _toggles(contract: Contract, resource: Resource) -> Plant:
    """A delete turns a mark over, so that the second one brings back what the first one took."""
    delete = sites.role(contract, resource, "delete")
    if delete is None:
        raise LookupError

    def plant(rules: Rules) -> Rules:
        gone: dict[tuple[object, ...], Record] = {}

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone[record.ref] = record
            rules.remove(state, record)

        def serve(call: Call, go: Callable[[Call], Response]) -> Response:
            response = go(call)
            if response.status == HTTPStatus.NOT_FOUND:
                for ref, record in list(gone.items()):
                    if all(str(each) in call.request.target for each in record.ref.key):
                        call.state.put(gone.pop(ref))
            return response

        return instead(contract, delete, serve)(replace(rules, remove=remove))

    return plant


def _orphans(contract: Contract) -> Iterator[Site]:
    for owner, owned in sites.owned(contract):
        delete = sites.role(contract, owner, "delete")
        read = sites.role(contract, owned, "read")
        if delete is None or read is None:
            continue

        def plant(rules: Rules, owner: Resource = owner, owned: Resource = owned) -> Rules:
            def remove(state: State, record: Record) -> None:
                below = state.all(owned.name, record.ref.scope) if record.ref.resource == owner.name else []
                left = [each for each in below if each.owner == record.ref]
                rules.remove(state, record)
                for each in left:
                    state.put(replace(each, owner=None))

            return replace(rules, remove=remove)

        yield Site(where=delete.id, clauses=(f"{delete.id}::{owned.name}::owned-deleted",), plant=plant)
        return


def _id_reused(contract: Contract) -> Iterator[Site]:
    for resource, operations in sites.written(contract):
        create = operations["create"]
        fields = [each.field for each in resource.assigned if each.format and each.field in resource.identity]
        if "delete" not in operations or len(fields) != 1 or len(resource.identity) != 1:
            continue

        def plant(rules: Rules, resource: Resource = resource, field: str = fields[0]) -> Rules:
            free: list[JSON] = []

            def remove(state: State, record: Record) -> None:
                rules.remove(state, record)
                if record.ref.resource == resource.name:
                    free.append(record.body[field])

            def draft(state: State, name: str, scope: tuple[str, ...], given: Body, now: float) -> Record:
                record = rules.draft(state, name, scope, given, now)
                if name == resource.name and free:
                    value = free.pop()
                    record = state.record(name, scope, {**record.body, field: value})
                return record

            return replace(rules, remove=remove, draft=draft)

        yield Site(
            where=create.id,
            clauses=(f"{create.id}::{fields[0]}::not-reused",),
            plant=plant,
            also=(
                f"*::{resource.name}::deleted-*",
                f"*::{resource.name}::idempotent",
                f"*::{resource.name}::owned-deleted",
                "*::owned-deleted",
                "*::deleted-unknown",
            ),
        )
        return


def _same_id(contract: Contract) -> Iterator[Site]:
    """The id is made of the name's length, so that two of one kind can get the same."""
    for resource, operations in sites.written(contract):
        create = operations["create"]
        fields = [each.field for each in resource.assigned if each.format and each.field in resource.identity]
        if len(fields) != 1 or len(resource.identity) != 1:
            continue

        def plant(rules: Rules, resource: Resource = resource, field: str = fields[0]) -> Rules:
            made: list[JSON] = []

            def draft(state: State, name: str, scope: tuple[str, ...], given: Body, now: float) -> Record:
                record = rules.draft(state, name, scope, given, now)
                if name == resource.name:
                    made.append(record.body[field])
                    odd = any(isinstance(each, str) and not each.isascii() for each in given.values())
                    record = state.record(name, scope, {**record.body, field: made[-2]}) if odd and len(made) > 1 else record
                    made[-1] = record.body[field]
                return record

            return replace(rules, draft=draft)

        yield Site(
            where=create.id,
            clauses=(f"{create.id}::{fields[0]}::distinct",),
            plant=plant,
            also=("*::filter*", "*::total-*", "*::unnamed-kept", "*::update-*", "*::created-listed"),
        )
        return


def _list_differs(contract: Contract) -> Iterator[Site]:
    for resource, listing in sites.lists(contract):
        read = sites.role(contract, resource, "read")
        collection = listing.promises.collection
        if read is None or collection is None:
            continue
        prefix = f"{collection.items}/*/"
        known = {each.subject.removeprefix("/") for each in sites.answered(read) if each.keyword == "type" and each.value == "string"}
        limited = {each.subject for each in sites.answered(listing) if each.keyword in {"format", "enum", "pattern", "minLength", "const"}}
        fields = [
            each.subject.removeprefix(prefix) for each in sites.answered(listing)
            if each.keyword == "type" and each.value == "string" and each.subject.startswith(prefix) and each.subject not in limited
        ]  # fmt: skip
        unique = {name for rule in resource.unique for name in (*rule.fields, *rule.within)}
        filtered = {each.field for each in listing.promises.filters}
        fields = [each for each in fields if "/" not in each and each in known and each not in resource.identity and each not in unique | filtered]
        fields = fields or [each for each in known if each not in resource.identity and f"{prefix}{each}" not in limited and each not in unique][:1]
        if not fields:
            continue
        field = fields[-1]

        def plant(rules: Rules, listing: Operation = listing, field: str = field) -> Rules:
            def item_shown(call: Call, body: Body) -> Body:
                value = body.get(field)
                return rules.item_shown(call, {**body, field: value[:-1]} if isinstance(value, str) and len(value) > 1 else body)

            return replace(rules, item_shown=of(listing, item_shown, rules.item_shown))

        yield Site(
            where=f"{listing.id}, {field}",
            clauses=(f"{listing.id}::{resource.name}::agrees-with-read",),
            plant=plant,
            also=(f"{listing.id}::{resource.name}::update-listed", f"{listing.id}::query.{field}::*", f"{listing.id}::filters::*"),
        )
        return


LIFECYCLE: Final = (
    Kind(name="create-drops-field", sentence="a create forgets a field", sites=_text_changed(lambda _text: MISSING)),
    Kind(
        name="create-loses-other-scripts",
        sentence="a create keeps no character beyond ASCII",
        sites=_text_changed(lambda text: text.encode("ascii", "replace").decode()),
    ),
    Kind(name="create-trims-text", sentence="a create takes the blanks around a text away", sites=_text_changed(lambda text: text.strip())),
    Kind(name="create-drops-empty-text", sentence="a create takes an empty text for no text", sites=_text_changed(lambda text: text or MISSING)),
    Kind(name="create-cuts-text", sentence=f"a create keeps the first {_LONG} characters of a text", sites=_text_changed(lambda text: text[:_LONG])),
    Kind(name="create-loses-nested-field", sentence="a create forgets a member deep inside an object", sites=_nested_field),
    Kind(name="create-not-listed", sentence="the latest one created is not in the list until another one is", sites=_not_listed),
    Kind(name="created-unreadable-if-not-ascii", sentence="what was created with a text beyond ASCII can't be read", sites=_unreadable),
    Kind(name="create-repeats-id", sentence="a create with a text beyond ASCII answers the id of the one before", sites=_same_id),
    Kind(name="update-wipes-other-fields", sentence="an update clears the fields that it doesn't name", sites=_update(_wipes, "unnamed-kept")),
    Kind(
        name="update-loses-last-field",
        sentence="an update leaves one of the fields that it names",
        sites=_update(_loses_one, "update-read-back", also=("{update}::*::largest-accepted",)),
    ),
    Kind(
        name="update-ignores-empty-text",
        sentence="an update leaves a field that it sets to the empty text",
        sites=_update(_keeps_if_empty, "update-read-back"),
    ),
    Kind(name="update-merges-object", sentence="an update adds to an object instead of replacing it", sites=_update(_merges, "update-read-back")),
    Kind(
        name="update-appends-when-repeated",
        sentence="the same update a second time changes the text once more",
        sites=_update(_appends, "idempotent", also=("{update}::{name}::unnamed-kept",)),
    ),
    Kind(name="update-spills-over", sentence="an update changes the next one too", sites=_update(_spills, "update-others-kept")),
    Kind(name="list-shows-old-values", sentence="a list shows the values that something was created with", sites=_list_lags),
    Kind(name="list-cuts-text", sentence="a list shows a text without its last character", sites=_list_differs),
    Kind(
        name="deleted-still-readable",
        sentence="what was deleted can still be read",
        sites=_deleted(_still_readable, "*::{name}::deleted-unknown", also=("{delete}::{name}::idempotent", "{delete}::*::owned-deleted")),
    ),
    Kind(
        name="deleted-still-listed",
        sentence="what was deleted is still listed",
        sites=_deleted(_still_listed, "*::{name}::deleted-unlisted", also=("*::{name}::agrees-with-read", "{delete}::{name}::idempotent")),
    ),
    Kind(
        name="delete-takes-neighbour",
        sentence="a delete takes the next one along",
        sites=_deleted(_takes_neighbour, "{delete}::{name}::others-kept", also=("{delete}::*::owned-deleted",)),
    ),
    Kind(
        name="delete-takes-former",
        sentence="a delete takes the one before along",
        sites=_deleted(_takes_former, "{delete}::{name}::others-kept", also=("{delete}::*::owned-deleted",)),
    ),
    Kind(name="delete-takes-namesakes", sentence="a delete takes those of the same name in another place along", sites=_takes_namesakes(owned=False)),
    Kind(
        name="delete-takes-namesakes-of-others",
        sentence="a delete takes those of the same name that another one owns along",
        sites=_takes_namesakes(owned=True),
    ),
    Kind(
        name="deleted-name-stays-taken",
        sentence="the name of what was deleted can't be used again",
        sites=_deleted(_name_taken, "{delete}::*::freed"),
    ),
    Kind(
        name="second-delete-brings-back",
        sentence="a second delete brings back what the first one took",
        sites=_deleted(
            _toggles, "{delete}::{name}::idempotent", also=("{delete}::{name}::deleted-unknown", "{delete}::*::owned-deleted", "{delete}::*::freed")
        ),
    ),
    Kind(name="delete-leaves-what-is-owned", sentence="a delete leaves what the deleted one owned", sites=_orphans),
    Kind(name="deleted-id-given-again", sentence="a create gets the id of what was deleted", sites=_id_reused),
)
