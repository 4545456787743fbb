"""`x-contract` read from nodes into the values of `vocabulary.py`. A malformed promise is a located `DocumentError`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from contract_suite.contract.document import Node
from contract_suite.contract.provenance import provenance
from contract_suite.contract.vocabulary import (
    Action,
    Assigned,
    Bound,
    Collection,
    Echo,
    Errors,
    Filter,
    Flag,
    Fresh,
    Idempotency,
    Invariant,
    Order,
    Page,
    Permission,
    Price,
    Promise,
    Promises,
    Rate,
    Refusal,
    RepeatsStatus,
    Resource,
    ResponseBytes,
    Role,
    States,
    Success,
    Tier,
    Unique,
)
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.model.source import Source

KEY: Final = "x-contract"
_RESERVED: Final = {"location", "source", "sources", "quote", "field_sources"}
_P = TypeVar("_P", bound=Promise)


def read_resources(root: Node) -> tuple[Resource, ...]:
    """Read the resources at the root of a document."""
    block = _block(root)
    listed = block.get("resources") if block else None
    return tuple(_resource(name, node.resolve()) for name, node in listed.items()) if listed else ()


def read_errors(root: Node) -> Errors | None:
    """Read the shape of refusals at the root of a document."""
    block = _block(root)
    node = block.get("errors") if block else None
    if node is None:
        return None
    fields_block = node.get("fields")
    said = provenance(fields_block) if fields_block else None
    named = fields_block.value if fields_block and isinstance(fields_block.value, dict) else {}
    given = {role: said.of(role) for role in named if said and (said.kind or role in said.keywords)}
    return _promise(Errors, node, field_sources=given)


def read_refusal(node: Node) -> Refusal | None:
    """Read how a parameter's bad values are refused."""
    block = _block(node)
    refusal = block.get("refusal") if block else None
    return _promise(Refusal, refusal) if refusal else None


def read_promises(node: Node) -> Promises:
    """Read `x-contract` of an operation."""
    block = _block(node)
    if block is None:
        return Promises()
    source = provenance(block).kind or Source.DOCUMENTED
    bind = block.get("bind")
    collection = block.get("collection")
    order = block.get("order")
    filters, bounds = block.get("filters"), block.get("bounds")
    echo = block.get("echo")
    fresh = block.get("fresh")
    return Promises(
        bind={name: str(each.value) for name, each in bind.items() if not name.startswith("x-")} if bind else {},
        collection=_collection(collection, source) if collection else None,
        order=_order(order, source) if order else None,
        filters=tuple(_filter(name, each.resolve(), source) for name, each in _members(filters)),
        bounds=tuple(_bound(name, each.resolve(), source) for name, each in _members(bounds)),
        echo=tuple(_echo(name, each, echo, source) for name, each in _members(echo)) if echo else (),
        fresh=tuple(_fresh(each, source) for each in _listed(fresh)),
        repeats_status=_simple(RepeatsStatus, block, "repeats_status", "pointer", source),
        success=_promise(Success, success, source) if (success := block.get("success")) else None,
        idempotency=_promise(Idempotency, keyed, source) if (keyed := block.get("idempotency")) else None,
        permission=_simple(Permission, block, "permission", "name", source),
        response_bytes=_simple(ResponseBytes, block, "response_bytes", "limit", source),
        rate=_promise(Rate, rate, source) if (rate := block.get("rate")) else None,
        price=_price(price, source) if (price := block.get("price")) else None,
    )


def _block(node: Node) -> Node | None:
    block = node.get(KEY)
    if block is not None and not isinstance(block.value, dict):
        raise DocumentError("x-contract must be an object", block.location)
    return block


def _members(node: Node | None) -> list[tuple[str, Node]]:
    return [(name, each) for name, each in node.items() if not name.startswith("x-")] if node else []


