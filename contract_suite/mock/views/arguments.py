"""What the arguments of a call say of a thing: its identity, and the fields that they set."""

from __future__ import annotations

from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.fields import pointer
from contract_suite.mock.values.names import Names
from contract_suite.mock.views.addresses import Addresses
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, escape


def argument(arguments: Arguments, subject: str) -> JSON | Missing:
    """Return what an argument or a member of one (`body/Name`, `query.page/size`) is, or `MISSING`."""
    owner, _, member = subject.partition("/")
    return arguments.get(subject, at(arguments.get(owner), f"/{member}") if member else MISSING)


def has_default(schema: Schema) -> bool:
    """Whether a schema itself names a default, which may be null."""
    return isinstance(schema.root, dict) and "default" in schema.root


def sources_of(operation: Operation, name: str, resource: Resource | None) -> tuple[str, ...]:
    """Where the arguments hold an identity field: bound or of its name, the path before the query before the body."""
    last = name.rpartition("/")[2]
    bind = operation.promises.bind
    parameters = sorted(operation.parameters, key=lambda each: ("path", "query", "header", "cookie").index(each.where))
    exact = [each.subject for each in parameters if bind.get(each.name, each.name) in {name, last}]
    alike = [each.subject for each in parameters if each.name.lower() == last.lower()]
    taken = resource.scope if resource else ()
    only = [each.subject for each in parameters if each.where == "path" and each.name not in taken]
    in_body = [f"body/{escape(member)}" for member, target in bind.items() if target == name]
    guess = only if len(only) == 1 and resource is not None and len(resource.identity) == 1 else []
    in_body += [f"body{resource.representation}{pointer(name)}"] if resource is not None else []
    return tuple(dict.fromkeys((*exact, *alike, *guess, *in_body, f"body{pointer(name)}")))


def fields_of(
    operation: Operation, resource: Resource | None, names: Names, addresses: Addresses, inside: str
) -> tuple[tuple[str, str], ...]:
    """Which field each member of the request body, and each parameter that is no container, sets."""
    if resource is None:
        return ()
    bind = operation.promises.bind
    known = {
        pointer(each).split("/")[1]
        for each in (
            *resource.identity,
            *(name for unique in resource.unique for name in (*unique.fields, *unique.within)),
        )
    }
    found = [
        (each.subject, bind.get(each.name, each.name))
        for each in operation.parameters
        if (each.name not in resource.scope or each.name in bind)
        and not (each.where == "path" and addresses.reaches_by_path(resource))
    ]
    found = [(subject, target) for subject, target in found if target in known or subject.partition(".")[2] in bind]
    own = (name for name in names.declared if name not in names.read_only)
    return (*found, *((f"body{inside}/{escape(name)}", bind.get(name, name)) for name in own))
