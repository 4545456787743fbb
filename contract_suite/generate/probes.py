"""Probes: requests that no argument can make.

Wrong keys or none, methods that a path doesn't declare, bodies that are no bodies, ids that nothing has.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.operation import Body, Contract, Operation, SecurityScheme, essence, is_json
from contract_suite.contract.paths.routing import route
from contract_suite.contract.requests import build
from contract_suite.contract.styles import escaped
from contract_suite.generate.fresh_values import freshened
from contract_suite.generate.proof import judge
from contract_suite.generate.templates import Fresh, renew
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Identity, Pairs, Request
from contract_suite.model.json import Arguments, Raw

_METHODS = ("PATCH", "POST", "PUT", "DELETE", "GET")
_ANYTHING = (("Accept", "*/*"),)
_GARBAGE = "not-a-key-0000000000"
_UNUSED_ID = 987_654_321
"""A number that hardly anything has for its id, and that 32 bits hold."""


def probes(
    contract: Contract, operation: Operation, template: Arguments, *, fresh: Fresh | None = None
) -> Iterator[Case]:
    """All probes of one operation on an accepted template.

    Those with methods come with the first operation of each path only.
    """
    yield from keys(contract, operation, template, fresh=fresh)
    yield from malformed(contract, operation, template, fresh=fresh)
    yield from methods(contract, operation, template)
    if fresh is not None and not contract.sourced:
        yield from strangers(operation, template, fresh)


def strangers(operation: Operation, template: Arguments, fresh: Fresh) -> Iterator[Case]:
    """Name in a path what nothing is called, one parameter after the other: what is said of it is held to the document.

    A number may be that of something, so only reads name one. PUT might make what it names.
    """
    for parameter in operation.parameters if operation.method != "PUT" else ():
        subject, known = parameter.subject, template.get(parameter.subject)
        if parameter.where != "path" or known is None:
            continue
        arguments: Arguments = template
        if isinstance(known, str):
            arguments = freshened(operation, template, subject, str(fresh(parameter.name)))
        elif operation.safe and parameter.schema.is_valid(_UNUSED_ID):
            arguments = {**template, subject: _UNUSED_ID}
        if arguments.get(subject) != known:
            note = f"{parameter.name}: an id that nothing has"
            yield _case(operation, build(operation, arguments), Intent.UNKNOWN, "", note, arguments)
            if operation.safe:  # as curl and most clients ask: many servers answer with a page or a text then
                anything = build(operation, arguments, headers=_ANYTHING)
                yield _case(operation, anything, Intent.UNKNOWN, "", f"{note}, in whatever form", arguments)


def keys(
    contract: Contract, operation: Operation, template: Arguments, *, fresh: Fresh | None = None
) -> Iterator[Case]:
    """Come without a key, with an empty, a garbled, a revoked or a read-only one, and by a wrong scheme."""
    schemes = [scheme for alternative in operation.security for scheme in alternative]
    if not schemes:
        return
    ways: list[tuple[str, Identity, Pairs, str]] = []
    if operation.needs_key:
        ways.append((clause_ids.MISSING, Identity.NOBODY, (), "without a key"))
        ways += [(kind, Identity.NOBODY, fields, note) for kind, fields, note in _wrong(schemes[0])]
        ways.append((clause_ids.REVOKED, Identity.REVOKED, (), "with a revoked key"))
        if schemes[0].type == "http" and schemes[0].scheme.lower() == "bearer":
            ways.append((clause_ids.WRONG_SCHEME, Identity.OTHER_SCHEME, (), "with a good key under another scheme"))
    else:
        ways.append((clause_ids.OPTIONAL, Identity.NOBODY, (), "without a key, which is allowed"))
    if operation.promises.permission is not None:
        ways.append(
            (
                clause_ids.READONLY,
                Identity.READONLY,
                (),
                f"with a key that lacks the permission {operation.promises.permission.name!r}",
            )
        )
    for kind, identity, fields, note in ways:
        arguments = dict(renew(contract, operation, template, fresh))
        scheme = schemes[0]
        if fields and scheme.type == "apiKey" and scheme.where == "query":
            arguments[f"query.{scheme.name}"] = fields[0][1]
            fields = ()  # noqa: PLW2901 - the credential stands in the query instead
        yield _case(
            operation,
            build(operation, arguments, identity=identity, headers=fields),
            Intent.POSITIVE if kind == clause_ids.OPTIONAL else Intent.NEGATIVE,
            clause_ids.auth(operation.id, kind),
            note,
            arguments,
        )


def malformed(
    contract: Contract, operation: Operation, template: Arguments, *, fresh: Fresh | None = None
) -> Iterator[Case]:
    """Send text that is no JSON, another content type, nothing at all, and JSON of the wrong shape."""
    body = operation.body
    if body is None:
        return
    arguments = renew(contract, operation, template, fresh)
    names = {media.name for media in body.media_types}
    bodies: list[tuple[str, Arguments, Pairs, str]] = []
    if body.json is not None:
        bodies += [
            (clause_ids.SYNTAX, {**arguments, "body": Raw(text)}, (), note)
            for text, note in (
                ('{"a":', "JSON that ends too early"),
                ("{a: b}", "text that only looks like JSON"),
                ("not json", "plain words instead of JSON"),
                ("\x00", "a zero byte instead of JSON"),
                ("[" * 2000, "brackets that are never closed"),
            )
        ]
    if "text/plain" not in names and not any("*" in name for name in names):
        plain = (("Content-Type", "text/plain"),)
        bodies.append(
            (clause_ids.MEDIA_TYPE, {**arguments, "body": Raw("plain words")}, plain, "plain words as text/plain")
        )
    if any(is_json(name) for name in names) and not any("xml" in name or "*" in name for name in names):
        xml = (("Content-Type", "application/xml"),)
        bodies.append((clause_ids.MEDIA_TYPE, {**arguments, "body": Raw("<a/>")}, xml, "XML"))
    without = {key: value for key, value in arguments.items() if key != "body"}
    if body.required and not _may_be_empty(body):
        bodies.append(("required", without, (), "no body"))
        bodies.append(("required", {**without, "body": Raw("")}, (), "an empty body"))
    for keyword, sent, fields, note in bodies:
        request = build(operation, sent, headers=fields)
        intent, _ = judge(contract, operation, request)
        if intent is not Intent.POSITIVE:
            target_clause = (
                clause_ids.enforced(operation.id, clause_ids.BODY, keyword) if intent is Intent.NEGATIVE else ""
            )
            yield _case(operation, request, intent, target_clause, note, sent)


def _may_be_empty(body: Body) -> bool:
    """Whether no bytes at all are a good body: an empty file, an empty text."""
    names = [essence(media.name) for media in body.media_types]
    return any(not is_json(name) and not name.endswith(("xml", "form-urlencoded", "form-data")) for name in names)


def methods(contract: Contract, operation: Operation, template: Arguments) -> Iterator[Case]:
    """Use methods that the path doesn't declare; only for the first operation of a path.

    They carry what every operation of the path requires, such as the header that names a tenant: a right server may look
    at that before it looks at the method.
    """
    here = [each for each in contract.operations if each.path == operation.path]
    if here[0].id != operation.id:
        return
    everywhere = {
        parameter.subject
        for parameter in operation.parameters
        if all((own := each.parameter(parameter.subject)) is not None and own.required for each in here)
    }
    built = build(
        operation, {key: value for key, value in template.items() if key in everywhere or key.startswith("path.")}
    )
    target = built.target
    _, _, allowed = route(contract, operation.method, target)
    for method in _METHODS:
        found, _, _ = route(contract, method, target)
        if found is None and method not in allowed:
            request = Request(method=method, target=target, headers=built.headers)
            yield _case(
                operation,
                request,
                Intent.NEGATIVE,
                clause_ids.method_refused(operation.id, method),
                f"{method}, which is not declared here",
                {},
            )


def _wrong(scheme: SecurityScheme) -> Iterator[tuple[str, Pairs, str]]:
    """Wrong credentials for a scheme."""
    if scheme.type == "apiKey":
        name = scheme.name
        if scheme.where == "cookie":
            yield clause_ids.EMPTY, (("Cookie", f"{escaped(name)}="),), "with an empty key"
            yield clause_ids.GARBAGE, (("Cookie", f"{escaped(name)}={_GARBAGE}"),), "with a key that nobody has"
            return
        yield clause_ids.EMPTY, ((name, ""),), "with an empty key"
        yield clause_ids.GARBAGE, ((name, _GARBAGE),), "with a key that nobody has"
        return
    if scheme.type == "http" and scheme.scheme.lower() == "basic":
        yield clause_ids.EMPTY, (("Authorization", "Basic "),), "with an empty credential"
        yield clause_ids.WRONG_SCHEME, (("Authorization", f"Bearer {_GARBAGE}"),), "by the wrong scheme"
        yield clause_ids.GARBAGE, (("Authorization", "Basic bm9ib2R5Ondyb25n"),), "with a password that nobody has"
        return
    yield clause_ids.EMPTY, (("Authorization", "Bearer "),), "with an empty key"
    yield clause_ids.WRONG_SCHEME, (("Authorization", "Basic bm9ib2R5Ondyb25n"),), "by the wrong scheme"
    yield clause_ids.GARBAGE, (("Authorization", f"Bearer {_GARBAGE}"),), "with a key that nobody has"


def _case(  # noqa: PLR0917 - a case has that many parts
    operation: Operation, request: Request, intent: Intent, target_clause: str, note: str, arguments: Arguments
) -> Case:
    return Case(
        operation=operation.id,
        request=request,
        intent=intent,
        stage=Stage.PROBES,
        target_clause=target_clause,
        note=note,
        arguments=arguments,
    )
