"""A small contract that makes every kind of promise, and what a check said about an exchange of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.verdict import Outcome, Verdict

TOY = """
openapi: 3.1.0
info: {title: Toys, version: "1"}
security: [{bearer: []}]
x-contract:
  errors:
    schema: "#/components/schemas/Error"
    fields: {code: /Code}
    status:
      x-source: {kind: documented, inferred: [forbidden]}
      invalid: 400
      unauthenticated: 401
      forbidden: 403
      unknown: 404
paths:
  /toys:
    get:
      operationId: ListToys
      parameters:
        - {name: Size, in: query, schema: {type: integer, format: int32, minimum: 1, maximum: 50, x-source: {inferred: [maximum]}}}
        - {name: Kind, in: query, required: true, schema: {type: string, enum: [car, doll]}}
        - name: Name
          in: query
          schema: {type: string, pattern: "^[a-z]+$"}
          x-contract: {refusal: {status: 422, code: Bad.Name, x-source: {kind: documented, inferred: [status]}}}
      responses:
        "200":
          description: toys
          headers:
            X-Total: {required: true, schema: {type: integer, minimum: 0}}
            X-Tags: {schema: {type: array, items: {type: string, maxLength: 3}}, x-source: sdk}
          content: {application/json: {schema: {$ref: "#/components/schemas/Toys"}}}
        "400": {$ref: "#/components/responses/Error"}
        "401": {$ref: "#/components/responses/Error"}
        "403": {$ref: "#/components/responses/Error"}
        "503": {$ref: "#/components/responses/Error"}
    post:
      operationId: CreateToy
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Toy"}}}}
      x-contract: {permission: write}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Toy"}}}}
        "400": {$ref: "#/components/responses/Error"}
        "401": {$ref: "#/components/responses/Error"}
        "405": {$ref: "#/components/responses/Error"}
  /toys/{Id}:
    get:
      operationId: GetToy
      x-source: inferred
      parameters: [{name: Id, in: path, required: true, schema: {type: string, minLength: 2}}]
      responses:
        "200": {description: a toy, content: {application/json: {schema: {$ref: "#/components/schemas/Toy"}}}}
        "400": {$ref: "#/components/responses/Error"}
        "404": {$ref: "#/components/responses/Error"}
  /ping:
    get:
      operationId: Ping
      security: []
      responses: {"200": {description: pong}}
  /peek:
    get:
      operationId: Peek
      security: [{}, {bearer: []}]
      responses: {default: {description: anything, content: {"text/*": {}, application/json: {schema: {type: object}}}}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  responses:
    Error:
      description: refused
      content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}
  schemas:
    Error:
      type: object
      x-source: inferred
      required: [Code]
      properties: {Code: {type: string}, Message: {type: string}}
    Toys:
      type: object
      required: [Items]
      properties:
        Items: {type: array, items: {$ref: "#/components/schemas/Toy"}}
        Note: {type: [string, "null"], maxLength: 5}
    Toy:
      type: object
      required: [Name]
      properties:
        Name: {type: string, minLength: 1}
        Weight: {type: number, minimum: 0, x-source: sdk}
        Made: {type: string, format: date-time}
        Labels: {type: object, additionalProperties: {type: string}}
        Parts: {type: array, items: {$ref: "#/components/schemas/Toy"}}
"""


def read(text: str) -> Contract:
    """Read an inline document."""
    return read_contract(Library().read(text.encode(), "toy.yaml"))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a check said, by clause."""

    verdicts: tuple[Verdict, ...]
    by_clause: dict[str, Verdict] = field(default_factory=dict)

    def outcome(self, clause: str) -> str:
        """The outcome for a clause; `silent` if the check said nothing."""
        return str(self.by_clause[clause].outcome) if clause in self.by_clause else "silent"

    @property
    def failed(self) -> set[str]:
        """Clauses that failed."""
        return {each.clause for each in self.verdicts if each.outcome is Outcome.FAILED}

    @property
    def passed(self) -> set[str]:
        """Clauses that passed."""
        return {each.clause for each in self.verdicts if each.outcome is Outcome.PASSED}

    @property
    def problem(self) -> str:
        """The problem of the only failed verdict."""
        (only,) = (each for each in self.verdicts if each.outcome is Outcome.FAILED)
        return only.problem


Ask = Callable[..., Asked]
