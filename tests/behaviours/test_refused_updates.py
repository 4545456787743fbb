"""An update that is refused, since another one has the name, changes nothing else that it names."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged


def plots(*, signs_alone: bool = False) -> dict[str, Any]:
    """Plots with a sign of their own, which an update may change together with the crop, or by itself."""
    text = {"type": "string", "minLength": 1, "maxLength": 60}
    told = {"sign": {**text, "description": "Must be unique."}, "crop": text, "notes": text}
    plot = {
        "type": "object",
        "required": ["id", "sign", "crop"],
        "properties": {"id": {"type": "integer", "readOnly": True}, **told},
    }
    changed = {"sign": told["sign"]} if signs_alone else told
    change = {"type": "object", "minProperties": 1, "properties": changed}
    error = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}

    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        refused = {"description": "refused", "content": {"application/json": {"schema": error}}}
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        return {status: {"description": "done", **media}, **dict.fromkeys(("400", "404", "409"), refused)}

    def body(schema: dict[str, Any]) -> dict[str, Any]:
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    one = [{"name": "plotId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return {
        "openapi": "3.1.0",
        "info": {"title": "plots", "version": "1"},
        "paths": {
            "/plots": {
                "get": {"operationId": "plots", "responses": answers({"type": "array", "items": plot})},
                "post": {"operationId": "layOutPlot", "requestBody": body(plot), "responses": answers(plot, "201")},
            },
            "/plots/{plotId}": {
                "parameters": one,
                "get": {"operationId": "plot", "responses": answers(plot)},
                "patch": {"operationId": "changePlot", "requestBody": body(change), "responses": answers(plot)},
                "put": {"operationId": "replacePlot", "requestBody": body(plot), "responses": answers(plot)},
                "delete": {"operationId": "dropPlot", "responses": answers(None, "204")},
            },
        },
    }


class Garden:
    """Refuses a sign that another plot has; a method that is `hasty` has changed the rest by then, or the sign itself."""

    def __init__(self, *, hasty: str, sign_too: bool) -> None:
        self.hasty, self.sign_too = hasty, sign_too
        self.plots: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["plots"]:
            return (200, [*self.plots.values()]) if method == "GET" else self.laid_out(body)
        plot = self.plots.get(parts[1]) if len(parts) == 2 else None
        if plot is None:
            return 404, {"error": "no such plot"}
        if method == "DELETE":
            del self.plots[parts[1]]
            return 204, None
        if method == "PUT" and not (isinstance(body, dict) and {"sign", "crop"} <= body.keys()):
            return 400, {"error": "body"}
        return self.changed(plot, body, method) if method in {"PATCH", "PUT"} else (200, plot)

    def laid_out(self, body: Any) -> Answer:
        if not isinstance(body, dict) or not {"sign", "crop"} <= body.keys() or self.is_bad(body):
            return 400, {"error": "body"}
        if self.is_taken(body["sign"], None):
            return 409, {"error": "another plot has this sign"}
        made = {"id": next(self.numbers), **self.known(body)}
        self.plots[str(made["id"])] = made
        return 201, made

    def changed(self, plot: dict[str, Any], body: Any, method: str) -> Answer:
        if not isinstance(body, dict) or self.is_bad(body):
            return 400, {"error": "body"}
        if self.hasty == method and not self.sign_too:
            plot |= {name: value for name, value in self.known(body).items() if name != "sign"}
        if "sign" in body and self.is_taken(body["sign"], plot):
            if self.hasty == method and self.sign_too:
                plot["sign"] = body["sign"]
            return 409, {"error": "another plot has this sign"}
        plot |= self.known(body)
        return 200, plot

    def is_taken(self, sign: str, own: dict[str, Any] | None) -> bool:
        return any(each["sign"] == sign and each is not own for each in self.plots.values())

    def known(self, body: dict[str, Any]) -> dict[str, Any]:
        return {name: body[name] for name in ("sign", "crop", "notes") if name in body}

    def is_bad(self, body: dict[str, Any]) -> bool:
        told = self.known(body)
        return not told or any(not isinstance(each, str) or not 1 <= len(each) <= 60 for each in told.values())


@pytest.mark.longer
@pytest.mark.parametrize(
    ("hasty", "clause"),
    [
        ("", ""),
        ("PATCH", "changePlot::conflict::refused-without-effect"),
        ("PUT", "replacePlot::conflict::refused-without-effect"),
    ],
)
@pytest.mark.parametrize("sign_too", [False, True])
def test_what_changes_although_the_name_is_taken_is_found(
    tmp_path: Path, hasty: str, clause: str, *, sign_too: bool
) -> None:
    """A PUT beside a PATCH was never tried, nor whether the name itself had changed where it was all that could."""
    document = plots() if not sign_too else plots(signs_alone=True)
    found_there = {each for _, each, _ in found(judged(document, Garden(hasty=hasty, sign_too=sign_too), tmp_path))}
    assert {each for each in found_there if "conflict" in each} == {clause} - {""}
