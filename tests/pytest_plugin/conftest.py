"""A small contract, an app that keeps or breaks it, and sessions of pytest with the plugin loaded once, installed or not."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

# pytester forgets what a session in this process has imported, and libraries written in C can't be imported twice.
import contract_suite.cli.run
import contract_suite.pytest_plugin.caller
import contract_suite.pytest_plugin.mocking
import contract_suite.pytest_plugin.nodes
import contract_suite.pytest_plugin.server_fixture
import contract_suite.report.catalogue
import contract_suite.runner.recorded  # noqa: F401 - all of them for what they import

Run = Callable[..., pytest.RunResult]

SHOP = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: "https://shop.test/v1"}]
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  schemas:
    Item:
      type: object
      required: [id, name]
      properties:
        id: {type: string, minLength: 1}
        name: {type: string, minLength: 1}
        colour: {type: string, enum: [red, green]}
        weight: {type: integer, minimum: 0, x-source: {inferred: [minimum]}}
    NewItem:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1}
        colour: {type: string, enum: [red, green]}
    Error: {type: object, required: [message], properties: {message: {type: string}}}
  responses:
    Error: {description: refused, content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
security: [{bearer: []}]
x-contract:
  resources:
    Item:
      identity: [id]
      create: {operation: AddItem}
      read: {operation: GetItem}
      lists: [ListItems]
      assigned: {id: {format: "item-{random}"}}
  errors: {schema: "#/components/schemas/Error", fields: {message: /message}, status: {invalid: 400, unauthenticated: 401, unknown: 404}}
paths:
  /items:
    get:
      operationId: ListItems
      parameters:
        - {name: size, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 10}}
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1, x-source: {inferred: [minimum]}}}
      x-contract: {collection: {items: /items, total: /total, page: {number: page, size: size}}}
      responses:
        "200":
          description: items
          content:
            application/json:
              schema:
                type: object
                required: [items, total]
                properties: {items: {type: array, items: {$ref: "#/components/schemas/Item"}}, total: {type: integer}}
        "400": {$ref: "#/components/responses/Error"}
        "401": {$ref: "#/components/responses/Error"}
    post:
      operationId: AddItem
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/NewItem"}}}}
      responses:
        "200": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
        "400": {$ref: "#/components/responses/Error"}
        "401": {$ref: "#/components/responses/Error"}
  /items/{id}:
    get:
      operationId: GetItem
      parameters: [{name: id, in: path, required: true, schema: {type: string, minLength: 1}}]
      responses:
        "200": {description: an item, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
        "400": {$ref: "#/components/responses/Error"}
        "401": {$ref: "#/components/responses/Error"}
        "404": {$ref: "#/components/responses/Error"}
"""

APP = """\
import json
from dataclasses import replace

from contract_suite.contract.family import load
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.server import MockServer


class Shop(MockServer):
    def handle(self, request):
        response = super().handle(request)
        content = json.loads(response.body)
        for item in content.get("items", [content] if "id" in content else []):
            item.update(DEFECT)
        body = json.dumps(content).encode()
        headers = tuple((name, value) for name, value in response.headers if name.lower() != "content-length")
        return replace(response, body=body, headers=(*headers, ("Content-Length", str(len(body)))))


def app_with(defect):
    global DEFECT
    DEFECT = defect
    return MockApp(Shop(replace(load("shop.yaml"), servers=())))
"""


_OTHERS = ("schemathesis", "hypothesispytest", "anyio", "respx")
"""Plugins that come with our dependencies and take seconds to load."""


def loaded() -> list[str]:
    """Arguments that load the plugin, if it isn't installed, and none that a test doesn't need."""
    installed = any(entry_points(group="pytest11", name="contract-suite"))
    own = [] if installed else ["-p", "contract_suite.pytest_plugin.plugin"]
    return [*own, *(word for name in _OTHERS for word in ("-p", f"no:{name}"))]


@pytest.fixture(autouse=True)
def _found_by_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes find the package in a checkout."""
    root = str(Path(__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep))


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with the contract of a shop and apps that keep it (`right`) or break it (`wrong`, and `odd` where only an advisory is due)."""
    pytester.makefile(".yaml", shop=SHOP)
    pytester.makepyfile(apps=APP)
    for name, defect in (("right", {}), ("wrong", {"colour": "blue"}), ("odd", {"weight": -1})):
        pytester.makepyfile(**{name: f"from apps import app_with\n\napp = app_with({defect!r})\n"})
    return pytester


@pytest.fixture
def session(shop: pytest.Pytester) -> Run:
    """Run pytest beside the shop's contract, in this process."""
    return lambda *arguments: shop.runpytest_inprocess("--contract-fuzz-time=0", *loaded(), *arguments)


@pytest.fixture
def process(shop: pytest.Pytester) -> Run:
    """Run pytest beside the shop's contract, in a process of its own."""
    return lambda *arguments: shop.runpytest_subprocess("--contract-fuzz-time=0", *loaded(), *arguments, timeout=50)