def _listed(node: Node | None) -> list[Node]:
    """The elements of a list; an object `{pointers: [...], x-source: ...}` counts as one list."""
    if node is None:
        return []
    if isinstance(node.value, dict):
        inner = node.get("pointers")
        return list(inner.elements()) if inner else [node]
    return list(node.elements()) if isinstance(node.value, list) else [node]


def _base(node: Node, inherited: Source) -> dict[str, Any]:
    own = provenance(node)
    kind = own.kind or inherited
    return {"location": node.location, "source": kind, "sources": own.keywords, "quote": own.at}


def _promise(kind: type[_P], node: Node, inherited: Source = Source.DOCUMENTED, **given: Any) -> _P:  # noqa: ANN401 - fields of the promise
    """Build a promise from an object whose members have the names of its fields."""
    if not isinstance(node.value, dict):
        raise DocumentError(f"{kind.__name__.lower()} must be an object", node.location)
    known = {each.name for each in fields(kind)} - _RESERVED
    values: dict[str, Any] = dict(given)
    base = _base(node, inherited)
    for name, value in node.value.items():
        if name.startswith("x-") or name in given:
            continue
        if name not in known:
            raise DocumentError(f"{kind.__name__.lower()} knows no {name!r}", node.location_of(name))
        values[name] = _checked(kind, name, value, node)
    try:
        return kind(**base, **values)
    except TypeError as error:
        missing = str(error).rpartition("argument")[2].strip(" s:")
        raise DocumentError(f"{kind.__name__.lower()} lacks {missing}", node.location) from None


def _checked(kind: type[Promise], name: str, value: JSON, node: Node) -> object:
    """Return a member as its field takes it; a value of another type is a located `DocumentError`."""
    hint = _hints(kind)[name]
    origin = get_origin(hint)
    wanted = ""
    if hint is str:
        wanted = "" if isinstance(value, str) else "a string"
    elif hint in {int, float}:
        whole = isinstance(value, int) or (hint is float and isinstance(value, float))
        wanted = "" if whole and not isinstance(value, bool) else "a number"
    elif origin is Literal:
        wanted = "" if value in get_args(hint) else f"one of {', '.join(each for each in get_args(hint) if each)}"
    elif origin is tuple:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        wanted = "a list of strings"
    elif origin is Mapping:
        inner = get_args(hint)[1]
        members = (
            {key: each for key, each in value.items() if not key.startswith("x-")}
            if isinstance(value, dict)
            else {"": None}
        )
        if all(isinstance(each, inner) and not isinstance(each, bool) for each in members.values()):
            return members
        wanted = "an object of strings" if inner is str else "an object of whole numbers"
    if wanted:
        raise DocumentError(f"{name!r} of {kind.__name__.lower()} must be {wanted}", node.location_of(name))
    return value


_HINTS: Final[dict[str, dict[str, Any]]] = {}


def _hints(kind: type[Promise]) -> dict[str, Any]:
    if kind.__name__ not in _HINTS:
        _HINTS[kind.__name__] = get_type_hints(kind)
    return _HINTS[kind.__name__]


def _simple(kind: type[_P], block: Node, key: str, member: str, inherited: Source) -> _P | None:
    """Read a promise that may be written as a bare value or as an object around it."""
    node = block.get(key)
    if node is None:
        return None
    if isinstance(node.value, dict):
        value = next((node.value[name] for name in (member, key, "value") if name in node.value), None)
        if value is None:
            raise DocumentError(f"{key} lacks {member!r}", node.location)
        _checked(kind, member, value, node)
        own: dict[str, Any] = {**_base(node, inherited), member: value}
        return kind(**own)
    _checked(kind, member, node.value, node)
    bare: dict[str, Any] = {"location": block.location_of(key), "source": inherited, member: node.value}
    return kind(**bare)


def _role(resource: Node, key: str, inherited: Source) -> Role | None:
    node = resource.get(key)
    if node is None:
        return None
    if isinstance(node.value, str):
        return Role(location=resource.location_of(key), source=inherited, operation=node.value)
    return _promise(Role, node, inherited)


