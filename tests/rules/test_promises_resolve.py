"""The rule `promises-resolve`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.promises_resolve import RULE
from tests.rules.documents import GET, LIST, POST, RESOURCE, Case, assert_bites, drop, found_by, put

CASES: dict[str, Case] = {
    "a-read-names-no-operation": (put(RESOURCE, "read", "GetThings"), "did you mean 'GetThing'"),
    "a-read-writes": (put(RESOURCE, "read", "CreateThing"), "is a POST"),
    "a-list-has-no-collection": (put(RESOURCE, "lists", ["GetThing"]), "has no collection"),
    "an-identity-is-no-field": (put(RESOURCE, "identity", ["Idd"]), "'Idd'"),
    "a-scope-is-no-parameter": (put(RESOURCE, "scope", ["Project"]), "'Project'"),
    "an-owned-resource-is-unknown": (put(RESOURCE, "owns", ["Part"]), "'Part'"),
    "an-inherited-field-is-not-shown": (put(RESOURCE, "inherits", ["Colour"]), "'Colour'"),
    "an-assigned-field-is-not-shown": (put(RESOURCE, "assigned", {"Made": {"time": "created"}}), "'Made'"),
    "a-unique-field-is-not-shown": (put(RESOURCE + "/unique/0", "within", ["Project"]), "'Project'"),
    "an-invariant-is-about-no-field": (put(RESOURCE + "/invariants/0", "below", "/Boot/dir"), "'/Boot/dir'"),
    "a-mutable-field-is-not-taken": (put(RESOURCE + "/update", "mutable", ["Size"]), "'Size'"),
    "the-envelope-has-no-schema": (
        put("/x-contract/errors", "schema", "#/components/schemas/Eror"),
        "leads to no schema",
    ),
    "the-envelope-lacks-a-field": (put("/x-contract/errors", "fields", {"code": "/code"}), "/code"),
    "a-total-is-not-shown": (put(LIST + "/x-contract/collection", "total", "/Totals"), "/Totals"),
    "items-are-no-array": (put(LIST + "/x-contract/collection", "items", "/Total"), "is no array"),
    "a-page-size-is-no-parameter": (put(LIST + "/x-contract/collection/page", "size", "Sizes"), "did you mean 'Size'"),
    "a-sort-key-is-no-parameter": (put(LIST + "/x-contract/order", "by", "sorted"), "did you mean 'sort'"),
    "a-sort-key-has-no-field": (put(LIST + "/x-contract/order", "keys", {"name": "Nom"}), "'Nom'"),
    "a-collation-of-no-key": (
        put(LIST + "/x-contract/order", "collation", {"Nom": "binary"}),
        "order.collation: 'Nom'",
    ),
    "ties-of-no-key": (put(LIST + "/x-contract/order", "ties", {"Nom": "Name"}), "order.ties: 'Nom'"),
    "ties-by-no-field": (
        put(LIST + "/x-contract/order", "ties", {"name": "-Nom"}),
        "order.ties: the items have no field 'Nom'",
    ),
    "nulls-of-no-key": (put(LIST + "/x-contract/order", "nulls", {"Nom": "last"}), "order.nulls: 'Nom'"),
    "a-default-key-is-not-listed": (put(LIST + "/x-contract/order", "default", {"by": "age"}), "'age'"),
    "a-filter-is-no-parameter": (
        put(LIST + "/x-contract", "filters", {"Nam": {"field": "Name"}}),
        "did you mean 'Name'",
    ),
    "a-filter-has-no-field": (put(LIST + "/x-contract", "filters", {"Name": {"field": "/Nom"}}), "'/Nom'"),
    "an-echo-is-not-shown": (put(LIST + "/x-contract", "echo", {"Page": "/Seite"}), "/Seite"),
    "a-fresh-value-is-not-shown": (put(GET + "/x-contract", "fresh", ["/Req"]), "/Req"),
    "a-repeated-status-is-not-shown": (put(GET + "/x-contract", "repeats_status", "/Http"), "/Http"),
    "a-success-is-not-shown": (put(GET + "/x-contract/success", "empty", ["/Cod"]), "/Cod"),
    "a-bound-parameter-is-unknown": (put(GET + "/x-contract", "bind", {"Idd": "Id"}), "'Idd'"),
    "a-bound-field-is-not-shown": (put(GET + "/x-contract", "bind", {"Id": "Idd"}), "'Idd'"),
    "a-permission-has-no-403": (drop(POST + "/responses", "403"), "no 403"),
    "a-refusal-is-not-documented": (put("/paths/~1things~1{Id}/parameters/0/x-contract/refusal", "status", 422), "422"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_an_operation_that_can_not_be_read(tmp_path: Path) -> None:
    assert (
        found_by(
            RULE,
            tmp_path,
            put(LIST + "/responses", "404", {"$ref": "#/components/responses/Gone"}),
            put(LIST + "/x-contract", "fresh", ["/Nothing"]),
        )
        == []
    )
