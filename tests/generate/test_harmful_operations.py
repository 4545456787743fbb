"""Which operations harm what a run did not make, by name and by shape."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Body, MediaType, Operation, Parameter, ResponseSpec
from contract_suite.contract.schemas.schema import Schema
from contract_suite.generate.harmful_operations import (
    CALLS_OUT,
    CHANGES_SHARED,
    DELETES_COLLECTION,
    DELETES_MANY,
    ENDS_ACCESS,
    STOPS,
    WIPES,
    harm,
    only_asks,
    thing_paths,
)
from contract_suite.model.location import Location

HERE = Location(file="a.yaml", line=1, pointer="")


def schema(raw: dict[str, Any]) -> Schema:
    """A schema of its own."""
    return Schema(Library().read(json.dumps(raw).encode(), "schema.json"))


def operation(name: str, summary: str = "", parameter: str = "") -> Operation:
    """An operation from its method, path and id."""
    method, path, *rest = name.split()
    kind = schema({"type": "string"})
    given = (Parameter(name=parameter, where="query", required=True, schema=kind, location=HERE),) if parameter else ()
    return Operation(
        id=rest[0] if rest else name, method=method, path=path, location=HERE, summary=summary, parameters=given
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("POST /__admin/shutdown", STOPS),
        ("POST /system/restart", STOPS),
        ("POST /tools shutDownServer", STOPS),
        ("PUT /maintenance", STOPS),
        ("GET /admin/reboot", STOPS),
        ("POST /recordings/stop stopRecording", STOPS),
        ("POST /__flush__", WIPES),
        ("POST /__admin/reset resetAll", WIPES),
        ("POST /cache/clear", WIPES),
        ("DELETE /messages purgeMessages", WIPES),
        ("GET /api/v2/auth/logout", ENDS_ACCESS),
        ("POST /auth/sign-out", ENDS_ACCESS),
        ("POST /auth/log_out", ENDS_ACCESS),
        ("POST /tokens/revoke", ENDS_ACCESS),
        ("PUT /me/password", ENDS_ACCESS),
        ("POST /auth/reset/password-email", ENDS_ACCESS),
        ("POST /key/regenerate", ENDS_ACCESS),
        ("POST /flows/bulk_delete", DELETES_MANY),
        ("POST /contacts/bulk-delete bulkDelete", DELETES_MANY),
        ("PATCH /items/batch batchUpdate", DELETES_MANY),
        ("POST /key/delete", ENDS_ACCESS),
        ("POST /rows/delete deleteRows", DELETES_COLLECTION),
        ("DELETE /buckets delete_buckets", DELETES_COLLECTION),
        ("DELETE /assets/{id}/state-store", DELETES_COLLECTION),
        ("PUT /settings", CHANGES_SHARED),
        ("PATCH /config", CHANGES_SHARED),
        ("POST /webhooks/test", CALLS_OUT),
        ("POST /email/send", CALLS_OUT),
    ],
)
def test_harm_is_told_by_name_and_shape(name: str, why: str) -> None:
    assert harm(operation(name), (), ()) == why


def test_a_fetched_address_is_told_by_its_name_beside_the_verb() -> None:
    assert harm(operation("POST /import", parameter="source_url"), (), ()) == CALLS_OUT
    assert harm(operation("POST /import", parameter="dry_run"), (), ()) == ""


@pytest.mark.parametrize(
    ("name", "statuses", "asks"),
    [
        ("POST /databases/{id}/query queryDatabase", ("200", "404"), True),
        ("POST /users/.search", ("200",), True),
        ("POST /v1/items:lookup", ("200",), True),
        ("POST /price_estimate", ("200",), True),
        ("GET /users/search", ("200",), False),
        ("POST /searches", ("201",), False),
        ("POST /users/search", ("200", "202"), False),
        ("POST /bookings/{id}/check-in", ("200",), False),
        ("POST /users/query deleteUsersByQuery", ("200",), False),
        ("POST /users", ("200",), False),
    ],
)
def test_a_post_may_only_ask(name: str, statuses: tuple[str, ...], *, asks: bool) -> None:
    """The pages of a database that nobody can make were never looked at, as a query of them is a POST."""
    answers = tuple(ResponseSpec(status=each, description="", media_types=(), location=HERE) for each in statuses)
    assert only_asks(replace(operation(name), responses=answers)) is asks


def test_a_summary_tells_too() -> None:
    assert harm(operation("POST /ops/7 op7", summary="Shut down the server"), (), ()) == STOPS


@pytest.mark.parametrize(
    "name",
    [
        "GET /things",
        "POST /things createThing",
        "POST /search",
        "POST /login",
        "GET /logouts",
        "GET /restart-policies getRestartPolicies",
        "GET /password/policy getPasswordPolicy",
        "POST /tokens createToken",
        "GET /settings/reset-history",
        "PUT /things/{id} replaceThing",
        "POST /orders createOrder",
        "POST /keywords addKeyword",
        "GET /webhooks/test-results",
    ],
)
def test_the_ordinary_is_sent(name: str) -> None:
    assert harm(operation(name), (), ()) == ""


def test_what_acts_on_a_thing_that_the_run_can_make_is_sent() -> None:
    for name in ("POST /kernels/{id}/restart", "DELETE /kernels/{id}/logs", "POST /kernels/{id}/keys/revoke"):
        assert harm(operation(name), (), ())
        assert harm(operation(name), (), {"kernels/{}"}) == ""


def test_a_body_of_ids_is_told_by_its_shape() -> None:
    media = MediaType(name="application/json", schema=schema({"type": "array", "items": {"type": "string"}}))
    body = Body(required=True, media_types=(media,), location=HERE)
    many = Operation(id="x", method="PATCH", path="/a/{b}/c", location=HERE, body=body)
    assert harm(many, (), ()) == DELETES_MANY


def test_things_are_addressed_by_templates() -> None:
    assert thing_paths("/a/{b}/c/{d}:run/e") == ("/a/{b}", "/a/{b}/c/{d}:run")
