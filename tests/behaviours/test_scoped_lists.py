"""A list that nobody may ask for without saying whose things it shows."""

from __future__ import annotations

import json
from typing import Any

from contract_suite.behaviours.resources import creation
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from tests.behaviours.driving import drive

JSON_OF = "application/json"
TASK: dict[str, Any] = {
    "type": "object",
    "required": ["project_id", "title"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "project_id": {"type": "integer", "minimum": 1, "maximum": 900},
        "title": {"type": "string"},
    },
}
ONE = {"description": "A task.", "content": {JSON_OF: {"schema": TASK}}}
MANY = {"description": "Tasks.", "content": {JSON_OF: {"schema": {"type": "array", "items": TASK}}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Tasks", "version": "1"},
    "x-contract": {
        "resources": {
            "Task": {
                "identity": ["id"],
                "create": {"operation": "addTask"},
                "read": {"operation": "getTask"},
                "lists": ["listTasks"],
                "assigned": {"id": {"format": "{random}"}},
            }
        },
        "errors": {"status": {"unknown": 404}},
    },
    "paths": {
        "/tasks": {
            "get": {
                "operationId": "listTasks",
                "parameters": [
                    {"name": "project", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1}}
                ],
                "responses": {"200": MANY},
                "x-contract": {"collection": {"items": ""}, "filters": {"project": {"field": "project_id"}}},
            },
            "post": {
                "operationId": "addTask",
                "requestBody": {"required": True, "content": {JSON_OF: {"schema": TASK}}},
                "responses": {"201": ONE},
            },
        },
        "/tasks/{id}": {
            "get": {
                "operationId": "getTask",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": ONE, "404": {"description": "There is none."}},
            }
        },
    },
}


def test_what_was_made_is_looked_for_in_the_list_that_it_was_made_for() -> None:
    """A task of project 10 was missed in the list of project 1, which the run had asked for before."""
    contract = read_contract(Library().read(json.dumps(DOCUMENT).encode(), "tasks.json"))
    driven = drive(contract, (creation.BEHAVIOUR,))
    assert driven.failed() == set()
    assert "listTasks::Task::created-listed" in driven.passed()
