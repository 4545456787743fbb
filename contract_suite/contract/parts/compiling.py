"""Operations without the parts whose schemas can't be compiled."""

from __future__ import annotations

from dataclasses import replace

from contract_suite.contract.document import Node
from contract_suite.contract.operation import Body, BrokenPart, MediaType, Operation, Parameter, ResponseSpec
from contract_suite.contract.schemas.schema import Schema
from contract_suite.errors import DocumentError
from contract_suite.model.location import Location


def compiled(operation: Operation) -> Operation:
    """Compile every schema of an operation, and return it without those that can't be.

    An optional parameter is left out; where a value must be sent or may come, it may be anything. What was left out is
    in `broken`.
    """
    compiler = _Compiler()
    parameters = tuple(each for each in map(compiler.parameter, operation.parameters) if each is not None)
    body = compiler.body(operation.body) if operation.body is not None else None
    responses = tuple(map(compiler.response, operation.responses))
    if not compiler.broken:
        return operation
    return replace(
        operation,
        parameters=parameters,
        body=body,
        responses=responses,
        broken=(*operation.broken, *compiler.broken),
    )


class _Compiler:
    def __init__(self) -> None:
        self.broken: list[BrokenPart] = []

    def parameter(self, parameter: Parameter) -> Parameter | None:
        if self._compiles(parameter.schema, parameter.subject, needed=parameter.required):
            return parameter
        node = parameter.schema.node
        accepts_all = True
        anything = Schema(Node(node.library, node.document, accepts_all, node.pointer, node.line))
        return replace(parameter, schema=anything) if parameter.required else None

    def body(self, body: Body) -> Body:
        return replace(body, media_types=self._media_types(body.media_types, "body", needed=body.required))

    def response(self, spec: ResponseSpec) -> ResponseSpec:
        headers = tuple(
            each
            if each.schema is None or self._compiles(each.schema, f"{spec.status}/{each.name}", needed=False)
            else replace(each, schema=None)
            for each in spec.headers
        )
        return replace(
            spec, media_types=self._media_types(spec.media_types, spec.status, needed=False), headers=headers
        )

    def _media_types(self, media_types: tuple[MediaType, ...], subject: str, *, needed: bool) -> tuple[MediaType, ...]:
        return tuple(
            each
            if each.schema is None or self._compiles(each.schema, subject, needed=needed)
            else replace(each, schema=None)
            for each in media_types
        )

    def _compiles(self, schema: Schema, subject: str, *, needed: bool) -> bool:
        try:
            schema.check()
        except DocumentError as error:
            place = error.location if isinstance(error.location, Location) else schema.location
            self.broken.append(BrokenPart(subject=subject, message=error.message, location=place, needed=needed))
            return False
        return True
