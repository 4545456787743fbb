"""`annotate` writes what a document gives away as an overlay, and overlays change documents as their specification says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_suite.cli.entry import execute
from contract_suite.contract.document import Library
from contract_suite.contract.family import load
from contract_suite.contract.overlay import overlaid
from contract_suite.errors import DocumentError
from contract_suite.model.source import Source
from tests.inference.widgets import document, widgets
from tests.runner.small_app import SmallApp


@pytest.fixture
def widgets_file(tmp_path: Path) -> Path:
    path = tmp_path / "widgets.json"
    path.write_text(json.dumps(document(), indent=1), "utf-8")
    return path


@pytest.fixture
def right_app(monkeypatch: pytest.MonkeyPatch) -> SmallApp:
    app = SmallApp(widgets())
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: app)
    return app


def test_without_a_server_everything_is_a_guess_in_a_comment(
    widgets_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["annotate", str(widgets_file)]) == 0
    text = capsys.readouterr().out
    assert yaml.safe_load(text)["actions"] == []
    assert "#     x-contract:" in text
    assert f"# pages, {widgets_file}:" in text
    assert execute(["annotate", str(widgets_file)]) == 0
    assert capsys.readouterr().out == text


def test_a_dash_is_standard_output(
    widgets_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`-o -` wrote a file that is named "-"."""
    monkeypatch.chdir(tmp_path)
    assert execute(["annotate", str(widgets_file), "-o", "-"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["actions"] == []
    assert [each.name for each in tmp_path.iterdir()] == [widgets_file.name]


def test_what_a_server_confirms_is_active_with_what_confirmed_it(
    widgets_file: Path, right_app: SmallApp, tmp_path: Path
) -> None:
    where = tmp_path / "overlay.yaml"
    command = ["annotate", str(widgets_file), "--app", "small:app", "-o", str(where)]
    assert execute(command) == 0
    text = where.read_text("utf-8")
    written = yaml.safe_load(text)
    assert written["overlay"] == "1.1.0"
    targets = {each["target"] for each in written["actions"]}
    assert targets == {
        "$", "$.paths['/widgets'].get", "$.paths['/widgets/{widget_id}'].get", "$.paths['/widgets/{widget_id}'].delete",
    }  # fmt: skip
    assert "# confirmed: per_page=1 gave 1, per_page=2 gave 2" in text
    assert "# curl -i" in text
    assert not any(
        each.method == "DELETE" and each.path in {f"/widgets/w-{n}" for n in range(1, 13)} for each in right_app.asked
    )


def test_an_overlay_makes_documented_facts(widgets_file: Path, right_app: SmallApp, tmp_path: Path) -> None:
    where = tmp_path / "overlay.yaml"
    assert execute(["annotate", str(widgets_file), "--app", "small:app", "-o", str(where)]) == 0
    assert right_app.asked
    contract = load(widgets_file, overlays=(where,))
    listing = contract.operation("listWidgets").promises
    assert listing.collection is not None
    assert listing.collection.page is not None
    assert listing.collection.page.source is Source.DOCUMENTED
    assert {each.parameter for each in listing.filters} == {"kind", "owner_id"}
    assert {each.source_of("case") for each in listing.filters} == {Source.INFERRED}
    assert [each.identity for each in contract.resources] == [("id",)]
    assert execute(["lint", str(widgets_file), "--overlay", str(where)]) == 0


def test_check_says_what_no_longer_holds(
    widgets_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "overlay.yaml"
    page = {"x-contract": {"collection": {"page": {"number": "page", "size": "per_page"}}}}
    where.write_text(
        yaml.safe_dump({"overlay": "1.1.0", "actions": [{"target": "$.paths['/widgets'].get", "update": page}]})
    )
    command = ["annotate", str(widgets_file), "--check", "-o", str(where)]
    assert execute(command) == 0
    changed = document()
    changed["paths"]["/gadgets"] = changed["paths"].pop("/widgets")
    widgets_file.write_text(json.dumps(changed), "utf-8")
    assert execute(command) == 1
    assert "the document has no such place any more" in capsys.readouterr().out


def test_check_needs_a_file(widgets_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["annotate", str(widgets_file), "--check"]) == 2
    assert "--output" in capsys.readouterr().err


def changed(tmp_path: Path, value: Any, *actions: dict[str, Any]) -> Any:
    path, where = tmp_path / "d.json", tmp_path / "o.yaml"
    path.write_text(json.dumps(value), "utf-8")
    where.write_text(yaml.safe_dump({"overlay": "1.1.0", "actions": list(actions)}), "utf-8")
    return overlaid(Library().open(path), (where,)).value


ACTIONS: list[tuple[str, dict[str, Any], Any]] = [
    ("members are merged", {"target": "$.a", "update": {"c": 2}}, {"a": {"b": 1, "c": 2}, "l": [1, 2]}),
    ("a value is replaced", {"target": "$.a.b", "update": 7}, {"a": {"b": 7}, "l": [1, 2]}),
    ("a list grows", {"target": "$.l", "update": 3}, {"a": {"b": 1}, "l": [1, 2, 3]}),
    ("a list grows by a list", {"target": "$.l", "update": [3, 4]}, {"a": {"b": 1}, "l": [1, 2, 3, 4]}),
    ("a member is removed", {"target": "$.a", "remove": True}, {"l": [1, 2]}),
    ("elements are removed", {"target": "$.l[*]", "remove": True}, {"a": {"b": 1}, "l": []}),
    ("a place is copied", {"target": "$.a", "copy": "$"}, {"a": {"b": 1, "a": {"b": 1}, "l": [1, 2]}, "l": [1, 2]}),
    ("nothing found, nothing done", {"target": "$.x.y", "update": {"z": 1}}, {"a": {"b": 1}, "l": [1, 2]}),
]


@pytest.mark.parametrize(("action", "result"), [each[1:] for each in ACTIONS], ids=[each[0] for each in ACTIONS])
def test_an_action_does_what_the_specification_says(tmp_path: Path, action: dict[str, Any], result: Any) -> None:
    assert changed(tmp_path, {"a": {"b": 1}, "l": [1, 2]}, action) == result


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("overlay: 2.0.0\nactions: []", "overlay: 1.1.0"),
        ("overlay: 1.1.0", "'actions'"),
        ("overlay: 1.1.0\nactions: [{update: 1}]", "'target'"),
        ("overlay: 1.1.0\nactions: [{target: '$[', update: 1}]", "no JSONPath"),
        ("overlay: 1.1.0\nactions: [{target: $.a, copy: $.none}]", "one place"),
    ],
)
def test_what_is_no_overlay_is_said_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path, where = tmp_path / "d.json", tmp_path / "o.yaml"
    path.write_text('{"a": {}}', "utf-8")
    where.write_text(text, "utf-8")
    with pytest.raises(DocumentError, match=words):
        overlaid(Library().open(path), (where,))