def _resource(name: str, node: Node) -> Resource:
    if not isinstance(node.value, dict):
        raise DocumentError("a resource must be an object", node.location)
    source = provenance(node).kind or Source.DOCUMENTED
    assigned = node.get("assigned")
    unique = node.get("unique")
    invariants = node.get("invariants")
    return Resource(
        **_base(node, Source.DOCUMENTED),
        name=name,
        identity=_texts(node, "identity"),
        scope=_texts(node, "scope"),
        representation=_text(node, "representation"),
        create=_role(node, "create", source),
        read=_role(node, "read", source),
        update=_role(node, "update", source),
        delete=_role(node, "delete", source),
        lists=_texts(node, "lists") or _texts(node, "list"),
        assigned=tuple(_promise(Assigned, each.resolve(), source, field=field) for field, each in _members(assigned)),
        unique=tuple(_promise(Unique, each, source) for each in _listed(unique)),
        owns=_texts(node, "owns"),
        inherits=_texts(node, "inherits"),
        invariants=tuple(_promise(Invariant, each, source) for each in _listed(invariants)),
        states=_read_states(states, source) if (states := node.get("states")) else None,
        flags=tuple(_flag(field, each.resolve(), source) for field, each in _members(node.get("flags"))),
    )


def _read_states(node: Node, inherited: Source) -> States:
    source = provenance(node).kind or inherited
    actions = tuple(_action(name, each.resolve(), source) for name, each in _members(node.get("actions")))
    return _promise(States, node, inherited, actions=actions)


def _action(name: str, node: Node, inherited: Source) -> Action:
    if not isinstance(node.value, dict):
        raise DocumentError("an action must be an object", node.location)
    to, origins = node.value.get("to", ""), _texts(node, "from")
    if not isinstance(to, str) or not origins:
        raise DocumentError("an action needs 'from', and 'to' must be a text", node.location)
    return Action(**_base(node, inherited), operation=name, origins=origins, to=to)


def _flag(field: str, node: Node, inherited: Source) -> Flag:
    words = node.value if isinstance(node.value, dict) else {}
    operations, values = [words.get(each) for each in ("set", "unset")], words.get("values", [True, False])
    names = [each for each in operations if isinstance(each, str)]
    if len(names) != len(operations):
        raise DocumentError("a flag needs 'set' and 'unset'", node.location)
    made, taken_back = names
    base = _base(node, inherited)
    if values == "time":
        return Flag(**base, field=field, set=made, unset=taken_back, time=True)
    if not isinstance(values, list) or len(values) != len(names) or values[0] == values[1]:
        raise DocumentError("'values' of a flag must be two different values, or 'time'", node.location)
    return Flag(**base, field=field, set=made, unset=taken_back, values=(values[0], values[1]))


def _texts(node: Node, key: str) -> tuple[str, ...]:
    inner = node.get(key)
    if inner is None:
        return ()
    if isinstance(inner.value, dict):
        value = inner.value.get("fields") or inner.value.get("resources") or inner.value.get("operations") or []
    else:
        value = inner.value  # type: ignore[assignment]  # one name or many
    return tuple(str(each) for each in (value if isinstance(value, list) else [value]))


def _text(node: Node, key: str) -> str:
    inner = node.get(key)
    if inner is not None and not isinstance(inner.value, str):
        raise DocumentError(f"{key!r} must be a string", inner.location)
    return str(inner.value) if inner is not None else ""


_OF_COLLECTION: Final = ("items", "total", "count", "more", "last", "pages")


