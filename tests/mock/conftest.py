"""Contracts for the tests of the mock: the families, and small documents written in other styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from contract_suite.contract.document import Library
from contract_suite.contract.family import families
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from tests.contracts import load

LIBRARY = """
openapi: 3.1.0
info: {title: Library, version: "1"}
servers: [{url: "https://library.example/v1"}]
security: [{key: []}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Book:
      type: object
      required: [meta, title]
      properties:
        meta:
          type: object
          required: [id]
          properties:
            id: {type: integer, minimum: 1}
            made: {type: integer}
            changed: {type: integer}
            rank: {type: [integer, "null"]}
        title: {type: string, minLength: 1, maxLength: 20}
        shelf: {type: [string, "null"]}
        pages: {type: integer}
        tags: {type: array, items: {type: string}}
    Loan:
      type: object
      required: [book, number]
      properties: {book: {type: integer}, number: {type: integer}, to: {type: string}, title: {type: string}}
    Problem:
      type: object
      required: [error, trace]
      additionalProperties: false
      properties:
        error:
          type: object
          required: [kind, text]
          properties: {kind: {type: string, pattern: "^[a-z_]+$"}, text: {type: string}}
        trace: {type: string}
        http: {type: integer}
  responses:
    Bad: {description: bad, content: {application/json: {schema: {$ref: "#/components/schemas/Problem"}}}}
x-contract:
  resources:
    Book:
      identity: [/meta/id]
      scope: [branch]
      create: {operation: addBook}
      read: {operation: readBook}
      lists: [listBooks]
      update: {operation: changeBook, mutable: [title, /meta/rank], omitted: reset}
      delete: {operation: dropBook}
      assigned:
        /meta/id: {format: "{random}"}
        /meta/made: {time: created}
        /meta/changed: {time: modified}
        shelf: {value: new}
      unique: [{fields: [title]}]
      owns: [Loan]
    Loan:
      identity: [book, number]
      scope: [branch]
      inherits: [title]
      create: {operation: lend}
      lists: [listLoans]
      delete: {operation: giveBack}
  errors:
    schema: "#/components/schemas/Problem"
    fields: {status: /http, code: /error/kind, message: /error/text, request_id: /trace}
    status: {invalid: 422, unauthenticated: 401, forbidden: 403, unknown: 404, duplicate: 409, too_many: 429}
    codes: {invalid: bad_input, unknown: not_here, duplicate: taken, unauthenticated: who, forbidden: no, too_many: slow_down}
paths:
  /{branch}/books:
    parameters: [{name: branch, in: path, required: true, schema: {type: string}}]
    post:
      operationId: addBook
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [title]
              properties:
                title: {type: string, minLength: 1, maxLength: 20}
                pages: {type: integer, default: 100}
                shelf: {type: string}
                tags: {type: array, items: {type: string}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}
        "401": {$ref: "#/components/responses/Bad"}
        "403": {$ref: "#/components/responses/Bad"}
        "409": {$ref: "#/components/responses/Bad"}
        "422": {$ref: "#/components/responses/Bad"}
        "429": {$ref: "#/components/responses/Bad"}
      x-contract: {permission: write, rate: {requests: 3, seconds: 2, per: user}}
    get:
      operationId: listBooks
      parameters:
        - {name: skip, in: query, schema: {type: integer, minimum: 0, default: 0}}
        - {name: take, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 3}}
        - {name: by, in: query, schema: {type: string, default: made}}
        - {name: way, in: query, schema: {type: string, enum: [asc, desc]}}
        - {name: q, in: query, schema: {type: string}}
        - {name: pages, in: query, schema: {type: integer}}
      responses:
        "200":
          description: books
          content:
            application/json:
              schema:
                type: object
                required: [found, data, request]
                properties:
                  found: {type: object, required: [all], properties: {all: {type: integer}, here: {type: integer}}}
                  data: {type: array, items: {$ref: "#/components/schemas/Book"}}
                  applied: {type: object, properties: {by: {type: string}, way: {type: string}, take: {type: integer}}}
                  request: {type: string}
                  status: {type: integer}
        "401": {$ref: "#/components/responses/Bad"}
        "404": {$ref: "#/components/responses/Bad"}
        "422": {$ref: "#/components/responses/Bad"}
      x-contract:
        collection: {items: /data, total: /found/all, count: /found/here, page: {offset: skip, limit: take}}
        order:
          by: by
          direction: way
          keys: {title: title, pages: pages, rank: /meta/rank, made: /meta/made}
          default: {by: made, direction: desc}
          unknown: default
        filters:
          q: {field: title, match: contains, case: ignored, prefix: "title:", bare: searched}
          pages: {field: pages, match: equals}
        echo: {by: /applied/by, way: /applied/way, take: /applied/take}
        fresh: [/request]
        repeats_status: /status
  /{branch}/books/{bookId}:
    parameters:
      - {name: branch, in: path, required: true, schema: {type: string}}
      - {name: bookId, in: path, required: true, schema: {type: integer}}
    get:
      operationId: readBook
      responses:
        "200": {description: book, content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}
        "404": {$ref: "#/components/responses/Bad"}
        "422": {$ref: "#/components/responses/Bad"}
    put:
      operationId: changeBook
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {title: {type: string, maxLength: 20}, meta: {type: object}, pages: {type: integer}}}
      responses:
        "200": {description: book, content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}
        "404": {$ref: "#/components/responses/Bad"}
        "409": {$ref: "#/components/responses/Bad"}
        "422": {$ref: "#/components/responses/Bad"}
    delete:
      operationId: dropBook
      responses:
        "204": {description: gone}
        "404": {$ref: "#/components/responses/Bad"}
  /{branch}/books/{book}/loans:
    parameters:
      - {name: branch, in: path, required: true, schema: {type: string}}
      - {name: book, in: path, required: true, schema: {type: integer}}
    post:
      operationId: lend
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [number], properties: {number: {type: integer}, to: {type: string}}}
      responses:
        "201": {description: lent, content: {application/json: {schema: {$ref: "#/components/schemas/Loan"}}}}
        "404": {$ref: "#/components/responses/Bad"}
        "409": {$ref: "#/components/responses/Bad"}
        "422": {$ref: "#/components/responses/Bad"}
    get:
      operationId: listLoans
      responses:
        "200":
          description: loans
          content:
            application/json:
              schema:
                type: array
                items: {$ref: "#/components/schemas/Loan"}
        "404": {$ref: "#/components/responses/Bad"}
  /{branch}/books/{book}/loans/{number}:
    delete:
      operationId: giveBack
      parameters:
        - {name: branch, in: path, required: true, schema: {type: string}}
        - {name: book, in: path, required: true, schema: {type: integer}}
        - {name: number, in: path, required: true, schema: {type: integer}}
      responses: {"204": {description: back}, "404": {$ref: "#/components/responses/Bad"}}
