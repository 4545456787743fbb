"""What gives away the states of a thing and the actions between them."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.model.json import JSON
from tests.inference.reading import (
    at,
    said,
)
from tests.inference.widgets import body, document


def _moves(plain: Any, texts: dict[str, str], *, colon: bool = False, refusals: tuple[str, ...] = ("409",)) -> None:
    """Give widgets a status and actions with these descriptions, each below a widget or behind it (`/{id}:ship`)."""
    at(plain, "components", "schemas", "Widget", "properties")["status"] = {
        "type": "string",
        "enum": ["NEW", "IN_TRANSIT", "DELIVERED", "LOST"],
        "readOnly": True,
    }
    reason = {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string", "maxLength": 90}}}
    for verb, text in texts.items():
        plain["paths"][f"/widgets/{{widget_id}}{':' if colon else '/'}{verb}"] = {
            "parameters": plain["paths"]["/widgets/{widget_id}"]["parameters"],
            "post": {
                "operationId": f"{verb}Widget",
                "description": text,
                "requestBody": {"required": True, "content": {"application/json": {"schema": reason}}},
                "responses": {"200": body("Widget"), **{status: body("Error") for status in refusals}},
            },
        }


MOVES = {"ship": "`NEW` to `IN_TRANSIT`.", "lose": "`NEW` or `IN_TRANSIT` to `LOST`; the reason is kept."}


STEPS: JSON = {
    "shipWidget": {"from": ["NEW"], "to": "IN_TRANSIT"},
    "loseWidget": {"from": ["NEW", "IN_TRANSIT"], "to": "LOST"},
}


@pytest.mark.parametrize("colon", [False, True])
@pytest.mark.parametrize("refused", ["409", "400"])
def test_states_are_told_by_the_steps_that_actions_take(refused: str, colon: bool) -> None:
    plain = document()
    texts = {verb: f"{text} Any other state is refused ({refused})." for verb, text in MOVES.items()}
    _moves(plain, texts, colon=colon, refusals=(refused,))
    found = said(plain, "states")
    assert found["::resources/Widget/states"] == {"field": "status", "initial": "NEW", "actions": STEPS}
    assert found.get("shipWidget::bind") == ({"widget_id": "id"})


@pytest.mark.parametrize(
    "drawing",
    [
        "`NEW` -ship-> `IN_TRANSIT`; `NEW` or `IN_TRANSIT` -lose-> `LOST`.",
        "NEW --(ship)--> IN_TRANSIT\nNEW, IN_TRANSIT --(lose)--> LOST",
        "NEW →(ship)→ IN_TRANSIT. NEW/IN_TRANSIT =lose=> LOST",
    ],
)
def test_states_are_told_by_arrows_in_the_description_of_the_document(drawing: str) -> None:
    plain = document()
    _moves(plain, dict.fromkeys(MOVES, ""))
    plain["info"]["description"] = f"Widgets travel. {drawing}"
    wanted = {"field": "status", "initial": "NEW", "actions": STEPS}
    assert said(plain, "states")["::resources/Widget/states"] == wanted


@pytest.mark.parametrize(
    ("texts", "drawing", "refused"),
    [
        (MOVES, "", "400"),  # nobody says what happens elsewhere
        (
            dict.fromkeys(MOVES, "Does it."),
            "NEW -> IN_TRANSIT -> LOST",
            "409",
        ),  # the usual way, perhaps not the only one
        (dict.fromkeys(MOVES, "Does it."), "NEW -> IN_TRANSIT, LOST. Any other step is refused.", "409"),
        ({"ship": "`NEW` to `IN_TRANSIT`, or `IN_TRANSIT` to `DELIVERED`."}, "", "409"),
        ({"ship": "Can't go from `NEW` to `IN_TRANSIT` any more."}, "", "409"),
    ],
)
def test_no_states_are_told_by_steps_that_leave_it_open(texts: dict[str, str], drawing: str, refused: str) -> None:
    plain = document()
    _moves(plain, texts, refusals=(refused,))
    plain["info"]["description"] = drawing
    assert "::resources/Widget/states" not in said(plain, "states")