def _collection(node: Node, inherited: Source) -> Collection:
    page = node.get("page")
    raw: dict[str, Any] = dict(node.value) if isinstance(node.value, dict) else {}
    size = raw.get("page")
    given: dict[str, Any] = {}
    if page is not None and isinstance(size, dict):
        own = _base(page, provenance(node).kind or inherited)
        given["page"] = Page(
            **own,
            size=str(size.get("size") or size.get("limit") or ""),
            number=str(size.get("number") or ""),
            offset=str(size.get("offset") or ""),
            cursor=str(size.get("cursor") or ""),
            next=str(size.get("next") or ""),
            before=str(size.get("before") or ""),
            large="lowered" if size.get("large") == "lowered" else "",
        )
    given |= {key: str(raw[key]) for key in _OF_COLLECTION if key in raw}
    unknown = [key for key in raw if key not in {*_OF_COLLECTION, "page"} and not key.startswith("x-")]
    if unknown or "items" not in given:
        raise DocumentError(
            f"collection knows no {unknown[0]!r}" if unknown else "collection lacks 'items'", node.location
        )
    return Collection(
        **_base(node, inherited),
        **given,
    )


def _price(node: Node, inherited: Source) -> Price:
    tiers = node.get("tiers")
    own = provenance(node).kind or inherited
    given = {name: _promise(Tier, each, own) for name, each in _members(tiers)}
    return _promise(Price, node, inherited, tiers=given)


def _order(node: Node, inherited: Source) -> Order:
    if not isinstance(node.value, dict):
        raise DocumentError("order must be an object", node.location)
    raw: Mapping[str, Any] = node.value
    default, keys, suffix, collation, nulls, ties = (
        _object_in(raw, name, node) for name in ("default", "keys", "suffix", "collation", "nulls", "ties")
    )
    return Order(
        **_base(node, inherited),
        by=str(raw.get("by") or ""),
        direction=str(raw.get("direction") or ""),
        sign="minus" if raw.get("sign") == "minus" else "",
        suffix={way: str(suffix[way]) for way in ("asc", "desc") if way in suffix},
        separator=str(raw.get("separator") or ""),
        keys={str(name): str(field) for name, field in keys.items() if not str(name).startswith("x-")},
        default_by=str(default.get("by") or ""),
        default_direction="desc" if default.get("direction") == "desc" else "asc",
        unknown="default" if raw.get("unknown") == "default" else "",
        collation={key: each for key, each in collation.items() if each in {"case-insensitive", "binary"}},
        nulls=_by_direction(nulls),
        ties=_by_direction(ties),
    )


def _by_direction(said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {key: dict(each) if isinstance(each, dict) else {"asc": each, "desc": each} for key, each in said.items()}


def _object_in(raw: Mapping[str, Any], name: str, node: Node) -> dict[str, Any]:
    found = raw.get(name) or {}
    if not isinstance(found, dict):
        raise DocumentError(f"order.{name} must be an object", node.location)
    return {key: each for key, each in found.items() if not str(key).startswith("x-")}


def _filter(name: str, node: Node, inherited: Source) -> Filter:
    found = _promise(Filter, node, inherited, parameter=name)
    if bool(found.field) == bool(found.fields):
        raise DocumentError("a filter needs either 'field' or 'fields'", node.location)
    return found if found.field else replace(found, field=found.fields[0])


def _bound(name: str, node: Node, inherited: Source) -> Bound:
    bound = _promise(Bound, node, inherited, parameter=name)
    if bool(bound.lower) == bool(bound.upper):
        raise DocumentError("a bound needs either 'lower' or 'upper'", node.location)
    return bound


def _echo(name: str, node: Node, owner: Node, inherited: Source) -> Echo:
    own = provenance(owner).kind or inherited
    if isinstance(node.value, dict):
        return Echo(**_base(node, own), parameter=name, pointer=str(node.value.get("pointer") or ""))
    return Echo(
        location=owner.location_of(name),
        source=provenance(owner).keywords.get(name, own),
        parameter=name,
        pointer=str(node.value),
    )


def _fresh(node: Node, inherited: Source) -> Fresh:
    if isinstance(node.value, dict):
        return Fresh(**_base(node, inherited), pointer=str(node.value.get("pointer") or ""))
    return Fresh(location=node.location, source=inherited, pointer=str(node.value))