"""

SHELVES = """
containers: [{branch: north}, {branch: empty}]
groups:
  - resource: Book
    scope: {branch: north}
    count: 7
    vary: {title: suffix, /meta/made: 1000, pages: 7}
    records:
      - {meta: {id: 1, made: 5000, changed: 5000, rank: 2}, title: Emma, shelf: A, pages: 9, tags: [a, b]}
      - {meta: {id: 2, made: 4000, changed: 4000, rank: null}, title: emmanuelle, shelf: null, pages: 100}
      - {meta: {id: 3, made: 6000, changed: 6000}, title: Überfahrt, pages: 10}
  - resource: Loan
    scope: {branch: north}
    count: 2
    records:
      - {book: 1, number: 1, to: Ann}
      - {book: 2, number: 1}
"""

PLAIN = """
openapi: 3.0.3
info: {title: Plain, version: "1"}
paths:
  /things:
    get:
      parameters: [{name: size, in: query, schema: {type: integer, minimum: 1}}]
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: array, items: {type: string}}, example: [one, two]}}
        "422":
          description: refused
          content: {application/json: {schema: {type: object, required: [detail], properties: {detail: {type: string, maxLength: 200}}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, nullable: true}}}}}
      responses:
        "201":
          description: made
          headers: {X-Id: {required: true, schema: {type: string, format: uuid}}}
          content:
            application/json:
              schema:
                type: object
                required: [id, when, code, size, kind, list]
                properties:
                  id: {type: string, format: uuid}
                  when: {type: string, format: date-time}
                  code: {type: string, pattern: "^[A-Z]{2}-[0-9]{3}$"}
                  size: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 1}
                  kind: {oneOf: [{type: integer, minimum: 5}, {type: string, enum: [x]}]}
                  list: {type: array, minItems: 2, uniqueItems: true, items: {type: integer}}
                  other: {type: string}
  /things/{id}:
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: gone}}
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: text, content: {text/plain: {schema: {type: string}, example: hello}}}}
"""


NOTES = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
servers: [{url: "https://notes.example/v1"}]
x-contract:
  resources:
    Note:
      identity: [id]
      create: {operation: CreateNote}
      read: {operation: GetNote}
      lists: [ListNotes]
      assigned:
        id: {format: "n-{random}"}
        created: {time: created}
      unique:
        - {fields: [title], absent: distinct}
  errors:
    schema: "#/components/schemas/Error"
    fields: {message: /message}
    status: {invalid: 400, unknown: 404, duplicate: 409}
paths:
  /notes:
    post:
      operationId: CreateNote
      summary: Makes a note.
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/NewNote"}}}
      responses:
        "201": {description: The note., content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
        "400": {$ref: "#/components/responses/Refused"}
        "409": {$ref: "#/components/responses/Refused"}
    get:
      operationId: ListNotes
      summary: Lists notes.
      parameters:
        - {name: page, in: query, description: "Which page, from 1.", schema: {type: integer, minimum: 1, default: 1}}
        - {name: size, in: query, description: How many on a page., schema: {type: integer, minimum: 1, maximum: 50, default: 10}}
        - {name: title, in: query, description: The title that a note must have., schema: {type: string}}
      responses:
        "200":
          description: Notes.
          content:
            application/json:
              schema:
                type: object
                required: [total, notes]
                properties:
                  total: {type: integer, description: How many there are.}
                  notes: {type: array, description: The page., items: {$ref: "#/components/schemas/Note"}}
        "400": {$ref: "#/components/responses/Refused"}
      x-contract:
        collection: {items: /notes, total: /total, page: {number: page, size: size}}
        filters: {title: {field: title, match: equals}}
  /notes/{id}:
    get:
      operationId: GetNote
      summary: Shows a note.
      parameters: [{name: id, in: path, required: true, description: Its id., schema: {type: string}}]
      responses:
        "200": {description: The note., content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
        "404": {$ref: "#/components/responses/Refused"}
components:
  schemas:
    NewNote:
      type: object
      required: [title]
      additionalProperties: false
      properties:
        title: {type: string, minLength: 1, maxLength: 80, description: What it is called.}
        text: {type: string, description: What it says.}
    Note:
      type: object
      required: [id, title, created]
      properties:
        id: {type: string, description: Its id.}
        title: {type: string, minLength: 1, maxLength: 80, description: What it is called.}
        text: {type: string, description: What it says.}
        created: {type: string, format: date-time, description: When it was made.}
    Error:
      type: object
      required: [message]
      properties: {message: {type: string, description: Why.}}
  responses:
    Refused: {description: Why not., content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
"""
"""A small strict document: a closed schema for creates, and no update or delete."""


def contract_of(text: str, seed: str = "", **extra: Any) -> Contract:
    return read_contract(
        Library().read(text.encode(), "document.yaml"), seed=yaml.safe_load(seed) if seed else None, **extra
    )


@pytest.fixture(scope="session")
def read_text() -> Callable[..., Contract]:
    return contract_of


@pytest.fixture(scope="session")
def library() -> Contract:
    return contract_of(LIBRARY, SHELVES)


@pytest.fixture(scope="session")
def unseeded_library() -> Contract:
    return contract_of(LIBRARY)


@pytest.fixture(scope="session")
def plain() -> Contract:
    return contract_of(PLAIN)


@pytest.fixture(scope="session")
def notes() -> Contract:
    return contract_of(NOTES)


@pytest.fixture(scope="session", params=families())
def family(request: pytest.FixtureRequest) -> Contract:
    return load(str(request.param))


@pytest.fixture(scope="session", params=[name for name in families() if load(name).seed])
def seeded_family(request: pytest.FixtureRequest) -> Contract:
    return load(str(request.param))
